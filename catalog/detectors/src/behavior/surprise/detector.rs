//! The detector of surprises: a baseline, and what it makes of marks.

use std::sync::{Arc, Mutex, PoisonError};

use model::finding::Rule;
use model::seam::About;
use model::seam::detector::{Detector, Joined, Judge, Marked};
use model::seam::source::LogSource;
use rustc_hash::FxHashMap;

use super::case::Harmless;
use super::watch::{Calm, Watch};
use super::{budget, case, rules, tell};
use crate::behavior::baseline::{Baseline, Sort, sort};
use crate::behavior::places::Places;

const ABOUT: About = About {
    name: "surprise",
    line: "what is unusual for whoever does it, by a baseline",
    spec: "https://doi.org/10.1109/18.87000",
};

/// What a baseline says is unusual.
pub struct Surprise {
    pub(super) baseline: Baseline,
    pub(super) sorts: FxHashMap<&'static str, Sort>,
    pub(super) places: Places,
    harmless: Vec<Harmless>,
    /// What judges that are done knew to be calm, for those to come.
    calm: Mutex<Vec<Calm>>,
    rules: Vec<Arc<Rule>>,
}

impl Surprise {
    /// A detector for sources (name, the log sources they answer to) by a baseline.
    pub fn new(sources: &[(&'static str, &'static [LogSource])], baseline: Baseline) -> Surprise {
        let sorts = sources.iter().filter_map(|(name, logs)| Some((*name, sort(name, logs)?)));
        let (sorts, places) = (sorts.collect(), Places::default());
        Surprise {
            baseline,
            sorts,
            places,
            harmless: Vec::new(),
            calm: Mutex::default(),
            rules: rules::all(),
        }
    }

    /// What an earlier judge knew to be calm.
    pub(super) fn take_calm(&self) -> Calm {
        self.calm.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default()
    }

    /// Keeps it for the next.
    pub(super) fn give_calm(&self, calm: Calm) {
        self.calm.lock().unwrap_or_else(PoisonError::into_inner).push(calm);
    }

    /// The same with cases that were closed as harmless.
    #[must_use]
    pub fn with_harmless(self, harmless: Vec<Harmless>) -> Surprise {
        Surprise { harmless, ..self }
    }

    /// The same with databases of where addresses are.
    #[must_use]
    pub fn with_places(self, places: Places) -> Surprise {
        Surprise { places, ..self }
    }
}

impl Detector for Surprise {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self) -> Box<dyn Judge + '_> {
        Box::new(Watch::new(self))
    }

    fn join(&self, marks: &[Marked]) -> (Vec<Joined>, Vec<String>) {
        let (cases, cold) = case::cases(&self.baseline, &self.harmless, marks);
        let (kept, mut told) = budget::within(cases);
        told.extend(cold);
        let joined =
            kept.iter().filter_map(|case| tell::joined(&self.baseline, case, &self.rules, marks));
        (joined.collect(), told)
    }
}
