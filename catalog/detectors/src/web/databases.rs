//! Injected statements in a database's log that no known request explains.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use model::Reached;
use model::finding::{Detail, Taken};
use model::seam::detector::Joined;
use sqli::{Feature, Features, features, tables};

use super::detector::Web;
use super::marks::Said;
use super::tell;
use super::verdict::Judged;

/// Different statements of one application that make a finding.
const STATEMENTS_MIN: usize = 3;
/// Records that a finding cites.
const CITED_MAX: usize = 8;

/// What was injected, by who gave it to the database.
pub fn join(web: &Web, said: &[Said], judged: &[Judged]) -> Vec<Joined> {
    let known: BTreeSet<&str> = judged
        .iter()
        .filter_map(|one| one.statement.and_then(|at| said.get(at)))
        .map(|one| one.sql.as_str())
        .collect();
    let mut by: BTreeMap<&str, Vec<(&Said, Features)>> = BTreeMap::new();
    for one in said.iter().filter(|one| !known.contains(one.sql.as_str())) {
        let found = features(&one.sql, one.dialect);
        if is_injected(found) {
            by.entry(one.by.as_str()).or_default().push((one, found));
        }
    }
    by.into_iter().filter_map(|(by, all)| finding(web, by, &all)).collect()
}

/// Whether a statement has what programs do not write by themselves: language that belongs to
/// attacks, together with a sign that it was put into a statement of another.
fn is_injected(found: Features) -> bool {
    let put_in = [Feature::CommentTail, Feature::Constant, Feature::CharBuilding];
    let does = [
        Feature::Union,
        Feature::Sleep,
        Feature::ErrorFunction,
        Feature::Catalog,
        Feature::FileRead,
        Feature::FileWrite,
        Feature::Command,
    ];
    found.any(&put_in) && found.any(&does)
}

fn finding(web: &Web, by: &str, all: &[(&Said, Features)]) -> Option<Joined> {
    let texts: BTreeSet<&str> = all.iter().map(|(one, _)| one.sql.as_str()).collect();
    if texts.len() < STATEMENTS_MIN {
        return None;
    }
    let failed: BTreeSet<&str> =
        all.iter().filter(|(one, _)| one.failed).map(|(one, _)| one.sql.as_str()).collect();
    let ran: Vec<_> = all.iter().filter(|(one, _)| !failed.contains(one.sql.as_str())).collect();
    let reads = |one: &Said, found: Features| {
        found.has(Feature::Union) && tables(&one.sql, one.dialect).len() > 1
    };
    let reached = if ran.iter().any(|(one, found)| reads(one, *found)) {
        Reached::DataReturned
    } else if ran.is_empty() {
        Reached::EscapedWithError
    } else {
        Reached::Executed
    };
    let read: BTreeSet<String> = ran
        .iter()
        .filter(|(one, found)| reads(one, *found))
        .flat_map(|(one, _)| tables(&one.sql, one.dialect))
        .collect();
    let tables: Vec<String> = read.iter().cloned().collect();
    let read_out = ran.iter().filter(|(one, found)| reads(one, *found)).count() as u64;
    let taken = (reached == Reached::DataReturned).then_some(Taken {
        tables,
        rows: read_out,
        exact: false,
    });
    let (text, text_ja) = tell::statements(by, texts.len(), failed.len(), &read);
    let of_best = ran.iter().map(|(one, _)| one.mark).chain(all.iter().map(|(one, _)| one.mark));
    Some(Joined {
        rule: Arc::clone(&web.statements),
        effect: reached.effect(),
        group: super::text::hash(by),
        first: all.first()?.0.time,
        last: all.last()?.0.time,
        count: all.len() as u64,
        marks: of_best.take(CITED_MAX).collect(),
        detail: Some(Detail {
            reached,
            confidence: 0.8,
            text,
            text_ja,
            door: None,
            taken,
            blocks: Vec::new(),
        }),
    })
}
