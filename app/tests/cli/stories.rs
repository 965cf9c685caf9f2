//! Attack stories of our own: what an investigation must say, and what it must not.

use serde_json::Value;

use super::{investigate, stdout, yagura};

/// The only incident of a story.
fn incident(folder: &str) -> Value {
    let (code, json) = investigate(&[folder]);
    assert_eq!(code, 1, "an incident of severity high");
    let incidents = json["incidents"].as_array().unwrap();
    assert_eq!(incidents.len(), 1, "{incidents:#?}");
    incidents[0].clone()
}

fn named(incident: &Value, part: &str) -> Vec<String> {
    let entities = incident["entities"].as_array().unwrap().iter();
    let of_part = entities.filter(|entity| entity["role"] == part);
    of_part.map(|entity| entity["value"].as_str().unwrap().to_owned()).collect()
}

fn steps(incident: &Value) -> Vec<String> {
    let steps = incident["steps"].as_array().unwrap().iter();
    steps.map(|step| step["text"].as_str().unwrap().to_owned()).collect()
}

/// A page passes its parameter to a shell: somebody tries it, loads a program, makes it stay.
/// Others use the page as it is meant, and an administrator loads a package at the same time.
#[test]
fn a_parameter_that_becomes_a_command() {
    let it = incident("app/tests/stories/command-injection");
    assert_eq!(it["severity"], "critical");
    assert_eq!(it["kind"], "web_compromise");
    let entry = it["entry"]["text"].as_str().unwrap();
    assert!(entry.starts_with("GET /tools/ping.php (200) by 198.51.100.77"), "{entry}");
    let cause = it["root_cause"][0]["text"].as_str().unwrap();
    assert!(cause.contains("“host”"), "{cause}");
    assert_eq!(it["succeeded_at"], "2026-03-09T02:19:19.200Z");
    assert_eq!(named(&it, "attacker"), ["198.51.100.200", "198.51.100.77", "pool.coin.example"]);
    assert_eq!(named(&it, "victim"), ["shop-7"]);
    let made = ["/var/spool/cron/crontabs/www-data", "/var/tmp/.kw-min", "/var/tmp/.kw-upd"];
    assert_eq!(named(&it, "created"), made);
    let steps = steps(&it);
    let has = |piece: &str| steps.iter().any(|step| step.contains(piece));
    assert!(has("with host = 127.0.0.1;id made shop-7 run: id"), "{steps:#?}");
    assert!(has("To come back, the intruder ran on shop-7: crontab"), "{steps:#?}");
    assert!(has("ran again"), "{steps:#?}");
    assert!(!has("agent.deb") && !has("203.0.113."), "{steps:#?}");
    let stages: Vec<&str> =
        it["steps"].as_array().unwrap().iter().map(|s| s["stage"].as_str().unwrap()).collect();
    assert!(stages.contains(&"persistence") && stages.contains(&"initial-access"), "{stages:?}");
    let gaps = it["gaps"].as_array().unwrap().iter();
    let gaps: Vec<&str> = gaps.map(|gap| gap["source"].as_str().unwrap()).collect();
    assert_eq!(gaps, ["file", "application", "mail", "dns", "flow"]);
}

/// Somebody guesses the password of a help desk's account at the identity provider, takes its
/// signing key, and logs in to the AWS account as somebody else. Staff log in as always; a backup
/// takes the same key every night.
#[test]
fn an_assertion_that_nobody_issued() {
    let it = incident("app/tests/stories/forged-assertion");
    assert_eq!(it["kind"], "federation_abuse");
    assert_eq!(it["succeeded_at"], "2026-03-11T01:55:18.766Z");
    let entry = it["entry"]["text"].as_str().unwrap();
    assert!(
        entry.contains("203.0.113.62 logged in to kagi-login as desk-2@example.com"),
        "{entry}"
    );
    let cause = it["root_cause"][0]["text"].as_str().unwrap();
    assert!(cause.contains("desk-2@example.com could take the signing key"), "{cause}");
    let cause = it["root_cause"][1]["text"].as_str().unwrap();
    assert!(cause.contains("without a second factor"), "{cause}");
    let attackers = ["198.51.100.150", "198.51.100.23", "203.0.113.61", "203.0.113.62"];
    assert_eq!(named(&it, "attacker"), attackers);
    assert!(named(&it, "created").contains(&"AKIAEXAMPLEPLANTED01".to_owned()), "{it:#}");
    let steps = steps(&it);
    let all = steps.join("\n");
    assert!(steps[0].contains("failed 45 times, with 9 accounts"), "{all}");
    assert!(all.contains("names 18 other assertions"), "{all}");
    assert!(!all.contains("svc-archive") && !all.contains("192.0.2."), "{all}");
    let actions = it["recommendations"].as_array().unwrap().iter();
    let actions: Vec<&str> = actions.map(|action| action["id"].as_str().unwrap()).collect();
    assert!(actions.contains(&"replace_signing_key"), "{actions:?}");
}

/// A leaked key starts large machines that mine over port 443 at a name on no list: what they
/// speak to, and nobody else does, tells it.
#[test]
fn machines_that_mine_at_an_unknown_pool() {
    let it = incident("app/tests/stories/mining-machines");
    let steps = it["steps"].as_array().unwrap();
    let text = |step: &Value| step["text"].as_str().unwrap().to_owned();
    let launch = steps.iter().position(|step| step["effect"] == "impact").unwrap();
    let pool = steps.iter().find(|step| text(step).contains("miners")).unwrap();
    let all = named(&it, "used");
    assert!(text(pool).starts_with("3 of the machines"), "{}", text(pool));
    assert!(text(pool).contains("cdn-eu.telemetry-edge.example (203.0.113.200):443"));
    assert_eq!((&pool["stage"], &pool["effect"]), (&"impact".into(), &"impact".into()));
    assert_eq!(pool["start"], "2026-04-02T10:06:00Z");
    assert_eq!(pool["caused_by"][0]["step"], launch + 1);
    assert!(all.contains(&"203.0.113.200".to_owned()), "{all:?}");
    let fetched = steps.iter().find(|step| step["techniques"][0] == "T1105").unwrap();
    assert!(text(fetched).contains("from files.mirror.example"), "{}", text(fetched));
    // Three machines from 10:01 on; calls are recorded until then, flows until 13:00.
    let number = |it: &Value, kind: &str, what: &str| {
        let all = it["impact"].as_array().unwrap().iter();
        all.filter(|i| i["kind"] == kind).find_map(|i| i[what].as_f64()).unwrap()
    };
    assert!((8.8..=9.1).contains(&number(&it, "instance_hours", "value")), "{it:#}");
    assert!((8.5..=9.1).contains(&number(&it, "instance_hours", "low")), "{it:#}");
    let prices = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(&prices, "of = \"ours\"\n[types]\n\"g5.12xlarge\" = 1.0\n").unwrap();
    let given = ["--prices", prices.path().to_str().unwrap(), "app/tests/stories/mining-machines"];
    let (_, own) = investigate(&given);
    let cost = number(&own["incidents"][0], "cost_usd", "value");
    assert!((cost - number(&it, "instance_hours", "value")).abs() < 0.01, "{cost}");
    // The other machine speaks to this one as well.
    assert!(!it.to_string().contains("203.0.113.40"), "{it:#}");
    let actions = it["recommendations"].as_array().unwrap().iter();
    assert!(actions.map(|action| &action["id"]).any(|id| id == "block_outbound"));
}

/// A line that the log has lost does not make its user an intruder: the log knows the user at that
/// address.
#[test]
fn a_lost_line_is_no_forged_assertion() {
    let story = std::path::Path::new("tests/stories/forged-assertion");
    let log = std::fs::read_to_string(story.join("portal/kagi-login.jsonl")).unwrap();
    let mut sent = 0;
    let kept = log.lines().filter(|line| {
        sent += usize::from(line.contains("saml_response_sent"));
        !line.contains("saml_response_sent") || sent % 5 != 0
    });
    let kept: Vec<&str> = kept.collect();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("kagi-login.jsonl"), kept.join("\n")).unwrap();
    let trail = "app/tests/stories/forged-assertion/AWSLogs";
    let (_, json) = investigate(&[folder.path().to_str().unwrap(), trail]);
    let findings = json["findings"].as_array().unwrap().iter();
    let forged = findings.filter(|f| f["rule"]["id"] == "federation.assertion_not_issued");
    let forged: Vec<_> = forged.collect();
    assert_eq!(forged.len(), 1, "{forged:#?}");
    assert_eq!(forged[0]["first"], "2026-03-11T02:10:18Z");
}

#[test]
fn the_story_is_told_in_japanese_too() {
    let output = yagura(&["investigate", "--lang", "ja", "app/tests/stories/command-injection"]);
    let text = stdout(&output);
    assert!(text.contains("OS コマンドインジェクション"), "{text}");
    assert!(text.contains("侵入者は永続化のため"), "{text}");
}

/// The story with one of its logs left out.
fn without(log: &str) -> Value {
    let copy = tempfile::tempdir().unwrap();
    let host = copy.path().join("shop-7");
    std::fs::create_dir(&host).unwrap();
    let from = super::root().join("app/tests/stories/command-injection/shop-7");
    for name in ["access.log", "audit.log"].into_iter().filter(|name| *name != log) {
        std::fs::copy(from.join(name), host.join(name)).unwrap();
    }
    let (_, json) = investigate(&[copy.path().to_str().unwrap()]);
    json
}

/// Without the access log the programs still tell the story; whose request it was is not said.
#[test]
fn a_missing_access_log_is_a_gap_and_no_guess() {
    let json = without("access.log");
    let it = &json["incidents"][0];
    assert_eq!(it["severity"], "critical");
    assert!(!named(it, "attacker").contains(&"198.51.100.77".to_owned()));
    let gaps = it["gaps"].as_array().unwrap();
    assert!(gaps.iter().any(|gap| gap["source"] == "web"), "{gaps:#?}");
}

/// Without the process log nothing shows that the requests did anything.
#[test]
fn a_missing_process_log_leaves_only_attempts() {
    let json = without("audit.log");
    let incidents = json["incidents"].as_array().unwrap();
    assert!(incidents.iter().all(|it| it["outcome"] == "attempted"), "{incidents:#?}");
}
