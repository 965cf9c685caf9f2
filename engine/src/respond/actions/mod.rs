//! The actions: how much each risks, what it calls, what it needs, and the words for people.

mod autoscaling;
mod ec2;
mod ec2_planted;
mod iam;
mod renewal;
pub(crate) mod undone;
mod waf;

use model::response::Tier;
use model::seam::report::Language;

/// What is known of an action before any target.
pub(crate) struct Action {
    pub(crate) name: &'static str,
    pub(crate) tier: Tier,
    pub(crate) calls: &'static [&'static str],
    /// Calls that only read.
    pub(crate) reads: &'static [&'static str],
    /// English and Japanese: what, why, caution, precondition, undo (empty: cannot be undone).
    pub(super) words: [[&'static str; 5]; 2],
}

impl Action {
    /// What, why, caution, precondition, undo.
    pub(crate) fn words(&self, language: Language) -> [&'static str; 5] {
        let [english, japanese] = self.words;
        if language == Language::Japanese { japanese } else { english }
    }
}

/// The action of a name.
pub(crate) fn find(name: &str) -> Option<&'static Action> {
    let shelves = [autoscaling::ALL, ec2::ALL, ec2_planted::ALL, iam::ALL, renewal::ALL, waf::ALL];
    shelves.into_iter().flatten().find(|action| action.name == name)
}
