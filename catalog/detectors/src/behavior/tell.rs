//! How a find becomes what a report tells: the rule, the records to cite, a sentence twice.

use std::sync::Arc;

use model::finding::{Detail, Reached, Rule};
use model::seam::detector::Joined;
use model::text::printable;
use model::{Effect, Time};

use super::rules::Found;
use crate::web::hash;

/// Records that a find cites.
pub const CITED_MAX: usize = 8;
/// A name in a sentence is cut here, in characters.
const NAME_MAX: usize = 80;

/// One find: records of one kind and of one group that mean something together.
pub struct Find {
    /// What.
    pub found: Found,
    /// Whom it is about; tells the finds of one kind apart.
    pub about: String,
    /// The first of the records and the last.
    pub span: (Time, Time),
    /// How many records.
    pub count: usize,
    /// Some of them, by the numbers of their marks.
    pub cited: Vec<usize>,
    /// How sure, from 0 to 1.
    pub confidence: f64,
    /// The sentence in English and in Japanese.
    pub text: [String; 2],
}

impl Find {
    /// As the engine wants it.
    pub fn joined(self, rules: &[Arc<Rule>]) -> Option<Joined> {
        let rule = rules.get(self.found as usize)?;
        let [text, text_ja] = self.text;
        let reached = match rule.effect {
            Effect::Attempt => Reached::Rejected,
            Effect::Success => Reached::Executed,
            Effect::Impact => Reached::StateChanged,
        };
        Some(Joined {
            rule: Arc::clone(rule),
            effect: rule.effect,
            group: hash(&self.about),
            first: self.span.0,
            last: self.span.1,
            count: self.count as u64,
            marks: some(self.cited),
            detail: Some(Detail {
                reached,
                confidence: self.confidence,
                text,
                text_ja,
                door: None,
                taken: None,
                blocks: Vec::new(),
            }),
        })
    }
}

/// The first records, some from the middle, and the last.
pub fn some(mut all: Vec<usize>) -> Vec<usize> {
    all.sort_unstable();
    all.dedup();
    if all.len() <= CITED_MAX {
        return all;
    }
    let last = all.len() - 1;
    (0..CITED_MAX).filter_map(|at| all.get(at * last / (CITED_MAX - 1)).copied()).collect()
}

/// A piece of a log, safe in a sentence.
pub fn name(text: &str) -> String {
    printable(text, NAME_MAX).into_owned()
}

/// Some names in a row.
pub fn names<'n>(all: impl Iterator<Item = &'n str>) -> String {
    all.take(4).map(name).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_and_the_last_record_are_cited() {
        let cited = some((0..100).rev().collect());
        assert_eq!(cited.len(), CITED_MAX);
        assert_eq!((cited.first(), cited.last()), (Some(&0), Some(&99)));
        assert_eq!(some(vec![3, 1, 3]), [1, 3]);
    }
}
