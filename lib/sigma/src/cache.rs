//! An event's field values, fetched once and kept in buffers that every event reuses.

use std::fmt::Write;
use std::ops::Range;

use crate::fields::{FieldId, Fields, Value};
use crate::fold::{fold_into, is_folded};

/// Buffers that one huge event grew beyond this are given back.
const KEEP_MAX: usize = 1 << 20;

/// What sort of value was seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Kind {
    Null,
    Bool(bool),
    Int(i64),
    Real(f64),
    Text,
}

/// A value of the event at hand. Numbers and booleans have a text, too, as JSON writes them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seen<'c> {
    pub kind: Kind,
    pub raw: &'c str,
    /// The folded text; empty until [`Cache::fold`] was called for the field.
    pub folded: &'c str,
}

struct Held {
    kind: Kind,
    raw: Range<usize>,
    folded: Range<usize>,
}

#[derive(Clone, Default)]
struct Slot {
    /// The event that this was fetched for; slots of other events count as empty.
    event: u64,
    held: Range<usize>,
    folded: bool,
    present: Option<bool>,
}

/// Values of the event at hand, by field.
pub(crate) struct Cache {
    event: u64,
    slots: Vec<Slot>,
    held: Vec<Held>,
    text: String,
}

impl Cache {
    /// Room for that many fields.
    pub fn new(fields: usize) -> Self {
        Cache {
            event: 1,
            slots: vec![Slot::default(); fields],
            held: Vec::new(),
            text: String::new(),
        }
    }

    /// Forgets the event before.
    pub fn next_event(&mut self) {
        self.event += 1;
        self.held.clear();
        self.text.clear();
        self.text.shrink_to(KEEP_MAX);
        self.held.shrink_to(KEEP_MAX / size_of::<Held>());
    }

    /// Fetches a field's values, unless they are here.
    pub fn load(&mut self, field: FieldId, name: &str, fields: &dyn Fields) {
        let Some(slot) = self.slots.get_mut(field.index()) else { return };
        if slot.event == self.event {
            return;
        }
        let start = self.held.len();
        let (held, text) = (&mut self.held, &mut self.text);
        if field == FieldId::KEYWORDS {
            fields.keywords(&mut |word| {
                hold(held, text, Value::Str(word));
                true
            });
        } else {
            fields.visit(field, name, &mut |value| {
                hold(held, text, value);
                true
            });
        }
        let held = start..self.held.len();
        *slot = Slot { event: self.event, held, folded: false, present: None };
    }

    /// Folds the values of a field that was loaded.
    pub fn fold(&mut self, field: FieldId) {
        let Some(slot) = self.slots.get_mut(field.index()) else { return };
        if slot.folded {
            return;
        }
        slot.folded = true;
        for held in self.held.get_mut(slot.held.clone()).unwrap_or_default() {
            let raw = self.text.get(held.raw.clone()).unwrap_or_default();
            if is_folded(raw) {
                held.folded = held.raw.clone();
                continue;
            }
            let (start, copy) = (self.text.len(), held.raw.clone());
            if raw.is_ascii() {
                self.text.extend_from_within(copy);
                if let Some(text) = self.text.get_mut(start..) {
                    text.make_ascii_lowercase();
                }
            } else {
                let raw = raw.to_owned();
                fold_into(&raw, &mut self.text);
            }
            held.folded = start..self.text.len();
        }
    }

    /// The values of a field that was loaded.
    pub fn values(&self, field: FieldId) -> impl Iterator<Item = Seen<'_>> {
        let slot = self.slots.get(field.index()).filter(|slot| slot.event == self.event);
        let held = slot.and_then(|slot| self.held.get(slot.held.clone())).unwrap_or_default();
        held.iter().map(|held| Seen {
            kind: held.kind,
            raw: self.text.get(held.raw.clone()).unwrap_or_default(),
            folded: self.text.get(held.folded.clone()).unwrap_or_default(),
        })
    }

    /// Whether a field that was loaded is there at all.
    pub fn present(&mut self, field: FieldId, name: &str, fields: &dyn Fields) -> bool {
        let Some(slot) = self.slots.get_mut(field.index()) else { return false };
        if !slot.held.is_empty() {
            return true;
        }
        *slot.present.get_or_insert_with(|| fields.present(field, name))
    }
}

fn hold(held: &mut Vec<Held>, text: &mut String, value: Value<'_>) {
    let start = text.len();
    // Writing to a String cannot fail.
    let kind = match value {
        Value::Null => Kind::Null,
        Value::Bool(truth) => {
            text.push_str(if truth { "true" } else { "false" });
            Kind::Bool(truth)
        }
        Value::Int(number) => {
            let _ = write!(text, "{number}");
            Kind::Int(number)
        }
        Value::Float(number) => {
            let _ = write!(text, "{number}");
            Kind::Real(number)
        }
        Value::Str(word) => {
            text.push_str(word);
            Kind::Text
        }
    };
    held.push(Held { kind, raw: start..text.len(), folded: 0..0 });
}
