//! `saas.okta`: the System Log of Okta: sign-ins, changes of users, groups, policies, threats.

mod place;

use std::net::IpAddr;

use frame::Input;
use model::seam::About;
use model::seam::source::{Intake, Likeness, LogSource, ReadSettings, Source};
use model::{Body, Entity, EntityKind, Event, Outcome, Role, Time};
use ocsf::{Class, Flat, Scalar, paths};
use sonic_rs::{JsonContainerTrait, Value};

use crate::aws::shared::{put_severity, put_status};
use crate::json;
use crate::nested::{self, Found, Kind};

use super::{fold, put_all};

/// The source.
pub struct Okta;

const NAME: &str = "saas.okta";
/// The most targets of one event.
const TARGETS_MAX: usize = 64;

const KIND: Kind = Kind {
    what: "an Okta System Log event",
    marks: &[&["eventType", "published", "displayMessage"]],
    is_record: |value, _| {
        ["uuid", "published", "eventType"].iter().all(|key| json::text(value, &[key]).is_some())
            && json::at(value, &["actor"]).is_some()
    },
    emit,
};

impl Source for Okta {
    fn about(&self) -> &'static About {
        &About {
            name: NAME,
            line: "Okta System Log: sign-ins, changes of users, groups and policies, threats",
            spec: "https://developer.okta.com/docs/api/openapi/okta-management/management/tag/SystemLog/",
        }
    }

    fn classes(&self) -> &'static [Class] {
        &[
            Class::DETECTION_FINDING,
            Class::ACCOUNT_CHANGE,
            Class::AUTHENTICATION,
            Class::ENTITY_MANAGEMENT,
            Class::USER_ACCESS,
            Class::GROUP_MANAGEMENT,
            Class::API_ACTIVITY,
        ]
    }

    fn logsources(&self) -> &'static [LogSource] {
        &[LogSource { product: Some("okta"), service: Some("okta"), category: None }]
    }

    fn recognise(&self, sample: &[u8]) -> Likeness {
        nested::recognise(sample, &KIND)
    }

    fn read(&self, input: &mut Input<'_>, _: &ReadSettings, out: &mut dyn Intake) {
        nested::read(input, &KIND, out);
    }
}

fn emit(found: &Found<'_>, out: &mut dyn Intake) {
    let published = json::at(found.value, &["published"]).and_then(json::time);
    let Some(time) = published.or(found.around.time) else {
        return out.refuse(found.at, "published cannot be read as a time", found.raw);
    };
    let record = Record { value: found.value, time };
    out.event(&Event {
        source: NAME,
        time,
        uid: record.text(&["uuid"]),
        at: found.at,
        outcome: record.outcome(),
        credential: record.session(),
        address: record.address(),
        raw: found.raw,
        body: &record,
    });
}

/// One event.
struct Record<'v> {
    value: &'v Value,
    time: Time,
}

impl<'v> Record<'v> {
    /// A text that says something; Okta writes `unknown` for nothing.
    fn text(&self, path: &[&str]) -> Option<&'v str> {
        json::text(self.value, path).filter(|text| !text.trim().is_empty() && *text != "unknown")
    }

    fn kind(&self) -> &'v str {
        self.text(&["eventType"]).unwrap_or("unknown")
    }

    fn session(&self) -> Option<&'v str> {
        self.text(&["authenticationContext", "externalSessionId"])
    }

    fn address(&self) -> Option<&'v str> {
        let chain = json::at(self.value, &["request", "ipChain"]).and_then(|c| c.as_array());
        let first = chain.and_then(|chain| json::text(chain.first()?, &["ip"]));
        let client = self.text(&["client", "ipAddress"]).or(first);
        client.filter(|ip| ip.parse::<IpAddr>().is_ok())
    }

    fn outcome(&self) -> Outcome {
        match self.text(&["outcome", "result"]) {
            Some("SUCCESS" | "ALLOW") => Outcome::Success,
            Some("FAILURE" | "DENY" | "RATE_LIMIT" | "ABANDONED") => Outcome::Failure,
            _ => Outcome::Unknown,
        }
    }

    fn targets(&self) -> impl Iterator<Item = &'v Value> {
        let list = json::at(self.value, &["target"]).and_then(|list| list.as_array());
        list.into_iter().flatten().take(TARGETS_MAX)
    }

    fn target(&self, kinds: &[&str]) -> Option<&'v Value> {
        self.targets().find(|t| json::text(t, &["type"]).is_some_and(|k| kinds.contains(&k)))
    }

    /// Class and activity by the event's type, whose words are subject, thing and verb.
    fn class(&self) -> (Class, i64) {
        let kind = self.kind();
        let verb = kind.rsplit('.').next().unwrap_or("");
        let starts = |prefix| kind.starts_with(prefix);
        if starts("security.threat") || starts("security.attack") || starts("security.breached") {
            return (Class::DETECTION_FINDING, 1);
        }
        if starts("user.session.end") {
            return (Class::AUTHENTICATION, 2);
        }
        if starts("user.session.") || starts("user.authentication.") {
            let is_start = matches!(verb, "start") || starts("user.authentication.");
            return (Class::AUTHENTICATION, if is_start { 1 } else { 99 });
        }
        if starts("user.account.privilege") || starts("application.user_membership.") {
            let revokes = matches!(verb, "revoke" | "remove" | "deprovision");
            return (Class::USER_ACCESS, if revokes { 2 } else { 1 });
        }
        if starts("group.user_membership.") {
            return (Class::GROUP_MANAGEMENT, if verb == "remove" { 4 } else { 3 });
        }
        if starts("group.") {
            let activity = match verb {
                "grant" => 1,
                "revoke" => 2,
                "delete" => 5,
                "create" => 6,
                _ => 99,
            };
            return (Class::GROUP_MANAGEMENT, activity);
        }
        if starts("user.lifecycle.") || starts("user.account.") || starts("user.mfa.factor.") {
            return (Class::ACCOUNT_CHANGE, change(verb, starts("user.mfa.")));
        }
        if ["policy.", "application.lifecycle.", "zone.", "app.", "device."]
            .iter()
            .any(|p| starts(p))
        {
            return (Class::ENTITY_MANAGEMENT, entity_change(verb));
        }
        let activity = match verb {
            "create" | "add" => 1,
            "read" | "list" | "view" => 2,
            "update" | "activate" | "deactivate" | "grant" => 3,
            "delete" | "remove" | "revoke" => 4,
            _ => 99,
        };
        (Class::API_ACTIVITY, activity)
    }
}

fn change(verb: &str, of_factor: bool) -> i64 {
    match verb {
        "activate" if of_factor => 10,
        "deactivate" | "reset_all" | "suspend" if of_factor => 11,
        "create" => 1,
        "activate" | "reactivate" | "unsuspend" => 2,
        "update_password" => 3,
        "reset_password" | "expire_password" => 4,
        "deactivate" | "suspend" => 5,
        "delete" => 6,
        "lock" => 9,
        "unlock" | "unlock_by_admin" => 12,
        _ => 99,
    }
}

fn entity_change(verb: &str) -> i64 {
    match verb {
        "create" | "add" => 1,
        "update" => 3,
        "delete" | "remove" => 4,
        "activate" => 10,
        "deactivate" => 11,
        _ => 99,
    }
}

impl Body for Record<'_> {
    fn ocsf(&self) -> Flat<'_> {
        let (class, activity) = self.class();
        let mut flat = Flat::new(class, activity);
        let severity = match self.text(&["severity"]) {
            Some("INFO") => 1,
            Some("WARN") => 3,
            Some("ERROR") => 4,
            _ => 0,
        };
        put_severity(&mut flat, severity);
        flat.put(paths::TIME, self.time.ocsf());
        if class != Class::DETECTION_FINDING {
            put_status(&mut flat, self.outcome());
        }
        flat.put(paths::METADATA_PRODUCT_NAME, "Okta System Log");
        flat.put(paths::METADATA_PRODUCT_VENDOR_NAME, "Okta");
        let reason = self.text(&["outcome", "reason"]);
        put_all(
            &mut flat,
            &[
                (paths::MESSAGE, self.text(&["displayMessage"])),
                (paths::STATUS_CODE, self.text(&["outcome", "result"])),
                (paths::STATUS_DETAIL, reason),
                (paths::METADATA_EVENT_CODE, self.text(&["eventType"])),
                (paths::METADATA_UID, self.text(&["uuid"])),
                (paths::SRC_ENDPOINT_IP, self.address()),
                (paths::SRC_ENDPOINT_DOMAIN, self.text(&["securityContext", "domain"])),
                (
                    paths::HTTP_REQUEST_USER_AGENT,
                    self.text(&["client", "userAgent", "rawUserAgent"]),
                ),
                (paths::HTTP_REQUEST_UID, self.text(&["debugContext", "debugData", "requestId"])),
                (paths::HTTP_REQUEST_URL_PATH, self.text(&["debugContext", "debugData", "url"])),
                (paths::ACTOR_SESSION_UID, self.session()),
                (paths::ACTOR_USER_NAME, self.text(&["actor", "displayName"])),
                (paths::ACTOR_USER_EMAIL_ADDR, self.text(&["actor", "alternateId"])),
                (paths::ACTOR_USER_UID, self.text(&["actor", "id"])),
                (paths::ACTOR_USER_TYPE, self.text(&["actor", "type"])),
                (paths::FINDING_INFO_TITLE, reason.or_else(|| self.text(&["displayMessage"]))),
                (paths::FINDING_INFO_UID, self.text(&["uuid"])),
                (paths::SERVICE_NAME, Some("Okta")),
            ],
        );
        if class == Class::DETECTION_FINDING {
            flat.put_some(paths::EVIDENCES_SRC_ENDPOINT_IP, self.address());
        }
        if let Some(word) = self.text(&["actor", "type"]) {
            flat.put(paths::ACTOR_USER_TYPE_ID, place::account_type(word));
        }
        self.put_place(class, &mut flat);
        self.put_targets(class, &mut flat);
        ocsf::fitted(flat)
    }

    fn field(&self, name: &str, each: &mut dyn FnMut(Scalar<'_>) -> bool) {
        fold(self.value, name, each);
    }

    fn entities<'s>(&'s self, out: &mut Vec<Entity<'s>>) {
        use crate::aws::shared::push;
        let actor = self.text(&["actor", "alternateId"]);
        let actor = actor.or_else(|| self.text(&["actor", "displayName"]));
        push(out, EntityKind::User, actor, Role::Actor);
        push(out, EntityKind::Ip, self.address(), Role::Actor);
        push(out, EntityKind::Session, self.session(), Role::Actor);
        let made = self.kind().ends_with(".create") && self.outcome() == Outcome::Success;
        let role = if made { Role::Created } else { Role::Target };
        for target in self.targets() {
            let known = |key| json::text(target, &[key]).filter(|text| *text != "unknown");
            let name = known("alternateId").or_else(|| known("displayName"));
            match json::text(target, &["type"]) {
                Some("User" | "AppUser") => push(out, EntityKind::User, name, role),
                Some("UserGroup" | "ROLE") => push(out, EntityKind::Role, name, role),
                _ => {}
            }
        }
    }

    fn action(&self) -> String {
        model::text::printable(&format!("okta:{}", self.kind()), 160).into_owned()
    }
}

impl<'v> Record<'v> {
    /// Whom or what the event is about, where its class has a place for it.
    fn put_targets(&self, class: Class, flat: &mut Flat<'v>) {
        let of = |target: Option<&'v Value>, key: &str| {
            json::text(target?, &[key]).filter(|text| *text != "unknown" && !text.is_empty())
        };
        let user = self.target(&["User", "AppUser"]);
        let is_own = user.is_none() && class != Class::GROUP_MANAGEMENT;
        let user = user.or_else(|| json::at(self.value, &["actor"]).filter(|_| is_own));
        let group = self.target(&["UserGroup"]);
        let first = self.targets().next();
        put_all(
            flat,
            &[
                (paths::USER_NAME, of(user, "displayName")),
                (paths::USER_EMAIL_ADDR, of(user, "alternateId")),
                (paths::USER_UID, of(user, "id")),
                (paths::GROUP_NAME, of(group, "displayName")),
                (paths::GROUP_UID, of(group, "id")),
            ],
        );
        if let Some(word) = of(user, "type") {
            flat.put(paths::USER_TYPE, word);
            flat.put(paths::USER_TYPE_ID, place::account_type(word));
        }
        match class {
            Class::ENTITY_MANAGEMENT => put_all(
                flat,
                &[
                    (paths::ENTITY_NAME, of(first, "displayName")),
                    (paths::ENTITY_UID, of(first, "id")),
                    (paths::ENTITY_TYPE, of(first, "type")),
                ],
            ),
            Class::USER_ACCESS => {
                let granted = self.text(&["debugContext", "debugData", "privilegeGranted"]);
                let app = self.target(&["AppInstance", "ROLE"]);
                flat.put_some(paths::PRIVILEGES, granted.or(of(app, "displayName")));
            }
            Class::API_ACTIVITY => {
                flat.put_some(paths::API_OPERATION, self.text(&["eventType"]));
                for (slot, target) in (0..).zip(self.targets()) {
                    for (path, key) in [
                        (paths::RESOURCES_NAME, "displayName"),
                        (paths::RESOURCES_UID, "id"),
                        (paths::RESOURCES_TYPE, "type"),
                    ] {
                        if let Some(text) = of(Some(target), key) {
                            flat.put_in(path, slot, text);
                        }
                    }
                }
            }
            _ => {}
        }
    }
}
