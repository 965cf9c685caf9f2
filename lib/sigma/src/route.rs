//! The rules that one kind of log can match, indexed by what an event must hold.

use std::collections::BTreeMap;

use aho_corasick::AhoCorasick;
use rustc_hash::{FxBuildHasher, FxHashMap};

use crate::fields::FieldId;
use crate::pin::{Pin, Pins};

/// Rules by their number.
type Numbers = Vec<u32>;

/// The part of a ruleset that one kind of log can match; made by [`crate::Ruleset::route`].
#[derive(Clone, Debug, Default)]
pub struct Route {
    pub(crate) exact: Vec<ExactIndex>,
    pub(crate) within: Vec<WithinIndex>,
    /// Rules that must be looked at for every event.
    pub(crate) always: Numbers,
    rules: usize,
}

/// Rules by the whole value of a field.
#[derive(Clone, Debug)]
pub(crate) struct ExactIndex {
    pub field: FieldId,
    pub texts: FxHashMap<Box<str>, Numbers>,
    pub numbers: FxHashMap<u64, Numbers>,
}

/// Rules by a part of the value of a field.
#[derive(Clone, Debug)]
pub(crate) struct WithinIndex {
    pub field: FieldId,
    pub finder: AhoCorasick,
    /// By the finder's pattern number.
    pub rules: Vec<Numbers>,
}

/// A literal in a text is met more often than a whole value: how many times dearer it is.
const WITHIN_COST: usize = 8;

impl Route {
    /// How many rules the route has.
    pub fn len(&self) -> usize {
        self.rules
    }

    /// Whether no rule is for this kind of log.
    pub fn is_empty(&self) -> bool {
        self.rules == 0
    }

    /// Indexes rules, given with their pins in order of their numbers.
    pub(crate) fn new(rules: &[(u32, &Pins)]) -> Route {
        let popular = popularity(rules);
        let mut exact: BTreeMap<FieldId, ExactIndex> = BTreeMap::new();
        let mut within: BTreeMap<FieldId, BTreeMap<&str, Numbers>> = BTreeMap::new();
        let mut route = Route { rules: rules.len(), ..Route::default() };
        for (number, pins) in rules {
            let dear = |(field, pin): &(&FieldId, &Pin)| (cost(**field, pin, &popular), **field);
            match pins.iter().min_by_key(dear) {
                None => route.always.push(*number),
                Some((field, pin)) if pin.within => {
                    let index = within.entry(*field).or_default();
                    for text in &pin.texts {
                        index.entry(text).or_default().push(*number);
                    }
                }
                Some((field, pin)) => {
                    let index = exact.entry(*field).or_insert_with(|| ExactIndex::of(*field));
                    index.add(*number, pin);
                }
            }
        }
        route.exact = exact.into_values().collect();
        for (field, literals) in within {
            let (texts, rules): (Vec<&str>, Vec<Numbers>) = literals.into_iter().unzip();
            match AhoCorasick::new(texts) {
                Ok(finder) => route.within.push(WithinIndex { field, finder, rules }),
                // Too many literals for one automaton: look at the rules every time.
                Err(_) => route.always.extend(rules.into_iter().flatten()),
            }
        }
        route.always.sort_unstable();
        route.always.dedup();
        route
    }
}

impl ExactIndex {
    fn of(field: FieldId) -> Self {
        let map = FxBuildHasher;
        ExactIndex { field, texts: FxHashMap::with_hasher(map), numbers: FxHashMap::default() }
    }

    fn add(&mut self, number: u32, pin: &Pin) {
        for text in &pin.texts {
            self.texts.entry(text.clone()).or_default().push(number);
        }
        for key in &pin.numbers {
            self.numbers.entry(*key).or_default().push(number);
        }
    }
}

/// How many rules want a value of a field.
type Popularity<'p> = BTreeMap<(FieldId, &'p str), usize>;

fn popularity<'p>(rules: &[(u32, &'p Pins)]) -> Popularity<'p> {
    let mut popular = Popularity::new();
    for (field, pin) in rules.iter().flat_map(|(_, pins)| pins.iter()) {
        for text in &pin.texts {
            *popular.entry((*field, text)).or_default() += 1;
        }
    }
    popular
}

/// How often a pin will let its rule through for nothing: a value that many rules want (a service)
/// says less of an event than one that few want (a call of that service).
fn cost(field: FieldId, pin: &Pin, popular: &Popularity<'_>) -> usize {
    let texts = pin.texts.iter().map(|text| popular.get(&(field, text.as_ref())).unwrap_or(&1));
    let sum = texts.sum::<usize>() + pin.numbers.len();
    if pin.within { sum * WITHIN_COST } else { sum }
}
