//! The bundle that is filled: common properties, ids that follow from content, each object once.

use std::collections::BTreeMap;
use std::io::{self, Write};

use model::Time;
use serde_json::{Map, Value, json};
use sha1::{Digest as _, Sha1};

use crate::sentence::safe;

/// What ids of our own objects are made under.
const NAMESPACE: u128 = 0x6b1f_5a3e_92d7_4c08_a4c6_0d5e_7f31_b29a;
/// What ids of observables are made under (STIX 2.1, section 2.9).
const OBSERVABLES: u128 = 0x00ab_edb4_aa42_466c_9c01_fed2_3315_a9b7;
/// When objects that belong to no incident were made: the same in every bundle.
pub(crate) const ORIGIN: &str = "2026-01-01T00:00:00.000Z";
/// The longest text, in characters.
const TEXT_MAX: usize = 4_000;

/// `type--uuid`; the same parts have the same id.
pub(crate) fn id(kind: &str, parts: &[&str]) -> String {
    let mut name = String::from(kind);
    for part in parts {
        name.extend(["\u{0}", &part.len().to_string(), "\u{0}", part]);
    }
    format!("{kind}--{}", uuid(NAMESPACE, &name, 5))
}

/// A UUID that follows from a name (RFC 9562, section 5.5), under the version wanted.
fn uuid(namespace: u128, name: &str, version: u128) -> String {
    let hash = Sha1::new().chain_update(namespace.to_be_bytes()).chain_update(name).finalize();
    let first = hash.iter().take(16).fold(0_u128, |all, byte| all << 8 | u128::from(*byte));
    let bits = first & !(0xf << 76) & !(0b11 << 62) | version << 76 | 0b10 << 62;
    let hex = format!("{bits:032x}");
    let parts = [0..8, 8..12, 12..16, 16..20, 20..32].map(|at| hex.get(at).unwrap_or_default());
    parts.join("-")
}

/// Objects under way.
pub(crate) struct Bundle {
    objects: BTreeMap<String, Value>,
    order: Vec<String>,
    author: String,
    lang: &'static str,
}

impl Bundle {
    /// A bundle that names us as the author.
    pub(crate) fn new(lang: &'static str) -> Self {
        let author = id("identity", &["yagura"]);
        let mut bundle = Bundle { objects: BTreeMap::new(), order: Vec::new(), author, lang };
        let author = json!({
            "type": "identity", "spec_version": "2.1", "id": bundle.author,
            "created": ORIGIN, "modified": ORIGIN,
            "name": "Yagura", "identity_class": "system",
        });
        bundle.put(author);
        bundle
    }

    /// Adds a domain object or a relationship with an id of these parts; gives the id.
    pub(crate) fn add(&mut self, kind: &str, parts: &[&str], made: &str, own: Value) -> String {
        let id = id(kind, parts);
        let mut object = json!({
            "type": kind, "spec_version": "2.1", "id": id,
            "created_by_ref": self.author, "created": made, "modified": made,
        });
        if kind != "relationship" {
            set(&mut object, "lang", self.lang.into());
        }
        merge(&mut object, own);
        self.put(object);
        id
    }

    /// Adds an observable. Its id follows from the properties that the standard names.
    pub(crate) fn observe(&mut self, kind: &str, contributing: &Value, own: Value) -> String {
        // A process has no property that makes an id, and its id must look like a random one.
        let version = if kind == "process" { 4 } else { 5 };
        let id = format!("{kind}--{}", uuid(OBSERVABLES, &contributing.to_string(), version));
        let mut object = json!({"type": kind, "spec_version": "2.1", "id": id});
        merge(&mut object, own);
        self.put(object);
        id
    }

    /// Adds a relationship.
    pub(crate) fn relate(&mut self, from: &str, how: &str, to: &str, made: &str) -> String {
        let own = json!({"relationship_type": how, "source_ref": from, "target_ref": to});
        self.add("relationship", &[from, how, to], made, own)
    }

    /// Writes it.
    pub(crate) fn write(mut self, mut to: &mut dyn Write) -> io::Result<()> {
        let ids: Vec<&str> = self.order.iter().map(String::as_str).collect();
        let name = id("bundle", &ids);
        let objects: Vec<Value> =
            self.order.iter().filter_map(|id| self.objects.remove(id)).collect();
        let whole = json!({"type": "bundle", "id": name, "objects": objects});
        serde_json::to_writer_pretty(&mut to, &whole)?;
        writeln!(to)
    }

    /// Adds an object as it is; the first of an id stays.
    pub(crate) fn put(&mut self, object: Value) {
        let Some(id) = object.get("id").and_then(Value::as_str) else { return };
        if !self.objects.contains_key(id) {
            self.order.push(id.to_owned());
            self.objects.insert(id.to_owned(), object);
        }
    }
}

/// Adds the attack pattern of an ATT&CK technique; gives its id.
pub(crate) fn technique(bundle: &mut Bundle, technique: &str) -> String {
    let page = technique.replace('.', "/");
    let own = json!({
        "name": technique,
        "external_references": [{
            "source_name": "mitre-attack",
            "external_id": technique,
            "url": format!("https://attack.mitre.org/techniques/{page}"),
        }],
    });
    bundle.add("attack-pattern", &[technique], ORIGIN, own)
}

/// Text of a log or about it: bounded, without secrets and control characters.
pub(crate) fn text(text: &str) -> String {
    safe(text, TEXT_MAX)
}

/// Sets a member.
pub(crate) fn set(object: &mut Value, name: &str, value: Value) {
    if let Some(members) = object.as_object_mut() {
        members.insert(name.into(), value);
    }
}

fn merge(object: &mut Value, own: Value) {
    if let (Some(members), Value::Object(own)) = (object.as_object_mut(), own) {
        members.extend::<Map<String, Value>>(own);
    }
}

/// A time to the millisecond, as the properties `created` and `modified` must have it.
pub(crate) fn millis(time: Time) -> String {
    let written = time.to_string();
    let bare = written.trim_end_matches('Z');
    let (second, fraction) = bare.split_once('.').unwrap_or((bare, ""));
    format!("{second}.{fraction:0<3.3}Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 9562, appendix A.4: `www.example.com` in the namespace of DNS.
    #[test]
    fn ids_are_uuids_of_version_5() {
        let dns = 0x6ba7_b810_9dad_11d1_80b4_00c0_4fd4_30c8;
        assert_eq!(uuid(dns, "www.example.com", 5), "2ed6657d-e927-568b-95e1-2665a8aea6a2");
    }

    #[test]
    fn parts_do_not_run_together() {
        assert_ne!(id("note", &["ab", "c"]), id("note", &["a", "bc"]));
    }
}
