//! One event, broken in every way that the validator must see.

use ocsf::validate;
use serde_json::{Value, json};

fn event() -> Value {
    json!({
        "activity_id": 1, "category_name": "Application Activity", "category_uid": 6,
        "class_name": "API Activity", "class_uid": 6003, "type_uid": 600_301,
        "severity_id": 1, "time": 1_757_340_680_000_i64,
        "metadata": { "version": "1.5.0", "product": { "name": "CloudTrail" },
            "profiles": ["cloud"] },
        "actor": { "user": { "name": "alice", "account": { "uid": "111122223333" } } },
        "api": { "operation": "RunInstances", "service": { "name": "ec2.amazonaws.com" } },
        "cloud": { "provider": "AWS", "region": "eu-west-1" },
        "src_endpoint": { "ip": "203.0.113.7" },
        "resources": [{ "uid": "i-0abc", "type": "instance", "region": "eu-west-1" }],
        "unmapped": { "anything": [1, { "goes": null }] },
    })
}

fn violations(event: &Value) -> Vec<String> {
    validate(event).iter().map(ToString::to_string).collect()
}

#[test]
fn a_valid_event_has_none() {
    assert_eq!(violations(&event()), Vec::<String>::new());
}

#[test]
fn each_way_to_be_wrong_is_named() {
    let cases: &[(&str, Value, &str)] = &[
        ("/class_uid", json!(6999), "class_uid: unknown class 6999"),
        ("/class_uid", json!("6003"), "class_uid: missing, or no number"),
        ("/type_uid", json!(600_302), "type_uid: is 600302; class and activity make 600301"),
        ("/category_uid", json!(4), "category_uid: is 4; the class is of 6"),
        ("/activity_id", json!(7), "activity_id: 7 is not in the enum"),
        ("/severity_id", json!("1"), "severity_id: must be integer_t, is \"1\""),
        ("/time", json!(1.5), "time: must be timestamp_t, is 1.5"),
        ("/metadata/product", Value::Null, "metadata.product: must be the object product, is null"),
        (
            "/metadata/version",
            json!("1.1.0"),
            "metadata.version: is \"1.1.0\"; the schema here is 1.5.0",
        ),
        (
            "/metadata/profiles",
            json!([]),
            "cloud: needs the profile \"cloud\" in metadata.profiles",
        ),
        (
            "/metadata/profiles",
            json!(["moon"]),
            "metadata.profiles: class api_activity has no profile \"moon\"",
        ),
        ("/cloud", json!({ "region": "eu-west-1" }), "cloud.provider: required, but missing"),
        (
            "/actor",
            json!({}),
            "actor: at_least_one of process, user, invoked_by, session, app_name, app_uid, has 0",
        ),
        ("/actor/user/nickname", json!("al"), "actor.user.nickname: user has no such attribute"),
        (
            "/src_endpoint/ip",
            json!("not an address"),
            "src_endpoint.ip: must be ip_t, is \"not an address\"",
        ),
        ("/src_endpoint/port", json!(70_000), "src_endpoint.port: must be port_t, is 70000"),
        ("/resources", json!({}), "resources: must be an array, is an object"),
        ("/resources/0/uid", json!(5), "resources[0].uid: must be resource_uid_t, is 5"),
        (
            "/http_request",
            json!({ "http_method": "BREW" }),
            "http_request.http_method: BREW is not in the enum",
        ),
        ("/flavour", json!(1), "flavour: api_activity has no such attribute"),
    ];
    for (pointer, value, wanted) in cases {
        let mut broken = event();
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        let parent = broken.pointer_mut(parent).unwrap();
        match parent {
            Value::Array(items) => items[key.parse::<usize>().unwrap()] = value.clone(),
            object => object[key] = value.clone(),
        }
        let found = violations(&broken);
        assert!(found.iter().any(|v| v == wanted), "{pointer}: {found:#?}\nwanted {wanted}");
    }
}

#[test]
fn missing_attributes_are_named_with_their_object() {
    let found = violations(&json!({ "class_uid": 6003, "api": {} }));
    for path in
        ["activity_id", "actor", "api.operation", "metadata", "src_endpoint", "time", "type_uid"]
    {
        let wanted = format!("{path}: required, but missing");
        assert!(found.contains(&wanted), "{wanted}: {found:#?}");
    }
    assert_eq!(violations(&json!([])), [": an event must be a JSON object"]);
}
