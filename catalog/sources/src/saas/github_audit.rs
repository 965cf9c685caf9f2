//! `saas.github_audit`: audit logs of GitHub organisations and enterprises.

use std::net::IpAddr;

use frame::Input;
use model::seam::About;
use model::seam::source::{Intake, Likeness, LogSource, ReadSettings, Source};
use model::{Body, Entity, EntityKind, Event, Outcome, Role, Time};
use ocsf::{Class, Flat, Scalar, paths};
use sonic_rs::{JsonValueTrait, Value};

use super::{fold, put_all};
use crate::aws::shared::{push, put_severity, put_status};
use crate::json;
use crate::nested::{self, Found, Kind};

/// The source.
pub struct GithubAudit;

const NAME: &str = "saas.github_audit";

const KIND: Kind = Kind {
    what: "a GitHub audit log event",
    marks: &[&["\"action\"", "@timestamp"], &["\"action\"", "created_at"], &["\\\"action\\\""]],
    is_record: |value, _| is_audit(value),
    emit,
};

impl Source for GithubAudit {
    fn about(&self) -> &'static About {
        &About {
            name: NAME,
            line: "GitHub audit logs of organisations and enterprises, exported or streamed",
            spec: "https://docs.github.com/en/enterprise-cloud@latest/admin/monitoring-activity-in-your-enterprise/reviewing-audit-logs-for-your-enterprise/audit-log-events-for-your-enterprise",
        }
    }

    fn classes(&self) -> &'static [Class] {
        &[
            Class::ACCOUNT_CHANGE,
            Class::AUTHENTICATION,
            Class::ENTITY_MANAGEMENT,
            Class::GROUP_MANAGEMENT,
            Class::API_ACTIVITY,
        ]
    }

    fn logsources(&self) -> &'static [LogSource] {
        &[LogSource { product: Some("github"), service: Some("audit"), category: None }]
    }

    fn recognise(&self, sample: &[u8]) -> Likeness {
        nested::recognise(sample, &KIND)
    }

    fn read(&self, input: &mut Input<'_>, _: &ReadSettings, out: &mut dyn Intake) {
        nested::read(input, &KIND, out);
    }
}

/// Whether a value is an event: `action` is `category.verb`, and GitHub's own names stand by it.
fn is_audit(value: &Value) -> bool {
    let action = json::text(value, &["action"]).unwrap_or("");
    let is_word = |word: &str| {
        !word.is_empty()
            && word.bytes().all(|b| b.is_ascii_lowercase() || b"_0123456789".contains(&b))
    };
    let is_action = action.contains('.') && action.split('.').all(is_word);
    let own = ["_document_id", "actor_location", "org_id", "business_id", "business", "actor_id"];
    is_action
        && (json::has(value, "@timestamp") || json::has(value, "created_at"))
        && own.iter().any(|key| json::has(value, key))
}

fn emit(found: &Found<'_>, out: &mut dyn Intake) {
    let own = ["@timestamp", "created_at"].iter().find_map(|key| json::at(found.value, &[key]));
    let Some(time) = own.and_then(json::time).or(found.around.time) else {
        return out.refuse(found.at, "@timestamp cannot be read as a time", found.raw);
    };
    let record = Record { value: found.value, time };
    out.event(&Event {
        source: NAME,
        time,
        uid: record.text("_document_id").filter(|uid| uid.len() >= UID_MIN),
        at: found.at,
        outcome: record.outcome(),
        credential: record.text("hashed_token"),
        address: record.address(),
        raw: found.raw,
        body: &record,
    });
}

/// A shorter text is no id that only one event has.
const UID_MIN: usize = 16;

/// One event.
struct Record<'v> {
    value: &'v Value,
    time: Time,
}

impl<'v> Record<'v> {
    fn text(&self, key: &str) -> Option<&'v str> {
        json::text(self.value, &[key]).filter(|text| !text.trim().is_empty() && *text != "-")
    }

    /// A number or a text as text.
    fn id(&self, key: &str) -> Option<String> {
        let value = json::at(self.value, &[key])?;
        let number = value.as_i64().filter(|number| *number != 0).map(|number| number.to_string());
        number.or_else(|| value.as_str().filter(|text| !text.is_empty()).map(str::to_owned))
    }

    fn action(&self) -> &'v str {
        self.text("action").unwrap_or("unknown")
    }

    fn address(&self) -> Option<&'v str> {
        self.text("actor_ip").filter(|ip| ip.parse::<IpAddr>().is_ok())
    }

    /// The log tells what was done; a few actions are called after their failure.
    fn outcome(&self) -> Outcome {
        let failed = ["failed", "denied", "rejected", "blocked"];
        let is_failure = failed.iter().any(|word| self.action().contains(word));
        if is_failure { Outcome::Failure } else { Outcome::Success }
    }

    /// Class and activity by the action's category and verb.
    fn class(&self) -> (Class, i64) {
        let action = self.action();
        let (category, verb) = action.split_once('.').unwrap_or((action, ""));
        let signs_in = verb.contains("sso_response") || verb.contains("saml_sso");
        match (category, verb) {
            ("user", "login" | "failed_login" | "sign_in_from_unrecognized_device") => {
                (Class::AUTHENTICATION, 1)
            }
            ("user", "logout") => (Class::AUTHENTICATION, 2),
            _ if signs_in => (Class::AUTHENTICATION, 1),
            ("user" | "two_factor_authentication", _) => (Class::ACCOUNT_CHANGE, account(verb)),
            (
                "team" | "org" | "business",
                "add_member" | "add_admin" | "add_outside_collaborator",
            ) => (Class::GROUP_MANAGEMENT, 3),
            (
                "team" | "org" | "business",
                "remove_member" | "remove_admin" | "remove_outside_collaborator",
            ) => (Class::GROUP_MANAGEMENT, 4),
            ("team", "create") => (Class::GROUP_MANAGEMENT, 6),
            ("team", "destroy" | "delete") => (Class::GROUP_MANAGEMENT, 5),
            ("git", "clone" | "fetch") => (Class::API_ACTIVITY, 2),
            ("git", _) => (Class::API_ACTIVITY, 99),
            _ => match entity(verb) {
                Some(activity) => (Class::ENTITY_MANAGEMENT, activity),
                None => (Class::API_ACTIVITY, 99),
            },
        }
    }

    /// What was changed: the repository, team, organisation, or what else is named.
    fn subject(&self) -> Option<&'v str> {
        ["repo", "team", "name", "hook_id", "org", "business"].iter().find_map(|key| self.text(key))
    }
}

fn account(verb: &str) -> i64 {
    match verb {
        "create" => 1,
        "unsuspend" | "reactivate" => 2,
        "change_password" => 3,
        "forgot_password" | "reset_password" => 4,
        "suspend" => 5,
        "destroy" | "delete" => 6,
        "enabled" | "two_factor_authentication_enabled" => 10,
        "disabled" | "two_factor_authentication_disabled" => 11,
        _ => 99,
    }
}

fn entity(verb: &str) -> Option<i64> {
    Some(match verb.rsplit('.').next().unwrap_or("") {
        "create" | "add" | "install" => 1,
        "update" | "rename" | "access" | "archived" | "unarchived" | "config_changed" => 3,
        "transfer" => 5,
        "destroy" | "delete" | "remove" | "uninstall" => 4,
        "enable" | "enabled" => 8,
        "disable" | "disabled" => 9,
        _ => return None,
    })
}

impl<'v> Record<'v> {
    /// Which account the actor belongs to, and how they proved who they are.
    fn put_account(&self, flat: &mut Flat<'v>) {
        if let Some(org) = self.text("org") {
            flat.put(paths::ACTOR_USER_ACCOUNT_NAME, org);
            flat.put(paths::ACTOR_USER_ACCOUNT_TYPE_ID, 99);
            flat.put(paths::ACTOR_USER_ACCOUNT_TYPE, "GitHub Organization");
        }
        if self.text("actor").is_some() {
            flat.put(paths::ACTOR_USER_TYPE_ID, 0);
        }
        if self.text("issuer").is_some_and(|issuer| issuer.contains("saml"))
            || self.action().contains("saml")
        {
            flat.put(paths::AUTH_PROTOCOL_ID, 5);
        }
    }
}

impl Body for Record<'_> {
    fn ocsf(&self) -> Flat<'_> {
        let (class, activity) = self.class();
        let mut flat = Flat::new(class, activity);
        put_severity(&mut flat, 1);
        flat.put(paths::TIME, self.time.ocsf());
        put_status(&mut flat, self.outcome());
        flat.put(paths::METADATA_PRODUCT_NAME, "GitHub Audit Log");
        flat.put(paths::METADATA_PRODUCT_VENDOR_NAME, "GitHub");
        let user = self.text("user").or_else(|| self.text("actor"));
        let group =
            self.text("team").or_else(|| self.text("org")).or_else(|| self.text("business"));
        let is_group = class == Class::GROUP_MANAGEMENT;
        let is_sign_in = class == Class::AUTHENTICATION;
        put_all(
            &mut flat,
            &[
                (paths::METADATA_EVENT_CODE, self.text("action")),
                (paths::METADATA_UID, self.text("_document_id")),
                (paths::SRC_ENDPOINT_IP, self.address()),
                (
                    paths::SRC_ENDPOINT_LOCATION_COUNTRY,
                    json::text(self.value, &["actor_location", "country_code"]),
                ),
                (paths::HTTP_REQUEST_USER_AGENT, self.text("user_agent")),
                (paths::HTTP_REQUEST_HTTP_METHOD, self.text("method")),
                (paths::HTTP_REQUEST_REFERRER, self.text("referrer")),
                (paths::HTTP_REQUEST_URL_URL_STRING, self.text("url")),
                (paths::ACTOR_USER_NAME, self.text("actor")),
                (paths::ACTOR_USER_EMAIL_ADDR, self.text("external_identity_nameid")),
                (paths::ACTOR_USER_CREDENTIAL_UID, self.text("hashed_token")),
                (paths::USER_NAME, user),
                (paths::GROUP_NAME, group.filter(|_| is_group)),
                (paths::ENTITY_NAME, self.subject()),
                (paths::ENTITY_TYPE, self.action().split('.').next()),
                (
                    paths::API_OPERATION,
                    self.text("action").filter(|_| class == Class::API_ACTIVITY),
                ),
                (paths::RESOURCES_NAME, self.text("repo").or_else(|| self.text("org"))),
                (paths::SERVICE_NAME, Some("GitHub").filter(|_| is_sign_in)),
            ],
        );
        for (path, key) in [
            (paths::ACTOR_USER_UID, "actor_id"),
            (paths::ACTOR_USER_ACCOUNT_UID, "org_id"),
            (paths::ACTOR_SESSION_UID, "actor_session"),
            (paths::USER_UID, "user_id"),
            (paths::RESOURCES_UID, "repository_id"),
        ] {
            flat.put_some(path, self.id(key));
        }
        self.put_account(&mut flat);
        ocsf::fitted(flat)
    }

    fn field(&self, name: &str, each: &mut dyn FnMut(Scalar<'_>) -> bool) {
        fold(self.value, name, each);
    }

    fn entities<'s>(&'s self, out: &mut Vec<Entity<'s>>) {
        push(out, EntityKind::User, self.text("actor"), Role::Actor);
        push(out, EntityKind::User, self.text("external_identity_nameid"), Role::Actor);
        push(out, EntityKind::Ip, self.address(), Role::Actor);
        let made = self.action().ends_with(".create");
        let role = if made { Role::Created } else { Role::Target };
        let user_role = if self.action() == "user.create" { Role::Created } else { Role::Target };
        push(out, EntityKind::User, self.text("user"), user_role);
        push(out, EntityKind::Object, self.text("repo"), role);
        push(out, EntityKind::Role, self.text("team"), role);
        push(out, EntityKind::Account, self.text("org"), Role::Place);
        push(out, EntityKind::Account, self.text("business"), Role::Place);
    }

    fn action(&self) -> String {
        model::text::printable(&format!("github:{}", self.action()), 160).into_owned()
    }

    fn reads_only(&self) -> Option<bool> {
        let reads = matches!(self.action(), "git.clone" | "git.fetch" | "repo.download_zip");
        reads.then_some(true)
    }
}
