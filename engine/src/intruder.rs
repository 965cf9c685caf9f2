//! The intruder's hands and places: what credentials and addresses are theirs, and what they did.

use std::collections::BTreeSet;

use model::finding::Severity;
use model::session::{Grant, Sessions};
use model::{Assets, Finding};
use rustc_hash::FxHashMap;

use crate::advise::is_temporary;
use crate::borrowed;
use crate::deeds::{Trace, mark};
use crate::index::{Index, Issued};

/// A lasting credential's deeds count as the intruder's this long before and after the findings,
/// not for all its life. Nanoseconds: one hour.
const AROUND: i64 = 3600 * 1_000_000_000;
/// Callers that get credentials at one address; with more of them it is a hub and says little.
const HUB_CALLERS_MAX: usize = 4;
/// Credentials followed for one incident.
const CREDENTIALS_MAX: usize = 2_000;

/// The intruder's hands and places.
pub(crate) struct Intruder {
    /// Credentials used, with those that handed them out and those that they handed out.
    pub(crate) credentials: BTreeSet<String>,
    /// Those of them that also serve whom they were made for: only what was done with them at the
    /// intruder's addresses is the intruder's.
    rightful: BTreeSet<String>,
}

impl Intruder {
    /// From the findings that weigh: their credentials and addresses, and what follows from them.
    ///
    /// A lasting key may be shared with its rightful user: only what it handed out to the
    /// intruder's addresses is the intruder's. A temporary one is the intruder's altogether.
    pub(crate) fn of(findings: &[&Finding], index: &Index<'_>, assets: &Assets) -> Self {
        let telling = || findings.iter().filter(|f| f.severity() >= Severity::Medium);
        let addresses: BTreeSet<String> = telling()
            .filter_map(|f| f.address.clone())
            .filter(|address| intruders(address, index, assets))
            .collect();
        let mut credentials: BTreeSet<String> =
            findings.iter().filter_map(|f| f.credential.clone()).collect();
        let seeds = telling().filter_map(|f| f.credential.as_deref());
        credentials.extend(seeds.flat_map(|c| index.sessions.chain(c)).map(str::to_owned));
        let here = addresses.iter().flat_map(|address| index.at(address));
        credentials.extend(here.map(|(grant, _)| grant.child.clone()));
        let mut to_follow: Vec<String> = credentials.iter().cloned().collect();
        while let Some(parent) = to_follow.pop() {
            if !addresses.is_empty() && lasting(&parent, index.sessions) {
                continue;
            }
            for (grant, _) in index.of(&parent) {
                if credentials.len() < CREDENTIALS_MAX && credentials.insert(grant.child.clone()) {
                    to_follow.push(grant.child.clone());
                }
            }
        }
        let mut rightful = borrowed::credentials(findings);
        let opened = credentials.iter().filter_map(|c| index.sessions.issued(c));
        let elsewhere = opened.filter(|(grant, _)| is_opened_elsewhere(grant, &addresses));
        rightful.extend(elsewhere.map(|(grant, _)| grant.child.clone()));
        Intruder { credentials, rightful }
    }

    /// The issuing calls of the credentials, in order of time.
    pub(crate) fn grants<'s>(&self, sessions: &'s Sessions) -> Vec<&'s Issued> {
        let mut grants: Vec<_> =
            self.credentials.iter().filter_map(|c| sessions.issued(c)).collect();
        grants.sort_by(|a, b| (&a.1, &a.0).cmp(&(&b.1, &b.0)));
        grants
    }

    /// What the credentials changed or were refused, as far as it is the intruder's doing.
    pub(crate) fn deeds<'d>(
        &self,
        findings: &[&Finding],
        deeds: &'d FxHashMap<u64, Vec<Trace>>,
        sessions: &Sessions,
    ) -> Vec<(&str, &'d Trace)> {
        let first = findings.iter().map(|f| f.first.start).min().unwrap_or(i64::MIN);
        let last = findings.iter().map(|f| f.last.end).max().unwrap_or(i64::MAX);
        // (One's own addresses too: what went through them is theirs as far as a finding says.)
        let telling = findings.iter().filter(|f| f.severity() >= Severity::Medium);
        let addresses: BTreeSet<u64> =
            telling.filter_map(|f| f.address.as_deref()).map(mark).collect();
        let mut out = Vec::new();
        for credential in &self.credentials {
            let shared = self.rightful.contains(credential) || lasting(credential, sessions);
            for trace in deeds.get(&mark(credential)).map_or(&[][..], Vec::as_slice) {
                let near = trace.last.end >= first.saturating_sub(AROUND)
                    && trace.first.start <= last.saturating_add(AROUND);
                let here = addresses.is_empty() || addresses.contains(&trace.address);
                if !shared || (near && here) {
                    out.push((credential.as_str(), trace));
                }
            }
        }
        out.sort_by(|a, b| (a.1.first, &a.1.evidence).cmp(&(b.1.first, &b.1.evidence)));
        out
    }
}

/// Whether a federated session was opened by its rightful user, at an address that is not among
/// the intruder's: it was taken later.
pub(crate) fn is_opened_elsewhere(grant: &Grant, addresses: &BTreeSet<String>) -> bool {
    let there = grant.address.as_ref().filter(|there| there.parse::<std::net::IpAddr>().is_ok());
    grant.subject.is_some()
        && !addresses.is_empty()
        && there.is_some_and(|there| !addresses.contains(there))
}

/// Whether a credential has a rightful user beside the intruder: nobody handed it out in sight,
/// and it does not end by itself.
fn lasting(credential: &str, sessions: &Sessions) -> bool {
    sessions.issued(credential).is_none() && !is_temporary(credential)
}

/// Whether an address speaks for one intruder: it is an address, it is not one's own, and not
/// many different callers get credentials there (an office, a proxy, a build server's exit).
fn intruders(address: &str, index: &Index<'_>, assets: &Assets) -> bool {
    address.parse::<std::net::IpAddr>().is_ok()
        && !assets.owns(address)
        && index.callers(address) <= HUB_CALLERS_MAX
}
