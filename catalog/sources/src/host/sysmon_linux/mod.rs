//! `host.sysmon_linux`: events of Sysmon for Linux, as XML in syslog or as `sysmonLogView` prints.

mod record;
mod tells;

use frame::Input;
use memchr::memmem;
use model::seam::About;
use model::seam::source::{Intake, Likeness, LogSource, ReadSettings, Source};
use model::{Event, Outcome, Position, Time};
use ocsf::Class;

pub use record::{Record, is_event};

use crate::clock::Calendar;
use crate::joined::{self, Joined, Part};
use crate::mail::maillog;
use crate::{syslog, wrap};

/// The member.
pub struct SysmonLinux;

const NAME: &str = "host.sysmon_linux";

const fn log(category: &'static str) -> LogSource {
    LogSource { product: Some("linux"), service: None, category: Some(category) }
}

impl Source for SysmonLinux {
    fn about(&self) -> &'static About {
        &About {
            name: NAME,
            line: "Sysmon for Linux: processes, connections, files, as XML in syslog or as text",
            spec: "https://github.com/microsoft/SysmonForLinux",
        }
    }

    fn classes(&self) -> &'static [Class] {
        &[Class::PROCESS_ACTIVITY, Class::FILE_ACTIVITY, Class::NETWORK_ACTIVITY, Class::BASE_EVENT]
    }

    fn logsources(&self) -> &'static [LogSource] {
        const KNOWN: &[LogSource] = &[
            LogSource { product: Some("linux"), service: Some("sysmon"), category: None },
            log("process_creation"),
            log("process_termination"),
            log("network_connection"),
            log("file_event"),
            log("file_delete"),
            log("file_change"),
            log("raw_access_thread"),
        ];
        KNOWN
    }

    fn fields(&self) -> &'static [&'static str] {
        &["EventID", "Image", "CommandLine", "ParentImage", "User", "TargetFilename", "Computer"]
    }

    fn recognise(&self, sample: &[u8]) -> Likeness {
        let has = |name: &[u8]| memmem::find(sample, name).is_some();
        if !has(b"Linux-Sysmon") && !has(b"Event SYSMONEVENT_") {
            return Likeness::No;
        }
        let lines = wrap::sample_lines(sample);
        let lines = lines.iter().map(|line| wrap::delivery_time(line).1);
        // A log of more than Sysmon is linux.syslog's, which knows these events, too.
        let (mut ours, mut others) = (0, 0);
        for line in lines {
            match line {
                _ if message(line).is_some() => ours += 1,
                _ if syslog::head(line).is_ok() => others += 1,
                _ => {}
            }
        }
        if others == 0 && (ours > 0 || has(b"<Provider Name=\"Linux-Sysmon\"")) {
            Likeness::Name
        } else {
            Likeness::No
        }
    }

    fn read(&self, input: &mut Input<'_>, settings: &ReadSettings, out: &mut dyn Intake) {
        let mut calendar = Calendar::new(settings);
        joined::read(input, &part, out, &mut |joined, out| {
            if let Err(why) = one(&joined, &mut calendar, out) {
                out.refuse(joined.at, why, joined.text);
            }
        });
    }
}

/// What a line is: an event or another program's message, a line of XML around, or a part.
fn part(line: &str, _: &str) -> Part {
    let text = line.trim();
    let is_frame = text.starts_with("<?xml") || matches!(text, "<Events>" | "</Events>");
    match () {
        () if is_frame => Part::Heading,
        () if message(line).is_some() || text == "<Event>" => Part::Opens,
        () if text.starts_with("<Event ") => Part::Opens,
        () => Part::opens(syslog::head(line).is_ok()),
    }
}

/// The event in a line: the line itself, or the message behind a head of syslog.
fn message(line: &str) -> Option<&str> {
    let own = line.trim_start();
    if is_event(own) {
        return Some(own);
    }
    syslog::head(line).ok().map(|head| head.message).filter(|message| is_event(message))
}

fn one(
    joined: &Joined<'_>,
    calendar: &mut Calendar,
    out: &mut dyn Intake,
) -> Result<(), &'static str> {
    let (first, rest) = joined.text.split_once('\n').unwrap_or((joined.text, ""));
    let head = syslog::head(first).ok();
    let event = match head {
        Some(head) if is_event(head.message) => {
            let from = first.len() - head.message.len();
            if rest.is_empty() { head.message } else { joined.text.get(from..).unwrap_or("") }
        }
        Some(head) if !is_event(joined.text.trim_start()) => {
            // Another program's line between: as linux.syslog reads it.
            let time = calendar.time(head.stamp, joined.delivered);
            let time = time.ok_or("a date that the calendar does not have")?;
            maillog::beside(NAME, &head, time, joined.text, joined.at, out);
            return Ok(());
        }
        _ => joined.text.trim_start(),
    };
    let record = Record::parse(event, head.map_or("", |head| head.host))?;
    let stated = || head.and_then(|head| calendar.time(head.stamp, joined.delivered));
    let time = record.time().or_else(stated).or(joined.delivered);
    hand_over(NAME, record, time.ok_or("no time")?, joined.text, joined.at, out);
    Ok(())
}

/// Hands over an event of Sysmon that stands in a log of the source.
pub fn hand_over(
    source: &'static str,
    mut record: Record<'_>,
    time: Time,
    raw: &str,
    at: Position,
    out: &mut dyn Intake,
) {
    record.when = time;
    out.event(&Event {
        source,
        time,
        uid: None,
        at,
        outcome: Outcome::Success,
        credential: None,
        address: record.client(),
        raw,
        body: &record,
    });
}
