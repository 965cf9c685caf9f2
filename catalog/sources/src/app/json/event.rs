//! One application record as an event: what it says, the class it fits, its OCSF attributes.

use std::borrow::Cow;

use model::seam::source::ReadSettings;
use model::{Event, Id, Outcome, Position, Time};
use ocsf::Class;
use sonic_rs::{JsonContainerTrait, JsonValueTrait, Value};

use super::names::{Field, Found};
use super::values;
use super::wrap::Unit;
use crate::json;

/// The longest phrase an action is told in, in characters.
pub(super) const ACTION_MAX: usize = 120;
/// Names that other kinds of log have; a record with one is no application's.
const FOREIGN: &[&str] = &[
    "class_uid",
    "detail-type",
    "eventSource",
    "webaclId",
    "auditID",
    "error_severity",
    "output_fields",
    "query_timestamp",
    "srcids",
    "calendarTime",
    "unixTime",
    "process_exec",
    "id.orig_h",
    "event_simpleName",
    "__REALTIME_TIMESTAMP",
    "GeneratorId",
    "schemaVersion",
    "specversion",
    "flow_id",
    "srcaddr",
    "time_local",
    "httpSourceName",
    "eventVersion",
];

/// A record and what was found in it.
pub(super) struct Record<'u> {
    pub(super) unit: &'u Unit<'u>,
    pub(super) found: Found<'u>,
    time: Option<Time>,
    pub(super) session: Option<&'u str>,
    /// What stands for the session where it is told: whoever has its id has the session.
    handle: Option<String>,
    pub(super) address: Option<&'u str>,
    pub(super) uid: Option<&'u str>,
}

/// The same for the same session, and of no use to anybody else.
fn handle(session: &str) -> String {
    let id = Id::derive("session", &[session.as_bytes()]).to_string();
    format!("session:{}", id.get(..16).unwrap_or(&id))
}

impl<'u> Record<'u> {
    /// Looks through a record.
    pub fn new(unit: &'u Unit<'u>, settings: &ReadSettings) -> Self {
        let found = Found::new(unit, &settings.app_fields);
        let text = |field| found.get(field).and_then(|value: &'u Value| value.as_str());
        let own_time = found.get(Field::Time).and_then(|v| values::time(v, settings.zone.as_ref()));
        let direct = text(Field::Address).and_then(values::address);
        let address = match (direct, text(Field::Forwarded).and_then(values::forwarded)) {
            (Some(direct), Some(hop)) if values::is_private(direct) => Some(hop),
            (direct, hop) => direct.or(hop),
        };
        let uid = unit.uid.or_else(|| text(Field::Uid));
        Record {
            unit,
            time: own_time.or(unit.time),
            session: text(Field::Session),
            handle: text(Field::Session).map(handle),
            address,
            uid,
            found,
        }
    }

    /// Its own time, or that of its wrap.
    pub fn time(&self) -> Option<Time> {
        self.time
    }

    /// Whether it has a level, a message or a name, or a logger tells of a request: what a line of
    /// an application has, and a table of values or an access log has not.
    pub fn says_something(&self) -> bool {
        let has = |field| self.found.get(field).is_some();
        let is_request = has(Field::Method) && has(Field::Path) && has(Field::Status);
        let is_request = is_request && (has(Field::Logger) || has(Field::Service));
        has(Field::Level) || has(Field::Message) || has(Field::Event) || is_request
    }

    /// Whether it is, or holds, a record of a kind that has its own source.
    pub fn is_foreign(&self) -> bool {
        let marked = |value: &Value| FOREIGN.iter().any(|name| json::has(value, name));
        let Some(own) = self.unit.own.and_then(|own| own.as_object()) else { return false };
        self.unit.own.is_some_and(marked) || own.iter().any(|(_, inner)| marked(inner))
    }

    /// The event; an error says why it is none.
    pub fn event<'s>(&'s self, at: Position, raw: &'s str) -> Result<Event<'s>, &'static str> {
        let time = self.time.ok_or("no time: none of the usual names, or not readable")?;
        Ok(Event {
            source: "app.json",
            time,
            uid: self.uid,
            at,
            outcome: self.outcome(),
            credential: self.handle.as_deref(),
            address: self.address,
            raw,
            body: self,
        })
    }

    /// A text or a number of a field, as text.
    pub(super) fn text(&self, field: Field) -> Option<Cow<'u, str>> {
        let value = self.found.get(field)?;
        match value.as_str() {
            Some(text) => Some(Cow::Borrowed(text.trim())),
            None => value.is_number().then(|| Cow::Owned(value.to_string())),
        }
    }

    pub(super) fn message(&self) -> Option<Cow<'u, str>> {
        self.text(Field::Message).or(self.unit.text.map(Cow::Borrowed))
    }

    pub(super) fn event_name(&self) -> Option<Cow<'u, str>> {
        self.text(Field::Event)
    }

    pub(super) fn user(&self) -> Option<Cow<'u, str>> {
        [Field::User, Field::Email, Field::UserId].into_iter().find_map(|field| self.text(field))
    }

    /// The HTTP status, if the field holds one.
    pub(super) fn status(&self) -> Option<i64> {
        let value = self.found.get(Field::Status)?;
        let code = value.as_i64().or_else(|| value.as_str()?.parse().ok())?;
        (100..600).contains(&code).then_some(code)
    }

    /// The URL or its path, if the record tells of a request: not any path of a file.
    pub(super) fn url(&self) -> Option<&'u str> {
        let url = self.found.get(Field::Path)?.as_str()?;
        let of_request = self.found.get(Field::Method).is_some()
            || self.status().is_some()
            || self.address.is_some();
        (url.contains("://") || (url.starts_with('/') && of_request)).then_some(url)
    }

    pub(super) fn severity_id(&self) -> i64 {
        self.found.get(Field::Level).map_or(0, values::severity_id)
    }

    /// How it went: a word for it, then the HTTP status, then the words of the event's name.
    pub(super) fn outcome(&self) -> Outcome {
        let said = [Field::Outcome, Field::Status].into_iter().filter_map(|f| self.found.get(f));
        let by_status =
            self.status().map(|code| if code < 400 { Outcome::Success } else { Outcome::Failure });
        let name = self.event_name().unwrap_or_default();
        let by_name = values::words(&name).last().map(|word| values::outcome_word(word));
        said.map(values::outcome)
            .chain(by_status)
            .chain(by_name)
            .find(|outcome| *outcome != Outcome::Unknown)
            .unwrap_or(Outcome::Unknown)
    }

    /// Whether it is nothing but a login (true) or a logout (false) of a known user somewhere.
    fn login(&self) -> Option<bool> {
        let said = self.event_name().or_else(|| self.message())?;
        let login = values::login(&values::words(&said))?;
        let place = [Field::Service, Field::Logger, Field::Host];
        let has_place = place.into_iter().any(|field| self.text(field).is_some());
        (self.user().is_some() && has_place).then_some(login)
    }

    /// The class that fits, and the activity in it.
    pub(super) fn class(&self) -> (Class, i64) {
        if let Some(login) = self.login() {
            return (Class::AUTHENTICATION, if login { 1 } else { 2 });
        }
        if self.status().is_some()
            && self.url().is_some()
            && let Some(method) = self.text(Field::Method)
        {
            return (Class::HTTP_ACTIVITY, http_activity(&method).unwrap_or(99));
        }
        if self.severity_id() >= 3 {
            return (Class::APPLICATION_ERROR, 1);
        }
        (Class::BASE_EVENT, if self.event_name().is_some() { 99 } else { 0 })
    }
}

/// The HTTP activity of a method; `None` for methods that the schema does not list.
pub(super) fn http_activity(method: &str) -> Option<i64> {
    let methods = ["CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT", "TRACE"];
    (1..).zip(methods).find(|(_, name)| *name == method).map(|(id, _)| id)
}
