//! Finding where a JSON value ends, and walking arrays and objects without building a tree.

use serde::de::{Deserializer, MapAccess};
use serde_json::value::RawValue;

/// Why no whole value stands at the front.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Broken {
    /// The bytes end inside the value.
    Short,
    /// The value is no JSON; what the parser said.
    Wrong(String),
}

/// The value at the front of `bytes` (white space allowed before it): its text and where it ends.
pub(crate) fn value(bytes: &[u8]) -> Result<(&str, usize), Broken> {
    let mut stream = serde_json::Deserializer::from_slice(bytes).into_iter::<&RawValue>();
    match stream.next() {
        Some(Ok(raw)) => {
            let end = stream.byte_offset();
            Ok((raw.get(), end))
        }
        Some(Err(error)) if error.is_eof() => Err(Broken::Short),
        Some(Err(error)) => Err(Broken::Wrong(error.to_string())),
        None => Err(Broken::Short),
    }
}

/// Where a bracketed value ends by counting brackets outside strings, without judging what is
/// inside; `None` if it does not end in `bytes`.
pub fn value_end(bytes: &[u8]) -> Option<usize> {
    let mut depth = 0usize;
    let mut in_string = false;
    let mut escaped = false;
    for (at, byte) in bytes.iter().enumerate() {
        if in_string {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_string = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

/// The raw elements of a JSON array, or nothing if `text` is none.
pub fn elements(text: &str) -> Vec<&str> {
    serde_json::from_str::<Vec<&RawValue>>(text)
        .map(|items| items.into_iter().map(RawValue::get).collect())
        .unwrap_or_default()
}

/// The raw members of a JSON object in their order, or nothing if `text` is none.
pub fn members(text: &str) -> Vec<(String, &str)> {
    struct Members;
    impl<'de> serde::de::Visitor<'de> for Members {
        type Value = Vec<(String, &'de str)>;
        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("an object")
        }
        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut out = Vec::new();
            while let Some((key, raw)) = map.next_entry::<String, &RawValue>()? {
                out.push((key, raw.get()));
            }
            Ok(out)
        }
    }
    let mut reader = serde_json::Deserializer::from_str(text);
    reader.deserialize_map(Members).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_by_brackets_outside_strings() {
        assert_eq!(value_end(br#"{"a":"}\"]"} x"#), Some(12));
        assert_eq!(value_end(br#"{"a":["#), None);
        assert_eq!(members(r#"{"a":1,"b":[2]}"#), [("a".into(), "1"), ("b".into(), "[2]")]);
        assert_eq!(elements("[1, {}]"), ["1", "{}"]);
    }
}
