//! What AWS refuses, in its own words, and what to do.

use std::fmt;

use serde_json::Value;

use crate::xml;

/// What sort of failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The caller may not.
    Denied,
    /// The credentials are missing, wrong or expired.
    Credentials,
    /// The clock of this machine is wrong.
    Clock,
    /// The region is not enabled, or there is none of that name.
    Region,
    /// Too many calls; it may work later.
    Throttled,
    /// A dry run: it would have worked.
    WouldWork,
    /// Anything else that AWS says.
    Refused,
    /// AWS could not be reached, or its answer cannot be read.
    Broken,
}

/// A failure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// What sort.
    pub kind: Kind,
    /// AWS's code, for instance `UnauthorizedOperation`; empty if it gave none.
    pub code: String,
    /// What happened; never with a secret.
    pub what: String,
    /// What to do.
    pub remedy: String,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n  {}", self.what, self.remedy)
    }
}

impl std::error::Error for Error {}

/// The longest message that is passed on.
const MESSAGE_MAX: usize = 600;

impl Error {
    /// A failure of credentials.
    pub fn credentials(what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Error {
            kind: Kind::Credentials,
            code: String::new(),
            what: what.into(),
            remedy: remedy.into(),
        }
    }

    /// A failure of the way to AWS.
    pub fn broken(what: impl Into<String>) -> Self {
        Error {
            kind: Kind::Broken,
            code: String::new(),
            what: what.into(),
            remedy: "Check the network and the endpoint, then run it again.".to_owned(),
        }
    }

    /// A refusal, read out of the body of an answer.
    pub(crate) fn refused(call: &str, status: u16, body: &str) -> Self {
        let (code, message) = told(body);
        let kind = match kind(&code, status) {
            // Services but EC2 tell a wrong clock as a wrong signature.
            Kind::Credentials if is_late(&message) => Kind::Clock,
            kind => kind,
        };
        let message: String =
            message.chars().filter(|c| !c.is_control()).take(MESSAGE_MAX).collect();
        let code_shown = if code.is_empty() { format!("HTTP {status}") } else { code.clone() };
        let remedy = match kind {
            Kind::Denied => {
                format!("Allow {call} to this role; `yagura fleet policy` prints what is needed.")
            }
            Kind::Credentials => "Renew the credentials (aws sso login, a new key).".to_owned(),
            Kind::Clock => "Set the clock of this machine (NTP).".to_owned(),
            Kind::Region => "Enable the region for the account, or leave it out.".to_owned(),
            Kind::Throttled => "Wait a little and run it again; what is done stays.".to_owned(),
            Kind::WouldWork => "Nothing: the dry run says that it would work.".to_owned(),
            Kind::Refused | Kind::Broken => "See the message of AWS.".to_owned(),
        };
        Error { kind, code, what: format!("{call}: {code_shown}: {message}"), remedy }
    }
}

/// Code and message, by any of the protocols.
fn told(body: &str) -> (String, String) {
    let text = |value: &Value, keys: &[&str]| {
        let found = keys.iter().find_map(|key| value.get(key)?.as_str());
        found.unwrap_or_default().to_owned()
    };
    if let Ok(value) = serde_json::from_str::<Value>(body) {
        let code = text(&value, &["__type", "code", "Code"]);
        let code = code.rsplit(['#', '/']).next().unwrap_or_default();
        let code = code.split(':').next().unwrap_or_default().to_owned();
        return (code, text(&value, &["message", "Message", "errorMessage"]));
    }
    let Ok(value) = xml::read(body) else { return (String::new(), String::new()) };
    let error = find(&value, 0);
    error.map_or_else(Default::default, |e| (text(e, &["Code"]), text(e, &["Message"])))
}

/// The object with the code, wherever the protocol wraps it.
fn find(value: &Value, depth: usize) -> Option<&Value> {
    if value.get("Code").is_some_and(Value::is_string) || depth > 4 {
        return value.get("Code").map(|_| value);
    }
    match value {
        Value::Object(members) => members.values().find_map(|member| find(member, depth + 1)),
        Value::Array(items) => items.iter().find_map(|item| find(item, depth + 1)),
        _ => None,
    }
}

fn is_late(message: &str) -> bool {
    ["Signature expired", "Signature not yet current"].iter().any(|told| message.contains(told))
}

fn kind(code: &str, status: u16) -> Kind {
    match code {
        "DryRunOperation" => Kind::WouldWork,
        "RequestTimeTooSkewed" | "RequestExpired" | "InvalidSignatureTime" => Kind::Clock,
        "OptInRequired" | "InvalidRegion" | "UnrecognizedClientRegion" => Kind::Region,
        "AuthFailure"
        | "InvalidClientTokenId"
        | "SignatureDoesNotMatch"
        | "InvalidSignatureException"
        | "ExpiredToken"
        | "ExpiredTokenException"
        | "UnrecognizedClientException"
        | "InvalidAccessKeyId"
        | "IncompleteSignature"
        | "MissingAuthenticationToken" => Kind::Credentials,
        "UnauthorizedOperation" | "AccessDenied" | "AccessDeniedException" => Kind::Denied,
        "RequestLimitExceeded"
        | "TooManyRequestsException"
        | "PriorRequestNotComplete"
        // A set that was just made is not known everywhere yet.
        | "WAFUnavailableEntityException"
        | "SlowDown" => Kind::Throttled,
        code if code.starts_with("Throttl") => Kind::Throttled,
        _ if status == 429 => Kind::Throttled,
        _ => Kind::Refused,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_protocol_tells_its_code() {
        let ec2 = "<Response><Errors><Error><Code>UnauthorizedOperation</Code>\
                   <Message>no</Message></Error></Errors></Response>";
        let query = "<ErrorResponse xmlns=\"x\"><Error><Type>Sender</Type><Code>Throttling</Code>\
                     <Message>Rate exceeded</Message></Error></ErrorResponse>";
        let json = "{\"__type\":\"com.amazonaws#AccessDeniedException\",\"Message\":\"no\"}";
        let late = "{\"__type\":\"InvalidSignatureException\",\"message\":\"Signature expired: \
                    20260101T000000Z is now earlier than 20260101T001000Z\"}";
        for (body, status, code, kind) in [
            (ec2, 403, "UnauthorizedOperation", Kind::Denied),
            (query, 400, "Throttling", Kind::Throttled),
            (json, 400, "AccessDeniedException", Kind::Denied),
            ("<html>oops</html>", 500, "", Kind::Refused),
            ("", 429, "", Kind::Throttled),
            (late, 403, "InvalidSignatureException", Kind::Clock),
        ] {
            let error = Error::refused("ec2:DescribeInstances", status, body);
            assert_eq!((error.code.as_str(), error.kind), (code, kind), "{body}");
        }
    }
}
