//! What is unusual in many records together, from logs as products write them. The logs are made
//! here, record by record.

use serde_json::{Value, json};
use testkit::mmdb;

use crate::{investigate, stdout, yagura};

/// The second of a day in March as CloudTrail writes it.
pub fn stamp(second: i64) -> String {
    let (day, second) = (2 + second / 86_400, second % 86_400);
    format!("2026-03-{day:02}T{:02}:{:02}:{:02}Z", second / 3600, second / 60 % 60, second % 60)
}

/// A call by an administrator, at a second.
fn call(second: i64, name: &str, request: Value, response: Value) -> Value {
    json!({
        "eventVersion": "1.11", "eventTime": stamp(second), "eventSource": "ec2.amazonaws.com",
        "eventName": name, "awsRegion": "eu-west-1", "sourceIPAddress": "192.0.2.80",
        "userAgent": "console.amazonaws.com", "eventID": format!("{name}-{second}"),
        "userIdentity": {"type": "IAMUser", "principalId": "AIDAEXAMPLEEXAMPLE00",
            "arn": "arn:aws:iam::111122223333:user/ops", "accountId": "111122223333",
            "userName": "ops", "accessKeyId": "AKIAIOSFODNN7EXAMPLE"},
        "requestParameters": request, "responseElements": response,
        "eventType": "AwsApiCall", "recipientAccountId": "111122223333",
    })
}

/// A call with the credentials of an instance.
fn own(second: i64, instance: &str, ip: &str, name: &str) -> Value {
    let mut record = call(second, name, json!({"bucketName": "media"}), Value::Null);
    record["eventSource"] = json!("s3.amazonaws.com");
    record["sourceIPAddress"] = json!(ip);
    record["userAgent"] = json!("aws-sdk-go/1.55.5");
    record["eventID"] = json!(format!("{instance}-{ip}-{second}"));
    record["userIdentity"] = json!({
        "type": "AssumedRole", "principalId": format!("AROAEXAMPLEEXAMPLE00:{instance}"),
        "arn": format!("arn:aws:sts::111122223333:assumed-role/web/{instance}"),
        "accountId": "111122223333", "accessKeyId": "ASIAIOSFODNN7EXAMPLE",
        "sessionContext": {"ec2RoleDelivery": "2.0"},
    });
    record
}

/// A folder with these CloudTrail records.
pub fn folder(records: &[Value]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let text = json!({ "Records": records }).to_string();
    std::fs::write(folder.path().join("trail.json"), text).unwrap();
    folder
}

/// Rule and sentence of every finding of behaviour.
pub fn told(folder: &tempfile::TempDir) -> Vec<[String; 2]> {
    told_with(folder, &[])
}

/// The same with more arguments.
fn told_with(folder: &tempfile::TempDir, more: &[&str]) -> Vec<[String; 2]> {
    let path = folder.path().to_str().unwrap();
    let (_, json) = investigate(&[&[path, "--no-builtin-rules"], more].concat());
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let all = json["findings"].as_array().unwrap().iter();
    let own = all.filter(|f| f["rule"]["kind"] == "behavior");
    own.map(|f| [text(&f["rule"]["id"]), text(&f["text"])]).collect()
}

const INSTANCE: &str = "i-0a1b2c3d4e5f60718";

/// An instance is launched, gets an address, calls from there, and a thief elsewhere.
fn theft(thief: &str) -> Vec<Value> {
    let launched = json!({"instancesSet": {"items": [{"instanceId": INSTANCE,
        "privateIpAddress": "10.0.0.5", "currentState": {"name": "pending"}}]}});
    let made = json!({"allocationId": "eipalloc-0a1b2c3d", "publicIp": "198.51.100.7"});
    let asked = json!({"allocationId": "eipalloc-0a1b2c3d", "instanceId": INSTANCE});
    let mut all = vec![
        call(0, "RunInstances", json!({}), launched),
        call(5, "AllocateAddress", json!({"domain": "vpc"}), made),
        call(9, "AssociateAddress", asked, json!({"associationId": "eipassoc-0a1b2c3d"})),
    ];
    all.extend((0..10).map(|at| own(600 + at * 60, INSTANCE, "198.51.100.7", "PutObject")));
    all.extend((0..5).map(|at| own(3600 + at, INSTANCE, thief, "ListBuckets")));
    all
}

#[test]
fn credentials_of_an_instance_used_elsewhere_are_told_with_its_own_addresses() {
    let away = folder(&theft("203.0.113.9"));
    let path = away.path().to_str().unwrap();
    let text = stdout(&yagura(&["investigate", "--no-builtin-rules", "--quiet", path]));
    let said = "credentials of i-0a1b2c3d4e5f60718 were used from 203.0.113.9 (5 calls, 0 refused)";
    assert!(text.contains(said) && text.contains("198.51.100.7"), "{text}");
    let arguments = ["investigate", "--no-builtin-rules", "--quiet", "--lang", "ja", path];
    let text = stdout(&yagura(&arguments));
    assert!(text.contains("認証情報が 203.0.113.9 から使用された（5 回"), "{text}");
    assert_eq!(told(&away)[0][0], "behavior.aws.instance_credentials");
    assert!(told(&folder(&theft("198.51.100.7"))).is_empty(), "its own address");
    let mut shuffled = theft("203.0.113.9");
    shuffled.reverse();
    assert_eq!(told(&folder(&shuffled)), told(&away), "whatever the order");
}

fn login(second: i64, ip: &str) -> Value {
    let mut record = call(second, "ConsoleLogin", Value::Null, json!({"ConsoleLogin": "Success"}));
    record["eventSource"] = json!("signin.amazonaws.com");
    record["sourceIPAddress"] = json!(ip);
    record["eventType"] = json!("AwsConsoleSignIn");
    record
}

#[test]
fn one_account_at_two_places_at_once_is_told_where_places_are_known() {
    let logs = folder(&[login(0, "192.0.2.7"), login(900, "198.51.100.9")]);
    assert!(told(&logs).is_empty(), "nobody knows where these are");
    let base = tempfile::tempdir().unwrap();
    let file = base.path().join("city.mmdb");
    let rows = [
        mmdb::city(("192.0.2.0", 24), "Tokyo", "JP", (35.69, 139.69)),
        mmdb::city(("198.51.100.0", 24), "Berlin", "DE", (52.52, 13.41)),
    ];
    std::fs::write(&file, mmdb::build(&rows)).unwrap();
    let found = told_with(&logs, &["--geoip", file.to_str().unwrap()]);
    assert_eq!(found[0][0], "behavior.login.travel");
    let text = &found[0][1];
    assert!(text.contains("15 minutes later from 198.51.100.9 (Berlin, DE): 8916 km"), "{text}");
    let path = logs.path().to_str().unwrap();
    let broken = logs.path().join("trail.json");
    let output = yagura(&["investigate", path, "--geoip", broken.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2), "a file that is no database");
}

/// What a person does to an object.
fn object(second: i64, name: &str, key: u32, more: &Value) -> Value {
    let mut record =
        call(second, name, json!({"bucketName": "media", "key": format!("f{key}")}), Value::Null);
    record["eventSource"] = json!("s3.amazonaws.com");
    record["eventID"] = json!(format!("{name}-{second}-{key}"));
    for (field, value) in more.as_object().unwrap() {
        record["requestParameters"][field] = value.clone();
    }
    record
}

#[test]
fn objects_locked_with_a_key_of_the_intruders_own_are_told() {
    let own = json!({"x-amz-server-side-encryption-customer-algorithm": "AES256"});
    let lock = |more: &Value| -> Vec<Value> {
        let read = (0..60).map(|key| object(i64::from(key), "GetObject", key, &json!({})));
        let locked = (0..60).map(|key| object(600 + i64::from(key), "PutObject", key, more));
        read.chain(locked).collect()
    };
    let found = told(&folder(&lock(&own)));
    assert_eq!(found[0][0], "behavior.locked");
    assert!(found[0][1].contains("wrote 60 objects of media"), "{found:?}");
    let kms = "x-amz-server-side-encryption-aws-kms-key-id";
    let foreign = json!({kms: "arn:aws:kms:eu-west-1:444455556666:key/example"});
    assert_eq!(told(&folder(&lock(&foreign)))[0][0], "behavior.locked");
    let usual = json!({kms: "arn:aws:kms:eu-west-1:111122223333:key/example"});
    assert!(told(&folder(&lock(&usual))).is_empty(), "a key of one's own account");
}

#[test]
fn files_that_get_one_new_ending_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let line = |at: i64| {
        let (time, path) = (stamp(at), format!("/srv/data/d{}/f{at}.docx", at % 12));
        format!("{time} MOVED_FROM {path}\n{time} MOVED_TO {path}.k7locked\n")
    };
    let text: String = (0..60).map(line).collect();
    std::fs::write(folder.path().join("inotify.log"), text).unwrap();
    let found = told(&folder);
    assert_eq!(found[0][0], "behavior.locked");
    assert!(found[0][1].contains("60 files got the ending .k7locked"), "{found:?}");
}

#[test]
fn a_new_kind_of_error_is_told_with_what_was_found_near_it() {
    let folder = tempfile::tempdir().unwrap();
    let line = |at: i64, level: &str, text: String| {
        let time = stamp(at);
        json!({"timestamp": time, "level": level, "service": "shop", "message": text}).to_string()
            + "\n"
    };
    let mut text: String =
        (0..60).map(|at| line(at * 3600, "error", format!("payment {at} timed out"))).collect();
    text += &line(200_000, "info", "unterminated string is a word here".to_owned());
    text += &line(200_010, "error", "unterminated string near 'x' at line 7".to_owned());
    std::fs::write(folder.path().join("shop.json"), text).unwrap();
    assert!(told(&folder).is_empty(), "an error alone, of a program with few errors");
    let trail: Vec<Value> = (0..40)
        .map(|at| {
            let second = 199_700 + i64::from(at);
            let mut record = object(second, "DeleteObject", at, &json!({}));
            record["resources"] = json!([{"ARN": format!("arn:aws:s3:::media/f{at}")}]);
            record
        })
        .collect();
    let trail = json!({ "Records": trail }).to_string();
    std::fs::write(folder.path().join("trail.json"), trail).unwrap();
    let found = told(&folder);
    let near = found.iter().find(|[rule, _]| rule == "behavior.log.new_error.near");
    let [_, text] = near.unwrap_or_else(|| panic!("{found:?}"));
    assert!(text.contains("within ten minutes of: Burst of deletions"), "{text}");
}
