//! Which rules an event matches.

use crate::cache::Cache;
use crate::condition::Scene;
use crate::fields::Fields;
use crate::item::name_of;
use crate::route::{ExactIndex, Route, WithinIndex};
use crate::ruleset::{RuleIndex, Ruleset};

/// A ruleset's working memory in one thread. Its buffers grow with the first events and are
/// reused from then on.
pub struct Matcher<'r> {
    ruleset: &'r Ruleset,
    cache: Cache,
    candidates: Vec<u32>,
}

impl<'r> Matcher<'r> {
    /// A matcher over a ruleset.
    pub fn new(ruleset: &'r Ruleset) -> Self {
        let cache = Cache::new(ruleset.names().len());
        Matcher { ruleset, cache, candidates: Vec::new() }
    }

    /// Appends the rules of `route` that the event matches, in order, each once.
    pub fn matches(&mut self, route: &Route, fields: &dyn Fields, out: &mut Vec<RuleIndex>) {
        self.cache.next_event();
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
        let (ruleset, cache) = (self.ruleset, &mut self.cache);
        for number in &self.candidates {
            let Some(logic) = ruleset.logic(*number) else { continue };
            let names = ruleset.names();
            if (Scene { logic, cache: &mut *cache, names, fields }).satisfied() {
                out.push(RuleIndex(*number));
            }
        }
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
