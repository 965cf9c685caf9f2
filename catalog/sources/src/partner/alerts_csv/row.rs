//! One row of a table of alerts as a Detection Finding.

use model::{Body, Entity, EntityKind, Outcome, Role, Time};
use ocsf::{Class, Flat, Scalar, paths};

use super::columns::{Columns, Part};
use crate::aws::shared::{is_ip, put_severity};
use crate::partner::words::{algorithm, disposition, severity};

/// One row; its values stand in the order of the columns.
pub struct Alert<'r> {
    /// The columns.
    pub columns: &'r Columns,
    /// The values.
    pub values: &'r [String],
    /// When it was found.
    pub time: Time,
}

impl<'r> Alert<'r> {
    /// What the row says of a part; a dash and the like say nothing.
    pub fn part(&self, part: Part) -> Option<&'r str> {
        let value = self.values.get(self.columns.place(part)?)?.trim();
        Some(value).filter(|value| !matches!(*value, "" | "-" | "null" | "N/A" | "n/a" | "なし"))
    }

    /// Whether the attack was done: one that was stopped failed.
    pub fn outcome(&self) -> Outcome {
        match self.disposition() {
            Some((1, _)) => Outcome::Success,
            Some(_) => Outcome::Failure,
            None => Outcome::Unknown,
        }
    }

    /// OCSF's disposition, where the product's word for what it did is a plain one.
    fn disposition(&self) -> Option<(i64, &'static str)> {
        disposition(self.part(Part::Action)?)
    }

    fn address(&self, part: Part) -> Option<&'r str> {
        self.part(part).filter(|text| is_ip(text))
    }

    fn put_evidence(&self, flat: &mut Flat<'r>) {
        flat.put_some(paths::EVIDENCES_SRC_ENDPOINT_IP, self.address(Part::SourceIp));
        flat.put_some(paths::EVIDENCES_DST_ENDPOINT_IP, self.address(Part::TargetIp));
        flat.put_some(paths::EVIDENCES_ACTOR_USER_NAME, self.part(Part::User));
        flat.put_some(paths::EVIDENCES_URL_URL_STRING, self.part(Part::Url));
        let hash = self.part(Part::Hash).and_then(|hash| Some((algorithm(hash)?, hash)));
        if let Some(file) = self.part(Part::File).or(hash.map(|(_, hash)| hash)) {
            let name = file.rsplit(['/', '\\']).next().filter(|n| !n.is_empty()).unwrap_or(file);
            flat.put(paths::EVIDENCES_FILE_NAME, name);
            flat.put_some(paths::EVIDENCES_FILE_PATH, self.part(Part::File));
            flat.put(paths::EVIDENCES_FILE_TYPE_ID, 1);
        }
        if let Some((algorithm, hash)) = hash {
            flat.put(paths::EVIDENCES_FILE_HASHES_ALGORITHM_ID, algorithm);
            flat.put(paths::EVIDENCES_FILE_HASHES_VALUE, hash);
        }
    }

    fn put_host(&self, flat: &mut Flat<'r>) {
        let host = self.part(Part::Host);
        let ip = self.address(Part::Ip).or(host.filter(|host| is_ip(host)));
        let is_plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.');
        if let Some(host) = host.filter(|host| !is_ip(host)) {
            let is_hostname = host.bytes().all(is_plain);
            let path = if is_hostname { paths::DEVICE_HOSTNAME } else { paths::DEVICE_NAME };
            flat.put(path, host);
        }
        flat.put_some(paths::DEVICE_IP, ip);
        if host.is_some() || ip.is_some() {
            flat.put(paths::DEVICE_TYPE_ID, 0);
        }
    }
}

impl Body for Alert<'_> {
    fn ocsf(&self) -> Flat<'_> {
        let mut flat = Flat::new(Class::DETECTION_FINDING, 1);
        let name = self.part(Part::Name).unwrap_or_default();
        flat.put(paths::TIME, self.time.ocsf());
        flat.put(paths::METADATA_PRODUCT_NAME, self.part(Part::Product).unwrap_or("unknown"));
        put_severity(&mut flat, self.part(Part::Severity).map_or(0, severity));
        flat.put(paths::STATUS_ID, 1);
        flat.put(paths::STATUS, "New");
        flat.put(paths::IS_ALERT, true);
        flat.put(paths::FINDING_INFO_TITLE, name);
        let uid =
            self.part(Part::Id).map_or_else(|| format!("{name} {}", self.time), str::to_owned);
        flat.put(paths::FINDING_INFO_UID, uid);
        flat.put_some(paths::FINDING_INFO_TYPES, self.part(Part::Sort));
        flat.put_some(paths::FINDING_INFO_DESC, self.part(Part::Message));
        flat.put_some(paths::MESSAGE, self.part(Part::Message));
        if let Some((id, word)) = self.disposition() {
            flat.put(paths::METADATA_PROFILES, "security_control");
            flat.put(paths::ACTION_ID, if id == 1 { 1 } else { 2 });
            flat.put(paths::ACTION, if id == 1 { "Allowed" } else { "Denied" });
            flat.put(paths::DISPOSITION_ID, id);
            flat.put(paths::DISPOSITION, word);
        }
        self.put_host(&mut flat);
        self.put_evidence(&mut flat);
        ocsf::fitted(flat)
    }

    /// The table's own names of columns, else ours and those of Sigma's category `antivirus`.
    fn field(&self, name: &str, each: &mut dyn FnMut(Scalar<'_>) -> bool) {
        let own = self.columns.names.iter().position(|column| column.trim() == name);
        let part = match name {
            "time" => Part::Time,
            "name" | "Signature" => Part::Name,
            "severity" => Part::Severity,
            "src_ip" => Part::SourceIp,
            "dst_ip" => Part::TargetIp,
            "host" => Part::Host,
            "user" => Part::User,
            "file" | "Filename" => Part::File,
            "hash" => Part::Hash,
            "url" => Part::Url,
            "action" => Part::Action,
            "message" => Part::Message,
            _ if own.is_some() => Part::Name,
            _ => return,
        };
        let value = own.and_then(|at| self.values.get(at)).map(String::as_str);
        let value = if own.is_some() { value } else { self.part(part) };
        if let Some(value) = value {
            each(value.into());
        }
    }

    fn entities<'s>(&'s self, out: &mut Vec<Entity<'s>>) {
        let mut put = |kind, value: Option<&'s str>, role| {
            out.extend(value.map(|value| Entity::new(kind, value, role)));
        };
        let host = self.part(Part::Host);
        put(EntityKind::Ip, self.address(Part::SourceIp), Role::Actor);
        put(EntityKind::Ip, self.address(Part::TargetIp), Role::Target);
        put(EntityKind::Ip, self.address(Part::Ip), Role::Place);
        put(EntityKind::Ip, host.filter(|host| is_ip(host)), Role::Place);
        put(EntityKind::Host, host.filter(|host| !is_ip(host)), Role::Place);
        put(EntityKind::User, self.part(Part::User), Role::Actor);
        put(EntityKind::File, self.part(Part::File), Role::Target);
        put(EntityKind::Url, self.part(Part::Url).filter(|url| url.contains("://")), Role::Target);
    }

    fn action(&self) -> String {
        model::text::printable(self.part(Part::Name).unwrap_or_default(), 160).into_owned()
    }
}
