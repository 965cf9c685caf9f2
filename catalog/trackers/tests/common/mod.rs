//! The other side of a tracker: a server on loopback that answers as it is told.
#![allow(dead_code, reason = "each test file uses a part of it")]

use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use model::Severity;
use model::case::{Check, Resolution};
use model::seam::tracker::{Attachment, Block, Ticket, Tracker};
use serde_json::{Value, json};
use trackers::Settings;

/// Never to be seen in an error.
pub const SECRET: &str = "t0ken-of-test";

/// One request as it came.
#[derive(Clone, Debug)]
pub struct Seen {
    pub method: String,
    pub path: String,
    pub head: String,
    pub body: Vec<u8>,
}

impl Seen {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }
}

/// Status, more header lines, body.
pub type Reply = (u16, String, String);

pub fn say(status: u16, body: &Value) -> Reply {
    (status, String::new(), body.to_string())
}

/// Reads a request and writes what is answered to it.
pub fn serve_one(stream: &mut (impl Read + Write), answer: &mut dyn FnMut(&Seen) -> Reply) {
    let mut reader = BufReader::new(&mut *stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") && reader.read_line(&mut head).unwrap_or(0) > 0 {}
    let length =
        |line: &str| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok();
    let mut body = vec![0; head.lines().find_map(length).unwrap_or(0)];
    if reader.read_exact(&mut body).is_err() || head.is_empty() {
        return;
    }
    let mut words = head.split(' ').map(str::to_owned);
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let (status, more, said) = answer(&Seen { method, path, head, body });
    let length = said.len();
    let _gone = write!(
        stream,
        "HTTP/1.1 {status} x\r\n{more}content-length: {length}\r\nconnection: close\r\n\r\n{said}"
    );
}

/// Serves until the test ends; gives the address and what came.
pub fn serve(
    mut answer: impl FnMut(&Seen) -> Reply + Send + 'static,
) -> (String, Arc<Mutex<Vec<Seen>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let seen = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&seen);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut answer = |one: &Seen| {
                noted.lock().unwrap().push(one.clone());
                answer(one)
            };
            serve_one(&mut stream.unwrap(), &mut answer);
        }
    });
    (url, seen)
}

pub fn settings(kind: &str, url: &str) -> Settings {
    Settings {
        name: "desk".into(),
        kind: kind.into(),
        url: url.into(),
        project: match kind {
            "github" => "example/ir",
            "gitlab" => "group/ir",
            "slack" => "C0123456789",
            _ => "SEC",
        }
        .into(),
        retries: Some(0),
        ..Settings::default()
    }
}

pub fn tracker(kind: &str, url: &str) -> Box<dyn Tracker> {
    trackers::make(&settings(kind, url), SECRET.to_owned(), Vec::new()).unwrap()
}

pub fn ticket() -> Ticket {
    let check = |id: &str, done| Check { id: id.into(), text: format!("Do {id}"), done };
    Ticket {
        fingerprint: "yagura-0123456789ab".into(),
        title: "Stolen key @everyone [x](http://evil.example)".into(),
        severity: Severity::High,
        body: vec![
            Block::Heading("What happened".into()),
            Block::Text("<!channel> {noformat} #12 password=hunter2hunter2".into()),
            Block::List(vec!["/close".into(), "h1. {{macro}} |a| !x!".into()]),
            Block::Checks(vec![check("revoke", true), check("look", false)]),
        ],
        labels: vec!["security".into(), "severity-high".into()],
        assignee: Some("7".into()),
        component: Some("cloud, shop".into()),
        closed: None,
    }
}

/// Everything that is ever asked of a tracker, once.
pub fn everything(tracker: &dyn Tracker, id: &str) {
    let mut ticket = ticket();
    tracker.find(&ticket.fingerprint).unwrap();
    tracker.create(&ticket).unwrap();
    tracker.update(id, &ticket).unwrap();
    for resolution in [Resolution::TruePositive, Resolution::FalsePositive] {
        ticket.closed = Some(resolution);
        tracker.update(id, &ticket).unwrap();
    }
    tracker.pull(id).unwrap().unwrap();
    tracker.comment(id, &[Block::Text("Done, @aiko: /assign #3".into())]).unwrap();
    let (name, kind) = ("C-1.json".to_owned(), "application/json".to_owned());
    tracker.attach(id, &Attachment { name, kind, content: b"{}".to_vec() }).unwrap();
    tracker.relate(id, "8").unwrap();
}

/// An error must never hold these.
pub fn hides_secrets(text: &str) {
    assert!(!text.contains(SECRET) && !text.contains("hunter2"), "{text}");
}

pub fn empty_list() -> Value {
    json!([])
}
