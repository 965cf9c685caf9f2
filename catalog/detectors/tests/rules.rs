//! Every built-in rule against the records on its page.
#![allow(clippy::disallowed_methods, reason = "tests read the rules where they stand")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on must fail")]

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use common::{judge, load};
use detectors::builtin_rules;
use model::finding::{Effect, Severity};

const FIRES: &str = "## Fires";
const SILENT: &str = "## Stays silent";

/// The fenced records below a heading.
fn records<'p>(page: &'p str, heading: &str) -> Vec<&'p str> {
    let (_, after) = page.split_once(heading).expect("the heading");
    let section = after.split_once("\n## ").map_or(after, |(section, _)| section);
    let mut records = Vec::new();
    let mut rest = section;
    while let Some((_, after)) = rest.split_once("```") {
        let (_, after) = after.split_once('\n').expect("a line behind the fence");
        let (record, behind) = after.split_once("```").expect("a fence that ends");
        records.push(record);
        rest = behind;
    }
    records
}

/// Whether a rule judges single CloudTrail records. Pages of the others hold whole logs:
/// `yagura rules test` reads them with the source that knows them.
fn is_of_one_call(text: &str) -> bool {
    text.contains("service: cloudtrail") && !text.contains("\ncorrelation:")
}

#[test]
fn every_rule_keeps_what_its_page_promises() {
    let mut cases = 0;
    for (file, text) in builtin_rules().iter().filter(|(_, text)| is_of_one_call(text)) {
        let page = fs::read_to_string(root().join(file).with_extension("md")).unwrap();
        let sigma = load(&[(*file, text)]);
        let (fires, silent) = (records(&page, FIRES), records(&page, SILENT));
        assert!(!fires.is_empty() && !silent.is_empty(), "{file}: a page shows both");
        for heading in ["## False positives", "## What to do"] {
            assert!(page.contains(heading), "{file}: no {heading}");
        }
        // Other kinds of log need their own readers: the program's tests run `rules test`.
        if !text.contains("service: cloudtrail") {
            continue;
        }
        for record in &fires {
            let found = judge(&sigma, record);
            assert_eq!(found.len(), 1, "{file} must fire on {record}");
            let refused = record.contains("\"errorCode\"") || record.contains("\"errorMessage\"");
            let is_attempt = found.iter().all(|(_, effect)| *effect == Effect::Attempt);
            assert_eq!(is_attempt, refused, "{file}: a refused call is an attempt: {record}");
        }
        for record in &silent {
            assert!(judge(&sigma, record).is_empty(), "{file} must not fire on {record}");
        }
        cases += fires.len() + silent.len();
    }
    assert!(cases > 40, "{cases} cases");
}

#[test]
fn the_list_is_the_folder() {
    let mut found = BTreeSet::new();
    let mut folders = vec![root().join("rules")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "yml") {
                found.insert(path.strip_prefix(root()).unwrap().display().to_string());
            }
        }
    }
    let listed: Vec<&str> = builtin_rules().iter().map(|(file, _)| *file).collect();
    assert_eq!(listed, found.iter().map(String::as_str).collect::<Vec<_>>());
}

#[test]
fn every_rule_says_how_bad_it_is_and_what_it_means() {
    let mut ids = BTreeSet::new();
    for (file, text) in builtin_rules() {
        // A correlation comes after the rules that it joins.
        let sigma = load(&[(*file, text)]);
        let rule = sigma.rules().last().expect("a rule");
        assert!(ids.insert(rule.id.clone()), "{file}: the id is another rule's");
        assert!(!rule.techniques.is_empty() && !rule.tactics.is_empty(), "{file}: no ATT&CK tags");
        assert!(rule.description.len() > 80, "{file}: no description");
        assert!(rule.severity < Severity::Critical, "{file}: one call proves no disaster");
        for key in ["\nlevel: ", "\neffect: ", "\nfalsepositives:", "\nreferences:"] {
            assert!(text.contains(key), "{file}: no {key:?}");
        }
    }
}

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

#[test]
fn the_page_of_coverage_names_every_rule_and_no_other() {
    let page = fs::read_to_string(root().join("docs/coverage.md")).unwrap();
    let is_rule = |word: &&str| word.contains('/') && !word.contains([' ', ':', '<']);
    let named: BTreeSet<&str> = page.split('`').skip(1).step_by(2).filter(is_rule).collect();
    let rules: BTreeSet<&str> = builtin_rules()
        .iter()
        .filter_map(|(file, _)| file.strip_prefix("rules/")?.strip_suffix(".yml"))
        .collect();
    let missing: Vec<_> = rules.difference(&named).collect();
    let unknown: Vec<_> = named.difference(&rules).collect();
    assert!(missing.is_empty() && unknown.is_empty(), "missing {missing:?}, unknown {unknown:?}");
    let count = format!("{} files of rules", rules.len());
    assert!(page.contains(&count), "the page says another number than {count}");
}
