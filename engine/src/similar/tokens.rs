//! The shape of an attack as words that do not change when things are renamed.

use std::collections::{BTreeMap, BTreeSet};

use model::case::Kept;
use serde_json::Value;

/// The shape of an incident. Names, addresses and times are not in it.
pub(super) fn of(kept: &Kept) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    all.insert(format!("kind {}", kept.text("kind")));
    for technique in kept.list("techniques").iter().filter_map(Value::as_str) {
        all.insert(format!("technique {technique}"));
    }
    for entity in kept.list("entities") {
        let (kind, role) = (text(entity, "type"), text(entity, "role"));
        // Everybody has an address, an account and a region: they tell nothing.
        if !matches!(kind, "ip" | "account" | "region") {
            all.insert(format!("thing {role} {kind}"));
        }
        if let Some(route) = Some(text(entity, "value")).filter(|_| kind == "url").and_then(route) {
            all.insert(format!("route {route}"));
        }
    }
    for rule in kept.findings().iter().filter_map(|finding| finding.get("rule")) {
        all.insert(format!("rule {}", text(rule, "title")));
    }
    for impact in kept.list("impact") {
        all.insert(format!("damage {}", text(impact, "kind")));
    }
    let steps = kept.list("steps");
    if let Some(first) = steps.first() {
        all.insert(format!("entry {}", mark(first)));
    }
    order(steps, &mut all);
    graph(steps, &mut all);
    all
}

/// The steps in short, in order, one after another the same left out: what chains are told by.
pub(super) fn chain(kept: &Kept) -> Vec<String> {
    let mut all: Vec<String> = kept
        .list("steps")
        .iter()
        .filter(|step| text(step, "effect") != "attempt")
        .map(mark)
        .collect();
    all.dedup();
    all
}

/// Stage and first technique of a step.
fn mark(step: &Value) -> String {
    let stage = text(step, "stage");
    match step.get("techniques").and_then(|all| all.get(0)).and_then(Value::as_str) {
        Some(technique) => format!("{stage} {technique}"),
        None => stage.to_owned(),
    }
}

/// Each step with its effect, and with the next.
fn order(steps: &[Value], all: &mut BTreeSet<String>) {
    let mut before: Option<String> = None;
    for step in steps {
        all.insert(format!("effect {} {}", text(step, "effect"), text(step, "stage")));
        let now = mark(step);
        if let Some(before) = before.filter(|before| *before != now) {
            all.insert(format!("order {before} then {now}"));
        }
        before = Some(now);
    }
}

/// What led to what, two levels deep: the shape of the story's graph without its names.
fn graph(steps: &[Value], all: &mut BTreeSet<String>) {
    let by_number: BTreeMap<u64, &Value> =
        steps.iter().filter_map(|step| Some((step.get("n")?.as_u64()?, step))).collect();
    for step in steps {
        for cause in causes(step, &by_number) {
            all.insert(format!("graph {} from {}", mark(step), mark(cause)));
            for root in causes(cause, &by_number) {
                let (step, cause, root) = (mark(step), mark(cause), mark(root));
                all.insert(format!("graph {step} from {cause} from {root}"));
            }
        }
    }
}

fn causes<'v>(step: &Value, by_number: &BTreeMap<u64, &'v Value>) -> Vec<&'v Value> {
    let ties = step.get("caused_by").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let numbers = ties.iter().filter_map(|tie| tie.get("step").and_then(Value::as_u64));
    numbers.filter_map(|n| by_number.get(&n).copied()).collect()
}

/// The first folder of a path, without numbers: `/wp-content/uploads/x.php` is `/wp-content`.
fn route(value: &str) -> Option<String> {
    let path = value.split(['?', '#']).next()?;
    let first = path.strip_prefix('/')?.split('/').next()?;
    let plain = !first.is_empty() && !first.chars().any(|c| c.is_ascii_digit());
    plain.then(|| format!("/{first}"))
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}
