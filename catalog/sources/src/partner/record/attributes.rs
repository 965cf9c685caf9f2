//! A record of a product as OCSF attributes.

use ocsf::{Class, Flat, Scalar, paths};

use super::kind::Kind;
use super::{Record, keys};
use crate::aws::shared::{is_ip, put_severity, put_status};
use crate::host::deed::file_name;
use crate::net::ends::Ends;
use crate::net::web::{Request, activity};
use crate::partner::words::algorithm;

/// What OCSF calls what the record does not name.
const UNKNOWN: &str = "unknown";

impl<'a> Record<'a> {
    /// The event.
    pub(super) fn flat(&self) -> Flat<'_> {
        let kind = self.kind();
        let (class, activity) = match kind {
            Kind::Finding => (Class::DETECTION_FINDING, 1),
            Kind::Traffic => (Class::NETWORK_ACTIVITY, self.traffic()),
            Kind::Web => (Class::HTTP_ACTIVITY, activity(self.raw_first(keys::METHOD))),
            Kind::Login => (Class::AUTHENTICATION, 1),
            Kind::Other => (Class::BASE_EVENT, 99),
        };
        let mut flat = Flat::new(class, activity);
        let name = |text: &'_ str| if text.is_empty() { UNKNOWN } else { text }.to_owned();
        flat.put(paths::TIME, self.time.ocsf());
        flat.put(paths::METADATA_PRODUCT_NAME, name(&self.head.product));
        flat.put_some(paths::METADATA_PRODUCT_VENDOR_NAME, Some(self.head.vendor.as_ref()));
        flat.put_some(paths::METADATA_PRODUCT_VERSION, Some(self.head.version.as_ref()));
        flat.put_some(paths::METADATA_EVENT_CODE, Some(self.head.id.as_ref()));
        flat.put_some(paths::METADATA_UID, self.first(&["externalId", "UNIFIeventId"]));
        put_severity(&mut flat, self.severity());
        flat.put_some(paths::MESSAGE, self.first(keys::MESSAGE));
        if activity == 99 {
            flat.put_some(paths::ACTIVITY_NAME, Some(self.title()));
        }
        if kind != Kind::Other {
            self.put_verdict(&mut flat);
        }
        self.put_host(&mut flat);
        match kind {
            Kind::Finding => self.put_finding(&mut flat),
            Kind::Other => put_status(&mut flat, self.outcome()),
            _ => {
                put_status(&mut flat, self.outcome());
                self.put_activity(kind, &mut flat);
            }
        }
        ocsf::fitted(flat)
    }

    /// The activity of traffic: refused, closed, or under way.
    fn traffic(&self) -> i64 {
        let action = self.raw_first(keys::ACTION).unwrap_or("");
        match self.verdict() {
            _ if action.eq_ignore_ascii_case("close") => 2,
            Some((1, _)) | None => 6,
            Some(_) => 5,
        }
    }

    pub(super) fn raw_first(&self, keys: &[&str]) -> Option<&'a str> {
        keys.iter().find_map(|key| self.raw(key))
    }

    /// What happened, in the product's words.
    pub(super) fn title(&self) -> std::borrow::Cow<'_, str> {
        let named = self.head.name.as_deref().filter(|name| !name.is_empty());
        let threat = || self.labelled(keys::THREAT);
        let own = named.map(std::borrow::Cow::Borrowed);
        let own = own.or_else(threat).or_else(|| self.first(&["name", "eventName", "policy"]));
        let id = Some(self.head.id.as_ref()).filter(|id| !id.is_empty());
        own.or_else(|| Some(id?.into())).unwrap_or(UNKNOWN.into())
    }

    fn put_verdict<'s>(&'s self, flat: &mut Flat<'s>) {
        if let Some((id, word)) = self.verdict() {
            flat.put(paths::ACTION_ID, if id == 1 { 1 } else { 2 });
            flat.put(paths::ACTION, if id == 1 { "Allowed" } else { "Denied" });
            flat.put(paths::DISPOSITION_ID, id);
            flat.put(paths::DISPOSITION, word);
        }
        if let Some(rule) = self.labelled(keys::RULE) {
            flat.put(paths::FIREWALL_RULE_NAME, Scalar::Str(rule));
        }
    }

    /// The machine that says it.
    fn put_host<'s>(&'s self, flat: &mut Flat<'s>) {
        let host = self.host();
        let ip = self.address(keys::HOST_IP).or(host.filter(|host| is_ip(host)));
        if let Some(host) = host.filter(|host| !is_ip(host)) {
            flat.put(if is_name(host) { paths::DEVICE_HOSTNAME } else { paths::DEVICE_NAME }, host);
        }
        flat.put_some(paths::DEVICE_IP, ip);
        if host.is_some() || ip.is_some() {
            flat.put(paths::DEVICE_TYPE_ID, 0);
        }
    }

    /// The machine: the product's word for it, else that of the head of syslog.
    pub(super) fn host(&self) -> Option<&'a str> {
        self.raw_first(keys::HOST).or(self.sender)
    }

    /// The two ends.
    pub(super) fn ends(&self) -> Ends<'a> {
        Ends {
            src: self.address(keys::SOURCE_IP),
            src_port: self.number(keys::SOURCE_PORT),
            dst: self.address(keys::TARGET_IP),
            dst_port: self.number(keys::TARGET_PORT),
            proto: self.raw_first(keys::PROTOCOL).map(protocol),
        }
        .checked()
    }

    /// The request on the web.
    pub(super) fn request(&self) -> Request<'_> {
        let target = self.url.as_deref();
        let host = target.and_then(|url| url.split_once("://")?.1.split(['/', '?']).next());
        Request {
            method: self.raw_first(keys::METHOD),
            host: host.or(self.raw_first(keys::TARGET_HOST)),
            target,
            referrer: self.raw_first(keys::REFERRER),
            agent: self.raw_first(keys::AGENT),
            status: self.status(),
            ..Request::default()
        }
    }

    fn put_activity<'s>(&'s self, kind: Kind, flat: &mut Flat<'s>) {
        self.ends().put(flat);
        let name = |key| self.raw_first(key).filter(|host| is_name(host) && !is_ip(host));
        flat.put_some(paths::SRC_ENDPOINT_HOSTNAME, name(keys::SOURCE_HOST));
        flat.put_some(paths::DST_ENDPOINT_HOSTNAME, name(keys::TARGET_HOST));
        match kind {
            Kind::Login => {
                flat.put_some(paths::USER_NAME, self.user());
                flat.put_some(paths::SERVICE_NAME, Some(self.head.product.as_ref()));
            }
            _ => flat.put_some(paths::ACTOR_USER_NAME, self.first(keys::SOURCE_USER)),
        }
        for (path, keys) in
            [(paths::TRAFFIC_BYTES_IN, keys::BYTES_IN), (paths::TRAFFIC_BYTES_OUT, keys::BYTES_OUT)]
        {
            if let Some(bytes) = self.number(keys).filter(|bytes| *bytes >= 0) {
                flat.put(path, bytes);
            }
        }
        let (received, sent) = (self.number(keys::BYTES_IN), self.number(keys::BYTES_OUT));
        if let Some(total) = received.unwrap_or(0).checked_add(sent.unwrap_or(0))
            && (received.is_some() || sent.is_some())
            && total >= 0
        {
            flat.put(paths::TRAFFIC_BYTES, total);
        }
        if kind == Kind::Web {
            self.request().put(flat);
        }
    }

    fn put_finding<'s>(&'s self, flat: &mut Flat<'s>) {
        flat.put(paths::STATUS_ID, 1);
        flat.put(paths::STATUS, "New");
        flat.put(paths::IS_ALERT, true);
        let title = self.title();
        let uid = self
            .first(&["externalId"])
            .unwrap_or_else(|| format!("{} {} {}", self.head.id, title, self.time).into());
        flat.put(paths::FINDING_INFO_UID, Scalar::Str(uid));
        flat.put(paths::FINDING_INFO_TITLE, Scalar::Str(title));
        flat.put_some(paths::FINDING_INFO_DESC, self.first(keys::MESSAGE));
        flat.put_some(paths::FINDING_INFO_TYPES, self.first(keys::CATEGORY));
        flat.put(paths::FINDING_INFO_ANALYTIC_TYPE_ID, 1);
        flat.put(paths::FINDING_INFO_ANALYTIC_TYPE, "Rule");
        flat.put_some(paths::FINDING_INFO_ANALYTIC_UID, Some(self.head.id.as_ref()));
        flat.put_some(paths::FINDING_INFO_ANALYTIC_NAME, Some(self.threat()));
        self.ends().put_evidence(flat);
        let name = |key| self.raw_first(key).filter(|host| is_name(host) && !is_ip(host));
        flat.put_some(paths::EVIDENCES_SRC_ENDPOINT_HOSTNAME, name(keys::SOURCE_HOST));
        flat.put_some(paths::EVIDENCES_DST_ENDPOINT_HOSTNAME, name(keys::TARGET_HOST));
        flat.put_some(paths::EVIDENCES_ACTOR_USER_NAME, self.user());
        flat.put_some(paths::EVIDENCES_URL_URL_STRING, self.url.as_deref());
        let method = self.raw_first(keys::METHOD);
        flat.put_some(paths::EVIDENCES_HTTP_REQUEST_HTTP_METHOD, method);
        if method.is_some() {
            let url = self.url.as_deref();
            flat.put_some(paths::EVIDENCES_HTTP_REQUEST_URL_URL_STRING, url);
            let agent = self.raw_first(keys::AGENT);
            flat.put_some(paths::EVIDENCES_HTTP_REQUEST_USER_AGENT, agent);
        }
        flat.put_some(paths::EVIDENCES_PROCESS_NAME, self.first(keys::PROCESS));
        self.put_file(flat);
    }

    /// The signature that matched, else what the record is called.
    pub(super) fn threat(&self) -> std::borrow::Cow<'_, str> {
        self.labelled(keys::THREAT).unwrap_or_else(|| self.title())
    }

    fn put_file<'s>(&'s self, flat: &mut Flat<'s>) {
        let hash = self.first(keys::HASH);
        let hash = hash.and_then(|hash| Some((algorithm(&hash)?, hash)));
        let path = self.file();
        let Some(path) = path.or_else(|| hash.as_ref().map(|(_, hash)| hash.clone())) else {
            return;
        };
        flat.put(paths::EVIDENCES_FILE_NAME, file_name(&path).to_owned());
        flat.put(paths::EVIDENCES_FILE_PATH, path.clone().into_owned());
        flat.put(paths::EVIDENCES_FILE_TYPE_ID, 1);
        if let Some((algorithm, hash)) = hash {
            flat.put(paths::EVIDENCES_FILE_HASHES_ALGORITHM_ID, algorithm);
            flat.put(paths::EVIDENCES_FILE_HASHES_VALUE, hash.into_owned());
        }
        if self.is_malware() {
            flat.put(paths::MALWARE_NAME, self.threat().into_owned());
            flat.put(paths::MALWARE_CLASSIFICATION_IDS, 0);
            flat.put(paths::MALWARE_PATH, path.into_owned());
            flat.put_some(paths::MALWARE_PROVIDER, Some(self.head.product.clone().into_owned()));
        }
    }

    /// The file's path, or its name; some products write the folder and the name apart.
    pub(super) fn file(&self) -> Option<std::borrow::Cow<'a, str>> {
        self.first(keys::FILE)
    }
}

/// Whether a text is the name of a machine.
fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_'))
}

/// The name of a protocol that is written as a number (IANA, Protocol Numbers).
fn protocol(text: &str) -> &str {
    match text {
        "1" => "icmp",
        "6" => "tcp",
        "17" => "udp",
        "47" => "gre",
        "50" => "esp",
        "58" => "icmpv6",
        _ => text,
    }
}
