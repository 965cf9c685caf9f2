//! Cases as a person works them: kept, grown, closed, come again.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "the test writes logs and runs the binary"
)]

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use serde_json::Value;

/// The sample's logs in a folder of their own, all of them or only the first.
fn logs(to: &Path, all: bool) {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/stolen-key");
    fs::create_dir_all(to.join("web")).unwrap();
    fs::copy(sample.join("web/access.log"), to.join("web/access.log")).unwrap();
    for entry in fs::read_dir(sample.join("cloudtrail")).unwrap() {
        let path = entry.unwrap().path();
        if all || path.ends_with("global.json") {
            fs::copy(&path, to.join(path.file_name().unwrap())).unwrap();
        }
    }
}

fn yagura(arguments: &[&str], state: &Path) -> assert_cmd::assert::Assert {
    let mut command = Command::cargo_bin("yagura").unwrap();
    command.args(arguments).arg("--state").arg(state).env("USER", "mika").assert()
}

fn text(arguments: &[&str], state: &Path) -> String {
    let done = yagura(arguments, state).success();
    String::from_utf8(done.get_output().stdout.clone()).unwrap()
}

fn cases(state: &Path) -> Value {
    serde_json::from_str(&text(&["case", "export"], state)).unwrap()
}

fn investigate(logs: &Path, state: &Path) -> String {
    let done = yagura(&["investigate", logs.to_str().unwrap()], state);
    String::from_utf8(done.get_output().stderr.clone()).unwrap()
}

#[test]
fn a_case_grows_is_closed_and_comes_again() {
    let home = tempfile::tempdir().unwrap();
    let (all, state) = (home.path().join("logs"), home.path().join("state"));
    logs(&all, false);
    assert!(investigate(&all, &state).contains("opened C-1: "));
    let before = cases(&state);
    // The same logs again: not a byte of the ledger's content changes.
    assert!(!investigate(&all, &state).contains("C-1"));
    assert_eq!(cases(&state), before);
    // More logs: the same case grows, no second one.
    logs(&all, true);
    assert!(investigate(&all, &state).contains("updated C-1: "));
    let grown = cases(&state);
    assert_eq!(grown["cases"].as_array().unwrap().len(), 1);
    assert_eq!(grown["cases"][0]["sightings"], 2);
    assert_eq!(grown["cases"][0]["kept"]["incident"]["kind"], "resource_hijacking");

    text(&["case", "note", "C-1", "token=hunter2hunter2 was found"], &state);
    text(&["case", "assign", "C-1", "mika"], &state);
    text(&["case", "status", "c-1", "contained"], &state);
    let action = grown["cases"][0]["checklist"][0]["id"].as_str().unwrap();
    text(&["case", "act", "1", action], &state);
    let page = text(&["case", "show", "C-1", "--lang", "ja"], &state);
    assert!(page.contains("封じ込め済み") && page.contains("担当: mika"), "{page}");
    assert!(page.contains("[x]") && page.contains("«redacted»"), "{page}");
    assert!(!page.contains("hunter2"), "{page}");

    text(&["case", "close", "C-1", "--resolution", "true_positive", "--reason", "done"], &state);
    let closed = cases(&state);
    assert_eq!(closed["cases"][0]["resolution"], "true_positive");
    // Reading the old logs again is no news; what happened later is.
    investigate(&all, &state);
    assert_eq!(cases(&state), closed);
    later(&all);
    assert!(investigate(&all, &state).contains("opened C-2, a recurrence of C-1: "));
    let again = cases(&state);
    assert_eq!(again["cases"][0]["links"][0]["kind"], "recurred_as");
    assert_eq!(again["cases"][1]["links"][0]["case"], "C-1");
    assert!(!investigate(&all, &state).contains("C-"));
    let said: Value =
        serde_json::from_str(&text(&["case", "similar", "C-2", "--format", "json"], &state))
            .unwrap();
    assert_eq!(said["similar"][0]["case"], "C-1");
    let (why, past) = (said["similar"][0].to_string(), &said["similar"][0]["past"]);
    assert!(why.contains("both: ") && why.contains("it came again as C-2"), "{why}");
    assert!(past.to_string().contains(action), "{past}");
    // It was done there, yet the trouble came again: it did not help.
    assert_eq!((&said["helped"][0]["worked"], &said["helped"][0]["tried"]), (&0.into(), &1.into()));
    assert_eq!(said["public"][0]["external"], true);
    let page = text(&["case", "show", "C-2", "--lang", "ja"], &state);
    assert!(page.contains("似たケース") && page.contains("似た公開事例"), "{page}");
    let list = text(&["case", "list"], &state);
    assert!(list.starts_with("C-2 ") && list.contains("closed (true_positive)"), "{list}");
}

/// A day later the intruder's address asks for the same file again.
fn later(all: &Path) {
    let path = all.join("web/access.log");
    let web = fs::read_to_string(&path).unwrap();
    let line = web.lines().find(|line| line.contains("/.git/config")).unwrap().to_owned();
    let line = line.replace("12/May/2026", "13/May/2026");
    fs::write(&path, format!("{web}{line}\n")).unwrap();
}

#[test]
fn mistakes_are_told() {
    let home = tempfile::tempdir().unwrap();
    let state = home.path().join("none");
    let said = |arguments: &[&str], state: &Path| {
        let output = yagura(arguments, state).code(2).get_output().stderr.clone();
        String::from_utf8(output).unwrap()
    };
    assert!(said(&["case", "list"], &state).contains("no cases are kept here"));
    assert!(!state.exists(), "looking makes no folder");
    let (all, state) = (home.path().join("logs"), home.path().join("state"));
    logs(&all, false);
    investigate(&all, &state);
    for (arguments, wanted) in [
        (vec!["case", "show", "C-9"], "there is no case C-9"),
        (vec!["case", "show", "x"], "is not a case"),
        (vec!["case", "status", "C-1", "closed"], "closing needs a resolution"),
        (vec!["case", "status", "C-1", "open"], "there is no status"),
        (vec!["case", "close", "C-1", "--resolution", "fixed"], "there is no resolution"),
        (vec!["case", "act", "C-1", "x", "--outcome", "maybe"], "there is no outcome"),
    ] {
        let told = said(&arguments, &state);
        assert!(told.contains(wanted), "{arguments:?}: {told}");
    }
}

#[test]
fn an_exception_is_shown_lowers_and_ends() {
    let home = tempfile::tempdir().unwrap();
    let (all, state) = (home.path().join("logs"), home.path().join("state"));
    logs(&all, false);
    investigate(&all, &state);
    let kept = cases(&state)["cases"][0]["kept"].clone();
    let report = |wanted: i32| {
        let arguments = ["investigate", all.to_str().unwrap(), "--format", "json"];
        let done = yagura(&arguments, &state).code(wanted);
        serde_json::from_slice::<Value>(&done.get_output().stdout).unwrap()
    };
    let except = |rule: &str, thing: &str, until: &str| {
        let reason = "ours; token=hunter2hunter2";
        yagura(
            &[
                "case", "except", "C-1", "--rule", rule, "--entity", thing, "--until", until,
                "--reason", reason,
            ],
            &state,
        )
    };
    let day = |days: i64| {
        let now = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(24 * days);
        now.strftime("%Y-%m-%d").to_string()
    };
    let first = &kept["findings"][0];
    let thing = |finding: &Value| {
        let one = &finding["entities"][0];
        format!("{}={}", one["type"].as_str().unwrap(), one["value"].as_str().unwrap())
    };
    let rule = first["rule"]["id"].as_str().unwrap();
    except("no.such.rule", &thing(first), &day(7)).code(2);
    except(rule, "ip=192.0.2.99", &day(7)).code(2);
    except(rule, &thing(first), "2020-01-01").code(2);
    except(rule, &thing(first), &day(900)).code(2);
    assert!(!report(1)["warnings"].to_string().contains("excepted"));
    except(rule, &thing(first), &day(7)).success();
    let after = report(1);
    let said = after["warnings"].to_string();
    assert!(said.contains("excepted until") && said.contains("by mika"), "{said}");
    assert!(said.contains(rule) && !said.contains("hunter2"), "{said}");
    // All the rest of the findings, too: the incident stays in the report, and is no alarm.
    for finding in kept["findings"].as_array().unwrap() {
        except(finding["rule"]["id"].as_str().unwrap(), &thing(finding), &day(7)).success();
    }
    let quiet = report(0);
    let incidents = quiet["incidents"].as_array().unwrap();
    assert_eq!(incidents.len(), after["incidents"].as_array().unwrap().len());
    assert_eq!(incidents[0]["severity"], "informational", "{:#}", incidents[0]);
    assert_eq!(quiet["findings"], after["findings"]);
    let list = text(&["case", "exceptions"], &state);
    assert!(list.contains("until ") && list.contains("mika: ours"), "{list}");
    let history = cases(&state)["cases"][0]["audit"].to_string();
    assert!(history.contains("exception until"), "{history}");
}
