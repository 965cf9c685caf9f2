//! What events mean together becomes findings: the cited records are read back for it.

use std::collections::{BTreeMap, BTreeSet};

use model::finding::Evidence;
use model::seam::detector::Joined;
use model::{Entity, Event, Finding, Id, Time};

use crate::intake::{Harvest, Plan};
use crate::marks::MARKS_MAX;
use crate::recall::{Place, read_back};

/// Matches that become findings; more are counted.
const JOINED_MAX: usize = 20_000;
/// Actions that a finding names.
const ACTIONS_MAX: usize = 3;

/// A cited record.
pub(crate) struct Cited {
    source: &'static str,
    time: Time,
    event: Id,
    action: String,
    credential: Option<String>,
    address: Option<String>,
    entities: Vec<Entity<'static>>,
}

/// What the marks of the whole run mean together.
pub(crate) fn joined(
    plan: &Plan<'_>,
    harvest: &mut Harvest,
    warnings: &mut Vec<String>,
) -> Vec<Finding> {
    let lost = harvest.all.marks.lost;
    if lost > 0 {
        warnings.push(format!(
            "judges of many events together looked at the first {MARKS_MAX} records that count, not at {lost} more"
        ));
    }
    let mut all: Vec<(Joined, Vec<Place>)> = Vec::new();
    for (number, detector) in plan.detectors.iter().enumerate() {
        let (marks, places) = harvest.all.marks.take(number);
        let (joined, told) = detector.join(&marks);
        warnings.extend(told);
        let of =
            |one: &Joined| one.marks.iter().filter_map(|at| places.get(*at)).copied().collect();
        all.extend(joined.into_iter().map(|one| (of(&one), one)).map(|(of, one)| (one, of)));
    }
    if all.len() > JOINED_MAX {
        warnings.push(format!(
            "correlation rules matched {} times; the first {JOINED_MAX} are told",
            all.len()
        ));
        all.truncate(JOINED_MAX);
    }
    if all.is_empty() {
        return Vec::new();
    }
    let places: BTreeSet<Place> = all.iter().flat_map(|(_, places)| places).copied().collect();
    let records = records(plan, harvest, &places);
    all.into_iter().filter_map(|(one, places)| finding(one, &places, &records)).collect()
}

/// What these records say.
pub(crate) fn records(
    plan: &Plan<'_>,
    harvest: &Harvest,
    places: &BTreeSet<Place>,
) -> BTreeMap<Place, Cited> {
    read_back(plan, harvest, places, &|_, event, _| cited(event)).into_iter().collect()
}

fn cited(event: &Event<'_>) -> Cited {
    let mut entities = Vec::new();
    event.body.entities(&mut entities);
    Cited {
        source: event.source,
        time: event.time,
        event: event.id(),
        action: event.body.action(),
        credential: event.credential.map(str::to_owned),
        address: event.address.map(str::to_owned),
        entities: entities.into_iter().map(Entity::into_owned).collect(),
    }
}

/// The finding of a match; `None` if none of its records could be read back.
pub(crate) fn finding(
    one: Joined,
    places: &[Place],
    records: &BTreeMap<Place, Cited>,
) -> Option<Finding> {
    let mut known: Vec<(Place, &Cited)> =
        places.iter().filter_map(|place| Some((*place, records.get(place)?))).collect();
    known.sort_by_key(|(place, cited)| (cited.time, *place));
    let (_, first) = known.first()?;
    let (group, begin) = (one.group.to_le_bytes(), one.first.start.to_le_bytes());
    let parts = [one.rule.id.as_bytes(), one.effect.word().as_bytes(), &group, &begin];
    let entities: BTreeSet<Entity<'static>> =
        known.iter().flat_map(|(_, cited)| cited.entities.iter().cloned()).collect();
    let mut evidence: Vec<Evidence> = known
        .iter()
        .map(|((file, at), cited)| Evidence {
            time: cited.time,
            file: *file,
            at: *at,
            event: cited.event,
        })
        .collect();
    evidence.sort();
    evidence.truncate(Finding::EVIDENCE_MAX);
    Some(Finding {
        id: Id::derive("finding", &parts),
        rule: one.rule,
        effect: one.effect,
        source: first.source,
        action: actions(&known),
        first: one.first,
        last: one.last,
        count: one.count,
        entities: entities.into_iter().take(Finding::ENTITIES_MAX).collect(),
        evidence,
        credential: shared(&known, |cited| cited.credential.as_ref()),
        address: shared(&known, |cited| cited.address.as_ref()),
        detail: one.detail,
    })
}

/// What was done, each once, in order of time.
fn actions(known: &[(Place, &Cited)]) -> String {
    let mut actions: Vec<&str> = Vec::new();
    for (_, cited) in known {
        if !actions.contains(&cited.action.as_str()) && actions.len() < ACTIONS_MAX {
            actions.push(&cited.action);
        }
    }
    actions.join(", ")
}

/// What all records have in common.
fn shared(known: &[(Place, &Cited)], of: impl Fn(&Cited) -> Option<&String>) -> Option<String> {
    let (_, first) = known.first()?;
    let value = of(first)?;
    known.iter().all(|(_, cited)| of(cited) == Some(value)).then(|| value.clone())
}
