//! An event as a flat list of (path, value): no tree, no allocation per attribute.
//!
//! Nested OCSF JSON is made only when an event is written out ([`Flat::to_json`]).

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::class::{Class, VERSION};
use crate::path::{Path, paths};

/// A value of an attribute.
#[derive(Clone, Debug, PartialEq)]
pub enum Scalar<'a> {
    /// Present, and null.
    Null,
    /// A boolean.
    Bool(bool),
    /// An integer; times are milliseconds since 1970-01-01 UTC, as OCSF's `timestamp_t`.
    Int(i64),
    /// A real number.
    Float(f64),
    /// A text, borrowed from the record where it stands there as is.
    Str(Cow<'a, str>),
}

impl<'a> From<&'a str> for Scalar<'a> {
    fn from(text: &'a str) -> Self {
        Scalar::Str(Cow::Borrowed(text))
    }
}

impl From<String> for Scalar<'_> {
    fn from(text: String) -> Self {
        Scalar::Str(Cow::Owned(text))
    }
}

impl From<i64> for Scalar<'_> {
    fn from(number: i64) -> Self {
        Scalar::Int(number)
    }
}

impl From<bool> for Scalar<'_> {
    fn from(truth: bool) -> Self {
        Scalar::Bool(truth)
    }
}

impl Scalar<'_> {
    /// The text, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Scalar::Str(text) => Some(text),
            _ => None,
        }
    }

    /// As a JSON value.
    pub fn to_json(&self) -> Value {
        match self {
            Scalar::Null => Value::Null,
            Scalar::Bool(truth) => Value::Bool(*truth),
            Scalar::Int(number) => Value::from(*number),
            Scalar::Float(number) => Value::from(*number),
            Scalar::Str(text) => Value::from(text.as_ref()),
        }
    }
}

/// One attribute: where, which element of an array, what.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribute<'a> {
    /// The attribute's path.
    pub path: Path,
    /// The element of the innermost array on the path; 0 where there is none.
    pub slot: u16,
    /// The value.
    pub value: Scalar<'a>,
}

/// An event of one class as a flat attribute list.
#[derive(Clone, Debug)]
pub struct Flat<'a> {
    /// The event's class.
    pub class: Class,
    attributes: Vec<Attribute<'a>>,
}

impl<'a> Flat<'a> {
    /// An event of `class` with `activity_id`; class, category and type attributes follow from
    /// them.
    pub fn new(class: Class, activity_id: i64) -> Self {
        let mut flat = Flat { class, attributes: Vec::with_capacity(32) };
        flat.put(paths::ACTIVITY_ID, activity_id);
        flat.put(paths::CATEGORY_NAME, class.category());
        flat.put(paths::CATEGORY_UID, i64::from(class.category_uid()));
        flat.put(paths::CLASS_NAME, class.caption);
        flat.put(paths::CLASS_UID, i64::from(class.uid));
        flat.put(paths::METADATA_VERSION, VERSION);
        flat.put(paths::TYPE_UID, i64::from(class.uid) * 100 + activity_id);
        flat
    }

    /// Adds an attribute.
    pub fn put(&mut self, path: Path, value: impl Into<Scalar<'a>>) {
        self.put_in(path, 0, value);
    }

    /// Adds an attribute of the `slot`th element of an array.
    pub fn put_in(&mut self, path: Path, slot: u16, value: impl Into<Scalar<'a>>) {
        self.attributes.push(Attribute { path, slot, value: value.into() });
    }

    /// Adds a text attribute unless there is none; `-` and the empty text count as none.
    pub fn put_some(&mut self, path: Path, value: Option<impl Into<Cow<'a, str>>>) {
        if let Some(text) = value.map(Into::into)
            && !text.is_empty()
            && text != "-"
        {
            self.put(path, Scalar::Str(text));
        }
    }

    /// Keeps only the attributes that `keep` wants.
    pub fn retain(&mut self, keep: impl FnMut(&Attribute<'a>) -> bool) {
        self.attributes.retain(keep);
    }

    /// Gives every attribute a new slot.
    pub(crate) fn renumber(&mut self, slot: impl Fn(&Attribute<'a>) -> u16) {
        for attribute in &mut self.attributes {
            attribute.slot = slot(attribute);
        }
    }

    /// The values at a path, in the order they were added.
    pub fn all(&self, path: Path) -> impl Iterator<Item = &Scalar<'a>> {
        self.attributes.iter().filter(move |a| a.path == path).map(|a| &a.value)
    }

    /// The first value at a path.
    pub fn get(&self, path: Path) -> Option<&Scalar<'a>> {
        self.all(path).next()
    }

    /// Whether one of these is there: an endpoint's port, say, is nothing without its name.
    pub fn has_any(&self, paths: &[Path]) -> bool {
        self.attributes.iter().any(|a| paths.contains(&a.path))
    }

    /// Every attribute, in the order they were added.
    pub fn attributes(&self) -> &[Attribute<'a>] {
        &self.attributes
    }

    /// The event as OCSF writes it: nested JSON, keys in alphabetical order of their paths.
    pub fn to_json(&self) -> Value {
        let mut sorted: Vec<&Attribute<'_>> = self.attributes.iter().collect();
        sorted.sort_by_key(|a| (a.path, a.slot));
        let mut root = Value::Object(Map::new());
        for attribute in sorted {
            place(&mut root, attribute.path.name(), attribute.slot, attribute.value.to_json());
        }
        root
    }
}

/// Puts `value` at `path` below `node`, making objects and arrays on the way.
fn place(node: &mut Value, path: &str, slot: u16, value: Value) {
    let (head, rest) = path.split_once('.').map_or((path, None), |(h, r)| (h, Some(r)));
    let (key, is_array) = head.strip_suffix("[]").map_or((head, false), |k| (k, true));
    let Value::Object(map) = node else { return };
    let child = map.entry(key).or_insert(Value::Null);
    if is_array {
        if !child.is_array() {
            *child = Value::Array(Vec::new());
        }
        let Value::Array(items) = child else { return };
        let Some(rest) = rest else {
            items.push(value);
            return;
        };
        while items.len() <= usize::from(slot) {
            items.push(Value::Object(Map::new()));
        }
        if let Some(item) = items.get_mut(usize::from(slot)) {
            place(item, rest, slot, value);
        }
    } else if let Some(rest) = rest {
        if !child.is_object() {
            *child = Value::Object(Map::new());
        }
        place(child, rest, slot, value);
    } else {
        *child = value;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nests_objects_and_arrays() {
        let mut flat = Flat::new(Class::API_ACTIVITY, 1);
        flat.put(paths::ACTOR_USER_NAME, "alice");
        flat.put_in(paths::RESOURCES_UID, 0, "i-1");
        flat.put_in(paths::RESOURCES_TYPE, 1, "role");
        flat.put_in(paths::RESOURCES_UID, 1, "r-2");
        flat.put_some(paths::MESSAGE, Some("-"));
        let json = flat.to_json();
        assert_eq!(json["actor"]["user"]["name"], "alice");
        assert_eq!(json["resources"][1]["type"], "role");
        assert_eq!(json["resources"][0]["uid"], "i-1");
        assert_eq!(json["type_uid"], 600_301);
        assert!(json.get("message").is_none());
    }
}
