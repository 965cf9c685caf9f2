//! Correlations at work: hits in, in order of time; matches out.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::Correlations;
use super::group::{Effect, Episode, Group};
use super::keys::{Hit, Key, Keys};
use super::window::{Seen, Window};

/// How much is kept. All of it is bounded; what goes is counted in [`Spent`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How much later than the newest hit one may come and still count, in nanoseconds.
    pub lateness: i64,
    /// Hits that wait for later ones.
    pub pending: usize,
    /// Groups of all correlations.
    pub groups: usize,
    /// Events remembered in all groups.
    pub events: usize,
    /// Matches kept until they are taken.
    pub matches: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            lateness: 0,
            pending: 1_000_000,
            groups: 500_000,
            events: 4_000_000,
            matches: 100_000,
        }
    }
}

/// What could not be kept, and what did not count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spent {
    /// Hits that counted.
    pub hits: u64,
    /// Hits that came too late.
    pub late: u64,
    /// Copies of a record that counted before.
    pub copies: u64,
    /// Hits that were looked at before their time, because too many waited.
    pub hurried: u64,
    /// Groups forgotten for want of room.
    pub groups: u64,
    /// Events and values forgotten for want of room in a group.
    pub events: u64,
    /// Matches that were not kept.
    pub matches: u64,
}

/// A correlation that matched: one for all windows that satisfy it without a break.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Match {
    /// The first event's start. Nanoseconds since 1970.
    pub first: i64,
    /// The last event's start.
    pub last: i64,
    /// The correlation, by number.
    pub correlation: usize,
    /// The group that it is about: the same for the same values.
    pub group: u64,
    /// How many events; of a correlation on correlations, how many of their matches.
    pub count: u64,
    /// The highest of the hits' tags.
    pub tag: u8,
    /// Some of the records, at most 8: the first, and the one that made it a match.
    pub records: Vec<u64>,
}

/// A group's place: correlation and key.
pub(super) type Place = (u32, u64);

/// Correlations at work.
pub struct Correlator<'c> {
    pub(super) of: &'c Correlations,
    pub(super) limits: Limits,
    pub(super) pending: BinaryHeap<Reverse<Hit>>,
    pub(super) newest: i64,
    /// Everything before it was looked at.
    pub(super) done: i64,
    pub(super) groups: FxHashMap<Place, Group>,
    /// When windows are over that are judged then.
    pub(super) timers: BTreeSet<(i64, Place)>,
    pub(super) events: usize,
    /// The record that counts, of copies with one time, rule and id.
    pub(super) latest: Option<(i64, u32, u64, u64)>,
    pub(super) out: Vec<Match>,
    pub(super) spent: Spent,
    pub(super) sweep_at: usize,
}

/// Groups are looked through for such as are over from this many on.
const SWEEP_MIN: usize = 4_096;

/// An event on its way up a chain.
struct Pulse {
    seen: Seen,
    /// Whether a match begins (or it is an event): counting correlations count those only.
    fresh: bool,
}

impl<'c> Correlator<'c> {
    /// An empty one.
    pub fn new(of: &'c Correlations, limits: Limits) -> Self {
        Correlator {
            of,
            limits,
            pending: BinaryHeap::new(),
            newest: i64::MIN,
            done: i64::MIN,
            groups: FxHashMap::default(),
            timers: BTreeSet::new(),
            events: 0,
            latest: None,
            out: Vec::new(),
            spent: Spent::default(),
            sweep_at: SWEEP_MIN.min(limits.groups),
        }
    }

    /// Takes a hit in. It counts once no hit can come any more that was before it.
    pub fn push(&mut self, hit: Hit) {
        if hit.start < self.done {
            self.spent.late += 1;
            return;
        }
        self.newest = self.newest.max(hit.start);
        self.pending.push(Reverse(hit));
        self.advance(self.newest.saturating_sub(self.limits.lateness));
        while self.pending.len() > self.limits.pending {
            let Some(Reverse(hit)) = self.pending.pop() else { break };
            self.spent.hurried += 1;
            self.done = self.done.max(hit.start);
            self.process(&hit);
        }
    }

    /// Says that nothing before `time` will come any more.
    pub fn advance(&mut self, time: i64) {
        self.done = self.done.max(time);
        while self.pending.peek().is_some_and(|hit| hit.0.start < self.done) {
            let Some(Reverse(hit)) = self.pending.pop() else { break };
            self.process(&hit);
        }
        self.fire(self.done);
    }

    /// Takes the matches that are over.
    pub fn take(&mut self) -> Vec<Match> {
        std::mem::take(&mut self.out)
    }

    /// Looks at all that waits, and ends everything; the matches in order of time.
    pub fn finish(mut self) -> (Vec<Match>, Spent) {
        self.advance(i64::MAX);
        let mut left: Vec<(Place, Group)> = std::mem::take(&mut self.groups).into_iter().collect();
        left.sort_by_key(|(place, _)| *place);
        for (place, group) in left {
            self.end(place, group.episode);
        }
        self.out.sort();
        (self.out, self.spent)
    }

    /// What was lost so far.
    pub fn spent(&self) -> Spent {
        self.spent
    }

    fn process(&mut self, hit: &Hit) {
        self.fire(hit.start);
        let this = (hit.start, hit.rule, hit.uid, hit.record);
        if hit.uid != 0
            && let Some((start, rule, uid, record)) = self.latest
            && (start, rule, uid) == (this.0, this.1, this.2)
            && record != this.3
        {
            self.spent.copies += 1;
            return;
        }
        self.latest = Some(this);
        self.spent.hits += 1;
        let of = self.of;
        let slots = of.slots.get(hit.rule as usize).map(Vec::as_slice).unwrap_or_default();
        for (slot, key) in slots.iter().zip(&hit.keys).filter(|(slot, _)| slot.direct) {
            let chained =
                of.all.get(slot.correlation as usize).is_some_and(|one| !one.parents.is_empty());
            let seen = Seen {
                start: hit.start,
                end: hit.end.max(hit.start),
                record: hit.record,
                tag: hit.tag,
                rule: hit.rule,
                keys: if chained { hit.keys.clone() } else { Keys::new() },
                more: Vec::new(),
            };
            let pulse = Pulse { seen, fresh: true };
            self.count(slot.correlation, slot.reference, *key, &pulse);
        }
        if self.groups.len() > self.sweep_at || self.events > self.limits.events {
            self.sweep(hit.start);
        }
    }

    /// Lets an event count for a group, and tells those above.
    fn count(&mut self, number: u32, reference: u16, key: Key, pulse: &Pulse) {
        let Some(of) = self.of.all.get(number as usize) else { return };
        if key.group == 0 || !(pulse.fresh || of.kind.is_temporal()) {
            return;
        }
        let place = (number, key.group);
        let now = pulse.seen.start;
        let group = self.groups.entry(place).or_insert_with(|| Group::new(of));
        let before = group.window.len();
        let seen = pulse.seen.clone();
        let (effect, ended) = group.take(of, (reference, key.value), seen, &mut self.spent.events);
        self.events = (self.events + group.window.len()).saturating_sub(before);
        if let Window::Closed(closed) = &group.window
            && closed.count == 1
        {
            self.timers.insert((now.saturating_add(of.span), place));
        }
        let records = group.episode.as_ref().map(|episode| episode.records.clone());
        self.end(place, ended);
        let fresh = matches!(effect, Effect::Begins(_));
        let with = match effect {
            Effect::Nothing => return,
            Effect::GoesOn => Vec::new(),
            Effect::Begins(with) => with,
        };
        if of.parents.is_empty() {
            return;
        }
        let more = records.unwrap_or_default();
        let mut told = BTreeSet::new();
        self.rise(number, &pulse.seen, &more, fresh, &mut told);
        // Whoever is above may group otherwise: each of its groups learns of it.
        for other in with {
            let seen = Seen { start: now, end: pulse.seen.end, ..other };
            self.rise(number, &seen, &more, fresh, &mut told);
        }
    }

    /// Tells those who refer to a correlation that it matches; each of their groups once.
    fn rise(
        &mut self,
        child: u32,
        seen: &Seen,
        more: &[u64],
        fresh: bool,
        told: &mut BTreeSet<(u32, u16, Key)>,
    ) {
        let of = self.of;
        let Some(one) = of.all.get(child as usize) else { return };
        let slots = of.slots.get(seen.rule as usize).map(Vec::as_slice).unwrap_or_default();
        for (parent, reference) in &one.parents {
            let is_it = |slot: &super::Slot| {
                !slot.direct && (slot.correlation, slot.reference) == (*parent, *reference)
            };
            let Some(key) = slots.iter().position(is_it).and_then(|at| seen.keys.get(at)) else {
                continue;
            };
            if told.insert((*parent, *reference, *key)) {
                let seen = Seen { more: more.to_vec(), ..seen.clone() };
                self.count(*parent, *reference, *key, &Pulse { seen, fresh });
            }
        }
    }

    /// Judges the windows that were over before `now`.
    fn fire(&mut self, now: i64) {
        while self.timers.first().is_some_and(|(deadline, _)| *deadline < now) {
            let Some((deadline, place)) = self.timers.pop_first() else { break };
            let Some(group) = self.groups.remove(&place) else { continue };
            self.events = self.events.saturating_sub(group.window.len());
            self.close(place, group, deadline);
        }
    }

    fn close(&mut self, place: Place, group: Group, deadline: i64) {
        let Window::Closed(closed) = group.window else { return };
        let Some(records) = self.of.all.get(place.0 as usize).and_then(|of| closed.judge(of))
        else {
            return;
        };
        let (first, last, count, tag) = (closed.open, closed.last, closed.count, closed.tag);
        self.end(place, Some(Episode { first, last, count, tag, records: records.clone() }));
        if let Some(latest) = closed.latest {
            let seen = Seen { start: deadline, end: deadline, ..latest };
            self.rise(place.0, &seen, &records, true, &mut BTreeSet::new());
        }
    }

    /// Notes a match that is over.
    fn end(&mut self, (correlation, group): Place, episode: Option<Episode>) {
        let Some(Episode { first, last, count, tag, records }) = episode else { return };
        if !self.of.is_told(correlation as usize) {
            return;
        }
        if self.out.len() >= self.limits.matches {
            self.spent.matches += 1;
            return;
        }
        let correlation = correlation as usize;
        self.out.push(Match { first, last, correlation, group, count, tag, records });
    }

    /// Forgets groups that are over; then, if there are still too many, the oldest.
    fn sweep(&mut self, now: i64) {
        let of = self.of;
        let span = |place: &Place| of.all.get(place.0 as usize).map_or(0, |one| one.span);
        let mut places: Vec<(i64, Place)> =
            self.groups.iter().map(|(place, group)| (group.last, *place)).collect();
        places.sort_unstable();
        let (groups, events) = (self.limits.groups, self.limits.events);
        let (crowded, full) = (self.groups.len() > groups, self.events > events);
        for (last, place) in places {
            let over = last.saturating_add(span(&place)) < now;
            let closes = of.all.get(place.0 as usize).is_some_and(|one| one.test.closes());
            // An eighth more goes than must, so that this is not done for every event.
            let must = (crowded && self.groups.len() > groups - groups / 8)
                || (full && self.events > events - events / 8);
            if (over && !closes) || must {
                let Some(group) = self.groups.remove(&place) else { continue };
                self.events = self.events.saturating_sub(group.window.len());
                self.spent.groups += u64::from(!over);
                self.end(place, group.episode);
            }
        }
        self.sweep_at = (self.groups.len() * 2).max(SWEEP_MIN).min(groups);
    }
}
