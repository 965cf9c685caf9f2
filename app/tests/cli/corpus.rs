//! Real logs, where they lie beside the checkout: read whole, told as one story.

use std::path::PathBuf;

use crate::{conserved, investigate, root, yagura};

/// The incidents that somebody has to look at: those who only tried are told as low.
fn serious(json: &serde_json::Value) -> Vec<serde_json::Value> {
    let all = json["incidents"].as_array().unwrap().iter();
    all.filter(|it| it["severity"] != "low").cloned().collect()
}

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
    let gaps = worst["gaps"].as_array().unwrap().iter().map(|gap| gap["source"].as_str().unwrap());
    assert_eq!(gaps.collect::<Vec<_>>(), ["identity_provider"], "the portal's log is not there");
    for decoy in ["192.0.2.210", "192.0.2.201"] {
        assert!(!has(&decoy.into()), "{decoy} is no part of it");
    }
}

/// With the identity provider's log beside the trails: the guessed password, the key that left,
/// and every address of the intruder's.
#[test]
fn a_forged_assertion_is_followed_to_its_key() {
    let Some(folder) = shared("scenarios/federation-mining") else { return };
    let truth = std::fs::read(folder.join("truth.json")).unwrap();
    let truth: serde_json::Value = serde_json::from_slice(&truth).unwrap();
    let parts = ["s3", "app", "findings"].map(|part| folder.join(part));
    let parts: Vec<&str> = parts.iter().map(|part| part.to_str().unwrap()).collect();
    let (_, json) = investigate(&parts);
    let incidents = serious(&json);
    assert_eq!(incidents.len(), 1);
    let it = &incidents[0];
    let attackers: Vec<&serde_json::Value> = it["entities"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|e| e["role"] == "attacker")
        .map(|e| &e["value"])
        .collect();
    let wanted: Vec<&serde_json::Value> =
        truth["verdict"]["attacker_ip"].as_array().unwrap().iter().collect();
    assert_eq!(attackers, wanted);
    let user = truth["verdict"]["compromised_portal_account"].as_str().unwrap();
    assert!(it["entry"]["text"].as_str().unwrap().contains(user), "{}", it["entry"]);
    let tries = &it["steps"][0];
    assert_eq!((&tries["count"], &tries["effect"]), (&178.into(), &"attempt".into()));
    let steps = it["steps"].as_array().unwrap().iter();
    let pools = steps.filter(|step| step["text"].as_str().unwrap().contains("as miners speak"));
    assert_eq!(pools.count(), 3, "one in each region, one of them at an unknown name on port 443");
    let findings = json["findings"].as_array().unwrap().iter();
    let forged = findings.filter(|f| f["rule"]["id"] == "federation.assertion_not_issued");
    assert_eq!(forged.count(), truth["verdict"]["forged_assertion_ids"].as_array().unwrap().len());
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

/// A web server behind a load balancer is taken over by one request and sends spam: one
/// incident, with the request, the server, the numbers of the truth, and nobody else's name.
#[test]
fn the_spam_of_a_compromised_web_server() {
    let Some(folder) = shared("scenarios/web-spam") else { return };
    let truth = std::fs::read_to_string(folder.join("truth.json")).unwrap();
    let truth: serde_json::Value = serde_json::from_str(&truth).unwrap();
    let logs = folder.join("logs");
    let (_, json) =
        investigate(&["--time-zone", "Asia/Tokyo", "--year", "2026", logs.to_str().unwrap()]);
    let incidents = serious(&json);
    assert_eq!(incidents.len(), 1);
    let it = &incidents[0];
    let of = |part: &str| -> Vec<&str> {
        let entities = it["entities"].as_array().unwrap().iter();
        entities.filter(|e| e["role"] == part).map(|e| e["value"].as_str().unwrap()).collect()
    };
    let word = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    for ip in truth["verdict"]["attacker_ip"].as_array().unwrap() {
        assert!(of("attacker").contains(&ip.as_str().unwrap()), "{ip}");
    }
    for host in truth["verdict"]["compromised"].as_array().unwrap() {
        let host = host.as_str().unwrap();
        assert!(of("victim").contains(&host), "{host}");
        let instance = word(&truth["assets"][host]["instance"]);
        assert!(of("victim").contains(&instance.as_str()), "{instance}");
    }
    for host in truth["verdict"]["not_compromised"].as_array().unwrap() {
        assert!(!of("victim").contains(&host.as_str().unwrap()), "{host}");
    }
    let near = |at: &serde_json::Value, wanted: &serde_json::Value| {
        let at_second = |text: String| text.parse::<jiff::Timestamp>().unwrap();
        at_second(word(at)).duration_since(at_second(word(wanted))).as_millis().abs() <= 1_000
    };
    assert!(near(&it["succeeded_at"], &truth["verdict"]["success_time"]));
    assert!(near(&it["impact_at"], &truth["verdict"]["damage_start"]));
    assert_eq!(it["impact"][0]["kind"], "mails_sent");
    assert_eq!(it["impact"][0]["value"], truth["mail"]["spam_submitted"]);
    let steps = it["steps"].as_array().unwrap();
    let told = truth["timeline"].as_array().unwrap().iter();
    let missing: Vec<_> =
        told.filter(|step| !steps.iter().any(|s| near(&s["start"], &step["t"]))).collect();
    assert!(missing.is_empty(), "{missing:#?}");
}

/// Two stacks are read out through one parameter each: the incident names attackers, parameters
/// and tables, and none of the customers, of the servers, or of those who only tried.
#[test]
fn databases_read_out_by_sql_injection() {
    let Some(folder) = shared("scenarios/sqli-dump") else { return };
    let truth = std::fs::read(folder.join("truth.json")).unwrap();
    let truth: serde_json::Value = serde_json::from_slice(&truth).unwrap();
    let (_, json) = investigate(&[folder.to_str().unwrap()]);
    let incidents = serious(&json);
    let mut attackers: Vec<&str> = Vec::new();
    let mut told = String::new();
    for it in &incidents {
        assert_eq!(it["kind"], "sql_injection");
        assert!(it["impact"][0]["text"].as_str().unwrap().contains("users"));
        let entities = it["entities"].as_array().unwrap().iter();
        let of = entities.filter(|e| e["role"] == "attacker" && e["type"] == "ip");
        attackers.extend(of.map(|e| e["value"].as_str().unwrap()));
        told.push_str(&it["root_cause"].to_string());
    }
    attackers.sort_unstable();
    let known: Vec<&str> = truth["verdict"]["attacker_ip"]
        .as_array()
        .unwrap()
        .iter()
        .map(|ip| ip.as_str().unwrap())
        .collect();
    assert_eq!(attackers, known);
    for door in ["/product.php puts the value of “id”", "/api/category puts the value of “name”"]
    {
        assert!(told.contains(door), "{told}");
    }
}

/// A day on which nothing worked: one low incident for the scanner, none for anybody else.
#[test]
fn a_quiet_day_has_one_low_incident_for_its_scanner() {
    let Some(folder) = shared("scenarios/quiet-day/logs") else { return };
    let (code, json) =
        investigate(&["--time-zone", "Asia/Tokyo", "--year", "2026", folder.to_str().unwrap()]);
    assert_eq!((code, serious(&json).len()), (0, 0), "{:#}", json["incidents"]);
    let incidents = json["incidents"].as_array().unwrap();
    assert_eq!(incidents.len(), 1, "{incidents:#?}");
    assert_eq!(incidents[0]["outcome"], "attempted");
    assert!(incidents[0]["entities"].to_string().contains("198.51.100.9"));
}
