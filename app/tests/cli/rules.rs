//! Rules as a person meets them: correlations in an investigation, rules that do not load.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::{conserved, investigate, yagura};

const BREAK_IN: &str = "title: Guessed password
id: 5c7f3b1e-59a1-4a55-9a3c-0c5f7c1d2a01
level: high
tags: [attack.credential-access, attack.t1110]
correlation:
  type: temporal_ordered
  rules: [refusals, opened]
  group-by: [sourceIPAddress]
  timespan: 10m
---
title: Refused again and again
name: refusals
correlation:
  type: event_count
  rules: [refused]
  group-by: [sourceIPAddress]
  timespan: 5m
  condition:
    gte: 5
---
title: Console refused
name: refused
logsource: {product: aws, service: cloudtrail}
detection:
  s: {eventName: ConsoleLogin, responseElements.ConsoleLogin: Failure}
  condition: s
---
title: Console opened
name: opened
logsource: {product: aws, service: cloudtrail}
detection:
  s: {eventName: ConsoleLogin, responseElements.ConsoleLogin: Success}
  condition: s
";

/// A console login at a second of the hour.
fn login(second: u32, answer: &str, address: &str) -> String {
    let (minute, second) = (second / 60, second % 60);
    let error = if answer == "Failure" { r#""errorMessage":"Failed authentication","# } else { "" };
    format!(
        r#"{{"eventVersion":"1.08","userIdentity":{{"type":"IAMUser","accountId":"111122223333","userName":"ops"}},"eventTime":"2026-03-04T09:{minute:02}:{second:02}Z","eventSource":"signin.amazonaws.com","eventName":"ConsoleLogin","awsRegion":"us-east-1","sourceIPAddress":"{address}","userAgent":"Mozilla/5.0",{error}"requestParameters":null,"responseElements":{{"ConsoleLogin":"{answer}"}},"eventID":"00000000-0000-4000-8000-{minute:06}{second:06}","eventType":"AwsConsoleSignIn","recipientAccountId":"111122223333"}}"#
    )
}

fn write(folder: &Path, name: &str, records: &[String]) {
    fs::write(folder.join(name), format!(r#"{{"Records":[{}]}}"#, records.join(","))).unwrap();
}

#[test]
fn many_refusals_and_a_success_are_one_finding_whatever_the_files() {
    let folder = tempfile::tempdir().unwrap();
    let rules = folder.path().join("rules.yml");
    fs::write(&rules, BREAK_IN).unwrap();
    let mut records: Vec<String> =
        (0..8).map(|n| login(n * 20, "Failure", "203.0.113.9")).collect();
    records.push(login(200, "Success", "203.0.113.9"));
    records.push(login(300, "Success", "198.51.100.7"));
    let mut answers = Vec::new();
    for split in [10, 3, 1] {
        let logs = folder.path().join(format!("logs{split}"));
        fs::create_dir(&logs).unwrap();
        for (number, part) in records.chunks(split).rev().enumerate() {
            write(&logs, &format!("{number}.json"), part);
        }
        // A copy of the whole must not count twice.
        write(&logs, "copy.json", &records);
        for threads in ["1", "3"] {
            let (_, json) = investigate(&[
                "--no-builtin-rules",
                "--rules",
                rules.to_str().unwrap(),
                "--threads",
                threads,
                logs.to_str().unwrap(),
            ]);
            conserved(&json);
            let findings = json["findings"].as_array().unwrap();
            assert_eq!(findings.len(), 1, "the rules below are silent: {findings:#?}");
            let found = &findings[0];
            assert_eq!(found["rule"]["title"], "Guessed password");
            assert_eq!(found["rule"]["kind"], "correlation");
            assert_eq!(found["effect"], "success");
            assert_eq!(found["severity"], "high");
            let text = found.to_string();
            assert!(text.contains("203.0.113.9") && !text.contains("198.51.100.7"), "{found:#}");
            let cited = found["evidence"].as_array().unwrap();
            assert!((3..=8).contains(&cited.len()), "{found:#}");
            let mut answer = String::new();
            for key in ["id", "first", "last", "count", "entities"] {
                write!(answer, "{} ", found[key]).unwrap();
            }
            answers.push(answer);
        }
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:#?}");
}

#[test]
fn rules_that_do_not_load_are_counted_and_the_run_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let rules = folder.path().join("rules.yml");
    let broken = "---\ntitle: Old style\nlogsource: {product: aws}\ndetection:\n  s: {a: b}\n  \
                  condition: s | count() > 5\n";
    fs::write(&rules, format!("{BREAK_IN}{broken}")).unwrap();
    let log = folder.path().join("log.json");
    write(folder.path(), "log.json", &[login(0, "Success", "203.0.113.9")]);
    let (rules, log) = (rules.to_str().unwrap(), log.to_str().unwrap());
    let (_, json) = investigate(&["--rules", rules, log]);
    let warnings = json["warnings"].to_string();
    assert!(warnings.contains("1 rules did not load"), "{warnings}");
    assert!(warnings.contains("correlation rule"), "{warnings}");
    let output = yagura(&["doctor", "--rules", rules]);
    assert_eq!(output.status.code(), Some(2));
    let text = crate::stdout(&output);
    assert!(text.contains("1 did not load") && text.contains("rules.yml:"), "{text}");
}

/// Rules with a page beside them; the second case under each heading does not hold.
fn pages(folder: &Path) {
    let refused = BREAK_IN.split("---\n").nth(2).unwrap();
    fs::write(folder.join("refused.yml"), refused).unwrap();
    let fence = |record: &str| format!("```json\n{record}\n```\n\n");
    let (no, yes) = (login(1, "Failure", "192.0.2.7"), login(2, "Success", "192.0.2.7"));
    let page = format!(
        "# Refused\n\n## Fires\n\n{}{}## Stays silent\n\n{}{}## What to do\n\n{}",
        fence(&no),
        fence(&yes),
        fence(&yes),
        fence(&no),
        fence("an example, no case"),
    );
    fs::write(folder.join("refused.md"), page).unwrap();
    // A correlation's case is a log of several records.
    fs::write(folder.join("guessed.yml"), BREAK_IN).unwrap();
    let log = |count: u32| {
        let mut records: Vec<String> =
            (0..count).map(|n| login(n, "Failure", "192.0.2.7")).collect();
        records.push(login(60, "Success", "192.0.2.7"));
        fence(&records.join("\n"))
    };
    let page = format!("## Fires\n\n{}## Stays silent\n\n{}", log(5), log(4));
    fs::write(folder.join("guessed.md"), page).unwrap();
}

fn json_of(output: &std::process::Output) -> serde_json::Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn every_builtin_rule_keeps_what_its_page_promises() {
    let output = yagura(&["rules", "test"]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{text}");
}

#[test]
fn cases_beside_rules_are_tried() {
    let folder = tempfile::tempdir().unwrap();
    pages(folder.path());
    let rules = folder.path().to_str().unwrap();
    let output = yagura(&["rules", "test", "--no-builtin-rules", "--rules", rules]);
    assert_eq!(output.status.code(), Some(1));
    let text = crate::stdout(&output);
    assert!(text.contains("stays silent, and should fire"), "{text}");
    assert!(text.contains("fires, and should stay silent"), "{text}");
    assert!(text.contains("2 rule files, 6 cases, 2 failed"), "{text}");
    let output = yagura(&["rules", "test", "--format", "json"]);
    assert_eq!(output.status.code(), Some(0), "the built-in rules keep their promises");
    assert_eq!(json_of(&output)["failed"], 0);
}

#[test]
fn lint_says_file_line_and_remedy() {
    let folder = tempfile::tempdir().unwrap();
    let rule = "title: A\nlogsource: {product: toaster}\ndetection:\n  s:\n    a|re: '('\n  \
                condition: s\n---\ntitle: B\nlogsource: {product: toaster}\ndetection:\n  s: {a: b}\n  \
                condition: s\n";
    fs::write(folder.path().join("odd.yml"), rule).unwrap();
    let rules = folder.path().to_str().unwrap();
    let arguments = ["rules", "lint", "--no-builtin-rules", "--rules", rules, "--format", "json"];
    let output = yagura(&arguments);
    assert_eq!(output.status.code(), Some(1));
    let json = json_of(&output);
    assert_eq!((&json["loaded"], &json["not_loaded"]), (&1.into(), &1.into()));
    let problems = json["problems"].as_array().unwrap();
    let is = |weight: &str, line: u64, what: &str| {
        problems.iter().any(|problem| {
            problem["weight"] == weight
                && problem["line"] == line
                && problem["what"].as_str().unwrap().contains(what)
                && problem["file"].as_str().unwrap().ends_with("odd.yml")
                && problem["remedy"].as_str().unwrap().ends_with('.')
        })
    };
    assert!(is("error", 5, "regular expression"), "{json:#}");
    for what in ["no id", "no level", "no description", "no ATT&CK tag", "product toaster"] {
        assert!(is("warning", 8, what), "{what}: {json:#}");
    }
    let text = crate::stdout(&yagura(&arguments[..5]));
    assert!(text.contains("odd.yml:5: error: rule \"A\""), "{text}");
    assert_eq!(yagura(&["rules", "lint"]).status.code(), Some(0));
}

#[test]
fn explain_shows_every_selection() {
    let folder = tempfile::tempdir().unwrap();
    let rules = folder.path().join("rules.yml");
    fs::write(&rules, BREAK_IN).unwrap();
    let log = folder.path().join("log.json");
    let records = [login(0, "Failure", "192.0.2.7"), login(9, "Success", "192.0.2.7")];
    write(folder.path(), "log.json", &records);
    let (rules, log) = (rules.to_str().unwrap(), log.to_str().unwrap());
    let explain =
        |name: &str| yagura(&["rules", "explain", name, log, "--rules", rules, "--format", "json"]);
    for (name, events, matches) in
        [("refused", 2, 1), ("Console opened", 2, 1), ("Guessed password", 2, 2), (rules, 2, 2)]
    {
        let output = explain(name);
        assert_eq!(output.status.code(), Some(0), "{}", crate::stderr(&output));
        let json = json_of(&output);
        assert_eq!(
            (&json["events"], &json["matches"]),
            (&events.into(), &matches.into()),
            "{name}"
        );
    }
    let json = json_of(&explain("refused"));
    let second = &json["explained"][1];
    assert_eq!((&second["matches"], &second["conditions"][0]), (&false.into(), &"s".into()));
    let lines = second["detections"][0]["lines"].as_array().unwrap();
    let line = lines.iter().find(|l| l["line"].as_str().unwrap().contains("Failure")).unwrap();
    assert_eq!((&line["holds"], &line["event_has"][0]), (&false.into(), &"Success".into()));
    let output = explain("nobody");
    assert_eq!(output.status.code(), Some(2));
    let stops = "aws/logging/cloudtrail_blinded";
    let output = yagura(&["rules", "explain", &format!("rules/{stops}.yml"), log]);
    assert_eq!(output.status.code(), Some(1), "{}", crate::stdout(&output));
    assert!(crate::stdout(&output).contains("0 of 2 events match"));
}

#[test]
fn coverage_is_a_layer() {
    let json = json_of(&yagura(&["rules", "coverage"]));
    assert_eq!(
        (&json["domain"], &json["versions"]["layer"]),
        (&"enterprise-attack".into(), &"4.5".into())
    );
    let techniques = json["techniques"].as_array().unwrap();
    assert!(
        techniques.iter().any(|t| t["techniqueID"] == "T1098" && t["score"].as_u64() > Some(0))
    );
    let text = crate::stdout(&yagura(&["rules", "coverage", "--format", "text"]));
    assert!(text.contains("T1098"), "{text}");
    let list = json_of(&yagura(&["rules", "list", "--format", "json"]));
    assert!(list["loaded"].as_u64() >= Some(10) && list["not_loaded"] == 0);
    assert!(crate::stdout(&yagura(&["rules", "list"])).contains("T1098"));
}
