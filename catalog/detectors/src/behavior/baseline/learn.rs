//! A detector that finds nothing and learns: hand it to a run, then take the baseline.

use std::sync::{Arc, Mutex, PoisonError};

use model::Event;
use model::seam::About;
use model::seam::detector::{Detector, Findings, Judge};
use model::seam::source::LogSource;
use rustc_hash::FxHashMap;

use super::super::places::Places;
use super::book::Baseline;
use super::read::{Reader, Sort, sort};

const ABOUT: About = About {
    name: "baseline",
    line: "learns what is usual",
    spec: "https://doi.org/10.1109/18.87000",
};

/// A span of time, and of whom: what is not learned.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spell {
    /// From this on, nanoseconds since 1970.
    pub from: i64,
    /// Until this.
    pub to: i64,
    /// Only events with one of these (addresses, credentials, principals); all if there are none.
    pub whose: Vec<String>,
}

/// What a run teaches.
pub struct Learner {
    sorts: FxHashMap<&'static str, Sort>,
    except: Vec<Spell>,
    places: Places,
    learned: Arc<Mutex<Learned>>,
}

/// What was learned, and what was left out.
#[derive(Debug, Default)]
pub struct Learned {
    /// What is usual.
    pub baseline: Baseline,
    /// Events that were not learned because they lie in a spell that is left out.
    pub left_out: u64,
}

impl Learner {
    /// A learner for sources (name, the log sources they answer to), and where to find what it
    /// learned.
    pub fn new(
        sources: &[(&'static str, &'static [LogSource])],
        except: Vec<Spell>,
    ) -> (Learner, Arc<Mutex<Learned>>) {
        let sorts = sources.iter().filter_map(|(name, logs)| Some((*name, sort(name, logs)?)));
        let taught = Arc::new(Mutex::new(Learned::default()));
        let (sorts, places) = (sorts.collect(), Places::default());
        let learner = Learner { sorts, except, places, learned: Arc::clone(&taught) };
        (learner, taught)
    }

    /// The same with databases of where addresses are.
    #[must_use]
    pub fn with_places(self, places: Places) -> Learner {
        Learner { places, ..self }
    }
}

impl Detector for Learner {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self) -> Box<dyn Judge + '_> {
        let reader = Reader::new(&self.places);
        Box::new(Pupil { learner: self, own: Learned::default(), reader })
    }
}

/// Learns from one blob.
struct Pupil<'l> {
    learner: &'l Learner,
    own: Learned,
    reader: Reader<'l>,
}

/// Whether a spell leaves an event out.
fn leaves_out(spell: &Spell, event: &Event<'_>) -> bool {
    let apart = event.time.end < spell.from || event.time.start > spell.to;
    if apart {
        return false;
    }
    let known = |value: &str| spell.whose.iter().any(|whose| whose == value);
    if spell.whose.is_empty()
        || event.address.is_some_and(known)
        || event.credential.is_some_and(known)
    {
        return true;
    }
    let mut entities = Vec::new();
    event.body.entities(&mut entities);
    entities.iter().any(|entity| known(&entity.value))
}

impl Judge for Pupil<'_> {
    fn observe(&mut self, event: &Event<'_>, _out: &mut dyn Findings) {
        let Some(sort) = self.learner.sorts.get(event.source) else { return };
        if self.learner.except.iter().any(|spell| leaves_out(spell, event)) {
            self.own.left_out += 1;
            return;
        }
        let minute = minute(event);
        let baseline = &mut self.own.baseline;
        let mut told = false;
        self.reader.read(*sort, event, &mut |facts| {
            told = true;
            baseline.learn(facts, minute);
        });
        if told {
            baseline.count(minute);
        }
    }
}

/// The minute since 1970 at which something happened; before 1970 is 0.
pub fn minute(event: &Event<'_>) -> u32 {
    u32::try_from(event.time.start.div_euclid(60_000_000_000)).unwrap_or(0)
}

impl Drop for Pupil<'_> {
    fn drop(&mut self) {
        let own = std::mem::take(&mut self.own);
        let mut all = self.learner.learned.lock().unwrap_or_else(PoisonError::into_inner);
        all.left_out += own.left_out;
        all.baseline.merge(own.baseline);
    }
}
