//! Events counted together because of what they share: findings in the making.

use std::collections::BTreeSet;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use model::finding::{Effect, Evidence, Finding, Rule};
use model::{Entity, EntityKind, Event, Id, Role, Time};
use rustc_hash::FxHasher;
use smallvec::SmallVec;

use crate::deeds::place;
use crate::distinct::Distinct;
use crate::kept::Kept;

/// What events that are counted together share.
#[derive(Clone, Debug)]
pub(crate) struct Shared {
    credential: Option<String>,
    pub(crate) address: Option<String>,
    pub(crate) action: String,
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
        let action = if with_action { self.action.as_bytes() } else { b"" };
        let parts = [&self.credential, &self.address, &self.region, &self.actor];
        let [credential, address, region, actor] =
            parts.map(|part| part.as_deref().unwrap_or_default().as_bytes());
        Id::derive("shared", &[source.as_bytes(), credential, address, action, region, actor])
    }
}

/// An event that fired, prepared once for all rules that speak on it.
pub(crate) struct Fired {
    event: Id,
    pub(crate) shared: Shared,
    /// What it shares with events that are counted together with it.
    pub(crate) key: Id,
    pub(crate) entities: Vec<Entity<'static>>,
    /// A hash of the entities: most events of one finding are about the same ones.
    about: u64,
}

impl Fired {
    pub(crate) fn new(event: &Event<'_>, id: Id) -> Self {
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

/// Events counted together: findings in the making, of all rules that fired on them. Most hold
/// one event, so more room is taken only for more events.
#[derive(Clone)]
pub(crate) struct Sum {
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
    /// The text of one of the records, so that it need not be read again to be cited.
    kept: Option<Kept>,
}

impl Sum {
    pub(crate) fn new(event: &Event<'_>, fired: &Arc<Fired>) -> Self {
        let evidence = Evidence { time: event.time, file: 0, at: event.at, event: fired.event };
        let mut sum = Sum {
            source: event.source,
            first: event.time,
            last: event.time,
            told: Arc::clone(fired),
            plain: 0,
            ids: Distinct::default(),
            entities: BTreeSet::new(),
            about: fired.about,
            evidence: SmallVec::from_elem(evidence, 1),
            kept: None,
        };
        sum.count(event, fired);
        sum
    }

    /// Keeps the text of its record.
    pub(crate) fn keep(mut self, kept: Option<Kept>) -> Self {
        self.kept = kept;
        self
    }

    /// The text that it keeps, if that is the record which is cited first.
    pub(crate) fn kept(&self) -> Option<&Kept> {
        let first = place(self.evidence.first()?);
        self.kept.as_ref().filter(|kept| kept.place() == first)
    }

    /// Bytes of text that it keeps.
    pub(crate) fn kept_bytes(&self) -> usize {
        self.kept.as_ref().map_or(0, Kept::len)
    }

    /// Forgets the text.
    pub(crate) fn forget(&mut self) {
        self.kept = None;
    }

    fn count(&mut self, event: &Event<'_>, fired: &Fired) {
        if event.uid.is_some() {
            self.ids.add(fired.event.short());
        } else {
            self.plain += 1;
        }
    }

    pub(crate) fn add(&mut self, event: &Event<'_>, fired: &Fired) {
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

    pub(crate) fn merge(&mut self, other: Sum) {
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
        if self.kept().is_none() {
            self.kept = other.kept;
        }
    }

    /// When the first of them happened, and its record: what findings are sorted by.
    pub(crate) fn earliest(&self) -> (Time, Option<&Evidence>) {
        (self.first, self.evidence.first())
    }

    pub(crate) fn in_file(&mut self, file: u32) {
        self.evidence.iter_mut().for_each(|evidence| evidence.file = file);
        if let Some(kept) = &mut self.kept {
            kept.in_file(file);
        }
    }

    /// What `rule` says of these events.
    pub(crate) fn finding(mut self, rule: &Arc<Rule>, effect: Effect, shared: Id) -> Finding {
        let parts: [&[u8]; 3] = [rule.id.as_bytes(), effect.word().as_bytes(), &shared.0];
        let id = Id::derive("finding", &parts);
        let told = Arc::clone(&self.told);
        self.meet(told.entities.iter().cloned());
        let told = &told.shared;
        Finding {
            id,
            effect,
            source: self.source,
            first: self.first,
            last: self.last,
            count: self.plain + self.ids.distinct(),
            entities: self.entities.into_iter().collect(),
            evidence: self.evidence.into_vec(),
            credential: told.credential.clone(),
            address: told.address.clone(),
            action: told.action.clone(),
            rule: Arc::clone(rule),
            detail: None,
        }
    }
}
