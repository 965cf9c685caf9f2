//! A detector: a judge of events.

use std::sync::Arc;

use super::About;
use smallvec::SmallVec;

use crate::event::Event;
use crate::finding::{Detail, Effect, Rule};
use crate::time::Time;

/// Where a judge says what it found.
pub trait Findings {
    /// These rules speak on `event`, and say what it shows. A judge says all at once, each rule
    /// once, in an order that does not change from event to event.
    fn add(&mut self, event: &Event<'_>, said: &[(&Arc<Rule>, Effect)]);
    /// `event` counts together with others, of the whole run: see [`Detector::join`].
    fn mark(&mut self, _event: &Event<'_>, _mark: Mark) {}
}

/// Groups and values of a mark. Flow records are marked by the million and need three.
pub type Keys = SmallVec<[(u64, u64); 3]>;

/// What one event counts for. Made by a judge, understood by its detector.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    /// The detector's word for the rule.
    pub rule: u32,
    /// What the record shows.
    pub effect: Effect,
    /// Groups and values, as the detector hashed them.
    pub keys: Keys,
    /// What the detector has to know of the record when all is read.
    pub note: Option<Box<Note>>,
}

/// Texts and numbers of a record, bounded by who makes them.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Note {
    /// In the detector's own order.
    pub texts: Vec<String>,
    /// In the detector's own order.
    pub numbers: Vec<i64>,
}

/// A mark of the whole run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marked {
    /// When it happened.
    pub time: Time,
    /// A hash of the record's own id, so that copies count once; 0 if it has none.
    pub uid: u64,
    /// The mark.
    pub mark: Mark,
}

/// Events that mean something together.
#[derive(Clone, Debug, PartialEq)]
pub struct Joined {
    /// The rule that says so.
    pub rule: Arc<Rule>,
    /// What the records show.
    pub effect: Effect,
    /// Tells the groups of one rule apart.
    pub group: u64,
    /// The first of the events.
    pub first: Time,
    /// The last of them.
    pub last: Time,
    /// How many events, or matches of rules below.
    pub count: u64,
    /// Some of the marks, by number: those to cite.
    pub marks: Vec<usize>,
    /// What is known beyond the rule.
    pub detail: Option<Detail>,
}

/// A detector, ready: its rules loaded, shared by all threads.
pub trait Detector: Sync + Send {
    /// What it is.
    fn about(&self) -> &'static About;
    /// A judge for one thread.
    fn judge(&self) -> Box<dyn Judge + '_>;
    /// What the marks of the whole run mean together. They are in order of time; what cannot be
    /// kept is told in a sentence each.
    fn join(&self, _marks: &[Marked]) -> (Vec<Joined>, Vec<String>) {
        (Vec::new(), Vec::new())
    }
}

/// A detector's working memory in one thread.
pub trait Judge {
    /// Looks at one event. The findings must not depend on the events before it.
    fn observe(&mut self, event: &Event<'_>, out: &mut dyn Findings);
}
