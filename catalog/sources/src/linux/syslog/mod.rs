//! `linux.syslog`: what daemons tell syslog, in every writing of its head.

mod years;

pub use years::infer as infer_year;

use frame::Input;
use model::seam::About;
use model::seam::source::{Intake, Likeness, LogSource, ReadSettings, Source};
use model::{Body, Entity, Event, Time};
use ocsf::{Class, Flat, Scalar, paths};

use super::messages::{self, Origin, Said};
use crate::clock::{Calendar, Stamp, month};
use crate::host::sysmon_linux;
use crate::joined::{self, Joined, Part};
use crate::mail::{maillog, postfix};
use crate::syslog::{self, Head};
use crate::wrap;

/// The member.
pub struct Syslog;

const NAME: &str = "linux.syslog";

/// Programs whose lines other sources know better: a log of theirs alone is not ours.
const OTHERS: &[&str] = &[
    "haproxy", "nginx", "httpd", "apache", "apache2", "postgres", "mysqld", "mariadbd", "exim",
    "exim4", "suricata", "audispd", "auditd", "falco",
];

impl Source for Syslog {
    fn about(&self) -> &'static About {
        &About {
            name: NAME,
            line: "Syslog of Linux hosts: sshd, sudo, su, cron, systemd, accounts, packet filters",
            spec: "https://www.rfc-editor.org/rfc/rfc5424",
        }
    }

    fn classes(&self) -> &'static [Class] {
        &[
            Class::FILE_ACTIVITY,
            Class::PROCESS_ACTIVITY,
            Class::SCHEDULED_JOB_ACTIVITY,
            Class::ACCOUNT_CHANGE,
            Class::AUTHENTICATION,
            Class::NETWORK_ACTIVITY,
            Class::SSH_ACTIVITY,
            Class::EMAIL_ACTIVITY,
            Class::APPLICATION_LIFECYCLE,
            Class::BASE_EVENT,
        ]
    }

    fn logsources(&self) -> &'static [LogSource] {
        messages::LOGSOURCES
    }

    fn fields(&self) -> &'static [&'static str] {
        FIELDS
    }

    fn recognise(&self, sample: &[u8]) -> Likeness {
        let (mut fit, mut foreign, mut all) = (0, 0, 0);
        for line in wrap::sample_lines(sample) {
            let line = wrapped(&line);
            if goes_on(line) || is_mark(line) {
                continue;
            }
            all += 1;
            let Some(head) = syslog::head(line).ok().filter(|head| is_ours(head)) else { continue };
            fit += 1;
            let names_others = OTHERS.contains(&head.daemon());
            foreign += usize::from(names_others || head.message.contains(" HTTP/"));
        }
        match fit > 0 && fit * 2 >= all {
            true if foreign * 2 >= fit => Likeness::Shape,
            true => Likeness::Format,
            false => Likeness::No,
        }
    }

    fn read(&self, input: &mut Input<'_>, settings: &ReadSettings, out: &mut dyn Intake) {
        let mut calendar = Calendar::new(settings);
        let year_said = settings.year.is_some();
        let found = if year_said { None } else { years::infer(input.sample()) };
        calendar.infer(found);
        let unknown = !year_said && found.is_none();
        let parts = |text: &str, _: &str| match text {
            _ if is_mark(text) => Part::Heading,
            _ if opens(text) => Part::Opens,
            _ => Part::GoesOn,
        };
        joined::read(input, &parts, out, &mut |record, out| {
            let whole = record.text;
            let (first, rest) = whole.split_once('\n').unwrap_or((whole, ""));
            let head = match syslog::head(first) {
                Ok(head) => head,
                Err(why) => return out.refuse(record.at, why, whole),
            };
            if head.host.is_empty() && head.message.is_empty() {
                return out.refuse(record.at, "nothing behind the time", whole);
            }
            let Some(time) = calendar.time(head.stamp, record.delivered) else {
                return out.refuse(record.at, "a date that the calendar does not have", whole);
            };
            let yearless = matches!(head.stamp, Stamp::Yearless { .. });
            let year_unknown = unknown && yearless && record.delivered.is_none();
            if is_handed_on(&head, time, &record, out) {
                return;
            }
            let said = Said::of(head.daemon(), head.message);
            let origin = Origin {
                time,
                host: head.host,
                program: head.daemon(),
                pid: head.pid,
                message: message(first, head.message, whole, rest),
                level: head.severity(),
            };
            let line = Line { head, said, origin, year_unknown };
            out.event(&Event {
                source: NAME,
                time,
                uid: None,
                at: record.at,
                outcome: said.outcome,
                credential: None,
                address: messages::actor_address(&said),
                raw: whole,
                body: &line,
            });
        });
    }
}

/// Hands on what a reader of its own knows better, in whatever log it stands.
fn is_handed_on(head: &Head<'_>, time: Time, record: &Joined<'_>, out: &mut dyn Intake) -> bool {
    // Postfix writes into mixed logs, too: a mail is a mail there as well.
    if let Some(mail) = postfix::read(*head, time) {
        out.event(&maillog::event(NAME, &mail, record.text, record.at));
        return true;
    }
    // So does Sysmon: its XML says when, on which machine and what.
    if !sysmon_linux::is_event(head.message) {
        return false;
    }
    let (first, rest) = record.text.split_once('\n').unwrap_or((record.text, ""));
    let told = message(first, head.message, record.text, rest);
    match sysmon_linux::Record::parse(told, head.host) {
        Ok(event) => {
            let time = event.time().unwrap_or(time);
            sysmon_linux::hand_over(NAME, event, time, record.text, record.at, out);
        }
        Err(why) => out.refuse(record.at, why, record.text),
    }
    true
}

/// The message with the lines that go on below it.
fn message<'a>(first: &str, message: &'a str, whole: &'a str, rest: &str) -> &'a str {
    if rest.is_empty() {
        return message;
    }
    whole.get(first.len() - message.len()..).unwrap_or(message)
}

/// A line whose wrap is taken off: a time of CloudWatch Logs before a head of its own.
fn wrapped(line: &str) -> &str {
    let (time, rest) = wrap::delivery_time(line);
    if time.is_some() && syslog::stamp(rest).is_some() { rest } else { line }
}

/// A head that syslog writes: with a machine and a program, or at least the time in its form.
fn is_ours(head: &Head<'_>) -> bool {
    let in_name = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b':');
    let named =
        head.host.bytes().all(in_name) && head.host.bytes().any(|b| b.is_ascii_alphanumeric());
    let iso = head.time.starts_with(|c: char| c.is_ascii_digit());
    // Loggers of applications write a level there.
    let levels = ["trace", "debug", "info", "notice", "warn", "warning", "error", "fatal"];
    let level = levels.iter().any(|level| head.host.eq_ignore_ascii_case(level));
    named && !(iso && level) && (!head.program.is_empty() || !iso || head.priority.is_some())
}

/// Whether a line starts with a time, or with what was to be one; any other belongs to the
/// message above it.
pub fn opens(line: &str) -> bool {
    let word = line.split(' ').next().unwrap_or("");
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    syslog::stamp(line).is_some()
        || month(word).is_some()
        || (digits == 4 && matches!(word.as_bytes().get(4), Some(b'-' | b'/')))
        || (word.starts_with('<') && word.contains('>'))
}

/// What belongs to the line before it.
fn goes_on(line: &str) -> bool {
    line.starts_with([' ', '\t'])
}

/// What `journalctl` and rotation put between lines.
fn is_mark(line: &str) -> bool {
    line.starts_with("-- ") && line.ends_with("--")
}

/// The log's names that every line may have; `user`, `src_ip` and `command` where a message
/// tells them.
const FIELDS: &[&str] = &[
    "facility",
    "host",
    "message",
    "msgid",
    "pid",
    "program",
    "severity",
    "structured_data",
    "user",
    "src_ip",
    "command",
];

/// One line, understood.
struct Line<'a> {
    head: Head<'a>,
    said: Said<'a>,
    origin: Origin<'a>,
    year_unknown: bool,
}

impl Body for Line<'_> {
    fn ocsf(&self) -> Flat<'_> {
        let mut flat = messages::flat(&self.said, &self.origin);
        flat.put(paths::METADATA_LOG_NAME, self.head.facility().unwrap_or("syslog"));
        if self.said.flow.is_none() {
            flat.put_some(paths::METADATA_EVENT_CODE, Some(self.head.id));
        }
        flat.put(paths::METADATA_ORIGINAL_TIME, self.head.time);
        if self.year_unknown {
            flat.put(paths::METADATA_LABELS, "year unknown");
        }
        flat
    }

    fn field(&self, name: &str, each: &mut dyn FnMut(Scalar<'_>) -> bool) {
        let (head, said) = (&self.head, &self.said);
        let value = match name {
            "host" | "hostname" => Some(head.host),
            "program" | "process" => Some(head.program),
            "pid" => Some(head.pid),
            "message" => Some(self.origin.message),
            "facility" => head.facility(),
            "severity" => head.severity(),
            "msgid" => Some(head.id),
            "structured_data" => Some(head.data),
            "user" => said.user,
            "src_ip" => said.ip,
            "command" => said.command,
            _ => None,
        };
        if let Some(value) = value.filter(|v| !v.is_empty()) {
            each(Scalar::from(value));
        }
    }

    fn entities<'s>(&'s self, out: &mut Vec<Entity<'s>>) {
        messages::entities(&self.said, &self.origin, out);
    }

    fn action(&self) -> String {
        messages::action(&self.said, &self.origin)
    }
}
