//! One record of Entra, from Microsoft Graph, Azure Monitor or a table of Log Analytics.

use std::net::{IpAddr, SocketAddr};

use model::{Outcome, Time};
use sonic_rs::{JsonContainerTrait, JsonType, JsonValueTrait, Value};

use crate::aws::shared::is_uuid;
use crate::{json, nested};

/// The most things that one audit record may change.
const TARGETS_MAX: usize = 64;
/// A shorter text is no id that only one audit record has.
const UID_MIN: usize = 32;

/// What a record tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    /// Somebody signed in or tried: a user, a service principal, a managed identity.
    SignIn,
    /// The directory was changed.
    Audit,
    /// A risk was seen, or a user's or principal's risk changed.
    Risk,
    /// Microsoft Graph was called.
    Graph,
    /// An account was provisioned elsewhere.
    Provisioning,
}

impl Sort {
    /// The sort of a value; `None` if it is no record of Entra.
    pub(super) fn of(value: &Value) -> Option<Sort> {
        if value.get_type() != JsonType::Object {
            return None;
        }
        if let Some(sort) = Sort::by_category(value) {
            return Some(sort);
        }
        let own = properties(value);
        let has = |key| nested::member(own, &[key]).is_some_and(|member| !member.is_null());
        let is_who = ["userPrincipalName", "servicePrincipalId", "userId"].into_iter().any(has);
        if has("activityDateTime") && has("activityDisplayName") && has("targetResources") {
            return Some(Sort::Audit);
        }
        if has("riskEventType") && (has("detectedDateTime") || has("activityDateTime")) && is_who {
            return Some(Sort::Risk);
        }
        let is_sign_in = has("createdDateTime")
            && has("appId")
            && is_who
            && (has("status") || has("resultType"))
            && (has("ipAddress") || has("conditionalAccessStatus") || has("correlationId"));
        is_sign_in.then_some(Sort::SignIn)
    }

    /// By what Azure Monitor calls the log, or Log Analytics the table.
    fn by_category(value: &Value) -> Option<Sort> {
        let name = nested::text(value, &["category"]).and_then(Sort::named);
        let table = || nested::text(value, &["Type"]).and_then(Sort::named);
        let sort = name.or_else(table)?;
        // `AuditLogs` is a name that others use too.
        let is_own = nested::member(value, &["properties"])
            .is_some_and(|p| p.as_object().is_some())
            || nested::member(value, &["TimeGenerated"]).is_some()
            || nested::text(value, &["resourceId"]).is_some_and(|id| id.starts_with("/tenants/"));
        let is_directory = sort != Sort::Audit
            || ["activityDisplayName", "initiatedBy", "targetResources", "loggedByService"]
                .into_iter()
                .any(|key| nested::member(properties(value), &[key]).is_some())
            || nested::text(value, &["resourceId"]).is_some_and(|id| id.starts_with("/tenants/"));
        (is_own && is_directory).then_some(sort)
    }

    fn named(name: &str) -> Option<Sort> {
        let name = name.strip_prefix("AAD").unwrap_or(name);
        Some(match name {
            "SignInLogs"
            | "SigninLogs"
            | "NonInteractiveUserSignInLogs"
            | "ServicePrincipalSignInLogs"
            | "ManagedIdentitySignInLogs"
            | "ADFSSignInLogs"
            | "MicrosoftServicePrincipalSignInLogs"
            | "FirstPartyToFirstPartySignInLogs" => Sort::SignIn,
            "AuditLogs" => Sort::Audit,
            "RiskyUsers"
            | "UserRiskEvents"
            | "RiskyServicePrincipals"
            | "ServicePrincipalRiskEvents" => Sort::Risk,
            "MicrosoftGraphActivityLogs" => Sort::Graph,
            "ProvisioningLogs" => Sort::Provisioning,
            _ => return None,
        })
    }
}

/// Where the facts stand: in `properties` if Azure Monitor wrapped them, else at the top.
pub(super) fn properties(value: &Value) -> &Value {
    let inner = nested::member(value, &["properties"]);
    inner.filter(|inner| inner.as_object().is_some()).unwrap_or(value)
}

/// One record.
pub(super) struct Record<'v> {
    /// All of it.
    pub(super) value: &'v Value,
    /// Its facts.
    pub(super) own: &'v Value,
    pub(super) sort: Sort,
    pub(super) time: Time,
}

impl<'v> Record<'v> {
    pub(super) fn new(value: &'v Value, sort: Sort, time: Time) -> Self {
        Record { value, own: properties(value), sort, time }
    }

    /// A text among the facts.
    pub(super) fn text(&self, path: &[&str]) -> Option<&'v str> {
        nested::text(self.own, path)
    }

    /// A text among the facts, else one around them.
    pub(super) fn either(&self, inner: &[&str], outer: &str) -> Option<&'v str> {
        self.text(inner).or_else(|| nested::text(self.value, &[outer]))
    }

    /// What was done, in Microsoft's words.
    pub(super) fn operation(&self) -> &'v str {
        let word = match self.sort {
            Sort::Audit => self.either(&["activityDisplayName"], "operationName"),
            Sort::SignIn => None,
            Sort::Risk => self.text(&["riskEventType"]).or_else(|| self.text(&["riskType"])),
            Sort::Graph => self.text(&["requestMethod"]),
            Sort::Provisioning => {
                self.text(&["provisioningAction"]).or_else(|| self.text(&["action"]))
            }
        };
        let plain = match self.sort {
            Sort::SignIn => "Sign-in activity",
            Sort::Risk => "Risk",
            _ => "unknown",
        };
        word.or_else(|| nested::text(self.value, &["operationName"])).unwrap_or(plain)
    }

    /// Who set off a change: the user, or the app.
    pub(super) fn initiator(&self, of: &str, key: &str) -> Option<&'v str> {
        self.text(&["initiatedBy", of, key])
    }

    /// The id of the record, if it is one of its own.
    pub(super) fn uid(&self) -> Option<&'v str> {
        match self.sort {
            Sort::SignIn => self.text(&["id"]).filter(|id| is_uuid(id)),
            Sort::Audit => self.text(&["id"]).filter(|id| id.len() >= UID_MIN),
            Sort::Graph => self.text(&["requestId"]).filter(|id| is_uuid(id)),
            // A risk is told again whenever its state changes.
            Sort::Risk | Sort::Provisioning => None,
        }
    }

    pub(super) fn session(&self) -> Option<&'v str> {
        let id = self.text(&["sessionId"]).or_else(|| self.text(&["uniqueTokenIdentifier"]));
        id.or_else(|| self.text(&["signInActivityId"]))
    }

    pub(super) fn address(&self) -> Option<&'v str> {
        let of_user = match self.sort {
            Sort::Audit => self.initiator("user", "ipAddress"),
            _ => self.text(&["ipAddress"]),
        };
        of_user.and_then(ip).or_else(|| nested::text(self.value, &["callerIpAddress"]).and_then(ip))
    }

    /// The error code of a sign-in: 0 is success.
    pub(super) fn error_code(&self) -> Option<i64> {
        let code = nested::member(self.own, &["status", "errorCode"]);
        let code = code.or_else(|| nested::member(self.value, &["resultType"]))?;
        code.as_i64().or_else(|| code.as_str()?.trim().parse().ok())
    }

    pub(super) fn outcome(&self) -> Outcome {
        let word = match self.sort {
            Sort::SignIn => return self.signed_in(),
            Sort::Risk => return Outcome::Unknown,
            Sort::Graph => {
                let code = nested::member(self.own, &["responseStatusCode"]);
                return match code.and_then(JsonValueTrait::as_i64) {
                    Some(100..=399) => Outcome::Success,
                    Some(400..=599) => Outcome::Failure,
                    _ => Outcome::Unknown,
                };
            }
            Sort::Audit => self.either(&["result"], "resultSignature"),
            Sort::Provisioning => {
                let status = self.text(&["provisioningStatusInfo", "status"]);
                status.or_else(|| self.either(&["statusInfo", "status"], "resultType"))
            }
        };
        match word {
            Some(word) if word.eq_ignore_ascii_case("success") => Outcome::Success,
            Some(word)
                if ["failure", "timeout", "failed"]
                    .iter()
                    .any(|w| word.eq_ignore_ascii_case(w)) =>
            {
                Outcome::Failure
            }
            _ => Outcome::Unknown,
        }
    }

    /// Microsoft calls a sign-in interrupted if the user was asked for more and nothing says how
    /// it went on: a second factor, consent, which account, to stay signed in.
    fn signed_in(&self) -> Outcome {
        match self.error_code() {
            Some(0) => Outcome::Success,
            Some(
                16000 | 50058 | 50072 | 50074 | 50076 | 50079 | 50097 | 50125 | 50127 | 50129
                | 50140 | 50203 | 65001,
            ) => Outcome::Unknown,
            Some(_) => Outcome::Failure,
            None => match nested::text(self.value, &["resultSignature"]) {
                Some("SUCCESS" | "Success") => Outcome::Success,
                Some("FAILURE" | "Failure") => Outcome::Failure,
                _ => Outcome::Unknown,
            },
        }
    }

    /// What an audit record changed.
    pub(super) fn targets(&self) -> impl Iterator<Item = &'v Value> + use<'v> {
        nested::list(self.own, &["targetResources"]).take(TARGETS_MAX)
    }

    /// The first changed thing of one of these types.
    pub(super) fn target(&self, kinds: &[&str]) -> Option<&'v Value> {
        self.targets().find(|t| nested::text(t, &["type"]).is_some_and(|k| kinds.contains(&k)))
    }

    /// The value of a changed property, new or else old, out of its quotes.
    pub(super) fn modified(&self, name: &str) -> Option<&'v str> {
        let mut all = self.targets().flat_map(|t| nested::list(t, &["modifiedProperties"]));
        let property = all.find(|p| nested::text(p, &["displayName"]) == Some(name))?;
        ["newValue", "oldValue"].iter().find_map(|key| {
            let text = json::text(property, &[key])?.trim_matches(['"', ' ']);
            (!text.is_empty()).then_some(text)
        })
    }
}

/// An address, also of one that has a port behind it.
fn ip(text: &str) -> Option<&str> {
    if text.parse::<IpAddr>().is_ok() {
        return Some(text);
    }
    text.parse::<SocketAddr>().ok()?;
    let host = text.rsplit_once(':')?.0;
    Some(host.trim_start_matches('[').trim_end_matches(']'))
}
