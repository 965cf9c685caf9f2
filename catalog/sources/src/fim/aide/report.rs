//! One report: its times, its entries, and what changed in each.

use std::collections::BTreeMap;

use sonic_rs::{JsonContainerTrait, JsonValueTrait, Value};

use crate::json;

/// No report has more entries than this; what goes beyond is counted in the report's own summary.
const ENTRIES_MAX: usize = 1_000_000;
/// No head of a report keeps more text than this.
const HEAD_BYTES_MAX: usize = 8 << 10;
/// No entry keeps more details than this.
const DETAILS_MAX: usize = 64;

/// One entry of a report.
#[derive(Debug, Default)]
pub struct Found {
    /// Where it stands.
    pub line: u64,
    /// Its line.
    pub text: String,
    /// Its flags (`f+++++++++++++++++`, `f = ... mc .H`).
    pub flags: String,
    /// Its path.
    pub path: String,
    /// What changed: attribute, before, now; `now` alone where there was nothing before.
    pub details: Vec<Detail>,
    /// The lines that told it.
    pub detail_text: String,
}

/// One attribute that changed.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Detail {
    /// Its name, as the report has it (`SHA256`, `Perm`).
    pub name: String,
    /// Before.
    pub old: String,
    /// Now.
    pub new: String,
}

/// Which part of a report a line stands in.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Part {
    #[default]
    Head,
    Entries,
    Details,
    Databases,
}

/// One report.
#[derive(Debug, Default)]
pub struct Report {
    /// Where it starts.
    pub first_line: u64,
    /// The line with its start.
    pub start_line: String,
    /// Its start, as it stands there.
    pub start: Option<String>,
    /// Its end.
    pub end: Option<String>,
    /// AIDE's version.
    pub version: String,
    /// What it says in one sentence.
    pub outline: String,
    /// Its head and summary.
    pub head: String,
    /// Its entries.
    pub entries: Vec<Found>,
    part: Part,
    by_path: BTreeMap<String, usize>,
    /// The entry that details are told of, and whether the last line may go on.
    current: Option<usize>,
}

/// Whether a line says in one sentence what a report found.
pub fn is_outline(line: &str) -> bool {
    let said = ["found ", "initialized", "successfully initialized"];
    line.starts_with("AIDE ") && said.iter().any(|word| line.contains(word))
}

/// Whether a line opens a report.
pub fn opens(line: &str) -> bool {
    line.starts_with("Start timestamp: ") || is_outline(line)
}

impl Report {
    /// Whether a line belongs to the next report.
    pub fn ends_before(&self, line: &str) -> bool {
        if line.starts_with("Start timestamp: ") {
            return self.start.is_some();
        }
        is_outline(line) && !self.outline.is_empty()
    }

    /// Takes the next line.
    pub fn line(&mut self, text: &str, number: u64) {
        if self.first_line == 0 {
            self.first_line = number;
        }
        if let Some(start) = text.strip_prefix("Start timestamp: ") {
            let (time, version) = start.split_once(" (AIDE ").unwrap_or((start, ""));
            version.trim_end_matches(')').clone_into(&mut self.version);
            self.start = Some(time.to_owned());
            text.clone_into(&mut self.start_line);
            return self.keep(text);
        }
        if let Some(end) = text.strip_prefix("End timestamp: ") {
            self.end = Some(end.split(" (").next().unwrap_or(end).to_owned());
            return self.keep(text);
        }
        if is_outline(text) {
            text.clone_into(&mut self.outline);
            return self.keep(text);
        }
        match text {
            "Added entries:" | "Removed entries:" | "Changed entries:" | "Added files:"
            | "Removed files:" | "Changed files:" => self.part = Part::Entries,
            "Detailed information about changes:" => self.part = Part::Details,
            t if t.starts_with("The attributes of the ") => self.part = Part::Databases,
            _ => self.content(text, number),
        }
    }

    fn content(&mut self, text: &str, number: u64) {
        if text.starts_with("---") {
            return;
        }
        match self.part {
            Part::Head => self.keep(text),
            Part::Entries => self.entry(text, number),
            Part::Details => self.detail(text),
            Part::Databases => {}
        }
    }

    fn keep(&mut self, text: &str) {
        if !text.trim().is_empty() && self.head.len() + text.len() < HEAD_BYTES_MAX {
            if !self.head.is_empty() {
                self.head.push('\n');
            }
            self.head.push_str(text);
        }
    }

    /// `f+++++++++++++++++: /path`, `f = ... mc .H     : /path`, `added: /path`.
    fn entry(&mut self, text: &str, number: u64) {
        let Some(at) = text.find(": ") else { return };
        let (flags, path) = text.split_at_checked(at).unwrap_or((text, ""));
        let path = path.trim_start_matches([':', ' ']);
        let known = matches!(flags, "added" | "removed" | "changed")
            || flags.starts_with(['f', 'd', 'l', 'p', 's', 'b', 'c', 'D', '?', '!', '|']);
        if path.is_empty() || !known || self.entries.len() >= ENTRIES_MAX {
            return;
        }
        self.by_path.insert(path.to_owned(), self.entries.len());
        self.entries.push(Found {
            line: number,
            text: text.to_owned(),
            flags: flags.trim_end().to_owned(),
            path: path.to_owned(),
            ..Found::default()
        });
    }

    /// `File: /path` and the lines below it: ` Name      : before | now`, values over several.
    fn detail(&mut self, text: &str) {
        if !text.starts_with(' ') {
            let path = text.split_once(": ").map(|(_, path)| path);
            self.current = path.and_then(|path| self.by_path.get(path)).copied();
            return;
        }
        let Some(found) = self.current.and_then(|at| self.entries.get_mut(at)) else { return };
        if found.details.len() > DETAILS_MAX {
            return;
        }
        found.detail_text.push_str(text);
        found.detail_text.push('\n');
        let (name, values) = match text.split_at_checked(12) {
            Some((name, values)) if values.starts_with(": ") || values.starts_with("= ") => {
                (name.trim(), values.get(2..).unwrap_or(""))
            }
            _ => match text.split_once(" : ") {
                Some((name, values)) if !name.trim().contains(' ') => (name.trim(), values),
                _ => ("", text),
            },
        };
        let (old, new) = values
            .split_once("| ")
            // Before 0.16 a comma stood between them.
            .or_else(|| values.split_once(" , "))
            .unwrap_or(("", values));
        let (old, new) = (old.trim(), new.trim());
        if name.is_empty() {
            // A long value goes on below its first line.
            if let Some(last) = found.details.last_mut() {
                last.old.push_str(old);
                last.new.push_str(new);
            }
            return;
        }
        let (name, old, new) = (name.to_owned(), old.to_owned(), new.to_owned());
        found.details.push(Detail { name, old, new });
    }
}

/// A report as JSON; `None` if it has no start.
pub fn from_json(value: &Value, line: u64) -> Option<Report> {
    let start = json::text(value, &["start_time"])?;
    let text = |key: &str| json::text(value, &[key]).unwrap_or("").to_owned();
    let mut report = Report {
        first_line: line,
        start_line: format!("Start timestamp: {start}"),
        start: Some(start.to_owned()),
        end: json::text(value, &["end_time"]).map(str::to_owned),
        version: text("aide_version"),
        outline: text("outline"),
        ..Report::default()
    };
    report.head = format!("{}\n{}", report.start_line, report.outline);
    for list in ["added", "removed", "changed"] {
        let entries = json::at(value, &[list]).and_then(|v| v.as_object());
        for (path, flags) in entries.into_iter().flat_map(|object| object.iter()) {
            let flags = flags.as_str().unwrap_or(list).trim_end().to_owned();
            let text = format!("{flags}: {path}");
            let details = details(value, path);
            let lines = details.iter().map(|d| format!("{}: {} | {}\n", d.name, d.old, d.new));
            let detail_text = lines.collect();
            let path = path.to_owned();
            report.entries.push(Found { line, text, flags, path, details, detail_text });
        }
    }
    Some(report)
}

/// What JSON says of one path: `{"size":{"old":60,"new":80}}`.
fn details(report: &Value, path: &str) -> Vec<Detail> {
    let found = json::at(report, &["details", path]).and_then(|v| v.as_object());
    let plain = |value: Option<&Value>| match value.map(|v| (v.as_str(), v.as_i64())) {
        Some((Some(text), _)) => text.to_owned(),
        Some((_, Some(number))) => number.to_string(),
        _ => String::new(),
    };
    let all = found.into_iter().flat_map(|object| object.iter()).take(DETAILS_MAX);
    all.map(|(name, change)| Detail {
        name: name.to_owned(),
        old: plain(json::at(change, &["old"])),
        new: plain(json::at(change, &["new"]).or_else(|| (!change.is_object()).then_some(change))),
    })
    .collect()
}
