//! What the matcher asks of an event: the values of a field, and the text that keywords search.

/// A field name that some rule of a ruleset uses, as a small integer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FieldId(pub(crate) u32);

impl FieldId {
    /// The pseudo-field of keyword searches: its values are the event's searchable texts.
    pub(crate) const KEYWORDS: FieldId = FieldId(0);

    /// The number, for tables beside the ruleset: `0..ruleset.fields().len()`.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A value of a field.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    /// Present, and null.
    Null,
    /// A boolean.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A real number.
    Float(f64),
    /// A text.
    Str(&'a str),
}

/// An event that answers by field name.
///
/// A missing field has no values. An array stands for each of its elements: a rule matches if any
/// of them does.
pub trait Fields {
    /// Hands every value of a field to `each`, until it returns false.
    fn visit(&self, field: FieldId, name: &str, each: &mut dyn FnMut(Value<'_>) -> bool);

    /// Whether the field is there at all, be it null or an object. Asked only when
    /// [`Fields::visit`] gave no value.
    fn present(&self, _field: FieldId, _name: &str) -> bool {
        false
    }

    /// Hands every text that keywords search to `each`, until it returns false.
    fn keywords(&self, each: &mut dyn FnMut(&str) -> bool);
}
