//! A line of a ClamAV log as OCSF, and what rules ask of it.

use model::{Body, Entity, EntityKind, Role, Time};
use ocsf::{Class, Flat, Scalar, paths};

use super::line::{Line, Tells, row};

/// The log's names, and those that Sigma's category `antivirus` has.
pub const FIELDS: &[&str] =
    &["path", "signature", "verdict", "message", "Signature", "Filename", "Infected files"];

/// One line with its time.
pub struct Item<'a> {
    /// The line.
    pub line: Line<'a>,
    /// Its own time, or that of its scan.
    pub time: Time,
    /// Whether there is one.
    pub timed: bool,
    /// The machine, where the line came through syslog.
    pub host: &'a str,
}

impl Item<'_> {
    fn signature(&self) -> Option<&str> {
        // The extended form has the file's hash and size behind: `Name(hash:size)`.
        let name = self.line.said.split('(').next().unwrap_or(self.line.said);
        (self.line.tells == Tells::Found).then_some(name)
    }

    /// The file, if it is one.
    fn file(&self) -> Option<&str> {
        self.line.path.starts_with(['/', '.', '~']).then_some(self.line.path)
    }

    /// The client of a stream: `instream(192.0.2.7@40000)`.
    fn client(&self) -> Option<&str> {
        let inside = self.line.path.strip_prefix("instream(")?.split(['@', ')']).next()?;
        inside.parse::<std::net::IpAddr>().is_ok().then_some(inside)
    }

    fn finding(&self, signature: &str) -> Flat<'_> {
        let mut flat = Flat::new(Class::DETECTION_FINDING, 1);
        let name = signature.to_owned();
        flat.put(paths::FINDING_INFO_TITLE, name.clone());
        flat.put(paths::FINDING_INFO_UID, format!("{name} {}", self.line.path));
        flat.put(paths::FINDING_INFO_TYPES, "Malware");
        flat.put(paths::MALWARE_NAME, name);
        flat.put(paths::MALWARE_CLASSIFICATION_IDS, 0);
        flat.put(paths::MALWARE_PATH, self.line.path);
        flat.put(paths::MALWARE_PROVIDER, "ClamAV");
        if let Some(path) = self.file() {
            flat.put(paths::EVIDENCES_FILE_NAME, path.rsplit('/').next().unwrap_or(path));
            flat.put(paths::EVIDENCES_FILE_PATH, path);
            flat.put(paths::EVIDENCES_FILE_TYPE_ID, 1);
        }
        flat.put(paths::SEVERITY_ID, 4);
        flat.put(paths::STATUS_ID, 1);
        flat.put(paths::STATUS, "New");
        flat
    }
}

impl Body for Item<'_> {
    fn ocsf(&self) -> Flat<'_> {
        let mut flat = if let Some(signature) = self.signature() {
            self.finding(signature)
        } else {
            let mut flat = Flat::new(Class::BASE_EVENT, 99);
            flat.put(paths::ACTIVITY_NAME, self.action());
            flat.put(paths::SEVERITY_ID, 1);
            flat
        };
        flat.put(paths::MESSAGE, self.line.text);
        flat.put(paths::METADATA_PRODUCT_NAME, "ClamAV");
        flat.put_some(paths::METADATA_PRODUCT_VERSION, row(self.line.text, "Engine version:"));
        flat.put(paths::TIME, self.time.ocsf());
        if !self.timed {
            flat.put(paths::METADATA_LABELS, "time unknown");
        }
        if !self.host.is_empty() {
            flat.put(paths::DEVICE_HOSTNAME, self.host);
            flat.put(paths::DEVICE_TYPE_ID, 0);
            if self.line.tells != Tells::Found {
                flat.put(paths::METADATA_PROFILES, "host");
            }
        }
        flat
    }

    fn field(&self, name: &str, each: &mut dyn FnMut(Scalar<'_>) -> bool) {
        let value = match name {
            "path" | "Filename" => Some(self.line.path),
            "signature" | "Signature" => self.signature(),
            "verdict" => Some(self.line.said).filter(|_| !self.line.path.is_empty()),
            "message" => Some(self.line.text),
            key if self.line.tells == Tells::Summary => {
                let found = self.line.text.lines().find_map(|row| row.strip_prefix(key));
                found.and_then(|rest| rest.strip_prefix(':')).map(str::trim)
            }
            _ => None,
        };
        if let Some(value) = value.filter(|v| !v.is_empty()) {
            each(Scalar::from(value));
        }
    }

    fn entities<'s>(&'s self, out: &mut Vec<Entity<'s>>) {
        if !self.host.is_empty() {
            out.push(Entity::new(EntityKind::Host, self.host, Role::Place));
        }
        if let Some(path) = self.file() {
            out.push(Entity::new(EntityKind::File, path, Role::Target));
        }
        if let Some(ip) = self.client() {
            out.push(Entity::new(EntityKind::Ip, ip, Role::Actor));
        }
    }

    fn action(&self) -> String {
        match self.line.tells {
            Tells::Found => format!("found {}", self.signature().unwrap_or_default()),
            Tells::Looked => format!("scanned: {}", self.line.said),
            Tells::Treated => "infected file treated".to_owned(),
            Tells::Summary => "scan summary".to_owned(),
            _ => model::text::printable(self.line.text, 60).into_owned(),
        }
    }

    fn reads_only(&self) -> Option<bool> {
        Some(self.line.tells != Tells::Treated)
    }
}
