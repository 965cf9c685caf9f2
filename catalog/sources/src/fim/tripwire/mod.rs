//! `fim.tripwire`: reports of Open Source Tripwire as text: one event for each report and each
//! object in it.

mod entry;
mod report;

use frame::Input;
use memchr::memmem;
use model::seam::About;
use model::seam::source::{Intake, Likeness, LogSource, ReadSettings, Source};
use model::{Event, Outcome, Position, Time};
use ocsf::Class;

use self::entry::Entry;
use self::report::Report;
use crate::clock::Calendar;
use crate::wrap;

/// The member.
pub struct Tripwire;

const NAME: &str = "fim.tripwire";

impl Source for Tripwire {
    fn about(&self) -> &'static About {
        &About {
            name: NAME,
            line: "Tripwire reports (twprint, tripwire --check): objects added, removed, modified",
            spec: "https://github.com/Tripwire/tripwire-open-source",
        }
    }

    fn classes(&self) -> &'static [Class] {
        &[Class::FILE_ACTIVITY, Class::BASE_EVENT]
    }

    fn logsources(&self) -> &'static [LogSource] {
        const KNOWN: &[LogSource] = &[
            LogSource { product: Some("linux"), service: Some("tripwire"), category: None },
            LogSource { product: Some("linux"), service: None, category: Some("file_change") },
        ];
        KNOWN
    }

    fn fields(&self) -> &'static [&'static str] {
        entry::FIELDS
    }

    fn recognise(&self, sample: &[u8]) -> Likeness {
        let has = |name: &[u8]| memmem::find(sample, name).is_some();
        if !has(b"Tripwire") && !has(b"TWReport ") {
            return Likeness::No;
        }
        let lines = wrap::sample_lines(sample);
        let opens = lines.iter().any(|line| report::opens(wrap::delivery_time(line).1));
        if opens { Likeness::Name } else { Likeness::No }
    }

    fn read(&self, input: &mut Input<'_>, settings: &ReadSettings, out: &mut dyn Intake) {
        let mut reader = Reader { calendar: Calendar::new(settings), records: 0 };
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
            if report::opens(text) {
                reader.close(open.take(), out);
                open = Some(Report::new(text, unit.line));
                return;
            }
            match &mut open {
                Some(open) => open.line(text, unit.line),
                None if text.trim().is_empty() || report::is_preamble(text) => {}
                None => reader.refuse(unit.line, "before the start of a report", text, out),
            }
        });
        reader.close(open, out);
    }
}

/// What is known on the way through a blob.
struct Reader {
    calendar: Calendar,
    records: u64,
}

impl Reader {
    fn place(&mut self, line: u64) -> Position {
        let record = self.records;
        self.records += 1;
        Position { line, record }
    }

    fn refuse(&mut self, line: u64, why: &str, text: &str, out: &mut dyn Intake) {
        let at = self.place(line);
        out.refuse(at, why, text);
    }

    /// Hands on a report and its objects.
    fn close(&mut self, report: Option<Report>, out: &mut dyn Intake) {
        let Some(report) = report else { return };
        let time =
            report.created.as_deref().and_then(|text| report::time(text, &mut self.calendar));
        let Some(time) = time else {
            let why = "a report without a time at which it was created";
            self.refuse(report.first_line, why, &report.head, out);
            for object in &report.objects {
                self.refuse(object.line, why, &object.text, out);
            }
            return;
        };
        let at = self.place(report.first_line);
        emit(&Entry { time, object: None, report: &report }, time, &report.head, at, out);
        for object in &report.objects {
            let at = self.place(object.line);
            let created = report.created.as_deref().unwrap_or("");
            let raw = format!(
                "{}\nReport created on: {created}\n{}\n{}",
                report.title, object.text, object.detail_text
            );
            let entry = Entry { time, object: Some(object), report: &report };
            emit(&entry, time, raw.trim_end(), at, out);
        }
    }
}

fn emit(entry: &Entry<'_>, time: Time, raw: &str, at: Position, out: &mut dyn Intake) {
    out.event(&Event {
        source: NAME,
        time,
        uid: None,
        at,
        outcome: Outcome::Success,
        credential: None,
        address: None,
        raw,
        body: entry,
    });
}
