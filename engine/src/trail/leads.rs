//! Leads: the hosts that findings of weight point to, by their own logs.

use std::collections::{BTreeMap, BTreeSet};

use model::finding::{Effect, Severity};
use model::{EntityKind, Finding, Id, Role};

use super::gather::{Known, canonical, folder};
use crate::intake::{Harvest, Plan};

/// Hosts followed in one run, those with the most findings first.
const HOSTS_MAX: usize = 32;

/// A host that findings point to.
pub(super) struct Lead {
    pub(super) kind: EntityKind,
    pub(super) name: String,
    /// The findings, by number, and the events they cite.
    pub(super) findings: Vec<usize>,
    pub(super) events: BTreeSet<Id>,
    folders: BTreeSet<String>,
}

/// What a host goes by: its name, or the folder of logs that name none.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Name(String),
    Folder(String),
}

/// The leads, and how to know their hosts' records again.
pub(super) fn leads(
    plan: &Plan<'_>,
    harvest: &Harvest,
    findings: &[Finding],
    warnings: &mut Vec<String>,
) -> (Vec<Lead>, Known) {
    let mut leads: BTreeMap<Key, Lead> = BTreeMap::new();
    let mut unnamed: BTreeSet<&str> = BTreeSet::new();
    for (at, finding) in findings.iter().enumerate() {
        let telling = finding.severity() >= Severity::Medium && finding.effect >= Effect::Success;
        if !telling || !(plan.hosts.is_own_log)(finding.source) {
            continue;
        }
        let folders: BTreeSet<String> = finding
            .evidence
            .iter()
            .filter_map(|evidence| harvest.files.get(evidence.file as usize))
            .map(|file| folder(file).to_owned())
            .collect();
        let (key, kind, name) = if let Some((kind, name)) = host(finding) {
            (Key::Name(canonical(&name, plan.hosts.assets)), kind, name)
        } else {
            let Some(first) = folders.first() else { continue };
            unnamed.insert(finding.source);
            let name = first.rsplit(['/', '\\']).next().unwrap_or_default();
            let name = if name.is_empty() || name == "." { "host" } else { name };
            (Key::Folder(first.clone()), EntityKind::Host, name.to_owned())
        };
        let lead = leads.entry(key).or_insert_with(|| Lead {
            kind,
            name,
            findings: Vec::new(),
            events: BTreeSet::new(),
            folders: BTreeSet::new(),
        });
        lead.findings.push(at);
        lead.events.extend(finding.evidence.iter().map(|evidence| evidence.event));
        lead.folders.extend(folders);
    }
    most(&mut leads, warnings);
    let known = known(&leads, &unnamed, harvest);
    (leads.into_values().collect(), known)
}

/// The host that a finding's own log is of.
fn host(finding: &Finding) -> Option<(EntityKind, String)> {
    let place = |kind| {
        let found = finding.entities.iter().find(|e| e.kind == kind && e.role == Role::Place);
        found.map(|e| (kind, e.value.to_string()))
    };
    place(EntityKind::Host).or_else(|| place(EntityKind::Instance))
}

/// Keeps the leads with the most findings.
fn most(leads: &mut BTreeMap<Key, Lead>, warnings: &mut Vec<String>) {
    if leads.len() <= HOSTS_MAX {
        return;
    }
    warnings.push(format!(
        "findings point to {} hosts; the {HOSTS_MAX} with the most are followed",
        leads.len()
    ));
    let mut counts: Vec<(usize, Key)> =
        leads.iter().map(|(key, lead)| (lead.findings.len(), key.clone())).collect();
    counts.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    for (_, key) in counts.into_iter().skip(HOSTS_MAX) {
        leads.remove(&key);
    }
}

/// How the leads' hosts are known again. Logs that name no host belong to the host whose other
/// logs lie in the same folder; where the whole input holds one such host, all of them do.
fn known(leads: &BTreeMap<Key, Lead>, unnamed: &BTreeSet<&str>, harvest: &Harvest) -> Known {
    let mut known = Known::default();
    let mut single = None;
    for (number, (key, lead)) in leads.iter().enumerate() {
        match key {
            Key::Name(name) => {
                known.names.insert(name.clone(), number);
            }
            Key::Folder(_) => {
                known.unnamed.insert(number);
                single = Some(number);
            }
        }
        for folder in &lead.folders {
            known.folders.entry(folder.clone()).or_insert(number);
        }
    }
    let places: BTreeSet<(&str, &str)> = harvest
        .origins
        .iter()
        .zip(&harvest.files)
        .map(|(origin, file)| (origin.source.about().name, folder(file)))
        .filter(|(source, _)| unnamed.contains(source))
        .collect();
    if places.len() <= unnamed.len() {
        known.any = single;
    }
    known
}
