//! The steps of an incident: issuing calls, findings, and what else was done with the credentials.

use std::collections::{BTreeMap, BTreeSet};

use model::finding::Evidence;
use model::seam::report::Language;
use model::{Effect, EntityKind, Finding, Id, Step};
use rustc_hash::FxHashMap;

use crate::deeds::{Trace, place};
use crate::index::{Index, Issued};
use crate::recall::Recalled;
use crate::tell::{self, Deed};

/// A step in the making.
struct Draft {
    step: Step,
    /// The credential it was made with.
    used: Option<String>,
    /// The credential it handed out.
    hands_out: Option<String>,
}

/// What the steps are drawn from.
pub(crate) struct Drawn<'d> {
    pub(crate) findings: &'d [&'d Finding],
    pub(crate) grants: &'d [&'d Issued],
    pub(crate) deeds: &'d [(&'d str, &'d Trace)],
    pub(crate) recalled: &'d Recalled,
    pub(crate) index: &'d Index<'d>,
    pub(crate) language: Language,
}

/// The story, in order of time, with causes.
pub(crate) fn steps(from: &Drawn<'_>) -> Vec<Step> {
    let mut drafts = findings(from);
    let mut at_event: FxHashMap<Id, usize> = FxHashMap::default();
    for (at, draft) in drafts.iter().enumerate() {
        at_event.extend(draft.step.evidence.iter().map(|evidence| (evidence.event, at)));
    }
    let mut told: BTreeSet<Id> = at_event.keys().copied().collect();
    for (grant, evidence) in from.grants {
        told.insert(evidence.event);
        let step = tell::grant(from.language, grant, evidence);
        match at_event.get(&evidence.event).and_then(|at| drafts.get_mut(*at)) {
            // The issuing call is a finding already: one step, with both things said.
            Some(known) => {
                known.step.text = format!("{} {}", step.text, known.step.text);
                known.hands_out.get_or_insert_with(|| grant.child.clone());
                known.used.clone_from(&grant.parent);
            }
            None => drafts.push(Draft {
                step,
                used: grant.parent.clone(),
                hands_out: Some(grant.child.clone()),
            }),
        }
    }
    drafts.extend(deeds(from, &told));
    drafts.sort_by(|a, b| key(&a.step).cmp(&key(&b.step)));
    caused(from.language, drafts)
}

fn key(step: &Step) -> (model::Time, model::Time, &[Evidence], &str) {
    (step.start, step.end, &step.evidence, &step.text)
}

/// The findings as steps. A call into another account is recorded there too, by a record that
/// names no key: the finding of that copy is the same step as the finding of the call.
fn findings(from: &Drawn<'_>) -> Vec<Draft> {
    let mut drafts: Vec<Draft> = Vec::new();
    let mut calls: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let (mut copies, mut others): (Vec<&Finding>, Vec<&Finding>) =
        from.findings.iter().copied().partition(|finding| is_copy(finding, from.index));
    // Of several rules on the same records the one that says most tells the step.
    let weight = |f: &Finding| (f.severity(), f.effect, f.detail.is_some());
    for all in [&mut copies, &mut others] {
        all.sort_by(|a, b| weight(b).cmp(&weight(a)).then_with(|| a.id.cmp(&b.id)));
    }
    let mut told: BTreeMap<(Vec<Id>, u64), usize> = BTreeMap::new();
    for finding in others {
        let events: Vec<Id> = finding.evidence.iter().map(|evidence| evidence.event).collect();
        let number = *told.entry((events, finding.count)).or_insert(drafts.len());
        if let Some(known) = drafts.get_mut(number) {
            tell::also(from.language, &mut known.step, finding);
            continue;
        }
        for evidence in &finding.evidence {
            if let Some((grant, _)) = from.index.by(evidence.event) {
                calls.insert((&finding.rule.id, &grant.child), drafts.len());
            }
        }
        let step = tell::finding(from.language, finding);
        drafts.push(Draft { step, used: finding.credential.clone(), hands_out: None });
    }
    for copy in copies {
        let events: Vec<Id> = copy.evidence.iter().map(|evidence| evidence.event).collect();
        let known = told.get(&(events.clone(), copy.count));
        if let Some(known) = known.and_then(|at| drafts.get_mut(*at)) {
            tell::also(from.language, &mut known.step, copy);
            continue;
        }
        let child = copy.credential.as_deref().unwrap_or_default();
        let call = calls.get(&(copy.rule.id.as_str(), child));
        if let Some(call) = call.and_then(|at| drafts.get_mut(*at)) {
            call.step.evidence.extend(copy.evidence.iter().cloned());
            continue;
        }
        told.insert((events, copy.count), drafts.len());
        let step = tell::finding(from.language, copy);
        drafts.push(Draft { step, used: None, hands_out: Some(child.to_owned()) });
    }
    drafts
}

/// Whether a finding is of an issuing call recorded without its caller's key: it goes by the key
/// that was handed out, at the time when that was handed out.
fn is_copy(finding: &Finding, index: &Index<'_>) -> bool {
    let issued = finding.credential.as_deref().and_then(|c| index.sessions.issued(c));
    issued.is_some_and(|(_, evidence)| evidence.time == finding.first && finding.count == 1)
}

/// Numbers the causes: a step made with a credential was caused by the step that handed it out.
fn caused(language: Language, drafts: Vec<Draft>) -> Vec<Step> {
    let mut issued_at: BTreeMap<String, usize> = BTreeMap::new();
    for (at, draft) in drafts.iter().enumerate() {
        if let Some(child) = &draft.hands_out {
            issued_at.entry(child.clone()).or_insert(at + 1);
        }
    }
    let mut out = Vec::with_capacity(drafts.len());
    for (at, Draft { mut step, used, .. }) in drafts.into_iter().enumerate() {
        if let Some(credential) = used
            && let Some(cause) = issued_at.get(&credential)
            && *cause <= at
        {
            step.caused_by.push((*cause, tell::made_with(language, &credential)));
        }
        out.push(step);
    }
    out
}

/// Deleting for good.
const DESTROYED: &str = "T1485";

/// Whether an action writes objects.
fn puts(action: &str) -> bool {
    let verb = action.split_once(':').map_or(action, |(_, verb)| verb);
    ["PutObject", "CopyObject", "CompleteMultipartUpload"].contains(&verb)
}

/// What else the credentials changed or were refused.
fn deeds(from: &Drawn<'_>, told: &BTreeSet<Id>) -> Vec<Draft> {
    let mut out = Vec::new();
    let destroyed =
        from.findings.iter().filter(|f| f.rule.techniques.iter().any(|t| t == DESTROYED));
    let buckets = destroyed.flat_map(|f| &f.entities).filter(|e| e.kind == EntityKind::Bucket);
    let mut emptied: BTreeSet<&str> = buckets.map(|e| e.value.as_ref()).collect();
    for (credential, trace) in from.deeds {
        if told.contains(&trace.evidence.event) {
            continue;
        }
        let Some(record) = from.recalled.get(&place(&trace.evidence)) else { continue };
        let deed = Deed {
            action: &record.action,
            first: trace.first,
            last: trace.last,
            count: trace.count(),
            refused: trace.refused,
            address: record.address.as_deref(),
            entities: &record.entities,
            evidence: std::slice::from_ref(&trace.evidence),
        };
        let mut step = tell::deed(from.language, &deed);
        let buckets = || record.entities.iter().filter(|e| e.kind == EntityKind::Bucket);
        if step.techniques.iter().any(|t| t == DESTROYED) {
            emptied.extend(buckets().map(|bucket| bucket.value.as_ref()));
        } else if puts(&record.action)
            && !trace.refused
            && buckets().any(|bucket| emptied.contains(bucket.value.as_ref()))
        {
            // What is put where objects were just deleted takes their place: a note, locked data.
            (step.stage, step.effect) = ("impact".into(), Effect::Impact);
            step.techniques = vec!["T1486".into()];
        }
        out.push(Draft { step, used: Some((*credential).to_owned()), hands_out: None });
    }
    out
}
