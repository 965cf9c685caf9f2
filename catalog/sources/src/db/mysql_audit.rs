//! The audit log of MySQL Enterprise and Percona Server, as JSON or as either XML.

mod json;
mod xml;

use std::borrow::Cow;

use frame::Input;
use jiff::tz::TimeZone;
use model::seam::About;
use model::seam::source::{Intake, Likeness, LogSource, ReadSettings, Source};
use model::{Outcome, Time};
use ocsf::Class;

use super::entry::{Deed, Entry, Product, Slot};
use super::{mysql, stamp};

/// The source.
pub struct Audit;

const KIND: &str = "db.mysql_audit";

static PRODUCT: Product = Product {
    source: KIND,
    name: mysql::NAME,
    vendor: mysql::VENDOR,
    log: "audit",
    names: &[
        ("command_class", Slot::Command),
        ("connection_id", Slot::Pid),
        ("db", Slot::Database),
        ("ip", Slot::Client),
        ("query", Slot::Statement),
        ("sqltext", Slot::Statement),
        ("status", Slot::Code),
        ("table", Slot::Table),
        ("user", Slot::User),
    ],
};

impl Source for Audit {
    fn about(&self) -> &'static About {
        &About {
            name: KIND,
            line: "Audit log of MySQL Enterprise and Percona Server: JSON, new and old XML",
            spec: "https://dev.mysql.com/doc/refman/8.4/en/audit-log-file-formats.html",
        }
    }

    fn classes(&self) -> &'static [Class] {
        &[
            Class::BASE_EVENT,
            Class::AUTHENTICATION,
            Class::APPLICATION_LIFECYCLE,
            Class::DATASTORE_ACTIVITY,
        ]
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
        &["connection_id", "db", "ip", "sqltext", "user"]
    }

    fn recognise(&self, sample: &[u8]) -> Likeness {
        if json::is_ours(sample) || xml::is_ours(sample) { Likeness::Name } else { Likeness::No }
    }

    fn read(&self, input: &mut Input<'_>, settings: &ReadSettings, out: &mut dyn Intake) {
        let zone = settings.zone.as_ref();
        if crate::wrap::is_json(input.sample()) {
            json::read(input, zone, out);
        } else {
            xml::read(input, zone, out);
        }
    }
}

/// What one record says, in whatever format.
#[derive(Default)]
struct Record<'a> {
    time: &'a str,
    name: &'a str,
    connection: Option<i64>,
    status: Option<i64>,
    user: Cow<'a, str>,
    host: Cow<'a, str>,
    ip: Cow<'a, str>,
    database: Cow<'a, str>,
    table: Cow<'a, str>,
    statement: Option<Cow<'a, str>>,
    command: Cow<'a, str>,
    rows: Option<i64>,
    bytes: Option<i64>,
    seconds: Option<f64>,
    cut: bool,
    others: Vec<(Cow<'a, str>, Cow<'a, str>)>,
}

/// Turns a record into an entry.
fn entry<'a>(record: Record<'a>, zone: Option<&TimeZone>) -> Result<Entry<'a>, String> {
    let time = Time::parse_rfc3339(record.time).map_or_else(
        || stamp::dated(&record.time.replacen('T', " ", 1), zone).map(|(time, _)| time),
        Ok,
    )?;
    let mut entry = Entry::new(&PRODUCT, time, deed(record.name));
    let some = |text: Cow<'a, str>| Some(text).filter(|t| !t.is_empty());
    entry.outcome = match record.status {
        Some(0) => Outcome::Success,
        Some(_) => Outcome::Failure,
        None => Outcome::Unknown,
    };
    entry.code = record.status.filter(|s| *s != 0).map(|s| Cow::Owned(s.to_string()));
    entry.pid = record.connection;
    // `root[root] @ localhost [127.0.0.1]`: user, account it stands for, machine, address.
    entry.user = some(match record.user.split_once('[') {
        Some((user, _)) => Cow::Owned(user.trim().to_owned()),
        None => record.user,
    });
    entry.client = some(record.ip).or_else(|| some(record.host));
    entry.database = some(record.database);
    entry.table = some(record.table);
    entry.statement = record.statement.and_then(some);
    entry.command = some(record.command).or(some(Cow::Borrowed(record.name)));
    (entry.rows, entry.bytes) = (record.rows, record.bytes);
    entry.milliseconds = record.seconds.map(|seconds| seconds * 1000.0);
    entry.cut = record.cut;
    entry.others = record.others;
    if entry.statement.is_some() && entry.deed == Deed::Notice {
        entry.deed = Deed::Statement;
    }
    Ok(entry)
}

/// What a record of that name tells; Enterprise's JSON names are in small letters.
fn deed(name: &str) -> Deed {
    match name {
        "Connect" | "Change user" | "connect" | "change_user" => Deed::Logon,
        "Quit" | "disconnect" => Deed::Logoff,
        "Query" | "Execute" | "Prepare" | "Init DB" | "status" | "TableRead" | "TableInsert"
        | "TableUpdate" | "TableDelete" | "read" | "insert" | "update" | "delete" => {
            Deed::Statement
        }
        "Audit" | "startup" => Deed::Start,
        "NoAudit" | "shutdown" => Deed::Stop,
        _ => Deed::Notice,
    }
}
