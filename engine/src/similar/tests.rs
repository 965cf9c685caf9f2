//! Likeness of made-up shapes: renamed, with a third of their steps lost; and how fast it is.

use serde_json::json;

use super::*;

/// Families of attacks: kind, and steps as (stage, technique, rule, thing, words). Many share
/// steps, so that no single one gives a family away.
const FAMILIES: &[(&str, &[[&str; 5]])] = &[
    (
        "web_compromise",
        &[
            [
                "initial-access",
                "T1190",
                "Upload of a script",
                "url",
                "script uploaded into a folder of pictures",
            ],
            ["persistence", "T1505.003", "Web shell", "file", "shell answered requests"],
            [
                "execution",
                "T1059.004",
                "Shell started by web server",
                "process",
                "commands run as the web user",
            ],
            ["impact", "T1496", "Many mails", "mailbox", "mails sent in the site's name"],
        ],
    ),
    (
        "web_compromise",
        &[
            [
                "initial-access",
                "T1190",
                "Template injection",
                "url",
                "expression evaluated by the template",
            ],
            [
                "execution",
                "T1059.004",
                "Shell started by web server",
                "process",
                "commands run as the web user",
            ],
            [
                "credential-access",
                "T1552.005",
                "Instance metadata read",
                "instance",
                "role credentials fetched",
            ],
            ["exfiltration", "T1530", "Objects read", "bucket", "objects copied"],
        ],
    ),
    (
        "credential_theft",
        &[
            [
                "credential-access",
                "T1552.001",
                "File with secrets served",
                "url",
                "repository settings served",
            ],
            [
                "persistence",
                "T1098.001",
                "Access key made",
                "access_key",
                "second key made for the user",
            ],
            [
                "impact",
                "T1496.001",
                "Large instances launched",
                "instance",
                "machines launched for mining",
            ],
            ["defense-evasion", "T1562.008", "Trail stopped", "account", "logging switched off"],
        ],
    ),
    (
        "sql_injection",
        &[
            ["reconnaissance", "T1595.002", "Scanner", "url", "scanner tried parameters"],
            ["initial-access", "T1190", "SQL injection", "url", "union select in a parameter"],
            ["collection", "T1213", "Rows read out", "table", "customers read out"],
        ],
    ),
    (
        "federation_abuse",
        &[
            [
                "initial-access",
                "T1078.004",
                "Sign-in without second factor",
                "user",
                "sign in accepted",
            ],
            ["persistence", "T1556.006", "Factor added", "user", "factor enrolled by the intruder"],
            [
                "privilege-escalation",
                "T1484.002",
                "Trust changed",
                "role",
                "identity provider added",
            ],
            ["exfiltration", "T1530", "Objects read", "bucket", "objects copied"],
        ],
    ),
    (
        "ransomware",
        &[
            [
                "initial-access",
                "T1078.004",
                "Key used from elsewhere",
                "access_key",
                "leaked key used",
            ],
            ["exfiltration", "T1530", "Objects read", "bucket", "objects copied"],
            ["impact", "T1485", "Objects deleted", "object", "objects deleted and a note left"],
            ["defense-evasion", "T1562.008", "Trail stopped", "account", "logging switched off"],
        ],
    ),
    (
        "container_escape",
        &[
            ["initial-access", "T1190", "Open dashboard", "url", "dashboard without sign in"],
            ["execution", "T1610", "Pod started", "container", "privileged pod started"],
            [
                "privilege-escalation",
                "T1611",
                "Host mounted",
                "host",
                "file system of the node mounted",
            ],
            ["impact", "T1496", "Miner", "process", "miner started"],
        ],
    ),
    (
        "brute_force",
        &[
            ["reconnaissance", "T1595.002", "Scanner", "host", "ports scanned"],
            ["credential-access", "T1110.001", "Many failed logins", "user", "passwords guessed"],
            ["initial-access", "T1021.004", "Login after failures", "host", "login accepted"],
            [
                "persistence",
                "T1098.004",
                "Authorized key added",
                "file",
                "key added for the account",
            ],
        ],
    ),
    (
        "supply_chain",
        &[
            [
                "initial-access",
                "T1195.002",
                "Package changed",
                "image",
                "dependency replaced by another",
            ],
            [
                "execution",
                "T1059.007",
                "Install script",
                "process",
                "script run while it was installed",
            ],
            ["credential-access", "T1552.001", "Secrets read", "file", "tokens of the build read"],
            ["exfiltration", "T1567", "Upload to a paste site", "domain", "tokens sent away"],
        ],
    ),
];
const EACH: usize = 25;

/// Numbers by chance, the same in every run.
struct Dice(u64);

impl Dice {
    fn next(&mut self, below: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }
}

fn simulated(dice: &mut Dice, family: usize) -> Kept {
    let (kind, all) = FAMILIES[family];
    let mut kept: Vec<&[&str; 5]> = all.iter().filter(|_| dice.next(10) >= 3).collect();
    if kept.is_empty() {
        kept.push(&all[dice.next(all.len() as u64) as usize]);
    }
    let address = format!("203.0.113.{}", dice.next(4));
    let name = format!("n{}", dice.next(1 << 30));
    let steps: Vec<_> = kept
        .iter()
        .map(|[stage, technique, _, thing, words]| {
            json!({"stage": stage, "effect": "success", "techniques": [technique],
                "text": format!("{words} on {thing} {name} from {address}")})
        })
        .collect();
    let mut entities = vec![json!({"type": "ip", "value": address, "role": "attacker"})];
    entities.extend(
        kept.iter().map(|step| json!({"type": step[3], "value": name, "role": "affected"})),
    );
    let techniques: Vec<&str> = kept.iter().map(|step| step[1]).collect();
    Kept::bare(json!({"uid": name, "title": format!("Incident of {name}"), "kind": kind,
        "outcome": "succeeded", "techniques": techniques, "steps": steps, "entities": entities}))
}

#[test]
fn families_find_themselves() {
    let mut dice = Dice(7);
    let all: Vec<(usize, Kept)> = (0..FAMILIES.len() * EACH)
        .map(|n| (n % FAMILIES.len(), simulated(&mut dice, n % FAMILIES.len())))
        .collect();
    assert!(all.len() >= 200);
    let index = Index::new(all.iter().map(|(_, kept)| (kept, "")));
    let (mut gain, mut first) = (0.0, 0.0);
    let best: f64 = (0..5).map(|rank| 1.0 / f64::from(rank + 2).log2()).sum();
    for (at, (family, kept)) in all.iter().enumerate() {
        let hits = index.search(kept, "", Some(at), 5);
        let right = |hit: &Hit| all[hit.at].0 == *family;
        let found = hits.iter().enumerate().filter(|(_, hit)| right(hit));
        gain += found.map(|(rank, _)| 1.0 / (rank as f64 + 2.0).log2()).sum::<f64>() / best;
        first += hits.iter().position(right).map_or(0.0, |rank| 1.0 / (rank as f64 + 1.0));
        assert!(hits.iter().all(|hit| !hit.shared.is_empty()));
    }
    let (gain, first) = (gain / all.len() as f64, first / all.len() as f64);
    assert!(gain >= 0.9 && first >= 0.9, "nDCG@5 {gain:.3}, MRR {first:.3}");
}

#[test]
fn an_address_alone_is_no_likeness() {
    let with = |kind: &str, technique: &str, stage: &str| {
        Kept::bare(json!({"uid": technique, "title": kind, "kind": kind, "outcome": stage,
            "techniques": [technique],
            "steps": [{"stage": stage, "effect": stage,
                "text": format!("{kind} from 203.0.113.9")}],
            "entities": [{"type": "ip", "value": "203.0.113.9", "role": "attacker"}]}))
    };
    let all = [with("ransomware", "T1485", "impact"), with("scan", "T1595", "attempted")];
    let index = Index::new(all.iter().map(|kept| (kept, "")));
    assert_eq!(index.search(&all[0], "", Some(0), 5), []);
}

#[test]
fn japanese_is_searched_by_pairs() {
    let mut all = Vec::new();
    text::words("認証情報が漏えい(AKIA01) uploaded 192.0.2.1", &mut |word| all.push(word));
    assert!(all.contains(&"認証".into()) && all.contains(&"uploaded".into()), "{all:?}");
    assert!(!all.iter().any(|word| word.contains("akia") || word.contains('2')), "{all:?}");
}
