//! The credential that an issuing call handed out: what sessions are stitched by.

use model::event::{Body, Outcome};
use model::session::Grant;
use sonic_rs::{JsonContainerTrait, Value};

use super::delegate;
use super::entities::principal;
use super::record::Record;
use crate::json;

/// Calls whose answer holds a new credential.
const ISSUING: &[&str] = &[
    "AssumeRole",
    "AssumeRoleWithSAML",
    "AssumeRoleWithWebIdentity",
    "AssumeRoot",
    "CreateAccessKey",
    "CreateSession",
    "GetCredentialsForIdentity",
    "GetFederationToken",
    "GetSessionToken",
];

/// The grant of a successful issuing call.
pub(super) fn of(record: &Record<'_>) -> Option<Grant> {
    if record.outcome != Outcome::Success {
        return None;
    }
    if !ISSUING.contains(&record.name()) {
        return delegated(record);
    }
    let answer = answer(record.fields.response?);
    Some(Grant {
        child: child(answer)?.into(),
        parent: record.identity("accessKeyId").map(Into::into),
        principal: whom(record, answer)?,
        subject: subject(record).map(Into::into),
        by: record.action(),
        address: record.address().map(Into::into),
        assertion: record.request(&["sAMLAssertionID"]).map(Into::into),
    })
}

/// What a call made that acts by itself: its deeds are the caller's.
fn delegated(record: &Record<'_>) -> Option<Grant> {
    let child = delegate::made(record)?;
    Some(Grant {
        parent: record.identity("accessKeyId").map(Into::into),
        principal: child.clone(),
        subject: None,
        by: record.action(),
        address: record.address().map(Into::into),
        assertion: None,
        child,
    })
}

/// The part of the answer that holds the credential: Roles Anywhere wraps it in a list.
fn answer(response: &Value) -> &Value {
    json::at(response, &["credentialSet"])
        .and_then(|set| set.as_array()?.first())
        .unwrap_or(response)
}

/// The new credential's id.
pub(super) fn child(answer: &Value) -> Option<&str> {
    [&["credentials", "accessKeyId"][..], &["accessKey", "accessKeyId"]]
        .iter()
        .find_map(|path| json::text(answer, path))
        .filter(|id| !id.is_empty())
}

/// The id of the credential that the call handed out, whatever came of it.
pub(super) fn issued<'v>(record: &Record<'v>) -> Option<&'v str> {
    record.fields.response.and_then(|response| child(answer(response)))
}

/// Whom the new credential stands for.
fn whom(record: &Record<'_>, answer: &Value) -> Option<String> {
    let stated = [&["assumedRoleUser", "arn"][..], &["federatedUser", "arn"]]
        .iter()
        .find_map(|path| json::text(answer, path));
    if let Some(arn) = stated {
        return Some(arn.into());
    }
    match record.name() {
        "AssumeRoot" => {
            let target = record.request(&["targetPrincipal"])?;
            let is_account = target.len() == 12 && target.bytes().all(|b| b.is_ascii_digit());
            Some(if is_account { format!("arn:aws:iam::{target}:root") } else { target.into() })
        }
        "CreateAccessKey" => {
            let owner = json::text(answer, &["accessKey", "userName"])
                .or_else(|| record.request(&["userName"]));
            match owner {
                Some(owner) if record.identity("userName") != Some(owner) => Some(owner.into()),
                _ => principal(record).map(Into::into),
            }
        }
        "GetSessionToken" => principal(record).map(Into::into),
        _ => record.request(&["roleArn"]).or_else(|| principal(record)).map(Into::into),
    }
}

/// The outside identity: who the identity provider or the certificate says it was.
fn subject<'v>(record: &Record<'v>) -> Option<&'v str> {
    let outside = |key| record.response(&[key]);
    match record.name() {
        "AssumeRoleWithSAML" => outside("subject").or_else(|| record.identity("userName")),
        "AssumeRoleWithWebIdentity" => {
            outside("subjectFromWebIdentityToken").or_else(|| record.identity("userName"))
        }
        "CreateSession" => outside("subjectArn"),
        "GetCredentialsForIdentity" => outside("identityId"),
        _ => None,
    }
}
