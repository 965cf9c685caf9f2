//! The attributes of somebody's OCSF event, as far as our register has their paths.

use model::event::Body;
use ocsf::{Attribute, Class, Flat, Path, Scalar, paths};
use sonic_rs::{JsonContainerTrait, Value};

use super::record::Record;
use crate::json;

/// Attributes lie no deeper.
const DEPTH_MAX: usize = 8;
/// The most elements of an array that are kept.
const ELEMENTS_MAX: usize = 128;
/// The most attributes of one event.
const ATTRIBUTES_MAX: usize = 2048;

/// The event as attributes of the schema's version that we write.
pub(super) fn flat<'s>(record: &'s Record<'_>) -> Flat<'s> {
    let mut walk = Walk { path: String::with_capacity(64), found: Vec::with_capacity(64) };
    walk.object(record.value, 0, None);
    // Times may be seconds or texts in the record.
    let time = Attribute { path: paths::TIME, slot: 0, value: Scalar::Int(record.time.ocsf()) };
    let mut found = walk.found;
    found.retain(|attribute| attribute.path != paths::TIME);
    found.push(time.clone());
    if let Some(flat) = ocsf::fit(record.class, record.activity, found) {
        return flat;
    }
    debug_assert!(false, "{} cannot be filled in", record.class.name);
    let mut flat = Flat::new(Class::BASE_EVENT, 0);
    flat.put(paths::TIME, record.time.ocsf());
    flat.put(paths::SEVERITY_ID, 0);
    flat.put(paths::METADATA_PRODUCT_NAME, "Unknown");
    flat.put(paths::MESSAGE, record.action());
    flat
}

struct Walk<'v> {
    /// The dotted path of what is looked at, with `[]` after arrays.
    path: String,
    found: Vec<Attribute<'v>>,
}

impl<'v> Walk<'v> {
    fn object(&mut self, value: &'v Value, depth: usize, slot: Option<u16>) {
        let Some(object) = value.as_object() else { return };
        if depth > DEPTH_MAX {
            return;
        }
        for (key, member) in object {
            let length = self.path.len();
            if depth > 0 {
                self.path.push('.');
            }
            self.step(key, depth);
            self.member(member, depth, slot);
            self.path.truncate(length);
        }
    }

    /// Adds a key to the path; names of the candidates of version 1.0 in their later form.
    fn step(&mut self, key: &str, depth: usize) {
        match key {
            "identity" if depth == 0 => self.path.push_str("actor"),
            "account_uid" => self.path.push_str("account.uid"),
            "org_uid" => self.path.push_str("org.uid"),
            _ => self.path.push_str(key),
        }
    }

    fn member(&mut self, member: &'v Value, depth: usize, slot: Option<u16>) {
        if let Some(items) = member.as_array() {
            self.path.push_str("[]");
            for (at, item) in items.iter().take(ELEMENTS_MAX).enumerate() {
                if item.as_object().is_none() {
                    self.leaf(item, slot.unwrap_or(0));
                } else if slot.is_none() || items.len() == 1 {
                    // An array in an array has no place of its own in a flat list.
                    self.object(item, depth + 1, slot.or(u16::try_from(at).ok()));
                }
            }
        } else if member.as_object().is_some() {
            self.object(member, depth + 1, slot);
        } else {
            self.leaf(member, slot.unwrap_or(0));
        }
    }

    fn leaf(&mut self, value: &'v Value, slot: u16) {
        let Some(value) = json::scalar(value) else { return };
        let is_nothing = matches!(&value, Scalar::Null)
            || value.as_str().is_some_and(|text| text.is_empty() || text == "-");
        if !is_nothing
            && self.found.len() < ATTRIBUTES_MAX
            && let Some(path) = Path::exact(&self.path)
        {
            self.found.push(Attribute { path, slot, value });
        }
    }
}
