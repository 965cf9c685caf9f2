//! `partner.alerts_csv`: alerts of any product as a table with a header line.

mod columns;
mod row;
pub mod times;

use frame::Input;
use model::seam::About;
use model::seam::source::{Intake, Likeness, LogSource, ReadSettings, Source};
use model::{Event, Position};
use ocsf::Class;

use crate::aws::shared::is_ip;
use crate::clock::Calendar;
use crate::csv::{next_rows, row as values_of};
use columns::{Columns, Part};
use row::Alert;

/// The member.
pub struct AlertsCsv;

const NAME: &str = "partner.alerts_csv";

impl Source for AlertsCsv {
    fn about(&self) -> &'static About {
        &About {
            name: NAME,
            line: "Alerts of any product as CSV with a header line, in English or Japanese",
            spec: "https://www.rfc-editor.org/rfc/rfc4180",
        }
    }

    fn classes(&self) -> &'static [Class] {
        &[Class::DETECTION_FINDING]
    }

    fn logsources(&self) -> &'static [LogSource] {
        &[LogSource { product: None, service: None, category: Some("antivirus") }]
    }

    fn fields(&self) -> &'static [&'static str] {
        &["time", "name", "severity", "host", "Signature", "Filename"]
    }

    fn is_general(&self) -> bool {
        true
    }

    fn recognise(&self, sample: &[u8]) -> Likeness {
        let sample = sample.strip_prefix(b"\xef\xbb\xbf").unwrap_or(sample);
        let mut lines = sample.split(|b| *b == b'\n').map(<[u8]>::trim_ascii);
        let Some(first) = lines.find(|line| !line.is_empty()) else { return Likeness::No };
        match Columns::of(&String::from_utf8_lossy(first)) {
            Some(_) => Likeness::Format,
            None => Likeness::No,
        }
    }

    fn read(&self, input: &mut Input<'_>, settings: &ReadSettings, out: &mut dyn Intake) {
        let (mut reader, mut record) = (Reader::new(settings), 0);
        while let Some(rows) = next_rows(input) {
            for (text, line) in rows.iter().filter(|(text, _)| !text.trim().is_empty()) {
                if reader.is_header(text) {
                    continue;
                }
                let at = Position { line: *line, record };
                record += 1;
                if let Err(why) = reader.row(at, text, out) {
                    out.refuse(at, &why, text);
                }
            }
        }
    }
}

/// What is known on the way through a table.
struct Reader {
    columns: Option<Columns>,
    is_begun: bool,
    parser: csv_core::Reader,
    calendar: Calendar,
}

impl Reader {
    fn new(settings: &ReadSettings) -> Self {
        let (parser, calendar) = (csv_core::Reader::new(), Calendar::new(settings));
        Reader { columns: None, is_begun: false, parser, calendar }
    }

    /// Takes the first row as the header line, if it is one.
    fn is_header(&mut self, text: &str) -> bool {
        if std::mem::replace(&mut self.is_begun, true) {
            return false;
        }
        self.columns = Columns::of(text);
        if let Some(columns) = &self.columns {
            self.parser = columns.parser();
        }
        self.columns.is_some()
    }

    fn row(&mut self, at: Position, text: &str, out: &mut dyn Intake) -> Result<(), String> {
        let columns = self.columns.as_ref().ok_or("no header line names the columns")?;
        if text.bytes().filter(|b| *b == b'"').count() % 2 == 1 {
            return Err("a quote is not closed".into());
        }
        let values = values_of(&mut self.parser, columns.delimiter, text)?;
        if values.len() != columns.names.len() {
            let (has, named) = (values.len(), columns.names.len());
            return Err(format!("the row has {has} values, the header names {named}"));
        }
        let mut alert = Alert { columns, values: &values, time: model::Time::seconds(0) };
        let time = alert.part(Part::Time).ok_or("the row has no time")?;
        alert.time = times::read(time, &self.calendar)
            .ok_or_else(|| format!("the time cannot be read: {time:.60}"))?;
        if alert.part(Part::Name).is_none() {
            return Err("the row does not say what was found".into());
        }
        out.event(&Event {
            source: NAME,
            time: alert.time,
            // Products write an id per rule, per incident or per alert: none is surely a row's own.
            uid: None,
            at,
            outcome: alert.outcome(),
            credential: None,
            address: alert.part(Part::SourceIp).filter(|ip| is_ip(ip)),
            raw: text,
            body: &alert,
        });
        Ok(())
    }
}
