//! Where the intruder came in: the request whose value became part of a command.
//!
//! A value that a client sent and that stands in a command line, crossing the border of a word of
//! the shell, is proof; nearness in time alone is a guess and is said to be one.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::fact::{Fact, Request, What};
use super::taint::{Host, Taint, absolute};

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
/// Proof by content; by time, several times over; by time, once.
const SURE: f64 = 0.97;
const SURE_BY_TIME: f64 = 0.82;
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

/// Whether a command line only tries out whether commands run.
pub(crate) fn is_probe(command: &str) -> bool {
    let head = command.split_whitespace().next().unwrap_or_default();
    PROBES.contains(&head.rsplit('/').next().unwrap_or(head))
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
    best.map(|(_, _, entry)| entry).or_else(|| called(host, taint, root))
}

/// The request for a page that the intruder planted, while which a program was started.
fn called(host: &Host<'_>, taint: &Taint, root: usize) -> Option<Entry> {
    let time = host.facts.get(root)?.start();
    let planted = |request: &Request| {
        let name = request.path.rsplit('/').next().unwrap_or_default();
        let ending = format!("/{name}");
        name.len() >= 5 && taint.files.keys().any(|file| file.ends_with(&ending))
    };
    let mut all = host.facts.iter().enumerate().filter_map(|(at, f)| Some((at, f, request(f)?)));
    let (at, ..) =
        all.find(|(_, fact, request)| covers(fact, request, time) && planted(request))?;
    Some(Entry { start: root, request: at, value: None, sure: 0.9, probe: false })
}

/// Whether a request was open at a time.
fn covers(fact: &Fact, request: &Request, time: i64) -> bool {
    fact.start().saturating_sub(request.took).saturating_sub(SLACK) <= time
        && fact.at.time.end.saturating_add(SLACK) >= time
}

/// Starts of programs, and the requests that were open then, by their facts' numbers.
type Moments = Vec<(usize, usize)>;

/// Where no content speaks: the client whose requests for one page were open whenever one of the
/// intruder's programs began. One such moment is a guess, several are hardly chance.
pub(crate) fn by_time(host: &Host<'_>, taint: &Taint) -> Vec<Entry> {
    let mut open: BTreeMap<[&str; 3], Moments> = BTreeMap::new();
    let planted = |at: &usize| {
        let process = host.process(*at);
        // What the intruder left and a timer starts is no way in.
        process.is_some_and(|p| absolute(&p.command).any(|file| taint.files.contains_key(file)))
    };
    let parent = |at: &usize| host.process(*at).and_then(|process| process.parent);
    let serves: BTreeSet<i64> =
        host.starts().iter().filter(|at| !taint.starts.contains(at)).filter_map(parent).collect();
    // A service starts programs for others too; a timer's process starts one and ends.
    let began = |root: &usize| !planted(root) || parent(root).is_some_and(|p| serves.contains(&p));
    let roots: Vec<usize> = taint.roots(host).into_iter().filter(began).collect();
    for root in &roots {
        let Some(time) = host.facts.get(*root).map(Fact::start) else { continue };
        let from = host.facts.partition_point(|f| f.start() < time.saturating_sub(BEFORE));
        for (at, fact) in host.facts.iter().enumerate().skip(from) {
            if fact.start() > time.saturating_add(AFTER) {
                break;
            }
            let Some(request) = request(fact).filter(|r| covers(fact, r, time)) else { continue };
            let Some(client) = request.client.as_deref() else { continue };
            let asked = open.entry([client, &request.method, &request.path]).or_default();
            if asked.iter().all(|(known, _)| known != root) {
                asked.push((*root, at));
            }
        }
    }
    let most = open.values().map(Vec::len).max().unwrap_or(0);
    let mut best = open.into_values().filter(|asked| asked.len() == most);
    let (Some(asked), None) = (best.next(), best.next()) else { return Vec::new() };
    let sure = if most > 1 { SURE_BY_TIME } else { GUESS };
    let entry = |(start, request)| Entry { start, request, value: None, sure, probe: false };
    asked.into_iter().map(entry).collect()
}

/// Where no programs are recorded: requests that carry a command which names a planted file.
pub(crate) fn by_file(host: &Host<'_>, taint: &Taint) -> Vec<Entry> {
    let mut out = Vec::new();
    for (at, fact) in host.facts.iter().enumerate() {
        let Some(request) = request(fact) else { continue };
        for (name, value) in values(request) {
            let Some(last) = value.rsplit(char::is_whitespace).next() else { continue };
            let named = value.contains(BORDERS) && last.starts_with('/') && last.len() >= 10;
            // Logs cut long values: the end of a path may be missing.
            let file = taint.files.iter().find(|(file, _)| named && file.starts_with(last));
            if let Some(start) = file.and_then(|(_, facts)| facts.first().copied()) {
                let value = Some((name, value));
                out.push(Entry { start, request: at, value, sure: 0.85, probe: false });
                break;
            }
        }
    }
    out
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
