//! Calls to AWS: what a role or user does, from where, with what, when.

use model::{Event, Outcome};

use super::super::facts::Facts;
use super::super::feature::{Feature, Kind};
use super::super::learn::minute;
use super::super::slot::mark;
use super::whence::Whence;
use super::{Texts, append, field, words};

/// The caller's habits. What AWS does in somebody's name is nobody's habit.
pub fn call(
    event: &Event<'_>,
    texts: &mut Texts,
    whence: &mut Whence<'_>,
    facts: &mut Facts,
    each: &mut dyn FnMut(&Facts),
) {
    let Texts { a, b, c } = texts;
    field(event, "userIdentity.invokedBy", a);
    if !a.is_empty() || !begin(event, (a, b, c), facts) {
        return;
    }
    field(event, "eventSource", a);
    let service = a.split('.').next().unwrap_or_default();
    field(event, "eventName", b);
    facts.add(Feature::Action, &[service, ":", b]);
    facts.add(Feature::Service, &[service]);
    if b.starts_with("AssumeRole") {
        field(event, "requestParameters.roleArn", c);
        facts.add(Feature::Assumed, &[c]);
    }
    field(event, "errorCode", c);
    facts.add(Feature::Failure, &[c]);
    field(event, "awsRegion", c);
    facts.add(Feature::Region, &[c]);
    if let Some(address) = event.address {
        whence.add(address, facts);
    }
    field(event, "userAgent", c);
    facts.add(Feature::Agent, &[words::agent(c)]);
    facts.add(Feature::Hours, &[words::hours(minute(event))]);
    field(event, "resources.type", b);
    field(event, "resources.accountId", c);
    if !b.is_empty() {
        facts.add(Feature::Resource, &[b, " of ", c]);
    }
    each(facts);
}

/// What the facts of a call depend on. Of whom an access key is, and how it came in, does not
/// change. What AWS did in its name tells no facts: nobody may remember such a call by this.
pub fn sameness(event: &Event<'_>, whence: &Whence<'_>, text: &mut String) -> Option<u64> {
    text.clear();
    text.push_str(event.credential?);
    text.push('\0');
    text.push_str(whence.coarse(event.address.unwrap_or_default()));
    text.push('\0');
    append(event, "eventName", text);
    // Roles that are taken on are facts of their own.
    if text.contains("\0AssumeRole") {
        return None;
    }
    for name in ["eventSource", "awsRegion", "userAgent"] {
        append(event, name, text);
    }
    if event.outcome != Outcome::Success {
        append(event, "errorCode", text);
    }
    if event.body.has("resources") {
        append(event, "resources.type", text);
        append(event, "resources.accountId", text);
    }
    Some(mark(&[text, words::hours(minute(event))]))
}

/// Who it is, and how it came in; `false` if nobody is named.
fn begin(
    event: &Event<'_>,
    (a, b, c): (&mut String, &mut String, &mut String),
    facts: &mut Facts,
) -> bool {
    // Sessions come and go: the habits are the role's.
    field(event, "userIdentity.sessionContext.sessionIssuer.arn", a);
    if a.is_empty() {
        field(event, "userIdentity.arn", a);
        // A role without its issuer: the session's name is cut off.
        if a.contains(":assumed-role/")
            && let Some(end) = a.rfind('/')
        {
            a.truncate(end);
        }
    }
    if a.is_empty() {
        field(event, "userIdentity.userName", a);
    }
    if a.is_empty() || a.contains("/aws-service-role/") || a.contains("/AWSServiceRole") {
        return false;
    }
    facts.begin(Kind::Principal, a);
    field(event, "userIdentity.type", b);
    let account = a.split(':').nth(4).unwrap_or_default();
    facts.everybody(&[account, " ", b]);
    // Roles below one path, permission sets for instance, were made for one purpose.
    let name = a.split(':').nth(5).unwrap_or_default();
    if let Some((path, _)) = name.rsplit_once('/').filter(|(path, _)| path.contains('/')) {
        facts.peers(&[account, " ", path, "/"]);
    }
    field(event, "userIdentity.sessionContext.attributes.mfaAuthenticated", a);
    field(event, "userIdentity.sessionContext.ec2RoleDelivery", c);
    let mfa = if a == "true" { " with second factor" } else { "" };
    let metadata = if c.is_empty() { "" } else { " by instance metadata " };
    facts.add(Feature::Way, &[b, mfa, metadata, c]);
    true
}
