//! What the schema says of single attributes: whether a class has one, and what fits into it.

use std::borrow::Cow;

use crate::class::Class;
use crate::flat::Scalar;
use crate::path::Path;
use crate::schema::{Attribute, Item, Schema};

/// Whether events of a class may have an attribute, by themselves or by a profile.
pub fn has(class: Class, path: Path) -> bool {
    attribute(class, path).is_some()
}

/// The ids of a class's activities, with their captions.
pub fn activities(class: Class) -> &'static [(&'static str, &'static str)] {
    let item = Schema::get().class(u64::from(class.uid));
    let found = item.and_then(|item| item.attributes.get("activity_id"));
    found.map_or(&[], |attribute| attribute.values.as_slice())
}

/// A text as a value of an attribute: a number or a truth value where it wants one. `None` if the
/// class has no such attribute, or the text is no such value.
pub fn value_of(class: Class, path: Path, text: Cow<'_, str>) -> Option<Scalar<'_>> {
    let wanted = attribute(class, path)?;
    match Schema::get().base_type(wanted.kind)? {
        "integer_t" | "long_t" => text.trim().parse().ok().map(Scalar::Int),
        "float_t" => text.trim().parse().ok().filter(|f: &f64| f.is_finite()).map(Scalar::Float),
        "boolean_t" => match text.trim().to_ascii_lowercase().as_str() {
            "true" | "yes" | "1" => Some(Scalar::Bool(true)),
            "false" | "no" | "0" => Some(Scalar::Bool(false)),
            _ => None,
        },
        _ => Some(Scalar::Str(text)),
    }
}

/// The attribute at a path; objects are none.
fn attribute(class: Class, path: Path) -> Option<&'static Attribute> {
    let schema = Schema::get();
    let mut item: &Item = schema.class(u64::from(class.uid))?;
    let profiles = &item.profiles;
    let mut steps = path.name().split('.').peekable();
    while let Some(step) = steps.next() {
        let wanted = item.attributes.get(step.strip_suffix("[]").unwrap_or(step))?;
        if wanted.profile.is_some_and(|profile| !profiles.contains(&profile)) {
            return None;
        }
        if steps.peek().is_none() {
            return schema.base_type(wanted.kind).is_some().then_some(&**wanted);
        }
        item = schema.object(wanted.kind)?;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::path::paths;

    #[test]
    fn texts_become_what_the_attribute_wants() {
        let read = |path, text: &'static str| value_of(Class::AUTHENTICATION, path, text.into());
        assert_eq!(read(paths::SRC_ENDPOINT_PORT, "443"), Some(Scalar::Int(443)));
        assert_eq!(read(paths::SRC_ENDPOINT_PORT, "https"), None);
        assert_eq!(read(paths::IS_MFA, "True"), Some(Scalar::Bool(true)));
        assert_eq!(read(paths::USER_NAME, "7"), Some(Scalar::from("7")));
        assert_eq!(read(paths::FILE_PATH, "/tmp"), None);
        assert!(has(Class::AUTHENTICATION, paths::USER_NAME));
        assert!(!has(Class::AUTHENTICATION, paths::QUERY_HOSTNAME));
        assert!(activities(Class::AUTHENTICATION).contains(&("1", "Logon")));
    }
}
