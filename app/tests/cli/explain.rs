//! `yagura explain`: the chain from logs and from a saved result, and why something is missing.

use serde_json::Value;

use super::{stdout, yagura};

const SAMPLE: &str = "examples/stolen-key";

fn json(arguments: &[&str]) -> (i32, Value) {
    let all = [&["explain", "--quiet", "--format", "json"], arguments].concat();
    let output = yagura(&all);
    let code = output.status.code().unwrap();
    (code, serde_json::from_str(&stdout(&output)).unwrap_or_default())
}

#[test]
fn a_saved_result_and_the_logs_have_the_same_chain() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("result.json");
    let saved = path.to_str().unwrap();
    yagura(&["investigate", "--quiet", "--format", "json", "-o", saved, SAMPLE]);
    let (code, chain) = json(&["1", SAMPLE]);
    assert_eq!((code, &chain), (0, &json(&["1", saved]).1));
    let uid = chain["uid"].as_str().unwrap();
    assert_eq!(chain, json(&[uid.get(..6).unwrap(), saved]).1, "by the start of its id");

    let classes: Vec<&str> =
        chain["joins"].as_array().unwrap().iter().map(|j| j["class"].as_str().unwrap()).collect();
    assert!(classes.contains(&"session") && classes.contains(&"entity"), "{classes:?}");
    for join in chain["joins"].as_array().unwrap() {
        assert!(join["confidence"].as_f64().unwrap() >= 0.5);
        assert!(join["findings"].as_array().unwrap().len() > 1);
    }
    for step in chain["steps"].as_array().unwrap() {
        assert!(!step["records"].as_array().unwrap().is_empty(), "{step}");
    }
}

#[test]
fn one_step_shows_its_records() {
    let (code, chain) = json(&["1", "--step", "3", SAMPLE]);
    assert_eq!((code, chain["step"].as_u64()), (0, Some(3)));
    let steps = chain["steps"].as_array().unwrap();
    let step = steps.iter().find(|step| step["n"] == 3).unwrap();
    assert!(step["records"][0]["raw"].as_str().unwrap().contains("CreateUser"));
    assert_eq!(json(&["1", "--step", "999", SAMPLE]).0, 2);
    assert_eq!(json(&["9", SAMPLE]).0, 2);
}

#[test]
fn what_is_not_in_the_incident_is_explained() {
    let (code, answer) = json(&["1", "--why-not", "192.0.2.15", SAMPLE]);
    assert_eq!((code, &answer["in_incident"]), (1, &Value::Bool(false)));
    assert!(!answer["records"].as_array().unwrap().is_empty(), "{answer}");

    let (code, answer) = json(&["1", "--why-not", "198.51.100.250", SAMPLE]);
    assert_eq!((code, answer["records"].as_array().unwrap().len()), (1, 0));

    let (code, answer) = json(&["1", "--why-not", "203.0.113.66", SAMPLE]);
    assert_eq!((code, &answer["role"]), (0, &"attacker".into()));
    let apart = answer["findings"].as_array().unwrap();
    assert!(apart.iter().any(|it| it["barriers"][0]["class"] == "severity"), "{answer}");
}

#[test]
fn it_speaks_japanese() {
    let output = yagura(&["explain", "--quiet", "--lang", "ja", "1", SAMPLE]);
    assert!(stdout(&output).contains("一つのインシデントとした理由"));
}
