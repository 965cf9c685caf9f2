//! One report: its head, its objects, and what changed in each. The layout is that of Tripwire's
//! text reports at levels 0 (one line), 2 (summary), 3 (concise) and 4 (full).

use std::collections::BTreeMap;

use model::Time;
use model::time::{Precision, civil_seconds};

use crate::clock::{Calendar, Stamp, at_offset, month, offset_of};
use crate::syslog;

/// No report has more objects than this; what goes beyond is counted in the report's own summary.
const OBJECTS_MAX: usize = 1_000_000;
/// No head of a report keeps more text than this.
const HEAD_BYTES_MAX: usize = 8 << 10;
/// No object keeps more properties than this.
const PROPERTIES_MAX: usize = 64;
/// Columns of a property: where its name, the expected and the observed value start.
const NAME_AT: usize = 2;
const EXPECTED_AT: usize = 23;
const VALUE_WIDTH: usize = 28;

/// What became of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// It was not in the database.
    Added,
    /// It is gone.
    Removed,
    /// It is another than it was.
    Modified,
}

/// One object of a report.
#[derive(Debug)]
pub struct Object {
    /// Where it stands first.
    pub line: u64,
    /// Its line.
    pub text: String,
    /// What became of it.
    pub change: Change,
    /// Its path.
    pub path: String,
    /// The rule that watches it.
    pub rule: String,
    /// That rule's severity.
    pub severity: Option<i64>,
    /// Properties: name, before, now, and whether it is marked as changed.
    pub properties: Vec<Property>,
    /// The lines that told them.
    pub detail_text: String,
    /// The values of the last row.
    wide: String,
}

/// One property of an object.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Property {
    /// Its name, as the report has it (`Modify Time`, `SHA`).
    pub name: String,
    /// Before; empty where there was nothing.
    pub old: String,
    /// Now.
    pub new: String,
    /// Whether it changed.
    pub is_changed: bool,
}

/// Which part of a report a line stands in.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Part {
    #[default]
    Head,
    Summary,
    Details,
    Tail,
}

/// One report.
#[derive(Debug, Default)]
pub struct Report {
    /// Where it starts.
    pub first_line: u64,
    /// Its title.
    pub title: String,
    /// When it was made, as it stands there.
    pub created: Option<String>,
    /// The machine.
    pub host: String,
    /// The machine's address.
    pub ip: String,
    /// How many objects it counts itself.
    pub violations: Option<i64>,
    /// Its head and its summaries.
    pub head: String,
    /// Its objects.
    pub objects: Vec<Object>,
    part: Part,
    change: Option<Change>,
    rule: (String, Option<i64>),
    known: BTreeMap<(Change, String), usize>,
    current: Option<usize>,
}

/// Whether a line opens a report: its title, or a report of one line.
pub fn opens(line: &str) -> bool {
    line.contains("Tripwire(R)") && line.trim_end().ends_with("Integrity Check Report")
        || line.starts_with("TWReport ") && line.contains(" V:")
}

/// What `tripwire --check` says before its report.
pub fn is_preamble(line: &str) -> bool {
    const STARTS: &[&str] = &[
        "###",
        "***",
        "Integrity checking",
        "Note: Report",
        "Opening ",
        "Parsing policy",
        "Performing integrity",
        "Processing",
        "The object:",
        "Wrote report",
        "-----",
    ];
    STARTS.iter().any(|start| line.starts_with(start))
}

impl Report {
    /// A report with its title.
    pub fn new(title: &str, line: u64) -> Self {
        let mut report =
            Report { first_line: line, title: title.trim().to_owned(), ..Report::default() };
        report.keep(title);
        if let Some(rest) = title.strip_prefix("TWReport ") {
            // `TWReport host 20261006000001 V:3 S:100 A:1 R:1 C:1`
            let mut words = rest.split_whitespace();
            words.next().unwrap_or("").clone_into(&mut report.host);
            report.created = words.next().map(str::to_owned);
            let count = words.find_map(|word| word.strip_prefix("V:"));
            report.violations = count.and_then(|count| count.parse().ok());
            report.part = Part::Tail;
        }
        report
    }

    /// Takes the next line.
    pub fn line(&mut self, text: &str, number: u64) {
        match text.trim() {
            "Report Summary:" | "Rule Summary:" => self.part = Part::Head,
            "Object Summary:" => self.turn(Part::Summary),
            "Object Detail:" => self.turn(Part::Details),
            "Error Report:" => self.turn(Part::Tail),
            _ => match self.part {
                Part::Head => self.head_line(text),
                Part::Summary => self.summary(text, number),
                Part::Details => self.detail(text, number),
                Part::Tail => {}
            },
        }
    }

    fn turn(&mut self, part: Part) {
        (self.part, self.change, self.current) = (part, None, None);
    }

    fn head_line(&mut self, text: &str) {
        self.keep(text);
        let Some((name, value)) = text.split_once(':') else { return };
        let value = value.trim();
        match name.trim() {
            "Report created on" => self.created = Some(value.to_owned()),
            "Host name" => value.clone_into(&mut self.host),
            "Host IP address" => value.clone_into(&mut self.ip),
            // A sum for each section: file systems, registries.
            "Total violations found" => {
                let more: i64 = value.parse().unwrap_or(0);
                self.violations = self.violations.unwrap_or(0).checked_add(more);
            }
            _ => {}
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

    /// `Rule Name: Root config files (/root)` and `Severity Level: 100`.
    fn is_rule(&mut self, text: &str) -> bool {
        if let Some(name) = text.strip_prefix("Rule Name: ") {
            self.rule = (name.trim().to_owned(), None);
            self.change = None;
            return true;
        }
        if let Some(level) = text.strip_prefix("Severity Level: ") {
            self.rule.1 = level.trim().parse().ok();
            return true;
        }
        text.starts_with("---") || text.starts_with("===")
    }

    /// `Added:`, and below it `"/root/x"`, with a box where the report is one to edit.
    fn summary(&mut self, text: &str, number: u64) {
        if self.is_rule(text) {
            return;
        }
        match text.trim() {
            "Added:" => self.change = Some(Change::Added),
            "Removed:" => self.change = Some(Change::Removed),
            "Modified:" => self.change = Some(Change::Modified),
            line => {
                let line = line.strip_prefix("[x] ").or(line.strip_prefix("[ ] ")).unwrap_or(line);
                let path = line.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
                if let (Some(path), Some(change)) = (path, self.change) {
                    self.object(change, path, text, number);
                }
            }
        }
    }

    /// `Modified object name:  /root/x`, and below it a table of properties.
    fn detail(&mut self, text: &str, number: u64) {
        if self.is_rule(text) {
            return;
        }
        for (start, change) in [
            ("Added object name:", Change::Added),
            ("Removed object name:", Change::Removed),
            ("Modified object name:", Change::Modified),
        ] {
            if let Some(path) = text.strip_prefix(start) {
                self.current = self.object(change, path.trim(), text, number);
                return;
            }
        }
        let Some(object) = self.current.and_then(|at| self.objects.get_mut(at)) else { return };
        object.property(text);
    }

    /// The object of that name; it is told twice in a full report.
    fn object(&mut self, change: Change, path: &str, text: &str, number: u64) -> Option<usize> {
        if path.is_empty() || self.objects.len() >= OBJECTS_MAX {
            return None;
        }
        let key = (change, path.to_owned());
        if let Some(at) = self.known.get(&key) {
            return Some(*at);
        }
        let at = self.objects.len();
        self.known.insert(key, at);
        let (rule, severity) = self.rule.clone();
        self.objects.push(Object {
            line: number,
            text: text.to_owned(),
            change,
            path: path.to_owned(),
            rule,
            severity,
            properties: Vec::new(),
            detail_text: String::new(),
            wide: String::new(),
        });
        Some(at)
    }
}

impl Object {
    /// A row of the table: `* Size                 12                          14`. Where the
    /// expected value is too wide, the observed one stands on the next line.
    fn property(&mut self, text: &str) {
        let is_title = text.trim_start().starts_with("Property:") || text.trim().starts_with("---");
        let values = text.get(EXPECTED_AT..).unwrap_or("");
        if values.trim().is_empty() || is_title || self.properties.len() >= PROPERTIES_MAX {
            return;
        }
        self.detail_text.push_str(text);
        self.detail_text.push('\n');
        let name = text.get(NAME_AT..EXPECTED_AT).unwrap_or("").trim();
        if name.is_empty() {
            // The row above is the expected value alone, blanks and all.
            if let Some(last) = self.properties.last_mut() {
                last.old = some(&std::mem::take(&mut self.wide));
                last.new = some(values);
            }
            return;
        }
        values.clone_into(&mut self.wide);
        let is_wide = values.as_bytes().get(VALUE_WIDTH - 1).is_some_and(|b| *b != b' ');
        let (old, new) = match values.split_at_checked(VALUE_WIDTH) {
            Some((old, new)) if !is_wide => (old, new),
            _ => (values, ""),
        };
        let is_changed = text.starts_with('*');
        let (name, old, new) = (name.to_owned(), some(old), some(new));
        self.properties.push(Property { name, old, new, is_changed });
    }

    /// A property by its name.
    pub fn get(&self, name: &str) -> Option<&Property> {
        self.properties.iter().find(|property| property.name == name)
    }
}

/// A value; `---` says that there is none.
fn some(value: &str) -> String {
    let value = value.trim();
    if value == "---" { String::new() } else { value.to_owned() }
}

/// A time as `strftime` prints it in the locales of C and of English, or `20261006000001`.
pub fn time(text: &str, calendar: &mut Calendar) -> Option<Time> {
    let text = text.trim();
    if text.len() == 14 && text.bytes().all(|b| b.is_ascii_digit()) {
        let part = |from: usize, to: usize| text.get(from..to)?.parse::<i64>().ok();
        let date = (part(0, 4)?, part(4, 6)?, part(6, 8)?);
        let seconds = civil_seconds(date, (part(8, 10)?, part(10, 12)?, part(12, 14)?))?;
        return calendar.time(Stamp::Zoneless(Time::seconds(seconds)), None);
    }
    if let Some((stamp, _, _)) = syslog::stamp(text) {
        return calendar.time(stamp, None);
    }
    // `Tue 06 Oct 2026 09:00:01 AM JST`
    let mut words = text.split_whitespace().peekable();
    words.next_if(|word| !word.starts_with(|c: char| c.is_ascii_digit()));
    let day = words.next()?.parse().ok()?;
    let month = month(words.next()?)?;
    let year = words.next()?.parse().ok()?;
    let mut clock = words.next()?.splitn(3, ':').map(|part| part.parse::<i64>().ok());
    let (hour, minute, second) = (clock.next()??, clock.next()??, clock.next()??);
    let hour = match words.next_if(|word| matches!(*word, "AM" | "PM")) {
        Some("AM") if hour == 12 => 0,
        Some("PM") if hour < 12 => hour + 12,
        _ => hour,
    };
    let seconds = civil_seconds((year, month, day), (hour, minute, second))?;
    let time = Time::point(seconds.checked_mul(1_000_000_000)?, Precision::Seconds);
    match words.next().and_then(offset_of) {
        Some(offset) => at_offset(time, offset),
        None => calendar.time(Stamp::Zoneless(time), None),
    }
}
