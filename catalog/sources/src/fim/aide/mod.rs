//! `fim.aide`: reports of AIDE, text and JSON: one event for each report and each entry in it.

mod entry;
mod report;

use frame::{Input, Piece};
use memchr::memmem;
use model::seam::About;
use model::seam::source::{Intake, Likeness, LogSource, ReadSettings, Source};
use model::{Event, Outcome, Position, Time};
use ocsf::Class;

pub use self::entry::hex;
use self::entry::{Change, Entry};
use self::report::Report;
use crate::clock::in_zone;
use crate::{json, wrap};

/// The member.
pub struct Aide;

const NAME: &str = "fim.aide";

impl Source for Aide {
    fn about(&self) -> &'static About {
        &About {
            name: NAME,
            line: "AIDE reports (0.15 to 0.19, text and JSON): files added, removed, changed",
            spec: "https://aide.github.io/doc/",
        }
    }

    fn classes(&self) -> &'static [Class] {
        &[Class::FILE_ACTIVITY, Class::BASE_EVENT]
    }

    fn logsources(&self) -> &'static [LogSource] {
        const KNOWN: &[LogSource] = &[
            LogSource { product: Some("linux"), service: Some("aide"), category: None },
            LogSource { product: Some("linux"), service: None, category: Some("file_change") },
        ];
        KNOWN
    }

    fn fields(&self) -> &'static [&'static str] {
        entry::FIELDS
    }

    fn recognise(&self, sample: &[u8]) -> Likeness {
        if is_json_report(sample) {
            return Likeness::Name;
        }
        let lines = wrap::sample_lines(sample);
        let outline = lines.iter().any(|line| report::is_outline(line));
        let start = lines.iter().any(|line| line.starts_with("Start timestamp: "));
        let named = lines
            .iter()
            .any(|line| line.starts_with("Start timestamp: ") && line.contains("(AIDE "));
        if named || (start && outline) { Likeness::Name } else { Likeness::No }
    }

    fn read(&self, input: &mut Input<'_>, settings: &ReadSettings, out: &mut dyn Intake) {
        let mut reader = Reader { settings, records: 0 };
        if is_json_report(input.sample()) {
            input.documents(&mut |piece| match piece {
                Piece::Document(d) => reader.document(d.text, d.line, out),
                Piece::Damage { line, why, excerpt } => reader.refuse(line, &why, &excerpt, out),
            });
            return;
        }
        let mut open: Option<Report> = None;
        wrap::each(input, &mut |unit| {
            let unit = match unit {
                Ok(unit) => unit,
                Err(broken) => {
                    reader.close(open.take(), out);
                    return reader.refuse(broken.line, broken.why, broken.text, out);
                }
            };
            let text = wrap::delivery_time(unit.text).1.trim_end();
            if open.as_ref().map_or_else(|| report::opens(text), |open| open.ends_before(text)) {
                reader.close(open.take(), out);
                open = Some(Report::default());
            }
            match &mut open {
                Some(open) => open.line(text, unit.line),
                None if text.trim().is_empty() => {}
                None => reader.refuse(unit.line, "before the start of a report", text, out),
            }
        });
        reader.close(open, out);
    }
}

/// Whether a blob is a report as JSON (`report_format=json`, since 0.18).
fn is_json_report(sample: &[u8]) -> bool {
    let has = |name: &str| memmem::find(sample, name.as_bytes()).is_some();
    wrap::is_json(sample)
        && has("\"start_time\"")
        && (has("\"aide_version\"") || (has("\"outline\"") && has("\"AIDE ")))
}

/// What is known on the way through a blob.
struct Reader<'s> {
    settings: &'s ReadSettings,
    records: u64,
}

impl Reader<'_> {
    fn place(&mut self, line: u64) -> Position {
        let record = self.records;
        self.records += 1;
        Position { line, record }
    }

    fn refuse(&mut self, line: u64, why: &str, text: &str, out: &mut dyn Intake) {
        let at = self.place(line);
        out.refuse(at, why, text);
    }

    fn time(&self, text: &str) -> Option<Time> {
        let text = text.trim();
        let zoneless = || Some(in_zone(Time::parse_civil(text, 0)?, self.settings.zone.as_ref()));
        Time::parse_rfc3339(text).or_else(zoneless)
    }

    /// Hands on a report of JSON.
    fn document(&mut self, text: &str, line: u64, out: &mut dyn Intake) {
        match json::parse(text).map(|value| report::from_json(&value, line)) {
            Ok(Some(report)) => self.close(Some(report), out),
            Ok(None) => self.refuse(line, "no start_time of an AIDE report", text, out),
            Err(why) => self.refuse(line, &why, text, out),
        }
    }

    /// Hands on a report and its entries.
    fn close(&mut self, report: Option<Report>, out: &mut dyn Intake) {
        let Some(report) = report else { return };
        let start = report.start.as_deref().and_then(|text| self.time(text));
        let end = report.end.as_deref().and_then(|text| self.time(text));
        let Some(start) = start else {
            let why = "a report without a start timestamp";
            self.refuse(report.first_line, why, &report.head, out);
            for found in &report.entries {
                self.refuse(found.line, why, &found.text, out);
            }
            return;
        };
        let time = end.filter(|end| end.start >= start.start).map_or(start, |end| start.until(end));
        let at = self.place(report.first_line);
        let check = Entry { time, change: None, found: None, report: &report };
        emit(&check, &report.head, at, out);
        for found in &report.entries {
            let at = self.place(found.line);
            let raw = format!("{}\n{}\n{}", report.start_line, found.text, found.detail_text);
            let change = Some(Change::of(&found.flags));
            let entry = Entry { time, change, found: Some(found), report: &report };
            emit(&entry, raw.trim_end(), at, out);
        }
    }
}

fn emit(entry: &Entry<'_>, raw: &str, at: Position, out: &mut dyn Intake) {
    out.event(&Event {
        source: NAME,
        time: entry.time,
        uid: None,
        at,
        outcome: Outcome::Success,
        credential: None,
        address: None,
        raw,
        body: entry,
    });
}
