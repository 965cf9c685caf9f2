//! VPC flow logs of every version, from S3 or CloudWatch Logs, in any order of fields.

mod attributes;
mod columns;
mod envelope;
mod format;
mod recognise;
mod record;

use frame::Input;
use model::seam::About;
use model::seam::source::{Intake, Likeness, LogSource, ReadSettings, Source};
use model::{Event, Position, Time};
use ocsf::Class;

use self::format::{DEFAULT, FIELDS_MAX, Format};
use self::record::{Flow, Split};
use crate::parquet::is_parquet;

/// The source.
pub struct VpcFlow;

const NAME: &str = "aws.vpc_flow";

/// How many lines of a sample may lead to the format of a file without header.
const LINES_TRIED: usize = 200;

/// Whether `text` is a field list as `--flow-format` wants it; else what is wrong with it.
pub fn check_format(text: &str) -> Result<(), String> {
    Format::check(text)
}

impl Source for VpcFlow {
    fn about(&self) -> &'static About {
        &About {
            name: NAME,
            line: "VPC flow logs, all versions and field orders, as text, in JSON or in Parquet",
            spec: "https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html",
        }
    }

    fn classes(&self) -> &'static [Class] {
        &[Class::NETWORK_ACTIVITY]
    }

    fn logsources(&self) -> &'static [LogSource] {
        &[
            LogSource { product: Some("aws"), service: Some("vpc_flow"), category: None },
            LogSource { product: Some("aws"), service: Some("vpcflow"), category: None },
        ]
    }

    fn fields(&self) -> &'static [&'static str] {
        DEFAULT
    }

    fn recognise(&self, sample: &[u8]) -> Likeness {
        if is_parquet(sample) { columns::likeness(sample) } else { recognise::likeness(sample) }
    }

    fn recognise_with(&self, sample: &[u8], settings: &ReadSettings) -> Likeness {
        let columns = settings.flow_format.as_deref().map_or(0, |f| f.split_whitespace().count());
        let line = sample.split(|b| *b == b'\n').next().unwrap_or_default();
        let words = String::from_utf8_lossy(line).split_whitespace().count();
        // The person says that flow logs without a head are here: lines that wide are they.
        if columns > 2 && words == columns {
            Likeness::Format.max(self.recognise(sample))
        } else {
            self.recognise(sample)
        }
    }

    fn read(&self, input: &mut Input<'_>, settings: &ReadSettings, out: &mut dyn Intake) {
        if is_parquet(input.sample()) {
            return columns::read(input, out);
        }
        let mut reader = Reader::new(input.sample(), settings);
        if envelope::is_json(input.sample()) {
            envelope::read(input, &mut reader, out);
            return;
        }
        while let Some(line) = input.line() {
            if line.too_long {
                reader.refuse(line.number, "the line is too long", &line.text, out);
                continue;
            }
            let text = line.text.trim();
            if text.is_empty() || text.starts_with('#') {
                continue;
            }
            if text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '"')
                && let Some(header) = Format::parse(text)
            {
                reader.format = Some(header);
                continue;
            }
            let (delivered, text) = delivery_time(text);
            reader.record(text, line.number, delivered, out);
        }
    }
}

/// Takes off the time that an export from CloudWatch Logs puts before each line.
fn delivery_time(line: &str) -> (Option<Time>, &str) {
    // Looked at by its marks first: a flow record never has them there.
    if !matches!(line.as_bytes(), [_, _, _, _, b'-', _, _, b'-', _, _, b'T', ..]) {
        return (None, line);
    }
    let Some((time, rest)) = line.split_once(' ') else { return (None, line) };
    Time::parse_rfc3339(time).map_or((None, line), |time| (Some(time), rest.trim_start()))
}

/// What is known on the way through a blob.
struct Reader {
    /// The order of the fields here: from the last header line, else as a person said, else
    /// inferred.
    format: Option<Format>,
    default: Format,
    /// `--flow-format` is not a list of fields.
    bad_setting: bool,
    split: Split,
    records: u64,
}

impl Reader {
    fn new(sample: &[u8], settings: &ReadSettings) -> Self {
        let said = settings.flow_format.as_deref();
        let format = said.and_then(Format::parse);
        let bad_setting = said.is_some() && format.is_none();
        let format = format.or_else(|| recognise::infer(sample));
        let (default, split) = (Format::version2(), Split::default());
        Reader { format, default, bad_setting, split, records: 0 }
    }

    fn position(&mut self, line: u64) -> Position {
        let record = self.records;
        self.records += 1;
        Position { line, record }
    }

    fn refuse(&mut self, line: u64, why: &str, raw: &str, out: &mut dyn Intake) {
        let at = self.position(line);
        out.refuse(at, why, raw);
    }

    /// Reads one record in the order that holds here.
    fn record(&mut self, text: &str, line: u64, delivered: Option<Time>, out: &mut dyn Intake) {
        let at = self.position(line);
        let separator = self.format.as_ref().map_or(b' ', |f| f.separator);
        self.split.cut(text, separator);
        let fields = self.split.len();
        let fitting = self.format.as_ref().filter(|f| f.names.len() == fields);
        // A default record is known without a header: by its number of fields and its version.
        let is_default = fields == DEFAULT.len() && self.split.get(text, 0) == Some("2");
        let Some(format) = fitting.or(is_default.then_some(&self.default)) else {
            let why = self.misfit(fields);
            out.refuse(at, &why, text);
            return;
        };
        emit(text, &self.split, format, (delivered, at), out);
    }

    fn misfit(&self, fields: usize) -> String {
        match &self.format {
            _ if fields > FIELDS_MAX => format!("more than {FIELDS_MAX} fields"),
            _ if self.bad_setting => "--flow-format is not a list of flow log fields".into(),
            Some(format) => format!("{fields} fields where the format has {}", format.names.len()),
            None => format!("{fields} fields in no known order: give --flow-format"),
        }
    }
}

/// Hands on one record that is cut, with when it was delivered and where it stands.
fn emit(
    text: &str,
    split: &Split,
    format: &Format,
    (delivered, at): (Option<Time>, Position),
    out: &mut dyn Intake,
) {
    match Flow::new(text, split, format, delivered) {
        Ok(flow) => out.event(&Event {
            source: NAME,
            time: flow.time,
            uid: None,
            at,
            outcome: flow.outcome(),
            credential: None,
            address: flow.address(),
            raw: text,
            body: &flow,
        }),
        Err(why) => out.refuse(at, &why, text),
    }
}
