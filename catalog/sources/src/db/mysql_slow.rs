//! The slow query log of MySQL, MariaDB and Percona Server: statements that took long.

use std::borrow::Cow;

use frame::Input;
use jiff::tz::TimeZone;
use model::seam::About;
use model::seam::source::{Intake, Likeness, LogSource, ReadSettings, Source};
use model::{Outcome, Time};
use ocsf::Class;

use super::entry::{Deed, Entry, Product, Slot};
use super::{mysql, stamp};
use crate::joined::{self, Joined, Part};
use crate::wrap;

/// The source.
pub struct Slow;

const KIND: &str = "db.mysql_slow";

static PRODUCT: Product = Product {
    source: KIND,
    name: mysql::NAME,
    vendor: mysql::VENDOR,
    log: "slow",
    names: &[
        ("Client", Slot::Client),
        ("Id", Slot::Pid),
        ("Last_errno", Slot::Code),
        ("Rows_sent", Slot::Rows),
        ("Schema", Slot::Database),
        ("Thread_id", Slot::Pid),
        ("User", Slot::User),
        ("query_time_ms", Slot::Duration),
        ("sql_text", Slot::Statement),
    ],
};

/// The names that lines of a head start with.
const HEADS: &[&str] = &[
    "# Bytes_",
    "# Client:",
    "# Filesort:",
    "# Full_scan:",
    "# InnoDB_",
    "# No InnoDB ",
    "# Query_time:",
    "# QC_",
    "# Rows_",
    "# Schema:",
    "# Stored_routine:",
    "# Thread_id:",
    "# Tmp_",
    "# User:",
];
/// More members of a head are left out.
const MEMBERS_MAX: usize = 64;
/// A head has no more lines, and no longer ones.
const HEAD_LINES_MAX: usize = 32;
const HEAD_LINE_MAX: usize = 4 << 10;

impl Source for Slow {
    fn about(&self) -> &'static About {
        &About {
            name: KIND,
            line: "Slow query log of MySQL, MariaDB and Percona Server",
            spec: "https://dev.mysql.com/doc/refman/8.4/en/slow-query-log.html",
        }
    }

    fn classes(&self) -> &'static [Class] {
        &[Class::BASE_EVENT, Class::DATASTORE_ACTIVITY]
    }

    fn logsources(&self) -> &'static [LogSource] {
        &[
            LogSource { product: Some("mysql"), service: None, category: Some("database") },
            LogSource { product: Some("sql"), service: None, category: Some("application") },
        ]
    }

    fn fields(&self) -> &'static [&'static str] {
        &[
            "Last_errno",
            "Lock_time",
            "Query_time",
            "Rows_examined",
            "Rows_sent",
            "Schema",
            "User",
            "sql_text",
        ]
    }

    fn recognise(&self, sample: &[u8]) -> Likeness {
        let lines = wrap::sample_lines(sample);
        let ours = lines.iter().any(|line| {
            let line = wrap::delivery_time(line).1;
            line.starts_with("# User@Host: ") || line.starts_with("# Query_time: ")
        });
        if ours { Likeness::Name } else { Likeness::No }
    }

    fn read(&self, input: &mut Input<'_>, settings: &ReadSettings, out: &mut dyn Intake) {
        let mut reader = Reader { zone: settings.zone.as_ref(), time: None };
        joined::read(input, &part, out, &mut |joined, out| {
            if let Err(why) = reader.record(&joined, out) {
                out.refuse(joined.at, &why, joined.text);
            }
        });
    }
}

/// What a line is: a time starts a record, a user does unless the time before it did, and any
/// line of a head does after a statement.
fn part(line: &str, open: &str) -> Part {
    if !line.starts_with("# ") {
        return mysql::part(line, false);
    }
    if line.starts_with("# Time: ") {
        return Part::Opens;
    }
    if line.starts_with("# User@Host: ") {
        let of_time = open.starts_with("# Time: ") && !open.contains('\n');
        return Part::opens(!of_time || open.contains("# User@Host: "));
    }
    let is_head = HEADS.iter().any(|head| line.starts_with(head));
    Part::opens(is_head && (open.is_empty() || body(open).is_some_and(|text| !text.is_empty())))
}

/// What follows the head of a record.
fn body(record: &str) -> Option<&str> {
    let mut rest = record;
    for _ in 0..HEAD_LINES_MAX {
        let end = rest.bytes().take(HEAD_LINE_MAX).position(|b| b == b'\n');
        if end.is_none() && rest.len() >= HEAD_LINE_MAX {
            return Some(rest);
        }
        let line = rest.get(..end.unwrap_or(rest.len())).unwrap_or("");
        if !line.starts_with("# ") || line.starts_with("# administrator command") {
            return Some(rest);
        }
        rest = rest.get(line.len() + 1..)?;
    }
    Some(rest)
}

/// What is known on the way through a log.
struct Reader<'s> {
    zone: Option<&'s TimeZone>,
    /// The time of the record before: old servers write the same second once.
    time: Option<Time>,
}

impl Reader<'_> {
    fn record(&mut self, joined: &Joined<'_>, out: &mut dyn Intake) -> Result<(), String> {
        let text = joined.text;
        if !text.starts_with("# ") {
            return Err("no head of a slow query".into());
        }
        let body = body(text).unwrap_or("");
        let head = text.get(..text.len() - body.len()).unwrap_or(text);
        let stated = head.strip_prefix("# Time: ").map(|rest| self.stated(rest));
        let stated = stated.map(|t| t.ok_or("a time that no clock shows")).transpose();
        let (database, epoch, statement) = opening(body);
        // Since 1970 it needs no zone; only a stated time with a zone is better.
        let exact = text.starts_with("# Time: 20").then(|| stated.ok().flatten()).flatten();
        let time = exact.or(epoch).or(stated?).or(self.time).or(joined.delivered);
        self.time = time;
        let time = time.ok_or("no time in it, nor in a record before it")?;
        let mut entry = Entry::new(&PRODUCT, time, Deed::Statement);
        entry.cut = joined.cut;
        members(&mut entry, head);
        entry.database = database.map(Cow::Borrowed).or(entry.database.take());
        if let Some(command) = statement.strip_prefix("# administrator command: ") {
            entry.deed = Deed::Notice;
            entry.command = Some(command.trim_end_matches(';').into());
        } else if statement.is_empty() {
            return Err("a head without a statement".into());
        } else {
            entry.statement = Some(statement.into());
        }
        entry.emit(text, joined.at, out);
        Ok(())
    }

    fn stated(&self, text: &str) -> Option<Time> {
        let word = text.split([' ', '\n']).next()?;
        let zoned = Time::parse_rfc3339(word);
        zoned.or_else(|| stamp::short(text, self.zone).map(|(time, _)| time))
    }
}

/// Takes `use db;` and `SET timestamp=…;` off the front of what was run.
fn opening(body: &str) -> (Option<&str>, Option<Time>, &str) {
    let (mut database, mut time, mut rest) = (None, None, body);
    loop {
        let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
        if let Some(name) = line.strip_prefix("use ").filter(|_| database.is_none()) {
            let name = name.trim_end().trim_end_matches(';');
            database = Some(name.trim_matches('`')).filter(|name| !name.is_empty());
        } else if let Some(set) = line.strip_prefix("SET timestamp=").filter(|_| time.is_none()) {
            time = crate::clock::epoch(set.split([',', ';']).next().unwrap_or(""));
        } else {
            return (database, time, rest);
        }
        if after.is_empty() {
            // Nothing but these: then the last of them is what was run.
            return (database, time, line);
        }
        rest = after;
    }
}

/// Reads the members of a head: `Name: value  Name: value`.
fn members<'a>(entry: &mut Entry<'a>, head: &'a str) {
    let mut users = head.split("# User@Host: ").skip(1);
    if let Some(line) = users.next().and_then(|rest| rest.split('\n').next()) {
        account(entry, line);
    }
    for line in head.lines().take(HEAD_LINES_MAX) {
        let line = line.trim_start_matches("# ");
        if line.starts_with("Time: ") {
            continue;
        }
        let line = line.split_once("]  Id:").map_or(line, |(_, id)| id_member(entry, id));
        let mut words = line.split_ascii_whitespace().peekable();
        while let Some(word) = words.next() {
            let Some(name) = word.strip_suffix(':').filter(|n| !n.is_empty()) else { continue };
            let Some(value) = words.next_if(|value| !value.ends_with(':')) else { continue };
            member(entry, name, value);
        }
    }
}

/// The session's number stands behind the user, after blanks.
fn id_member<'a>(entry: &mut Entry<'a>, id: &'a str) -> &'a str {
    entry.pid = id.trim().parse().ok();
    ""
}

fn member<'a>(entry: &mut Entry<'a>, name: &'a str, value: &'a str) {
    let number = value.parse::<i64>().ok();
    match name {
        "User@Host" => return,
        "Query_time" => {
            let seconds: Option<f64> = value.parse().ok();
            entry.milliseconds = seconds.map(|s| s * 1000.0);
        }
        "Thread_id" | "Id" => entry.pid = number.or(entry.pid),
        "Schema" => entry.database = Some(value.into()),
        "Rows_sent" => entry.rows = number,
        "Bytes_sent" => entry.bytes = number,
        "Client" => {
            let (host, port) = value.rsplit_once(':').unwrap_or((value, ""));
            (entry.client, entry.port) = (Some(host.into()), port.parse().ok());
        }
        "User" => {
            entry.user = value.split('[').next().filter(|u| !u.is_empty()).map(Cow::Borrowed);
        }
        "Last_errno" => {
            let failed = number.is_some_and(|code| code != 0);
            entry.outcome = if failed { Outcome::Failure } else { Outcome::Success };
            entry.code = failed.then_some(Cow::Borrowed(value));
        }
        _ => {}
    }
    if entry.others.len() < MEMBERS_MAX {
        entry.others.push((Cow::Borrowed(name), Cow::Borrowed(value)));
    }
}

/// `shop[shop] @ web.example.com [192.0.2.21]  Id: 9`.
fn account<'a>(entry: &mut Entry<'a>, line: &'a str) {
    let Some((user, rest)) = line.split_once(" @ ") else { return };
    let some = |text: &'a str| (!text.is_empty()).then_some(Cow::Borrowed(text));
    entry.user = user.split('[').next().and_then(|name| some(name.trim()));
    let (name, rest) = rest.split_once('[').unwrap_or((rest, ""));
    let ip = rest.split(']').next().unwrap_or("");
    entry.client = some(ip.trim()).or_else(|| some(name.trim()));
}
