//! A record of a product in CEF or LEEF: a head that names it, and keys with values.

mod attributes;
mod body;
mod keys;
mod kind;
mod times;

use std::borrow::Cow;

use frame::Input;
use model::seam::source::{Intake, Likeness, LogSource, ReadSettings};
use model::{Event, Outcome, Time};
use ocsf::Class;

use super::words::disposition;
use crate::clock::{Calendar, Stamp};
use crate::numbered;
use crate::syslog;
use crate::wrap::{self, Unit};

/// A record with more keys is none.
pub const PAIRS_MAX: usize = 512;
/// What stands before the mark is a head of syslog, and no longer.
const BEFORE_MAX: usize = 512;

/// The classes of both formats.
pub const CLASSES: &[Class] = &[
    Class::DETECTION_FINDING,
    Class::NETWORK_ACTIVITY,
    Class::HTTP_ACTIVITY,
    Class::AUTHENTICATION,
    Class::BASE_EVENT,
];

/// What Sigma's rules call what such products write.
pub const LOGSOURCES: &[LogSource] = &[log("firewall"), log("proxy"), log("antivirus")];

const fn log(category: &'static str) -> LogSource {
    LogSource { product: None, service: None, category: Some(category) }
}

/// Keys with their values as they are written, in their order.
pub type Pairs<'a> = Vec<(&'a str, &'a str)>;

/// What the head names.
#[derive(Clone, Debug)]
pub struct Head<'a> {
    /// Who makes the product.
    pub vendor: Cow<'a, str>,
    /// The product.
    pub product: Cow<'a, str>,
    /// Its version.
    pub version: Cow<'a, str>,
    /// The sort of event, by its id.
    pub id: Cow<'a, str>,
    /// The sort of event for people; LEEF has none.
    pub name: Option<Cow<'a, str>>,
    /// How bad it is; LEEF has it among the attributes.
    pub severity: Option<Cow<'a, str>>,
}

/// One record.
pub struct Record<'a> {
    source: &'static str,
    head: Head<'a>,
    pairs: Pairs<'a>,
    plain: fn(&str) -> Cow<'_, str>,
    /// The machine that the head of syslog names.
    sender: Option<&'a str>,
    /// What was asked for on the web, without escapes.
    url: Option<Cow<'a, str>>,
    time: Time,
}

impl<'a> Record<'a> {
    /// A record whose values `plain` takes out of their escapes.
    pub fn new(
        source: &'static str,
        head: Head<'a>,
        pairs: Pairs<'a>,
        plain: fn(&str) -> Cow<'_, str>,
    ) -> Self {
        let time = Time::seconds(0);
        let mut record = Record { source, head, pairs, plain, sender: None, url: None, time };
        record.url = record.first(keys::URL);
        record
    }

    /// What was done about it, if the product says so in a plain word.
    fn verdict(&self) -> Option<(i64, &'static str)> {
        self.first(keys::ACTION).and_then(|word| disposition(&word))
    }

    /// Whether it was done: what a product stopped failed.
    fn outcome(&self) -> Outcome {
        match (self.verdict(), self.first(&["outcome"])) {
            (Some((1, _)), None) => Outcome::Success,
            (Some((1, _)) | None, Some(word)) => said(&word),
            (Some(_), _) => Outcome::Failure,
            (None, None) => match self.status() {
                Some(100..=399) => Outcome::Success,
                Some(400..=599) => Outcome::Failure,
                _ => Outcome::Unknown,
            },
        }
    }
}

/// A word for whether something was done.
fn said(word: &str) -> Outcome {
    match word.to_ascii_lowercase().as_str() {
        "success" | "succeeded" | "successful" | "ok" | "passed" | "allowed" => Outcome::Success,
        "failure" | "failed" | "fail" | "error" | "denied" | "blocked" | "rejected" => {
            Outcome::Failure
        }
        _ => Outcome::Unknown,
    }
}

/// Cuts a line: what stands before the mark, and the record.
pub type Cut<'c> = dyn for<'l> Fn(&'l str) -> Result<(&'l str, Record<'l>), &'static str> + 'c;

/// The values between bars that are not escaped, and what follows the last of them.
pub fn parts<const N: usize>(text: &str) -> Option<([&str; N], &str)> {
    let (mut found, mut from) = ([""; N], 0);
    let mut count = 0;
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'|' => {
                *found.get_mut(count)? = text.get(from..at)?.trim();
                (count, from) = (count + 1, at + 1);
                if count == N {
                    return Some((found, text.get(from..)?));
                }
            }
            _ => {}
        }
    }
    // The bar behind the last value may be left out where nothing follows it.
    *found.get_mut(count)? = text.get(from..)?.trim();
    (count + 1 == N).then_some((found, ""))
}

/// The mark in a line, at the start or behind the head of syslog: what stands before, and after.
pub fn find<'l>(line: &'l str, mark: &str) -> Option<(&'l str, &'l str)> {
    let head = line.get(..line.floor_char_boundary(BEFORE_MAX))?;
    let at = head.find(mark)?;
    let before = line.get(..at)?;
    let is_apart = before.ends_with([' ', '>', ']', ':', '\t', '"', '\'']) || before.is_empty();
    is_apart.then_some((before, line.get(at + mark.len()..)?))
}

/// Whether the lines of a sample are of the format: all but few are.
pub fn recognise(sample: &[u8], fits: &dyn Fn(&str) -> bool) -> Likeness {
    let lines = wrap::sample_lines(sample);
    let ours = lines.iter().filter(|line| fits(line)).count();
    match ours {
        0 => Likeness::No,
        _ if ours * 2 >= lines.len() => Likeness::Name,
        _ => Likeness::Format,
    }
}

/// Reads a blob of lines to its end.
pub fn read(input: &mut Input<'_>, settings: &ReadSettings, out: &mut dyn Intake, cut: &Cut<'_>) {
    let mut calendar = Calendar::new(settings);
    numbered::lines(input, out, &mut |unit, numbers, out| {
        let at = numbers.at(unit.line);
        if let Err(why) = line(unit, &mut calendar, at, out, cut) {
            out.refuse(at, why, unit.text);
        }
    });
}

fn line(
    unit: &Unit<'_>,
    calendar: &mut Calendar,
    at: model::Position,
    out: &mut dyn Intake,
    cut: &Cut<'_>,
) -> Result<(), &'static str> {
    let (before, mut record) = cut(unit.text)?;
    let (stamp, delivered) = record.sent(before);
    let delivered = delivered.or(unit.delivered);
    let own = times::own(&record, calendar)?;
    let time = match own {
        Some(time) => Some(time),
        None => stamp.and_then(|stamp| calendar.time(stamp, delivered)).or(delivered),
    };
    record.time = time.ok_or("no time in the record, and none before it")?;
    out.event(&Event {
        source: record.source,
        time: record.time,
        uid: None,
        at,
        outcome: record.outcome(),
        credential: None,
        address: record.address(keys::SOURCE_IP),
        raw: unit.text,
        body: &record,
    });
    Ok(())
}

impl<'a> Record<'a> {
    /// Takes what the head of syslog says: its time, and that of a delivery before it.
    fn sent(&mut self, before: &'a str) -> (Option<Stamp>, Option<Time>) {
        let before = before.trim_start_matches('\u{feff}').trim();
        let (delivered, rest) = wrap::delivery_time(before);
        let is_double = delivered.is_some() && syslog::head(rest).is_ok();
        let (delivered, text) = if is_double { (delivered, rest) } else { (None, before) };
        let Ok(head) = syslog::head(text) else { return (None, delivered) };
        // Without a tag, the machine is the last word: `Oct  6 00:00:01 fw1`.
        let alone = head.message.split(' ').next().unwrap_or("");
        let host = if head.host.is_empty() { alone } else { head.host };
        self.sender = Some(host.trim_end_matches(':')).filter(|host| !host.is_empty());
        (Some(head.stamp), delivered)
    }
}
