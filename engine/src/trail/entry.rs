//! Where the intruder came in: the request whose value became part of a command.
//!
//! A value that a client sent and that stands in a command line, crossing the border of a word of
//! the shell, is proof; nearness in time alone is a guess and is said to be one.

use std::collections::BTreeSet;

use serde_json::Value;

use super::fact::{Fact, Request, What};
use super::taint::{Host, Taint};

/// A request may be logged this long before or after the program that it started: logs are
/// written at the end of a request. Nanoseconds.
const BEFORE: i64 = 60_000_000_000;
const AFTER: i64 = 120_000_000_000;
/// The slack of clocks where only time speaks. Nanoseconds.
const SLACK: i64 = 1_000_000_000;
/// What ends a word or begins a command for a shell.
const BORDERS: &[char] = &['$', '`', ';', '|', '&', '>', '<', '\n'];
/// Programs that only show that commands run at all.
const PROBES: &[&str] = &[
    "sleep", "id", "whoami", "uname", "hostname", "echo", "ping", "pwd", "ls", "true", "date",
    "expr", "printf", "env", "nslookup", "dig",
];
/// Values looked at in one request.
const VALUES_MAX: usize = 64;
/// Proof by content; by time alone.
const SURE: f64 = 0.97;
const GUESS: f64 = 0.5;

/// A program started by a request.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// The start at the top, by its fact's number.
    pub(crate) start: usize,
    /// The request, by its fact's number.
    pub(crate) request: usize,
    /// The parameter, and what it was, where content proves it.
    pub(crate) value: Option<(String, String)>,
    pub(crate) sure: f64,
    /// Whether it only tried out whether commands run.
    pub(crate) probe: bool,
}

impl Entry {
    /// Whether content shows it, not only nearness in time.
    pub(crate) fn is_proven(&self) -> bool {
        self.sure > 0.8
    }
}

/// What a client sent, by name.
pub(crate) fn values(request: &Request) -> Vec<(String, String)> {
    let mut out = Vec::new();
    if let Some(query) = &request.query {
        for pair in query.split('&').take(VALUES_MAX) {
            let (name, value) = pair.split_once('=').unwrap_or(("", pair));
            out.push((decoded(name), decoded(value)));
        }
    }
    if request.raw.starts_with('{')
        && let Ok(tree) = serde_json::from_str::<Value>(&request.raw)
    {
        flatten("", &tree, &mut out);
    }
    out.push((String::new(), decoded(&request.path)));
    out
}

fn decoded(text: &str) -> String {
    let spaced = text.replace('+', " ");
    percent_encoding::percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}

fn flatten(name: &str, value: &Value, out: &mut Vec<(String, String)>) {
    if out.len() >= VALUES_MAX {
        return;
    }
    match value {
        Value::String(text) => out.push((name.to_owned(), text.clone())),
        Value::Array(all) => all.iter().for_each(|one| flatten(name, one, out)),
        Value::Object(map) => {
            for (key, one) in map {
                let path = if name.is_empty() { key.clone() } else { format!("{name}.{key}") };
                flatten(&path, one, out);
            }
        }
        _ => {}
    }
}

/// Whether a value crosses from a word into a command within this command line.
fn crosses(value: &str, command: &str) -> bool {
    let meant = value.len() >= 4 && value.contains(BORDERS) && command.contains(value);
    // A page that runs what it is told: the value is the whole command.
    let whole = value.len() >= 2
        && [" -c ", " /c "]
            .iter()
            .any(|c| command.split_once(c).is_some_and(|(_, it)| it == value));
    meant || whole
}

/// Whether a value only tries out whether commands run.
fn probes(value: &str) -> bool {
    let pieces = value.split(|c: char| BORDERS.contains(&c) || "()".contains(c)).skip(1);
    let heads: Vec<&str> = pieces.filter_map(|piece| piece.split_whitespace().next()).collect();
    !heads.is_empty() && heads.iter().all(|head| PROBES.contains(head))
}

fn request(fact: &Fact) -> Option<&Request> {
    match &fact.what {
        What::Request(request) => Some(request),
        _ => None,
    }
}

fn near(fact: &Fact, time: i64) -> bool {
    fact.start() >= time.saturating_sub(BEFORE) && fact.start() <= time.saturating_add(AFTER)
}

/// The request of a host that a root start came from, if one can be named.
pub(crate) fn of_root(host: &Host<'_>, taint: &Taint, root: usize) -> Option<Entry> {
    let process = host.process(root)?;
    let time = host.facts.get(root)?.start();
    let requests = || {
        let all = host.facts.iter().enumerate().filter(|(_, fact)| near(fact, time));
        all.filter_map(|(at, fact)| request(fact).map(|request| (at, fact, request)))
    };
    let mut best: Option<(usize, i64, Entry)> = None;
    for (at, fact, request) in requests() {
        for (name, value) in values(request) {
            if !crosses(&value, &process.command) {
                continue;
            }
            let away = fact.start().saturating_sub(time).saturating_abs();
            let better =
                best.as_ref().is_none_or(|(len, gap, _)| (value.len(), -away) > (*len, -*gap));
            if better {
                let (len, probe) = (value.len(), probes(&value));
                let value = Some((name, value));
                let entry = Entry { start: root, request: at, value, sure: SURE, probe };
                best = Some((len, away, entry));
            }
        }
    }
    let shell = |request: &Request| {
        let name = request.path.rsplit('/').next().unwrap_or_default();
        name.len() >= 5 && taint.files.keys().any(|file| file.ends_with(&format!("/{name}")))
    };
    best.map(|(_, _, entry)| entry).or_else(|| {
        let covers = |fact: &Fact, request: &Request| {
            fact.start().saturating_sub(request.took).saturating_sub(SLACK) <= time
                && fact.at.time.end.saturating_add(SLACK) >= time
        };
        let open: Vec<_> = requests().filter(|(_, fact, r)| covers(fact, r)).collect();
        if let Some((at, ..)) = open.iter().find(|(_, _, request)| shell(request)) {
            let (request, sure) = (*at, 0.9);
            return Some(Entry { start: root, request, value: None, sure, probe: false });
        }
        let clients: BTreeSet<_> = open.iter().map(|(_, _, r)| r.client.as_deref()).collect();
        let (at, ..) = open.first().filter(|_| clients.len() == 1)?;
        Some(Entry { start: root, request: *at, value: None, sure: GUESS, probe: false })
    })
}

/// Further programs that requests of these clients started: tries, before or after.
pub(crate) fn others(
    host: &Host<'_>,
    clients: &BTreeSet<String>,
    known: &BTreeSet<usize>,
) -> Vec<Entry> {
    let mut out: Vec<Entry> = Vec::new();
    for (at, fact) in host.facts.iter().enumerate() {
        let Some(request) = request(fact) else { continue };
        if !request.client.as_ref().is_some_and(|client| clients.contains(client)) {
            continue;
        }
        let meant = values(request).into_iter().filter(|(_, value)| value.contains(BORDERS));
        for (name, value) in meant {
            let started = host.starts().iter().copied().find(|start| {
                let time = host.facts.get(*start).map_or(0, Fact::start);
                let near = near(fact, time) && !known.contains(start);
                near && host.process(*start).is_some_and(|p| crosses(&value, &p.command))
            });
            let Some(start) = started else { continue };
            if out.iter().all(|entry| entry.start != start) {
                let probe = probes(&value);
                let value = Some((name, value));
                out.push(Entry { start, request: at, value, sure: SURE, probe });
            }
        }
    }
    out
}

/// Programs that the application itself started beside what the value made it start.
pub(crate) fn innocent(host: &Host<'_>, entries: &[Entry]) -> BTreeSet<usize> {
    let mut out = BTreeSet::new();
    for entry in entries {
        let (Some((_, value)), Some(root)) = (&entry.value, host.process(entry.start)) else {
            continue;
        };
        let time = host.facts.get(entry.start).map_or(0, Fact::start);
        for at in host.starts() {
            let Some(process) = host.process(*at) else { continue };
            let later = host.facts.get(*at).map_or(0, Fact::start).saturating_sub(time);
            let child = process.parent == Some(root.pid) && (0..BEFORE).contains(&later);
            let head = process.command.split_whitespace().next().unwrap_or_default();
            let head = head.rsplit('/').next().unwrap_or(head);
            if child && *at != entry.start && !value.contains(head) {
                out.insert(*at);
            }
        }
    }
    out
}
