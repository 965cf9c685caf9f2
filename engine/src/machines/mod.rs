//! Machines that an intruder started: whom they spoke to, and nobody else did.

mod story;

use std::collections::{BTreeMap, BTreeSet};

use model::finding::Evidence;
use model::{Effect, EntityKind, Finding, Id, Role};

use crate::fleet::Wanted;
use crate::intake::{Harvest, Plan};
use crate::trail::{DNS, FLOW, Fact, Known, What, gather, is_private};
pub(crate) use story::chapter;

/// How far after the last finding is looked. Nanoseconds: a day.
const AFTER: i64 = 24 * 3600 * 1_000_000_000;
/// A contact is told from so many machines, or flows, or bytes on.
const MACHINES_MIN: usize = 2;
const FLOWS_MIN: u64 = 5;
const BYTES_MIN: i64 = 10_000_000;
/// Contacts told of one incident: those of the most machines, then with the most flows.
const CONTACTS_MAX: usize = 12;
/// Records cited of a contact.
const EVIDENCE_MAX: usize = 8;

/// The machines of one incident.
#[derive(Debug, Default)]
pub(crate) struct Machines {
    interfaces: BTreeSet<String>,
    instances: BTreeSet<String>,
    span: (i64, i64),
}

impl Machines {
    /// The machines that calls in these findings started.
    pub(crate) fn started(findings: &[&Finding]) -> Self {
        let mut machines = Machines { span: (i64::MAX, i64::MIN), ..Machines::default() };
        for finding in findings.iter().filter(|f| f.effect >= Effect::Success) {
            let made = finding.entities.iter().filter(|entity| entity.role == Role::Created);
            for entity in made {
                match entity.kind {
                    EntityKind::Eni => machines.interfaces.insert(entity.value.to_string()),
                    EntityKind::Instance => machines.instances.insert(entity.value.to_string()),
                    _ => continue,
                };
                machines.span.0 = machines.span.0.min(finding.first.start);
            }
            machines.span.1 = machines.span.1.max(finding.last.end.saturating_add(AFTER));
        }
        machines
    }

    /// The ids of the instances.
    pub(crate) fn instances(&self) -> &BTreeSet<String> {
        &self.instances
    }

    fn is_empty(&self) -> bool {
        self.interfaces.is_empty() && self.instances.is_empty()
    }

    /// What a flow's record calls its machine, if it is one of these.
    fn one<'f>(&self, interface: Option<&'f str>, instance: Option<&'f str>) -> Option<&'f str> {
        let by_interface = interface.filter(|name| self.interfaces.contains(*name));
        by_interface.or_else(|| instance.filter(|name| self.instances.contains(*name)))
    }
}

/// Whom machines spoke to.
#[derive(Debug, Default)]
pub(crate) struct Contact {
    address: String,
    /// The other side's port with the most flows.
    port: Option<i64>,
    name: Option<String>,
    machines: BTreeSet<String>,
    flows: u64,
    sent: i64,
    received: i64,
    /// Minutes in which something was sent, over all machines.
    minutes: BTreeSet<(String, i64)>,
    span: (i64, i64),
    evidence: Vec<Evidence>,
    /// All its flows, and the lookups of its name.
    events: BTreeSet<Id>,
}

/// The instances among all these machines.
pub(crate) fn wanted(all: &[Machines]) -> Wanted<'_> {
    let wanted: BTreeSet<&str> =
        all.iter().flat_map(|machines| &machines.instances).map(String::as_str).collect();
    let since = all.iter().map(|machines| machines.span.0).min();
    Wanted::new(wanted, since.unwrap_or(i64::MAX))
}

/// For the machines of each incident: whom they spoke to and no other machine did, the most
/// machines first.
pub(crate) fn contacts(plan: &Plan<'_>, harvest: &Harvest, all: &[Machines]) -> Vec<Vec<Contact>> {
    let mut out: Vec<Vec<Contact>> = all.iter().map(|_| Vec::new()).collect();
    let some = || all.iter().filter(|machines| !machines.is_empty());
    let (Some(first), Some(last)) =
        (some().map(|m| m.span.0).min(), some().map(|m| m.span.1).max())
    else {
        return out;
    };
    let is_one = |interface: Option<&str>, instance: Option<&str>| {
        some().any(|machines| machines.one(interface, instance).is_some())
    };
    let (none, span) = (Known::default(), (first, last));
    let (own, _) = gather(plan, harvest, (span, &[FLOW, DNS]), &none, &|_, what| match what {
        What::Flow { interface, instance, .. } => is_one(interface.as_deref(), instance.as_deref()),
        What::Lookup { instance, .. } => is_one(None, instance.as_deref()),
        _ => false,
    });
    let remotes: BTreeSet<&str> = own.iter().filter_map(|fact| talk(fact)?.0.into()).collect();
    // What machines of others speak to as well is a service, not the intruder's.
    let (others, _) = gather(plan, harvest, (span, &[FLOW]), &none, &|_, what| match what {
        What::Flow { from, to, interface, instance, .. } => {
            let told = interface.is_some() || instance.is_some();
            let about = remotes.contains(from.as_str()) || remotes.contains(to.as_str());
            told && about && !is_one(interface.as_deref(), instance.as_deref())
        }
        _ => false,
    });
    let common: BTreeSet<&str> =
        others.iter().filter_map(talk).filter(|talk| talk.2).map(|talk| talk.0).collect();
    for (machines, out) in all.iter().zip(&mut out) {
        if !machines.is_empty() {
            *out = of(machines, &own, &common);
        }
    }
    out
}

/// The other side of a flow, its port as far as the machine sent there, and whether it did.
fn talk(fact: &Fact) -> Option<(&str, Option<i64>, bool)> {
    let What::Flow { from, to, port, .. } = &fact.what else { return None };
    match (is_private(from), is_private(to)) {
        (true, false) => Some((to, *port, true)),
        (false, true) => Some((from, None, false)),
        _ => None,
    }
}

fn of(machines: &Machines, facts: &[Fact], common: &BTreeSet<&str>) -> Vec<Contact> {
    let mut found: BTreeMap<&str, (Contact, BTreeMap<i64, u64>)> = BTreeMap::new();
    let mut names: BTreeMap<&str, (&str, Vec<Id>)> = BTreeMap::new();
    for fact in facts {
        match &fact.what {
            What::Lookup { name, answers, instance, .. }
                if machines.one(None, instance.as_deref()).is_some() =>
            {
                for answer in answers {
                    let known = names.entry(answer).or_insert((name, Vec::new()));
                    known.1.push(fact.at.event);
                }
            }
            What::Flow { interface, instance, bytes, refused, .. } => {
                let one = machines.one(interface.as_deref(), instance.as_deref());
                let (Some(one), Some((remote, port, sent)), false) = (one, talk(fact), *refused)
                else {
                    continue;
                };
                if common.contains(remote) {
                    continue;
                }
                let (contact, ports) = found.entry(remote).or_default();
                contact.add(fact, one, *bytes, sent);
                if let Some(port) = port {
                    *ports.entry(port).or_default() += 1;
                }
            }
            _ => {}
        }
    }
    let finished = found.into_iter().map(|(remote, (mut contact, ports))| {
        remote.clone_into(&mut contact.address);
        if let Some((name, lookups)) = names.get(remote) {
            contact.name = Some((*name).to_owned());
            contact.events.extend(lookups);
        }
        contact.port = ports.into_iter().max_by_key(|(port, n)| (*n, -port)).map(|(port, _)| port);
        contact
    });
    let mut all: Vec<Contact> = finished.filter(Contact::counts).collect();
    all.sort_by(|a, b| {
        let key = |c: &Contact| (c.machines.len(), c.flows);
        key(b).cmp(&key(a)).then_with(|| a.address.cmp(&b.address))
    });
    all.truncate(CONTACTS_MAX);
    all
}

/// When each machine was last seen to send something, by what flow records call it.
pub(crate) fn seen(contacts: &[Contact]) -> BTreeMap<String, i64> {
    let mut seen: BTreeMap<String, i64> = BTreeMap::new();
    for (machine, minute) in contacts.iter().flat_map(|contact| &contact.minutes) {
        let last = seen.entry(machine.clone()).or_insert(i64::MIN);
        *last = (*last).max(minute * 60 * 1_000_000_000);
    }
    seen
}

impl Contact {
    fn add(&mut self, fact: &Fact, machine: &str, bytes: i64, sent: bool) {
        let time = fact.at.time;
        if self.flows == 0 {
            self.span = (time.start, time.end);
        }
        self.span = (self.span.0.min(time.start), self.span.1.max(time.end));
        self.flows += 1;
        if !self.machines.contains(machine) {
            self.machines.insert(machine.to_owned());
        }
        let way = if sent { &mut self.sent } else { &mut self.received };
        *way = way.saturating_add(bytes.max(0));
        if sent {
            self.minutes.insert((machine.to_owned(), time.start / (60 * 1_000_000_000)));
        }
        self.events.insert(fact.at.event);
        if self.evidence.len() < EVIDENCE_MAX {
            self.evidence.push(fact.at.clone());
        }
    }

    /// Whether it is worth telling: the machines themselves sent something, and not once by chance.
    fn counts(&self) -> bool {
        let much = self.machines.len() >= MACHINES_MIN
            || self.flows >= FLOWS_MIN
            || self.sent.saturating_add(self.received) >= BYTES_MIN;
        self.sent > 0 && much
    }

    /// Whether it is a download: nearly all of it came in.
    fn is_download(&self) -> bool {
        self.received > self.sent.saturating_mul(20)
    }

    /// Whether it is an upload: nearly all of it went out, and it was much.
    fn is_upload(&self) -> bool {
        self.sent > self.received.saturating_mul(20) && self.sent >= BYTES_MIN
    }

    /// Whether it is long, steady, small, and goes both ways: a pool's protocol, in which jobs
    /// come and shares go for as long as the machine runs.
    fn is_steady(&self) -> bool {
        let minutes = (self.span.1 - self.span.0) / (60 * 1_000_000_000);
        let talked = self.minutes.len() as i64;
        let machines = self.machines.len().max(1) as i64;
        let per_minute = (self.sent + self.received) / talked.max(1);
        minutes >= 20
            && talked * 4 >= minutes * machines
            && per_minute < 200_000
            && self.received > 0
            && self.sent < self.received.saturating_mul(20)
            && self.received < self.sent.saturating_mul(20)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contact(minutes: i64, sent: i64, received: i64) -> Contact {
        let nanos = |minute: i64| minute * 60 * 1_000_000_000;
        Contact {
            machines: BTreeSet::from(["eni-1".to_owned()]),
            flows: minutes as u64,
            minutes: (0..minutes).map(|minute| ("eni-1".to_owned(), minute)).collect(),
            span: (0, nanos(minutes)),
            sent,
            received,
            ..Contact::default()
        }
    }

    #[test]
    fn a_pool_is_steady_and_a_download_is_not() {
        assert!(contact(240, 900_000, 700_000).is_steady());
        assert!(!contact(240, 90_000_000_000, 70_000_000).is_steady(), "much goes one way");
        assert!(!contact(5, 9_000, 7_000).is_steady(), "short");
        assert!(!contact(240, 900_000, 0).is_steady(), "no answer");
    }
}
