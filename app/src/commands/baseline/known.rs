//! What the cases teach a baseline: attacks are not learned, harmless surprises weigh less.

use std::path::Path;

use detectors::behavior::Harmless;
use detectors::behavior::baseline::Spell;
use model::case::{Case, Resolution};
use model::seam::ledger::Ledger as _;
use model::{Error, Time};
use serde_json::Value;
use stores::Local;

/// So long a harmless case counts after it was closed, in days.
const HARMLESS_DAYS: i64 = 90;
const DAY: i64 = 86_400;
/// Entities of an incident with these parts are the intruder's, or what it had in hand.
const PARTS: &[&str] = &["attacker", "created", "used"];

fn was_harmless(case: &Case) -> bool {
    matches!(case.resolution, Some(Resolution::Benign | Resolution::FalsePositive))
}

/// The spells of all cases that were not found harmless, be they open or closed.
pub fn attacks(state: &Path) -> Result<Vec<Spell>, Error> {
    let all = Local::existing(state)?.cases()?;
    Ok(all
        .iter()
        .filter(|one| !was_harmless(one))
        .filter_map(|one| spell(one.incident.incident()))
        .collect())
}

/// The time of an incident, and whose hand was in it.
pub fn spell(one: &Value) -> Option<Spell> {
    let time = |name| Time::parse_rfc3339(one.get(name)?.as_str()?);
    let text =
        |value: &Value, name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
    let entities = one.get("entities").and_then(Value::as_array).into_iter().flatten();
    let whose: Vec<String> = entities
        .filter(|entity| text(entity, "role").is_some_and(|role| PARTS.contains(&role.as_str())))
        .filter_map(|entity| text(entity, "value"))
        .collect();
    Some(Spell { from: time("first")?.start, to: time("last")?.end, whose })
}

/// Cases that were closed as harmless, and whom they were about.
pub fn harmless(state: &Path) -> Result<Vec<Harmless>, Error> {
    // The first run makes the folder.
    Ok(Local::open(state)?.cases()?.iter().filter(|one| was_harmless(one)).filter_map(of).collect())
}

fn of(case: &Case) -> Option<Harmless> {
    let values = case.incident.list("entities").iter().filter_map(|entity| entity.get("value"));
    let names = values.filter_map(Value::as_str).map(str::to_owned).collect();
    let until = u32::try_from(case.closed? / DAY + HARMLESS_DAYS).ok()?;
    Some(Harmless { case: case.number, names, until })
}
