//! Calls of AWS's interfaces, as CloudTrail records them.

use serde_json::{Map, Value, json};

use crate::story::Step;
use crate::world::{Credential, World, stamp};

/// Beginnings of the names of calls that change nothing.
const READS: &[&str] = &["Get", "List", "Describe", "Head", "Lookup", "Search", "BatchGet"];
/// Calls on objects: data events.
const OBJECTS: &[&str] =
    &["GetObject", "PutObject", "DeleteObject", "DeleteObjects", "CopyObject", "HeadObject"];

/// A call.
#[derive(Clone, Debug, Default)]
pub struct Call {
    /// `s3.amazonaws.com`.
    pub service: String,
    /// `GetObject`.
    pub name: String,
    /// Where.
    pub region: String,
    /// The caller's address.
    pub ip: String,
    /// The caller's program.
    pub agent: String,
    /// The error's code; empty: none.
    pub error: String,
    /// `requestParameters`.
    pub request: Value,
    /// `responseElements`.
    pub response: Value,
    /// `additionalEventData`.
    pub extra: Value,
}

/// The record of a call made with a credential.
pub fn record(world: &mut World, call: &Call, who: Value, account: &str) -> Value {
    let data = OBJECTS.contains(&call.name.as_str());
    let read = READS.iter().any(|start| call.name.starts_with(start));
    let mut out = json!({
        "eventVersion": "1.11",
        "userIdentity": who,
        "eventTime": stamp(world.now, "%Y-%m-%dT%H:%M:%SZ"),
        "eventSource": call.service,
        "eventName": call.name,
        "awsRegion": call.region,
        "sourceIPAddress": call.ip,
        "userAgent": call.agent,
    });
    if !call.error.is_empty() {
        put(&mut out, "errorCode", json!(call.error));
        put(&mut out, "errorMessage", json!("not authorized to perform this action"));
    }
    put(&mut out, "requestParameters", call.request.clone());
    let response = if call.error.is_empty() { call.response.clone() } else { Value::Null };
    put(&mut out, "responseElements", response);
    if !call.extra.is_null() {
        put(&mut out, "additionalEventData", call.extra.clone());
    }
    put(&mut out, "requestID", json!(world.random.uuid()));
    put(&mut out, "eventID", json!(world.random.uuid()));
    put(&mut out, "readOnly", json!(read));
    if data {
        put(&mut out, "resources", resources(&call.request, account));
    }
    put(&mut out, "eventType", json!("AwsApiCall"));
    put(&mut out, "managementEvent", json!(!data));
    put(&mut out, "recipientAccountId", json!(account));
    put(&mut out, "eventCategory", json!(if data { "Data" } else { "Management" }));
    out
}

fn put(record: &mut Value, key: &str, value: Value) {
    if let Some(object) = record.as_object_mut() {
        object.insert(key.into(), value);
    }
}

fn resources(request: &Value, account: &str) -> Value {
    let text = |key| request.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (bucket, key) = (text("bucketName"), text("key"));
    json!([
        {"type": "AWS::S3::Object", "ARN": format!("arn:aws:s3:::{bucket}/{key}")},
        {"accountId": account, "type": "AWS::S3::Bucket", "ARN": format!("arn:aws:s3:::{bucket}")},
    ])
}

/// `userIdentity` of a credential.
pub fn identity(credential: &Credential) -> Value {
    let Credential { key, who, id, session, account, made, .. } = credential;
    if credential.kind == "user" {
        return json!({
            "type": "IAMUser", "principalId": id,
            "arn": format!("arn:aws:iam::{account}:user/{who}"),
            "accountId": account, "accessKeyId": key, "userName": who,
        });
    }
    let mut out = json!({
        "type": "AssumedRole", "principalId": format!("{id}:{session}"),
        "arn": format!("arn:aws:sts::{account}:assumed-role/{who}/{session}"),
        "accountId": account, "accessKeyId": key,
        "sessionContext": {
            "sessionIssuer": {
                "type": "Role", "principalId": id,
                "arn": format!("arn:aws:iam::{account}:role/{who}"),
                "accountId": account, "userName": who,
            },
            "attributes": {
                "creationDate": stamp(*made, "%Y-%m-%dT%H:%M:%SZ"), "mfaAuthenticated": "false",
            },
        },
    });
    if credential.kind == "instance"
        && let Some(context) = out.get_mut("sessionContext")
    {
        put(context, "ec2RoleDelivery", json!("2.0"));
    }
    out
}

/// Writes a record.
pub fn write(world: &mut World, region: &str, account: &str, record: &Value) {
    let day = stamp(world.now, "%Y/%m/%d");
    let file = format!(
        "aws/AWSLogs/{account}/CloudTrail/{region}/{day}/{account}_CloudTrail_{region}_{}.json.gz",
        stamp(world.now, "%Y%m%dT%H00Z")
    );
    world.say(file, record.to_string());
}

/// A call that a story's step describes.
pub fn step(world: &mut World, step: &Step) {
    let text = |world: &mut World, key: &str, otherwise: &str| {
        let value = step.rest.get(key).and_then(toml::Value::as_str).unwrap_or(otherwise);
        world.fill(value)
    };
    let name = text(world, "call", "");
    let (service, name) = name.split_once(':').unwrap_or(("", &name));
    let json = |world: &mut World, key: &str| {
        step.rest.get(key).map_or(Value::Null, |value| world.json(value))
    };
    let mut call = Call {
        service: format!("{service}.amazonaws.com"),
        name: name.to_owned(),
        region: text(world, "region", "{region}"),
        ip: text(world, "from", "{attacker}"),
        agent: text(world, "agent", "{agent}"),
        error: text(world, "error", ""),
        request: json(world, "request"),
        response: json(world, "response"),
        extra: json(world, "extra"),
    };
    let by = text(world, "by", "");
    let caller = world.credentials.get(&by).cloned();
    let mut account = caller.as_ref().map_or_else(|| world.get("account"), |c| c.account.clone());
    if let Some(given) = step.rest.get("gives").and_then(toml::Value::as_str) {
        let credential = give(world, step, &mut call, &account);
        account.clone_from(&credential.account);
        world.credentials.insert(given.to_owned(), credential);
    }
    let account = caller.as_ref().map_or(account, |c| c.account.clone());
    let who = match (&caller, step.rest.get("identity")) {
        (_, Some(identity)) => world.json(identity),
        (Some(caller), None) => identity(caller),
        (None, None) => json!({"type": "AWSService", "invokedBy": by}),
    };
    let record = record(world, &call, who, &account);
    write(world, &call.region, &account, &record);
}

/// The credential that a call hands out, also put into its answer.
fn give(world: &mut World, step: &Step, call: &mut Call, account: &str) -> Credential {
    let text = |world: &mut World, key: &str| {
        let value = step.rest.get(key).and_then(toml::Value::as_str).unwrap_or_default();
        world.fill(value)
    };
    let (who, session, other) = (text(world, "who"), text(world, "session"), text(world, "in"));
    let account = if other.is_empty() { account.to_owned() } else { other };
    let user = call.name == "CreateAccessKey";
    let kind = if user { "user" } else { "role" };
    let key = world.random.draw(if user { "key" } else { "session-key" });
    let id = world.random.draw(if user { "user-id" } else { "role-id" });
    let mut response = call.response.as_object().cloned().unwrap_or_default();
    if user {
        let made = json!({"accessKeyId": key, "status": "Active", "userName": who,
            "createDate": stamp(world.now, "%b %-d, %Y %-I:%M:%S %p")});
        response.insert("accessKey".into(), made);
    } else {
        issue(world, &mut response, &key, &format!("{id}:{session}"), &account, &who, &session);
    }
    call.response = Value::Object(response);
    Credential { kind: kind.into(), key, who, id, session, account, made: world.now }
}

fn issue(
    world: &World,
    response: &mut Map<String, Value>,
    key: &str,
    id: &str,
    account: &str,
    role: &str,
    session: &str,
) {
    let until = stamp(world.now + 3_600_000, "%b %-d, %Y, %-I:%M:%S %p");
    response.insert(
        "credentials".into(),
        json!({"accessKeyId": key, "expiration": until, "sessionToken": "REDACTED"}),
    );
    let arn = format!("arn:aws:sts::{account}:assumed-role/{role}/{session}");
    response.insert("assumedRoleUser".into(), json!({"assumedRoleId": id, "arn": arn}));
}
