//! An entry of a report as OCSF, and what rules ask of it.

use model::{Body, Entity, EntityKind, Role, Time};
use ocsf::{Class, Flat, Scalar, paths};

use super::report::{Found, Report};

/// The names that stand in entries; the names of changed attributes answer too.
pub const FIELDS: &[&str] =
    &["path", "change", "flags", "outline", "version", "TargetFilename", "SHA256", "Perm", "Size"];

/// What became of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It was not in the database.
    Added,
    /// It is gone.
    Removed,
    /// Its content is another.
    Content,
    /// Its rights or owner are others.
    Rights,
    /// Only times and their like are others.
    Attributes,
}

impl Change {
    /// Reads AIDE's flags (`aide.conf(5)`, "summarize_changes").
    pub fn of(flags: &str) -> Change {
        let marks = flags.get(1..).unwrap_or("");
        match flags {
            "added" => return Change::Added,
            "removed" => return Change::Removed,
            "changed" => return Change::Content,
            _ if marks.contains('+') && !marks.contains(' ') => return Change::Added,
            _ if marks.contains('-') && !marks.contains(' ') => return Change::Removed,
            _ => {}
        }
        let has = |letters: &[char]| marks.contains(letters);
        match () {
            () if has(&['H', '<', '>']) || flags.starts_with('!') => Change::Content,
            () if has(&['p', 'u', 'g', 'A', 'S', 'C']) => Change::Rights,
            () if has(&['m']) => Change::Content,
            () => Change::Attributes,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Change::Added => "added",
            Change::Removed => "removed",
            Change::Content | Change::Rights | Change::Attributes => "changed",
        }
    }

    /// The activity of File System Activity.
    fn activity(self) -> i64 {
        match self {
            Change::Added => 1,
            Change::Removed => 4,
            Change::Content => 3,
            Change::Rights => 7,
            Change::Attributes => 6,
        }
    }
}

/// One entry, or the report itself.
pub struct Entry<'r> {
    /// From the start to the end of the report.
    pub time: Time,
    /// What became of the file.
    pub change: Option<Change>,
    /// The entry.
    pub found: Option<&'r Found>,
    /// Its report.
    pub report: &'r Report,
}

impl Entry<'_> {
    /// The value that an attribute has now, under its name in text or JSON reports.
    fn now(&self, names: &[&str]) -> Option<&str> {
        let details = &self.found?.details;
        let detail = details.iter().find(|d| names.contains(&d.name.as_str()))?;
        (!detail.new.is_empty()).then_some(detail.new.as_str())
    }

    fn file(&self, found: &Found, change: Change) -> Flat<'_> {
        let mut flat = Flat::new(Class::FILE_ACTIVITY, change.activity());
        let name = found.path.trim_end_matches('/').rsplit('/').next().unwrap_or("");
        let name = if name.is_empty() { &found.path } else { name };
        flat.put(paths::FILE_NAME, name.to_owned());
        flat.put(paths::FILE_PATH, found.path.clone());
        flat.put(paths::FILE_TYPE_ID, file_type(&found.flags));
        if let Some(size) = self.now(&["Size", "size"]).and_then(|s| s.parse::<i64>().ok()) {
            flat.put(paths::FILE_SIZE, size);
        }
        let modified = self.now(&["Mtime", "modify_time", "mtime"]);
        if let Some(time) = modified.and_then(Time::parse_rfc3339) {
            flat.put(paths::FILE_MODIFIED_TIME, time.ocsf());
        }
        let hashes = [(["SHA256", "sha256"], 3), (["SHA512", "sha512"], 4), (["MD5", "md5"], 1)];
        let known = hashes.iter().filter_map(|(names, id)| Some((hex(self.now(names)?)?, *id)));
        for (slot, (hash, algorithm)) in known.enumerate() {
            flat.put_in(paths::FILE_HASHES_ALGORITHM_ID, slot as u16, algorithm);
            flat.put_in(paths::FILE_HASHES_VALUE, slot as u16, hash);
        }
        if !found.details.is_empty() {
            let changes =
                found.details.iter().map(|d| format!("{}: {} -> {}", d.name, d.old, d.new));
            flat.put(paths::FILE_DIFF, changes.collect::<Vec<_>>().join("; "));
        }
        // AIDE sees that a file differs, not who did it nor where it runs.
        flat.put(paths::ACTOR_APP_NAME, "unknown");
        flat.put(paths::DEVICE_NAME, "unknown");
        flat.put(paths::DEVICE_TYPE_ID, 0);
        flat
    }
}

impl Body for Entry<'_> {
    fn ocsf(&self) -> Flat<'_> {
        let mut flat = if let (Some(found), Some(change)) = (self.found, self.change) {
            self.file(found, change)
        } else {
            let mut flat = Flat::new(Class::BASE_EVENT, 99);
            flat.put(paths::ACTIVITY_NAME, "Integrity Check");
            flat.put_some(paths::MESSAGE, Some(self.report.outline.as_str()));
            flat
        };
        flat.put(paths::METADATA_PRODUCT_NAME, "AIDE");
        flat.put_some(paths::METADATA_PRODUCT_VERSION, Some(self.report.version.as_str()));
        flat.put_some(paths::METADATA_ORIGINAL_TIME, self.report.start.as_deref());
        flat.put(paths::SEVERITY_ID, 1);
        flat.put(paths::STATUS_ID, 1);
        flat.put(paths::STATUS, "Success");
        flat.put(paths::TIME, self.time.ocsf());
        flat.put(paths::START_TIME, self.time.ocsf());
        flat.put(paths::END_TIME, self.time.closing().ocsf());
        flat
    }

    fn field(&self, name: &str, each: &mut dyn FnMut(Scalar<'_>) -> bool) {
        let old = name.strip_suffix(".old");
        let value = match (name, self.found) {
            ("outline", _) => Some(self.report.outline.as_str()),
            ("version", _) => Some(self.report.version.as_str()),
            ("path" | "TargetFilename", Some(found)) => Some(found.path.as_str()),
            ("flags", Some(found)) => Some(found.flags.as_str()),
            ("change", _) => self.change.map(Change::word),
            (_, Some(found)) => {
                let wanted = old.unwrap_or(name);
                let detail = found.details.iter().find(|d| d.name == wanted);
                detail.map(|d| if old.is_some() { d.old.as_str() } else { d.new.as_str() })
            }
            _ => None,
        };
        if let Some(value) = value.filter(|v| !v.is_empty()) {
            each(Scalar::from(value));
        }
    }

    fn entities<'s>(&'s self, out: &mut Vec<Entity<'s>>) {
        if let Some(found) = self.found {
            let added = self.change == Some(Change::Added);
            let role = if added { Role::Created } else { Role::Target };
            out.push(Entity::new(EntityKind::File, found.path.as_str(), role));
        }
    }

    fn action(&self) -> String {
        match self.change {
            Some(change) => format!("file {}", change.word()),
            None => "integrity check".to_owned(),
        }
    }

    fn reads_only(&self) -> Option<bool> {
        Some(self.change.is_none())
    }
}

/// OCSF's type of a file by AIDE's letter.
fn file_type(flags: &str) -> i64 {
    match flags.as_bytes() {
        [b'f', b'+' | b'-' | b' ', ..] => 1,
        [b'd', b'+' | b'-' | b' ', ..] => 2,
        [b'c', b'+' | b'-' | b' ', ..] => 3,
        [b'b', b'+' | b'-' | b' ', ..] => 4,
        [b's', b'+' | b'-' | b' ', ..] => 5,
        [b'p', b'+' | b'-' | b' ', ..] => 6,
        [b'l', b'+' | b'-' | b' ', ..] => 7,
        _ => 0,
    }
}

/// A checksum in hexadecimal: AIDE writes Base64 unless `report_base16` is set.
pub fn hex(text: &str) -> Option<String> {
    if text.len().is_multiple_of(8) && text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Some(text.to_ascii_lowercase());
    }
    let mut out = String::new();
    let (mut bits, mut have) = (0u32, 0u32);
    for byte in text.bytes().take_while(|b| *b != b'=') {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = (bits << 6 | u32::from(value)) & 0xFFFF;
        have += 6;
        if have >= 8 {
            have -= 8;
            let byte = bits >> have & 0xFF;
            out.extend([byte >> 4, byte & 15].iter().filter_map(|d| char::from_digit(*d, 16)));
        }
    }
    (!out.is_empty()).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_tell_what_changed() {
        for (flags, wanted) in [
            ("f+++++++++++++++++", Change::Added),
            ("d-----------------", Change::Removed),
            ("f = ... mc .H", Change::Content),
            ("f = p.. .c ..", Change::Rights),
            ("d > ... mc .", Change::Content),
            ("f = ... .c ..", Change::Attributes),
            ("added", Change::Added),
        ] {
            assert_eq!(Change::of(flags), wanted, "{flags}");
        }
    }

    #[test]
    fn checksums_in_either_writing() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(hex("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=").as_deref(), Some(empty));
        assert_eq!(hex(empty).as_deref(), Some(empty));
        assert_eq!(hex("not a checksum"), None);
    }
}
