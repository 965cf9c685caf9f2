//! Holds an event to the schema: by interpreting the table, class by class, object by object.
//!
//! An attribute that a profile brings counts only where `metadata.profiles` names the profile: it
//! is required then if the profile requires it, and unknown otherwise.

use std::fmt;

use serde_json::{Map, Value};

use crate::schema::{Attribute, Constraint, Item, Need, Schema};
use crate::types::{fits, name_of};

/// One way in which an event is not what the schema says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Violation {
    /// Where: a dotted path, with the index of array elements (`resources[1].uid`).
    pub path: String,
    /// What is wrong; a short lower-case phrase.
    pub what: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.what)
    }
}

/// Everything about `event` that OCSF [`crate::VERSION`] does not allow; empty if it is valid.
///
/// `unmapped` and attributes of type `json_t` may hold anything.
pub fn validate(event: &Value) -> Vec<Violation> {
    let mut check = Check { schema: Schema::get(), profiles: Vec::new(), found: Vec::new() };
    let Some(map) = event.as_object() else {
        check.note("", "an event must be a JSON object");
        return check.found;
    };
    let Some(uid) = map.get("class_uid").and_then(Value::as_u64) else {
        check.note("class_uid", "missing, or no number");
        return check.found;
    };
    let Some(class) = check.schema.class(uid) else {
        check.note("class_uid", format!("unknown class {uid}"));
        return check.found;
    };
    check.read_profiles(map, class);
    check.numbers(map, uid);
    check.item(map, class, "");
    check.found
}

/// One validation under way.
struct Check<'a> {
    schema: &'static Schema,
    profiles: Vec<&'a str>,
    found: Vec<Violation>,
}

impl<'a> Check<'a> {
    fn note(&mut self, path: &str, what: impl Into<String>) {
        self.found.push(Violation { path: path.into(), what: what.into() });
    }

    /// The profiles that the event says it follows.
    fn read_profiles(&mut self, event: &'a Map<String, Value>, class: &Item) {
        let named = event.get("metadata").and_then(|m| m.get("profiles")).and_then(Value::as_array);
        for profile in named.into_iter().flatten().filter_map(Value::as_str) {
            if class.profiles.contains(&profile) {
                self.profiles.push(profile);
            } else {
                let what = format!("class {} has no profile {profile:?}", class.name);
                self.note("metadata.profiles", what);
            }
        }
    }

    /// The numbers that must agree with each other.
    fn numbers(&mut self, event: &Map<String, Value>, class: u64) {
        let number = |key: &str| event.get(key).and_then(Value::as_u64);
        let wanted = number("activity_id").map(|activity| class * 100 + activity);
        if let (Some(wanted), Some(found)) = (wanted, number("type_uid"))
            && wanted != found
        {
            self.note("type_uid", format!("is {found}; class and activity make {wanted}"));
        }
        if let Some(found) = number("category_uid")
            && found != class / 1000
        {
            self.note("category_uid", format!("is {found}; the class is of {}", class / 1000));
        }
        let version = event.get("metadata").and_then(|m| m.get("version")).and_then(Value::as_str);
        if let Some(version) = version
            && version != self.schema.version
        {
            let what = format!("is {version:?}; the schema here is {}", self.schema.version);
            self.note("metadata.version", what);
        }
    }

    fn item(&mut self, map: &Map<String, Value>, item: &Item, at: &str) {
        for (name, attribute) in &item.attributes {
            if attribute.need == Need::Required
                && self.applies(attribute)
                && !map.contains_key(*name)
            {
                self.note(&below(at, name), "required, but missing");
            }
        }
        for constraint in &item.constraints {
            self.constraint(map, constraint, at);
        }
        for (name, value) in map {
            let path = below(at, name);
            match item.attributes.get(name.as_str()) {
                Some(attribute) if self.applies(attribute) => {
                    self.attribute(value, attribute, &path);
                }
                Some(attribute) => {
                    let profile = attribute.profile.unwrap_or_default();
                    self.note(&path, format!("needs the profile {profile:?} in metadata.profiles"));
                }
                None => self.note(&path, format!("{} has no such attribute", item.name)),
            }
        }
    }

    fn applies(&self, attribute: &Attribute) -> bool {
        attribute.profile.is_none_or(|profile| self.profiles.contains(&profile))
    }

    fn constraint(&mut self, map: &Map<String, Value>, constraint: &Constraint, at: &str) {
        let is_there = |path: &&&str| {
            let mut steps = path.split('.');
            let first = steps.next().and_then(|step| map.get(step));
            steps.try_fold(first, |at, step| at.map(|value| value.get(step))).flatten().is_some()
        };
        let present = constraint.of.iter().filter(is_there).count();
        let broken = match constraint.kind {
            "just_one" => present != 1,
            _ => present == 0,
        };
        if broken {
            let what =
                format!("{} of {}, has {present}", constraint.kind, constraint.of.join(", "));
            self.note(at, what);
        }
    }

    fn attribute(&mut self, value: &Value, attribute: &Attribute, path: &str) {
        match (attribute.is_array, value) {
            (true, Value::Array(items)) => {
                for (at, item) in items.iter().enumerate() {
                    self.value(item, attribute, &format!("{path}[{at}]"));
                }
            }
            (true, _) => self.note(path, format!("must be an array, is {}", name_of(value))),
            (false, _) => self.value(value, attribute, path),
        }
    }

    fn value(&mut self, value: &Value, attribute: &Attribute, path: &str) {
        let Some(base) = self.schema.base_type(attribute.kind) else {
            return self.nested(value, attribute.kind, path);
        };
        if !fits(value, attribute.kind, base) {
            let (kind, is) = (attribute.kind, name_of(value));
            self.note(path, format!("must be {kind}, is {is}"));
            return;
        }
        let written = match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let values = &attribute.values;
        if !values.is_empty() && !values.iter().any(|(id, _)| **id == written) {
            self.note(path, format!("{written} is not in the enum"));
        }
    }

    fn nested(&mut self, value: &Value, kind: &str, path: &str) {
        match (value, self.schema.object(kind)) {
            (Value::Object(map), Some(item)) => self.item(map, item, path),
            // The bare `object` type (`unmapped`) has no attribute list.
            (Value::Object(_), None) => {}
            _ => self.note(path, format!("must be the object {kind}, is {}", name_of(value))),
        }
    }
}

fn below(at: &str, name: &str) -> String {
    if at.is_empty() { name.to_owned() } else { format!("{at}.{name}") }
}
