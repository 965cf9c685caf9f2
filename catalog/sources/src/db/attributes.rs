//! Entries of databases as OCSF: Datastore Activity, Authentication, and what servers say.

use std::net::IpAddr;

use model::Outcome;
use ocsf::{Class, Flat, paths};

use super::entry::{Deed, Entry};
use super::sql::{self, activity};

/// The classes that entries become.
pub const CLASSES: &[Class] = &[
    Class::BASE_EVENT,
    Class::AUTHENTICATION,
    Class::APPLICATION_LIFECYCLE,
    Class::DATASTORE_ACTIVITY,
    Class::APPLICATION_ERROR,
];

/// The class of an entry.
pub fn class(entry: &Entry<'_>) -> Class {
    match entry.deed {
        Deed::Logon | Deed::Logoff if entry.user.is_some() => Class::AUTHENTICATION,
        Deed::Statement | Deed::Connect | Deed::Logon | Deed::Logoff => Class::DATASTORE_ACTIVITY,
        Deed::Start | Deed::Stop => Class::APPLICATION_LIFECYCLE,
        Deed::Notice if entry.outcome == Outcome::Failure => Class::APPLICATION_ERROR,
        Deed::Notice => Class::BASE_EVENT,
    }
}

/// The attributes of an entry.
pub fn flat<'e>(entry: &'e Entry<'_>) -> Flat<'e> {
    let mut flat = match class(entry) {
        Class::DATASTORE_ACTIVITY => datastore(entry),
        Class::AUTHENTICATION => authentication(entry),
        Class::APPLICATION_LIFECYCLE => {
            const START: i64 = 3;
            const STOP: i64 = 4;
            let activity = if entry.deed == Deed::Start { START } else { STOP };
            let mut flat = Flat::new(Class::APPLICATION_LIFECYCLE, activity);
            flat.put(paths::APP_NAME, entry.product.name);
            flat.put(paths::APP_VENDOR_NAME, entry.product.vendor);
            flat
        }
        class if class == Class::APPLICATION_ERROR => Flat::new(class, 1),
        class => Flat::new(class, 0),
    };
    common(entry, &mut flat);
    flat
}

/// What every entry has.
fn common<'e>(entry: &'e Entry<'_>, flat: &mut Flat<'e>) {
    let (severity, caption) = severity(entry);
    flat.put(paths::SEVERITY_ID, severity);
    flat.put(paths::SEVERITY, caption);
    flat.put(paths::TIME, entry.time.ocsf());
    flat.put(paths::METADATA_PRODUCT_NAME, entry.product.name);
    flat.put(paths::METADATA_PRODUCT_VENDOR_NAME, entry.product.vendor);
    flat.put(paths::METADATA_LOG_NAME, entry.product.log);
    flat.put_some(paths::METADATA_LOG_LEVEL, entry.severity.as_deref());
    flat.put_some(paths::METADATA_EVENT_CODE, entry.command.as_deref());
    let (id, name) = match entry.outcome {
        Outcome::Success => (1, "Success"),
        Outcome::Failure => (2, "Failure"),
        Outcome::Unknown => (0, "Unknown"),
    };
    flat.put(paths::STATUS_ID, id);
    flat.put(paths::STATUS, name);
    flat.put_some(paths::STATUS_CODE, entry.code.as_deref());
    flat.put_some(paths::STATUS_DETAIL, entry.detail.as_deref());
    flat.put_some(paths::MESSAGE, entry.message.as_deref());
    if let Some(took) = entry.milliseconds.filter(|ms| (0.0..1e15).contains(ms)) {
        flat.put(paths::DURATION, took.round() as i64);
    }
    flat.put_some(paths::UNMAPPED_PARAMETERS, entry.parameters.as_deref());
    if let Some(rows) = entry.rows {
        flat.put(paths::UNMAPPED_ROWS, rows);
    }
}

/// How bad it is, by the log's word for it.
fn severity(entry: &Entry<'_>) -> (i64, &'static str) {
    match entry.severity.as_deref().unwrap_or_default() {
        "PANIC" => (6, "Fatal"),
        "FATAL" => (4, "High"),
        "ERROR" | "Error" | "error" => (3, "Medium"),
        "WARNING" | "Warning" | "warning" => (2, "Low"),
        _ => (1, "Informational"),
    }
}

fn datastore<'e>(entry: &'e Entry<'_>) -> Flat<'e> {
    const RELATIONAL: i64 = 1;
    const DATABASE: i64 = 1;
    let verb = entry.verb();
    let activity = match entry.deed {
        Deed::Connect | Deed::Logon => activity::CONNECT,
        _ => verb.map_or(activity::OTHER, |verb| verb.activity),
    };
    let mut flat = Flat::new(Class::DATASTORE_ACTIVITY, activity);
    if activity == activity::OTHER {
        let word = verb.map(|verb| verb.word).filter(|word| *word != "OTHER");
        flat.put_some(paths::ACTIVITY_NAME, word.or(entry.command.as_deref()));
    }
    flat.put(paths::METADATA_PROFILES, "host");
    let known = entry.user.as_deref().filter(|user| !user.is_empty());
    match known {
        Some(user) => flat.put(paths::ACTOR_USER_NAME, user),
        // The class demands an actor: the client's program, else that somebody did it.
        None => flat.put(paths::ACTOR_APP_NAME, entry.app.as_deref().unwrap_or("unknown")),
    }
    if known.is_some() {
        flat.put_some(paths::ACTOR_APP_NAME, entry.app.as_deref());
    }
    flat.put_some(paths::ACTOR_SESSION_UID, entry.session.as_deref());
    device(entry, &mut flat);
    client(entry, &mut flat);
    // It demands a database, too, also of statements that are run in none.
    let database = entry.database.as_deref().filter(|name| !name.is_empty());
    flat.put(paths::DATABASE_NAME, database.unwrap_or("unknown"));
    flat.put(paths::DATABASE_TYPE_ID, RELATIONAL);
    flat.put(paths::DATABASE_TYPE, "Relational");
    flat.put(paths::TYPE_ID, DATABASE);
    flat.put_some(paths::TABLE_NAME, entry.table.as_deref());
    flat.put(paths::DST_ENDPOINT_SVC_NAME, entry.product.name);
    if let (Some(statement), Some(verb)) = (entry.statement.as_deref(), verb) {
        let (text, cut) = sql::bounded(statement);
        flat.put(paths::QUERY_INFO_NAME, verb.word);
        flat.put(paths::QUERY_INFO_QUERY_STRING, text);
        if let Some(bytes) = entry.bytes {
            flat.put(paths::QUERY_INFO_BYTES, bytes);
        }
        if cut || entry.cut {
            flat.put(paths::UNMAPPED_CUT, "the record is longer than what is kept of it");
        }
    }
    flat
}

fn authentication<'e>(entry: &'e Entry<'_>) -> Flat<'e> {
    const LOGON: i64 = 1;
    const LOGOFF: i64 = 2;
    let activity = if entry.deed == Deed::Logon { LOGON } else { LOGOFF };
    let mut flat = Flat::new(Class::AUTHENTICATION, activity);
    flat.put(paths::USER_NAME, entry.user.as_deref().unwrap_or("unknown"));
    flat.put(paths::SERVICE_NAME, entry.product.name);
    flat.put_some(paths::SESSION_UID, entry.session.as_deref());
    flat.put(paths::DST_ENDPOINT_SVC_NAME, entry.product.name);
    flat.put_some(paths::DST_ENDPOINT_HOSTNAME, entry.server.as_deref());
    client(entry, &mut flat);
    flat
}

fn device<'e>(entry: &'e Entry<'_>, flat: &mut Flat<'e>) {
    const UNKNOWN: i64 = 0;
    let Some(server) = entry.server.as_deref() else { return };
    flat.put(paths::DEVICE_TYPE_ID, UNKNOWN);
    let is_ip = server.parse::<IpAddr>().is_ok();
    flat.put(if is_ip { paths::DEVICE_IP } else { paths::DEVICE_HOSTNAME }, server);
}

fn client<'e>(entry: &'e Entry<'_>, flat: &mut Flat<'e>) {
    if let Some(ip) = entry.address() {
        flat.put(paths::SRC_ENDPOINT_IP, ip);
    } else {
        flat.put_some(paths::SRC_ENDPOINT_HOSTNAME, entry.client_name());
        // Where the log has no client, the endpoint that the class demands bears that name.
        let name = entry.client.as_deref().filter(|name| !name.is_empty());
        flat.put(paths::SRC_ENDPOINT_NAME, name.unwrap_or("unknown"));
    }
    if let Some(port) = entry.port.filter(|port| (0..=65_535).contains(port)) {
        flat.put(paths::SRC_ENDPOINT_PORT, port);
    }
}
