//! Cases and a tracker, both ways, with the tracker going away in the middle.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "the test is the other side"
)]

mod hub;

use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};

use assert_cmd::Command;
use hub::{Hub, serve};
use serde_json::{Value, json};

fn yagura(arguments: &[&str], state: &Path) -> assert_cmd::assert::Assert {
    let mut command = Command::cargo_bin("yagura").unwrap();
    command.args(arguments).arg("--state").arg(state);
    command.env("USER", "mika").env("TEST_TOKEN", "t0ken-of-test").assert()
}

fn export(state: &Path) -> Value {
    let done = yagura(&["case", "export"], state).success();
    serde_json::from_slice(&done.get_output().stdout).unwrap()
}

struct Desk {
    home: tempfile::TempDir,
    hub: Arc<Mutex<Hub>>,
}

impl Desk {
    /// The sample's incident is a case; a tracker is configured.
    fn new() -> Desk {
        let home = tempfile::tempdir().unwrap();
        let (url, hub) = serve();
        let config = format!(
            "[[tracker]]\nname = \"hub\"\nkind = \"github\"\nurl = \"{url}\"\n\
             project = \"example/ir\"\ntoken_env = \"TEST_TOKEN\"\nretries = 0\n\
             [[tracker.route]]\ntype = \"account\"\ncontains = \"111122223333\"\n\
             assignee = \"cloud-team\"\n"
        );
        fs::write(home.path().join("yagura.toml"), config).unwrap();
        let desk = Desk { home, hub };
        let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/stolen-key");
        yagura(&["investigate", sample.to_str().unwrap(), "-o", "/dev/null"], &desk.state())
            .code(1);
        desk
    }

    fn state(&self) -> std::path::PathBuf {
        self.home.path().join("state")
    }

    fn sync(&self) -> assert_cmd::assert::Assert {
        let config = self.home.path().join("yagura.toml");
        yagura(&["case", "sync", "--config", config.to_str().unwrap()], &self.state())
    }
}

#[test]
fn people_and_the_case_stay_in_line() {
    let desk = Desk::new();
    desk.sync().success();
    {
        let hub = desk.hub.lock().unwrap();
        assert_eq!(hub.issues.len(), 1);
        let issue = &hub.issues[&1];
        let body = issue["body"].as_str().unwrap();
        assert!(body.contains("- [ ] ") && body.contains("### Response"), "{body}");
        assert!(issue["labels"].to_string().contains("severity-critical"));
        assert_eq!(issue["assignees"], json!(["cloud-team"]));
    }
    // Nothing new: nothing is written, neither there nor here.
    let (writes, before) = (desk.hub.lock().unwrap().writes.len(), export(&desk.state()));
    desk.sync().success();
    assert_eq!(desk.hub.lock().unwrap().writes.len(), writes);
    assert_eq!(export(&desk.state()), before);
    // A note here becomes a comment there; a comment, a tick and an owner there come back.
    yagura(&["case", "note", "C-1", "ask @everyone: see #1"], &desk.state()).success();
    {
        let mut hub = desk.hub.lock().unwrap();
        hub.comment(1, "aiko", "The key is revoked.");
        let issue = hub.issues.get_mut(&1).unwrap();
        issue["assignee"] = json!({"login": "aiko"});
        issue["body"] = issue["body"].as_str().unwrap().replacen("[ ]", "[x]", 1).into();
    }
    desk.sync().success();
    let case = export(&desk.state())["cases"][0].clone();
    assert_eq!((&case["owner"], &case["checklist"][0]["done"]), (&json!("aiko"), &json!(true)));
    assert_eq!(case["notes"][1]["text"], "The key is revoked.");
    let said = desk.hub.lock().unwrap().comments[&1][1]["body"].as_str().unwrap().to_owned();
    assert!(said.contains("ask") && !said.contains("@e") && !said.contains("#1"), "{said}");
    // A person closes it, then opens it again.
    let set =
        |state: &str| desk.hub.lock().unwrap().issues.get_mut(&1).unwrap()["state"] = state.into();
    desk.hub.lock().unwrap().issues.get_mut(&1).unwrap()["state_reason"] = "not_planned".into();
    set("closed");
    desk.sync().success();
    let case = export(&desk.state())["cases"][0].clone();
    assert_eq!((&case["status"], &case["resolution"]), (&json!("closed"), &json!("benign")));
    set("open");
    desk.sync().success();
    assert_eq!(export(&desk.state())["cases"][0]["status"], "investigating");
    // The case is closed here: the ticket follows.
    yagura(&["case", "close", "C-1", "--resolution", "true_positive"], &desk.state()).success();
    desk.sync().success();
    assert_eq!(desk.hub.lock().unwrap().issues[&1]["state"], "closed");
    let writes = desk.hub.lock().unwrap().writes.len();
    desk.sync().success();
    assert_eq!(desk.hub.lock().unwrap().writes.len(), writes);
    assert_eq!(desk.hub.lock().unwrap().issues.len(), 1);
}

#[test]
fn an_outage_at_any_request_loses_and_doubles_nothing() {
    let desk = Desk::new();
    yagura(&["case", "note", "C-1", "first"], &desk.state()).success();
    for answers in 0..9 {
        desk.hub.lock().unwrap().left = Some(answers);
        let _broken_or_done = desk.sync();
        desk.hub.lock().unwrap().left = None;
        yagura(&["case", "note", "C-1", &format!("after {answers}")], &desk.state()).success();
    }
    desk.sync().success();
    let hub = desk.hub.lock().unwrap();
    assert_eq!(hub.issues.len(), 1);
    let mut texts: Vec<String> =
        hub.comments[&1].iter().map(|one| one["body"].as_str().unwrap().to_owned()).collect();
    assert_eq!(texts.len(), 10);
    texts.sort();
    texts.dedup();
    assert_eq!(texts.len(), 10);
}

#[test]
fn failures_are_told_without_the_token() {
    let desk = Desk::new();
    let config = desk.home.path().join("yagura.toml");
    let run = |token: &str| {
        let mut command = Command::cargo_bin("yagura").unwrap();
        command.args(["case", "sync", "--config"]).arg(&config).arg("--state").arg(desk.state());
        let done = command.env("TEST_TOKEN", token).assert().code(2);
        String::from_utf8(done.get_output().stderr.clone()).unwrap()
    };
    let said = run("wr0ng-token");
    assert!(said.contains("status 401") && !said.contains("wr0ng"), "{said}");
    let text = fs::read_to_string(&config).unwrap();
    fs::write(&config, text.replace("token_env", "tokken_env")).unwrap();
    assert!(run("x").contains("tokken_env"));
}
