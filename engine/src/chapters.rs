//! What trails tell, put together with what findings and credentials tell.

use std::collections::{BTreeMap, BTreeSet};

use model::incident::{Involved, Part, Recommendation};
use model::{Effect, EntityKind, Id, Step, Time};

use crate::trail::Chapter;

/// Steps of findings and steps of trails as one story. A finding whose records a trail tells is
/// not told twice.
pub(crate) fn merged(steps: Vec<Step>, chapters: &[Chapter]) -> Vec<Step> {
    if chapters.is_empty() {
        return steps;
    }
    let pieces = || chapters.iter().flat_map(|chapter| &chapter.pieces);
    let mut told: BTreeSet<Id> =
        pieces().flat_map(|piece| &piece.step.evidence).map(|evidence| evidence.event).collect();
    told.extend(chapters.iter().flat_map(|chapter| chapter.covers.iter().copied()));
    let mut all: Vec<Draft> = Vec::new();
    for (at, mut step) in steps.into_iter().enumerate() {
        let causes = std::mem::take(&mut step.caused_by);
        if step.evidence.iter().any(|evidence| told.contains(&evidence.event)) {
            continue;
        }
        let mut causes: Vec<(Key, String)> =
            causes.into_iter().map(|(n, why)| ((0, n.saturating_sub(1)), why)).collect();
        if causes.is_empty() {
            causes.extend((1..).zip(chapters).find_map(|(n, chapter)| led(n, chapter, &step)));
        }
        all.push((step, (0, at), causes));
    }
    let made = made(&all);
    for (number, chapter) in chapters.iter().enumerate() {
        for (at, piece) in chapter.pieces.iter().enumerate() {
            let cause = piece.cause.iter();
            let mut causes: Vec<(Key, String)> =
                cause.map(|(n, why)| ((number + 1, *n), why.clone())).collect();
            if causes.is_empty() && !chapter.host {
                let makers = piece.step.entities.iter().filter_map(|entity| made.get(entity));
                causes.extend(makers.min().map(|(_, key)| (*key, chapter.why.clone())));
            }
            all.push((piece.step.clone(), (number + 1, at), causes));
        }
    }
    all.sort_by(|(a, x, _), (b, y, _)| (a.start, a.end, x).cmp(&(b.start, b.end, y)));
    let place: BTreeMap<Key, usize> =
        all.iter().enumerate().map(|(at, (_, key, _))| (*key, at + 1)).collect();
    let numbered = |(at, (mut step, _, causes)): (usize, Draft)| {
        let known = causes.into_iter().filter_map(|(key, why)| Some((*place.get(&key)?, why)));
        step.caused_by = known.filter(|(cause, _)| *cause <= at).collect();
        step
    };
    all.into_iter().enumerate().map(numbered).collect()
}

/// The chapter of a step, 0 for findings, and its number there.
type Key = (usize, usize);
/// A step, what it is found by, and what caused it and why.
type Draft = (Step, Key, Vec<(Key, String)>);

/// Machines and interfaces, by the first step that names them and worked.
fn made(drafts: &[Draft]) -> BTreeMap<(EntityKind, String), (Time, Key)> {
    let mut all: Vec<&Draft> = drafts.iter().collect();
    all.sort_by_key(|(step, key, _)| (step.start, *key));
    let mut made = BTreeMap::new();
    for (step, key, _) in all.into_iter().filter(|(step, ..)| step.effect >= Effect::Success) {
        let machine =
            |e: &&(EntityKind, String)| matches!(e.0, EntityKind::Instance | EntityKind::Eni);
        for entity in step.entities.iter().filter(machine) {
            made.entry(entity.clone()).or_insert((step.start, *key));
        }
    }
    made
}

/// The piece of a trail that led to the step of a finding that lies on it.
fn led(number: usize, chapter: &Chapter, step: &Step) -> Option<(Key, String)> {
    let on = step.evidence.iter().any(|evidence| chapter.events.contains(&evidence.event));
    let ran = chapter.ran.iter().rfind(|(time, _)| on && *time <= step.start.end);
    ran.map(|(_, piece)| ((number, *piece), chapter.why.clone()))
}

/// Adds the people and things of trails. What a trail says of one goes before what findings say:
/// it knows who spoke to whom.
pub(crate) fn involve(entities: &mut Vec<Involved>, chapters: &[Chapter]) {
    let told = || chapters.iter().flat_map(|chapter| &chapter.claims.entities);
    let known: BTreeSet<(EntityKind, &str)> = told().map(|e| (e.kind, e.value.as_str())).collect();
    let host = chapters.iter().any(|chapter| chapter.host);
    // Findings name the programs and files of the system that were used: no news beside a trail.
    let system = ["/bin/", "/sbin/", "/usr/"];
    entities.retain(|e| {
        let plain = e.kind == EntityKind::Process
            || (e.kind == EntityKind::File && system.iter().any(|s| e.value.starts_with(s)));
        let old = plain && host;
        !old && !known.contains(&(e.kind, e.value.as_str()))
    });
    for entity in entities.iter_mut().filter(|e| host && e.kind == EntityKind::Ip) {
        // Who else sent requests is not the one who got in.
        if entity.part == Part::Attacker {
            entity.part = Part::Bystander;
        }
    }
    let mut more: Vec<Involved> = told().cloned().collect();
    more.sort();
    more.dedup_by(|b, a| (a.kind, &a.value) == (b.kind, &b.value));
    entities.extend(more);
    entities.sort();
}

/// Puts the actions of trails first; each is listed once.
pub(crate) fn advise(actions: Vec<Recommendation>, chapters: &[Chapter]) -> Vec<Recommendation> {
    let mut all: Vec<Recommendation> = Vec::new();
    let told = chapters.iter().flat_map(|chapter| chapter.claims.advice.clone());
    let told: Vec<Recommendation> = told.collect();
    let aimed: BTreeSet<(EntityKind, String)> =
        told.iter().flat_map(|action| action.targets.clone()).collect();
    let others = actions.into_iter().filter_map(|mut action| {
        action.targets.retain(|target| !aimed.contains(target));
        (!action.targets.is_empty()).then_some(action)
    });
    for action in told.into_iter().chain(others) {
        match all.iter_mut().find(|known| known.id == action.id) {
            Some(known) => {
                let more: Vec<_> =
                    action.targets.into_iter().filter(|t| !known.targets.contains(t)).collect();
                known.targets.extend(more);
            }
            None => all.push(action),
        }
    }
    all
}

/// The kind of incident, if a trail says it.
pub(crate) fn kind(chapters: &[Chapter]) -> Option<&'static str> {
    let mut hosts = chapters.iter().filter(|chapter| chapter.host).peekable();
    match (hosts.peek().is_none(), hosts.any(|chapter| chapter.claims.entry.is_some())) {
        (true, _) => None,
        (false, true) => Some("web_compromise"),
        (false, false) => Some("host_compromise"),
    }
}
