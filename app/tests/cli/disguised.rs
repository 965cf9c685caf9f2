//! Recorded attacks under other names, numbers, addresses and times are found all the same.

use std::fs;

use serde_json::Value;
use testkit::{Disguise, bytes, corpus};

use crate::{conserved, investigate};

/// Recordings whose deed itself was refused; a refusal may also stand before a deed that was done.
const REFUSED: &[&str] = &["aws.execution.ec2-launch-unusual-instances.json"];

/// What was found in a log: the rule, its severity and effect, and how often.
fn findings(path: &str) -> Vec<String> {
    let (_, json) = investigate(&[path]);
    conserved(&json);
    let said = |f: &Value| {
        let rule = &f["rule"]["id"];
        format!("{rule} {} {} {} {}", f["severity"], f["effect"], f["tactics"], f["count"])
    };
    let mut found: Vec<String> = json["findings"].as_array().unwrap().iter().map(said).collect();
    found.sort();
    found
}

fn lines(path: &std::path::Path) -> Vec<Value> {
    let text = String::from_utf8(bytes(path)).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// All but one have the publisher's tactic: an opened port is a weakened defence for us, as it is
/// for ATT&CK (T1562.007), and the beginning of a theft for them.
#[test]
fn recorded_techniques_are_found_whoever_does_them() {
    let Some(folder) = corpus("corpus/cloudtrail/stratus") else { return };
    let truth = lines(&folder.join("truth.jsonl"));
    let text = |file: &Value| {
        String::from_utf8(bytes(&folder.join(file["file"].as_str().unwrap()))).unwrap()
    };
    let mut disguise = Disguise::new(7, 477);
    for file in &truth {
        disguise.learn(&text(file));
    }
    // Names of things that calls tell by the number of a resource, or inside of texts.
    for name in ["stratus-red-team", "stratus_red_team", "stratus", "christophe"] {
        disguise.name(name);
    }
    let scratch = tempfile::tempdir().unwrap();
    let mut right = 0;
    for (number, file) in truth.iter().enumerate() {
        let before = text(file);
        let after = disguise.apply(&before);
        for word in ["stratus", "christophe", "2024-0"] {
            assert!(!after.contains(word), "{word} is left in {file}");
        }
        let other = scratch.path().join(format!("{number}.json"));
        fs::write(&other, after).unwrap();
        let name = file["file"].as_str().unwrap();
        let plain = findings(folder.join(name).to_str().unwrap());
        assert_eq!(findings(other.to_str().unwrap()), plain, "{name}");
        let tactic = file["tactic"].to_string();
        let effect = if REFUSED.contains(&name) { "\"attempt\"" } else { "\"success\"" };
        right += usize::from(
            plain.iter().any(|found| found.contains(&tactic) && found.contains(effect)),
        );
    }
    assert!(truth.len() == 17 && right >= 16, "{right} of {}", truth.len());
}

#[test]
fn the_same_stays_the_same_in_every_file() {
    let record = r#"{"userName":"builder","userIdentity":{"arn":"arn:aws:iam::111122223333:user/builder"},
        "eventTime":"2026-02-28T23:00:00Z","sourceIPAddress":"203.0.113.9","id":"i-0aaaabbbbcccc0001"}"#;
    let mut disguise = Disguise::new(1, 1);
    disguise.learn(record);
    let other: Value = serde_json::from_str(&disguise.apply(record)).unwrap();
    assert_eq!(other["eventTime"], "2026-03-01T23:00:00Z");
    let name = other["userName"].as_str().unwrap();
    assert!(name != "builder" && other["userIdentity"]["arn"].as_str().unwrap().ends_with(name));
    let text = disguise.apply("Mar  1 sshd: builder from 203.0.113.9, 10.0.0.1, 0.0.0.0/0");
    let ip = other["sourceIPAddress"].as_str().unwrap();
    assert_eq!(text, format!("Mar  1 sshd: {name} from {ip}, 10.0.0.1, 0.0.0.0/0"));
    let id = other["id"].as_str().unwrap();
    assert!(id.starts_with("i-") && id.len() == 19 && id != "i-0aaaabbbbcccc0001");
}
