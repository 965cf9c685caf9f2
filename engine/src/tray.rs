//! What one blob gave: counts, findings gathered by what they share, grants, deeds.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use model::finding::{Effect, Evidence, Rule};
use model::seam::detector::{Findings, Mark};
use model::session::Sessions;
use model::{Event, Id, Reject, Time};
use rustc_hash::{FxHashMap, FxHasher};

use crate::deeds::{Deeds, mark};
use crate::distinct::Distinct;
use crate::fleet::Sighted;
use crate::kept::{self, Kept};
use crate::marks::Marks;
use crate::sum::{Fired, Sum};

/// Rejects kept of each blob for showing; the count is complete.
pub(crate) const REJECTS_SHOWN_MAX: usize = 20;
/// Groups of events that differ by the rules that fired, actor, action or region; more of them
/// are counted, not kept.
pub(crate) const GROUPS_MAX: usize = 100_000;

/// Rules that fired on one event, and what each says that it shows.
pub(crate) type Said = Arc<[(Arc<Rule>, Effect)]>;

/// The same rules fired, and the events share the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Key {
    pub(crate) shared: Id,
    said: u64,
}

/// What one blob, or all blobs together, gave.
#[derive(Default)]
pub(crate) struct Tray {
    pub(crate) events: u64,
    pub(crate) rejects: u64,
    /// Of one blob: each document gave one record.
    pub(crate) one_each: bool,
    pub(crate) first: Option<Time>,
    pub(crate) last: Option<Time>,
    pub(crate) shown: Vec<Reject>,
    pub(crate) ids: Distinct,
    pub(crate) sessions: Sessions,
    pub(crate) deeds: Deeds,
    pub(crate) marks: Marks,
    /// Where it is told of instances.
    pub(crate) sighted: Sighted,
    /// Rules that fire together, once for all events on which they did.
    said: FxHashMap<u64, Said>,
    groups: FxHashMap<Key, Sum>,
    /// Of the event at hand: its id, and what is said of it if a rule fires.
    id: Option<Id>,
    fired: Option<(Arc<Fired>, Option<Kept>)>,
    /// Records are as their source gave them, and may be kept.
    plain: bool,
    /// Bytes of text that groups keep.
    kept: usize,
    /// Events that are in no finding because there were too many groups.
    pub(crate) lost: u64,
}

impl Tray {
    /// For one blob; `plain` if its events are judged as their source gave them.
    pub(crate) fn new(plain: bool) -> Self {
        Tray { plain, ..Tray::default() }
    }

    /// Notes an event before it is judged.
    pub(crate) fn note(&mut self, event: &Event<'_>) {
        (self.id, self.fired) = (None, None);
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
            let id = self.id_of(event);
            let evidence = Evidence { time: event.time, file: 0, at: event.at, event: id };
            self.sessions.add(grant, evidence);
        }
        if let Some(deed) = Deeds::deed(event) {
            let id = self.id_of(event);
            self.deeds.note(event, id, &deed);
        }
    }

    /// The id of the event at hand, derived once.
    fn id_of(&mut self, event: &Event<'_>) -> Id {
        *self.id.get_or_insert_with(|| event.id())
    }

    pub(crate) fn reject(&mut self, reject: Reject) {
        self.rejects += 1;
        if self.shown.len() < REJECTS_SHOWN_MAX {
            self.shown.push(reject);
        }
    }

    /// Gives every citation its blob's number.
    pub(crate) fn in_file(&mut self, file: u32) {
        self.groups.values_mut().for_each(|sum| sum.in_file(file));
        self.deeds.in_file(file);
        self.marks.in_file(file);
        self.sighted.in_file(file);
        self.sessions.in_file(file);
    }

    /// Takes in what another blob gave, but for its counts, which belong to its source.
    pub(crate) fn merge(&mut self, other: Tray) {
        self.sessions.merge(other.sessions);
        self.deeds.merge(other.deeds);
        self.marks.merge(other.marks);
        self.sighted.merge(other.sighted);
        self.lost += other.lost;
        for (mark, said) in other.said {
            self.said.entry(mark).or_insert(said);
        }
        let mut more: Vec<(Key, Sum)> = other.groups.into_iter().collect();
        if self.groups.len() + more.len() > GROUPS_MAX {
            // Who is kept must not depend on the order of a map.
            more.sort_unstable_by_key(|(key, _)| *key);
        }
        for (key, mut sum) in more {
            if self.kept >= kept::OF_ALL_MAX {
                sum.forget();
            }
            if let Some(known) = self.groups.get_mut(&key) {
                known.merge(sum);
            } else if self.groups.len() >= GROUPS_MAX {
                self.lost += 1;
            } else {
                self.kept += sum.kept_bytes();
                self.groups.insert(key, sum);
            }
        }
    }

    /// All groups with the rules that fired on them, in an order that depends on nothing else.
    pub(crate) fn take_groups(&mut self) -> Vec<(Id, Said, Sum)> {
        let said = std::mem::take(&mut self.said);
        let mut groups: Vec<(Key, Sum)> = std::mem::take(&mut self.groups).into_iter().collect();
        groups.sort_unstable_by_key(|(key, _)| *key);
        let with_rules = |(key, sum): (Key, Sum)| {
            said.get(&key.said).map(|said| (key.shared, Arc::clone(said), sum))
        };
        groups.into_iter().filter_map(with_rules).collect()
    }
}

impl Findings for Tray {
    fn add(&mut self, event: &Event<'_>, said: &[(&Arc<Rule>, Effect)]) {
        if said.is_empty() {
            return;
        }
        let id = self.id_of(event);
        let known = self.fired.take();
        let (fired, kept) = known.unwrap_or_else(|| (Arc::new(Fired::new(event, id)), None));
        let kept = self.count(event, (&fired, kept), said);
        self.fired = Some((fired, kept));
    }
    fn mark(&mut self, event: &Event<'_>, mark: Mark) {
        self.marks.add(event, mark);
    }
}

impl Tray {
    /// Counts an event on which these rules fired to its group; its text, if that is kept.
    fn count(
        &mut self,
        event: &Event<'_>,
        (fired, kept): (&Arc<Fired>, Option<Kept>),
        said: &[(&Arc<Rule>, Effect)],
    ) -> Option<Kept> {
        let mut hasher = FxHasher::default();
        for (rule, effect) in said {
            (&rule.id, effect).hash(&mut hasher);
        }
        let key = Key { shared: fired.key, said: hasher.finish() };
        if let Some(sum) = self.groups.get_mut(&key) {
            sum.add(event, fired);
        } else if self.groups.len() >= GROUPS_MAX {
            self.lost += 1;
        } else {
            let room = self.plain && self.kept + event.raw.len() <= kept::OF_BLOB_MAX;
            let kept = kept.or_else(|| room.then(|| Kept::new(event, fired)));
            self.kept += kept.as_ref().map_or(0, Kept::len);
            self.groups.insert(key, Sum::new(event, fired).keep(kept.clone()));
            let own = || said.iter().map(|(rule, effect)| (Arc::clone(rule), *effect)).collect();
            self.said.entry(key.said).or_insert_with(own);
            return kept;
        }
        kept
    }
}
