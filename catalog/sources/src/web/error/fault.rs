//! One entry of an error log, whichever server wrote it.

use std::borrow::Cow;
use std::net::IpAddr;

use model::{Body, Entity, EntityKind, Outcome, Role, Time};
use ocsf::{Class, Flat, Scalar, paths};

/// One entry.
#[derive(Debug, Default)]
pub struct Fault<'a> {
    /// What wrote it.
    pub product: &'static str,
    /// When.
    pub time: Option<Time>,
    /// How bad the log says it is.
    pub level: &'a str,
    /// The part of the server.
    pub module: &'a str,
    /// The process.
    pub pid: Option<i64>,
    /// The client's address.
    pub client: &'a str,
    /// The client's port.
    pub port: Option<i64>,
    /// The request line.
    pub request: &'a str,
    /// The host that the client asked for.
    pub host: &'a str,
    /// The server block that answered.
    pub server: &'a str,
    /// The server behind.
    pub upstream: &'a str,
    /// Where the client came from.
    pub referer: &'a str,
    /// The server's number of the message or the error.
    pub code: &'a str,
    /// A file that the message names as its place.
    pub file: &'a str,
    /// The id of the request.
    pub unique_id: &'a str,
    /// The message.
    pub message: Cow<'a, str>,
    /// The server started (true) or stopped (false).
    pub started: Option<bool>,
}

/// The log's names for its parts, in the words of nginx and Apache.
pub const FIELDS: &[&str] = &[
    "client", "host", "level", "message", "module", "pid", "referer", "request", "server",
    "upstream",
];

impl<'a> Fault<'a> {
    /// Whether the level says that something failed.
    pub fn outcome(&self) -> Outcome {
        if self.started.is_some() {
            return Outcome::Success;
        }
        if self.severity().0 >= 3 { Outcome::Failure } else { Outcome::Unknown }
    }

    /// The client's address, if it is one.
    pub fn address(&self) -> Option<&'a str> {
        Some(self.client).filter(|client| client.parse::<IpAddr>().is_ok())
    }

    fn severity(&self) -> (i64, &'static str) {
        match self.level.to_ascii_lowercase().as_str() {
            "emerg" | "alert" | "critical" | "crit" | "fatal error" | "parse error" => (4, "High"),
            "error" | "err" | "alerterror" | "recoverable fatal error" => (3, "Medium"),
            "warn" | "warning" => (2, "Low"),
            _ => (1, "Informational"),
        }
    }

    fn class(&self) -> Class {
        if self.started.is_some() {
            Class::APPLICATION_LIFECYCLE
        } else if !self.request.is_empty() {
            Class::HTTP_ACTIVITY
        } else if self.outcome() == Outcome::Failure {
            Class::APPLICATION_ERROR
        } else {
            Class::BASE_EVENT
        }
    }

    /// Method, target and version of the request line.
    fn request_parts(&self) -> (&'a str, &'a str, &'a str) {
        if self.request.starts_with('/') {
            // Gunicorn writes the target only.
            return ("", self.request, "");
        }
        let (method, rest) = self.request.split_once(' ').unwrap_or((self.request, ""));
        let (target, version) = rest.rsplit_once(" HTTP/").unwrap_or((rest, ""));
        (method, target, version)
    }
}

fn said(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty() && *text != "-" && *text != "_")
}

impl Body for Fault<'_> {
    fn ocsf(&self) -> Flat<'_> {
        let mut flat = match self.class() {
            Class::HTTP_ACTIVITY => self.http(),
            Class::APPLICATION_LIFECYCLE => {
                const START: i64 = 3;
                const STOP: i64 = 4;
                let activity = if self.started == Some(true) { START } else { STOP };
                let mut flat = Flat::new(Class::APPLICATION_LIFECYCLE, activity);
                flat.put(paths::APP_NAME, self.product);
                flat.put(paths::APP_VENDOR_NAME, self.product);
                flat
            }
            Class::APPLICATION_ERROR => Flat::new(Class::APPLICATION_ERROR, 1),
            class => Flat::new(class, 0),
        };
        let (severity, caption) = self.severity();
        flat.put(paths::SEVERITY_ID, severity);
        flat.put(paths::SEVERITY, caption);
        flat.put(paths::TIME, self.time.map_or(0, Time::ocsf));
        flat.put(paths::METADATA_PRODUCT_NAME, self.product);
        flat.put(paths::METADATA_LOG_NAME, "error");
        flat.put_some(paths::METADATA_LOG_LEVEL, said(self.level));
        flat.put_some(paths::METADATA_LOG_PROVIDER, said(self.module));
        flat.put_some(paths::METADATA_EVENT_CODE, said(self.code));
        flat.put_some(paths::METADATA_CORRELATION_UID, said(self.unique_id));
        flat.put_some(paths::MESSAGE, Some(self.message.as_ref()));
        let (id, name) = match self.outcome() {
            Outcome::Success => (1, "Success"),
            Outcome::Failure => (2, "Failure"),
            Outcome::Unknown => (0, "Unknown"),
        };
        flat.put(paths::STATUS_ID, id);
        flat.put(paths::STATUS, name);
        if self.request.is_empty()
            && let Some(ip) = self.address()
        {
            // These classes have no endpoint; the address is an observable of the message.
            const IP_ADDRESS: i64 = 2;
            flat.put(paths::OBSERVABLES_NAME, "client");
            flat.put(paths::OBSERVABLES_TYPE_ID, IP_ADDRESS);
            flat.put(paths::OBSERVABLES_VALUE, ip);
        }
        flat
    }

    fn field(&self, name: &str, each: &mut dyn FnMut(Scalar<'_>) -> bool) {
        let (_, target, _) = self.request_parts();
        let text = match name {
            "client" | "c-ip" => self.client,
            "host" | "cs-host" => self.host,
            "level" => self.level,
            "message" => &self.message,
            "module" => self.module,
            "pid" => {
                if let Some(pid) = self.pid {
                    each(Scalar::Int(pid));
                }
                return;
            }
            "referer" | "cs-referer" => self.referer,
            "request" => self.request,
            "server" => self.server,
            "upstream" => self.upstream,
            "cs-uri" => target,
            "file" => self.file,
            "unique_id" => self.unique_id,
            _ => return,
        };
        if !text.is_empty() {
            each(text.into());
        }
    }

    fn entities<'s>(&'s self, out: &mut Vec<Entity<'s>>) {
        let mut add = |kind, value: Option<&'s str>, role| {
            if let Some(value) = value {
                out.push(Entity::new(kind, value, role));
            }
        };
        add(EntityKind::Ip, self.address(), Role::Actor);
        let (_, target, _) = self.request_parts();
        add(EntityKind::Url, said(target), Role::Target);
        let host = said(self.host).map(host_of).filter(|h| !h.is_empty());
        let is_ip = host.is_some_and(|host| host.parse::<IpAddr>().is_ok());
        add(if is_ip { EntityKind::Ip } else { EntityKind::Domain }, host, Role::Target);
        add(EntityKind::File, said(self.file), Role::Target);
    }

    fn action(&self) -> String {
        match self.started {
            Some(true) => return "web:start".into(),
            Some(false) => return "web:stop".into(),
            None => {}
        }
        let (method, target, _) = self.request_parts();
        match said(target) {
            // A query may hold a secret.
            Some(target) => {
                let path = target.split('?').next().unwrap_or("");
                format!("{method} {path}").trim_start().to_owned()
            }
            None => format!("web:{}", said(self.level).unwrap_or("message").to_lowercase()),
        }
    }
}

/// A host without its port.
fn host_of(host: &str) -> &str {
    match host.strip_prefix('[').and_then(|inside| inside.split_once(']')) {
        Some((inside, _)) => inside,
        None => {
            host.rsplit_once(':').filter(|(_, p)| p.parse::<u16>().is_ok()).map_or(host, |h| h.0)
        }
    }
}

/// The numbers of OCSF's HTTP Activity by method.
const METHODS: &[&str] =
    &["CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT", "TRACE", "PATCH"];

impl Fault<'_> {
    fn http(&self) -> Flat<'_> {
        const OTHER: i64 = 99;
        let (method, target, version) = self.request_parts();
        let known = METHODS.iter().position(|name| *name == method);
        let activity = known.map_or(OTHER, |at| at as i64 + 1);
        let mut flat = Flat::new(Class::HTTP_ACTIVITY, activity);
        flat.put_some(paths::ACTIVITY_NAME, said(method));
        flat.put_some(paths::HTTP_REQUEST_HTTP_METHOD, known.map(|_| method));
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        flat.put(paths::HTTP_REQUEST_URL_PATH, if path.is_empty() { "/" } else { path });
        flat.put_some(paths::HTTP_REQUEST_URL_QUERY_STRING, said(query));
        flat.put_some(paths::HTTP_REQUEST_URL_HOSTNAME, said(self.host).map(host_of));
        flat.put_some(paths::HTTP_REQUEST_VERSION, said(version));
        flat.put_some(paths::HTTP_REQUEST_REFERRER, said(self.referer));
        flat.put_some(paths::SRC_ENDPOINT_IP, self.address());
        if let Some(port) = self.port.filter(|port| (0..=65_535).contains(port))
            && self.address().is_some()
        {
            flat.put(paths::SRC_ENDPOINT_PORT, port);
        }
        flat.put(paths::DST_ENDPOINT_SVC_NAME, self.product);
        flat.put_some(paths::DST_ENDPOINT_HOSTNAME, said(self.host).map(host_of));
        flat
    }
}
