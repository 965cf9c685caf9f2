//! A plain record, read no further than asked: most records are wanted by nobody.
//!
//! A document whose own members are CloudTrail's, with nothing unusual about it, becomes an event
//! from its top-level members alone; the tree of values is built when somebody asks for more.
//! Everything else takes the long way, with the same result. A record whose tree cannot be built
//! after all (half a surrogate pair, brackets without end) stands with what its top level says.

use std::cell::OnceCell;
use std::net::IpAddr;
use std::sync::LazyLock;

use memchr::memmem::Finder;
use model::event::{Body, Outcome};
use model::record::Position;
use model::seam::source::Intake;
use model::session::Grant;
use model::{Entity, Event, Time};
use ocsf::{Class, Flat, Scalar};
use sonic_rs::Value;

use super::fields::Fields;
use super::record::{Record, is_uuid};
use super::{delegate, grant, verbs};
use crate::json;

static ACCESS_KEY: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new("\"accessKeyId\""));
static CREDENTIAL_ID: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new("credentialId"));
static INVOKED_BY: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new("invokedBy"));

/// The members that the short way needs, as plain texts.
#[derive(Default)]
struct Plain<'a> {
    time: Option<&'a str>,
    source: Option<&'a str>,
    name: Option<&'a str>,
    kind: Option<&'a str>,
    uid: Option<&'a str>,
    address: Option<&'a str>,
    error: Option<&'a str>,
    error_message: Option<&'a str>,
    identity: Option<&'a str>,
    read_only: Option<&'a str>,
    others: usize,
}

impl<'a> Plain<'a> {
    /// Picks the members; `None` if one is there twice or is not what it usually is.
    fn of(members: &[(&'a str, &'a str)]) -> Option<Self> {
        let mut plain = Plain::default();
        for (key, raw) in members {
            let slot = match *key {
                "eventTime" => &mut plain.time,
                "eventSource" => &mut plain.source,
                "eventName" => &mut plain.name,
                "eventType" => &mut plain.kind,
                "eventID" => &mut plain.uid,
                "sourceIPAddress" => &mut plain.address,
                "errorCode" => &mut plain.error,
                "errorMessage" => &mut plain.error_message,
                "userIdentity" => &mut plain.identity,
                "readOnly" => &mut plain.read_only,
                "eventVersion" | "awsRegion" | "recipientAccountId" => {
                    plain.others += 1;
                    continue;
                }
                "insightDetails" | "_raw" => return None,
                _ => continue,
            };
            if slot.replace(raw).is_some() {
                return None;
            }
        }
        Some(plain)
    }
}

/// The text of a raw JSON string without escapes.
fn plain_text(raw: &str) -> Option<&str> {
    let text = raw.strip_prefix('"')?.strip_suffix('"')?;
    (!text.is_empty() && !text.contains('\\')).then_some(text)
}

/// A member that is there and says something.
fn stated(raw: Option<&str>) -> bool {
    raw.is_some_and(|raw| raw != "null" && raw != "\"\"")
}

/// A record of which only the top-level members are known so far.
struct Lazy<'a> {
    text: &'a str,
    members: &'a [(&'a str, &'a str)],
    value: &'a OnceCell<Option<Value>>,
    record: OnceCell<Option<Record<'a>>>,
    source: &'a str,
    name: &'a str,
    read_only: Option<&'a str>,
}

impl<'a> Lazy<'a> {
    fn record(&self) -> Option<&Record<'a>> {
        self.record
            .get_or_init(|| {
                let value = self.value.get_or_init(|| json::parse(self.text).ok()).as_ref()?;
                Record::new(value, Fields::of(value)?, None).ok()
            })
            .as_ref()
    }
}

impl Body for Lazy<'_> {
    fn ocsf(&self) -> Flat<'_> {
        self.record().map_or_else(|| Flat::new(Class::BASE_EVENT, 0), Body::ocsf)
    }

    fn field(&self, name: &str, each: &mut dyn FnMut(Scalar<'_>) -> bool) {
        let member = self.members.iter().find(|(key, _)| *key == name);
        if let Some(text) = member.and_then(|(_, raw)| plain_text(raw)) {
            each(Scalar::from(text));
        } else if (member.is_some() || name.contains('.'))
            && let Some(record) = self.record()
        {
            record.field(name, each);
        }
    }

    fn has(&self, name: &str) -> bool {
        self.record().is_some_and(|record| record.has(name))
    }

    fn entities<'s>(&'s self, out: &mut Vec<Entity<'s>>) {
        if let Some(record) = self.record() {
            record.entities(out);
        }
    }

    fn grant(&self) -> Option<Grant> {
        if grant::may_issue(self.name) { self.record()?.grant() } else { None }
    }

    fn action(&self) -> String {
        let service = self.source.split_once(".amazonaws.com").map_or(self.source, |(s, _)| s);
        format!("{service}:{}", self.name)
    }

    fn reads_only(&self) -> Option<bool> {
        match self.read_only {
            Some("true" | "\"true\"") => Some(true),
            Some("false" | "\"false\"") => Some(false),
            _ => verbs::Verb::of(self.name).reads_only(),
        }
    }
}

/// Hands a document over the short way; false if it must take the long one.
pub(super) fn emit(
    text: &str,
    members: &[(&str, &str)],
    at: Position,
    out: &mut dyn Intake,
) -> bool {
    read(text, members, at, out).is_some()
}

fn read(text: &str, members: &[(&str, &str)], at: Position, out: &mut dyn Intake) -> Option<()> {
    let plain = Plain::of(members)?;
    let source = plain_text(plain.source?)?;
    let name = plain_text(plain.name?)?;
    let kind = plain.kind.map(plain_text);
    let time = Time::parse_rfc3339(plain_text(plain.time?)?)?;
    // Sign-ins and what services tell of themselves say in other places how they ended.
    let unusual = source.starts_with("aws:")
        || source == "signin.amazonaws.com"
        || matches!(kind, Some(None | Some("AwsServiceEvent" | "AwsCloudTrailInsight")));
    let known =
        plain.others + usize::from(plain.identity.is_some()) + usize::from(plain.address.is_some());
    if unusual || known < 2 {
        return None;
    }
    let failed = stated(plain.error) || stated(plain.error_message);
    let value = OnceCell::new();
    let lazy = Lazy {
        text,
        members,
        value: &value,
        record: OnceCell::new(),
        source,
        name,
        read_only: plain.read_only,
    };
    let own = Some(own_credential(plain.identity)?).filter(|id| !id.is_empty());
    let behalf = own.is_none().then(|| on_behalf(&lazy, plain.identity)).flatten();
    out.event(&Event {
        source: "aws.cloudtrail",
        time,
        uid: plain.uid.and_then(plain_text).filter(|id| is_uuid(id)),
        at,
        outcome: if failed { Outcome::Failure } else { Outcome::Success },
        credential: own.or(behalf.as_deref()),
        address: plain.address.and_then(plain_text).filter(|a| a.parse::<IpAddr>().is_ok()),
        raw: text,
        body: &lazy,
    });
    Some(())
}

/// The caller's credential, empty if there is none; `None` if it takes the long way to say.
fn own_credential(identity: Option<&str>) -> Option<&str> {
    let Some(identity) = identity.filter(|raw| *raw != "null") else { return Some("") };
    let bytes = identity.as_bytes();
    if CREDENTIAL_ID.find(bytes).is_some() {
        return None;
    }
    let Some(first) = ACCESS_KEY.find(bytes) else { return Some("") };
    let behind = first + ACCESS_KEY.needle().len();
    if ACCESS_KEY.find(bytes.get(behind..)?).is_some() {
        return None;
    }
    let rest = identity.get(behind..)?.trim_start().strip_prefix(':')?.trim_start();
    if rest.starts_with("null") {
        return Some("");
    }
    let (id, _) = rest.strip_prefix('"')?.split_once('"')?;
    (!id.contains('\\')).then_some(id)
}

/// What a service acts for, where there is no caller's key.
fn on_behalf(lazy: &Lazy<'_>, identity: Option<&str>) -> Option<String> {
    INVOKED_BY.find(identity?.as_bytes())?;
    delegate::on_behalf(lazy.record()?).map(std::borrow::Cow::into_owned)
}
