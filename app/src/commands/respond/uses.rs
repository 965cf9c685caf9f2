//! Who uses what a plan acts on, counted over every record of logs and not only over cited ones.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use model::event::Outcome;
use model::seam::About;
use model::seam::detector::{Detector, Findings, Judge};
use model::{EntityKind, Event};
use ocsf::paths;

/// Clients that are told apart for one target; the rest count as one more.
const CLIENTS_MAX: usize = 10_000;
/// The client of which the log says nothing.
const UNKNOWN: &str = "-";
/// The clients beyond [`CLIENTS_MAX`].
const REST: &str = "...";

const ABOUT: About = About { name: "uses", line: "who uses what a plan acts on", spec: "" };

/// What is counted.
pub struct Wanted {
    /// A word of the interface, for instance `ip`.
    pub kind: String,
    /// Its name or id.
    pub value: String,
    /// In nanoseconds since 1970: before, and from then on.
    pub until: i64,
}

/// One client's part.
#[derive(Clone, Copy, Default)]
struct Part {
    records: u64,
    is_intruder: bool,
}

/// What was counted of one target.
#[derive(Clone, Default)]
pub struct Count {
    clients: BTreeMap<String, Part>,
    /// Records that name it before the moment.
    pub before: u64,
    /// Records in which it acts from the moment on.
    pub after: u64,
    /// Those of them that the log does not tell as refused or failed.
    pub after_done: u64,
}

impl Count {
    /// All records that name it.
    pub fn records(&self) -> u64 {
        self.clients.values().map(|part| part.records).sum()
    }

    fn others(&self) -> impl Iterator<Item = &Part> {
        self.clients.values().filter(|part| !part.is_intruder)
    }

    /// Records by clients that are not the intruder.
    pub fn by_others(&self) -> u64 {
        self.others().map(|part| part.records).sum()
    }

    /// How many clients are not the intruder.
    pub fn clients(&self) -> u64 {
        self.others().count() as u64
    }

    fn add(&mut self, client: &str, part: Part) {
        let is_known = self.clients.contains_key(client) || self.clients.len() < CLIENTS_MAX;
        let client = if is_known { client } else { REST };
        let known = self.clients.entry(client.to_owned()).or_default();
        known.records += part.records;
        known.is_intruder |= part.is_intruder && client != REST;
    }

    fn merge(&mut self, other: Count) {
        self.before += other.before;
        self.after += other.after;
        self.after_done += other.after_done;
        for (client, part) in other.clients {
            self.add(&client, part);
        }
    }
}

/// What was counted of all targets.
#[derive(Default)]
struct Counted {
    all: BTreeMap<usize, Count>,
    last: Option<i64>,
}

/// Counts.
pub struct Uses {
    wanted: Vec<Wanted>,
    index: BTreeMap<String, Vec<usize>>,
    intruder: BTreeSet<String>,
    cited: BTreeSet<String>,
    counted: Mutex<Counted>,
}

impl Uses {
    /// Counts these targets; addresses, keys and sessions of the intruder, and raw cited records.
    pub fn new(wanted: Vec<Wanted>, intruder: BTreeSet<String>, cited: BTreeSet<String>) -> Uses {
        let mut index: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, it) in wanted.iter().enumerate() {
            let short = it.value.rsplit('/').next().unwrap_or_default();
            let names: BTreeSet<&str> = [it.value.as_str(), short].into();
            for name in names.into_iter().filter(|name| !name.is_empty()) {
                index.entry(name.to_owned()).or_default().push(at);
            }
        }
        Uses { wanted, index, intruder, cited, counted: Mutex::default() }
    }

    /// What was counted, in the order of the targets; and when the last record is of.
    pub fn take(&self) -> (Vec<Count>, Option<i64>) {
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        let all = (0..self.wanted.len()).map(|at| counted.all.remove(&at).unwrap_or_default());
        (all.collect(), counted.last)
    }

    fn named<'e>(&self, names: impl Iterator<Item = &'e str>) -> BTreeSet<usize> {
        names.filter_map(|name| self.index.get(name)).flatten().copied().collect()
    }
}

/// Shared by all threads as the engine's detectors are; what it counts is its own.
pub struct Counter(pub std::sync::Arc<Uses>);

impl Detector for Counter {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self) -> Box<dyn Judge + '_> {
        Box::new(Watch { uses: &self.0, own: Counted::default() })
    }
}

/// One thread's counts, handed over when it ends.
struct Watch<'u> {
    uses: &'u Uses,
    own: Counted,
}

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        let mut all = self.uses.counted.lock().unwrap_or_else(PoisonError::into_inner);
        all.last = all.last.max(self.own.last);
        for (at, count) in std::mem::take(&mut self.own.all) {
            all.all.entry(at).or_default().merge(count);
        }
    }
}

impl Judge for Watch<'_> {
    fn observe(&mut self, event: &Event<'_>, _: &mut dyn Findings) {
        self.own.last = self.own.last.max(Some(event.time.start));
        let mut entities = Vec::new();
        event.body.entities(&mut entities);
        let acting = event.address.into_iter().chain(event.credential);
        let actors = entities.iter().filter(|it| it.role == model::entity::Role::Actor);
        let acts = self.uses.named(acting.clone().chain(actors.map(|it| it.value.as_ref())));
        let names = acting.chain(entities.iter().map(|it| it.value.as_ref()));
        for at in self.uses.named(names) {
            let Some(wanted) = self.uses.wanted.get(at) else { continue };
            let count = self.own.all.entry(at).or_default();
            if event.time.start < wanted.until {
                count.before += 1;
            } else if acts.contains(&at) {
                count.after += 1;
                count.after_done += u64::from(event.outcome != Outcome::Failure);
            }
            let client = client(event, &wanted.kind, &entities);
            let intruder = &self.uses.intruder;
            let has = |name: Option<&str>| name.is_some_and(|name| intruder.contains(name));
            let is_intruder = self.uses.cited.contains(event.raw)
                || has(event.credential)
                || (wanted.kind != "ip" && has(event.address));
            count.add(&client, Part { records: 1, is_intruder });
        }
    }
}

/// Who uses it: of an address whoever acts from there, of anything else the address.
fn client(event: &Event<'_>, kind: &str, entities: &[model::Entity<'_>]) -> String {
    if kind != "ip" {
        return event.address.or(event.credential).unwrap_or(UNKNOWN).to_owned();
    }
    if let Some(credential) = event.credential {
        return credential.to_owned();
    }
    let people = [EntityKind::User, EntityKind::Principal, EntityKind::Session];
    let actor = entities.iter().find(|it| {
        it.role == model::entity::Role::Actor && people.contains(&it.kind) && it.value != UNKNOWN
    });
    if let Some(actor) = actor {
        return actor.value.clone().into_owned();
    }
    let flat = event.body.ocsf();
    let agent = flat.get(paths::HTTP_REQUEST_USER_AGENT).and_then(|it| it.as_str());
    agent.unwrap_or(UNKNOWN).to_owned()
}
