//! What one blob gave: counts, findings gathered by what they share, grants, deeds.

use std::collections::BTreeSet;
use std::sync::Arc;

use model::finding::{Effect, Evidence, Finding, Rule};
use model::seam::detector::Findings;
use model::session::Sessions;
use model::{Entity, EntityKind, Event, Id, Outcome, Reject, Role, Time};
use rustc_hash::FxHashMap;

use crate::distinct::Distinct;

/// Rejects kept of each blob for showing; the count is complete.
pub(crate) const REJECTS_SHOWN_MAX: usize = 20;
/// Findings that differ by rule, actor, action or region; more of them are counted, not kept.
pub(crate) const FINDINGS_MAX: usize = 100_000;
/// Deeds that differ by credential, action, outcome or region; more of them are not kept.
pub(crate) const DEEDS_MAX: usize = 400_000;
/// Entities kept of a deed.
const DEED_ENTITIES_MAX: usize = 24;

/// What events that are counted together share.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Shared {
    pub(crate) credential: Option<String>,
    pub(crate) address: Option<String>,
    pub(crate) action: String,
    pub(crate) region: Option<String>,
    /// Who acted, where neither credential nor address says it (a service).
    pub(crate) actor: Option<String>,
}

/// Events counted together.
#[derive(Clone, Debug)]
pub(crate) struct Sum {
    pub(crate) source: &'static str,
    pub(crate) action: String,
    pub(crate) first: Time,
    pub(crate) last: Time,
    /// Events whose log gives them no id.
    plain: u64,
    /// Ids of the others, so that copies count once.
    ids: Distinct,
    pub(crate) entities: BTreeSet<Entity<'static>>,
    pub(crate) evidence: Vec<Evidence>,
}

impl Sum {
    fn new(source: &'static str, action: String, time: Time) -> Self {
        Sum {
            source,
            action,
            first: time,
            last: time,
            plain: 0,
            ids: Distinct::default(),
            entities: BTreeSet::new(),
            evidence: Vec::new(),
        }
    }

    fn add(&mut self, event: &Event<'_>, id: Id, limits: (usize, usize)) {
        self.first = self.first.min(event.time);
        self.last = self.last.max(event.time);
        if event.uid.is_some() {
            self.ids.add(id.short());
        } else {
            self.plain += 1;
        }
        if self.entities.len() < limits.0 {
            let mut entities = Vec::new();
            event.body.entities(&mut entities);
            self.entities.extend(entities.into_iter().map(Entity::into_owned));
        }
        self.cite(Evidence { time: event.time, file: 0, at: event.at, event: id }, limits.1);
    }

    /// Keeps the earliest citations; of copies of one record the first.
    fn cite(&mut self, evidence: Evidence, max: usize) {
        let copy = self.evidence.iter().position(|known| known.event == evidence.event);
        if let Some(at) = copy {
            if let Some(known) = self.evidence.get_mut(at)
                && evidence < *known
            {
                *known = evidence;
                self.evidence.sort_unstable();
            }
            return;
        }
        let at = self.evidence.partition_point(|known| *known < evidence);
        if at < max {
            self.evidence.insert(at, evidence);
            self.evidence.truncate(max);
        }
    }

    fn merge(&mut self, other: Sum, limits: (usize, usize)) {
        if other.first < self.first {
            self.action = other.action;
        }
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
        self.plain += other.plain;
        self.ids.merge(other.ids);
        self.entities.extend(other.entities);
        while self.entities.len() > limits.0 {
            self.entities.pop_last();
        }
        for evidence in other.evidence {
            self.cite(evidence, limits.1);
        }
    }

    /// How many different events.
    pub(crate) fn count(&mut self) -> u64 {
        self.plain + self.ids.distinct()
    }

    fn in_file(&mut self, file: u32) {
        self.evidence.iter_mut().for_each(|evidence| evidence.file = file);
    }
}

/// A deed: what a credential changed, or was refused.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct DeedKey {
    pub(crate) shared: Shared,
    pub(crate) outcome: Outcome,
}

type FindingKey = (Arc<Rule>, Effect, Shared);

const FINDING_LIMITS: (usize, usize) = (Finding::ENTITIES_MAX, Finding::EVIDENCE_MAX);
const DEED_LIMITS: (usize, usize) = (DEED_ENTITIES_MAX, 4);

/// What one blob, or all blobs together, gave.
#[derive(Default)]
pub(crate) struct Tray {
    pub(crate) events: u64,
    pub(crate) rejects: u64,
    pub(crate) first: Option<Time>,
    pub(crate) last: Option<Time>,
    pub(crate) shown: Vec<Reject>,
    pub(crate) ids: Distinct,
    pub(crate) sessions: Sessions,
    pub(crate) findings: FxHashMap<FindingKey, Sum>,
    pub(crate) deeds: FxHashMap<DeedKey, Sum>,
    pub(crate) lost_findings: u64,
    pub(crate) lost_deeds: u64,
}

impl Tray {
    /// Notes an event before it is judged.
    pub(crate) fn note(&mut self, event: &Event<'_>) {
        self.events += 1;
        self.first = Some(self.first.map_or(event.time, |t| t.min(event.time)));
        self.last = Some(self.last.map_or(event.time, |t| t.max(event.time)));
        if event.uid.is_some() {
            self.ids.add(event.id().short());
        }
    }

    /// Notes what an event tells about credentials: what it hands out, what was done with one.
    pub(crate) fn remember(&mut self, event: &Event<'_>) {
        if let Some(grant) = event.body.grant() {
            let evidence = Evidence { time: event.time, file: 0, at: event.at, event: event.id() };
            self.sessions.add(grant, evidence);
        }
        let told = event.outcome == Outcome::Failure || event.body.reads_only() == Some(false);
        if event.credential.is_none() || !told {
            return;
        }
        let key = DeedKey { shared: shared(event), outcome: event.outcome };
        if self.deeds.len() >= DEEDS_MAX && !self.deeds.contains_key(&key) {
            self.lost_deeds += 1;
            return;
        }
        let new = || Sum::new(event.source, event.body.action(), event.time);
        self.deeds.entry(key).or_insert_with(new).add(event, event.id(), DEED_LIMITS);
    }

    pub(crate) fn reject(&mut self, reject: Reject) {
        self.rejects += 1;
        if self.shown.len() < REJECTS_SHOWN_MAX {
            self.shown.push(reject);
        }
    }

    /// Gives every citation its blob's number.
    pub(crate) fn in_file(&mut self, file: u32) {
        self.findings.values_mut().for_each(|sum| sum.in_file(file));
        self.deeds.values_mut().for_each(|sum| sum.in_file(file));
        let sessions = std::mem::take(&mut self.sessions);
        for (grant, evidence) in sessions.all() {
            self.sessions.add(grant.clone(), Evidence { file, ..evidence.clone() });
        }
    }

    /// Takes in what another blob gave, but for its counts, which belong to its source.
    pub(crate) fn merge(&mut self, other: Tray) {
        self.sessions.merge(other.sessions);
        self.lost_findings += other.lost_findings;
        self.lost_deeds += other.lost_deeds;
        for (key, sum) in other.findings {
            if let Some(known) = self.findings.get_mut(&key) {
                known.merge(sum, FINDING_LIMITS);
            } else if self.findings.len() >= FINDINGS_MAX {
                self.lost_findings += 1;
            } else {
                self.findings.insert(key, sum);
            }
        }
        for (key, sum) in other.deeds {
            if let Some(known) = self.deeds.get_mut(&key) {
                known.merge(sum, DEED_LIMITS);
            } else if self.deeds.len() >= DEEDS_MAX {
                self.lost_deeds += 1;
            } else {
                self.deeds.insert(key, sum);
            }
        }
    }

    /// The findings, in order of time.
    pub(crate) fn take_findings(&mut self) -> Vec<Finding> {
        let mut findings: Vec<Finding> = std::mem::take(&mut self.findings)
            .into_iter()
            .map(|((rule, effect, shared), mut sum)| Finding {
                id: finding_id(&rule, effect, &shared, sum.source),
                effect,
                source: sum.source,
                first: sum.first,
                last: sum.last,
                count: sum.count(),
                entities: sum.entities.into_iter().collect(),
                evidence: sum.evidence,
                credential: shared.credential,
                address: shared.address,
                action: sum.action,
                rule,
            })
            .collect();
        findings.sort_unstable_by(|a, b| {
            (a.first, &a.evidence, a.id).cmp(&(b.first, &b.evidence, b.id))
        });
        findings
    }
}

impl Findings for Tray {
    fn add(&mut self, event: &Event<'_>, rule: &Arc<Rule>, effect: Effect) {
        let mut shared = shared(event);
        if event.credential.is_none() {
            // Requests of one client differ in their paths without end: one finding for them all.
            shared.action.clear();
        }
        let key = (Arc::clone(rule), effect, shared);
        if self.findings.len() >= FINDINGS_MAX && !self.findings.contains_key(&key) {
            self.lost_findings += 1;
            return;
        }
        let new = || Sum::new(event.source, event.body.action(), event.time);
        self.findings.entry(key).or_insert_with(new).add(event, event.id(), FINDING_LIMITS);
    }
}

/// What an event shares with others like it. An issuing call without a credential of its own (a
/// federated login) belongs to the credential that it hands out.
fn shared(event: &Event<'_>) -> Shared {
    let mut entities = Vec::new();
    event.body.entities(&mut entities);
    let region = entities
        .iter()
        .find(|e| e.kind == EntityKind::Region && e.role == Role::Place)
        .map(|e| e.value.to_string());
    let credential = match event.credential {
        Some(own) => Some(own.to_owned()),
        None => event.body.grant().map(|grant| grant.child),
    };
    let nameless = credential.is_none() && event.address.is_none();
    let actor = entities
        .iter()
        .find(|e| nameless && e.kind == EntityKind::Principal && e.role == Role::Actor)
        .map(|e| e.value.to_string());
    Shared {
        actor,
        credential,
        address: event.address.map(str::to_owned),
        action: event.body.action(),
        region,
    }
}

fn finding_id(rule: &Rule, effect: Effect, shared: &Shared, source: &str) -> Id {
    let text = |part: &Option<String>| part.clone().unwrap_or_default().into_bytes();
    Id::derive(
        "finding",
        &[
            rule.id.as_bytes(),
            effect.word().as_bytes(),
            source.as_bytes(),
            &text(&shared.credential),
            &text(&shared.address),
            shared.action.as_bytes(),
            &text(&shared.region),
            &text(&shared.actor),
        ],
    )
}
