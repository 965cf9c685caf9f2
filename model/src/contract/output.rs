//! What a source makes of a case: goldens, valid OCSF, nothing lost, nothing empty.

use std::collections::BTreeMap;
use std::net::IpAddr;

use serde_json::{Value, json};

use super::{Case, OwnedEvent};
use crate::entity::EntityKind;
use crate::record::Reject;

/// Everything that is wrong with the output for a case.
pub(super) fn check(case: &Case<'_>) -> Vec<String> {
    let mut found = valid(&case.events);
    found.extend(conserved(&case.events, &case.rejects));
    let count = case.events.len() + case.rejects.len();
    if let Some(wanted) = case.said.records
        && wanted != count
    {
        found.push(format!("settings.toml counts {wanted} records, the source {count}"));
    }
    for event in &case.events {
        found.extend(sound(event, case));
    }
    found
}

/// The golden files of a case, by their names: what the source makes of it and what it refuses.
pub fn goldens(case: &Case<'_>) -> [(&'static str, String); 2] {
    let events = lines(case.events.iter().map(OwnedEvent::golden));
    [("events.jsonl", events), ("rejects.jsonl", lines(case.rejects.iter().map(reject)))]
}

fn lines(values: impl Iterator<Item = Value>) -> String {
    let lines: Vec<String> = values.map(|value| value.to_string()).collect();
    if lines.is_empty() { String::new() } else { lines.join("\n") + "\n" }
}

fn reject(reject: &Reject) -> Value {
    json!({
        "at": [reject.at.line, reject.at.record], "why": reject.why, "excerpt": reject.excerpt,
    })
}

/// Violations of the schema, each with how many events have it and the first of them.
fn valid(events: &[OwnedEvent]) -> Vec<String> {
    let mut found: BTreeMap<String, (usize, u64)> = BTreeMap::new();
    for event in events {
        for violation in ocsf::validate(&event.ocsf) {
            found.entry(violation.to_string()).or_insert((0, event.at.line)).0 += 1;
        }
    }
    found
        .into_iter()
        .map(|(what, (count, line))| {
            format!("not OCSF: {what} ({count} events, first at line {line})")
        })
        .collect()
}

/// Whether every record is exactly one event or one reject: their record numbers together are
/// 0, 1, 2, … without a gap and without a double.
pub fn conserved(events: &[OwnedEvent], rejects: &[Reject]) -> Vec<String> {
    let mut numbers: Vec<(u64, u64)> = events.iter().map(|e| (e.at.record, e.at.line)).collect();
    numbers.extend(rejects.iter().map(|r| (r.at.record, r.at.line)));
    numbers.sort_unstable();
    let mut found = Vec::new();
    let wrong = numbers.iter().enumerate().find(|(at, (record, _))| *at as u64 != *record);
    if let Some((at, (record, line))) = wrong {
        found.push(format!(
            "record {at} is missing or told twice: {record} (line {line}) in its place"
        ));
    }
    if !numbers.iter().is_sorted_by_key(|(_, line)| line)
        || numbers.first().is_some_and(|n| n.1 == 0)
    {
        found.push("line numbers must start at 1 and grow with the record numbers".into());
    }
    for reject in rejects {
        if reject.why.is_empty() || reject.excerpt.chars().count() > Reject::EXCERPT_MAX {
            found.push(format!("a reject needs a reason and a short excerpt: {reject:?}"));
        }
    }
    found
}

/// What must hold of each event by itself.
fn sound(event: &OwnedEvent, case: &Case<'_>) -> Vec<String> {
    let mut found = Vec::new();
    let mut wrong = |what: String| found.push(format!("line {}: {what}", event.at.line));
    let about = case.source.about().name;
    if event.source != about {
        wrong(format!("says it is of {:?}", event.source));
    }
    if event.time.start > event.time.end {
        wrong("ends before it starts".into());
    }
    if event.action.trim().is_empty() {
        wrong("has no action".into());
    }
    let texts =
        [("uid", &event.uid), ("credential", &event.credential), ("address", &event.address)];
    for (name, text) in texts {
        if text.as_deref().is_some_and(|t| t.trim().is_empty() || t == "-") {
            wrong(format!("{name} is there and empty"));
        }
    }
    let mut addresses: Vec<&str> = event.address.as_deref().into_iter().collect();
    for entity in &event.entities {
        if entity.value.trim().is_empty() || entity.value == "-" {
            wrong(format!("an entity is empty: {entity:?}"));
        }
        if entity.kind == EntityKind::Ip {
            addresses.push(&entity.value);
        }
    }
    for address in addresses {
        if address.parse::<IpAddr>().is_err() {
            wrong(format!("{address:?} is no IP address"));
        }
    }
    let class = event.ocsf.get("class_uid").and_then(Value::as_u64);
    if !case.source.classes().iter().any(|c| Some(u64::from(c.uid)) == class) {
        wrong(format!("class {class:?} is not among the source's classes()"));
    }
    found
}
