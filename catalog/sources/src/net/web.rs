//! A web request that a sensor saw, as attributes, entities and Sigma's names.

use model::{Entity, EntityKind, Outcome, Role};
use ocsf::{Flat, Scalar, paths};

use crate::aws::shared::{is_ip, push};

/// The longest URL that stands in an entity or an action.
const URL_MAX: usize = 512;

/// One request and what came back.
#[derive(Clone, Copy, Debug, Default)]
pub struct Request<'v> {
    /// The method.
    pub method: Option<&'v str>,
    /// The host that was asked for.
    pub host: Option<&'v str>,
    /// The target: a path with its query, or a whole URL to a proxy.
    pub target: Option<&'v str>,
    /// `1.1` or `HTTP/1.1`.
    pub version: Option<&'v str>,
    /// The page it came from.
    pub referrer: Option<&'v str>,
    /// The client's name for itself.
    pub agent: Option<&'v str>,
    /// The status of the answer.
    pub status: Option<i64>,
    /// The words with it.
    pub status_text: Option<&'v str>,
    /// How many bytes came back.
    pub received: Option<i64>,
    /// How many bytes the request's body had.
    pub sent: Option<i64>,
}

/// The activity of a method.
pub fn activity(method: Option<&str>) -> i64 {
    match method {
        Some("CONNECT") => 1,
        Some("DELETE") => 2,
        Some("GET") => 3,
        Some("HEAD") => 4,
        Some("OPTIONS") => 5,
        Some("POST") => 6,
        Some("PUT") => 7,
        Some("TRACE") => 8,
        Some(_) => 99,
        None => 0,
    }
}

impl<'v> Request<'v> {
    /// Whether there is a request or an answer to speak of.
    pub fn says_something(&self) -> bool {
        self.method.or(self.target).or(self.host).is_some() || self.status.is_some()
    }

    /// What the answer's status says.
    pub fn outcome(&self) -> Outcome {
        match self.status {
            Some(100..=399) => Outcome::Success,
            Some(400..) => Outcome::Failure,
            _ => Outcome::Unknown,
        }
    }

    /// The target without scheme and host, cut at the question mark.
    pub fn parts(&self) -> (&'v str, Option<&'v str>) {
        let target = self.target.unwrap_or("");
        let target = match target.split_once("://") {
            Some((scheme, rest)) if scheme.bytes().all(|b| b.is_ascii_alphabetic()) => {
                rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/")
            }
            _ => target,
        };
        target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)))
    }

    /// The host without its port.
    pub fn hostname(&self) -> Option<&'v str> {
        let host = self.host?.trim();
        let host = match host.rsplit_once(':') {
            Some((name, port)) if !name.contains(':') && port.parse::<u16>().is_ok() => name,
            _ => host,
        };
        Some(host).filter(|host| !host.is_empty())
    }

    fn url(&self) -> Option<String> {
        let target = self.target?;
        match self.hostname() {
            Some(host) if target.starts_with('/') => Some(format!("http://{host}{target}")),
            _ => Some(target.to_owned()),
        }
    }

    /// Puts request and answer.
    pub fn put(&self, flat: &mut Flat<'v>) {
        flat.put_some(paths::HTTP_REQUEST_HTTP_METHOD, self.method);
        let version = self.version.map(|v| v.strip_prefix("HTTP/").unwrap_or(v));
        flat.put_some(paths::HTTP_REQUEST_VERSION, version);
        flat.put_some(paths::HTTP_REQUEST_REFERRER, self.referrer);
        flat.put_some(paths::HTTP_REQUEST_USER_AGENT, self.agent);
        if let Some(length) = self.sent {
            flat.put(paths::HTTP_REQUEST_LENGTH, length);
        }
        let (path, query) = self.parts();
        flat.put_some(paths::HTTP_REQUEST_URL_HOSTNAME, self.hostname());
        flat.put_some(paths::HTTP_REQUEST_URL_PATH, Some(path));
        flat.put_some(paths::HTTP_REQUEST_URL_QUERY_STRING, query);
        flat.put_some(paths::HTTP_REQUEST_URL_URL_STRING, self.url());
        if let Some(code) = self.status.filter(|code| *code > 0) {
            flat.put(paths::HTTP_RESPONSE_CODE, code);
            flat.put_some(paths::HTTP_RESPONSE_STATUS, self.status_text);
            if let Some(length) = self.received {
                flat.put(paths::HTTP_RESPONSE_LENGTH, length);
            }
        }
    }

    /// Adds what was asked for and where.
    pub fn entities<'s>(&self, out: &mut Vec<Entity<'s>>)
    where
        'v: 's,
    {
        let path = self.parts().0;
        push(out, EntityKind::Url, Some(bounded(path)), Role::Target);
        push(out, EntityKind::Domain, self.hostname().filter(|h| !is_ip(h)), Role::Place);
    }

    /// `GET /login`.
    pub fn phrase(&self) -> String {
        let method = self.method.unwrap_or("");
        format!("{method} {}", bounded(self.parts().0)).trim().to_owned()
    }

    /// A part under the name that Sigma has for web servers and proxies.
    pub fn field(&self, name: &str) -> Option<Scalar<'v>> {
        let text = match name {
            "cs-method" => self.method,
            "cs-host" | "r-dns" => self.host,
            "cs-uri" | "c-uri" => self.target,
            "cs-uri-stem" | "c-uri-stem" => Some(self.parts().0),
            "cs-uri-query" | "c-uri-query" => self.parts().1,
            "cs-referer" | "cs-referrer" => self.referrer,
            "cs-user-agent" | "c-useragent" => self.agent,
            "cs-version" => self.version,
            "sc-status" => return self.status.map(Scalar::Int),
            "sc-bytes" => return self.received.map(Scalar::Int),
            "cs-bytes" => return self.sent.map(Scalar::Int),
            _ => None,
        };
        text.filter(|text| !text.is_empty()).map(Scalar::from)
    }
}

/// The text, or its start.
fn bounded(text: &str) -> &str {
    text.get(..text.floor_char_boundary(URL_MAX)).unwrap_or(text)
}
