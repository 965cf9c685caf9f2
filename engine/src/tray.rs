//! What one blob gave: counts, findings gathered by what they share, grants, deeds.

use std::collections::BTreeSet;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use model::finding::{Effect, Evidence, Finding, Rule};
use model::seam::detector::{Findings, Mark};
use model::session::Sessions;
use model::{Entity, EntityKind, Event, Id, Reject, Role, Time};
use rustc_hash::{FxHashMap, FxHasher};
use smallvec::SmallVec;

use crate::deeds::{Deeds, mark};
use crate::distinct::Distinct;
use crate::marks::Marks;

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
    /// Who acted, where neither credential nor address says it: a service, or the host itself.
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
            actor: nameless
                .then(|| {
                    let place = |kind| named(kind, Role::Place);
                    named(EntityKind::Principal, Role::Actor)
                        .or_else(|| place(EntityKind::Host))
                        .or_else(|| place(EntityKind::Instance))
                })
                .flatten(),
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

/// Events counted together: a finding in the making. Most hold one event, so what is said of that
/// one is shared by all rules that fired on it, and more room is taken only for more events.
struct Sum {
    rule: Arc<Rule>,
    source: &'static str,
    first: Time,
    last: Time,
    /// The event whose action is told: the earliest.
    told: Arc<Fired>,
    /// Events whose log gives them no id.
    plain: u64,
    /// Ids of the others, so that copies count once.
    ids: Distinct,
    /// What the events are about, where they differ.
    entities: BTreeSet<Entity<'static>>,
    about: u64,
    evidence: SmallVec<[Evidence; 1]>,
}

impl Sum {
    fn new(rule: &Arc<Rule>, event: &Event<'_>, fired: &Arc<Fired>) -> Self {
        let evidence = Evidence { time: event.time, file: 0, at: event.at, event: fired.event };
        let mut sum = Sum {
            rule: Arc::clone(rule),
            source: event.source,
            first: event.time,
            last: event.time,
            told: Arc::clone(fired),
            plain: 0,
            ids: Distinct::default(),
            entities: BTreeSet::new(),
            about: fired.about,
            evidence: SmallVec::from_elem(evidence, 1),
        };
        sum.count(event, fired);
        sum
    }

    fn count(&mut self, event: &Event<'_>, fired: &Fired) {
        if event.uid.is_some() {
            self.ids.add(fired.event.short());
        } else {
            self.plain += 1;
        }
    }

    fn add(&mut self, event: &Event<'_>, fired: &Fired) {
        self.first = self.first.min(event.time);
        self.last = self.last.max(event.time);
        self.count(event, fired);
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
        self.meet(other.entities);
        if other.told.about != self.told.about {
            self.meet(other.told.entities.iter().cloned());
        }
        if (other.first, &other.told.shared.action) < (self.first, &self.told.shared.action) {
            let passed = std::mem::replace(&mut self.told, other.told);
            if passed.about != self.told.about {
                self.meet(passed.entities.iter().cloned());
            }
        }
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
        self.plain += other.plain;
        self.ids.merge(other.ids);
        for evidence in other.evidence {
            self.cite(evidence);
        }
    }

    fn finding(mut self, key: &Key) -> Finding {
        let Key { shared, effect, .. } = key;
        let parts: [&[u8]; 3] = [self.rule.id.as_bytes(), effect.word().as_bytes(), &shared.0];
        let id = Id::derive("finding", &parts);
        let told = Arc::clone(&self.told);
        self.meet(told.entities.iter().cloned());
        let told = &told.shared;
        Finding {
            id,
            effect: *effect,
            source: self.source,
            first: self.first,
            last: self.last,
            count: self.plain + self.ids.distinct(),
            entities: self.entities.into_iter().collect(),
            evidence: self.evidence.into_vec(),
            credential: told.credential.clone(),
            address: told.address.clone(),
            action: told.action.clone(),
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
    pub(crate) marks: Marks,
    findings: FxHashMap<Key, Sum>,
    fired: Option<Arc<Fired>>,
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
        self.marks.in_file(file);
        self.sessions.in_file(file);
    }

    /// Takes in what another blob gave, but for its counts, which belong to its source.
    pub(crate) fn merge(&mut self, other: Tray) {
        self.sessions.merge(other.sessions);
        self.deeds.merge(other.deeds);
        self.marks.merge(other.marks);
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
        let fired = self.fired.get_or_insert_with(|| Arc::new(Fired::new(event, event.id())));
        let mut hasher = FxHasher::default();
        rule.id.hash(&mut hasher);
        let key = Key { rule: hasher.finish(), effect, shared: fired.key };
        if let Some(sum) = self.findings.get_mut(&key) {
            sum.add(event, fired);
        } else if self.findings.len() >= FINDINGS_MAX {
            self.lost_findings += 1;
        } else {
            self.findings.insert(key, Sum::new(rule, event, fired));
        }
    }

    fn mark(&mut self, event: &Event<'_>, mark: Mark) {
        self.marks.add(event, mark);
    }
}
