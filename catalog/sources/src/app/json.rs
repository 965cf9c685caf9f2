//! `app.json`: JSON lines that applications write, whatever their logger calls the fields.
//!
//! Bare lines, arrays, and the wraps they travel in: Docker's `json-file`, Kubernetes' CRI prefix,
//! CloudWatch Logs (subscription, export, `filter-log-events`). A line that is no JSON (a stack
//! trace, a banner) is a reject by itself.

mod body;
mod event;
mod names;
mod values;
mod wrap;

use frame::{Content, Input, Piece};
use model::seam::About;
use model::seam::source::{Intake, Likeness, LogSource, ReadSettings, Source};
use model::{Event, Position, Time};
use ocsf::Class;
use sonic_rs::Value;

use super::logfmt;
use event::Record;
pub use names::ours;
pub use values::address;
pub use values::time as time_in;
pub use wrap::Unit;

/// The member.
pub struct AppJson;

const ABOUT: About = About {
    name: "app.json",
    line: "JSON lines of applications: time, level, message, user, client address by usual names",
    spec: "https://jsonlines.org/",
};

/// The classes of applications' records.
pub const CLASSES: &[Class] =
    &[Class::BASE_EVENT, Class::AUTHENTICATION, Class::HTTP_ACTIVITY, Class::APPLICATION_ERROR];

/// How many records recognition looks at.
const TRIAL_RECORDS_MAX: usize = 16;

impl Source for AppJson {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn classes(&self) -> &'static [Class] {
        CLASSES
    }

    fn logsources(&self) -> &'static [LogSource] {
        &[LogSource { product: None, service: None, category: Some("application") }]
    }

    fn is_general(&self) -> bool {
        true
    }

    fn recognise(&self, sample: &[u8]) -> Likeness {
        let mut trial = Trial::default();
        let settings = ReadSettings::default();
        each_sampled(sample, &mut |_, raw, found| {
            trial.pairs += usize::from(logfmt::is_record(raw));
            let Ok(unit) = found else {
                let is_object = raw.starts_with('{');
                return *(if is_object { &mut trial.others } else { &mut trial.texts }) += 1;
            };
            let record = Record::new(&unit, &settings);
            if record.is_foreign() {
                trial.foreign += 1;
            } else if unit.own.is_none() {
                trial.texts += 1;
            } else if record.time().is_some() && record.says_something() {
                trial.fit += 1;
            } else {
                trial.others += 1;
            }
        });
        if trial.is_passed() { Likeness::Shape } else { Likeness::No }
    }

    fn read(&self, input: &mut Input<'_>, settings: &ReadSettings, out: &mut dyn Intake) {
        each_unit(input, &mut |at, raw, found| match found {
            Ok(unit) => {
                let record = Record::new(&unit, settings);
                match record.event(at, raw) {
                    Ok(event) => out.event(&event),
                    Err(why) => out.refuse(at, why, raw),
                }
            }
            Err(why) => out.refuse(at, &why, raw),
        });
    }
}

/// Hands over one object as an application's record, for other formats with the same names;
/// `time` is what its wrap states.
pub fn event(
    own: &Value,
    time: Option<Time>,
    settings: &ReadSettings,
    each: &mut dyn FnMut(Result<Event<'_>, &str>),
) {
    let unit =
        Unit { own: Some(own), wrap: None, text: None, time, uid: None, log: None, account: None };
    unwrapped(&unit, settings, each);
}

/// Hands over a record that another format has taken out of its wrap.
pub fn unwrapped(
    unit: &Unit<'_>,
    settings: &ReadSettings,
    each: &mut dyn FnMut(Result<Event<'_>, &str>),
) {
    each(Record::new(unit, settings).event(Position::default(), ""));
}

/// What a look at the first records showed.
#[derive(Default)]
struct Trial {
    fit: usize,
    foreign: usize,
    others: usize,
    texts: usize,
    /// Those of the texts that `app.logfmt` reads.
    pairs: usize,
}

impl Trial {
    /// Stack traces may stand between the records, but not drown them.
    fn is_passed(&self) -> bool {
        let known = self.foreign == 0 && self.fit > 0 && self.fit >= self.others;
        known && self.fit * 8 >= self.texts && self.pairs * 8 <= self.fit
    }
}

/// Takes a record: its place, its text, and what it is or why it is none.
pub type Each<'e> = dyn FnMut(Position, &str, Result<Unit<'_>, String>) + 'e;

/// Hands over the first records of a blob, of which this is the beginning.
pub fn each_sampled(sample: &[u8], each: &mut Each<'_>) {
    let sample = if is_lines(sample) { first_lines(sample) } else { sample };
    each_unit(&mut Input::new(Content::Whole(sample)), each);
}

/// Hands over every record of a blob, out of its wraps.
pub fn each_unit(input: &mut Input<'_>, each: &mut Each<'_>) {
    let mut record = 0;
    let mut next = |line: u64, raw: &str, found: Result<Unit<'_>, String>| {
        each(Position { line, record }, raw, found);
        record += 1;
    };
    if is_lines(input.sample()) {
        while let Some(line) = input.line() {
            let (number, text) = (line.number, line.text.trim());
            if line.too_long {
                next(number, text, Err("the line is too long".into()));
            } else if !text.is_empty() {
                for document in documents(text) {
                    wrap::open(document, &mut |raw, found| next(number, raw, found));
                }
            }
        }
        return;
    }
    input.documents(&mut |piece| match piece {
        Piece::Document(d) => wrap::open(d.text, &mut |raw, found| next(d.line, raw, found)),
        Piece::Damage { line, why, excerpt } => next(line, &excerpt, Err(why)),
    });
}

/// The documents of one line: some shippers write an array a line, or no line ends at all.
fn documents(line: &str) -> Vec<&str> {
    let elements = if line.starts_with('[') { frame::elements(line) } else { Vec::new() };
    if !elements.is_empty() {
        return elements;
    }
    let (mut documents, mut rest) = (Vec::new(), line);
    while rest.starts_with('{')
        && let Some(end) = frame::value_end(rest.as_bytes())
        && let Some((document, more)) = rest.split_at_checked(end)
        && more.trim_start().starts_with('{')
    {
        documents.push(document);
        rest = more.trim_start();
    }
    documents.push(rest);
    documents
}

/// Whether each line stands for itself: not so in an array, or where documents take several lines
/// and none takes one.
fn is_lines(sample: &[u8]) -> bool {
    match sample.trim_ascii_start().first() {
        Some(b'[') => false,
        Some(b'{') => sample.split(|b| *b == b'\n').take(TRIAL_RECORDS_MAX).any(|line| {
            line.starts_with(b"{") && line.trim_ascii_end().ends_with(b"}") && {
                frame::value_end(line).is_some()
            }
        }),
        _ => true,
    }
}

/// The whole lines at the start of a sample, as many as a trial needs.
fn first_lines(sample: &[u8]) -> &[u8] {
    let ends = sample.iter().enumerate().filter(|(_, b)| **b == b'\n').map(|(at, _)| at + 1);
    let end = ends.take(TRIAL_RECORDS_MAX).last().unwrap_or(sample.len());
    sample.get(..end).unwrap_or(sample)
}
