//! `aws.waf`: requests that a web ACL looked at, and what it did with them.

mod attributes;

use std::borrow::Cow;

use frame::Input;
use model::seam::About;
use model::seam::source::{Intake, Likeness, LogSource, ReadSettings, Source};
use model::{Body, Entity, EntityKind, Event, Outcome, Role, Time};
use ocsf::{Class, Flat, Scalar};
use sonic_rs::Value;

use super::shared::{is_ip, push};
use crate::json;
use crate::nested::{self, Found, Kind};

/// The member.
pub struct Waf;

const NAME: &str = "aws.waf";
const SPEC: &str = "https://docs.aws.amazon.com/waf/latest/developerguide/logging-fields.html";
/// The most headers of one request that are looked at.
const HEADERS_MAX: usize = 256;
/// The longest part of a path or an agent that stands in an action or an entity.
const PART_MAX: usize = 512;

const KIND: Kind = Kind {
    what: "a WAF record",
    marks: &[&["webaclId", "httpRequest"]],
    is_record: |value, _| {
        ["webaclId", "action", "httpRequest"].iter().all(|key| json::has(value, key))
    },
    emit,
};

impl Source for Waf {
    fn about(&self) -> &'static About {
        &About {
            name: NAME,
            line: "AWS WAF logs: web requests that a web ACL let through, counted or stopped",
            spec: SPEC,
        }
    }

    fn classes(&self) -> &'static [Class] {
        &[Class::HTTP_ACTIVITY]
    }

    fn logsources(&self) -> &'static [LogSource] {
        &[
            LogSource { product: Some("aws"), service: Some("waf"), category: None },
            LogSource { product: None, service: None, category: Some("webserver") },
        ]
    }

    fn fields(&self) -> &'static [&'static str] {
        &[
            "c-ip",
            "cs-method",
            "cs-uri",
            "cs-uri-query",
            "cs-uri-stem",
            "cs-version",
            "cs-host",
            "cs-referer",
            "cs-user-agent",
            "sc-status",
        ]
    }

    fn recognise(&self, sample: &[u8]) -> Likeness {
        nested::recognise(sample, &KIND)
    }

    fn read(&self, input: &mut Input<'_>, _: &ReadSettings, out: &mut dyn Intake) {
        nested::read(input, &KIND, out);
    }
}

fn emit(found: &Found<'_>, out: &mut dyn Intake) {
    let time = json::at(found.value, &["timestamp"]).and_then(json::time);
    let Some(time) = time.or(found.around.time) else {
        return out.refuse(found.at, "timestamp is no time", found.raw);
    };
    let request = Request { value: found.value, time };
    out.event(&Event {
        source: NAME,
        time,
        // A client may choose the request id of a load balancer, so it is no id of a record.
        uid: None,
        at: found.at,
        outcome: request.outcome(),
        credential: None,
        address: request.client(),
        raw: found.raw,
        body: &request,
    });
}

/// One request and the verdict on it.
struct Request<'v> {
    value: &'v Value,
    time: Time,
}

impl<'v> Request<'v> {
    fn text(&self, path: &[&str]) -> Option<&'v str> {
        json::text(self.value, path).filter(|text| !text.is_empty() && *text != "-")
    }

    /// A text of `httpRequest`.
    fn http(&self, key: &str) -> Option<&'v str> {
        self.text(&["httpRequest", key])
    }

    fn client(&self) -> Option<&'v str> {
        self.http("clientIp").filter(|ip| is_ip(ip))
    }

    fn headers(&self) -> impl Iterator<Item = (&'v str, &'v str)> {
        nested::list(self.value, &["httpRequest", "headers"]).take(HEADERS_MAX).filter_map(|h| {
            Some((json::text(h, &["name"])?, json::text(h, &["value"]).unwrap_or_default()))
        })
    }

    fn header(&self, name: &str) -> Option<&'v str> {
        let mut headers = self.headers();
        headers.find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// The name that the client asked for, without a port.
    fn host(&self) -> Option<&'v str> {
        let host = self.http("host").or_else(|| self.header("host"))?;
        let named = host
            .rsplit_once(':')
            .filter(|(name, port)| !name.contains(':') && port.bytes().all(|b| b.is_ascii_digit()));
        Some(named.map_or(host, |(name, _)| name)).filter(|name| !name.is_empty())
    }

    /// Path and query as the client sent them.
    fn uri(&self) -> Option<Cow<'v, str>> {
        let path = self.http("uri")?;
        Some(match self.http("args") {
            Some(args) => format!("{path}?{args}").into(),
            None => path.into(),
        })
    }

    /// A captcha or challenge that ends the evaluation is a request not passed on.
    fn outcome(&self) -> Outcome {
        match self.text(&["action"]) {
            Some("ALLOW") => Outcome::Success,
            Some("BLOCK" | "CAPTCHA" | "CHALLENGE") => Outcome::Failure,
            _ => Outcome::Unknown,
        }
    }

    /// An element of the web ACL's ARN (`arn:aws:wafv2:REGION:ACCOUNT:…`).
    fn acl(&self, element: usize) -> Option<&'v str> {
        let arn = self.text(&["webaclId"]).filter(|arn| arn.starts_with("arn:"))?;
        arn.splitn(6, ':').nth(element).filter(|part| !part.is_empty())
    }

    /// The account of the web ACL; of a classic one, that of the guarded resource.
    fn account(&self) -> Option<&'v str> {
        let id = || self.text(&["httpSourceId"])?.split([':', '-']).next();
        let account = self.acl(4).or_else(id)?;
        let digits = account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit());
        digits.then_some(account)
    }
}

/// The start of a text that is not too long for a name.
fn bounded(text: &str) -> &str {
    let end = (0..=PART_MAX).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    if text.len() > PART_MAX { text.get(..end).unwrap_or_default() } else { text }
}

impl Body for Request<'_> {
    fn ocsf(&self) -> Flat<'_> {
        attributes::flat(self)
    }

    fn field(&self, name: &str, each: &mut dyn FnMut(Scalar<'_>) -> bool) {
        let value = match name {
            "c-ip" => self.http("clientIp"),
            "cs-method" => self.http("httpMethod"),
            "cs-uri-stem" => self.http("uri"),
            "cs-uri-query" => self.http("args"),
            "cs-version" => self.http("httpVersion"),
            "cs-host" => self.host(),
            "cs-referer" | "cs-referrer" => self.header("referer"),
            "cs-user-agent" => self.header("user-agent"),
            "cs-uri" | "c-uri" => {
                if let Some(uri) = self.uri() {
                    each(uri.as_ref().into());
                }
                return;
            }
            "sc-status" => {
                json::visit(self.value, "responseCodeSent", each);
                return;
            }
            _ => {
                json::visit(self.value, name, each);
                return;
            }
        };
        if let Some(value) = value {
            each(value.into());
        }
    }

    fn has(&self, name: &str) -> bool {
        let mut any = json::present(self.value, name);
        if !any {
            self.field(name, &mut |_| {
                any = true;
                false
            });
        }
        any
    }

    fn entities<'s>(&'s self, out: &mut Vec<Entity<'s>>) {
        push(out, EntityKind::Ip, self.client(), Role::Actor);
        // A web ACL may be told to leave the path out of its log.
        let path = self.http("uri").filter(|path| *path != "REDACTED");
        push(out, EntityKind::Url, path.map(bounded), Role::Target);
        push(out, EntityKind::Domain, self.host(), Role::Place);
        push(out, EntityKind::Account, self.account(), Role::Place);
        push(out, EntityKind::Region, self.acl(3), Role::Place);
    }

    fn action(&self) -> String {
        let action = self.text(&["action"]).unwrap_or("?");
        let method = self.http("httpMethod").unwrap_or("?");
        format!("{action} {method} {}", bounded(self.http("uri").unwrap_or("?")))
    }

    fn reads_only(&self) -> Option<bool> {
        match self.http("httpMethod")? {
            "GET" | "HEAD" | "OPTIONS" | "TRACE" => Some(true),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_parts_are_cut_between_letters() {
        assert_eq!(bounded("/a"), "/a");
        let long = format!("a{}", "é".repeat(PART_MAX));
        assert_eq!(bounded(&long).len(), PART_MAX - 1);
    }
}
