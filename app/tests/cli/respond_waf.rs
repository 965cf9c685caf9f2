//! Addresses are counted, then blocked at the web ACL, and everything can be taken back.

use std::fs;

use serde_json::{Value, json};

use crate::between::{Between, Fate};
use crate::moto::Moto;
use crate::respond::{ACCOUNT, HOME, OWNER, World, entity};
use crate::stderr;

const WAF: (&str, &str) = ("wafv2", "AWSWAF_20190729");
const FOUR: &str = "198.51.100.7";
const SIX: &str = "2001:db8::7";

fn seen() -> Value {
    json!({"SampledRequestsEnabled": true, "CloudWatchMetricsEnabled": true, "MetricName": "shop"})
}

/// A web ACL with one rule of its owner.
pub fn shop() -> Option<(World, String)> {
    let moto = Moto::start()?;
    let own = json!({"Name": "rate", "Priority": 0, "Action": {"Block": {}},
        "Statement": {"RateBasedStatement": {"Limit": 2000, "AggregateKeyType": "IP"}},
        "VisibilityConfig": seen()});
    let with = json!({"Name": "shop", "Scope": "REGIONAL", "DefaultAction": {"Allow": {}},
        "Description": "the shop's", "Rules": [own], "VisibilityConfig": seen()});
    let said = moto.json(WAF, "CreateWebACL", with);
    let arn = said["Summary"]["ARN"].as_str().unwrap().to_owned();
    let line = json!({"webaclId": arn, "action": "ALLOW",
        "httpRequest": {"clientIp": FOUR, "headers": [{"name": "via", "value": SIX}]}});
    let report = json!({"schema": "yagura.investigation/1", "findings": [], "incidents": [{
        "uid": "ffeeddccbbaa99887766554433221100", "title": "Web", "kind": "web_compromise",
        "entities": [entity("ip", FOUR, "attacker"), entity("ip", SIX, "attacker"),
            entity("ip", "10.0.0.1", "attacker")],
        "findings": [], "recommendations": [], "steps": [{"evidence": ["E1"]}]}],
        "evidence": {"E1": {"source": "aws.waf", "file": "waf.log", "sha256": "00",
            "raw": line.to_string()}}});
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("report.json"), report.to_string()).unwrap();
    Some((World { moto, folder, evil: Vec::new(), decoys: Vec::new() }, arn))
}

fn acl(moto: &Moto, arn: &str) -> Value {
    let id = arn.rsplit('/').next().unwrap();
    moto.json(WAF, "GetWebACL", json!({"Name": "shop", "Scope": "REGIONAL", "Id": id}))
}

/// Names of rules by priority, with what they do.
fn rules(moto: &Moto, arn: &str) -> Vec<String> {
    let said = acl(moto, arn);
    let mut all = said["WebACL"]["Rules"].as_array().unwrap().clone();
    all.sort_by_key(|rule| rule["Priority"].as_i64().unwrap());
    let told = |rule: &Value| {
        let action = rule["Action"].as_object().unwrap().keys().next().unwrap();
        format!("{} {} {action}", rule["Priority"], rule["Name"].as_str().unwrap())
    };
    all.iter().map(told).collect()
}

/// Addresses of all sets, by name.
fn sets(moto: &Moto) -> Vec<String> {
    let said = moto.json(WAF, "ListIPSets", json!({"Scope": "REGIONAL"}));
    let one = |set: &Value| {
        let with = json!({"Name": set["Name"], "Scope": "REGIONAL", "Id": set["Id"]});
        let said = moto.json(WAF, "GetIPSet", with);
        let version = said["IPSet"]["IPAddressVersion"].as_str().unwrap().to_owned();
        format!("{} {version} {}", set["Name"].as_str().unwrap(), said["IPSet"]["Addresses"])
    };
    let mut all: Vec<String> = said["IPSets"].as_array().unwrap().iter().map(one).collect();
    all.sort();
    all
}

/// Another pipeline updates the web ACL as it is, so that older lock tokens are stale.
fn meddle(moto_url: &str, arn: &str) {
    let output = std::process::Command::new("python3")
        .args(["-c", MEDDLE, moto_url, arn.rsplit('/').next().unwrap()])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

const MEDDLE: &str = r#"
import json, sys, urllib.request
def call(action, **with_):
    head = {"x-amz-target": "AWSWAF_20190729." + action, "content-type": "application/x-amz-json-1.1",
            "authorization": "AWS4-HMAC-SHA256 Credential=testing/20260101/eu-west-1/wafv2/aws4_request"}
    body = json.dumps(dict(with_, Name="shop", Scope="REGIONAL", Id=sys.argv[2])).encode()
    return json.load(urllib.request.urlopen(urllib.request.Request(sys.argv[1] + "/", body, head)))
said = call("GetWebACL")
own = {k: said["WebACL"][k] for k in ("DefaultAction", "Rules", "VisibilityConfig")}
call("UpdateWebACL", LockToken=said["LockToken"], **own)
"#;

#[test]
fn addresses_are_counted_then_blocked_and_taken_back() {
    let Some((world, arn)) = shop() else { return };
    let plan: Value = serde_json::from_str(&fs::read_to_string(world.plan(&[])).unwrap()).unwrap();
    let order: Vec<String> = plan["steps"].as_array().unwrap().iter().map(short).collect();
    let wanted = ["waf.count", "waf.count", "waf.block", "waf.block"];
    assert_eq!(order, wanted);
    assert_eq!(plan["steps"][0]["expires_after"], 604_800);
    world.moto.record();
    let told = world.apply(&[], 1);
    assert!(told.contains("waf.block") && told.contains("waits for approval"), "{told}");
    let count = "yagura-count-v4-ffeeddccbbaa9988";
    assert!(sets(&world.moto)[0].starts_with(count), "{:?}", sets(&world.moto));
    assert!(rules(&world.moto, &arn).iter().all(|rule| !rule.contains("yagura-block")));
    world.approve();
    world.apply(&[], 0);
    let all = sets(&world.moto);
    assert_eq!(all.len(), 4, "{all:?}");
    assert!(
        all[0].contains("block-v4") && all[0].contains("IPV4 [\"198.51.100.7/32\"]"),
        "{all:?}"
    );
    assert!(
        all[1].contains("block-v6") && all[1].contains("IPV6 [\"2001:db8::7/128\"]"),
        "{all:?}"
    );
    let now = rules(&world.moto, &arn);
    assert!(now[0].ends_with("Block") && now[1].ends_with("Block"), "{now:?}");
    assert!(now[2].ends_with("Count") && now[3].ends_with("Count"), "{now:?}");
    assert_eq!(now[4], "4 rate Block");
    assert_eq!(acl(&world.moto, &arn)["WebACL"]["Description"], "the shop's");
    // Again changes nothing, and what was done holds.
    let writes = world.moto.writes();
    world.apply(&[], 0);
    assert_eq!(world.moto.writes(), writes);
    assert_eq!(world.run("verify", &[]).status.code(), Some(0));
    // Not yet expired; undone, everything is as it was.
    let told = stderr(&world.run("undo", &["--expired", "--yes-i-approve"]));
    assert!(!told.contains("undone"), "{told}");
    let output = world.run("undo", &["--yes-i-approve"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(rules(&world.moto, &arn), ["0 rate Block"]);
    assert_eq!(sets(&world.moto), Vec::<String>::new());
}

fn short(step: &Value) -> String {
    step["action"].as_str().unwrap().to_owned()
}

#[test]
fn an_expired_block_is_taken_away() {
    let Some((world, arn)) = shop() else { return };
    let path = world.plan(&[]);
    world.approve();
    world.apply(&[], 0);
    // Everything happened two weeks ago.
    let journal = format!("{}.journal", path.display());
    let text = fs::read_to_string(&journal).unwrap();
    let older = |line: &str| {
        let mut line: Value = serde_json::from_str(line).unwrap();
        line["at"] = (line["at"].as_i64().unwrap() - 14 * 24 * 3600).into();
        format!("{line}\n")
    };
    fs::write(&journal, text.lines().map(older).collect::<String>()).unwrap();
    let output = world.run("undo", &["--expired", "--yes-i-approve"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(rules(&world.moto, &arn), ["0 rate Block"]);
    assert_eq!(sets(&world.moto), Vec::<String>::new());
    assert!(world.apply(&[], 0).contains("every step is done"), "a block that is over is over");
}

#[test]
fn a_stale_lock_token_is_read_again_once_and_then_told() {
    let Some((world, arn)) = shop() else { return };
    world.plan(&["--account", ACCOUNT, "--region", HOME]);
    let plan = world.folder.path().join("plan.json").display().to_string();
    let apply = |times: usize, code: i32| {
        let (url, arn, mut left) = (world.moto.url.clone(), arn.clone(), times);
        let between = Between::start(&world.moto.url, move |call| {
            if left > 0 && call.contains("AWSWAF_20190729.UpdateWebACL") {
                left -= 1;
                meddle(&url, &arn);
            }
            Fate::Pass
        });
        let all = ["respond", "apply", &plan, "--yes-i-approve", "--steps", "1"];
        let output = Moto::yagura_at(&between.url, OWNER, &all);
        assert_eq!(output.status.code(), Some(code), "{}", stderr(&output));
        stderr(&output)
    };
    let told = apply(2, 2);
    assert!(told.contains("WAFOptimisticLockException"), "{told}");
    assert!(told.contains("somebody else is changing it") && told.contains("goes on"), "{told}");
    assert_eq!(rules(&world.moto, &arn), ["0 rate Block"]);
    let shown = stderr(&world.run("apply", &[]));
    assert!(shown.contains("would be done"), "{shown}");
    apply(1, 1);
    assert_eq!(rules(&world.moto, &arn).len(), 2);
}
