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
