//! Messages of the server: statements, durations, connections, refused logins, audit entries.

use std::borrow::Cow;

use model::Outcome;

use super::audit;
use super::head::said;
use crate::db::entry::{Deed, Entry};

/// Reads a message into its entry. What other parts of the record say (statement, error code) is
/// in the entry already.
pub fn read<'a>(entry: &mut Entry<'a>, level: &str, message: &'a str) {
    entry.severity = Some(Cow::Owned(level.to_owned()));
    if matches!(level, "ERROR" | "FATAL" | "PANIC") {
        entry.outcome = Outcome::Failure;
        refused(entry, level, message);
    } else if !done(entry, message) {
        entry.deed = notice(message);
    }
    // A pgAudit entry or a statement is said by its own attributes already.
    if entry.deed == Deed::Notice && entry.statement.is_some() {
        entry.deed = Deed::Statement;
    }
    if entry.message.is_none() && !(entry.deed == Deed::Statement && level == "LOG") {
        entry.message = Some(message.into());
    }
}

/// What was done, as far as the message is one of those that have a form.
fn done<'a>(entry: &mut Entry<'a>, message: &'a str) -> bool {
    if let Some(sql) = message.strip_prefix("statement: ") {
        statement(entry, sql);
    } else if let Some(rest) = message.strip_prefix("duration: ") {
        duration(entry, rest);
    } else if let Some(rest) = message.strip_prefix("execute ") {
        named(entry, rest);
    } else if let Some(rest) = message.strip_prefix("AUDIT: ") {
        audit::read(entry, rest);
    } else if let Some(rest) = message.strip_prefix("connection received: ") {
        entry.deed = Deed::Connect;
        pairs(entry, rest);
    } else if let Some(rest) = message.strip_prefix("connection authenticated: ") {
        // `connection authorized` follows: one login is told once.
        entry.outcome = Outcome::Success;
        let identity = rest.strip_prefix("identity=\"").and_then(|r| r.split('"').next());
        entry.user = entry.user.take().or_else(|| identity.and_then(said).map(Cow::Borrowed));
    } else if let Some(rest) = ["connection authorized: ", "replication connection authorized: "]
        .iter()
        .find_map(|start| message.strip_prefix(start))
    {
        entry.deed = Deed::Logon;
        entry.outcome = Outcome::Success;
        pairs(entry, rest);
    } else if let Some(rest) = message.strip_prefix("disconnection: ") {
        entry.deed = Deed::Logoff;
        entry.outcome = Outcome::Success;
        pairs(entry, rest);
    } else {
        return false;
    }
    true
}

fn statement<'a>(entry: &mut Entry<'a>, sql: &'a str) {
    entry.deed = Deed::Statement;
    entry.statement = Some(sql.into());
}

/// `NAME: SQL` of a prepared statement.
fn named<'a>(entry: &mut Entry<'a>, rest: &'a str) {
    let rest = rest.strip_prefix("fetch from ").unwrap_or(rest);
    match rest.split_once(": ") {
        Some((_, sql)) => statement(entry, sql),
        None => entry.deed = Deed::Statement,
    }
}

/// `0.140 ms`, and what took so long, if the line says it.
fn duration<'a>(entry: &mut Entry<'a>, rest: &'a str) {
    entry.outcome = Outcome::Success;
    entry.deed = Deed::Statement;
    let Some((number, rest)) = rest.split_once(" ms") else { return };
    entry.milliseconds = number.trim().parse().ok();
    let rest = rest.trim_start();
    if let Some(sql) = rest.strip_prefix("statement: ") {
        statement(entry, sql);
    } else if let Some((step, named_sql)) = rest.split_once(' ')
        && matches!(step, "parse" | "bind" | "execute")
    {
        entry.command = Some(step.into());
        named(entry, named_sql);
    } else if let Some(plan) = rest.strip_prefix("plan:") {
        let text = plan.trim_start();
        if let Some(sql) = text.strip_prefix("Query Text: ") {
            // The plan follows on a line of its own.
            let (sql, plan) = if sql.contains('\n') { split_plan(sql) } else { (sql, None) };
            statement(entry, sql);
            entry.detail = entry.detail.take().or(plan.map(Cow::Borrowed));
        }
    }
}

/// Cuts a plan of auto_explain off the statement: its first line tells its costs.
fn split_plan(text: &str) -> (&str, Option<&str>) {
    let Some(at) = memchr::memmem::find(text.as_bytes(), b"  (cost=") else { return (text, None) };
    let head = text.get(..at).unwrap_or(text);
    match head.rsplit_once('\n') {
        Some((sql, _)) => (sql, text.get(sql.len() + 1..)),
        None => (text, None),
    }
}

/// `host=… port=… user=… database=… application_name=…`.
fn pairs<'a>(entry: &mut Entry<'a>, text: &'a str) {
    // The program's name may hold anything, so it stands last and is cut off first.
    let (text, app) = match text.split_once("application_name=") {
        Some((text, app)) => (text, Some(app.split(" SSL enabled").next().unwrap_or(app).trim())),
        None => (text, None),
    };
    if let Some(app) = app.and_then(said) {
        entry.app = Some(app.into());
    }
    for pair in text.split(' ') {
        let Some((key, value)) = pair.split_once('=') else { continue };
        let Some(value) = said(value) else { continue };
        match key {
            "host" => entry.client = Some(value.into()),
            "port" => entry.port = value.parse().ok(),
            "user" => entry.user = Some(value.into()),
            "database" => entry.database = Some(value.into()),
            _ => {}
        }
    }
}

/// An error: a login that was refused, a statement that failed, or something of the server's own.
fn refused<'a>(entry: &mut Entry<'a>, level: &str, message: &'a str) {
    if level != "FATAL" {
        entry.deed = Deed::Notice;
        return;
    }
    let quoted = |after: &str| {
        let at = memchr::memmem::find(message.as_bytes(), after.as_bytes())?;
        said(message.get(at + after.len()..)?.split('"').next()?)
    };
    let is_login = message.contains("authentication failed for user \"")
        || message.contains("no pg_hba.conf entry")
        || message.starts_with("pg_hba.conf rejects")
        || message.contains("is not permitted to log in")
        || (message.starts_with("role \"") && message.contains("does not exist"))
        || (message.starts_with("database \"") && message.contains("does not exist"))
        || message.starts_with("permission denied for database")
        || matches!(entry.code.as_deref(), Some("28P01" | "28000"));
    entry.deed = if is_login { Deed::Logon } else { Deed::Notice };
    if !is_login {
        return;
    }
    let found = |own: &mut Option<Cow<'a, str>>, text: Option<&'a str>| {
        *own = own.take().or_else(|| text.map(Cow::Borrowed));
    };
    let user = quoted("user \"").or_else(|| quoted("role \""));
    found(&mut entry.user, user);
    found(&mut entry.database, quoted("database \""));
    found(&mut entry.client, quoted("host \""));
}

/// What the server says of itself.
fn notice(message: &str) -> Deed {
    if message.starts_with("database system is ready to accept connections") {
        Deed::Start
    } else if message.starts_with("database system is shut down") {
        Deed::Stop
    } else {
        Deed::Notice
    }
}
