//! The gate's verdict, for people and for pipelines.

mod annotations;
mod cyclonedx;
mod json;
mod junit;
mod markdown;
mod sarif;
mod text;

use std::io::{self, Write};

use model::verdict::{Decision, Verdict, Vulnerability};

/// Writes a verdict.
pub type Writer = fn(&Verdict, &mut dyn Write) -> io::Result<()>;

/// Every format, in the order of their names.
pub const ALL: &[(&str, Writer)] = &[
    ("cyclonedx", cyclonedx::write),
    ("github-annotations", annotations::write),
    ("json", json::write),
    ("junit", junit::write),
    ("markdown", markdown::write),
    ("sarif", sarif::write),
    ("text", text::write),
];

/// The writer of a format.
pub fn find(name: &str) -> Option<Writer> {
    ALL.iter().find(|(known, _)| *known == name).map(|(_, writer)| *writer)
}

/// What somebody has to look at.
fn open(verdict: &Verdict) -> impl Iterator<Item = &Vulnerability> {
    verdict.vulnerabilities.iter().filter(|found| found.decision != Decision::Ignore)
}

/// `web 1.4.2 for prod`, as far as it was told.
fn subject(verdict: &Verdict) -> String {
    let mut parts: Vec<String> = Vec::new();
    parts.extend(verdict.application.clone());
    parts.extend(verdict.version.clone());
    if let Some(environment) = &verdict.environment {
        parts.push(format!("for {environment}"));
    }
    if parts.is_empty() { "this build".to_owned() } else { parts.join(" ") }
}

/// A list's file, without the place in it.
fn file(found: &Vulnerability) -> &str {
    let at = found.at.first().map_or("", String::as_str);
    let at = at.split('#').next().unwrap_or(at);
    match at.rsplit_once(':') {
        Some((file, line)) if line.bytes().all(|b| b.is_ascii_digit()) => file,
        _ => at,
    }
}

/// The line in that file, if the list has lines.
fn line(found: &Vulnerability) -> u64 {
    let at = found.at.first().map_or("", String::as_str);
    at.rsplit_once(':').and_then(|(_, line)| line.parse().ok()).unwrap_or(1)
}

/// Adds a member to an object.
fn set(object: &mut serde_json::Value, key: &str, value: serde_json::Value) {
    if let Some(members) = object.as_object_mut() {
        members.insert(key.to_owned(), value);
    }
}
