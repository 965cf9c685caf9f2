//! Taint: which processes and files of a host are the intruder's, grown from what is known to be.
//!
//! A process is the intruder's if one of the intruder's started it, or if its command names a
//! file that the intruder put there; a file is, if such a process made it. It never spreads to a
//! service that starts programs for everybody.

use std::collections::{BTreeMap, BTreeSet};

use model::Id;
use rustc_hash::FxHashMap;

use super::fact::{Fact, Process, What};

/// A parent that runs longer than this before it starts a program is a service, which works for
/// everybody. Nanoseconds.
const SERVICE_AFTER: i64 = 30_000_000_000;
/// Rounds of growing; each goes over all facts once.
const ROUNDS_MAX: usize = 12;
/// Files that are looked for in command lines.
const FILES_MAX: usize = 256;
/// Shorter paths say too little to be recognised by.
const PATH_MIN: usize = 6;
/// What lives here is not planted by being named.
const SYSTEM: &[&str] = &["/bin/", "/sbin/", "/usr/", "/lib", "/dev/", "/proc/", "/sys/"];
/// Mail servers and kernels put files here for whatever anybody does.
const SPOOLS: &[&str] = &[
    "/var/spool/exim",
    "/var/spool/postfix",
    "/var/spool/mqueue",
    "/var/spool/clientmqueue",
    "/var/log/",
    "/var/mail/",
    "/run/",
    "/proc/",
    "/dev/",
];
/// Directories whose files are run by the system.
const JOBS: &[&str] = &["/var/spool/cron", "/etc/cron", "/etc/systemd", "/etc/init", "/.ssh"];

/// What is the intruder's, by the facts' numbers.
#[derive(Default)]
pub(crate) struct Taint {
    /// Programs started.
    pub(crate) starts: BTreeSet<usize>,
    /// Files, with the facts that name them as made or found.
    pub(crate) files: BTreeMap<String, BTreeSet<usize>>,
    /// Lives of processes: pid, from, to.
    lives: BTreeSet<(i64, i64, i64)>,
}

/// The facts of a host, by what growing asks for.
pub(crate) struct Host<'f> {
    pub(crate) facts: &'f [Fact],
    starts: Vec<usize>,
    by_pid: FxHashMap<i64, Vec<usize>>,
}

impl<'f> Host<'f> {
    /// From facts in order of time.
    pub(crate) fn new(facts: &'f [Fact]) -> Self {
        let mut host = Host { facts, starts: Vec::new(), by_pid: FxHashMap::default() };
        for (at, fact) in facts.iter().enumerate() {
            if let What::Start(process) = &fact.what {
                host.starts.push(at);
                host.by_pid.entry(process.pid).or_default().push(at);
            }
        }
        host
    }

    pub(crate) fn process(&self, at: usize) -> Option<&'f Process> {
        match &self.facts.get(at)?.what {
            What::Start(process) => Some(process),
            _ => None,
        }
    }

    fn time(&self, at: usize) -> i64 {
        self.facts.get(at).map_or(0, Fact::start)
    }

    /// Every program started.
    pub(crate) fn starts(&self) -> &[usize] {
        &self.starts
    }

    /// The start of the process that started this one, if it is in sight.
    pub(crate) fn parent(&self, at: usize) -> Option<usize> {
        let (process, time) = (self.process(at)?, self.time(at));
        let starts = self.by_pid.get(&process.parent?)?;
        starts.iter().copied().rfind(|start| self.time(*start) <= time && *start != at)
    }

    /// Until when a process id belongs to the process that has it at a time: a start of it by
    /// another parent is another process.
    fn until(&self, pid: i64, from: i64) -> i64 {
        let Some(starts) = self.by_pid.get(&pid) else { return i64::MAX };
        let parent = |at: &usize| self.process(*at).and_then(|process| process.parent);
        let now = starts.iter().rfind(|at| self.time(**at) <= from).and_then(parent);
        let next =
            starts.iter().find(|at| self.time(**at) > from && (now.is_none() || parent(at) != now));
        next.map_or(i64::MAX, |at| self.time(*at))
    }
}

impl Taint {
    /// Grows from facts by their events' ids, and from files; `outside` are starts that are not
    /// the intruder's though a tainted process made them.
    pub(crate) fn grow(host: &Host<'_>, seeds: &BTreeSet<Id>, outside: &BTreeSet<usize>) -> Self {
        let mut taint = Taint::default();
        for (at, fact) in host.facts.iter().enumerate() {
            let named = seeds.contains(&fact.at.event);
            match &fact.what {
                What::Start(_) if named => taint.start_with_parents(host, at),
                What::Act { by, .. } if named => taint.live(host, by.pid, fact.start()),
                What::Malware { path, .. } => taint.file(path, at),
                What::File { path, made: true } if named => taint.file(path, at),
                _ => {}
            }
        }
        for _ in 0..ROUNDS_MAX {
            let before = taint.size();
            taint.round(host, outside);
            if taint.size() == before {
                break;
            }
        }
        taint
    }

    fn size(&self) -> (usize, usize, usize) {
        let named = self.files.values().map(BTreeSet::len).sum();
        (self.starts.len(), named, self.lives.len())
    }

    fn file(&mut self, path: &str, at: usize) {
        let named = path.len() >= PATH_MIN && !path.ends_with('/');
        if named && (self.files.len() < FILES_MAX || self.files.contains_key(path)) {
            self.files.entry(path.to_owned()).or_default().insert(at);
        }
    }

    fn live(&mut self, host: &Host<'_>, pid: i64, from: i64) {
        if pid > 1 && !self.lives(pid, from) {
            self.lives.insert((pid, from, host.until(pid, from)));
        }
    }

    fn lives(&self, pid: i64, at: i64) -> bool {
        let of_pid = self.lives.range((pid, i64::MIN, i64::MIN)..=(pid, i64::MAX, i64::MAX));
        of_pid.into_iter().any(|(_, from, to)| *from <= at && at < *to)
    }

    fn start(&mut self, host: &Host<'_>, at: usize) {
        if let Some(process) = host.process(at)
            && self.starts.insert(at)
        {
            self.live(host, process.pid, host.time(at));
        }
    }

    /// A start, and those above it up to the service that made the first of them.
    fn start_with_parents(&mut self, host: &Host<'_>, at: usize) {
        let mut at = at;
        loop {
            self.start(host, at);
            let Some(above) = host.parent(at) else { break };
            let age = host.time(at).saturating_sub(host.time(above));
            if age > SERVICE_AFTER || self.starts.contains(&above) {
                break;
            }
            at = above;
        }
    }

    fn round(&mut self, host: &Host<'_>, outside: &BTreeSet<usize>) {
        let mut named: BTreeSet<String> = BTreeSet::new();
        for at in &self.starts {
            if let Some(process) = host.process(*at) {
                named.extend(absolute(&process.command).map(str::to_owned));
            }
        }
        let homes: BTreeSet<String> =
            self.files.keys().filter_map(|path| home(path)).map(str::to_owned).collect();
        for (at, fact) in host.facts.iter().enumerate() {
            match &fact.what {
                What::Start(process) if !outside.contains(&at) && !self.starts.contains(&at) => {
                    let child = process.parent.is_some_and(|p| self.lives(p, fact.start()));
                    if child {
                        self.start(host, at);
                    } else if self.mentioned(&process.command) {
                        self.start_with_parents(host, at);
                    }
                }
                What::Act { by, file, made } => {
                    if self.lives(by.pid, fact.start()) {
                        if *made && !SPOOLS.iter().any(|spool| file.starts_with(spool)) {
                            self.file(file, at);
                        }
                    } else if !by.command.is_empty() && self.mentioned(&by.command) {
                        self.live(host, by.pid, fact.start());
                    }
                    if *made && named.contains(file) {
                        self.file(file, at);
                    }
                }
                What::File { path, made: true } => {
                    let theirs = named.contains(path) || self.files.contains_key(path);
                    if theirs || homes.contains(path) || self.is_in_new_home(path, &homes) {
                        self.file(path, at);
                    }
                }
                _ => {}
            }
        }
    }

    /// Whether a file lies in a directory that is new itself, or that the system runs jobs from.
    fn is_in_new_home(&self, path: &str, homes: &BTreeSet<String>) -> bool {
        let Some(home) = home(path) else { return false };
        homes.contains(home)
            && (self.files.contains_key(home) || JOBS.iter().any(|jobs| home.contains(jobs)))
    }

    /// Whether a command names one of the files.
    fn mentioned(&self, command: &str) -> bool {
        absolute(command).any(|word| self.files.contains_key(word))
    }

    /// Starts whose parent is not the intruder's: where the intruder came in, or came again.
    pub(crate) fn roots(&self, host: &Host<'_>) -> Vec<usize> {
        let outside = |at: &usize| {
            let process = host.process(*at);
            let parent = process.and_then(|process| process.parent);
            !parent.is_some_and(|parent| self.lives(parent, host.time(*at)))
        };
        self.starts.iter().copied().filter(outside).collect()
    }

    /// The topmost tainted start above one, itself if there is none.
    pub(crate) fn root_of(&self, host: &Host<'_>, at: usize) -> usize {
        let mut at = at;
        while let Some(above) = host.parent(at).filter(|above| self.starts.contains(above)) {
            if above >= at {
                break;
            }
            at = above;
        }
        at
    }
}

/// The directory of a path.
fn home(path: &str) -> Option<&str> {
    path.rsplit_once('/').map(|(home, _)| home).filter(|home| home.len() >= PATH_MIN)
}

/// Absolute paths that a command names, those of the system's own programs left out.
pub(crate) fn absolute(command: &str) -> impl Iterator<Item = &str> {
    let ends = |c: char| c.is_whitespace() || "\"'`();|&<>=,".contains(c);
    command.split(ends).filter(|word| {
        word.len() >= PATH_MIN
            && word.starts_with('/')
            && !SYSTEM.iter().any(|system| word.starts_with(system))
    })
}
