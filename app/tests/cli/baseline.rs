//! Baselines: learned from logs, the same whatever the parts, shown and explained.

use std::path::Path;

use serde_json::Value;
use testkit::mmdb;

use crate::{investigate, root, stderr, stdout, yagura};

const WEEKS: &str = "examples/baseline/weeks";

/// Learns into a file; what was said.
fn build(out: &Path, arguments: &[&str]) -> String {
    let mut all = vec!["baseline", "build", "--out", out.to_str().unwrap()];
    all.extend(arguments);
    let output = yagura(&all);
    assert!(output.status.success(), "{}", stderr(&output));
    stderr(&output)
}

fn explain(file: &Path, who: &str) -> Value {
    let file = file.to_str().unwrap();
    let output = yagura(&["baseline", "explain", file, who, "--format", "json"]);
    assert!(output.status.success(), "{}", stderr(&output));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The values of a feature of the first entity.
fn values(told: &Value, feature: &str) -> Vec<String> {
    let features = told["entities"][0]["features"].as_array().unwrap();
    let of = features.iter().find(|one| one["feature"] == feature);
    let values = of.and_then(|one| one["values"].as_array()).into_iter().flatten();
    values.map(|one| one["value"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_same_logs_give_the_same_bytes_in_any_parts() {
    let folder = tempfile::tempdir().unwrap();
    let [whole, once, again, parts] =
        ["whole", "once", "again", "parts"].map(|name| folder.path().join(name));
    build(&whole, &[WEEKS]);
    build(&once, &["--threads", "1", WEEKS]);
    assert_eq!(std::fs::read(&whole).unwrap(), std::fs::read(&once).unwrap());
    build(&once, &["--from", "2026-05-13", WEEKS]);
    build(&again, &["--to", "2026-05-12", WEEKS]);
    let with = [once.to_str().unwrap(), again.to_str().unwrap()];
    build(&parts, &["--with", with[0], "--with", with[1]]);
    assert_eq!(std::fs::read(&whole).unwrap(), std::fs::read(&parts).unwrap());
}

#[test]
fn answers_have_the_promised_shapes() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("usual");
    build(&file, &[WEEKS]);
    let schema = std::fs::read(root().join("docs/schema/baseline.schema.json")).unwrap();
    let schema: Value = serde_json::from_slice(&schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let shown = yagura(&["baseline", "show", file.to_str().unwrap(), "--format", "json"]);
    let shown: Value = serde_json::from_slice(&shown.stdout).unwrap();
    for answer in [shown, explain(&file, "arn:")] {
        assert_eq!(answer["entities"].as_array().map(Vec::is_empty), Some(false));
        let wrong: Vec<String> = validator.iter_errors(&answer).map(|e| e.to_string()).collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}

#[test]
fn what_is_usual_is_told_in_words_and_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("usual");
    let said = build(&file, &[WEEKS]);
    assert!(said.contains("learned from 237 of 237 records: 5 entities"), "{said}");
    assert!(said.contains("all of it counts as usual"), "{said}");
    let told = explain(&file, "role/deploy");
    assert_eq!(told["schema"], "yagura.usual/1");
    assert_eq!(values(&told, "network"), ["203.0.113.0/24"]);
    assert_eq!(values(&told, "agent"), ["aws-cli/2"]);
    assert_eq!(values(&told, "action").len(), 6);
    let name = file.to_str().unwrap();
    let text = stdout(&yagura(&["baseline", "explain", name, "deploy"]));
    assert!(text.contains("action: 6 values on 15 days; the next is new with 9.9 %"), "{text}");
    let japanese = stdout(&yagura(&["baseline", "explain", name, "deploy", "--lang", "ja"]));
    assert!(japanese.contains("操作：15 日間に値 6 個"), "{japanese}");
    let shown = stdout(&yagura(&["baseline", "show", name]));
    assert!(shown.contains("user/alice: 60 events on 15 days"), "{shown}");
    let nobody = yagura(&["baseline", "explain", name, "nobody"]);
    assert_eq!(nobody.status.code(), Some(1));
}

/// Investigates the night by the weeks, without rules.
fn night(lang: &str, paths: &[&str]) -> (i32, Value) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("usual");
    build(&file, &[WEEKS]);
    let mut all = vec!["--no-builtin-rules", "--lang", lang, "--baseline", file.to_str().unwrap()];
    all.extend(paths);
    investigate(&all)
}

fn findings(told: &Value, rule: &str) -> Vec<String> {
    let all = told["findings"].as_array().unwrap().iter();
    let of = all.filter(|one| one["rule"]["id"] == rule);
    of.map(|one| one["text"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn what_is_unusual_for_whoever_does_it_is_found_and_explained() {
    let (code, told) = night("en", &["examples/baseline/night"]);
    assert_eq!(code, 1);
    let strong = findings(&told, "behavior.surprise.strong");
    assert_eq!(strong.len(), 1);
    for piece in [
        "role/deploy did on 2026-05-26 what is unusual for it, 50.8 bits",
        "action secretsmanager:GetSecretValue (UNSEEN: on 0 of 15 days since 2026-05-04",
        "network it comes from 198.51.100.0/24",
        "usual: 203.0.113.0/24",
        "program it calls with python-requests/2",
    ] {
        assert!(strong[0].contains(piece), "{piece} is not in {}", strong[0]);
    }
    // Somebody who looks at something new is a signal, and no incident.
    assert_eq!(findings(&told, "behavior.new.action").len(), 1);
    let incidents = told["incidents"].as_array().unwrap();
    assert_eq!(incidents.len(), 1);
    assert_eq!(incidents[0]["severity"], "high");
    let (_, japanese) = night("ja", &["examples/baseline/night"]);
    let strong = findings(&japanese, "behavior.surprise.strong");
    assert!(strong[0].contains("の 2026-05-26 の行動は通常と異なる"), "{}", strong[0]);
}

#[test]
fn what_was_learned_is_not_unusual_and_it_is_said() {
    let (code, told) = night("en", &[WEEKS]);
    assert_eq!(code, 0);
    assert!(told["findings"].as_array().unwrap().is_empty());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("usual");
    build(&file, &[WEEKS]);
    let output = yagura(&["investigate", "--baseline", file.to_str().unwrap(), WEEKS]);
    let text = stdout(&output);
    assert!(text.contains("what is in both counts as usual"), "{text}");
}

#[test]
fn attacks_are_left_out_by_time_or_by_incident() {
    let folder = tempfile::tempdir().unwrap();
    let [file, result] = ["usual", "result.json"].map(|name| folder.path().join(name));
    let poisoned = [WEEKS, "examples/baseline/night"];
    build(&file, &poisoned);
    assert!(values(&explain(&file, "role/deploy"), "network").contains(&"198.51.100.0/24".into()));
    let spell = ["--leave-out", "2026-05-26T03:00:00Z/2026-05-26T04:00:00Z"];
    let said = build(&file, &[&spell[..], &poisoned].concat());
    assert!(said.contains("5 events were left out"), "{said}");
    assert_eq!(values(&explain(&file, "role/deploy"), "network"), ["203.0.113.0/24"]);
    let incident = r#"{"incidents": [{"first": "2026-05-26T03:12:00Z",
        "last": "2026-05-26T03:40:00Z", "entities":
        [{"type": "ip", "value": "198.51.100.77", "role": "attacker"},
         {"type": "role", "value": "reporting", "role": "bystander"}]}]}"#;
    std::fs::write(&result, incident).unwrap();
    let incidents = ["--incidents", result.to_str().unwrap()];
    let said = build(&file, &[&incidents[..], &poisoned].concat());
    assert!(said.contains("5 events were left out"), "{said}");
}

#[test]
fn countries_and_operators_are_learned_from_a_database() {
    let folder = tempfile::tempdir().unwrap();
    let [file, places] = ["usual", "places.mmdb"].map(|name| folder.path().join(name));
    let rows = [
        mmdb::city(("203.0.113.0", 24), "Tokyo", "JP", (35.69, 139.69)),
        mmdb::city(("198.51.100.0", 24), "Berlin", "DE", (52.52, 13.41)),
    ];
    std::fs::write(&places, mmdb::build(&rows)).unwrap();
    let places = ["--geoip", places.to_str().unwrap()];
    build(&file, &[&places[..], &[WEEKS]].concat());
    assert_eq!(values(&explain(&file, "role/deploy"), "country"), ["JP"]);
    let baseline = ["--no-builtin-rules", "--baseline", file.to_str().unwrap()];
    let night = ["examples/baseline/night"];
    let (_, told) = investigate(&[&baseline[..], &places[..], &night[..]].concat());
    let strong = findings(&told, "behavior.surprise.strong");
    assert!(strong[0].contains("and 7 more"), "the country, too: {}", strong[0]);
    let (_, without) = investigate(&[&baseline[..], &night[..]].concat());
    let strong = findings(&without, "behavior.surprise.strong");
    assert!(strong[0].contains("and 6 more"), "{}", strong[0]);
}

/// An attack is kept as a case: while it is open it is not learned; closed as harmless it counts
/// half, and is learned.
#[test]
fn cases_teach_the_baseline() {
    let folder = tempfile::tempdir().unwrap();
    let [file, again, state] = ["usual", "again", "state"].map(|name| folder.path().join(name));
    build(&file, &[WEEKS]);
    let (file, state) = (file.to_str().unwrap(), state.to_str().unwrap());
    let look = ["--no-builtin-rules", "--baseline", file, "--state", state];
    let night = "examples/baseline/night";
    let look = [&look[..], &[night]].concat();
    let (code, _) = investigate(&look);
    assert_eq!(code, 1);
    let from_state = ["--state", state, WEEKS, night];
    let said = build(&again, &from_state);
    assert!(said.contains("5 events were left out"), "{said}");
    let closed = yagura(&["case", "close", "C-1", "--resolution", "benign", "--state", state]);
    assert!(closed.status.success(), "{}", stderr(&closed));
    let (code, told) = investigate(&look);
    assert_eq!(code, 0);
    let several = findings(&told, "behavior.surprise");
    assert!(several[0].contains("counts half, as C-1 was closed as harmless"), "{told}");
    let said = build(&again, &from_state);
    assert!(!said.contains("left out"), "{said}");
}

/// Flow records of a machine: a database inside and one network outside, each two hours; on the
/// last day one more peer.
fn flows(days: std::ops::Range<i64>, more: &str) -> String {
    let line = |second: i64, to: &str, port: u16| {
        let end = second + 60;
        let ends = format!("10.0.1.7 {to} 40123 {port} 6 20 9000 {second} {end}");
        format!("2 111122223333 eni-0a1b2c3d4e5f60001 {ends} ACCEPT OK\n")
    };
    let header = "version account-id interface-id srcaddr dstaddr srcport dstport protocol \
                  packets bytes start end action log-status\n";
    let mut lines = vec![header.to_owned()];
    for hour in (days.start * 24..days.end * 24).step_by(2) {
        let second = 1_777_852_800 + hour * 3600;
        lines.push(line(second, "10.0.9.5", 5432));
        lines.push(line(second + 60, "203.0.113.40", 443));
        if !more.is_empty() {
            lines.push(line(second + 120, more, 8443));
        }
    }
    lines.concat()
}

#[test]
fn a_first_contact_of_a_machine_is_told_and_the_usual_ones_are_not() {
    let folder = tempfile::tempdir().unwrap();
    let [file, weeks, calm, odd] =
        ["usual", "weeks.log", "calm.log", "odd.log"].map(|name| folder.path().join(name));
    std::fs::write(&weeks, flows(0..14, "")).unwrap();
    std::fs::write(&calm, flows(15..16, "")).unwrap();
    std::fs::write(&odd, flows(15..16, "198.51.100.9")).unwrap();
    build(&file, &[weeks.to_str().unwrap()]);
    assert_eq!(values(&explain(&file, "10.0.1.7"), "peer"), ["10.0.9.0/24", "203.0.113.0/24"]);
    let look = |logs: &Path| {
        let baseline = ["--baseline", file.to_str().unwrap()];
        investigate(&[&baseline[..], &[logs.to_str().unwrap()]].concat())
    };
    let (code, told) = look(&calm);
    assert_eq!((code, told["findings"].as_array().map(Vec::len)), (0, Some(0)));
    let (code, told) = look(&odd);
    assert_eq!(code, 0, "a first contact alone is no incident");
    let contact = findings(&told, "behavior.new.contact");
    assert_eq!(contact.len(), 1, "{told}");
    assert!(contact[0].contains("network it speaks to 198.51.100.0/24 (UNSEEN"), "{contact:?}");
}

#[test]
fn what_is_no_baseline_is_refused_with_a_remedy() {
    let output = yagura(&["baseline", "show", "README.md"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("this is no baseline"), "{}", stderr(&output));
    let nothing = yagura(&["baseline", "build", "--out", "/tmp/none", "LICENSE-MIT"]);
    assert_eq!(nothing.status.code(), Some(3));
}
