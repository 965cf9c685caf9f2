//! What an event must hold for a rule to have a chance, found in the rule's logic.

use std::collections::{BTreeMap, BTreeSet};

use crate::condition::{Graph, Node, NodeId};
use crate::fields::FieldId;
use crate::fold::fold;
use crate::item::{Check, Item};
use crate::number::Order;
use crate::probe::Probe;

/// Shorter literals than this are in too many texts to sort events by.
const LITERAL_MIN: usize = 3;

/// Values of one field, one of which an event must have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Pin {
    /// Folded texts.
    pub texts: BTreeSet<Box<str>>,
    /// Keys of numbers.
    pub numbers: BTreeSet<u64>,
    /// The texts are only parts of the field's value.
    pub within: bool,
}

/// Pins by field; each of them alone is necessary.
pub(crate) type Pins = BTreeMap<FieldId, Pin>;

/// More values than this are not worth an index of their own.
const VALUES_MAX: usize = 4_096;

/// The pins of a rule. Empty if nothing necessary can be named.
pub(crate) fn pins(root: NodeId, graph: &Graph) -> Pins {
    let of = |part: &NodeId| pins(*part, graph);
    match graph.node(root) {
        Some(Node::All(parts)) => parts.iter().map(of).fold(Pins::new(), both),
        Some(Node::Any(parts)) => either(parts.iter().map(of)),
        Some(Node::AtLeast(count, parts)) if *count > 0 => either(parts.iter().map(of)),
        Some(Node::Item(number)) => {
            let item = graph.item(*number);
            let pin = item.and_then(|item| of_item(item).map(|pin| (item.field, pin)));
            pin.into_iter().collect()
        }
        Some(Node::AtLeast(..) | Node::Not(_)) | None => Pins::new(),
    }
}

/// What is necessary for all parts: of two pins on one field the narrower.
fn both(mut sum: Pins, part: Pins) -> Pins {
    for (field, pin) in part {
        let known = sum.entry(field).or_insert_with(|| pin.clone());
        let size = |pin: &Pin| (pin.within, pin.texts.len() + pin.numbers.len());
        if size(&pin) < size(known) {
            *known = pin;
        }
    }
    sum
}

/// What is necessary for any part: the fields that each of them pins, with all their values.
fn either(mut each: impl Iterator<Item = Pins>) -> Pins {
    let mut sum = each.next().unwrap_or_default();
    for part in each {
        sum.retain(|field, pin| {
            let Some(other) = part.get(field) else { return false };
            pin.texts.extend(other.texts.iter().cloned());
            pin.numbers.extend(&other.numbers);
            pin.within |= other.within;
            pin.is_useful()
        });
    }
    sum
}

impl Pin {
    /// Whether it can be looked up: numbers and short literals cannot be found within a text.
    fn is_useful(&self) -> bool {
        let few = self.texts.len() + self.numbers.len() <= VALUES_MAX;
        let long = || self.texts.iter().all(|text| text.len() >= LITERAL_MIN);
        few && (!self.within || (self.numbers.is_empty() && long()))
    }
}

fn of_item(item: &Item) -> Option<Pin> {
    let Check::Values { groups, or_null: false } = &item.check else { return None };
    if item.negated {
        return None;
    }
    // Every group is necessary: the narrowest pin is the best.
    let pins = groups.iter().filter_map(|group| of_group(group));
    pins.min_by_key(|pin| (pin.within, pin.texts.len() + pin.numbers.len()))
}

fn of_group(group: &[Probe]) -> Option<Pin> {
    let mut pin = Pin::default();
    for probe in group {
        match probe {
            Probe::Exact(needle) => {
                pin.texts.insert(fold(&needle.text).into());
            }
            Probe::Among(set, _) => pin.texts.extend(set.iter().map(|text| fold(text).into())),
            Probe::Number(Order::Equal, number) => {
                pin.numbers.insert(number.key());
            }
            Probe::Contains(needle, _) | Probe::Starts(needle) | Probe::Ends(needle) => {
                pin.within = true;
                pin.texts.insert(fold(&needle.text).into());
            }
            Probe::AnyPart(_, literals, _) => {
                pin.within = true;
                pin.texts.extend(literals.iter().map(|text| fold(text).into()));
            }
            Probe::Regex(regex) if !regex.literals.is_empty() => {
                pin.within = true;
                pin.texts.extend(regex.literals.iter().cloned());
            }
            Probe::Glob(glob, _) => {
                pin.within = true;
                pin.texts.insert(fold(glob.literal()?).into());
            }
            _ => return None,
        }
    }
    pin.is_useful().then_some(pin)
}
