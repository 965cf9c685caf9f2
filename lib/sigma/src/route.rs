//! The rules that one kind of log can match, indexed by what an event must hold.

use std::cmp::Reverse;
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

/// A pin is narrow if it costs no more than this, or than one rule in [`NARROW_SHARE`].
const NARROW_MIN: usize = 4;
const NARROW_SHARE: usize = 16;

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
        let popular = Popularity::of(rules);
        let mut exact: BTreeMap<FieldId, ExactIndex> = BTreeMap::new();
        let mut within: BTreeMap<FieldId, BTreeMap<&str, Numbers>> = BTreeMap::new();
        let mut route = Route { rules: rules.len(), ..Route::default() };
        for (number, pins) in rules {
            let rank = |(field, pin): &(&FieldId, &Pin)| popular.rank(**field, pin);
            match pins.iter().min_by_key(rank) {
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

/// What rules want, counted, to choose the pin that each is found by.
struct Popularity<'p> {
    /// How many rules want a value of a field.
    values: BTreeMap<(FieldId, &'p str), usize>,
    /// How many rules pin a field at all.
    fields: BTreeMap<FieldId, usize>,
    rules: usize,
}

impl<'p> Popularity<'p> {
    fn of(rules: &[(u32, &'p Pins)]) -> Self {
        let (mut values, mut fields) = (BTreeMap::new(), BTreeMap::new());
        for (field, pin) in rules.iter().flat_map(|(_, pins)| pins.iter()) {
            *fields.entry(*field).or_default() += 1;
            for text in &pin.texts {
                *values.entry((*field, text.as_ref())).or_default() += 1;
            }
        }
        Popularity { values, fields, rules: rules.len() }
    }

    /// How good a pin is; less is better. Each field that is looked up costs every event a fetch,
    /// so of the pins that are narrow enough the field that most rules pin is best.
    fn rank(&self, field: FieldId, pin: &Pin) -> (bool, Reverse<usize>, usize, FieldId) {
        let cost = self.cost(field, pin);
        let broad = cost > NARROW_MIN.max(self.rules / NARROW_SHARE);
        let fields = if broad { 0 } else { self.fields.get(&field).copied().unwrap_or(0) };
        (broad, Reverse(fields), cost, field)
    }

    /// How often a pin will let its rule through for nothing: a value that many rules want (a
    /// service) says less of an event than one that few want (a call of that service).
    fn cost(&self, field: FieldId, pin: &Pin) -> usize {
        let wanted = pin.texts.iter().map(|text| self.values.get(&(field, text.as_ref())));
        let sum = wanted.map(|count| count.unwrap_or(&1)).sum::<usize>() + pin.numbers.len();
        if pin.within { sum * WITHIN_COST } else { sum }
    }
}
