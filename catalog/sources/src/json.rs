//! Reading a record's JSON: values by dotted path, through arrays, without copying.

use std::borrow::Cow;

use model::time::{Precision, Time};
use ocsf::Scalar;
use sonic_rs::{JsonContainerTrait, JsonType, JsonValueTrait, Value};

pub use frame::parse;

/// A document's tree: the one that was made when its end was looked for, or one of its own.
pub fn tree<'d>(document: &frame::Document<'d>) -> Result<Cow<'d, Value>, String> {
    match document.value {
        Some(value) => Ok(Cow::Borrowed(value)),
        None => parse(document.text).map(Cow::Owned),
    }
}

/// A leaf as a scalar; `None` for objects and arrays.
pub fn scalar(value: &Value) -> Option<Scalar<'_>> {
    match value.get_type() {
        JsonType::Null => Some(Scalar::Null),
        JsonType::Boolean => value.as_bool().map(Scalar::Bool),
        JsonType::String => value.as_str().map(Scalar::from),
        JsonType::Number => {
            value.as_i64().map(Scalar::Int).or_else(|| value.as_f64().map(Scalar::Float))
        }
        JsonType::Object | JsonType::Array => None,
    }
}

/// Hands every leaf at a dotted path to `each` until it returns false; arrays on the way and at
/// the end stand for each of their elements. A key that itself holds dots is found too. Returns
/// false if `each` did.
pub fn visit<'v>(value: &'v Value, path: &str, each: &mut dyn FnMut(Scalar<'v>) -> bool) -> bool {
    if let Some(items) = value.as_array() {
        return items.iter().all(|item| visit(item, path, each));
    }
    if path.is_empty() {
        return scalar(value).is_none_or(each);
    }
    let Some(object) = value.as_object() else { return true };
    if let Some(child) = object.get(&path) {
        return visit(child, "", each);
    }
    for (at, _) in path.match_indices('.') {
        let (head, tail) = (path.get(..at).unwrap_or(""), path.get(at + 1..).unwrap_or(""));
        if let Some(child) = object.get(&head) {
            return visit(child, tail, each);
        }
    }
    true
}

/// Whether anything stands at a dotted path, be it null, an object or an empty list; arrays on
/// the way stand for each of their elements.
pub fn present(value: &Value, path: &str) -> bool {
    if let Some(items) = value.as_array() {
        return items.iter().any(|item| present(item, path));
    }
    let Some(object) = value.as_object() else { return false };
    object.get(&path).is_some()
        || path.match_indices('.').any(|(at, _)| {
            let (head, tail) = (path.get(..at).unwrap_or(""), path.get(at + 1..).unwrap_or(""));
            object.get(&head).is_some_and(|child| present(child, tail))
        })
}

/// The value at a path of keys.
pub fn at<'v>(value: &'v Value, path: &[&str]) -> Option<&'v Value> {
    path.iter().try_fold(value, |value, key| value.as_object()?.get(key))
}

/// The text at a path of keys.
pub fn text<'v>(value: &'v Value, path: &[&str]) -> Option<&'v str> {
    at(value, path)?.as_str()
}

/// Whether a record has a member of that name that is not null.
pub fn has(value: &Value, key: &str) -> bool {
    value.as_object().and_then(|o| o.get(&key)).is_some_and(|v| !v.is_null())
}

/// A time as programs write it: RFC 3339, or seconds, milliseconds, microseconds or nanoseconds
/// since 1970 as number or digits (told apart by their size).
pub fn time(value: &Value) -> Option<Time> {
    if let Some(text) = value.as_str() {
        return Time::parse_rfc3339(text)
            .or_else(|| whole_epoch(text.parse().ok()?))
            .or_else(|| epoch(text.parse().ok()?, text.contains('.')));
    }
    match value.as_i64().and_then(whole_epoch) {
        Some(time) => Some(time),
        None => epoch(value.as_f64()?, !value.is_i64()),
    }
}

/// A whole number since 1970: exact, which a float is not in milliseconds and below.
fn whole_epoch(number: i64) -> Option<Time> {
    let (unit, precision) = match number.unsigned_abs() {
        n if n < 100_000_000_000 => (1_000_000_000, Precision::Seconds),
        n if n < 100_000_000_000_000 => (1_000_000, Precision::Millis),
        n if n < 100_000_000_000_000_000 => (1_000, Precision::Micros),
        _ => (1, Precision::Nanos),
    };
    number.checked_mul(unit).map(|nanos| Time::point(nanos, precision))
}

/// A time since 1970 in the unit that puts it between 1973 and 2286.
fn epoch(number: f64, fraction: bool) -> Option<Time> {
    let (unit, precision) = match number.abs() {
        n if n < 1e11 => (1e9, if fraction { Precision::Micros } else { Precision::Seconds }),
        n if n < 1e14 => (1e6, Precision::Millis),
        n if n < 1e17 => (1e3, Precision::Micros),
        n if n < 9.2e18 => (1.0, Precision::Nanos),
        _ => return None,
    };
    // Rounded while the number is small: a float cannot hold nanoseconds since 1970 exactly.
    let step = if precision == Precision::Micros { 1000 } else { 1 };
    let steps = (number * unit / step as f64).round() as i64;
    Some(Time::point(steps.saturating_mul(step), precision))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaves(json: &str, path: &str) -> Vec<String> {
        let value = parse(json).unwrap();
        let mut out = Vec::new();
        visit(&value, path, &mut |s| {
            out.push(format!("{:?}", s.to_json()));
            true
        });
        out
    }

    #[test]
    fn walks_paths_through_arrays() {
        let json = r#"{"a":{"b":[{"c":1},{"c":"x"}]},"d.e":true,"n":null,"l":[1,2]}"#;
        assert_eq!(leaves(json, "a.b.c"), ["Number(1)", "String(\"x\")"]);
        assert_eq!(leaves(json, "d.e"), ["Bool(true)"]);
        assert_eq!(leaves(json, "n"), ["Null"]);
        assert_eq!(leaves(json, "l").len(), 2);
        assert!(leaves(json, "a.x").is_empty());
        let value = parse(json).unwrap();
        for (path, there) in
            [("n", true), ("a.b", true), ("a.b.c", true), ("d.e", true), ("a.c", false)]
        {
            assert_eq!(present(&value, path), there, "{path}");
        }
    }

    #[test]
    fn a_tower_of_brackets_is_refused() {
        let tower = "[".repeat(200_000);
        assert!(parse(&tower).unwrap_err().contains("nested"));
        let deep = format!("{}1{}", "[".repeat(300), "]".repeat(300));
        assert!(parse(&deep).unwrap_err().contains("nested"));
    }

    #[test]
    fn epochs_by_size() {
        for (json, text) in [
            ("1761019822.3152757", "2025-10-21T04:10:22.315276Z"),
            ("1761019822", "2025-10-21T04:10:22Z"),
            ("1761019822.25", "2025-10-21T04:10:22.250000Z"),
            ("1761019822315", "2025-10-21T04:10:22.315Z"),
            ("1791244801250", "2026-10-06T00:00:01.250Z"),
            ("\"1791244801250\"", "2026-10-06T00:00:01.250Z"),
            ("\"2025-10-21T04:10:22.315+00:00\"", "2025-10-21T04:10:22.315Z"),
        ] {
            assert_eq!(time(&parse(json).unwrap()).unwrap().to_string(), text);
        }
    }
}
