//! The log of MariaDB's audit plugin, which Amazon RDS and Aurora use for MySQL, too.

use std::borrow::Cow;

use frame::Input;
use jiff::tz::TimeZone;
use model::seam::About;
use model::seam::source::{Intake, Likeness, LogSource, ReadSettings, Source};
use model::time::Precision;
use model::{Outcome, Time};
use ocsf::Class;

use super::entry::{Deed, Entry, Product, Slot};
use super::{mysql, stamp};
use crate::joined::{self, Joined, Part};
use crate::wrap;

/// The source.
pub struct Audit;

const KIND: &str = "db.mariadb_audit";

static PRODUCT: Product = Product {
    source: KIND,
    name: mysql::NAME,
    vendor: mysql::VENDOR,
    log: "server_audit",
    names: &[
        ("connectionid", Slot::Pid),
        ("database", Slot::Database),
        ("host", Slot::Client),
        ("object", Slot::Statement),
        ("operation", Slot::Command),
        ("queryid", Slot::Session),
        ("retcode", Slot::Code),
        ("serverhost", Slot::Server),
        ("table", Slot::Table),
        ("username", Slot::User),
    ],
};

const OPERATIONS: &[&str] = &[
    "ALTER",
    "CHANGEUSER",
    "CONNECT",
    "CREATE",
    "DISCONNECT",
    "DROP",
    "FAILED_CONNECT",
    "PROXY_CONNECT",
    "QUERY",
    "QUERY_DCL",
    "QUERY_DDL",
    "QUERY_DML",
    "QUERY_DML_NO_SELECT",
    "READ",
    "RENAME",
    "WRITE",
];

impl Source for Audit {
    fn about(&self) -> &'static About {
        &About {
            name: KIND,
            line: "Audit plugin of MariaDB, of RDS for MySQL and MariaDB, and of Aurora MySQL",
            spec: "https://mariadb.com/docs/server/reference/plugins/mariadb-audit-plugin/mariadb-audit-plugin-log-format",
        }
    }

    fn classes(&self) -> &'static [Class] {
        &[Class::AUTHENTICATION, Class::DATASTORE_ACTIVITY]
    }

    fn logsources(&self) -> &'static [LogSource] {
        &[
            LogSource {
                product: Some("mysql"),
                service: Some("audit"),
                category: Some("database"),
            },
            LogSource { product: Some("sql"), service: None, category: Some("application") },
        ]
    }

    fn fields(&self) -> &'static [&'static str] {
        &[
            "connectionid",
            "database",
            "host",
            "object",
            "operation",
            "retcode",
            "serverhost",
            "username",
        ]
    }

    fn recognise(&self, sample: &[u8]) -> Likeness {
        let lines = wrap::sample_lines(sample);
        let ours = lines.iter().any(|line| Row::of(wrap::delivery_time(line).1).is_some());
        if ours { Likeness::Name } else { Likeness::No }
    }

    fn read(&self, input: &mut Input<'_>, settings: &ReadSettings, out: &mut dyn Intake) {
        let part = |line: &str, _: &str| {
            // A line that has the columns of a record, but no operation that is known, is one.
            let counted = line.bytes().take(80).filter(|byte| *byte == b',').count() > 3;
            Part::opens(Row::of(line).is_some() || (counted && first_time(line)))
        };
        joined::read(input, &part, out, &mut |joined, out| {
            if let Err(why) = record(&joined, settings, out) {
                out.refuse(joined.at, &why, joined.text);
            }
        });
    }
}

/// Whether a line starts with a time and a comma.
fn first_time(line: &str) -> bool {
    let stamp = line.split(',').next().unwrap_or("");
    is_civil(stamp) || is_epoch(stamp)
}

/// `20261122 19:25:06`.
fn is_civil(stamp: &str) -> bool {
    stamp.len() == 17 && stamp.get(2..).is_some_and(stamp::looks_short)
}

/// Microseconds since 1970, as Aurora writes them.
fn is_epoch(stamp: &str) -> bool {
    stamp.len() == 16 && stamp.bytes().all(|b| b.is_ascii_digit())
}

/// A record, cut into its columns.
struct Row<'a> {
    /// The time; nothing where syslog has it.
    stamp: &'a str,
    syslog: Option<stamp::Syslog<'a>>,
    server: &'a str,
    user: &'a str,
    host: &'a str,
    connection: &'a str,
    query: &'a str,
    operation: &'a str,
    database: &'a str,
    /// Object and return code.
    rest: &'a str,
}

impl<'a> Row<'a> {
    fn of(text: &'a str) -> Option<Self> {
        let (stamp, syslog, rest) = if first_time(text) {
            let (stamp, rest) = text.split_once(',')?;
            (stamp, None, rest)
        } else {
            let syslog = stamp::syslog(text)?;
            ("", Some(syslog), syslog.rest.trim_start_matches([' ', ',']))
        };
        let mut columns = rest.splitn(8, ',');
        let mut next = || columns.next();
        let row = Row {
            stamp,
            syslog,
            server: next()?,
            user: next()?,
            host: next()?,
            connection: next()?,
            query: next()?,
            operation: next()?,
            database: next()?,
            rest: next()?,
        };
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let sound = digits(row.connection) && digits(row.query);
        (sound && OPERATIONS.contains(&row.operation)).then_some(row)
    }

    fn time(&self, settings: &ReadSettings) -> Result<Time, String> {
        let zone: Option<&TimeZone> = settings.zone.as_ref();
        if let Some(syslog) = self.syslog {
            return syslog.time(settings.year, zone);
        }
        if is_epoch(self.stamp) {
            let micros: i64 = self.stamp.parse().map_err(|_| "no time")?;
            let nanos = micros.checked_mul(1000).ok_or("a time out of reach")?;
            return Ok(Time::point(nanos, Precision::Micros));
        }
        // The year of four digits goes on where that of two begins.
        let short = self.stamp.get(2..).and_then(|short| stamp::short(short, zone));
        short.map(|(time, _)| time).ok_or_else(|| "a time that no clock shows".into())
    }
}

fn record(
    joined: &Joined<'_>,
    settings: &ReadSettings,
    out: &mut dyn Intake,
) -> Result<(), String> {
    let row = Row::of(joined.text).ok_or("not the columns of an audit record")?;
    let mut entry = Entry::new(&PRODUCT, row.time(settings)?, Deed::Statement);
    let (object, code) = split_code(row.rest);
    let some = |text| (!str::is_empty(text)).then_some(Cow::Borrowed(text));
    (entry.server, entry.user, entry.client) = (some(row.server), some(row.user), some(row.host));
    entry.database = some(row.database);
    entry.pid = row.connection.parse().ok();
    entry.session = some(row.query).filter(|query| query != "0");
    entry.command = some(row.operation);
    entry.cut = joined.cut;
    entry.outcome = match code {
        Some(0) => Outcome::Success,
        Some(_) => Outcome::Failure,
        None => Outcome::Unknown,
    };
    entry.code = code.filter(|code| *code != 0).map(|code| Cow::Owned(code.to_string()));
    match row.operation {
        "CONNECT" | "CHANGEUSER" | "PROXY_CONNECT" => entry.deed = Deed::Logon,
        "FAILED_CONNECT" => (entry.deed, entry.outcome) = (Deed::Logon, Outcome::Failure),
        "DISCONNECT" => entry.deed = Deed::Logoff,
        "READ" | "WRITE" | "CREATE" | "ALTER" | "DROP" | "RENAME" => entry.table = some(object),
        _ => entry.statement = Some(unquoted(object)),
    }
    if entry.client.is_none() && entry.user.is_none() && matches!(entry.deed, Deed::Logoff) {
        entry.deed = Deed::Statement;
    }
    entry.emit(joined.text, joined.at, out);
    Ok(())
}

/// Cuts the return code off the object; newer plugins write the version of TLS after it.
fn split_code(rest: &str) -> (&str, Option<i64>) {
    let Some((object, last)) = rest.rsplit_once(',') else { return (rest, None) };
    if last.is_empty() && !object.ends_with(',') {
        return (object, None);
    }
    if let Ok(code) = last.trim().parse() {
        return (object, Some(code));
    }
    match object.rsplit_once(',').and_then(|(o, code)| Some((o, code.trim().parse().ok()?))) {
        Some((object, code)) if last.starts_with("TLS") || last.is_empty() => (object, Some(code)),
        _ => (rest, None),
    }
}

/// The statement without the quotes around it and the backslashes in it.
fn unquoted(object: &str) -> Cow<'_, str> {
    let inside = object.strip_prefix('\'').unwrap_or(object);
    let inside = inside.strip_suffix('\'').unwrap_or(inside);
    if !inside.contains('\\') {
        return Cow::Borrowed(inside);
    }
    let mut out = String::with_capacity(inside.len());
    let mut characters = inside.chars();
    while let Some(c) = characters.next() {
        match c {
            '\\' => match characters.next() {
                Some('n') => out.push('\n'),
                Some('r') => out.push('\r'),
                Some('t') => out.push('\t'),
                Some('b') => out.push('\u{8}'),
                Some('f') => out.push('\u{c}'),
                Some(other) => out.push(other),
                None => out.push('\\'),
            },
            other => out.push(other),
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_come_out_of_their_quotes() {
        for (rest, statement, code) in [
            ("'select 1',0", "select 1", Some(0)),
            (r"'id=3,,.\'(.\n',1064", "id=3,,.'(.\n", Some(1064)),
            ("'cut off", "cut off", None),
            ("'a',0,TLSv1.3", "a", Some(0)),
        ] {
            let (object, found) = split_code(rest);
            assert_eq!((unquoted(object).as_ref(), found), (statement, code), "{rest}");
        }
    }
}
