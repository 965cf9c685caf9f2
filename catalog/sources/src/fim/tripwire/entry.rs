//! An object of a report as OCSF, and what rules ask of it.

use model::{Body, Entity, EntityKind, Role, Time};
use ocsf::{Class, Flat, Scalar, paths};

use super::report::{Change, Object, Report};
use crate::aws::shared::{is_ip, push, put_severity};
use crate::fim::aide::hex;
use crate::host::deed::file_name;

/// The names that stand in objects; the names of properties answer too.
pub const FIELDS: &[&str] =
    &["path", "change", "rule", "severity", "host", "TargetFilename", "Size", "Mode", "SHA"];

/// One object, or the report itself.
pub struct Entry<'r> {
    /// When the report was made.
    pub time: Time,
    /// The object.
    pub object: Option<&'r Object>,
    /// Its report.
    pub report: &'r Report,
}

impl Change {
    fn word(self) -> &'static str {
        match self {
            Change::Added => "added",
            Change::Removed => "removed",
            Change::Modified => "modified",
        }
    }
}

/// The activity of File System Activity.
fn activity(object: &Object) -> i64 {
    let changed = |names: &[&str]| {
        object.properties.iter().any(|p| p.is_changed && names.contains(&p.name.as_str()))
    };
    match object.change {
        Change::Added => 1,
        Change::Removed => 4,
        _ if object.properties.is_empty() => 3,
        _ if changed(&["Size", "CRC32", "MD5", "SHA", "HAVAL"]) => 3,
        _ if changed(&["Mode", "UID", "GID", "ACL"]) => 7,
        _ if changed(&["Modify Time"]) => 3,
        Change::Modified => 6,
    }
}

/// OCSF's type of a file by Tripwire's words.
fn file_type(object: &Object) -> i64 {
    let property = object.get("Object Type");
    let word = property.map_or("", |p| if p.new.is_empty() { &p.old } else { &p.new });
    match word {
        "Regular File" => 1,
        "Directory" => 2,
        "Character Device" => 3,
        "Block Device" => 4,
        "Socket" => 5,
        "FIFO" | "Named Pipe" => 6,
        "Symbolic Link" => 7,
        _ => 0,
    }
}

impl Entry<'_> {
    fn file(object: &Object) -> Flat<'_> {
        let mut flat = Flat::new(Class::FILE_ACTIVITY, activity(object));
        flat.put(paths::FILE_NAME, file_name(&object.path).to_owned());
        flat.put(paths::FILE_PATH, object.path.clone());
        flat.put(paths::FILE_TYPE_ID, file_type(object));
        let now = |name: &str| {
            let property = object.get(name)?;
            let value = if property.new.is_empty() { &property.old } else { &property.new };
            Some(value.clone()).filter(|value| !value.is_empty())
        };
        if let Some(size) = now("Size").and_then(|size| size.parse::<i64>().ok()) {
            flat.put(paths::FILE_SIZE, size);
        }
        let mut slot = 0;
        for (name, id, length) in [("MD5", 1, 32), ("SHA", 2, 40)] {
            let digits = now(name).and_then(|value| hex(&value)).filter(|h| h.len() == length);
            if let Some(digits) = digits {
                flat.put_in(paths::FILE_HASHES_ALGORITHM_ID, slot, id);
                flat.put_in(paths::FILE_HASHES_VALUE, slot, digits);
                slot += 1;
            }
        }
        let changed = object.properties.iter().filter(|p| p.is_changed);
        let diff: Vec<String> =
            changed.map(|p| format!("{}: {} -> {}", p.name, p.old, p.new)).collect();
        flat.put_some(paths::FILE_DIFF, Some(diff.join("; ")));
        flat.put_some(paths::METADATA_LABELS, Some(object.rule.as_str()));
        // Tripwire sees that an object differs, not who did it.
        flat.put(paths::ACTOR_APP_NAME, "unknown");
        flat
    }

    fn severity(&self) -> i64 {
        // The default policy has 33 low, 66 medium, 100 high.
        match self.object.and_then(|object| object.severity) {
            Some(67..) => 4,
            Some(34..) => 3,
            Some(1..) => 2,
            _ => 1,
        }
    }
}

impl Body for Entry<'_> {
    fn ocsf(&self) -> Flat<'_> {
        let mut flat = if let Some(object) = self.object {
            Self::file(object)
        } else {
            let mut flat = Flat::new(Class::BASE_EVENT, 99);
            flat.put(paths::ACTIVITY_NAME, "Integrity Check");
            let count = self.report.violations;
            flat.put_some(paths::MESSAGE, count.map(|count| format!("{count} violations found")));
            flat
        };
        flat.put(paths::METADATA_PRODUCT_NAME, "Tripwire");
        flat.put_some(paths::METADATA_ORIGINAL_TIME, self.report.created.as_deref());
        put_severity(&mut flat, self.severity());
        flat.put(paths::STATUS_ID, 1);
        flat.put(paths::STATUS, "Success");
        flat.put(paths::TIME, self.time.ocsf());
        let host = Some(self.report.host.as_str()).filter(|host| !host.is_empty());
        let is_plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_');
        match host {
            Some(host) if host.bytes().all(is_plain) => flat.put(paths::DEVICE_HOSTNAME, host),
            host => flat.put(paths::DEVICE_NAME, host.unwrap_or("unknown")),
        }
        let ip = Some(self.report.ip.as_str()).filter(|ip| is_ip(ip));
        flat.put_some(paths::DEVICE_IP, ip);
        flat.put(paths::DEVICE_TYPE_ID, 0);
        ocsf::fitted(flat)
    }

    fn field(&self, name: &str, each: &mut dyn FnMut(Scalar<'_>) -> bool) {
        let old = name.strip_suffix(".old");
        let text = match (name, self.object) {
            ("host", _) => Some(self.report.host.as_str()),
            ("path" | "TargetFilename", Some(object)) => Some(object.path.as_str()),
            ("change", Some(object)) => Some(object.change.word()),
            ("rule", Some(object)) => Some(object.rule.as_str()),
            ("severity", Some(object)) => {
                object.severity.map(Scalar::Int).map(each);
                return;
            }
            (_, Some(object)) => object
                .get(old.unwrap_or(name))
                .map(|p| if old.is_some() { p.old.as_str() } else { p.new.as_str() }),
            _ => None,
        };
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            each(Scalar::from(text));
        }
    }

    fn entities<'s>(&'s self, out: &mut Vec<Entity<'s>>) {
        if let Some(object) = self.object {
            let added = object.change == Change::Added;
            let role = if added { Role::Created } else { Role::Target };
            push(out, EntityKind::File, Some(object.path.as_str()), role);
        }
        push(out, EntityKind::Host, Some(self.report.host.as_str()), Role::Place);
        push(out, EntityKind::Ip, Some(self.report.ip.as_str()), Role::Place);
    }

    fn action(&self) -> String {
        match self.object {
            Some(object) => format!("file {}", object.change.word()),
            None => "integrity check".to_owned(),
        }
    }

    fn reads_only(&self) -> Option<bool> {
        Some(self.object.is_none())
    }
}
