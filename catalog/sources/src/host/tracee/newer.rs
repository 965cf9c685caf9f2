//! The event structure of newer versions (`v1beta1.Event`), told in the names of the older one, so
//! that both mean the same.

use serde_json::{Map, Value, json};
use sonic_rs::JsonValueTrait;

use super::ARGUMENTS_MAX;

/// The severities by their numbers.
const SEVERITIES: [&str; 5] = ["INFO", "LOW", "MEDIUM", "HIGH", "CRITICAL"];

/// Whether a value is an event of the newer structure.
pub fn is_event(value: &sonic_rs::Value) -> bool {
    let object =
        |path: &[&str]| crate::json::at(value, path).is_some_and(JsonValueTrait::is_object);
    let list = crate::json::at(value, &["data"]).is_some_and(JsonValueTrait::is_array);
    crate::json::text(value, &["name"]).is_some_and(|name| !name.is_empty())
        && object(&["workload", "process"])
        && crate::json::has(value, "timestamp")
        && (list || object(&["threat"]) || object(&["policies"]))
}

/// The same event in the older structure.
pub fn older(raw: &str) -> Option<String> {
    let event: Value = serde_json::from_str(raw).ok()?;
    let process = at(&event, &["workload", "process"])?;
    let mut old = Map::new();
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            old.insert(name.into(), value);
        }
    };
    put("timestamp", time(at(&event, &["timestamp"])?));
    put("eventName", at(&event, &["name"]).cloned());
    let pid = plain(at(process, &["pid"]));
    put("hostProcessId", plain(at(process, &["host_pid"])).or(pid));
    put("processName", at(process, &["thread", "name"]).cloned());
    put("executable", at(process, &["executable"]).cloned());
    put("userId", plain(at(process, &["real_user", "id"])));
    put("processEntityId", plain(at(process, &["unique_id"])));
    put("syscall", at(process, &["thread", "syscall"]).cloned());
    if let Some(parent) = at(process, &["ancestors"]).and_then(|list| list.get(0)) {
        let pid = plain(at(parent, &["host_pid"])).or_else(|| plain(at(parent, &["pid"])));
        put("hostParentProcessId", pid);
        put("parentEntityId", plain(at(parent, &["unique_id"])));
    }
    put("container", at(&event, &["workload", "container"]).map(container));
    put("kubernetes", pod(&event));
    put("matchedPolicies", at(&event, &["policies", "matched"]).cloned());
    let (mut arguments, result) = arguments(&event);
    put("returnValue", result);
    if let Some(from) = at(&event, &["detected_from"]) {
        let (args, _) = self::arguments(from);
        arguments.push(json!({"name": "triggeredBy", "value": {"args": args}}));
    }
    put("args", Some(Value::Array(arguments)));
    put("metadata", at(&event, &["threat"]).map(threat));
    Some(Value::Object(old).to_string())
}

/// A member by its path, as protobuf names it or as its JSON does (`host_pid`, `hostPid`).
fn at<'v>(value: &'v Value, path: &[&str]) -> Option<&'v Value> {
    path.iter().try_fold(value, |value, name| {
        let object = value.as_object()?;
        object.get(*name).or_else(|| object.get(&camel(name))).filter(|value| !value.is_null())
    })
}

fn camel(name: &str) -> String {
    let mut rises = false;
    let letters = name.chars().filter_map(|c| {
        let is_gap = c == '_';
        let c = if std::mem::replace(&mut rises, is_gap) { c.to_ascii_uppercase() } else { c };
        (!is_gap).then_some(c)
    });
    letters.collect()
}

/// `CamelCase` as `snake_case`.
fn snake(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    for c in name.chars() {
        if c.is_ascii_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}

/// A value out of its wrapper (`{"value":7}`); whole numbers may stand as texts.
fn plain(value: Option<&Value>) -> Option<Value> {
    let value = value?;
    let inner = value.get("value").filter(|_| value.is_object()).unwrap_or(value);
    match inner.as_str().map(str::parse::<i64>) {
        Some(Ok(number)) => Some(number.into()),
        _ => Some(inner.clone()),
    }
}

/// RFC 3339, or seconds and nanoseconds, which become nanoseconds since 1970.
fn time(value: &Value) -> Option<Value> {
    if value.is_string() {
        return Some(value.clone());
    }
    let number = |name| plain(value.get(name)).and_then(|number| number.as_i64());
    let seconds = number("seconds")?.checked_mul(1_000_000_000)?;
    seconds.checked_add(number("nanos").unwrap_or(0)).map(Value::from)
}

fn container(value: &Value) -> Value {
    let image = at(value, &["image"]);
    let name = image.and_then(|image| image.get("name").or(Some(image))).and_then(Value::as_str);
    json!({"id": at(value, &["id"]), "name": at(value, &["name"]), "image": name})
}

fn pod(event: &Value) -> Option<Value> {
    let pod = at(event, &["workload", "pod"]).or_else(|| at(event, &["workload", "k8s", "pod"]))?;
    let namespace = at(pod, &["namespace"])
        .or_else(|| at(event, &["workload", "k8s", "namespace"]))
        .map(|namespace| namespace.get("name").unwrap_or(namespace));
    Some(json!({"podName": at(pod, &["name"]), "podNamespace": namespace}))
}

/// The event's own values: what stands beside each name, whatever its type; and the result.
fn arguments(event: &Value) -> (Vec<Value>, Option<Value>) {
    let (mut found, mut result) = (Vec::new(), None);
    let data = at(event, &["data"]).and_then(Value::as_array).into_iter().flatten();
    for item in data.take(ARGUMENTS_MAX) {
        let Some(name) = item.get("name").and_then(Value::as_str) else { continue };
        let own = item.as_object().into_iter().flatten().find(|(key, _)| *key != "name");
        let Some((kind, value)) = own else { continue };
        let value = match (snake(kind).as_str(), value) {
            ("sockaddr" | "sock_addr", Value::Object(members)) => {
                members.iter().map(|(key, value)| (snake(key), value.clone())).collect()
            }
            ("dns_questions", value) => value.get("questions").unwrap_or(value).clone(),
            (_, value) => plain(Some(value)).unwrap_or(Value::Null),
        };
        if matches!(name, "returnValue" | "return_value") {
            result = Some(value);
        } else {
            found.push(json!({"name": name, "value": value}));
        }
    }
    (found, result)
}

/// What a signature says of itself.
fn threat(threat: &Value) -> Value {
    let severity = at(threat, &["severity"]).and_then(|severity| match severity.as_str() {
        Some(word) => SEVERITIES.iter().position(|known| word.ends_with(known)).map(Value::from),
        None => Some(severity.clone()),
    });
    let property = |name: &str| at(threat, &["properties", name]);
    json!({
        "Description": at(threat, &["description"]),
        "Properties": {
            "signatureName": at(threat, &["name"]),
            "signatureID": property("signatureID").or_else(|| property("id")),
            "Severity": severity,
            "Category": property("Category").or_else(|| property("category")),
            "Technique": at(threat, &["mitre", "technique", "name"]),
            "external_id": at(threat, &["mitre", "technique", "id"]),
            "MITRE ATT&CK": at(threat, &["mitre", "tactic", "name"]),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_both_writings() {
        assert_eq!(
            (camel("detected_from"), snake("sinAddr")),
            ("detectedFrom".into(), "sin_addr".into())
        );
        let event = json!({"hostPid": {"value": "7"}});
        assert_eq!(plain(at(&event, &["host_pid"])), Some(json!(7)));
        assert_eq!(time(&json!({"seconds": "2", "nanos": 5})), Some(json!(2_000_000_005i64)));
        assert_eq!(time(&json!({"nanos": 5})), None);
    }
}
