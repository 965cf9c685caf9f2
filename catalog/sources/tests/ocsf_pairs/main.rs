//! How far our events agree with the OCSF project's own examples of raw and mapped records, which
//! lie beside the checkout: what is measured stands in docs/ocsf.md, and cannot fall unseen.

#![allow(clippy::disallowed_methods, reason = "the pairs are files")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests fail so")]
#![allow(clippy::print_stdout, reason = "the counts are for the person at the terminal")]

mod compare;
mod page;

use std::path::Path;

use compare::{Difference, Pair, Score};
use model::seam::source::ReadSettings;
use serde_json::Value;
use testkit::{bytes, collect, corpus};

/// Differences that have a reason: the pair, the path, each with `*` for any text at its end; why.
const EXPLAINED: &str = include_str!("explained.tsv");

#[test]
fn our_events_agree_with_the_published_pairs() {
    let Some(folder) = corpus("corpus/ocsf/pairs") else { return };
    let index = String::from_utf8(bytes(&folder.join("index.jsonl"))).unwrap();
    let mut score = Score::default();
    let mut unread = Vec::new();
    for line in index.lines() {
        let about: Value = serde_json::from_str(line).unwrap();
        let name = about["name"].as_str().unwrap();
        match pair(&folder, name) {
            Some(pair) => compare::pair(&pair, &mut score),
            None => unread.push(name.to_owned()),
        }
    }
    let reasons: Vec<Vec<&str>> = EXPLAINED
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split('\t').collect())
        .collect();
    let reason = |difference: &Difference| {
        let row = reasons.iter().find(|row| {
            fits(row[0], &difference.pair) && row[1].split(' ').any(|p| fits(p, &difference.path))
        });
        row.map(|row| row[2])
    };
    let unexplained: Vec<String> =
        score.differences.iter().filter(|d| reason(d).is_none()).map(Difference::told).collect();
    println!("{}", page::table(&score));
    println!("not read: {unread:?}");
    assert!(unexplained.is_empty(), "differences without a reason:\n{}", unexplained.join("\n"));
    let idle: Vec<&Vec<&str>> = reasons
        .iter()
        .filter(|row| !score.differences.iter().any(|d| reason(d) == Some(row[2])))
        .collect();
    assert!(idle.is_empty(), "explained.tsv explains what agrees: {idle:?}");
    page::hold(&score, &unread, &reason);
}

/// A pair whose raw record is of a kind that we know.
fn pair(folder: &Path, name: &str) -> Option<Pair> {
    let raw = bytes(&folder.join(format!("{name}.raw")));
    let sample = &raw[..raw.len().min(frame::SAMPLE_MAX)];
    let (source, _) = sources::recognise(sample)?;
    let theirs: Value =
        serde_json::from_slice(&bytes(&folder.join(format!("{name}.ocsf")))).ok()?;
    let theirs = match theirs {
        Value::Array(list) => list,
        one => vec![one],
    };
    let (events, rejects) = collect(source, &raw, &ReadSettings::default());
    assert_eq!((events.len(), rejects.len()), (theirs.len(), 0), "{name}: {rejects:?}");
    let ours = events.into_iter().map(|event| event.ocsf).collect();
    Some(Pair { name: name.to_owned(), source: source.about().name, ours, theirs })
}

/// Whether a text fits a pattern, which may end in `*`.
fn fits(pattern: &str, text: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(head) => text.starts_with(head),
        None => text == pattern,
    }
}
