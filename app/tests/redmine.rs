//! Cases in a real Redmine: tickets, ties, files, what people do there, and a server that dies.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "the test starts a server and runs the binary"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use door::{Client, Method, Request};
use serde_json::{Value, json};
use sim::case::{Options, case};

/// How long the first ticket is waited for.
const PATIENCE: Duration = Duration::from_mins(2);

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A Redmine of its own; stopped with the test.
struct Redmine {
    folder: PathBuf,
    url: String,
    key: String,
    client: Client,
}

impl Redmine {
    /// Starts it; `None`, said on stderr, where it cannot be had.
    fn start(folder: &Path) -> Option<Redmine> {
        if !script("start", folder) {
            eprintln!("SKIPPED: Redmine cannot be had here; no ticket is tried there");
            return None;
        }
        let text = |name: &str| fs::read_to_string(folder.join(name)).unwrap().trim().to_owned();
        let client = Client::new(door::Settings::default()).unwrap();
        let (url, key) = (text("url"), text("key"));
        Some(Redmine { folder: folder.to_owned(), url, key, client })
    }

    fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> Value {
        let request = Request::new(method, format!("{}{path}", self.url));
        let mut request = request.header("x-redmine-api-key", self.key.as_str());
        if let Some(body) = body {
            request = request.body("application/json", body.to_string());
        }
        let answer = self.client.call(&request).unwrap();
        serde_json::from_slice(&answer.body).unwrap_or(Value::Null)
    }

    fn issues(&self) -> Vec<Value> {
        let all = self.ask(Method::Get, "/issues.json?status_id=*&sort=id&limit=100", None);
        let numbers = all["issues"].as_array().unwrap().iter().map(|issue| issue["id"].clone());
        let whole = |id: Value| {
            let path = format!("/issues/{id}.json?include=relations,attachments,journals");
            self.ask(Method::Get, &path, None)["issue"].clone()
        };
        numbers.map(whole).collect()
    }

    fn die(&self) {
        let pid = fs::read_to_string(self.folder.join("pid")).unwrap();
        assert!(Command::new("kill").args(["-9", pid.trim()]).status().unwrap().success());
    }
}

impl Drop for Redmine {
    fn drop(&mut self) {
        script("stop", &self.folder);
    }
}

fn script(verb: &str, folder: &Path) -> bool {
    let mut command = Command::new(root().join("dev/redmine.sh"));
    command.arg(verb).arg(folder).stdin(Stdio::null()).stdout(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

fn yagura(arguments: &[&str], state: &Path, key: &str) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin("yagura"));
    command.args(arguments).arg("--state").arg(state).env("REDMINE_KEY", key);
    command.env("USER", "mika").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

fn export(state: &Path) -> Value {
    let output =
        yagura(&["case", "export"], state, "").stdout(Stdio::piped()).output().unwrap().stdout;
    serde_json::from_slice(&output).unwrap()
}

/// Two attacks of one family and one of another, each investigated by itself.
fn investigate(home: &Path, state: &Path) {
    let all = sim::stories::all().unwrap();
    for (seed, name) in [(3, "web-spam"), (11, "web-spam"), (4, "leaked-key")] {
        let story = all.iter().find(|(known, _)| *known == name).unwrap().1.clone();
        let made = case(seed, &[story], &Options { noise: 20, loss: 0, skew: 0 });
        let folder = home.join(format!("{name}-{seed}"));
        sim::output::write(&made, &folder).unwrap();
        let logs = folder.join("logs");
        let arguments = [
            "investigate",
            logs.to_str().unwrap(),
            "--year",
            "2026",
            "--time-zone",
            "UTC",
            "--quiet",
        ];
        let code = yagura(&arguments, state, "").status().unwrap().code();
        assert_eq!(code, Some(1), "{name} {seed}");
    }
}

/// The server dies when the first ticket is there; what is left is done when it is back.
fn lose_the_server(redmine: &Redmine, sync: &dyn Fn() -> Command) {
    let mut child = sync().spawn().unwrap();
    let start = Instant::now();
    let list = "/issues.json?status_id=*";
    while redmine.ask(Method::Get, list, None)["total_count"] == 0 && start.elapsed() < PATIENCE {
        std::thread::sleep(Duration::from_millis(10));
    }
    redmine.die();
    println!("the sync that lost its server ended with {:?}", child.wait().unwrap().code());
    assert!(script("again", &redmine.folder));
    assert!(sync().status().unwrap().success());
}

/// Opened again there, it is opened here.
fn open_again(redmine: &Redmine, id: &Value, state: &Path, sync: &dyn Fn() -> Command) {
    let change = json!({"issue": {"status_id": 2}});
    redmine.ask(Method::Put, &format!("/issues/{id}.json"), Some(&change));
    assert!(sync().status().unwrap().success());
    let after = export(state);
    assert!(after["cases"].as_array().unwrap().iter().all(|case| case["status"] != "closed"));
    assert_eq!(redmine.issues().len(), 3);
}

#[test]
fn tickets_of_redmine_follow_the_cases_and_people() {
    let home = tempfile::tempdir().unwrap();
    let Some(redmine) = Redmine::start(&home.path().join("redmine")) else { return };
    let state = home.path().join("state");
    investigate(home.path(), &state);
    let config = home.path().join("yagura.toml");
    let text = format!(
        "[[tracker]]\nname = \"desk\"\nkind = \"redmine\"\nurl = \"{}\"\nproject = \"sec\"\n\
         token_env = \"REDMINE_KEY\"\nmin_severity = \"high\"\nretries = 0\n",
        redmine.url
    );
    fs::write(&config, text).unwrap();
    let arguments = ["case", "sync", "--config", config.to_str().unwrap()];
    let sync = || yagura(&arguments, &state, &redmine.key);

    lose_the_server(&redmine, &sync);
    let issues = redmine.issues();
    assert_eq!(issues.len(), 3, "{issues:#?}");
    for issue in &issues {
        let text = issue["description"].as_str().unwrap();
        assert!(text.contains("* [ ] ") && text.contains("h3. Response"), "{text}");
        let files = issue["attachments"].as_array().unwrap();
        assert_eq!(files.len(), 1, "{issue:#}");
        let name = files[0]["filename"].as_str().unwrap();
        assert!(name.starts_with("C-") && name.contains(".json"), "{issue:#}");
    }
    // The two of one family are tied, the third is not.
    let ties = |number: usize| issues[number]["relations"].as_array().map_or(0, Vec::len);
    assert_eq!((ties(0), ties(1), ties(2)), (1, 1, 0), "{issues:#?}");
    assert_eq!(issues[1]["relations"][0]["relation_type"], "relates");

    // Once more: nothing is written, neither there nor here.
    let before = export(&state);
    assert!(sync().status().unwrap().success());
    assert_eq!(redmine.issues(), issues);
    assert_eq!(export(&state), before);

    // A person writes, ticks a line, and closes the ticket.
    let id = issues[0]["id"].clone();
    let text = issues[0]["description"].as_str().unwrap().replacen("[ ]", "[x]", 1);
    let change = json!({"issue": {"status_id": 5, "notes": "It is over.", "description": text}});
    redmine.ask(Method::Put, &format!("/issues/{id}.json"), Some(&change));
    assert!(sync().status().unwrap().success());
    let after = export(&state);
    let closed: Vec<&Value> = after["cases"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|case| case["status"] == "closed")
        .collect();
    assert_eq!(closed.len(), 1, "{after:#}");
    assert_eq!(closed[0]["resolution"], "true_positive");
    assert_eq!(closed[0]["notes"][0]["text"], "It is over.");
    assert_eq!(closed[0]["checklist"][0]["done"], true);
    open_again(&redmine, &id, &state, &sync);
}
