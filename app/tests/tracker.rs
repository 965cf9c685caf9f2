//! Cases and a tracker, both ways, with the tracker going away in the middle.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "the test is the other side"
)]

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::sync::{Arc, Mutex};

use assert_cmd::Command;
use serde_json::{Value, json};

/// Issues of a repository as GitHub keeps them, as far as we ask; and how many requests it takes
/// before it hangs up for good.
#[derive(Default)]
struct Hub {
    issues: BTreeMap<u64, Value>,
    comments: BTreeMap<u64, Vec<Value>>,
    writes: Vec<String>,
    left: Option<usize>,
}

impl Hub {
    fn answer(&mut self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let rest = path.strip_prefix("/repos/example/ir/issues").unwrap_or("?");
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let parts: Vec<&str> = rest.split('/').filter(|part| !part.is_empty()).collect();
        let id = parts.first().and_then(|id| id.parse::<u64>().ok());
        if method != "GET" {
            self.writes.push(format!("{method} {rest}"));
        }
        match (method, id, parts.get(1)) {
            ("GET", None, None) => {
                let label = query.split("labels=").nth(1).unwrap_or("");
                let has = |issue: &&Value| {
                    issue["labels"].as_array().unwrap().iter().any(|one| one == label)
                };
                (200, self.issues.values().filter(has).cloned().collect())
            }
            ("POST", None, None) => {
                let number = self.issues.len() as u64 + 1;
                let mut issue = body.clone();
                issue["number"] = number.into();
                issue["state"] = "open".into();
                issue["html_url"] = format!("https://github.example/{number}").into();
                self.issues.insert(number, issue.clone());
                (201, issue)
            }
            ("GET", Some(id), None) => match self.issues.get(&id) {
                Some(issue) => (200, issue.clone()),
                None => (404, json!({"message": "Not Found"})),
            },
            ("PATCH", Some(id), None) => {
                let issue = self.issues.get_mut(&id).unwrap();
                for (key, value) in body.as_object().unwrap() {
                    issue[key] = value.clone();
                }
                (200, issue.clone())
            }
            ("GET", Some(id), Some(&"labels")) => {
                let all = self.issues[&id]["labels"].as_array().unwrap();
                (200, all.iter().map(|name| json!({"name": name})).collect())
            }
            ("GET", Some(id), Some(&"comments")) => {
                (200, self.comments.entry(id).or_default().clone().into())
            }
            ("POST", Some(id), Some(&"comments")) => {
                self.comment(id, "yagura-bot", body["body"].as_str().unwrap());
                (201, json!({}))
            }
            _ => (400, json!({"message": "what?"})),
        }
    }

    fn comment(&mut self, id: u64, who: &str, text: &str) {
        let all = self.comments.entry(id).or_default();
        let number = id * 1000 + all.len() as u64;
        all.push(json!({"id": number, "user": {"login": who}, "body": text}));
    }
}

fn serve() -> (String, Arc<Mutex<Hub>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let hub = Arc::new(Mutex::new(Hub::default()));
    let shared = Arc::clone(&hub);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let mut head = String::new();
            while !head.ends_with("\r\n\r\n") && reader.read_line(&mut head).unwrap_or(0) > 0 {}
            let lower = head.to_ascii_lowercase();
            let length =
                lower.lines().find_map(|l| l.strip_prefix("content-length: ")?.parse().ok());
            let mut body = vec![0; length.unwrap_or(0)];
            reader.read_exact(&mut body).unwrap();
            let mut first = head.split(' ');
            let (method, path) = (first.next().unwrap_or(""), first.next().unwrap_or(""));
            let mut hub = shared.lock().unwrap();
            let (status, said) = if lower.contains("authorization: bearer t0ken-of-test") {
                hub.answer(method, path, &serde_json::from_slice(&body).unwrap_or_default())
            } else {
                (401, json!({"message": "Bad credentials"}))
            };
            // The request is done, but the answer gets lost: the worst moment.
            match &mut hub.left {
                Some(0) => continue,
                Some(left) => *left -= 1,
                None => {}
            }
            let said = said.to_string();
            let _gone = write!(
                stream,
                "HTTP/1.1 {status} x\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{said}",
                said.len()
            );
        }
    });
    (url, hub)
}

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
