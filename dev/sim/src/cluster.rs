//! Calls of a Kubernetes cluster's interface, as its audit log records them.

use serde_json::{Value, json};

use crate::story::Step;
use crate::world::{World, stamp};

/// A call that a story's step describes; the caller is the story's `workload`.
pub fn step(world: &mut World, step: &Step) {
    let text = |world: &mut World, key: &str, otherwise: &str| {
        let value = step.rest.get(key).and_then(toml::Value::as_str).unwrap_or(otherwise);
        world.fill(value)
    };
    let [verb, resource, subresource, name] =
        ["verb", "resource", "subresource", "name"].map(|key| text(world, key, ""));
    let (user, from) = (text(world, "by", "{workload}"), text(world, "from", "{attacker}"));
    let (agent, space) = (text(world, "browser", "{browser}"), text(world, "space", "{space}"));
    let code = step.rest.get("code").and_then(toml::Value::as_integer).unwrap_or(200);
    let allowed = if code == 403 { "forbid" } else { "allow" };
    let mut target = json!({"resource": resource, "namespace": space, "apiVersion": "v1"});
    for (key, value) in [("name", &name), ("subresource", &subresource)] {
        if let (false, Some(all)) = (value.is_empty(), target.as_object_mut()) {
            all.insert(key.into(), json!(value));
        }
    }
    let object = step.rest.get("object").map_or(Value::Null, |value| world.json(value));
    let path = [&resource, &name, &subresource].into_iter().filter(|part| !part.is_empty());
    let path = path.map(String::as_str).collect::<Vec<_>>().join("/");
    let at = stamp(world.now, "%Y-%m-%dT%H:%M:%S%.6fZ");
    let mut line = json!({
        "kind": "Event", "apiVersion": "audit.k8s.io/v1", "level": "RequestResponse",
        "auditID": world.random.uuid(), "stage": "ResponseComplete",
        "requestURI": format!("/api/v1/namespaces/{space}/{path}"), "verb": verb,
        "user": {"username": user,
            "groups": ["system:serviceaccounts", "system:authenticated"]},
        "sourceIPs": [from], "userAgent": agent, "objectRef": target,
        "responseStatus": {"metadata": {}, "code": code},
        "requestReceivedTimestamp": at, "stageTimestamp": at,
        "annotations": {"authorization.k8s.io/decision": allowed},
    });
    if let (false, Some(all)) = (object.is_null(), line.as_object_mut()) {
        all.insert("requestObject".into(), object);
    }
    world.say("aws/kube-apiserver-audit.log".into(), line.to_string());
}
