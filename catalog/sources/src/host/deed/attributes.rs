//! A deed as OCSF attributes: all that is known is put, what the class does not know is left out.

use std::borrow::Cow;

use model::Outcome;
use ocsf::{Class, Flat, Path, Scalar, paths};

use super::places::{
    ACTOR, ACTOR_PARENT, EVIDENCE, EVIDENCE_PARENT, PROCESS, PROCESS_PARENT, put_process,
};
use super::{Deed, End, File, Finding, LIST_MAX, Text, file_name};
use crate::aws::shared::{is_ip, put_severity};

/// What OCSF calls what the record does not name.
const UNKNOWN: &str = "unknown";
/// OCSF's number of an observable that is a container, an image, a pod.
const OBSERVED_CONTAINER: i64 = 27;
const OBSERVED_OTHER: i64 = 99;

impl<'a> Deed<'a> {
    /// The attributes.
    pub fn flat(self) -> Flat<'a> {
        let mut flat = Flat::new(self.class, self.activity);
        flat.put(paths::TIME, self.time.ocsf());
        flat.put(paths::METADATA_PRODUCT_NAME, self.product.0);
        flat.put(paths::METADATA_PRODUCT_VENDOR_NAME, self.product.1);
        put_severity(&mut flat, self.severity);
        if self.activity == 99 {
            flat.put_some(paths::ACTIVITY_NAME, self.called.clone());
        }
        flat.put_some(paths::METADATA_UID, self.uid.clone());
        flat.put_some(paths::METADATA_EVENT_CODE, self.code.clone());
        flat.put_some(paths::MESSAGE, self.message.clone());
        for label in self.labels.iter().filter(|l| !l.is_empty()).take(LIST_MAX) {
            flat.put(paths::METADATA_LABELS, Scalar::Str(label.clone()));
        }
        self.put_status(&mut flat);
        self.put_host(&mut flat);
        self.put_container(&mut flat);
        self.put_processes(&mut flat);
        self.put_things(&mut flat);
        self.put_ends(&mut flat);
        if let Some(finding) = &self.finding {
            self.put_finding(finding, &mut flat);
        }
        ocsf::fitted(flat)
    }

    /// Whether it was done; of a finding, that nobody has looked at it yet.
    fn put_status(&self, flat: &mut Flat<'a>) {
        let (id, name) = match self.outcome {
            _ if self.class.category_uid() == 2 => (1, "New"),
            Outcome::Success => (1, "Success"),
            Outcome::Failure => (2, "Failure"),
            Outcome::Unknown => (0, "Unknown"),
        };
        flat.put(paths::STATUS_ID, id);
        flat.put(paths::STATUS, name);
        if let Some(exit) = self.exit {
            flat.put(paths::EXIT_CODE, exit);
        }
        if self.class.category_uid() == 5 {
            flat.put(paths::QUERY_RESULT_ID, if self.is_gone { 3 } else { 1 });
            flat.put_some(paths::QUERY_INFO_NAME, self.code.clone());
        }
    }

    fn put_host(&self, flat: &mut Flat<'a>) {
        let address = self.host_ip.clone().filter(|ip| is_ip(ip));
        let Some(host) = self.host.clone().filter(|host| !host.is_empty()) else {
            let is_known = address.is_some();
            flat.put_some(paths::DEVICE_IP, address);
            let needs_host = matches!(self.class.category_uid(), 1) && !is_known;
            return flat.put_some(paths::DEVICE_NAME, needs_host.then_some(UNKNOWN));
        };
        let is_plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_');
        let path = if is_ip(&host) {
            paths::DEVICE_IP
        } else if host.bytes().all(is_plain) {
            paths::DEVICE_HOSTNAME
        } else {
            paths::DEVICE_NAME
        };
        flat.put_some(path, Some(host));
        if path != paths::DEVICE_IP {
            flat.put_some(paths::DEVICE_IP, address);
        }
        flat.put(paths::DEVICE_TYPE_ID, 0);
    }

    /// Containers: in the evidence of a finding, else among the observables.
    fn put_container(&self, flat: &mut Flat<'a>) {
        let it = &self.container;
        if self.class == Class::DETECTION_FINDING {
            flat.put_some(paths::EVIDENCES_CONTAINER_UID, it.id.clone());
            flat.put_some(paths::EVIDENCES_CONTAINER_NAME, it.name.clone());
            if it.id.is_some() || it.name.is_some() {
                flat.put_some(paths::EVIDENCES_CONTAINER_IMAGE_UID, it.image.clone());
                flat.put_some(paths::EVIDENCES_CONTAINER_IMAGE_NAME, it.image.clone());
            }
        }
        let mut slot = 0;
        for (name, kind, type_id, value) in [
            ("container.uid", "Container", OBSERVED_CONTAINER, &it.id),
            ("container.name", "Container", OBSERVED_CONTAINER, &it.name),
            ("container.image.name", "Other", OBSERVED_OTHER, &it.image),
            ("pod.namespace", "Other", OBSERVED_OTHER, &it.namespace),
            ("pod.name", "Other", OBSERVED_OTHER, &it.pod),
        ] {
            let Some(value) = value.clone().filter(|value| !value.is_empty()) else { continue };
            flat.put_in(paths::OBSERVABLES_NAME, slot, name);
            flat.put_in(paths::OBSERVABLES_TYPE, slot, kind);
            flat.put_in(paths::OBSERVABLES_TYPE_ID, slot, type_id);
            flat.put_in(paths::OBSERVABLES_VALUE, slot, Scalar::Str(value));
            slot += 1;
        }
    }

    fn put_processes(&self, flat: &mut Flat<'a>) {
        match self.class {
            Class::PROCESS_ACTIVITY => {
                put_process(flat, &PROCESS, &self.process, true);
                put_process(flat, &ACTOR, &self.parent, false);
                if self.parent.is_empty() {
                    // Who started it is not told; whose it is often is.
                    flat.put_some(paths::ACTOR_USER_NAME, self.process.user.clone());
                    flat.put_some(paths::ACTOR_USER_UID, self.process.user_uid.clone());
                    let is_known = flat.has_any(&[paths::ACTOR_USER_NAME, paths::ACTOR_USER_UID]);
                    flat.put_some(paths::ACTOR_APP_NAME, (!is_known).then_some(UNKNOWN));
                }
            }
            Class::DETECTION_FINDING => {
                put_process(flat, &EVIDENCE, &self.process, false);
                if !self.process.is_empty() {
                    put_process(flat, &EVIDENCE_PARENT, &self.parent, false);
                }
            }
            class if class.category_uid() == 5 => {
                put_process(flat, &PROCESS, &self.process, false);
                if !self.process.is_empty() {
                    put_process(flat, &PROCESS_PARENT, &self.parent, false);
                }
            }
            class => {
                put_process(flat, &ACTOR, &self.process, false);
                if !self.process.is_empty() {
                    put_process(flat, &ACTOR_PARENT, &self.parent, false);
                    flat.put_some(paths::ACTOR_USER_NAME, self.process.user.clone());
                    flat.put_some(paths::ACTOR_USER_UID, self.process.user_uid.clone());
                } else if matches!(class.category_uid(), 1) {
                    flat.put(paths::ACTOR_APP_NAME, UNKNOWN);
                }
            }
        }
    }

    fn put_things(&self, flat: &mut Flat<'a>) {
        if self.class == Class::DETECTION_FINDING {
            let caller = self.process.user.is_none().then(|| self.user.clone()).flatten();
            flat.put_some(paths::EVIDENCES_ACTOR_USER_NAME, caller);
            if let Some(path) = self.file.path.clone().filter(|path| !path.is_empty()) {
                flat.put(paths::EVIDENCES_FILE_NAME, file_name(&path).to_owned());
                flat.put(paths::EVIDENCES_FILE_PATH, Scalar::Str(path));
                flat.put(paths::EVIDENCES_FILE_TYPE_ID, self.file.type_id);
            }
        } else {
            put_file(flat, &self.file);
        }
        if self.class == Class::MODULE_ACTIVITY {
            if let Some(path) = self.file.path.clone() {
                flat.put(paths::MODULE_FILE_NAME, file_name(&path).to_owned());
                flat.put(paths::MODULE_FILE_PATH, Scalar::Str(path));
                flat.put(paths::MODULE_FILE_TYPE_ID, 1);
            }
            flat.put(paths::MODULE_LOAD_TYPE_ID, 0);
        }
        if self.class == Class::KERNEL_ACTIVITY {
            let call = self.call.clone().unwrap_or(Cow::Borrowed(UNKNOWN));
            flat.put_some(paths::KERNEL_NAME, Some(call.clone()));
            flat.put_some(paths::KERNEL_SYSTEM_CALL, Some(call));
            flat.put(paths::KERNEL_TYPE_ID, 2);
        }
        flat.put_some(paths::USER_NAME, self.user.clone());
        flat.put_some(paths::SERVICE_NAME, self.service.clone());
    }

    fn put_ends(&self, flat: &mut Flat<'a>) {
        let (source, target) = match self.class {
            Class::DETECTION_FINDING => (EVIDENCE_SOURCE, EVIDENCE_TARGET),
            _ => (SOURCE, TARGET),
        };
        put_end(flat, source, &self.source);
        put_end(flat, target, &self.target);
        if let Some(protocol) = &self.protocol {
            let lower = protocol.to_ascii_lowercase();
            let number = match lower.as_str() {
                "tcp" => Some(6),
                "udp" => Some(17),
                "icmp" => Some(1),
                _ => None,
            };
            flat.put_some(paths::CONNECTION_INFO_PROTOCOL_NAME, Some(lower));
            if let Some(number) = number {
                flat.put(paths::CONNECTION_INFO_PROTOCOL_NUM, number);
            }
        }
    }

    fn put_finding(&self, finding: &Finding<'a>, flat: &mut Flat<'a>) {
        let uid = finding.uid.clone().or_else(|| finding.rule.clone());
        let uid = uid.or_else(|| finding.title.clone()).unwrap_or(Cow::Borrowed(UNKNOWN));
        flat.put(paths::FINDING_INFO_UID, Scalar::Str(uid));
        flat.put_some(paths::FINDING_INFO_TITLE, finding.title.clone());
        flat.put_some(paths::FINDING_INFO_DESC, finding.text.clone());
        flat.put(paths::FINDING_INFO_CREATED_TIME, self.time.ocsf());
        flat.put_some(paths::FINDING_INFO_ANALYTIC_NAME, finding.title.clone());
        flat.put_some(paths::FINDING_INFO_ANALYTIC_UID, finding.rule.clone());
        flat.put(paths::FINDING_INFO_ANALYTIC_TYPE_ID, 1);
        flat.put(paths::FINDING_INFO_ANALYTIC_TYPE, "Rule");
        flat.put(paths::IS_ALERT, true);
        for kind in finding.types.iter().filter(|kind| !kind.is_empty()).take(LIST_MAX) {
            flat.put(paths::FINDING_INFO_TYPES, Scalar::Str(kind.clone()));
        }
        if let Some(count) = finding.count {
            flat.put(paths::FINDING_INFO_RELATED_EVENTS_COUNT, count);
        }
        let mut slot = 0;
        for (id, name) in finding.techniques.iter().take(LIST_MAX) {
            flat.put_in(paths::FINDING_INFO_ATTACKS_TECHNIQUE_UID, slot, Scalar::Str(id.clone()));
            if let Some(name) = name.clone() {
                flat.put_in(paths::FINDING_INFO_ATTACKS_TECHNIQUE_NAME, slot, Scalar::Str(name));
            }
            slot += 1;
        }
        for name in finding.tactics.iter().filter(|name| !name.is_empty()).take(LIST_MAX) {
            flat.put_in(paths::FINDING_INFO_ATTACKS_TACTIC_NAME, slot, Scalar::Str(name.clone()));
            slot += 1;
        }
    }
}

fn put_file<'a>(flat: &mut Flat<'a>, file: &File<'a>) {
    let Some(path) = file.path.clone().filter(|path| !path.is_empty()) else { return };
    flat.put(paths::FILE_NAME, file_name(&path).to_owned());
    flat.put(paths::FILE_PATH, Scalar::Str(path));
    flat.put(paths::FILE_TYPE_ID, file.type_id);
    if let Some(result) = file.result.clone().filter(|path| !path.is_empty()) {
        flat.put(paths::FILE_RESULT_NAME, file_name(&result).to_owned());
        flat.put(paths::FILE_RESULT_PATH, Scalar::Str(result));
        flat.put(paths::FILE_RESULT_TYPE_ID, file.type_id);
    }
    let mut slot = 0;
    for (hash, id, name) in
        [(&file.md5, 1, "MD5"), (&file.sha1, 2, "SHA-1"), (&file.sha256, 3, "SHA-256")]
    {
        let Some(hash) = hash.clone().filter(|hash| !hash.is_empty()) else { continue };
        flat.put_in(paths::FILE_HASHES_ALGORITHM_ID, slot, id);
        flat.put_in(paths::FILE_HASHES_ALGORITHM, slot, name);
        flat.put_in(paths::FILE_HASHES_VALUE, slot, Scalar::Str(hash));
        slot += 1;
    }
    if let Some(size) = file.size {
        flat.put(paths::FILE_SIZE, size);
    }
    if let Some(time) = file.modified {
        flat.put(paths::FILE_MODIFIED_TIME, time.ocsf());
    }
    flat.put_some(paths::FILE_OWNER_NAME, file.owner.clone());
    flat.put_some(paths::FILE_DIFF, file.diff.clone());
}

/// Where an end of a connection goes: address, port, name.
type EndPlace = (Path, Path, Path);

const SOURCE: EndPlace =
    (paths::SRC_ENDPOINT_IP, paths::SRC_ENDPOINT_PORT, paths::SRC_ENDPOINT_HOSTNAME);
const TARGET: EndPlace =
    (paths::DST_ENDPOINT_IP, paths::DST_ENDPOINT_PORT, paths::DST_ENDPOINT_HOSTNAME);
const EVIDENCE_SOURCE: EndPlace = (
    paths::EVIDENCES_SRC_ENDPOINT_IP,
    paths::EVIDENCES_SRC_ENDPOINT_PORT,
    paths::EVIDENCES_SRC_ENDPOINT_HOSTNAME,
);
const EVIDENCE_TARGET: EndPlace = (
    paths::EVIDENCES_DST_ENDPOINT_IP,
    paths::EVIDENCES_DST_ENDPOINT_PORT,
    paths::EVIDENCES_DST_ENDPOINT_HOSTNAME,
);

/// A port is nothing without an address or a name.
fn put_end<'a>(flat: &mut Flat<'a>, (ip, port, host): EndPlace, end: &End<'a>) {
    let address: Text<'a> = end.ip.clone().filter(|ip| is_ip(ip));
    flat.put_some(ip, address);
    flat.put_some(host, end.host.clone());
    if let Some(number) = end.port.filter(|port| (1..=65_535).contains(port))
        && flat.has_any(&[ip, host])
    {
        flat.put(port, number);
    }
}
