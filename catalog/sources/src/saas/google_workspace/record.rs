//! One activity: who, when, from where, and one or more events with named parameters.

use std::net::IpAddr;

use model::{Outcome, Time};
use sonic_rs::{JsonContainerTrait, JsonValueTrait, Value};

use crate::json;

/// The most events of one activity, and the most parameters of one event.
const EVENTS_MAX: usize = 32;
const PARAMETERS_MAX: usize = 128;
/// What Google Cloud Logging calls the audit of Workspace.
const IN_CLOUD: &str = "protoPayload";
/// Where a parameter's value stands, by its type.
const VALUES: &[&str] =
    &["value", "multiValue", "multiStrValue", "intValue", "multiIntValue", "boolValue"];

/// Whether a value is an activity.
pub(super) fn is_activity(value: &Value) -> bool {
    let of_reports = json::text(value, &["id", "applicationName"]).is_some()
        && json::at(value, &["events"]).is_some()
        && (json::at(value, &["actor"]).is_some() || json::at(value, &["id", "time"]).is_some());
    of_reports
        || json::at(value, &[IN_CLOUD, "metadata", "event"]).is_some()
            && json::at(value, &[IN_CLOUD, "metadata", "activityId"]).is_some()
}

/// When it happened.
pub(super) fn time(value: &Value) -> Option<Time> {
    let own = json::at(value, &["id", "time"]).and_then(json::time);
    own.or_else(|| {
        json::at(value, &[IN_CLOUD, "metadata", "activityId", "timeUsec"]).and_then(json::time)
    })
    .or_else(|| json::at(value, &["timestamp"]).and_then(json::time))
}

/// One activity.
pub(super) struct Record<'v> {
    pub(super) value: &'v Value,
    pub(super) time: Time,
    /// What Google Cloud Logging wraps; the activity itself from the Reports API.
    cloud: Option<&'v Value>,
}

impl<'v> Record<'v> {
    pub(super) fn new(value: &'v Value, time: Time) -> Self {
        Record { value, time, cloud: json::at(value, &[IN_CLOUD]) }
    }

    pub(super) fn text(&self, path: &[&str]) -> Option<&'v str> {
        said(json::text(self.value, path))
    }

    fn in_cloud(&self, path: &[&str]) -> Option<&'v str> {
        said(json::text(self.cloud?, path))
    }

    /// The application: `login`, `admin`, `drive`, …
    pub(super) fn application(&self) -> &'v str {
        let service = self.service().and_then(|service| service.split('.').next());
        let named = self.text(&["id", "applicationName"]).or(match service {
            Some("oauth2") => Some("token"),
            Some("cloudidentity") => Some("groups_enterprise"),
            other => other,
        });
        named.unwrap_or("unknown")
    }

    /// The service that Google Cloud Logging names.
    pub(super) fn service(&self) -> Option<&'v str> {
        self.in_cloud(&["serviceName"])
    }

    /// The events; some tools split them and write each as an object.
    pub(super) fn events(&self) -> impl Iterator<Item = &'v Value> + use<'v> {
        let of_cloud = self.cloud.and_then(|cloud| json::at(cloud, &["metadata", "event"]));
        let all = json::at(self.value, &["events"]).or(of_cloud);
        let list = all.and_then(|all| all.as_array()).into_iter().flatten();
        list.chain(all.filter(|all| all.as_object().is_some())).take(EVENTS_MAX)
    }

    /// The event that says what was done: Drive marks it, else it is the first.
    fn main(&self) -> Option<&'v Value> {
        let is_main = |event: &&Value| {
            parameters(event)
                .find(|(name, _)| name.eq_ignore_ascii_case("primary_event"))
                .and_then(|(_, parameter)| json::at(parameter, &["boolValue"])?.as_bool())
                == Some(true)
        };
        self.events().find(is_main).or_else(|| self.events().next())
    }

    /// What was done, in Google's words.
    pub(super) fn name(&self) -> &'v str {
        self.main().and_then(name_of).unwrap_or("unknown")
    }

    /// The sort of what was done.
    pub(super) fn kind(&self) -> &'v str {
        let of = |event| json::text(event, &["type"]).or_else(|| json::text(event, &["eventType"]));
        said(self.main().and_then(of)).unwrap_or("")
    }

    /// The first text of a parameter, of the main event before the others; the case of letters
    /// does not count, as it differs between applications.
    pub(super) fn parameter(&self, name: &str) -> Option<&'v str> {
        self.values(name).find_map(|value| {
            let first = value.as_array().and_then(|list| list.iter().next());
            said(first.unwrap_or(value).as_str())
        })
    }

    /// The values of a parameter: a text, number or boolean, or a list of them.
    pub(super) fn values<'n>(
        &self,
        name: &'n str,
    ) -> impl Iterator<Item = &'v Value> + use<'v, 'n> {
        let main = self.main();
        let is_other = move |event: &&Value| !main.is_some_and(|main| std::ptr::eq(main, *event));
        let events = main.into_iter().chain(self.events().filter(is_other));
        events.flat_map(parameters).filter_map(move |(key, parameter)| {
            if !key.eq_ignore_ascii_case(name) {
                return None;
            }
            VALUES.iter().find_map(|at| json::at(parameter, &[at]))
        })
    }

    pub(super) fn address(&self) -> Option<&'v str> {
        let address = self.text(&["ipAddress"]);
        let address = address.or_else(|| self.in_cloud(&["requestMetadata", "callerIp"]));
        address.filter(|ip| ip.parse::<IpAddr>().is_ok())
    }

    /// Who did it: the mail address, else what else is known of a program or an anonymous one.
    pub(super) fn actor(&self) -> Option<&'v str> {
        self.text(&["actor", "email"])
            .or_else(|| self.in_cloud(&["authenticationInfo", "principalEmail"]))
            .or_else(|| self.text(&["actor", "key"]))
    }

    /// Whom it was done to, if the event names somebody.
    pub(super) fn target(&self) -> Option<&'v str> {
        ["USER_EMAIL", "affected_email_address", "target_user", "member_id", "target"]
            .iter()
            .find_map(|name| self.parameter(name))
    }

    pub(super) fn outcome(&self) -> Outcome {
        let failed = self.cloud.and_then(|cloud| json::at(cloud, &["status", "code"])?.as_i64());
        if failed.is_some_and(|code| code != 0) {
            return Outcome::Failure;
        }
        let name = self.name();
        let status = self.parameter("login_challenge_status").unwrap_or("").to_ascii_lowercase();
        match name {
            "login_challenge" | "login_verification" if status.contains("pass") => Outcome::Success,
            "login_challenge" | "login_verification" if status.contains("fail") => Outcome::Failure,
            "login_challenge" | "login_verification" => Outcome::Unknown,
            _ if name.contains("failure")
                || name.ends_with("_blocked")
                || name.contains("denied") =>
            {
                Outcome::Failure
            }
            "unknown" => Outcome::Unknown,
            _ if self.is_warning() => Outcome::Unknown,
            _ => Outcome::Success,
        }
    }

    /// Whether Google warns of something rather than tells what was done.
    pub(super) fn is_warning(&self) -> bool {
        let name = self.name();
        let is_rule = self.application() == "rules" && name != "action_complete";
        name.starts_with("suspicious_")
            || name.contains("_attack_warning")
            || name == "user_signed_out_due_to_suspicious_session_cookie"
            || is_rule
    }
}

fn name_of(event: &Value) -> Option<&str> {
    said(json::text(event, &["name"]).or_else(|| json::text(event, &["eventName"])))
}

/// The named parameters of an event.
fn parameters(event: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let list = json::at(event, &["parameters"]).or_else(|| json::at(event, &["parameter"]));
    let list = list.and_then(|list| list.as_array()).into_iter().flatten();
    list.take(PARAMETERS_MAX).filter_map(|one| Some((json::text(one, &["name"])?, one)))
}

fn said(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.trim().is_empty())
}
