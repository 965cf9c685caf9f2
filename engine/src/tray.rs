//! What one blob gave: counts, findings gathered by what they share, grants, deeds.

use std::collections::BTreeSet;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use model::finding::{Effect, Evidence, Finding, Rule};
use model::seam::detector::Findings;
use model::session::Sessions;
use model::{Entity, EntityKind, Event, Id, Reject, Role, Time};
use rustc_hash::{FxHashMap, FxHasher};

use crate::deeds::{Deeds, mark};
use crate::distinct::Distinct;

/// Rejects kept of each blob for showing; the count is complete.
pub(crate) const REJECTS_SHOWN_MAX: usize = 20;
/// Findings that differ by rule, actor, action or region; more of them are counted, not kept.
pub(crate) const FINDINGS_MAX: usize = 100_000;

/// What events that are counted together share.
#[derive(Clone, Debug)]
struct Shared {
    credential: Option<String>,
    address: Option<String>,
    action: String,
    region: Option<String>,
    /// Who acted, where neither credential nor address says it (a service).
    actor: Option<String>,
}

impl Shared {
    /// What an event shares with others like it. An issuing call without a credential of its own
    /// (a federated login) belongs to the credential that it hands out.
    fn of(event: &Event<'_>, entities: &[Entity<'static>]) -> Self {
        let named = |kind, role| {
            let found = entities.iter().find(|e| e.kind == kind && e.role == role);
            found.map(|e| e.value.to_string())
        };
        let credential = match event.credential {
            Some(own) => Some(own.to_owned()),
            None => event.body.grant().map(|grant| grant.child),
        };
        let nameless = credential.is_none() && event.address.is_none();
        Shared {
            address: event.address.map(str::to_owned),
            action: event.body.action(),
            region: named(EntityKind::Region, Role::Place),
            actor: if nameless { named(EntityKind::Principal, Role::Actor) } else { None },
            credential,
        }
    }

    fn id(&self, source: &str, with_action: bool) -> Id {
        let text = |part: &Option<String>| part.clone().unwrap_or_default().into_bytes();
        let action = if with_action { self.action.as_bytes() } else { b"" };
        let parts = [&self.credential, &self.address, &self.region, &self.actor].map(text);
        let [credential, address, region, actor] = &parts;
        Id::derive("shared", &[source.as_bytes(), credential, address, action, region, actor])
    }
}

/// An event that fired, prepared once for all rules that speak on it.
struct Fired {
    event: Id,
    shared: Shared,
    key: Id,
    entities: Vec<Entity<'static>>,
    /// A hash of the entities: most events of one finding are about the same ones.
    about: u64,
}

impl Fired {
    fn new(event: &Event<'_>, id: Id) -> Self {
        let mut entities = Vec::new();
        event.body.entities(&mut entities);
        let entities: Vec<Entity<'static>> = entities.into_iter().map(Entity::into_owned).collect();
        let shared = Shared::of(event, &entities);
        // Requests of one client differ in their paths without end: one finding for them all.
        let key = shared.id(event.source, event.credential.is_some());
        let mut hasher = FxHasher::default();
        entities.hash(&mut hasher);
        Fired { event: id, shared, key, about: hasher.finish(), entities }
    }
}

/// Events counted together: a finding in the making.
struct Sum {
    rule: Arc<Rule>,
    source: &'static str,
    shared: Shared,
    first: Time,
    last: Time,
    /// Events whose log gives them no id.
    plain: u64,
    /// Ids of the others, so that copies count once.
    ids: Distinct,
    entities: BTreeSet<Entity<'static>>,
    about: u64,
    evidence: Vec<Evidence>,
}

impl Sum {
    fn new(rule: &Arc<Rule>, event: &Event<'_>, fired: &Fired) -> Self {
        Sum {
            rule: Arc::clone(rule),
            source: event.source,
            shared: fired.shared.clone(),
            first: event.time,
            last: event.time,
            plain: 0,
            ids: Distinct::default(),
            entities: BTreeSet::new(),
            about: !fired.about,
            evidence: Vec::new(),
        }
    }

    fn add(&mut self, event: &Event<'_>, fired: &Fired) {
        self.first = self.first.min(event.time);
        self.last = self.last.max(event.time);
        if event.uid.is_some() {
            self.ids.add(fired.event.short());
        } else {
            self.plain += 1;
        }
        if self.about != fired.about {
            self.about = fired.about;
            self.meet(fired.entities.iter().cloned());
        }
        self.cite(Evidence { time: event.time, file: 0, at: event.at, event: fired.event });
    }

    /// Takes entities in; beyond the bound the last in order go, whatever came first.
    fn meet(&mut self, entities: impl IntoIterator<Item = Entity<'static>>) {
        self.entities.extend(entities);
        while self.entities.len() > Finding::ENTITIES_MAX {
            self.entities.pop_last();
        }
    }

    /// Keeps the earliest citations; of copies of one record the first.
    fn cite(&mut self, evidence: Evidence) {
        let last = self.evidence.last();
        if self.evidence.len() >= Finding::EVIDENCE_MAX && last.is_some_and(|l| *l < evidence) {
            return;
        }
        if let Some(known) = self.evidence.iter_mut().find(|known| known.event == evidence.event) {
            if evidence < *known {
                *known = evidence;
                self.evidence.sort_unstable();
            }
            return;
        }
        let at = self.evidence.partition_point(|known| *known < evidence);
        self.evidence.insert(at, evidence);
        self.evidence.truncate(Finding::EVIDENCE_MAX);
    }

    fn merge(&mut self, other: Sum) {
        if (other.first, &other.shared.action) < (self.first, &self.shared.action) {
            self.shared.action = other.shared.action;
        }
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
        self.plain += other.plain;
        self.ids.merge(other.ids);
        self.meet(other.entities);
        for evidence in other.evidence {
            self.cite(evidence);
        }
    }

    fn finding(mut self, key: &Key) -> Finding {
        let Key { shared, effect, .. } = key;
        let parts: [&[u8]; 3] = [self.rule.id.as_bytes(), effect.word().as_bytes(), &shared.0];
        Finding {
            id: Id::derive("finding", &parts),
            effect: *effect,
            source: self.source,
            first: self.first,
            last: self.last,
            count: self.plain + self.ids.distinct(),
            entities: self.entities.into_iter().collect(),
            evidence: self.evidence,
            credential: self.shared.credential,
            address: self.shared.address,
            action: self.shared.action,
            rule: self.rule,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Key {
    rule: u64,
    effect: Effect,
    shared: Id,
}

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
    pub(crate) deeds: Deeds,
    findings: FxHashMap<Key, Sum>,
    fired: Option<Fired>,
    pub(crate) lost_findings: u64,
}

impl Tray {
    /// Notes an event before it is judged.
    pub(crate) fn note(&mut self, event: &Event<'_>) {
        self.fired = None;
        self.events += 1;
        self.first = Some(self.first.map_or(event.time, |t| t.min(event.time)));
        self.last = Some(self.last.map_or(event.time, |t| t.max(event.time)));
        if let Some(uid) = event.uid {
            self.ids.add(mark(uid));
        }
    }

    /// Notes what an event tells about credentials: what it hands out, what was done with one.
    pub(crate) fn remember(&mut self, event: &Event<'_>) {
        if let Some(grant) = event.body.grant() {
            let evidence = Evidence { time: event.time, file: 0, at: event.at, event: event.id() };
            self.sessions.add(grant, evidence);
        }
        self.deeds.note(event);
    }

    pub(crate) fn reject(&mut self, reject: Reject) {
        self.rejects += 1;
        if self.shown.len() < REJECTS_SHOWN_MAX {
            self.shown.push(reject);
        }
    }

    /// Gives every citation its blob's number.
    pub(crate) fn in_file(&mut self, file: u32) {
        for sum in self.findings.values_mut() {
            sum.evidence.iter_mut().for_each(|evidence| evidence.file = file);
        }
        self.deeds.in_file(file);
        self.sessions.in_file(file);
    }

    /// Takes in what another blob gave, but for its counts, which belong to its source.
    pub(crate) fn merge(&mut self, other: Tray) {
        self.sessions.merge(other.sessions);
        self.deeds.merge(other.deeds);
        self.lost_findings += other.lost_findings;
        let mut more: Vec<(Key, Sum)> = other.findings.into_iter().collect();
        if self.findings.len() + more.len() > FINDINGS_MAX {
            // Who is kept must not depend on the order of a map.
            more.sort_unstable_by_key(|(key, _)| *key);
        }
        for (key, sum) in more {
            if let Some(known) = self.findings.get_mut(&key) {
                known.merge(sum);
            } else if self.findings.len() >= FINDINGS_MAX {
                self.lost_findings += 1;
            } else {
                self.findings.insert(key, sum);
            }
        }
    }

    /// The findings, in order of time.
    pub(crate) fn take_findings(&mut self) -> Vec<Finding> {
        let all = std::mem::take(&mut self.findings);
        let mut findings: Vec<Finding> =
            all.into_iter().map(|(key, sum)| sum.finding(&key)).collect();
        findings.sort_unstable_by(|a, b| {
            (a.first, &a.evidence, a.id).cmp(&(b.first, &b.evidence, b.id))
        });
        findings
    }
}

impl Findings for Tray {
    fn add(&mut self, event: &Event<'_>, rule: &Arc<Rule>, effect: Effect) {
        let fired = self.fired.get_or_insert_with(|| Fired::new(event, event.id()));
        let mut hasher = FxHasher::default();
        rule.id.hash(&mut hasher);
        let key = Key { rule: hasher.finish(), effect, shared: fired.key };
        if let Some(sum) = self.findings.get_mut(&key) {
            sum.add(event, fired);
        } else if self.findings.len() >= FINDINGS_MAX {
            self.lost_findings += 1;
        } else {
            let mut sum = Sum::new(rule, event, fired);
            sum.add(event, fired);
            self.findings.insert(key, sum);
        }
    }
}
