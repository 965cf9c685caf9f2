//! Real logs, where they lie beside the checkout: read whole, told as one story.

use std::path::PathBuf;

use crate::{conserved, investigate, root, yagura};

/// A folder of the shared data, or a word that the test is skipped.
fn shared(path: &str) -> Option<PathBuf> {
    let folder = root().join("../shared").join(path);
    if folder.exists() {
        return Some(folder);
    }
    eprintln!("skipped: ../shared/{path} is not beside the checkout");
    None
}

#[test]
fn the_corpora_of_the_first_four_sources_are_read_whole() {
    for (path, rejects_allowed) in
        [("corpus/cloudtrail", 18), ("corpus/vpc_flow", 0), ("corpus/web_access", 1)]
    {
        let Some(folder) = shared(path) else { continue };
        let (_, json) = investigate(&[folder.to_str().unwrap()]);
        conserved(&json);
        let tally = &json["tally"];
        assert!(tally["events"].as_u64().unwrap() > 20, "{path}: {tally:#}");
        assert!(tally["rejects"].as_u64().unwrap() <= rejects_allowed, "{path}: {tally:#}");
    }
}

#[test]
fn a_federated_intrusion_is_one_incident() {
    let Some(folder) = shared("scenarios/federation-mining") else { return };
    let truth = std::fs::read(folder.join("truth.json")).unwrap();
    let truth: serde_json::Value = serde_json::from_slice(&truth).unwrap();
    let (code, json) = investigate(&[folder.join("s3").to_str().unwrap()]);
    assert_eq!(code, 1);
    conserved(&json);
    assert_eq!(
        json["tally"]["by_source"][0]["events"],
        truth["counts"]["cloudtrail_unique_eventIDs"]
    );
    let worst = &json["incidents"][0];
    let has = |value: &serde_json::Value| {
        worst["entities"].as_array().unwrap().iter().any(|e| &e["value"] == value)
    };
    for key in truth["verdict"]["access_keys"].as_array().unwrap() {
        assert!(has(key), "the intruder's credential {key} is missing");
    }
    for region in ["ap-northeast-1", "us-east-1"] {
        for instance in
            truth["verdict"]["malicious_instances_by_region"][region].as_array().unwrap()
        {
            assert!(has(instance), "{instance} of {region} is missing");
        }
    }
    for decoy in ["192.0.2.210", "192.0.2.201"] {
        assert!(!has(&decoy.into()), "{decoy} is no part of it");
    }
}

#[test]
fn real_input_is_read_the_same_by_one_thread_and_two() {
    let Some(folder) = shared("scenarios/federation-mining/s3") else { return };
    let mut parts: Vec<String> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path().to_str().unwrap().to_owned())
        .collect();
    parts.sort();
    let run = |threads: &str, parts: &[String]| {
        let mut arguments = vec!["investigate", "--format", "json", "--threads", threads];
        arguments.extend(parts.iter().map(String::as_str));
        yagura(&arguments).stdout
    };
    let one = run("1", &parts);
    parts.reverse();
    assert_eq!(one, run("2", &parts));
}
