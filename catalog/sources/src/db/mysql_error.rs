//! The error log of MySQL 5.0 to 9 and of MariaDB, as text or JSON.

use std::borrow::Cow;

use frame::Input;
use jiff::tz::TimeZone;
use model::seam::About;
use model::seam::source::{Intake, Likeness, LogSource, ReadSettings, Source};
use model::{Outcome, Position, Time};
use ocsf::Class;
use sonic_rs::{JsonValueTrait, Value};

use super::entry::{Deed, Entry, Product, Slot};
use super::{mysql, stamp};
use crate::joined::{self, Part};
use crate::numbered;
use crate::{clock, json, wrap};

/// The source.
pub struct Errors;

const KIND: &str = "db.mysql_error";

static PRODUCT: Product = Product {
    source: KIND,
    name: mysql::NAME,
    vendor: mysql::VENDOR,
    log: "error",
    names: &[
        ("err_code", Slot::Code),
        ("err_symbol", Slot::Context),
        ("label", Slot::Severity),
        ("msg", Slot::Message),
        ("subsystem", Slot::App),
        ("thread", Slot::Pid),
    ],
};

impl Source for Errors {
    fn about(&self) -> &'static About {
        &About {
            name: KIND,
            line: "Error log of MySQL (all versions, text and JSON) and MariaDB",
            spec: "https://dev.mysql.com/doc/refman/8.4/en/error-log-format.html",
        }
    }

    fn classes(&self) -> &'static [Class] {
        &[
            Class::BASE_EVENT,
            Class::AUTHENTICATION,
            Class::APPLICATION_LIFECYCLE,
            Class::APPLICATION_ERROR,
        ]
    }

    fn logsources(&self) -> &'static [LogSource] {
        &[
            LogSource { product: Some("mysql"), service: None, category: Some("database") },
            LogSource { product: Some("sql"), service: None, category: Some("application") },
        ]
    }

    fn fields(&self) -> &'static [&'static str] {
        &["err_code", "label", "msg", "subsystem", "thread"]
    }

    fn recognise(&self, sample: &[u8]) -> Likeness {
        if is_json(sample) {
            return Likeness::Name;
        }
        let lines = wrap::sample_lines(sample);
        let own = |line: &str| Line::of(line).map_or(Likeness::No, |line| line.likeness());
        let likeness = |line: &String| own(line).max(own(wrap::delivery_time(line).1));
        lines.iter().map(likeness).max().unwrap_or_default()
    }

    fn read(&self, input: &mut Input<'_>, settings: &ReadSettings, out: &mut dyn Intake) {
        if is_json(input.sample()) {
            return numbered::documents(input, out, &mut document);
        }
        let part = |line: &str, _: &str| Part::opens(Line::of(line).is_some());
        joined::read(input, &part, out, &mut |joined, out| {
            let Some(line) = Line::of(joined.text) else {
                return out.refuse(joined.at, "no time at the start of the line", joined.text);
            };
            let Some(time) = line.time(settings.zone.as_ref()) else {
                return out.refuse(joined.at, "a time that no clock shows", joined.text);
            };
            let mut entry = Entry::new(&PRODUCT, time, Deed::Notice);
            entry.pid = line.thread;
            entry.severity = line.level.map(Cow::Borrowed);
            entry.code = line.code.map(Cow::Borrowed);
            entry.app = line.subsystem.map(Cow::Borrowed);
            entry.cut = joined.cut;
            told(&mut entry, line.text);
            entry.emit(joined.text, joined.at, out);
        });
    }
}

/// A line, cut into its parts.
struct Line<'a> {
    stamp: &'a str,
    thread: Option<i64>,
    level: Option<&'a str>,
    code: Option<&'a str>,
    subsystem: Option<&'a str>,
    text: &'a str,
}

impl<'a> Line<'a> {
    /// Cuts `time thread [level] [code] [subsystem] text`; old servers have the time only.
    fn of(line: &'a str) -> Option<Self> {
        let bytes = line.as_bytes();
        let length = if stamp::looks_short(line) {
            15
        } else if matches!(bytes.get(10), Some(b'T')) && bytes.get(4) == Some(&b'-') {
            line.find(' ')
                .filter(|at| Time::parse_rfc3339(line.get(..*at).unwrap_or("")).is_some())?
        } else {
            let ours = matches!(bytes.get(10), Some(b' ')) && bytes.get(13) == Some(&b':');
            ours.then(|| civil(line.get(..19)?)).flatten()?;
            19
        };
        let (stamp, rest) = line.split_at_checked(length)?;
        let rest = rest.trim_start_matches(' ');
        let (thread, rest) = match rest.split_once(' ') {
            // InnoDB writes threads in hexadecimal.
            Some((word, after)) if is_thread(word) => (word.parse().ok(), after),
            _ => (None, rest),
        };
        let (found, after) = bracketed(rest);
        let Some(level) = found.filter(|level| LEVELS.contains(level)) else {
            return Some(Line {
                stamp,
                thread,
                level: None,
                code: None,
                subsystem: None,
                text: rest,
            });
        };
        let (code, behind) = bracketed(after);
        let code = code.filter(|code| code.starts_with("MY-"));
        let (subsystem, text) = if code.is_some() { bracketed(behind) } else { (None, after) };
        let level = Some(level);
        Some(Line { stamp, thread, level, code, subsystem, text })
    }

    /// Whether only MySQL and MariaDB write so: by words of theirs, or by what stands where.
    fn likeness(&self) -> Likeness {
        let own = ["InnoDB:", "mysqld", "mariadbd", "server_audit:"];
        let names = own.iter().any(|word| self.text.starts_with(word)) || self.code.is_some();
        match self.level {
            _ if names => Likeness::Name,
            Some("Note" | "System") => Likeness::Name,
            Some(_) if self.stamp.len() == 15 => Likeness::Name,
            Some(_) if self.thread.is_some() => Likeness::Format,
            _ => Likeness::No,
        }
    }

    fn time(&self, zone: Option<&TimeZone>) -> Option<Time> {
        match self.stamp.len() {
            15 => stamp::short(self.stamp, zone).map(|(time, _)| time),
            19 => civil(self.stamp).map(|time| clock::in_zone(time, zone)),
            _ => Time::parse_rfc3339(self.stamp),
        }
    }
}

/// `2026-09-08 11:10:04`; MariaDB writes a blank for the first digit of an early hour.
fn civil(stamp: &str) -> Option<Time> {
    if stamp.as_bytes().get(11) == Some(&b' ') {
        let (date, clock) = (stamp.get(..11)?, stamp.get(12..)?);
        return Time::parse_civil(&format!("{date}0{clock}"), 0);
    }
    Time::parse_civil(stamp, 0)
}

const LEVELS: &[&str] = &["ERROR", "Error", "Note", "System", "Warning"];

fn is_thread(word: &str) -> bool {
    word.bytes().all(|b| b.is_ascii_hexdigit()) && word.bytes().any(|b| b.is_ascii_digit())
}

fn bracketed(text: &str) -> (Option<&str>, &str) {
    let cut = text.strip_prefix('[').and_then(|inside| inside.split_once(']'));
    cut.map_or((None, text), |(inside, rest)| (Some(inside), rest.trim_start_matches(' ')))
}

/// What a message tells.
fn told<'a>(entry: &mut Entry<'a>, message: &'a str) {
    entry.message = Some(message.into()).filter(|m: &Cow<'_, str>| !m.is_empty());
    if matches!(entry.severity.as_deref(), Some("ERROR" | "Error")) {
        entry.outcome = Outcome::Failure;
    }
    if mysql::denied(entry, message) {
        (entry.deed, entry.outcome) = (Deed::Logon, Outcome::Failure);
    } else if message.contains(": ready for connections") {
        (entry.deed, entry.outcome) = (Deed::Start, Outcome::Success);
    } else if message.contains(": Shutdown complete") {
        (entry.deed, entry.outcome) = (Deed::Stop, Outcome::Success);
    } else if message.starts_with("Aborted connection ") {
        let part = |name: &str| {
            let (_, rest) = message.split_once(name)?;
            let value = rest.split('\'').next()?;
            (!matches!(value, "" | "unconnected" | "unauthenticated")).then_some(value)
        };
        entry.database = part(" db: '").map(Cow::Borrowed);
        entry.user = part(" user: '").map(Cow::Borrowed);
        entry.client = part(" host: '").map(Cow::Borrowed);
    }
}

/// Whether a sample is what `log_sink_json` writes.
fn is_json(sample: &[u8]) -> bool {
    let has = |name: &str| memchr::memmem::find(sample, name.as_bytes()).is_some();
    wrap::is_json(sample) && has("\"err_code\"") && has("\"msg\"") && has("\"prio\"")
}

fn document(value: &Value, text: &str, at: Position, out: &mut dyn Intake) -> Result<(), String> {
    let member = |name: &str| json::text(value, &[name]).map(Cow::Borrowed);
    let number = |name: &str| json::at(value, &[name]).and_then(JsonValueTrait::as_i64);
    let time = json::at(value, &["time"]).or_else(|| json::at(value, &["ts"]));
    let time = time.and_then(json::time).ok_or("no time")?;
    let mut entry = Entry::new(&PRODUCT, time, Deed::Notice);
    entry.pid = number("thread");
    entry.severity = member("label");
    entry.code = number("err_code").map(|code| Cow::Owned(format!("MY-{code:06}")));
    entry.context = member("err_symbol");
    entry.app = member("subsystem");
    told(&mut entry, json::text(value, &["msg"]).ok_or("no msg")?);
    entry.emit(text, at, out);
    Ok(())
}
