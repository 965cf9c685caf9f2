//! Database Activity Streams of Aurora and RDS, decrypted: what was run on the database, as JSON.

use std::borrow::Cow;

use frame::{Input, Piece};
use model::seam::About;
use model::seam::source::{Intake, Likeness, LogSource, ReadSettings, Source};
use model::{Outcome, Time};
use ocsf::Class;
use sonic_rs::{JsonContainerTrait, JsonValueTrait, Value};

use crate::db::entry::{Deed, Entry, Product, Slot};
use crate::numbered::Numbers;
use crate::{json, wrap};

/// The source.
pub struct Das;

const KIND: &str = "aws.rds_das";

static PRODUCT: Product = Product {
    source: KIND,
    name: "Amazon RDS",
    vendor: "AWS",
    log: "database activity stream",
    names: &[
        ("clientApplication", Slot::App),
        ("command", Slot::Command),
        ("commandText", Slot::Statement),
        ("databaseName", Slot::Database),
        ("dbUserName", Slot::User),
        ("errorMessage", Slot::Message),
        ("paramList", Slot::Parameters),
        ("pid", Slot::Pid),
        ("remoteHost", Slot::Client),
        ("remotePort", Slot::Port),
        ("rowCount", Slot::Rows),
        ("serverHost", Slot::Server),
        ("sessionId", Slot::Session),
    ],
};

/// Members that have a place of their own in an entry.
const PLACED: &[&str] = &[
    "clientApplication",
    "command",
    "commandText",
    "databaseName",
    "dbUserName",
    "errorMessage",
    "logTime",
    "paramList",
    "pid",
    "remoteHost",
    "remotePort",
    "rowCount",
    "serverHost",
    "sessionId",
];
/// More other members, and more parameters, are left out.
const LIST_MAX: usize = 64;

impl Source for Das {
    fn about(&self) -> &'static About {
        &About {
            name: KIND,
            line: "Database Activity Streams of Aurora and RDS, decrypted JSON",
            spec: "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/DBActivityStreams.AuditLog.html",
        }
    }

    fn classes(&self) -> &'static [Class] {
        &[Class::BASE_EVENT, Class::AUTHENTICATION, Class::DATASTORE_ACTIVITY]
    }

    fn logsources(&self) -> &'static [LogSource] {
        &[
            LogSource {
                product: Some("aws"),
                service: Some("rds_das"),
                category: Some("database"),
            },
            LogSource { product: Some("sql"), service: None, category: Some("application") },
        ]
    }

    fn recognise(&self, sample: &[u8]) -> Likeness {
        let has = |name: &str| memchr::memmem::find(sample, name.as_bytes()).is_some();
        let list = has("\"databaseActivityEventList\"") || has("DatabaseActivityMonitoringRecord");
        let alone = has("\"dbUserName\"") && has("\"commandText\"") && has("\"logTime\"");
        if wrap::is_json(sample) && (list || alone) { Likeness::Name } else { Likeness::No }
    }

    fn read(&self, input: &mut Input<'_>, _: &ReadSettings, out: &mut dyn Intake) {
        let mut numbers = Numbers::default();
        input.documents(&mut |piece| match piece {
            Piece::Damage { line, why, excerpt } => out.refuse(numbers.at(line), &why, &excerpt),
            Piece::Document(document) => match json::tree(&document) {
                Err(why) => out.refuse(numbers.at(document.line), &why, document.text),
                Ok(value) => {
                    let mut each = |found: Result<(&Value, &str), &str>| {
                        let at = numbers.at(document.line);
                        let done = found.map_err(str::to_owned).and_then(|(event, raw)| {
                            entry(event, &value).map(|entry| entry.emit(raw, at, out))
                        });
                        if let Err(why) = done {
                            out.refuse(at, &why, document.text);
                        }
                    };
                    events(&value, document.text, &mut each);
                }
            },
        });
    }
}

type Each<'e> = dyn FnMut(Result<(&Value, &str), &str>) + 'e;

/// The events of one document: of its list, or the document itself.
fn events(value: &Value, text: &str, each: &mut Each<'_>) {
    if json::has(value, "databaseActivityEvents") {
        return each(Err("encrypted: decrypt the stream first"));
    }
    let Some(list) = json::at(value, &["databaseActivityEventList"]).and_then(|l| l.as_array())
    else {
        let alone = json::has(value, "logTime") || json::has(value, "commandText");
        return each(if alone { Ok((value, text)) } else { Err("no database activity event") });
    };
    if list.is_empty() {
        return each(Err("a record without events"));
    }
    for event in list {
        let raw = sonic_rs::to_string(event).unwrap_or_default();
        each(Ok((event, &raw)));
    }
}

fn entry<'v>(event: &'v Value, around: &'v Value) -> Result<Entry<'v>, String> {
    let text = |name: &str| {
        let found = json::text(event, &[name]).filter(|t| !t.is_empty());
        found.map(Cow::Borrowed)
    };
    let number = |name: &str| {
        let value = json::at(event, &[name])?;
        value.as_i64().or_else(|| value.as_str()?.parse().ok())
    };
    let stated = ["logTime", "startTime", "endTime"].iter().find_map(|name| text(name));
    let time = stated.as_deref().and_then(Time::parse_rfc3339);
    let is_beat = json::text(event, &["type"]) == Some("heartbeat");
    let time =
        time.ok_or(if stated.is_some() { "a time that no clock shows" } else { "no logTime" })?;
    let mut entry = Entry::new(&PRODUCT, time, Deed::Statement);
    entry.command = text("command");
    let (class, command) =
        (json::text(event, &["class"]).unwrap_or_default(), entry.command.as_deref().unwrap_or(""));
    entry.deed = match (class, command.to_ascii_uppercase().as_str()) {
        _ if is_beat => Deed::Notice,
        (_, "CONNECT" | "AUTH FAILURE" | "FAILED CONNECT" | "FAILED_CONNECT" | "LOGON") => {
            Deed::Logon
        }
        (_, "DISCONNECT" | "LOGOFF") => Deed::Logoff,
        _ => Deed::Statement,
    };
    let refused = command.to_ascii_uppercase().contains("FAIL");
    entry.message = text("errorMessage");
    // Records of version 1.0 have no such member and do not say how it ended.
    let says = event.as_object().is_some_and(|o| o.get(&"errorMessage").is_some());
    entry.outcome = match (entry.message.is_some() || refused, says) {
        (true, _) => Outcome::Failure,
        (false, true) => Outcome::Success,
        (false, false) => Outcome::Unknown,
    };
    if is_beat {
        (entry.command, entry.outcome) = (Some("heartbeat".into()), Outcome::Unknown);
    }
    (entry.user, entry.database) = (text("dbUserName"), text("databaseName"));
    (entry.client, entry.port) = (text("remoteHost"), number("remotePort").filter(|p| *p > 0));
    (entry.server, entry.app) = (text("serverHost"), text("clientApplication"));
    (entry.session, entry.pid) = (text("sessionId"), number("pid"));
    entry.statement = text("commandText").filter(|_| entry.deed == Deed::Statement);
    entry.rows = number("rowCount");
    if json::text(event, &["objectType"]).is_some_and(|kind| kind.eq_ignore_ascii_case("table")) {
        entry.table = text("objectName");
    }
    entry.parameters = parameters(event);
    for (of, name) in [(around, "clusterId"), (around, "instanceId")] {
        if let Some(id) = json::text(of, &[name]).filter(|id| !id.is_empty()) {
            entry.others.push((name.into(), id.into()));
        }
    }
    others(event, &mut entry);
    Ok(entry)
}

fn parameters(event: &Value) -> Option<Cow<'_, str>> {
    let list = json::at(event, &["paramList"])?.as_array().filter(|list| !list.is_empty())?;
    let values: Vec<String> = list
        .iter()
        .take(LIST_MAX)
        .map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
        .collect();
    Some(Cow::Owned(values.join(", ")))
}

fn others<'v>(event: &'v Value, entry: &mut Entry<'v>) {
    for (name, value) in event.as_object().into_iter().flatten() {
        if PLACED.contains(&name) || entry.others.len() >= LIST_MAX {
            continue;
        }
        let value = match value.as_str() {
            Some(text) => Cow::Borrowed(text),
            None if value.is_number() || value.is_boolean() => Cow::Owned(value.to_string()),
            None => continue,
        };
        if !value.is_empty() {
            entry.others.push((Cow::Borrowed(name), value));
        }
    }
}
