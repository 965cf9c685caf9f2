//! Portals: a federated session followed back through the identity provider's own log, to the
//! login that it began with.
//!
//! Two ways lead from a portal into an account: a login of somebody else, and an assertion that
//! the portal never issued, made with its stolen signing key. The log tells them apart: it names
//! the ids of the assertions that it issued.

mod claims;
mod entry;
mod issuer;
mod story;
mod word;

use std::collections::{BTreeMap, BTreeSet};

use model::finding::Severity;
use model::incident::{Link, Reason};
use model::{Effect, Finding, Id};

use crate::intake::{Harvest, Plan};
use crate::trail::{Request, gather_requests};
use entry::Login;
pub(crate) use issuer::{Issuer, issuers, unissued};
pub(crate) use story::chapter;
use word::Word;

/// How sure findings of one portal's intruder belong together.
const WEIGHT: f64 = 0.9;
/// Requests before the first try and after the login still belong to the tries. Nanoseconds.
const AROUND: i64 = 10 * 60 * 1_000_000_000;

/// An intruder's way through a portal.
pub(crate) struct Portal {
    /// The portal, as its log names it, else the log's file.
    pub(crate) name: String,
    /// The federated sessions that it led to: time of the issuing call, its event, whom for.
    sessions: Vec<Opened>,
    login: Login,
    /// Requests of the tries that something before the portal refused.
    refused: Vec<model::finding::Evidence>,
    /// The findings, by number, that led here.
    seeds: Vec<usize>,
}

/// A federated session.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Opened {
    evidence: model::finding::Evidence,
    subject: String,
    assertion: String,
}

/// The ways through portals that findings about federated sessions lead back to.
pub(crate) fn portals(
    plan: &Plan<'_>,
    harvest: &Harvest,
    findings: &[Finding],
    issuers: &[Issuer],
) -> Vec<Portal> {
    issuers.iter().flat_map(|issuer| of_issuer(plan, harvest, findings, issuer)).collect()
}

fn of_issuer(
    plan: &Plan<'_>,
    harvest: &Harvest,
    findings: &[Finding],
    issuer: &Issuer,
) -> Vec<Portal> {
    let mut portals: Vec<Portal> = Vec::new();
    let sessions = &harvest.all.sessions;
    let mut logins: BTreeMap<String, Option<Login>> = BTreeMap::new();
    for (at, finding) in findings.iter().enumerate() {
        let telling = finding.severity() >= Severity::Medium && finding.effect >= Effect::Success;
        let Some(credential) = finding.credential.as_deref().filter(|_| telling) else { continue };
        let chain = sessions.chain(credential);
        let opened =
            chain.iter().find_map(|c| sessions.issued(c).filter(|g| g.0.assertion.is_some()));
        let Some((grant, evidence)) = opened else { continue };
        let (subject, assertion) = (grant.subject.clone(), grant.assertion.clone());
        let (Some(subject), Some(assertion)) = (subject, assertion) else { continue };
        let opened = Opened { evidence: evidence.clone(), subject, assertion };
        // Many findings go back to one session: its login is looked for once.
        let login = logins.entry(opened.assertion.clone()).or_insert_with_key(|assertion| {
            match issuer.issued(assertion) {
                Some(word) => entry::before(issuer, word),
                None if issuer.denies(assertion) => entry::of_key(issuer, evidence.time.start),
                None => None,
            }
        });
        let Some(login) = login.clone() else { continue };
        match portals.iter_mut().find(|p| p.login.word == login.word) {
            Some(portal) => {
                portal.seeds.push(at);
                portal.sessions.push(opened);
                // What led to the first session says most.
                if login.key.is_some() && portal.login.key.is_none() {
                    portal.login = login;
                }
            }
            None => portals.push(Portal {
                name: issuer.name.clone(),
                sessions: vec![opened],
                login,
                refused: Vec::new(),
                seeds: vec![at],
            }),
        }
    }
    for portal in &mut portals {
        portal.sessions.sort();
        portal.sessions.dedup();
        portal.refused = refused(plan, harvest, issuer, &portal.login);
    }
    portals
}

/// Requests from the addresses of the tries, at their time, that something in front refused.
fn refused(
    plan: &Plan<'_>,
    harvest: &Harvest,
    issuer: &Issuer,
    login: &Login,
) -> Vec<model::finding::Evidence> {
    let first = login.tries.iter().map(|word| word.at.time.start).min();
    let Some(first) = first else { return Vec::new() };
    let span = (first.saturating_sub(AROUND), login.word.at.time.end.saturating_add(AROUND));
    let theirs = |request: &Request| {
        let client = request.client.as_deref().unwrap_or_default();
        login.addresses.contains(client) && request.refused && request.method != "GET"
    };
    let mut all = gather_requests(plan, harvest, span, &theirs);
    all.retain(|evidence| !issuer.files.contains(&evidence.file));
    all
}

impl Portal {
    /// The findings that this way explains.
    pub(crate) fn link(&self, findings: &[Finding]) -> Option<Link> {
        let events = self.events();
        let (first, last) = self.login.span();
        let belongs = |(at, finding): (usize, &Finding)| {
            let here = finding.evidence.iter().any(|evidence| events.contains(&evidence.event));
            let near = finding.first.start <= last && finding.last.end >= first;
            let theirs = finding.address.as_ref().is_some_and(|a| self.login.addresses.contains(a));
            (here || (near && theirs) || self.seeds.contains(&at)).then_some(at)
        };
        let findings: Vec<usize> = findings.iter().enumerate().filter_map(belongs).collect();
        let reason = Reason::Portal(self.name.clone());
        (!findings.is_empty()).then_some(Link { findings, reason, weight: WEIGHT })
    }

    /// The findings, by number, that led here.
    pub(crate) fn seeds(&self) -> &[usize] {
        &self.seeds
    }

    /// The events on the way.
    pub(crate) fn events(&self) -> BTreeSet<Id> {
        let opened = self.sessions.iter().map(|opened| opened.evidence.event);
        let refused = self.refused.iter().map(|evidence| evidence.event);
        opened.chain(refused).chain(self.login.words().map(|word| word.at.event)).collect()
    }
}
