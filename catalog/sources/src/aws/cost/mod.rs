//! `aws.cost`: lines of Cost and Usage Reports: what ran how long, where, and what it cost.

mod columns;
mod item;

use frame::Input;
use model::seam::About;
use model::seam::source::{Intake, Likeness, LogSource, ReadSettings, Source};
use model::{Event, Outcome, Position, Time};
use ocsf::Class;

use crate::csv::{next_rows, row as values_of};
use columns::{Columns, Part};
use item::Item;

/// The member.
pub struct Cost;

const NAME: &str = "aws.cost";

impl Source for Cost {
    fn about(&self) -> &'static About {
        &About {
            name: NAME,
            line: "Cost and Usage Reports as CSV (legacy, 2.0, FOCUS): usage and cost by resource",
            spec: "https://docs.aws.amazon.com/cur/latest/userguide/data-dictionary.html",
        }
    }

    fn classes(&self) -> &'static [Class] {
        &[Class::CLOUD_RESOURCES_INVENTORY_INFO]
    }

    fn logsources(&self) -> &'static [LogSource] {
        &[LogSource { product: Some("aws"), service: Some("cost"), category: None }]
    }

    fn fields(&self) -> &'static [&'static str] {
        &["resource", "account", "product", "usage_type", "operation", "amount", "cost", "region"]
    }

    fn recognise(&self, sample: &[u8]) -> Likeness {
        let sample = sample.strip_prefix(b"\xef\xbb\xbf").unwrap_or(sample);
        let mut lines = sample.split(|b| *b == b'\n').map(<[u8]>::trim_ascii);
        let Some(first) = lines.find(|line| !line.is_empty()) else { return Likeness::No };
        match Columns::of(&String::from_utf8_lossy(first)) {
            Some(_) => Likeness::Name,
            None => Likeness::No,
        }
    }

    fn read(&self, input: &mut Input<'_>, _: &ReadSettings, out: &mut dyn Intake) {
        let mut parser = csv_core::Reader::new();
        let (mut columns, mut record, mut head) = (None, 0, None);
        while let Some(rows) = next_rows(input) {
            for (text, line) in rows.iter().filter(|(text, _)| !text.trim().is_empty()) {
                // Files of one report that were put together have a header each.
                if let Some(found) = header(text) {
                    (columns, head) = (Some(found), Some((*line, text.clone())));
                    continue;
                }
                let at = Position { line: *line, record };
                record += 1;
                if let Err(why) = item(columns.as_ref(), &mut parser, at, text, out) {
                    out.refuse(at, &why, text);
                }
            }
        }
        if let Some((line, text)) = head.filter(|_| record == 0) {
            out.refuse(Position { line, record }, "a report without a line", &text);
        }
    }
}

/// The columns, if a row is a header line; looked at by its start first.
fn header(text: &str) -> Option<Columns> {
    let start = text.get(..text.floor_char_boundary(4096))?.to_ascii_lowercase();
    let is_near = ["lineitem", "line_item", "chargeperiod"].iter().any(|n| start.contains(n));
    is_near.then(|| Columns::of(text)).flatten()
}

fn item(
    columns: Option<&Columns>,
    parser: &mut csv_core::Reader,
    at: Position,
    text: &str,
    out: &mut dyn Intake,
) -> Result<(), String> {
    let columns = columns.ok_or("no header line names the columns")?;
    if text.bytes().filter(|b| *b == b'"').count() % 2 == 1 {
        return Err("a quote is not closed".into());
    }
    let values = values_of(parser, b',', text)?;
    if values.len() != columns.names.len() {
        let (has, named) = (values.len(), columns.names.len());
        return Err(format!("the row has {has} values, the header names {named}"));
    }
    let mut item = Item { columns, values: &values, time: Time::seconds(0) };
    let time = |part| item.part(part).and_then(time);
    let start = time(Part::Start).ok_or("the start of the usage is no time")?;
    // The end is the start of the next hour or day.
    let end = time(Part::End).filter(|end| end.start > start.start);
    let end = end.map(|end| Time { end: end.start - 1, ..end });
    item.time = end.map_or(start, |end| start.until(end));
    out.event(&Event {
        source: NAME,
        time: item.time,
        uid: None,
        at,
        outcome: Outcome::Success,
        credential: None,
        address: None,
        raw: text,
        body: &item,
    });
    Ok(())
}

/// `2026-10-06T00:00:00Z`, or without a zone as queries print it: UTC.
fn time(text: &str) -> Option<Time> {
    Time::parse_rfc3339(text).or_else(|| Time::parse_civil(text.trim_end_matches(" UTC"), 0))
}
