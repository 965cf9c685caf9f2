//! One OCSF event: its class today, its time, its outcome.

use std::net::IpAddr;

use model::{Body, Entity, Outcome, Time};
use ocsf::{Class, Flat, Scalar};
use sonic_rs::{JsonValueTrait, Value};

use super::{attributes, entities};
use crate::json;

/// A shorter text is no id that only one event has.
const UID_MIN: usize = 16;

/// An event whose time could be read.
pub(super) struct Record<'v> {
    pub value: &'v Value,
    /// The class as the schema numbers it today; Base Event for a class that it does not have.
    pub class: Class,
    pub activity: i64,
    pub time: Time,
}

impl<'v> Record<'v> {
    /// Reads the eager part; the error says why there is none.
    pub(super) fn new(value: &'v Value) -> Result<Self, &'static str> {
        let time = time(value).ok_or("no time in time, time_dt or metadata")?;
        let uid = json::at(value, &["class_uid"]).and_then(Value::as_i64);
        let uid = uid.ok_or("class_uid is no whole number")?;
        let class = class(uid, json::text(value, &["metadata", "version"]).unwrap_or(""));
        let number = |key| json::at(value, &[key]).and_then(Value::as_i64);
        let of_type = number("type_uid").filter(|t| *t >= 0).map(|t| t % 100);
        let activity = number("activity_id").or(of_type).filter(|a| (0..100).contains(a));
        Ok(Record { value, class, activity: activity.unwrap_or(0), time })
    }

    /// A text at a path; the empty one and `-` are none.
    pub(super) fn text(&self, path: &[&str]) -> Option<&'v str> {
        json::text(self.value, path).filter(|text| !text.trim().is_empty() && *text != "-")
    }

    /// A number at a path.
    pub(super) fn number(&self, path: &[&str]) -> Option<i64> {
        json::at(self.value, path)?.as_i64()
    }

    /// The product's own id of the event. Findings are told again under the same finding id, so
    /// only `metadata.uid` counts.
    pub(super) fn uid(&self) -> Option<&'v str> {
        self.text(&["metadata", "uid"]).filter(|uid| uid.len() >= UID_MIN)
    }

    /// `status_id` where it tells of an end; else what was done with the traffic.
    pub(super) fn outcome(&self) -> Outcome {
        let by_id = |id| match id {
            Some(1) => Some(Outcome::Success),
            Some(2) => Some(Outcome::Failure),
            _ => None,
        };
        // The status of a finding is how far people are with it.
        let is_finding = self.class.category_uid() == 2;
        let status = if is_finding { None } else { by_id(self.number(&["status_id"])) };
        let action = || by_id(self.number(&["action_id"]));
        let disposition = || by_id(self.number(&["disposition_id"]));
        let refused = || match (self.class, self.activity) {
            (Class::NETWORK_ACTIVITY, 4 | 5) => Some(Outcome::Failure),
            _ => None,
        };
        let found = status.or_else(action).or_else(disposition).or_else(refused);
        found.unwrap_or(Outcome::Unknown)
    }

    /// The credential that it was done with.
    pub(super) fn credential(&self) -> Option<&'v str> {
        ["actor", "identity"].iter().find_map(|actor| {
            self.text(&[actor, "user", "credential_uid"])
                .or_else(|| self.text(&[actor, "session", "credential_uid"]))
        })
    }

    /// Where it came from.
    pub(super) fn address(&self) -> Option<&'v str> {
        self.text(&["src_endpoint", "ip"]).filter(|ip| ip.parse::<IpAddr>().is_ok())
    }
}

/// The class of a uid. The candidates of version 1.0, which Security Lake's first version writes,
/// number API Activity 3005.
fn class(uid: i64, version: &str) -> Class {
    let is_candidate = version.starts_with("1.0.0-rc") || version.starts_with("0.");
    let uid = if is_candidate && uid == 3005 { 6003 } else { uid };
    let known = Class::ALL.iter().find(|class| i64::from(class.uid) == uid);
    known.copied().unwrap_or(Class::BASE_EVENT)
}

/// When it happened: `time`, as number of any unit or as text, or what stands in its place.
fn time(value: &Value) -> Option<Time> {
    const PLACES: &[&[&str]] = &[
        &["time"],
        &["time_dt"],
        &["start_time"],
        &["metadata", "original_time"],
        &["metadata", "logged_time"],
        &["metadata", "processed_time"],
    ];
    PLACES.iter().find_map(|path| {
        let found = json::at(value, path)?;
        // Zero is what writers put who had no time.
        (found.as_i64() != Some(0)).then(|| json::time(found)).flatten()
    })
}

impl Body for Record<'_> {
    fn ocsf(&self) -> Flat<'_> {
        attributes::flat(self)
    }

    fn field(&self, name: &str, each: &mut dyn FnMut(Scalar<'_>) -> bool) {
        json::visit(self.value, name, each);
    }

    fn has(&self, name: &str) -> bool {
        json::present(self.value, name)
    }

    fn entities<'s>(&'s self, out: &mut Vec<Entity<'s>>) {
        entities::collect(self, out);
    }

    fn action(&self) -> String {
        let call = self.text(&["api", "operation"]).map(|operation| {
            let service = self.text(&["api", "service", "name"]).unwrap_or("");
            let service = service.split(".amazonaws.com").next().unwrap_or("");
            if service.is_empty() { operation.into() } else { format!("{service}:{operation}") }
        });
        let title = ["finding_info", "finding"].iter().find_map(|f| self.text(&[f, "title"]));
        let request = || {
            let url = self.text(&["http_request", "url", "path"]);
            let method = self.text(&["http_request", "http_method"])?;
            Some(format!("{method} {}", url.unwrap_or("")).trim_end().to_owned())
        };
        let query = || self.text(&["query", "hostname"]).map(|name| format!("query {name}"));
        let kind = || self.text(&["type_name"]).or(self.text(&["class_name"])).map(str::to_owned);
        let found = call.or(title.map(str::to_owned)).or_else(request).or_else(query).or_else(kind);
        let phrase = found.unwrap_or_else(|| self.class.caption.to_owned());
        model::text::printable(phrase.trim(), 160).into_owned()
    }

    fn reads_only(&self) -> Option<bool> {
        (self.class == Class::API_ACTIVITY && (1..=4).contains(&self.activity))
            .then_some(self.activity == 2)
    }
}
