//! The fleet: lives, owners, coverage and licences by logs alone.

use serde_json::Value;
use testkit::{bytes, corpus};

use crate::{root, stderr, stdout, yagura};

const SAMPLE: &str = "examples/fleet";

/// Runs `fleet` with JSON as the format; the exit code and the answer.
fn fleet(arguments: &[&str]) -> (i32, Value) {
    let mut all = vec!["fleet", arguments[0], "--format", "json", "--quiet"];
    all.extend(&arguments[1..]);
    let output = yagura(&all);
    let json = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|e| panic!("{e}: {}\n{}", stdout(&output), stderr(&output)));
    (output.status.code().unwrap_or(-1), json)
}

fn list<'v>(value: &'v Value, key: &str) -> &'v Vec<Value> {
    value[key].as_array().unwrap_or_else(|| panic!("{key} is no list in {value}"))
}

/// Holds an answer to the schema of its name.
fn holds(json: &Value, schema: &str) {
    let path = root().join("docs/schema").join(schema);
    let schema: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let wrong: Vec<String> =
        validator.iter_errors(json).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_sample_is_told_in_its_promised_shapes() {
    for arguments in [
        vec!["show", SAMPLE],
        vec!["history", "shop-web", SAMPLE],
        vec!["owner", "192.0.2.23@2026-05-05T09:30:00Z", SAMPLE],
        vec!["coverage", SAMPLE],
    ] {
        let (code, json) = fleet(&arguments);
        assert_eq!(code, 0, "{arguments:?}");
        holds(&json, "fleet.schema.json");
    }
    let (code, json) = fleet(&["licence", "--month", "2026-05", "--owned", "3", SAMPLE]);
    assert_eq!(code, 0);
    holds(&json, "licence.schema.json");
}

#[test]
fn an_address_belongs_to_another_instance_each_day() {
    let owner = |day: &str| {
        let question = format!("192.0.2.23@2026-05-{day}T09:30:00Z");
        let (_, json) = fleet(&["owner", &question, SAMPLE]);
        list(&json, "owners").iter().map(|o| o["instance"].to_string()).collect::<Vec<_>>()
    };
    assert_eq!(owner("05"), ["\"i-0a1b2c3d4e5f60005\""]);
    assert_eq!(owner("06"), ["\"i-0a1b2c3d4e5f60007\""]);
    assert!(owner("09").is_empty(), "a Saturday");
    let (_, json) = fleet(&["owner", "192.0.2.23@2026-05-09T09:30:00Z", SAMPLE]);
    assert_eq!(json["before"]["instance"], "i-0a1b2c3d4e5f6000b");
    assert_eq!(json["after"]["instance"], "i-0a1b2c3d4e5f6000d");
}

#[test]
fn lives_end_by_state_by_call_and_by_eviction() {
    let (_, json) = fleet(&["show", SAMPLE]);
    let life = |id: &str| {
        let all = list(&json, "instances");
        all.iter().find(|l| l["instance"] == format!("i-0a1b2c3d4e5f600{id}")).unwrap().clone()
    };
    let end = |id: &str| life(id)["runs"][0]["to"].clone();
    assert_eq!(end("03")["told"], "state");
    assert_eq!(end("08")["time"], "2026-05-06T14:05:01Z", "taken back");
    assert_eq!(life("08")["traits"]["market"], "spot");
    // The export of events has a gap: the call tells, and what other lives teach.
    assert_eq!(end("14")["told"], "call");
    assert_eq!(end("14")["time"], "2026-05-14T09:40:01Z");
    assert_eq!(life("14")["runs"][0]["from"]["time"], "2026-05-14T09:00:12Z");
    assert_eq!(life("01")["runs"][0]["from"]["time"], "2026-04-28T07:00:12Z", "by description");
    assert_eq!(life("01")["state"], "running");
}

#[test]
fn an_instance_that_no_log_heard_of_is_named() {
    let output = yagura(&["fleet", "coverage", SAMPLE]);
    let text = stdout(&output);
    let line = "i-0a1b2c3d4e5f60004 ran 2026-05-04T09:00:12Z – 2026-05-04T09:40:01Z (00:39:49), \
                no log heard of it";
    assert!(text.contains(line), "{text}");
    assert!(text.contains("aws.vpc_flow: heard of 3, not of 26"), "{text}");
}

#[test]
fn licences_are_counted_in_the_customers_month_with_warnings_and_prices() {
    let arguments = |more: &[&'static str]| {
        let mut all = vec!["fleet", "licence", "--month", "2026-05", "--owned", "3"];
        all.extend(["--time-zone", "Asia/Tokyo", "--quiet"]);
        all.extend(more);
        all.push(SAMPLE);
        yagura(&all)
    };
    let text = stdout(&arguments(&["--price", "month=20", "--price", "hour=0.05"]));
    assert!(
        text.contains("the grace of 10 hours over 3 instances is used up since 2026-05-08 18:00"),
        "{text}"
    );
    assert!(text.contains("records from 2026-05-01 09:00"), "{text}");
    let japanese = stdout(&arguments(&["--lang", "ja"]));
    assert!(
        japanese.contains("3 台を超える猶予 10 時間は 2026-05-08 18:00 に使い切りました"),
        "{japanese}"
    );
    let html = stdout(&arguments(&["--format", "html"]));
    assert!(
        html.contains("<svg") && html.contains("class=\"expected\"") && !html.contains("<script")
    );
    assert!(stdout(&arguments(&["--format", "csv"])).contains("\npeak,4,instances,4,4,1,,4\n"));
    assert_eq!(arguments(&["--fail-on", "grace_hours"]).status.code(), Some(1));
    assert_eq!(arguments(&["--fail-on", "percentile.p95_hourly_max"]).status.code(), Some(0));
    for wrong in [["--price", "year=1"], ["--fail-on", "nonsense"], ["--format", "png"]] {
        assert_eq!(arguments(&wrong).status.code(), Some(2), "{wrong:?}");
    }
}

#[test]
fn what_tells_of_no_instance_is_said_so() {
    let output = yagura(&["fleet", "history", "i-0123456789abcdef0", SAMPLE]);
    assert_eq!(output.status.code(), Some(2));
    let output = yagura(&["fleet", "licence", "--month", "2020-01", SAMPLE]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("no record tells of instances in 2020-01"));
    let output = yagura(&["fleet", "show", "Cargo.toml"]);
    assert_eq!(output.status.code(), Some(3));
}

fn truth(name: &str) -> Option<Value> {
    let path = corpus(&format!("scenarios/autoscaling/{name}"))?;
    Some(serde_json::from_slice(&bytes(&path)).unwrap())
}

fn logs() -> Vec<String> {
    let part = |name: &str| corpus(&format!("scenarios/autoscaling/{name}"));
    let parts = ["cloudtrail", "events", "snapshots"].iter().filter_map(|name| part(name));
    parts.map(|path| path.display().to_string()).collect()
}

#[test]
fn a_month_of_an_elastic_fleet_is_counted_as_it_was() {
    let Some(truth) = truth("truth.json") else { return };
    let logs = logs();
    let group = truth["auto_scaling_group"].as_str().unwrap();
    let mut arguments = vec!["licence", "--month", "2026-08", "--owned", "50", "--group", group];
    arguments.extend(logs.iter().map(String::as_str));
    let (_, told) = fleet(&arguments);
    let hours = list(&told, "hours");
    assert_eq!(hours.len(), list(&truth, "hours").len());
    for (own, wanted) in hours.iter().zip(list(&truth, "hours")) {
        for key in ["at_start", "max", "unique"] {
            assert_eq!(own[key], wanted[key], "{key} at {}", wanted["hour"]);
        }
        // The gap in the export leaves seconds open, not instances.
        let mean = own["mean"].as_f64().unwrap() - wanted["mean"].as_f64().unwrap();
        assert!(mean.abs() < 0.006, "{} {mean}", wanted["hour"]);
    }
    let days = list(&told, "days");
    assert_eq!(days.len(), list(&truth, "days").len(), "no day before the records");
    for (own, wanted) in days.iter().zip(list(&truth, "days")) {
        for key in ["max", "min", "unique"] {
            let least = key == "min" && own[key].as_i64() != wanted[key].as_i64();
            // One instance that replaces another in the same second leaves no hole.
            assert!(own[key] == wanted[key] || least, "{key} of {}", wanted["day"]);
        }
    }
    let weeks: Vec<u64> =
        list(&told, "weeks").iter().map(|w| w["unique"].as_u64().unwrap()).collect();
    let wanted = list(&truth, "weekly_unique").iter().filter(|w| w["days_in_window"] == 7);
    assert_eq!(weeks, wanted.map(|w| w["unique_instances"].as_u64().unwrap()).collect::<Vec<_>>());
    assert_eq!(told["peak"]["count"], truth["peak"]["count"]);
    assert_eq!(told["peak"]["time"], truth["peak"]["first_reached"]);
    schemes(&told, &truth);
}

/// Every scheme against the truth; the seconds within what the records leave open.
fn schemes(told: &Value, truth: &Value) {
    let scheme = |name: &str| list(told, "schemes").iter().find(|s| s["scheme"] == name).unwrap();
    let figure = |name: &str| scheme(name)["figure"].as_f64().unwrap();
    let exact = [
        ("peak", &truth["peak"]["count"]),
        ("hour_started", &truth["instance_hours"]["per_started_hour"]),
        ("percentile.p95_hourly_at_start", &truth["p95"]["of_hourly_at_start"]),
        ("percentile.p95_hourly_max", &truth["p95"]["of_hourly_max"]),
        ("percentile.p95_minutes", &truth["p95"]["of_minute_samples"]),
        ("percentile.p99_hourly_at_start", &truth["p99"]["of_hourly_at_start"]),
        ("percentile.p99_hourly_max", &truth["p99"]["of_hourly_max"]),
        ("percentile.p99_minutes", &truth["p99"]["of_minute_samples"]),
        ("average_90d.mean", &truth["ninety_day_style"]["mean_of_daily_mean"]),
        ("average_90d.max", &truth["ninety_day_style"]["mean_of_daily_max"]),
        ("average_90d.unique", &truth["ninety_day_style"]["mean_of_daily_unique"]),
    ];
    for (name, wanted) in exact {
        assert!((figure(name) - wanted.as_f64().unwrap()).abs() < 5e-5, "{name}");
    }
    let seconds = truth["instance_hours"]["per_second"].as_f64().unwrap();
    let bound = |key: &str| scheme("per_second")[key].as_f64().unwrap();
    assert!((bound("low")..=bound("high")).contains(&seconds));
    assert!((figure("per_second") - seconds).abs() < 0.01, "half a minute of a whole month");
    let over = list(truth, "hours").iter().map(|h| h["max"].as_u64().unwrap());
    let over: Vec<u64> = over.filter(|max| *max > 50).map(|max| max - 50).collect();
    assert_eq!(scheme("grace_hours")["grace"]["used_hours"], over.len());
    assert!((figure("grace_hours") - over.iter().skip(10).sum::<u64>() as f64).abs() < 1e-9);
}

#[test]
fn every_life_and_every_address_of_an_elastic_fleet_is_known() {
    let Some(lives) = truth("truth-instances.json.gz") else { return };
    let Some(addresses) = truth("truth-ip-history.json.gz") else { return };
    let logs = logs();
    let mut arguments = vec!["show"];
    arguments.extend(logs.iter().map(String::as_str));
    let (_, told) = fleet(&arguments);
    let all: std::collections::BTreeMap<&str, &Value> =
        list(&told, "instances").iter().map(|l| (l["instance"].as_str().unwrap(), l)).collect();
    let within = |own: &Value, wanted: &Value| {
        let low = own.get("not_before").unwrap_or(&own["time"]).as_str().unwrap_or("");
        let high = own.get("not_after").unwrap_or(&own["time"]).as_str().unwrap_or("9");
        own.is_null() && wanted.is_null()
            || wanted.as_str().is_some_and(|time| low <= time && time <= high)
    };
    for wanted in lives.as_array().unwrap() {
        let life = all[wanted["instance"].as_str().unwrap()];
        assert_eq!(list(life, "runs").len(), 1, "{life}");
        let run = &life["runs"][0];
        assert!(within(&run["from"], &wanted["running"]), "{life} {wanted}");
        assert!(within(&run["to"], &wanted["shutting_down"]), "{life} {wanted}");
        assert!(within(&life["gone"], &wanted["terminated"]), "{life} {wanted}");
    }
    let mut inexact = 0;
    for wanted in addresses.as_array().unwrap() {
        let life = all[wanted["instance"].as_str().unwrap()];
        let own = list(life, "addresses").iter().find(|a| a["ip"] == wanted["ip"]).unwrap();
        assert_eq!((&own["eni"], &own["from"]), (&wanted["eni"], &wanted["from"]), "{life}");
        inexact += u32::from(own["to"] != wanted["to"]);
    }
    assert!(inexact <= 13, "{inexact} ends are not told within the gap of the export");
}
