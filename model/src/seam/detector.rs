//! A detector: a judge of events.

use std::sync::Arc;

use super::About;
use crate::event::Event;
use crate::finding::{Effect, Rule};

/// Where a judge says what it found.
pub trait Findings {
    /// `rule` speaks on `event`: it shows `effect`.
    fn add(&mut self, event: &Event<'_>, rule: &Arc<Rule>, effect: Effect);
}

/// A detector, ready: its rules loaded, shared by all threads.
pub trait Detector: Sync + Send {
    /// What it is.
    fn about(&self) -> &'static About;
    /// A judge for one thread.
    fn judge(&self) -> Box<dyn Judge + '_>;
}

/// A detector's working memory in one thread.
pub trait Judge {
    /// Looks at one event. The findings must not depend on the events before it.
    fn observe(&mut self, event: &Event<'_>, out: &mut dyn Findings);
}
