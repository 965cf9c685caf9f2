//! Attempts against public lists of attacks and of honest values: the figures of the promise.

#![allow(clippy::disallowed_methods, reason = "reads corpus files")]
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "tests")]

use std::collections::BTreeMap;

use detectors::web::{Attack, Class, class, decode, is_fragment, judge, judge_body, judge_header};

/// What a value is taken for, in any of the forms it may take.
fn of(value: &str, plus: bool) -> Option<Class> {
    let mut found = None;
    decode::forms(value, plus, &mut |form| {
        found = class(form);
        found.is_none()
    });
    found
}

#[test]
fn values_of_parameters() {
    let Some(folder) = testkit::corpus("corpus/sqli/httpparams") else { return };
    let mut rows = csv::Reader::from_path(folder.join("payload_train.csv")).unwrap();
    let mut counts: BTreeMap<(String, Option<Class>), u32> = BTreeMap::new();
    let mut pieces = 0;
    let show = std::env::var("SHOW").ok();
    for row in rows.records().map(Result::unwrap) {
        let (value, kind) = (row.get(0).unwrap(), row.get(2).unwrap());
        let found = of(value, false);
        if show.as_deref() == Some(&format!("{kind}:{}", found.map_or("none", Class::word))) {
            eprintln!("{value}");
        }
        let piece = kind == "norm" && is_fragment(&value.to_lowercase());
        if piece && show.as_deref() == Some("pieces") {
            eprintln!("{value}");
        }
        pieces += u32::from(piece);
        *counts.entry((kind.to_owned(), found)).or_default() += 1;
    }
    eprintln!("{counts:?}");
    eprintln!("fragments in honest values: {pieces}");
    let pieces = f64::from(pieces) / 12_870.0;
    assert!(pieces <= 0.005, "{pieces:.4}");
    let all =
        |kind: &str| -> u32 { counts.iter().filter(|((k, _), _)| k == kind).map(|(_, n)| n).sum() };
    let taken = |kind: &str, class| f64::from(*counts.get(&(kind.to_owned(), class)).unwrap_or(&0));
    let honest = taken("norm", None) / f64::from(all("norm"));
    let recall = taken("sqli", Some(Class::Sqli)) / f64::from(all("sqli"));
    assert!(recall >= 0.97, "recall {recall:.4}");
    assert!(honest >= 0.999, "honest values let go {honest:.4}");
    // Whatever is found is found as what it is.
    let own = [Class::Sqli, Class::Xss, Class::Traversal, Class::Command];
    for (kind, own) in ["sqli", "xss", "path-traversal", "cmdi"].iter().zip(own) {
        let found = f64::from(all(kind)) - taken(kind, None);
        let wrong = 1.0 - taken(kind, Some(own)) / found;
        assert!(wrong <= 0.05, "{kind}: {wrong:.4} taken for another class");
    }
}

#[test]
fn lists_of_libinjection() {
    let Some(folder) = testkit::corpus("corpus/sqli/libinjection") else { return };
    let (mut all, mut found) = (0_u32, 0_u32);
    for file in testkit::files(&folder) {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        if !name.starts_with("sqli-") {
            continue;
        }
        let text = String::from_utf8_lossy(&testkit::bytes(&file)).into_owned();
        for line in text.lines().filter(|l| !l.is_empty() && !l.starts_with('#')) {
            all += 1;
            if of(line, true).is_some() || of(line, false).is_some() {
                found += 1;
            } else if std::env::var("SHOW").is_ok_and(|s| s == "lists") {
                eprintln!("{name}: {line}");
            }
        }
    }
    let recall = f64::from(found) / f64::from(all);
    eprintln!("libinjection lists: {found} of {all}, {recall:.4}");
    assert!(recall >= 0.98, "{recall:.4}");
}

/// The cases of the rule set: of SQL injection, and of all other families.
fn cases() -> Option<Vec<serde_json::Value>> {
    let sql = testkit::corpus("corpus/sqli/crs942")?.join("cases.jsonl");
    let all = testkit::corpus("corpus/web_attacks/crs")?.join("cases.jsonl.gz");
    let mut text = testkit::bytes(&all);
    text.extend(testkit::bytes(&sql));
    let text = String::from_utf8_lossy(&text).into_owned();
    Some(text.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

#[test]
fn cases_of_the_core_rule_set() {
    let Some(cases) = cases() else { return };
    let Some(rules) = testkit::corpus("corpus/web_attacks/crs") else { return };
    let rules = testkit::bytes(&rules.join("rules.tsv"));
    let rules = String::from_utf8_lossy(&rules).into_owned();
    let level = |rule: &serde_json::Value| {
        let line = rules.lines().find(|l| l.starts_with(&rule.to_string()));
        line.and_then(|l| l.split('\t').nth(2)).unwrap_or("?").to_owned()
    };
    // By family, level and what is right: all cases, those taken for an attack, those taken for
    // an attack or for a fragment of one.
    let mut counts: BTreeMap<(String, String, bool), [u32; 3]> = BTreeMap::new();
    for case in &cases {
        let Some(fire) = case["fire"].as_bool() else { continue };
        let (rule, level) = (case["rule"].to_string(), level(&case["rule"]));
        let found = attacks(case);
        if found.is_empty() == fire
            && std::env::var("SHOW").is_ok_and(|s| s == format!("crs:{fire}"))
        {
            let (uri, data, headers) = (&case["uri"], &case["data"], &case["headers"]);
            eprintln!("@{level} {rule} {uri} {data} {headers}");
        }
        let family = rule.get(..3).unwrap().to_owned();
        let count = counts.entry((family, level, fire)).or_default();
        count[0] += 1;
        count[1] += u32::from(found.iter().any(|one| one.sure));
        count[2] += u32::from(!found.is_empty());
    }
    for ((family, level, fire), [all, sure, any]) in &counts {
        eprintln!("family {family} level {level} must fire {fire}: {sure} {any} of {all}");
    }
    let sum = |of: &dyn Fn(&str, &str) -> bool| {
        let chosen = counts.iter().filter(|((family, level, fire), _)| *fire && of(family, level));
        chosen.fold([0, 0, 0], |s, (_, c)| [s[0] + c[0], s[1] + c[1], s[2] + c[2]])
    };
    let rate = |[all, _, any]: [u32; 3]| f64::from(any) / f64::from(all);
    // Families 95x judge answers' bodies, which no log has.
    let first = sum(&|family, level| level == "1" && !family.starts_with("95"));
    let sql = sum(&|family, _| family == "942");
    let rest = sum(&|family, level| level != "1" && family != "942");
    eprintln!(
        "level 1: {first:?} {:.4}; SQL: {sql:?} {:.4}; rest: {rest:?}",
        rate(first),
        rate(sql)
    );
    assert!(rate(first) >= 0.82, "{first:?}");
    assert!(rate(sql) >= 0.85, "{sql:?}");
}

/// What a case of the rule set is taken for: by its target, its body, its headers.
fn attacks(case: &serde_json::Value) -> Vec<Attack> {
    let is = |name: &str| case[name].as_str().unwrap_or_default().to_owned();
    let mut found = judge(&is("method"), &is("uri"));
    found.extend(judge_body(&is("data")));
    for (name, value) in case["headers"].as_object().into_iter().flatten() {
        if !matches!(name.as_str(), "Accept" | "Host" | "Content-Type") {
            found.extend(judge_header(name, value.as_str().unwrap_or_default()));
        }
    }
    found
}
