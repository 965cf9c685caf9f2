//! The console's event history as CSV, and tables of CloudTrail columns made by queries.
//!
//! A row becomes a record with CloudTrail's own names, so that rules see one shape only. The
//! console's columns changed over the years and their order is free, so they are told by name.

use frame::Input;
use model::Time;
use model::seam::source::Intake;
use serde_json::{Map, Value, json};

use super::envelope::{Found, Reader};
use super::fields::Fields;
use crate::csv::{next_rows, row};
use crate::json as parser;

/// Where the values of a column go: CloudTrail's member, or one of `userIdentity` (`identity.`).
const COLUMNS: &[(&str, &str)] = &[
    ("additionaleventdata", "additionalEventData"),
    ("apiversion", "apiVersion"),
    ("awsaccesskey", "identity.accessKeyId"),
    ("awsregion", "awsRegion"),
    ("errorcode", "errorCode"),
    ("errormessage", "errorMessage"),
    ("eventcategory", "eventCategory"),
    ("eventid", "eventID"),
    ("eventname", "eventName"),
    ("eventsource", "eventSource"),
    ("eventtime", "eventTime"),
    ("eventtype", "eventType"),
    ("eventversion", "eventVersion"),
    ("readonly", "readOnly"),
    ("recipientaccountid", "recipientAccountId"),
    ("requestid", "requestID"),
    ("requestparameters", "requestParameters"),
    ("resources", "resources"),
    ("resourcename", "resource.resourceName"),
    ("resourcetype", "resource.resourceType"),
    ("responseelements", "responseElements"),
    ("sharedeventid", "sharedEventID"),
    ("sourceipaddress", "sourceIPAddress"),
    ("useragent", "userAgent"),
    ("useridentity", "userIdentity"),
    ("username", "identity.userName"),
    ("vpcendpointid", "vpcEndpointId"),
];

/// The target of each column, in the order of the header line; `None` for a column we do not know.
pub(super) type Columns = Vec<Option<&'static str>>;

/// Reads the header line of a sample; `None` if it is not that of a CloudTrail table.
pub(super) fn columns_of_sample(sample: &[u8]) -> Option<Columns> {
    if matches!(sample.trim_ascii_start().first(), Some(b'{' | b'[')) {
        return None;
    }
    let first =
        sample.split(|b| matches!(b, b'\n' | b'\r')).find(|line| !line.trim_ascii().is_empty())?;
    if first.trim_ascii_start().starts_with(b"{") || !first.contains(&b',') {
        return None;
    }
    let columns: Columns = row(&mut csv_core::Reader::new(), b',', &String::from_utf8_lossy(first))
        .ok()?
        .iter()
        .map(|name| {
            let plain: String = name
                .chars()
                .filter(char::is_ascii_alphanumeric)
                .map(|c| c.to_ascii_lowercase())
                .collect();
            COLUMNS.iter().find(|(column, _)| *column == plain).map(|(_, member)| *member)
        })
        .collect();
    let has = |member: &str| columns.contains(&Some(member));
    let beside = ["eventSource", "awsRegion", "eventID", "sourceIPAddress", "identity.accessKeyId"];
    let ours =
        has("eventName") && has("eventTime") && beside.iter().filter(|m| has(m)).count() >= 2;
    ours.then_some(columns)
}

/// Reads the rows of a table whose header line stands at the front.
pub(super) fn read(input: &mut Input<'_>, columns: &Columns, out: &mut dyn Intake) {
    let mut reader = Reader::new(out);
    let (mut is_header, mut parser) = (true, csv_core::Reader::new());
    while let Some(rows) = next_rows(input) {
        for (text, line) in rows.iter().filter(|(text, _)| !text.trim().is_empty()) {
            if std::mem::take(&mut is_header) {
                continue;
            }
            match record(&mut parser, text, columns) {
                Ok(record) => emit(&mut reader, &record, text, *line),
                Err(why) => reader.damage(*line, &why, text),
            }
        }
    }
}

/// Hands a row over as a record.
fn emit(reader: &mut Reader<'_>, record: &str, raw: &str, line: u64) {
    let Ok(value) = parser::parse(record) else {
        return reader.damage(line, "the row cannot be read", raw);
    };
    if let Some(fields) = Fields::of(&value) {
        reader.emit(Found { value: &value, fields, raw, line }, None);
    }
}

/// The row as a CloudTrail record in JSON.
fn record(parser: &mut csv_core::Reader, text: &str, columns: &Columns) -> Result<String, String> {
    let row = row(parser, b',', text)?;
    if row.len() != columns.len() {
        return Err(format!(
            "the row has {} values, the header names {}",
            row.len(),
            columns.len()
        ));
    }
    let (mut top, mut identity, mut resource) = (Map::new(), Map::new(), Map::new());
    for (member, value) in columns.iter().zip(row.iter().map(String::as_str)) {
        let Some(member) = member.filter(|_| !matches!(value, "" | "-" | "null")) else { continue };
        match member.split_once('.') {
            Some(("identity", member)) => identity.insert(member.into(), value.into()),
            Some((_, member)) => resource.insert(member.into(), value.into()),
            None if member == "eventTime" => top.insert(member.into(), time(value).into()),
            None => top.insert(member.into(), nested(value)),
        };
    }
    if !identity.is_empty() {
        top.entry("userIdentity").or_insert(Value::Object(identity));
    }
    if !resource.is_empty() {
        top.entry("resources").or_insert(json!([resource]));
    }
    Ok(Value::Object(top).to_string())
}

/// A value that is JSON by itself (resources, parameters) as such, any other as text.
fn nested(value: &str) -> Value {
    let opens = value.starts_with(['{', '[']);
    serde_json::from_str(value).ok().filter(|_| opens).unwrap_or_else(|| value.into())
}

/// The time as the console writes it, in RFC 3339: it downloads that form, but shows
/// `October 21, 2025, 13:10:22 (UTC+09:00)`, which people paste.
fn time(value: &str) -> String {
    shown(value).unwrap_or_else(|| value.into())
}

fn shown(value: &str) -> Option<String> {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (civil, zone) = value.trim().split_once(" (UTC")?;
    let zone = zone.strip_suffix(')')?;
    let mut parts = civil.splitn(3, ", ");
    let (month, day) = parts.next()?.split_once(' ')?;
    let (year, clock) = (parts.next()?, parts.next()?);
    let month = MONTHS.iter().position(|name| month.starts_with(name))? + 1;
    let zone = if zone.is_empty() { "Z" } else { zone };
    let text = format!("{year}-{month:02}-{:02}T{clock}{zone}", day.parse::<u8>().ok()?);
    Time::parse_rfc3339(&text).map(|_| text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_told_by_name_in_any_order() {
        let ours = b"Event time,Event name,Whatever,\"Source IP address\",AWS region\n";
        let columns = columns_of_sample(ours).unwrap();
        assert_eq!(columns.get(2), Some(&None));
        assert_eq!(columns.get(3), Some(&Some("sourceIPAddress")));
        for other in ["time,name,ip", "Event name,Event time", "eventName", "", "{\"a\":1,\"b\":2}"]
        {
            assert!(columns_of_sample(other.as_bytes()).is_none(), "{other}");
        }
    }

    #[test]
    fn reads_the_time_that_the_console_shows() {
        assert_eq!(time("October 1, 2025, 13:10:22 (UTC+09:00)"), "2025-10-01T13:10:22+09:00");
        assert_eq!(time("May 3, 2025, 01:02:03 (UTC)"), "2025-05-03T01:02:03Z");
        assert_eq!(time("2025-10-21T04:10:22Z"), "2025-10-21T04:10:22Z");
        assert_eq!(time("tomorrow"), "tomorrow");
    }
}
