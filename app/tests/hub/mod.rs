//! Issues of a repository, served on loopback.
#![allow(missing_docs, reason = "tests only")]

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

/// Issues of a repository as GitHub keeps them, as far as we ask; and how many requests it takes
/// before it hangs up for good.
#[derive(Default)]
pub struct Hub {
    pub issues: BTreeMap<u64, Value>,
    pub comments: BTreeMap<u64, Vec<Value>>,
    pub writes: Vec<String>,
    pub left: Option<usize>,
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

    pub fn comment(&mut self, id: u64, who: &str, text: &str) {
        let all = self.comments.entry(id).or_default();
        let number = id * 1000 + all.len() as u64;
        all.push(json!({"id": number, "user": {"login": who}, "body": text}));
    }
}

/// Serves until the test ends.
pub fn serve() -> (String, Arc<Mutex<Hub>>) {
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
            // Whoever asked may have been killed in the middle of it.
            if reader.read_exact(&mut body).is_err() || head.is_empty() {
                continue;
            }
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
