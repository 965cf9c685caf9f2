//! Verdicts on real attacks against two stacks, request by request, against what is known of them.

#![allow(clippy::disallowed_methods, reason = "reads scenario files")]
#![allow(clippy::unwrap_used, clippy::print_stderr, clippy::indexing_slicing, reason = "tests")]

use std::collections::BTreeMap;
use std::path::Path;

use detectors::web::{Web, reached};
use model::finding::{Effect, Rule, Severity};
use model::seam::detector::{Detector, Findings, Joined, Judge, Mark, Marked};
use model::seam::source::{Intake, ReadSettings, recognise};
use model::{Event, Reached, Reject};

/// Seconds that the databases' clock is moved in one of the tests.
const APART: i64 = 90;

/// Marks with the line of the web server's log, if they are of it.
#[derive(Default)]
struct Kept {
    marks: Vec<(Marked, Option<u64>)>,
    /// Nanoseconds added to times.
    shift: i64,
    is_access: bool,
}

impl Findings for Kept {
    fn add(&mut self, _: &Event<'_>, _: &[(&std::sync::Arc<Rule>, Effect)]) {}

    fn mark(&mut self, event: &Event<'_>, mark: Mark) {
        let mut time = event.time;
        time.start += self.shift;
        time.end += self.shift;
        let line = self.is_access.then_some(event.at.line);
        self.marks.push((Marked { time, uid: 0, mark }, line));
    }
}

struct Desk<'d> {
    judge: Box<dyn Judge + 'd>,
    kept: &'d mut Kept,
}

impl Intake for Desk<'_> {
    fn event(&mut self, event: &Event<'_>) {
        self.judge.observe(event, self.kept);
    }

    fn reject(&mut self, _: Reject) {}
}

fn read(web: &Web, file: &Path, kept: &mut Kept) {
    let bytes = testkit::bytes(file);
    let mut input = model::frame::Input::new(model::frame::Content::Whole(&bytes));
    let settings = ReadSettings::default();
    let Some((source, _)) = recognise(&sources::all(), input.sample(), &settings) else { return };
    source.read(&mut input, &settings, &mut Desk { judge: web.judge(), kept });
}

/// The verdicts by line of the web server's log.
fn verdicts(access: &Path, databases: &[std::path::PathBuf], apart: i64) -> BTreeMap<u64, Reached> {
    let kinds: Vec<_> = sources::all().iter().map(|s| (s.about().name, s.logsources())).collect();
    let web = Web::new(&kinds);
    let mut kept = Kept { is_access: true, ..Kept::default() };
    read(&web, access, &mut kept);
    kept.is_access = false;
    kept.shift = apart * 1_000_000_000;
    for file in databases {
        read(&web, file, &mut kept);
    }
    kept.marks.sort_by_key(|(marked, _)| marked.time.start);
    let (marks, lines): (Vec<Marked>, Vec<Option<u64>>) = kept.marks.into_iter().unzip();
    let mut out = BTreeMap::new();
    for (at, verdict) in reached(&marks) {
        let Some(line) = lines[at] else { continue };
        let best = out.entry(line).or_insert(verdict);
        *best = verdict.max(*best);
    }
    out
}

/// Compares with the truth: how many are right, of how many; and successes that were none.
fn score(truth: &serde_json::Value, found: &BTreeMap<u64, Reached>, what: &str) -> (u32, u32, u32) {
    let requests = truth["requests"].as_array().unwrap();
    let mut table: BTreeMap<(String, String), u32> = BTreeMap::new();
    let (mut right, mut all, mut false_success) = (0, 0, 0);
    let mut known = Vec::new();
    for request in requests {
        let line = request["line"].as_u64().unwrap();
        known.push(line);
        let verdict = found.get(&line);
        let success = verdict.is_some_and(|v| v.effect() != Effect::Attempt);
        let outcome = request["outcome"].as_str().unwrap();
        // What ran and showed nothing ran all the same: the injection worked.
        let ran = request["changes_statement"] == true && !outcome.starts_with("failed");
        all += 1;
        right += u32::from(ran == success);
        false_success += u32::from(success && !ran);
        let verdict = verdict.map_or("not an attack", |v| v.word());
        *table.entry((outcome.to_owned(), verdict.to_owned())).or_default() += 1;
    }
    let others = found.iter().filter(|(line, _)| !known.contains(line));
    false_success += others.filter(|(_, v)| v.effect() != Effect::Attempt).count() as u32;
    eprintln!("{what}: {right} of {all}, {false_success} false\n{table:#?}");
    (right, all, false_success)
}

fn stack(name: &str, truth: &str, access: &str) {
    let Some(folder) = testkit::corpus("scenarios/sqli-dump") else { return };
    let text = testkit::bytes(&folder.join("truth.json"));
    let truth = &serde_json::from_slice::<serde_json::Value>(&text).unwrap()[truth];
    let logs = folder.join(name).join("logs");
    let access = logs.join(access);
    let databases: Vec<_> = testkit::files(&logs)
        .into_iter()
        .filter(|file| {
            let name = file.to_string_lossy().into_owned();
            name.contains("/db-") && !name.contains("error") && !name.contains("slow")
        })
        .collect();
    for (what, apart) in [("clocks agree", 0), ("clocks apart", APART), ("clocks back", -APART)] {
        let (right, all, false_success) =
            score(truth, &verdicts(&access, &databases, apart), &format!("{name}, {what}"));
        assert!(f64::from(right) >= 0.99 * f64::from(all), "{name}, {what}: {right} of {all}");
        assert_eq!(false_success, 0, "{name}, {what}");
    }
    // Answers alone cannot tell an error page that gives data away from one that does not.
    let (right, all, false_success) =
        score(truth, &verdicts(&access, &[], 0), &format!("{name}, access log only"));
    assert!(f64::from(right) >= 0.97 * f64::from(all), "{name}, access only: {right} of {all}");
    assert_eq!(false_success, 0, "{name}, access only");
}

#[test]
fn php_with_mariadb() {
    stack("mariadb-php", "mariadb", "php-1/apache-access.log");
}

#[test]
fn flask_with_postgres() {
    stack("postgres-flask", "postgres", "flask-1/nginx-access.log");
}

/// What is told of all these logs together.
fn told(files: &[std::path::PathBuf]) -> Vec<Joined> {
    let kinds: Vec<_> = sources::all().iter().map(|s| (s.about().name, s.logsources())).collect();
    let web = Web::new(&kinds);
    let mut kept = Kept::default();
    for file in files {
        read(&web, file, &mut kept);
    }
    kept.marks.sort_by_key(|(marked, _)| marked.time.start);
    let marks: Vec<Marked> = kept.marks.into_iter().map(|(marked, _)| marked).collect();
    web.join(&marks).0
}

#[test]
fn a_scanner_that_fails_is_low() {
    let Some(logs) = testkit::corpus("scenarios/quiet-day/logs") else { return };
    let all = told(&testkit::files(&logs));
    assert!(!all.is_empty(), "a scanner was there");
    for one in all {
        assert_eq!(one.effect, Effect::Attempt, "{:?}", one.detail);
        assert_eq!(one.rule.severity_of(one.effect), Severity::Low, "{:?}", one.detail);
    }
}

#[test]
fn the_log_of_a_database_alone() {
    let Some(folder) = testkit::corpus("scenarios/sqli-dump") else { return };
    for log in ["mariadb-php/logs/db-m", "postgres-flask/logs/db-p"] {
        let all = told(&testkit::files(&folder.join(log)));
        let reached: Vec<_> =
            all.iter().filter_map(|one| Some(one.detail.as_ref()?.reached)).collect();
        assert_eq!(reached, [Reached::DataReturned], "{log}: one application was read out");
    }
}
