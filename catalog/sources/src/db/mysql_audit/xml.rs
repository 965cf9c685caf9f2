//! XML of the audit log: members as elements (new) or as attributes (old), over several lines.

use std::borrow::Cow;

use frame::Input;
use jiff::tz::TimeZone;
use model::seam::source::Intake;

use super::Record;
use crate::joined::{self, Part};
use crate::xml::unescaped;

/// No record has more members.
const MEMBERS_MAX: usize = 64;

/// Whether a sample holds such records.
pub fn is_ours(sample: &[u8]) -> bool {
    let has = |name: &str| memchr::memmem::find(sample, name.as_bytes()).is_some();
    has("<AUDIT_RECORD") && (has("<TIMESTAMP>") || has("TIMESTAMP=\""))
}

/// Reads a blob.
pub fn read(input: &mut Input<'_>, zone: Option<&TimeZone>, out: &mut dyn Intake) {
    let part = |line: &str, _: &str| {
        let line = line.trim_start();
        if line.starts_with("<AUDIT_RECORD") {
            Part::Opens
        } else if line.starts_with("<?xml")
            || line.starts_with("<AUDIT>")
            || line.starts_with("</AUDIT>")
        {
            Part::Heading
        } else {
            Part::GoesOn
        }
    };
    joined::read(input, &part, out, &mut |joined, out| {
        let members = members(joined.text);
        let done = record(&members, joined.cut)
            .ok_or_else(|| "no record of the audit log".to_owned())
            .and_then(|record| super::entry(record, zone))
            .map(|entry| entry.emit(joined.text, joined.at, out));
        if let Err(why) = done {
            out.refuse(joined.at, &why, joined.text);
        }
    });
}

type Members<'a> = Vec<(&'a str, Cow<'a, str>)>;

/// Names and values of one record, of either kind.
fn members(text: &str) -> Members<'_> {
    let mut found = Vec::new();
    let Some((_, mut rest)) = text.split_once("<AUDIT_RECORD") else { return found };
    if rest.trim_start().starts_with('>') {
        rest = rest.split_once('>').map_or("", |(_, rest)| rest);
        while found.len() < MEMBERS_MAX
            && let Some((_, after)) = rest.split_once('<')
            && let Some((name, after)) = after.split_once('>')
        {
            rest = after;
            if name.starts_with('/') || name.ends_with('/') {
                continue;
            }
            let end = memchr::memchr(b'<', after.as_bytes()).unwrap_or(after.len());
            found.push((name, unescaped(after.get(..end).unwrap_or(""))));
        }
        return found;
    }
    while found.len() < MEMBERS_MAX
        && let Some((name, after)) = rest.split_once("=\"")
        && let Some((value, after)) = after.split_once('"')
    {
        let name = name.trim();
        found.push((name, unescaped(value)));
        rest = after;
    }
    found
}

fn record<'m>(members: &'m Members<'_>, cut: bool) -> Option<Record<'m>> {
    let text = |name: &str| {
        let found = members.iter().find(|(own, _)| *own == name);
        found.map_or("", |(_, value)| value.as_ref())
    };
    if text("TIMESTAMP").is_empty() {
        return None;
    }
    let mut record = Record {
        time: text("TIMESTAMP"),
        name: text("NAME"),
        connection: text("CONNECTION_ID").parse().ok(),
        status: text("STATUS").parse().ok(),
        user: Cow::Borrowed(text("USER")),
        host: Cow::Borrowed(text("HOST")),
        ip: Cow::Borrowed(text("IP")),
        database: Cow::Borrowed(text("DB")),
        table: Cow::Borrowed(text("TABLE")),
        statement: Some(Cow::Borrowed(text("SQLTEXT"))),
        command: Cow::Borrowed(text("COMMAND_CLASS")),
        cut,
        ..Record::default()
    };
    for (name, value) in members {
        if !matches!(*name, "SQLTEXT" | "TIMESTAMP") && !value.is_empty() {
            record.others.push((Cow::Borrowed(*name), Cow::Borrowed(value.as_ref())));
        }
    }
    Some(record)
}
