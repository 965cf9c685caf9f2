//! Every request of every tracker against a table of its published API, and as it was last time.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "the test is the other side")]

mod common;
#[path = "common/contract.rs"]
mod contract;

use std::path::Path;

use common::{Reply, SECRET, Seen, everything, say, serve, tracker};
use serde_json::{Value, json};

/// Lists are empty but for what is looked up by name.
fn github(seen: &Seen) -> Reply {
    match (seen.method.as_str(), seen.path.as_str()) {
        ("GET", path) if path.contains("/labels?") => {
            say(200, &json!([{"name": "severity-low"}, {"name": "of people"}]))
        }
        ("GET", path) if path.contains('?') => say(200, &json!([])),
        ("POST", _) => say(201, &json!({"number": 7})),
        _ => say(200, &json!({"number": 7, "state": "open"})),
    }
}

fn gitlab(seen: &Seen) -> Reply {
    match (seen.method.as_str(), seen.path.as_str()) {
        ("GET", path) if path.contains('?') || path.ends_with("/links") => say(200, &json!([])),
        _ => say(200, &json!({"iid": 7, "state": "opened", "labels": ["severity-low", "theirs"]})),
    }
}

fn redmine(seen: &Seen) -> Reply {
    let three = json!([{"id": 1, "is_closed": false}, {"id": 2}, {"id": 5, "is_closed": true}]);
    match seen.path.split(['?', '/']).nth(1) {
        Some("enumerations") => say(200, &json!({"issue_priorities": three})),
        Some("issue_statuses.json") => say(200, &json!({"issue_statuses": three})),
        Some("uploads.json") => say(201, &json!({"upload": {"token": "7.abc"}})),
        _ if seen.method == "PUT" => (204, String::new(), String::new()),
        _ => say(200, &json!({"issue": {"id": 7}, "issues": [], "relations": []})),
    }
}

/// Two priorities, and a workflow that closes.
fn jira(seen: &Seen) -> Reply {
    let path = seen.path.split('?').next().unwrap_or_default();
    let to = json!({"statusCategory": {"key": "done"}});
    let values =
        json!({"required": true, "allowedValues": [{"name": "Won't Do"}, {"name": "Done"}]});
    let step = json!({"id": "31", "to": to, "fields": {"resolution": values}});
    match path.rsplit('/').next() {
        Some("search") if path.contains("priority") => {
            say(200, &json!({"values": [{"id": "1"}, {"id": "5"}]}))
        }
        Some("priority") => say(200, &json!([{"id": "1"}, {"id": "5"}])),
        Some("transitions") if seen.method == "GET" => say(200, &json!({"transitions": [step]})),
        Some("transitions" | "issueLink" | "SEC-7") if seen.method != "GET" => {
            (204, String::new(), String::new())
        }
        _ => say(200, &json!({"key": "SEC-7", "fields": {}, "issues": [], "comments": []})),
    }
}

fn slack(_: &Seen) -> Reply {
    say(200, &json!({"ok": true, "ts": "1700000000.000100", "messages": []}))
}

fn shown(seen: &Seen) -> Value {
    let body = match seen.json() {
        Value::Null => String::from_utf8_lossy(&seen.body).into_owned().into(),
        body => body,
    };
    let kept = ["authorization", "content-type", "idempotency", "private-token", "x-"];
    let headers = seen.head.lines().skip(1).map(str::to_ascii_lowercase);
    let headers = headers.filter(|line| kept.iter().any(|name| line.starts_with(name)));
    let headers: Vec<String> = headers.map(|line| line.replace(SECRET, "…")).collect();
    json!({"method": seen.method, "path": seen.path, "headers": headers, "body": body})
}

fn holds(kind: &str, id: &str, answer: fn(&Seen) -> Reply) {
    let (url, seen) = serve(answer);
    everything(&*tracker(kind, &url), id);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/contract");
    let table = std::fs::read_to_string(folder.join(format!("{kind}.txt"))).unwrap();
    let seen = seen.lock().unwrap().clone();
    let mut all = Vec::new();
    for one in &seen {
        let wrong = contract::wrong(&table, one);
        assert_eq!(wrong, Vec::<String>::new(), "{} {}", one.method, one.path);
        let text = String::from_utf8_lossy(&one.body);
        assert!(!text.contains("hunter2") && !one.path.contains(SECRET), "{text}");
        all.push(shown(one));
    }
    let found = format!("{:#}\n", Value::Array(all)).replace(&url, "http://desk");
    let path = folder.join(format!("{kind}.json"));
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &found).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap_or_default(), found, "UPDATE=1 writes it anew");
}

#[test]
fn requests_are_those_that_github_takes() {
    holds("github", "7", github);
}

#[test]
fn requests_are_those_that_gitlab_takes() {
    holds("gitlab", "7", gitlab);
}

#[test]
fn requests_are_those_that_redmine_takes() {
    holds("redmine", "7", redmine);
}

#[test]
fn requests_are_those_that_jira_cloud_takes() {
    holds("jira", "SEC-7", jira);
}

#[test]
fn requests_are_those_that_jira_data_center_takes() {
    holds("jira_server", "SEC-7", jira);
}

#[test]
fn requests_are_those_that_slack_takes() {
    holds("slack", "1700000000.000100", slack);
}

#[test]
fn a_table_finds_what_is_wrong() {
    let table = "PUT /a/{id} ?x title!=string state=open|closed n.[]=int d=adf";
    let wrong = |path: &str, body: Value| {
        let head = "PUT / HTTP/1.1\r\ncontent-type: application/json\r\n".to_owned();
        let (method, path) = ("PUT".to_owned(), path.to_owned());
        let body = body.to_string().into_bytes();
        contract::wrong(table, &Seen { method, path, head, body }).len()
    };
    assert_eq!(wrong("/a/1?x=2", json!({"title": "t", "state": "open", "n": [1]})), 0);
    assert_eq!(wrong("/b/1", json!({"title": "t"})), 1);
    assert_eq!(wrong("/a/1?y=2", json!({"state": "gone", "n": ["1"], "more": 1})), 5);
    let doc = |inner: Value| json!({"type": "doc", "version": 1, "content": [inner]});
    let text = json!([{"type": "text", "text": "a"}]);
    let paragraph = doc(json!({"type": "paragraph", "content": text}));
    assert_eq!(wrong("/a/1", json!({"title": "t", "d": paragraph})), 0);
    let task = doc(json!({"type": "taskItem", "content": text}));
    assert_eq!(wrong("/a/1", json!({"title": "t", "d": task})), 1);
}
