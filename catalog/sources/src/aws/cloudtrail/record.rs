//! One CloudTrail record as an event: its time, its outcome, and the views of it.

use std::net::IpAddr;

use model::event::{Body, Outcome};
use model::fleet::Sighting;
use model::session::Grant;
use model::{Entity, Time};
use ocsf::{Flat, Scalar};
use sonic_rs::{JsonType, JsonValueTrait, Value};

use super::fields::{Fields, text};
use super::{entities, grant, lives, ocsf as mapping, verbs};
use crate::json;

/// A record whose time could be read.
pub(super) struct Record<'v> {
    pub value: &'v Value,
    pub fields: Fields<'v>,
    pub time: Time,
    pub outcome: Outcome,
}

impl<'v> Record<'v> {
    /// Reads the eager part. `hint` is the time that the record's wrapper states; it counts only
    /// where the record's own cannot be read. The error says what is wrong with the time.
    pub(super) fn new(
        value: &'v Value,
        fields: Fields<'v>,
        hint: Option<Time>,
    ) -> Result<Self, String> {
        let time = match (time_of(fields.time), hint) {
            (Ok(time), _) | (Err(_), Some(time)) => time,
            (Err(why), None) => return Err(why),
        };
        let outcome = outcome(&fields);
        Ok(Record { value, fields, time, outcome })
    }

    /// `eventID` where it can tell records apart. CloudTrail writes a UUID; what edited logs and
    /// examples write in its place (`...`, `EXAMPLE`) stands in many records.
    pub(super) fn uid(&self) -> Option<&'v str> {
        text(self.fields.uid).filter(|id| is_uuid(id))
    }

    /// The credential of the call: an access key id, or a credential of IAM Identity Center.
    pub(super) fn credential(&self) -> Option<&'v str> {
        self.identity("accessKeyId").or_else(|| self.identity("credentialId"))
    }

    /// The address of the call, if it is one. Services write their names there, and such a name
    /// is no address that two calls have in common.
    pub(super) fn address(&self) -> Option<&'v str> {
        text(self.fields.address).filter(|text| text.parse::<IpAddr>().is_ok())
    }

    /// A text of `userIdentity`.
    pub(super) fn identity(&self, key: &str) -> Option<&'v str> {
        text(json::at(self.fields.identity?, &[key]))
    }

    /// A text below `userIdentity`.
    pub(super) fn identity_at(&self, path: &[&str]) -> Option<&'v str> {
        text(json::at(self.fields.identity?, path))
    }

    /// A text below `requestParameters`.
    pub(super) fn request(&self, path: &[&str]) -> Option<&'v str> {
        text(json::at(self.fields.request?, path))
    }

    /// A text below `responseElements`.
    pub(super) fn response(&self, path: &[&str]) -> Option<&'v str> {
        text(json::at(self.fields.response?, path))
    }

    /// `eventName`, or the empty text.
    pub(super) fn name(&self) -> &'v str {
        text(self.fields.name).unwrap_or_default()
    }

    /// The account that the record was written for.
    pub(super) fn account(&self) -> Option<&'v str> {
        text(self.fields.recipient).or_else(|| self.identity("accountId"))
    }

    /// Whether it is an Insights event, which is no call.
    pub(super) fn is_insight(&self) -> bool {
        self.fields.insight.is_some() || text(self.fields.kind) == Some("AwsCloudTrailInsight")
    }

    /// The service's short name: `ec2` of `ec2.amazonaws.com`.
    pub(super) fn service(&self) -> &'v str {
        let source = text(self.fields.source).unwrap_or_default();
        // Nearly all end so; the search is for those of other partitions.
        source
            .strip_suffix(".amazonaws.com")
            .or_else(|| Some(source.split_once(".amazonaws.com")?.0))
            .unwrap_or(source)
    }
}

impl Body for Record<'_> {
    fn ocsf(&self) -> Flat<'_> {
        mapping::flat(self)
    }

    fn field(&self, name: &str, each: &mut dyn FnMut(Scalar<'_>) -> bool) {
        // Nearly all names begin with a member that is at hand.
        let (head, tail) = name.split_once('.').unwrap_or((name, ""));
        match self.fields.get(head) {
            Some(member) => json::visit(member, tail, each),
            None => json::visit(self.value, name, each),
        };
    }

    fn has(&self, name: &str) -> bool {
        json::present(self.value, name)
    }

    fn entities<'s>(&'s self, out: &mut Vec<Entity<'s>>) {
        entities::collect(self, out);
    }

    fn grant(&self) -> Option<Grant> {
        grant::of(self)
    }

    fn sightings<'s>(&'s self, out: &mut Vec<Sighting<'s>>) {
        lives::collect(self, out);
    }

    fn action(&self) -> String {
        if self.is_insight() {
            let name = self.fields.insight.and_then(|i| json::text(i, &["eventName"]));
            return format!("insight:{}", name.unwrap_or("unknown"));
        }
        match (self.service(), self.name()) {
            ("", "") => "unknown".into(),
            ("", name) => name.into(),
            (service, name) => [service, ":", name].concat(),
        }
    }

    fn reads_only(&self) -> Option<bool> {
        let stated = self.fields.read_only.and_then(|value| match value.as_str() {
            Some("true") => Some(true),
            Some("false") => Some(false),
            _ => value.as_bool(),
        });
        stated.or_else(|| verbs::Verb::of(self.name()).reads_only())
    }
}

/// Whether a text has the shape of a UUID.
pub(super) fn is_uuid(id: &str) -> bool {
    let dashes = [8, 13, 18, 23].iter().all(|at| id.as_bytes().get(*at) == Some(&b'-'));
    let digits = id.bytes().map(|b| u8::from(b.is_ascii_hexdigit())).fold(0u8, u8::wrapping_add);
    id.len() == 36 && dashes && digits == 32
}

/// Reads `eventTime`, or says what is wrong with it.
fn time_of(member: Option<&Value>) -> Result<Time, String> {
    let value = member.ok_or("eventTime is missing")?;
    if let Some(time) = value.as_str().and_then(Time::parse_rfc3339) {
        return Ok(time);
    }
    json::time(value).ok_or_else(|| match (value.get_type(), value.as_str()) {
        (_, Some(text)) => {
            format!("eventTime cannot be read: \"{}\"", model::text::printable(text, 40))
        }
        (JsonType::Null, _) => "eventTime is null".into(),
        (JsonType::Number, _) => "eventTime is a number that is no time".into(),
        (JsonType::Boolean, _) => "eventTime is a boolean, not a time".into(),
        (JsonType::Object, _) => "eventTime is an object, not a time".into(),
        _ => "eventTime is a list, not a time".into(),
    })
}

/// What the record says of its end. An `errorCode` of `Client.DryRunOperation` counts as a
/// failure too: the caller was allowed, but nothing was done.
fn outcome(fields: &Fields<'_>) -> Outcome {
    let stated =
        |member: Option<&Value>| member.is_some_and(|v| !v.is_null() && v.as_str() != Some(""));
    if stated(fields.error) || stated(fields.error_message) {
        return Outcome::Failure;
    }
    if text(fields.kind) == Some("AwsCloudTrailInsight") || fields.insight.is_some() {
        return Outcome::Unknown;
    }
    let Some(name) = text(fields.name) else { return Outcome::Unknown };
    let service_event = text(fields.kind) == Some("AwsServiceEvent");
    let sign_in = text(fields.source) == Some("signin.amazonaws.com");
    if !service_event && !sign_in {
        return Outcome::Success;
    }
    match verdict(fields, name) {
        Some(word) if word.to_ascii_lowercase().starts_with("fail") => Outcome::Failure,
        Some(word) if word.eq_ignore_ascii_case("success") => Outcome::Success,
        // What a service tells of its own doing need not be an end.
        _ if service_event && fields.details.is_some_and(|d| !d.is_null()) => Outcome::Unknown,
        // The console's export leaves out the answer, and with it how the login ended.
        _ if name == "ConsoleLogin" => Outcome::Unknown,
        _ => Outcome::Success,
    }
}

/// The end that sign-in events and events of services state under the event's own name
/// (`"ConsoleLogin": "Failure"`), or as `status`.
fn verdict<'v>(fields: &Fields<'v>, name: &str) -> Option<&'v str> {
    [fields.response, fields.details]
        .into_iter()
        .flatten()
        .find_map(|part| [name, "status"].iter().find_map(|key| json::text(part, &[key])))
}
