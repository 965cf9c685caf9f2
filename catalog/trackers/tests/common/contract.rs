//! Requests held to a table of what a published API takes.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Seen;

/// A line of a table: `METHOD /path/{any} ?query,names : field=type field!=type`. A field with `!`
/// must be there; a type is string, int, bool, adf, any, or words parted by `|`.
struct Line<'t> {
    method: &'t str,
    path: Vec<&'t str>,
    query: BTreeSet<&'t str>,
    fields: Vec<(&'t str, bool, &'t str)>,
}

fn read(line: &str) -> Option<Line<'_>> {
    let line = line.split('#').next().unwrap_or_default().trim();
    let mut words = line.split_whitespace();
    let (method, path) = (words.next()?, words.next()?);
    let mut found =
        Line { method, path: path.split('/').collect(), query: BTreeSet::new(), fields: vec![] };
    for word in words {
        if let Some(names) = word.strip_prefix('?') {
            found.query = names.split(',').collect();
        } else if let Some((name, kind)) = word.split_once('=') {
            let must = name.ends_with('!');
            found.fields.push((name.trim_end_matches('!'), must, kind));
        }
    }
    Some(found)
}

/// What is wrong with a request by a table; nothing if it is in order.
pub fn wrong(table: &str, seen: &Seen) -> Vec<String> {
    let (path, query) = seen.path.split_once('?').unwrap_or((&seen.path, ""));
    let parts: Vec<&str> = path.split('/').collect();
    let fits = |line: &Line<'_>| {
        let any = |(wanted, part): (&&str, &&str)| {
            wanted == part || (wanted.starts_with('{') && !part.is_empty())
        };
        line.method == seen.method
            && line.path.len() == parts.len()
            && line.path.iter().zip(&parts).all(any)
    };
    let Some(line) = table.lines().filter_map(read).find(fits) else {
        return vec![format!("{} {path} is not in the table", seen.method)];
    };
    let mut all = Vec::new();
    for name in query.split('&').filter(|one| !one.is_empty()) {
        let name = name.split('=').next().unwrap_or_default();
        if !line.query.contains(name) {
            all.push(format!("query {name} is not known"));
        }
    }
    if seen.head.to_ascii_lowercase().contains("content-type: application/json") {
        let body = seen.json();
        leaves("", &body, &line, &mut all);
        for (name, must, _) in &line.fields {
            let at = format!("/{}", name.replace("[]", "0").replace('.', "/"));
            if *must && body.pointer(&at).is_none() {
                all.push(format!("{name} is missing"));
            }
        }
    }
    all
}

fn leaves(at: &str, value: &Value, line: &Line<'_>, all: &mut Vec<String>) {
    let known = line.fields.iter().find(|(name, _, _)| *name == at);
    if let Some((_, _, kind)) = known {
        if !is(value, kind) {
            all.push(format!("{at} is no {kind}: {value}"));
        }
        return;
    }
    let under = |name: &str| if at.is_empty() { name.to_owned() } else { format!("{at}.{name}") };
    match value {
        Value::Object(map) => map.iter().for_each(|(k, v)| leaves(&under(k), v, line, all)),
        Value::Array(list) => list.iter().for_each(|v| leaves(&under("[]"), v, line, all)),
        _ => all.push(format!("field {at} is not known")),
    }
}

fn is(value: &Value, kind: &str) -> bool {
    match kind {
        "string" => value.is_string(),
        "int" => value.is_u64(),
        "bool" => value.is_boolean(),
        "adf" => adf(value, "doc"),
        "any" => true,
        words => words.split('|').any(|word| value == word),
    }
}

/// Nodes of the Atlassian Document Format that are used, each with what it may hold.
const NODES: &[(&str, &[&str])] = &[
    ("doc", &["heading", "paragraph", "bulletList", "taskList", "codeBlock"]),
    ("heading", &["text"]),
    ("paragraph", &["text"]),
    ("bulletList", &["listItem"]),
    ("listItem", &["paragraph"]),
    ("taskList", &["taskItem"]),
    ("taskItem", &["text"]),
    ("codeBlock", &["text"]),
];

fn adf(node: &Value, kind: &str) -> bool {
    if node["type"] != kind {
        return false;
    }
    let attrs = &node["attrs"];
    let own = match kind {
        "doc" => node["version"] == 1,
        "text" => {
            node["text"].as_str().is_some_and(|text| !text.is_empty())
                && node.get("marks").is_none()
                && node.get("content").is_none()
        }
        "heading" => attrs["level"].as_u64().is_some_and(|level| (1..=6).contains(&level)),
        "taskList" => attrs["localId"].is_string(),
        "taskItem" => {
            attrs["localId"].is_string()
                && (attrs["state"] == concat!("TO", "DO") || attrs["state"] == "DONE")
        }
        _ => true,
    };
    let holds = NODES.iter().find(|(name, _)| *name == kind).map_or(&[][..], |(_, holds)| holds);
    let content = node["content"].as_array().map_or(&[][..], Vec::as_slice);
    let lists = matches!(kind, "bulletList" | "listItem" | "taskList");
    own && (!lists || !content.is_empty())
        && content.iter().all(|child| holds.iter().any(|name| adf(child, name)))
}
