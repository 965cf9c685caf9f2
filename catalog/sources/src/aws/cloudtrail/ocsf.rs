//! CloudTrail records as OCSF: API Activity, Authentication, Account Change.
//!
//! Follows OCSF 1.5.0 and, where it leaves room, the way AWS Security Lake maps CloudTrail.

use model::Time;
use model::event::Outcome;
use ocsf::{Class, Flat, paths};
use sonic_rs::{JsonContainerTrait, JsonValueTrait, Value};

use super::entities::session_issuer;
use super::fields::text;
use super::grant;
use super::record::Record;
use super::verbs::Verb;
use crate::json;

/// The most `resources` that are written.
const RESOURCES_MAX: u16 = 64;
/// Longer request and response texts are left out; the raw record has them.
const DATA_MAX: usize = 64 << 10;

/// The class and activity of a record.
struct Kind<'v> {
    class: Class,
    id: i64,
    /// The activity's caption in the schema.
    caption: &'static str,
    /// The activity's name: the caption, or the event's own name where the schema has none.
    name: &'v str,
}

/// The record as OCSF attributes.
pub(super) fn flat<'s>(record: &'s Record<'_>) -> Flat<'s> {
    let kind = kind(record);
    let mut flat = Flat::new(kind.class, kind.id);
    flat.put_some(paths::ACTIVITY_NAME, Some(kind.name));
    flat.put(paths::TYPE_NAME, format!("{}: {}", kind.class.caption, kind.caption));
    flat.put(paths::SEVERITY, "Informational");
    flat.put(paths::SEVERITY_ID, 1);
    flat.put(paths::TIME, record.time.ocsf());
    metadata(record, &mut flat);
    status(record, &mut flat);
    actor(record, &mut flat);
    api(record, &mut flat);
    endpoint(record, &mut flat);
    match kind.class {
        Class::AUTHENTICATION => authentication(record, &mut flat),
        Class::ACCOUNT_CHANGE => account_change(record, &mut flat),
        _ => resources(record, &mut flat),
    }
    flat
}

fn kind<'v>(record: &Record<'v>) -> Kind<'v> {
    let name = record.name();
    let kind = |class, (id, caption): (i64, &'static str)| Kind {
        class,
        id,
        caption,
        name: if id == 99 && !name.is_empty() { name } else { caption },
    };
    if record.is_insight() {
        return Kind { name: "Insight", ..kind(Class::API_ACTIVITY, (99, "Other")) };
    }
    if let Some(activity) = authenticates(record) {
        return kind(Class::AUTHENTICATION, activity);
    }
    if let Some(activity) = changes_account(record)
        && changed_user(record).is_some()
    {
        return kind(Class::ACCOUNT_CHANGE, activity);
    }
    let verb = match Verb::of(name) {
        Verb::Other if record.fields.read_only.and_then(Value::as_bool) == Some(true) => Verb::Read,
        verb => verb,
    };
    kind(Class::API_ACTIVITY, verb.activity())
}

/// The Authentication activity of a sign-in or issuing call.
fn authenticates(record: &Record<'_>) -> Option<(i64, &'static str)> {
    let activity = match record.name() {
        "ConsoleLogin"
        | "UserAuthentication"
        | "SwitchRole"
        | "AssumeRole"
        | "AssumeRoleWithSAML"
        | "AssumeRoleWithWebIdentity"
        | "AssumeRoot" => (1, "Logon"),
        "Logout" | "ExitRole" => (2, "Logoff"),
        "GetSessionToken" | "GetFederationToken" | "GetSigninToken" => (3, "Authentication Ticket"),
        "CreateSession" if record.service() == "rolesanywhere" => (3, "Authentication Ticket"),
        "CredentialChallenge" | "CredentialVerification" | "CheckMfa" => (99, "Other"),
        _ => return None,
    };
    matches!(record.service(), "signin" | "sts" | "sso" | "rolesanywhere").then_some(activity)
}

/// The Account Change activity of a call of IAM that concerns a user.
fn changes_account(record: &Record<'_>) -> Option<(i64, &'static str)> {
    if record.service() != "iam" {
        return None;
    }
    Some(match record.name() {
        "CreateUser" => (1, "Create"),
        "CreateLoginProfile" => (2, "Enable"),
        "ChangePassword" => (3, "Password Change"),
        "UpdateLoginProfile" => (4, "Password Reset"),
        "DeleteLoginProfile" => (5, "Disable"),
        "DeleteUser" => (6, "Delete"),
        "AttachUserPolicy" | "PutUserPolicy" => (7, "Attach Policy"),
        "DetachUserPolicy" | "DeleteUserPolicy" => (8, "Detach Policy"),
        "EnableMFADevice" => (10, "MFA Factor Enable"),
        "DeactivateMFADevice" => (11, "MFA Factor Disable"),
        "CreateAccessKey"
        | "DeleteAccessKey"
        | "UpdateAccessKey"
        | "UpdateUser"
        | "UploadSSHPublicKey"
        | "PutUserPermissionsBoundary"
        | "DeleteUserPermissionsBoundary" => (99, "Other"),
        _ => return None,
    })
}

fn metadata<'s>(record: &Record<'s>, flat: &mut Flat<'s>) {
    let fields = &record.fields;
    flat.put_some(paths::METADATA_EVENT_CODE, text(fields.kind));
    flat.put_some(paths::METADATA_CORRELATION_UID, text(fields.shared));
    flat.put_some(paths::METADATA_ORIGINAL_TIME, text(fields.time));
    flat.put_some(paths::METADATA_PRODUCT_FEATURE_NAME, text(fields.category));
    flat.put(paths::METADATA_PRODUCT_NAME, "CloudTrail");
    flat.put(paths::METADATA_PRODUCT_VENDOR_NAME, "AWS");
    flat.put_some(paths::METADATA_PRODUCT_VERSION, text(fields.version));
    flat.put(paths::METADATA_PROFILES, "cloud");
    flat.put_some(paths::METADATA_UID, text(fields.uid));
}

fn status<'s>(record: &Record<'s>, flat: &mut Flat<'s>) {
    let (id, word) = match record.outcome {
        Outcome::Success => (1, "Success"),
        Outcome::Failure => (2, "Failure"),
        Outcome::Unknown => (0, "Unknown"),
    };
    flat.put(paths::STATUS_ID, id);
    flat.put(paths::STATUS, word);
    flat.put_some(paths::STATUS_CODE, text(record.fields.error));
    flat.put_some(paths::STATUS_DETAIL, text(record.fields.error_message));
    flat.put(paths::CLOUD_PROVIDER, "AWS");
    flat.put_some(paths::CLOUD_ACCOUNT_UID, record.account());
    flat.put_some(paths::CLOUD_REGION, text(record.fields.region));
}

fn actor<'s>(record: &Record<'s>, flat: &mut Flat<'s>) {
    let attribute = |key| record.identity_at(&["sessionContext", "attributes", key]);
    flat.put_some(paths::ACTOR_INVOKED_BY, record.identity("invokedBy"));
    let store = record.identity_at(&["onBehalfOf", "identityStoreArn"]);
    flat.put_some(paths::ACTOR_IDP_UID, store.or_else(|| record.identity("identityProvider")));
    if let Some(created) = attribute("creationDate").and_then(Time::parse_rfc3339) {
        flat.put(paths::ACTOR_SESSION_CREATED_TIME, created.ocsf());
    }
    if let Some(mfa) = mfa_of_session(record) {
        flat.put(paths::ACTOR_SESSION_IS_MFA, mfa);
    }
    flat.put_some(paths::ACTOR_SESSION_ISSUER, session_issuer(record));
    let user = Person::acting(record);
    if !user.is_named() {
        // The schema wants an actor. Insights are CloudTrail's own; else nobody is named.
        let own = if record.is_insight() { "cloudtrail.amazonaws.com" } else { "Unknown" };
        flat.put(paths::ACTOR_INVOKED_BY, own);
        return;
    }
    flat.put_some(paths::ACTOR_USER_ACCOUNT_UID, record.identity("accountId"));
    flat.put_some(paths::ACTOR_USER_CREDENTIAL_UID, record.credential());
    flat.put_some(paths::ACTOR_USER_NAME, user.name);
    flat.put_some(paths::ACTOR_USER_TYPE, record.identity("type"));
    flat.put_some(paths::ACTOR_USER_UID, user.uid);
    flat.put_some(paths::ACTOR_USER_UID_ALT, user.uid_alt);
    if let Some(name) = user.name {
        observe(flat, 0, (4, "User Name"), "actor.user.name", name);
    }
}

fn mfa_of_session(record: &Record<'_>) -> Option<bool> {
    let identity = record.fields.identity?;
    let value = json::at(identity, &["sessionContext", "attributes", "mfaAuthenticated"])?;
    value.as_bool().or_else(|| value.as_str()?.parse().ok())
}

/// The names of somebody.
#[derive(Clone, Copy, Default)]
struct Person<'v> {
    name: Option<&'v str>,
    uid: Option<&'v str>,
    uid_alt: Option<&'v str>,
}

impl<'v> Person<'v> {
    /// Who acted.
    fn acting(record: &Record<'v>) -> Self {
        let entered = || record.fields.additional.and_then(|a| json::text(a, &["UserName"]));
        let stable = record
            .identity("principalId")
            .or_else(|| record.identity_at(&["onBehalfOf", "userId"]));
        let name = record.identity("userName").or_else(entered);
        match record.identity("arn") {
            Some(arn) => Person { name, uid: Some(arn), uid_alt: stable },
            // OCSF wants a name or a uid of every user.
            None if name.is_none() => {
                Person { name, uid: stable.or(record.identity("invokedBy")), uid_alt: None }
            }
            None => Person { name, uid: None, uid_alt: stable },
        }
    }

    fn is_named(self) -> bool {
        self.name.or(self.uid).is_some()
    }
}

fn api<'s>(record: &Record<'s>, flat: &mut Flat<'s>) {
    let fields = &record.fields;
    let insight = |key| fields.insight.and_then(|i| json::text(i, &[key]));
    let operation = text(fields.name).or_else(|| insight("eventName")).unwrap_or("Unknown");
    let service = text(fields.source).or_else(|| insight("eventSource"));
    flat.put(paths::API_OPERATION, operation);
    // `api.request` must have a uid.
    if let Some(uid) = text(fields.request_id) {
        flat.put(paths::API_REQUEST_UID, uid);
        flat.put_some(paths::API_REQUEST_DATA, data(fields.request));
    }
    flat.put_some(paths::API_RESPONSE_ERROR, text(fields.error));
    flat.put_some(paths::API_RESPONSE_ERROR_MESSAGE, text(fields.error_message));
    if grant::issued(record).is_none() {
        // An answer that holds a credential holds its secret token too.
        flat.put_some(paths::API_RESPONSE_DATA, data(fields.response));
    }
    flat.put_some(paths::API_SERVICE_NAME, service);
    flat.put_some(paths::API_VERSION, text(fields.api_version));
    flat.put_some(paths::HTTP_REQUEST_USER_AGENT, text(fields.agent));
}

/// A JSON value as text, as Security Lake writes requests and answers.
fn data(member: Option<&Value>) -> Option<String> {
    let value = member.filter(|value| value.is_object() || value.is_array())?;
    sonic_rs::to_string(value).ok().filter(|text| text.len() <= DATA_MAX)
}

fn endpoint<'s>(record: &Record<'s>, flat: &mut Flat<'s>) {
    flat.put_some(paths::SRC_ENDPOINT_UID, text(record.fields.vpc_endpoint));
    let Some(address) = text(record.fields.address) else {
        flat.put(paths::SRC_ENDPOINT_NAME, "Unknown");
        return;
    };
    let slot = u16::from(flat.get(paths::OBSERVABLES_VALUE).is_some());
    if record.address().is_some() {
        flat.put(paths::SRC_ENDPOINT_IP, address);
        observe(flat, slot, (2, "IP Address"), "src_endpoint.ip", address);
    } else if is_domain(address) {
        flat.put(paths::SRC_ENDPOINT_DOMAIN, address);
        observe(flat, slot, (1, "Hostname"), "src_endpoint.domain", address);
    } else {
        flat.put(paths::SRC_ENDPOINT_NAME, address);
    }
}

/// Whether a source that is no address is a host name: `ec2.amazonaws.com`, not `AWS Internal`.
fn is_domain(name: &str) -> bool {
    name.contains('.')
        && name.contains(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'))
}

fn observe<'s>(
    flat: &mut Flat<'s>,
    slot: u16,
    (id, kind): (i64, &'static str),
    name: &'static str,
    value: &'s str,
) {
    flat.put_in(paths::OBSERVABLES_NAME, slot, name);
    flat.put_in(paths::OBSERVABLES_TYPE, slot, kind);
    flat.put_in(paths::OBSERVABLES_TYPE_ID, slot, id);
    flat.put_in(paths::OBSERVABLES_VALUE, slot, value);
}

fn resources<'s>(record: &Record<'s>, flat: &mut Flat<'s>) {
    let Some(list) = record.fields.resources.and_then(|r| r.as_array()) else { return };
    let mut slot = 0;
    for item in list {
        let uid = json::text(item, &["ARN"]).or_else(|| json::text(item, &["arn"]));
        let name = json::text(item, &["resourceName"]);
        if slot >= RESOURCES_MAX || uid.or(name).is_none_or(str::is_empty) {
            continue;
        }
        let kind = json::text(item, &["type"]).or_else(|| json::text(item, &["resourceType"]));
        let owner = json::text(item, &["accountId"]);
        for (path, value) in [
            (paths::RESOURCES_UID, uid),
            (paths::RESOURCES_NAME, name),
            (paths::RESOURCES_TYPE, kind),
            (paths::RESOURCES_OWNER_ACCOUNT_UID, owner),
        ] {
            if let Some(value) = value.filter(|v| !v.is_empty()) {
                flat.put_in(path, slot, value);
            }
        }
        slot += 1;
    }
}

fn authentication<'s>(record: &Record<'s>, flat: &mut Flat<'s>) {
    let user = Person {
        name: record.response(&["federatedUser", "federatedUserId"]),
        uid: record
            .response(&["assumedRoleUser", "arn"])
            .or_else(|| record.response(&["federatedUser", "arn"]))
            .or_else(|| record.request(&["roleArn"]))
            .or_else(|| record.request(&["targetPrincipal"])),
        uid_alt: record.response(&["assumedRoleUser", "assumedRoleId"]),
    };
    let user = if user.is_named() { user } else { Person::acting(record) };
    flat.put_some(paths::USER_NAME, user.name);
    flat.put_some(paths::USER_UID, user.uid);
    if !user.is_named() {
        flat.put(paths::USER_NAME, "Unknown");
    }
    // The schema wants the service or the endpoint that was logged on to.
    flat.put(paths::SERVICE_NAME, text(record.fields.source).unwrap_or("Unknown"));
    flat.put_some(paths::SESSION_CREDENTIAL_UID, grant::issued(record));
    let second_factor = record.fields.additional.and_then(|a| json::text(a, &["MFAUsed"]));
    let mfa = second_factor
        .map(|word| word.eq_ignore_ascii_case("yes"))
        .or_else(|| mfa_of_session(record));
    if let Some(mfa) = mfa {
        flat.put(paths::IS_MFA, mfa);
    }
    let protocol = match record.name() {
        "AssumeRoleWithSAML" => (5, "SAML"),
        "AssumeRoleWithWebIdentity" => (4, "OpenID"),
        _ => return,
    };
    flat.put(paths::AUTH_PROTOCOL_ID, protocol.0);
    flat.put(paths::AUTH_PROTOCOL, protocol.1);
}

/// The user that an IAM call changes: the one it names, else the caller.
fn changed_user<'v>(record: &Record<'v>) -> Option<Person<'v>> {
    let name = record.request(&["userName"]).or_else(|| record.response(&["user", "userName"]));
    let named = Person { name, uid: record.response(&["user", "arn"]), uid_alt: None };
    let user = if named.is_named() { named } else { Person::acting(record) };
    user.is_named().then_some(user)
}

fn account_change<'s>(record: &Record<'s>, flat: &mut Flat<'s>) {
    let Some(user) = changed_user(record) else { return };
    flat.put_some(paths::USER_NAME, user.name);
    flat.put_some(paths::USER_UID, user.uid);
    flat.put_some(paths::USER_ACCOUNT_UID, record.account());
    flat.put_some(paths::POLICIES_NAME, record.request(&["policyName"]));
    flat.put_some(paths::POLICIES_UID, record.request(&["policyArn"]));
}
