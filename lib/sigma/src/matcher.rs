//! Which rules an event matches.

use crate::cache::Cache;
use crate::condition::{Memo, Scene};
use crate::correlate::Keys;
use crate::fields::Fields;
use crate::item::name_of;
use crate::route::{ExactIndex, Route, WithinIndex};
use crate::ruleset::{RuleIndex, Ruleset};

/// A ruleset's working memory in one thread. Its buffers grow with the first events and are
/// reused from then on.
pub struct Matcher<'r> {
    ruleset: &'r Ruleset,
    cache: Cache,
    memo: Memo,
    candidates: Vec<u32>,
}

impl<'r> Matcher<'r> {
    /// A matcher over a ruleset.
    pub fn new(ruleset: &'r Ruleset) -> Self {
        let cache = Cache::new(ruleset.names().len());
        let memo = Memo::new(ruleset.graph());
        Matcher { ruleset, cache, memo, candidates: Vec::new() }
    }

    /// Appends the rules of `route` that the event matches, in order, each once.
    pub fn matches(&mut self, route: &Route, fields: &dyn Fields, out: &mut Vec<RuleIndex>) {
        self.cache.next_event();
        self.memo.next_event();
        self.candidates.clear();
        self.candidates.extend_from_slice(&route.always);
        for index in &route.exact {
            self.look_up(index, fields);
        }
        for index in &route.within {
            self.search(index, fields);
        }
        self.candidates.sort_unstable();
        self.candidates.dedup();
        let (graph, names) = (self.ruleset.graph(), self.ruleset.names());
        let (memo, cache) = (&mut self.memo, &mut self.cache);
        let mut scene = Scene { graph, memo, cache, names, fields };
        for number in &self.candidates {
            if self.ruleset.root(*number).is_some_and(|root| scene.holds(root)) {
                out.push(RuleIndex(*number));
            }
        }
    }

    /// The ruleset and the working memory.
    pub(crate) fn parts(&mut self) -> (&Ruleset, &mut Cache, &mut Memo) {
        (self.ruleset, &mut self.cache, &mut self.memo)
    }

    /// What the event that was matched last counts for in correlations, by a rule that it
    /// matches: one list of keys for each hit. `fields` must be the same event's.
    pub fn keys(&mut self, rule: RuleIndex, fields: &dyn Fields) -> Vec<Keys> {
        let names = self.ruleset.names();
        self.ruleset.correlations().keys(rule, &mut self.cache, names, fields)
    }

    fn look_up(&mut self, index: &ExactIndex, fields: &dyn Fields) {
        self.cache.load(index.field, name_of(self.ruleset.names(), index.field), fields);
        self.cache.fold(index.field);
        for seen in self.cache.values(index.field) {
            if let Some(rules) = index.texts.get(seen.folded) {
                self.candidates.extend_from_slice(rules);
            }
            if !index.numbers.is_empty()
                && let Some(number) = seen.number()
                && let Some(rules) = index.numbers.get(&number.key())
            {
                self.candidates.extend_from_slice(rules);
            }
        }
    }

    fn search(&mut self, index: &WithinIndex, fields: &dyn Fields) {
        self.cache.load(index.field, name_of(self.ruleset.names(), index.field), fields);
        self.cache.fold(index.field);
        for seen in self.cache.values(index.field) {
            for hit in index.finder.find_overlapping_iter(seen.folded) {
                if let Some(rules) = index.rules.get(hit.pattern().as_usize()) {
                    self.candidates.extend_from_slice(rules);
                }
            }
        }
    }
}
