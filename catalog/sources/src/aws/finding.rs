//! What findings of AWS's security services share.

use model::event::Outcome;
use model::{EntityKind, Role, Time};
use ocsf::{Flat, Path, Scalar, paths};
use sonic_rs::{JsonValueTrait, Value};

use super::shared::is_ip;
use crate::{json, nested};

/// When what a finding tells of was seen first and last; where it does not say, when the finding
/// was made and last changed.
pub fn interval(first: Option<Time>, last: Option<Time>, told: Option<Time>) -> Option<Time> {
    match (first.or(last), last.or(first)) {
        (Some(first), Some(last)) => Some(first.until(last)),
        _ => told,
    }
}

/// Puts a time, if there is one.
pub fn put_time(flat: &mut Flat<'_>, path: Path, time: Option<Time>) {
    if let Some(time) = time {
        flat.put(path, time.ocsf());
    }
}

/// Puts a text of an array's element, if there is one.
pub fn put_at<'f>(flat: &mut Flat<'f>, path: Path, slot: u16, text: Option<&'f str>) {
    if let Some(text) = text.filter(|text| !text.is_empty()) {
        flat.put_in(path, slot, text);
    }
}

/// Puts an end of a connection of the first evidence: address and port.
pub fn put_end<'f>(
    flat: &mut Flat<'f>,
    (address_path, port_path): (Path, Path),
    address: Option<&'f str>,
    port: Option<i64>,
) {
    let Some(address) = address.filter(|ip| is_ip(ip)) else { return };
    flat.put(address_path, address);
    if let Some(port) = port.filter(|port| (0..=65_535).contains(port)) {
        flat.put(port_path, port);
    }
}

/// Puts whether a finding is new, changed or closed, and whether it waits for somebody.
pub fn put_state(flat: &mut Flat<'_>, (id, name): (i64, &'static str)) {
    flat.put(paths::STATUS_ID, id);
    flat.put(paths::STATUS, name);
}

/// The activity of a finding: new, changed, closed.
pub fn activity(is_new: bool, is_closed: bool) -> (i64, &'static str) {
    match (is_new, is_closed) {
        (_, true) => (3, "Close"),
        (true, _) => (1, "Create"),
        (false, _) => (2, "Update"),
    }
}

/// The severity of a word: `HIGH`, `Medium`, `INFORMATIONAL`.
pub fn severity(word: &str) -> i64 {
    match word.to_ascii_uppercase().as_str() {
        "INFORMATIONAL" | "INFO" | "NONE" => 1,
        "LOW" => 2,
        "MEDIUM" | "MODERATE" => 3,
        "HIGH" => 4,
        "CRITICAL" => 5,
        _ => 0,
    }
}

/// What a blocked deed comes to; a finding does not say of others whether they came off.
pub fn outcome(is_blocked: bool) -> Outcome {
    if is_blocked { Outcome::Failure } else { Outcome::Unknown }
}

/// The part that the thing plays whose side a finding names `ACTOR` or `TARGET`.
pub fn side(word: Option<&str>) -> Role {
    if word == Some("ACTOR") { Role::Actor } else { Role::Target }
}

/// What a principal's id stands for: with a session's name behind it, it is a session.
pub fn principal_kind(id: &str) -> EntityKind {
    if id.contains(':') && !id.starts_with("arn:") {
        EntityKind::Session
    } else {
        EntityKind::Principal
    }
}

/// An id that names one state of a finding: its own id and when it was changed last.
pub fn uid(id: Option<&str>, changed: Option<&str>) -> Option<String> {
    let id = id.filter(|id| !id.is_empty())?;
    Some(format!("{id}@{}", changed?))
}

/// Hands out the values of a dotted name: as it is written, then with capital letters as the API
/// answers, then in the event that carried the record.
pub fn visit<'v>(
    value: &'v Value,
    event: Option<&'v Value>,
    name: &str,
    each: &mut dyn FnMut(Scalar<'v>) -> bool,
) {
    if json::present(value, name) {
        json::visit(value, name, each);
        return;
    }
    let capital = capitals(name);
    if json::present(value, &capital) {
        json::visit(value, &capital, each);
    } else if let Some(event) = event {
        json::visit(event, name, each);
    }
}

/// Whether a name is there for [`visit`].
pub fn present(value: &Value, event: Option<&Value>, name: &str) -> bool {
    json::present(value, name)
        || json::present(value, &capitals(name))
        || event.is_some_and(|event| json::present(event, name))
}

/// Each part of a dotted name with a capital letter first.
fn capitals(name: &str) -> String {
    let mut starts = true;
    name.chars()
        .map(|c| {
            let c = if starts { c.to_ascii_uppercase() } else { c };
            starts = c == '.';
            c
        })
        .collect()
}

/// A number at a path, whatever the case of its names.
pub fn number(value: &Value, path: &[&str]) -> Option<i64> {
    nested::member(value, path)?.as_i64()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_api_writes_capitals() {
        assert_eq!(capitals("service.action.actionType"), "Service.Action.ActionType");
        let value = json::parse(r#"{"Service":{"Count":3}}"#).unwrap();
        let mut seen = Vec::new();
        visit(&value, None, "service.count", &mut |v| {
            seen.push(v);
            true
        });
        assert_eq!(seen, [Scalar::Int(3)]);
        assert!(present(&value, None, "service") && !present(&value, None, "service.type"));
    }
}
