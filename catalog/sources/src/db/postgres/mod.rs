//! The log of PostgreSQL as text, CSV, JSON or syslog, with pgAudit's entries; PgBouncer's log.

mod audit;
mod bouncer;
mod csv;
mod head;
mod json;
mod message;
mod sections;

use std::borrow::Cow;

use frame::Input;
use jiff::tz::TimeZone;
use model::seam::About;
use model::seam::source::{Intake, Likeness, LogSource, ReadSettings, Source};
use model::{Position, Time};
use ocsf::Class;

use self::head::{Head, who};
use self::sections::Sections;
use super::entry::{Deed, Entry, Product, Slot};
use super::sessions::Sessions;
use super::{attributes, stamp};
use crate::joined::{self, Joined, Part};
use crate::wrap;

/// The source.
pub struct Postgres;

const NAME: &str = "db.postgres";

static POSTGRES: Product = Product {
    source: NAME,
    name: "PostgreSQL",
    vendor: "PostgreSQL Global Development Group",
    log: "postgresql",
    names: NAMES,
};

static BOUNCER: Product = Product {
    source: NAME,
    name: "PgBouncer",
    vendor: "PgBouncer",
    log: "pgbouncer",
    names: NAMES,
};

/// The names of csvlog and jsonlog; text logs answer to them, too.
const NAMES: &[(&str, Slot)] = &[
    ("application_name", Slot::App),
    ("command_tag", Slot::Command),
    ("context", Slot::Context),
    ("database_name", Slot::Database),
    ("dbname", Slot::Database),
    ("detail", Slot::Detail),
    ("duration", Slot::Duration),
    ("error_severity", Slot::Severity),
    ("hint", Slot::Hint),
    ("message", Slot::Message),
    ("object_name", Slot::Table),
    ("parameters", Slot::Parameters),
    ("pid", Slot::Pid),
    ("process_id", Slot::Pid),
    ("ps", Slot::Command),
    ("query", Slot::Statement),
    ("remote_host", Slot::Client),
    ("remote_port", Slot::Port),
    ("rows", Slot::Rows),
    ("session_id", Slot::Session),
    ("sql_state_code", Slot::Code),
    ("state_code", Slot::Code),
    ("statement", Slot::Statement),
    ("user", Slot::User),
    ("user_name", Slot::User),
];

const FIELDS: &[&str] = &[
    "application_name",
    "dbname",
    "detail",
    "duration",
    "error_severity",
    "hint",
    "message",
    "parameters",
    "pid",
    "remote_host",
    "remote_port",
    "session_id",
    "state_code",
    "statement",
    "user",
];

impl Source for Postgres {
    fn about(&self) -> &'static About {
        &About {
            name: NAME,
            line: "PostgreSQL: text with any prefix, csvlog, jsonlog, syslog, RDS; pgAudit; PgBouncer",
            spec: "https://www.postgresql.org/docs/current/runtime-config-logging.html",
        }
    }

    fn classes(&self) -> &'static [Class] {
        attributes::CLASSES
    }

    fn logsources(&self) -> &'static [LogSource] {
        &[
            LogSource { product: Some("postgresql"), service: None, category: Some("database") },
            LogSource { product: Some("sql"), service: None, category: Some("application") },
        ]
    }

    fn fields(&self) -> &'static [&'static str] {
        FIELDS
    }

    fn recognise(&self, sample: &[u8]) -> Likeness {
        if json::is_ours(sample) {
            return Likeness::Name;
        }
        let lines = wrap::sample_lines(sample);
        let ours = |line: &str| {
            let line = wrap::delivery_time(line).1;
            let of_server = Head::of(line).is_some_and(|head| is_server(&head));
            of_server || csv::is_head(line) || bouncer::is_head(line)
        };
        let count = lines.iter().filter(|line| ours(line)).count();
        // Statements have more lines than records have heads.
        let first = lines.iter().take(3).any(|line| ours(line));
        if count > 0 && (first || count * 8 >= lines.len()) { Likeness::Name } else { Likeness::No }
    }

    fn read(&self, input: &mut Input<'_>, settings: &ReadSettings, out: &mut dyn Intake) {
        let year = settings.year.or_else(|| year(input.sample()));
        let mut reader = Reader { settings, year, month: 0, sessions: Sessions::default() };
        if json::is_ours(input.sample()) {
            return json::read(input, &mut reader, out);
        }
        let quotes = csv::Quotes::default();
        let is_csv = wrap::sample_lines(input.sample())
            .iter()
            .any(|line| csv::is_head(wrap::delivery_time(line).1));
        let unquoted = |line: &str, open: &str| Part::opens(quotes.starts(line, open));
        let parts: &joined::Parts<'_> = if is_csv { &unquoted } else { &part };
        joined::read(input, parts, out, &mut |joined, out| reader.joined(&joined, out));
    }
}

/// A severity behind a prefix is the server's if the two blanks or the whole prefix say so:
/// programs write `ERROR: ` after a time, too.
fn is_server(head: &Head<'_>) -> bool {
    let has_time = head::clock(head.prefix).is_some() || stamp::syslog(head.prefix).is_some();
    let who = who(head.prefix);
    let by_syslog = stamp::syslog(head.prefix).is_none_or(|s| s.program.contains("postgres"));
    let says = |words: &&str| head.prefix.contains(*words);
    let names = who.user.is_some() || ["@:[", "user=", "postgres"].iter().any(says);
    by_syslog && who.pid.is_some() && (has_time || names)
}

/// What a line of the text log is.
fn part(line: &str, open: &str) -> Part {
    Part::opens(starts(line, open))
}

/// Whether a line of the text log starts a record: other lines, and `DETAIL`, `STATEMENT` and
/// the like of the same process, belong to the record before.
fn starts(line: &str, open: &str) -> bool {
    match Head::of(line) {
        Some(head) if head.opens() => true,
        Some(head) => {
            let first = open.split('\n').next().unwrap_or("");
            open.is_empty()
                || Head::of(first).is_none_or(|o| head::pid(o.prefix) != head::pid(head.prefix))
        }
        // Syslog holds the lines of other programs, too.
        None => {
            bouncer::is_head(line)
                || stamp::syslog(line).is_some_and(|syslog| !syslog.program.contains("postgres"))
                    && sections::chunk(line).is_none()
        }
    }
}

/// The year that the server itself names at the start of a log without years.
fn year(sample: &[u8]) -> Option<i16> {
    ["was shut down at ", "last known up at ", "was interrupted; last known up at "]
        .iter()
        .find_map(|words| {
            let at = memchr::memmem::find(sample, words.as_bytes())? + words.len();
            std::str::from_utf8(sample.get(at..at + 4)?).ok()?.parse().ok()
        })
}

/// What is known on the way through a blob.
pub struct Reader<'s> {
    settings: &'s ReadSettings,
    year: Option<i16>,
    /// The last month of syslog: January after December is of the next year.
    month: i64,
    sessions: Sessions,
}

impl Reader<'_> {
    /// Reads one record of text, CSV or PgBouncer.
    pub fn joined(&mut self, joined: &Joined<'_>, out: &mut dyn Intake) {
        let read = if csv::is_head(joined.text) {
            csv::read(joined.text, &mut self.settle(joined.text, joined.at, out))
        } else if let Some(sections) = Sections::of(joined.text) {
            self.text(&sections, joined, out)
        } else if bouncer::is_head(joined.text) {
            bouncer::read(joined.text, &mut self.settle(joined.text, joined.at, out))
        } else {
            Err("no line of PostgreSQL: no severity behind a time or a process".into())
        };
        if let Err(why) = read {
            out.refuse(joined.at, &why, joined.text);
        }
    }

    /// What one record needs to become an event.
    pub fn settle<'r>(
        &'r mut self,
        raw: &'r str,
        at: Position,
        out: &'r mut dyn Intake,
    ) -> Settled<'r, 'r> {
        let zone = self.settings.zone.as_ref();
        Settled { sessions: &mut self.sessions, zone, raw, at, out }
    }

    fn text(
        &mut self,
        sections: &Sections<'_>,
        joined: &Joined<'_>,
        out: &mut dyn Intake,
    ) -> Result<(), String> {
        let (time, server) = self.time(sections.prefix, joined.delivered)?;
        let who = who(sections.prefix);
        let mut entry = Entry::new(&POSTGRES, time, Deed::Notice);
        entry.server = server.map(Cow::Borrowed);
        entry.pid = who.pid;
        entry.user = who.user.map(Cow::Borrowed);
        entry.database = who.database.map(Cow::Borrowed);
        (entry.client, entry.port) = (who.client.map(Cow::Borrowed), who.port);
        entry.app = who.app.map(Cow::Borrowed);
        entry.session = who.session.map(Cow::Borrowed);
        entry.code = who.code.filter(|code| *code != "00000").map(Cow::Borrowed);
        entry.cut = joined.cut;
        let part = |text| {
            let text: &str = text;
            (!text.is_empty()).then_some(Cow::Borrowed(text))
        };
        entry.detail = part(&sections.detail);
        entry.hint = part(&sections.hint);
        entry.context = part(&sections.context);
        entry.statement = part(&sections.statement);
        message::read(&mut entry, sections.level, &sections.message);
        self.settle(joined.text, joined.at, out).emit(entry);
        Ok(())
    }

    /// The time that a prefix states, or that the wrap does; the machine, if syslog names it.
    fn time<'t>(
        &mut self,
        prefix: &'t str,
        delivered: Option<Time>,
    ) -> Result<(Time, Option<&'t str>), String> {
        let zone = self.settings.zone.as_ref();
        let syslog = stamp::syslog(prefix);
        let machine = syslog.map(|s| s.machine);
        if let Some(at) = head::clock(prefix) {
            let (time, _) = stamp::dated(prefix.get(at..).unwrap_or(""), zone)?;
            return Ok((time, machine));
        }
        if let Some(syslog) = syslog {
            if let (Some((month, _, _)), Some(year)) = (syslog.yearless, self.year) {
                if self.month == 12 && month == 1 {
                    self.year = Some(year.saturating_add(1));
                }
                self.month = month;
            }
            return syslog.time(self.year, zone).map(|time| (time, machine));
        }
        let first = prefix.trim_start_matches(['[', '<']).split([' ', ']', ':']).next();
        let epoch = first.filter(|word| word.len() >= 10).and_then(crate::clock::epoch);
        epoch.or(delivered).map(|time| (time, None)).ok_or_else(|| "no time".into())
    }
}

/// Where one record goes: its place, its text, the sessions of its log.
pub struct Settled<'r, 'o> {
    sessions: &'r mut Sessions,
    zone: Option<&'r TimeZone>,
    raw: &'r str,
    at: Position,
    out: &'o mut dyn Intake,
}

impl Settled<'_, '_> {
    /// The zone of times that have none.
    pub fn zone(&self) -> Option<&TimeZone> {
        self.zone
    }

    /// Fills in what the session said before, and hands the entry on.
    pub fn emit(&mut self, mut entry: Entry<'_>) {
        parameters(&mut entry);
        let Some(pid) = entry.pid else {
            return entry.emit(self.raw, self.at, self.out);
        };
        let server = std::ptr::eq(entry.product, &raw const POSTGRES);
        if server && matches!(entry.deed, Deed::Connect | Deed::Logon) {
            self.sessions.learn(pid, &entry);
        }
        if entry.deed == Deed::Start {
            self.sessions.clear();
        }
        let ends = server && entry.deed == Deed::Logoff;
        match self.sessions.get(pid).filter(|_| server) {
            Some(session) => session.fill(entry).emit(self.raw, self.at, self.out),
            None => entry.emit(self.raw, self.at, self.out),
        }
        if ends {
            self.sessions.forget(pid);
        }
    }
}

/// The values of a statement's parameters stand in the detail, or in the context of an error.
fn parameters(entry: &mut Entry<'_>) {
    let places = [entry.detail.as_deref(), entry.context.as_deref()];
    let found = places.into_iter().flatten().find_map(|text| {
        let at = memchr::memmem::find(text.as_bytes(), b"arameters: $")?;
        text.get(at + "arameters: ".len()..).map(str::to_owned)
    });
    if entry.parameters.is_none() {
        entry.parameters = found.map(Cow::Owned);
    }
}
