//! Trails: an intruder followed through one host, from what was found there back to the request
//! that let them in and on to everything that came of it.
//!
//! The stream keeps little. So when findings point to a host, its own logs are read once more
//! around that time, then the logs about it: load balancer, names, flows.

mod advice;
mod claims;
mod entry;
mod fact;
mod gather;
mod leads;
mod mail;
mod requests;
mod story;
mod taint;
mod visits;
mod words;

use std::collections::BTreeSet;

use model::finding::Evidence;
use model::incident::{Link, Reason};
use model::{EntityKind, Finding, Id};

use crate::intake::{Harvest, Plan};
pub(crate) use claims::Claims;
use entry::Entry;
pub(crate) use fact::{DNS_ACTIVITY as DNS, HTTP_ACTIVITY as HTTP, NETWORK_ACTIVITY as FLOW};
pub(crate) use fact::{Fact, Request, What, is_private};
use gather::Span;
pub(crate) use gather::{Known, gather};
use leads::Lead;
use taint::{Host, Taint};

pub(crate) use story::{Chapter, Piece, chapter};
pub(crate) use words::{clean, list, say};

/// How far before the first and after the last finding is looked. Nanoseconds.
const BEFORE: i64 = 12 * 3600 * 1_000_000_000;
const AFTER: i64 = 24 * 3600 * 1_000_000_000;
/// How sure findings of one trail belong together.
const WEIGHT: f64 = 0.95;

/// An intruder's way through one host.
pub(crate) struct Trail {
    /// The host, as its logs name it.
    pub(crate) host: String,
    pub(crate) kind: EntityKind,
    /// What the host's own logs say.
    facts: Vec<Fact>,
    /// What other logs say of it, and of the intruder.
    around: Vec<Fact>,
    taint: Taint,
    entries: Vec<Entry>,
    /// Addresses that the intruder came from.
    pub(crate) attackers: BTreeSet<String>,
    /// The host's own addresses, and its instance.
    pub(crate) addresses: BTreeSet<String>,
    pub(crate) instance: Option<String>,
    /// Names and addresses that the intruder's programs spoke to.
    names: BTreeSet<String>,
    remotes: BTreeSet<String>,
    /// The findings, by number, that led here.
    seeds: Vec<usize>,
}

/// Follows the intruder through every host that findings point to.
pub(crate) fn trails(
    plan: &Plan<'_>,
    harvest: &Harvest,
    findings: &[Finding],
    warnings: &mut Vec<String>,
) -> Vec<Trail> {
    let (leads, known) = leads::leads(plan, harvest, findings, warnings);
    let Some(span) = span(&leads, findings) else { return Vec::new() };
    let (facts, lost) = gather(plan, harvest, (span, &[]), &known, &|host, _| host.is_some());
    if lost > 0 {
        warnings.push(format!("{lost} records of the hosts under suspicion were too many to keep"));
    }
    let mut of_host: Vec<Vec<Fact>> = leads.iter().map(|_| Vec::new()).collect();
    for fact in facts {
        if let Some(all) = fact.host.and_then(|host| of_host.get_mut(host)) {
            all.push(fact);
        }
    }
    let mut trails: Vec<Trail> =
        leads.into_iter().zip(of_host).filter_map(|(lead, facts)| follow(lead, facts)).collect();
    surround(plan, harvest, span, &mut trails);
    trails
}

/// The records of requests in a span of time that `keep` wants.
pub(crate) fn gather_requests(
    plan: &Plan<'_>,
    harvest: &Harvest,
    span: Span,
    keep: &(dyn Fn(&Request) -> bool + Sync),
) -> Vec<Evidence> {
    let wanted = |_: Option<usize>, what: &What| match what {
        What::Request(request) => keep(request),
        _ => false,
    };
    let (facts, _) = gather(plan, harvest, (span, &[HTTP]), &Known::default(), &wanted);
    facts.into_iter().map(|fact| fact.at).collect()
}

fn span(leads: &[Lead], findings: &[Finding]) -> Option<Span> {
    let of = || leads.iter().flat_map(|lead| &lead.findings).filter_map(|at| findings.get(*at));
    let first = of().map(|finding| finding.first.start).min()?;
    let last = of().map(|finding| finding.last.end).max()?;
    Some((first.saturating_sub(BEFORE), last.saturating_add(AFTER)))
}

/// What is the intruder's on one host, and by which request it began.
fn follow(lead: Lead, facts: Vec<Fact>) -> Option<Trail> {
    let host = Host::new(&facts);
    let first = Taint::grow(&host, &lead.events, &BTreeSet::new());
    let mut entries: Vec<Entry> =
        first.roots(&host).iter().filter_map(|root| entry::of_root(&host, &first, *root)).collect();
    entries.sort_by_key(|entry| entry.start);
    if entries.is_empty() {
        entries = entry::by_time(&host, &first);
    }
    if entries.is_empty() {
        entries = entry::by_file(&host, &first);
    }
    let proven = entries.iter().filter(|entry| entry.is_proven());
    let attackers: BTreeSet<String> = proven
        .filter_map(|entry| request(&facts, entry.request)?.client.clone())
        .filter(|client| !is_private(client))
        .collect();
    entries.extend(entry::others(&host, &attackers, &first.starts));
    entries.sort_by_key(|entry| entry.start);
    let mut seeds = lead.events.clone();
    let started = entries.iter().filter_map(|entry| facts.get(entry.start));
    let started = started.filter(|fact| matches!(fact.what, What::Start(_)));
    seeds.extend(started.map(|fact| fact.at.event));
    let outside = entry::innocent(&host, &entries);
    let taint = Taint::grow(&host, &seeds, &outside);
    if taint.starts.is_empty() && taint.files.is_empty() {
        return None;
    }
    let (names, remotes) = spoken_to(&host, &taint);
    Some(Trail {
        host: lead.name,
        kind: lead.kind,
        taint,
        entries,
        attackers,
        addresses: BTreeSet::new(),
        instance: None,
        names,
        remotes,
        seeds: lead.findings,
        around: Vec::new(),
        facts,
    })
}

fn request(facts: &[Fact], at: usize) -> Option<&Request> {
    match &facts.get(at)?.what {
        What::Request(request) => Some(request),
        _ => None,
    }
}

/// Names and addresses in the URLs of the intruder's commands.
fn spoken_to(host: &Host<'_>, taint: &Taint) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut names, mut remotes) = (BTreeSet::new(), BTreeSet::new());
    for process in taint.starts.iter().filter_map(|at| host.process(*at)) {
        for url in process.command.split("://").skip(1) {
            let ends = |c: char| c.is_whitespace() || "/\"'`)?#:".contains(c);
            let name = url.split(ends).next().unwrap_or_default();
            let name = name.rsplit('@').next().unwrap_or(name).to_ascii_lowercase();
            if name.parse::<std::net::IpAddr>().is_ok() {
                remotes.insert(name);
            } else if name.contains('.') {
                names.insert(name);
            }
        }
    }
    (names, remotes)
}

/// Reads what other logs say: of the requests, of the names, then of the addresses.
fn surround(plan: &Plan<'_>, harvest: &Harvest, span: Span, trails: &mut [Trail]) {
    if trails.is_empty() {
        return;
    }
    let none = Known::default();
    let trace = |trail: &Trail, entry: &Entry| {
        let proven = Some(entry).filter(|entry| entry.is_proven())?;
        request(&trail.facts, proven.request)?.trace.clone()
    };
    let traces: BTreeSet<String> = trails
        .iter()
        .flat_map(|trail| trail.entries.iter().filter_map(|entry| trace(trail, entry)))
        .collect();
    let names: BTreeSet<&String> = trails.iter().flat_map(|trail| &trail.names).collect();
    let (first, _) = gather(plan, harvest, (span, &[HTTP, DNS]), &none, &|_, what| match what {
        What::Request(request) => request.trace.as_ref().is_some_and(|t| traces.contains(t)),
        What::Lookup { name, .. } => names.contains(name),
        _ => false,
    });
    drop(names);
    for trail in trails.iter_mut() {
        let mine: BTreeSet<String> =
            trail.entries.iter().filter_map(|entry| trace(trail, entry)).collect();
        trail.learn(&first, &mine);
    }
    let clients: BTreeSet<&String> = trails.iter().flat_map(|trail| &trail.attackers).collect();
    let remotes: BTreeSet<&String> = trails.iter().flat_map(|trail| &trail.remotes).collect();
    let (second, _) = gather(plan, harvest, (span, &[HTTP, FLOW]), &none, &|_, what| match what {
        What::Request(request) => request.client.as_ref().is_some_and(|c| clients.contains(c)),
        What::Flow { from, to, .. } => remotes.contains(from) || remotes.contains(to),
        _ => false,
    });
    for trail in trails {
        trail.surround(&first, &second);
    }
}

impl Trail {
    /// Learns addresses: the client's from the proxy's line, the host's own, the other side's.
    fn learn(&mut self, facts: &[Fact], traces: &BTreeSet<String>) {
        for fact in facts {
            match &fact.what {
                What::Request(request)
                    if request.trace.as_ref().is_some_and(|trace| traces.contains(trace)) =>
                {
                    let client = request.client.as_ref().filter(|client| !is_private(client));
                    self.attackers.extend(client.cloned());
                    self.addresses.extend(request.server.clone());
                }
                What::Lookup { name, answers, asker, instance } if self.names.contains(name) => {
                    let addresses =
                        answers.iter().filter(|a| a.parse::<std::net::IpAddr>().is_ok());
                    self.remotes.extend(addresses.cloned());
                    // Who asks for a name that only the intruder's programs speak to is the host.
                    self.addresses.extend(asker.clone());
                    self.instance = self.instance.take().or_else(|| instance.clone());
                }
                _ => {}
            }
        }
    }

    /// Keeps what concerns this host and its intruder.
    fn surround(&mut self, first: &[Fact], second: &[Fact]) {
        let concerns = |fact: &&Fact| match &fact.what {
            What::Request(request) => {
                request.client.as_ref().is_some_and(|client| self.attackers.contains(client))
            }
            What::Lookup { name, .. } => self.names.contains(name),
            What::Flow { from, to, .. } => {
                let ends = [from, to];
                ends.iter().any(|end| self.remotes.contains(*end))
                    && ends.iter().any(|end| self.addresses.contains(*end))
            }
            _ => false,
        };
        let mut around: Vec<Fact> = first.iter().chain(second).filter(concerns).cloned().collect();
        around.sort_by(|a, b| a.at.cmp(&b.at));
        around.dedup_by(|b, a| a.at == b.at);
        let own: BTreeSet<_> = self.facts.iter().map(|fact| (fact.at.file, fact.at.at)).collect();
        around.retain(|fact| !own.contains(&(fact.at.file, fact.at.at)));
        let instance = around.iter().find_map(|fact| match &fact.what {
            What::Flow { instance, .. } => instance.clone(),
            _ => None,
        });
        self.instance = self.instance.take().or(instance);
        self.around = around;
    }

    /// Whether a request is shown to have run commands, or the intruder's programs to run at all.
    pub(crate) fn is_proven(&self) -> bool {
        self.entries.iter().any(Entry::is_proven)
            || (!self.taint.starts.is_empty() && !self.taint.files.is_empty())
    }

    /// The findings that this trail explains.
    pub(crate) fn link(&self, findings: &[Finding]) -> Option<Link> {
        let events = self.events();
        let belongs = |(at, finding): (usize, &Finding)| {
            let here = finding.evidence.iter().any(|evidence| events.contains(&evidence.event));
            let theirs = finding.address.as_ref().is_some_and(|a| self.attackers.contains(a));
            (here || theirs || self.seeds.contains(&at)).then_some(at)
        };
        let findings: Vec<usize> = findings.iter().enumerate().filter_map(belongs).collect();
        let reason = Reason::Trail(self.host.clone());
        (!findings.is_empty()).then_some(Link { findings, reason, weight: WEIGHT })
    }

    /// The findings, by number, that led here.
    pub(crate) fn seeds(&self) -> &[usize] {
        &self.seeds
    }

    /// The events that the trail tells.
    pub(crate) fn events(&self) -> BTreeSet<Id> {
        let mut all: BTreeSet<Id> = self.around.iter().map(|fact| fact.at.event).collect();
        let named = self.taint.files.values().flatten();
        let numbers = self.taint.starts.iter().chain(named).copied();
        let numbers = numbers.chain(self.entries.iter().map(|entry| entry.request));
        all.extend(numbers.filter_map(|at| self.facts.get(at)).map(|fact| fact.at.event));
        let visits = self.facts.iter().filter(|fact| match &fact.what {
            What::Request(request) => {
                request.client.as_ref().is_some_and(|client| self.attackers.contains(client))
            }
            _ => false,
        });
        all.extend(visits.map(|fact| fact.at.event));
        all
    }
}
