//! Mail logs through syslog: what Postfix and Sendmail have in common.

use frame::Input;
use model::seam::source::{Intake, Likeness, ReadSettings};
use model::{Body, Entity, Event, Position, Time};
use ocsf::{Class, Flat, Scalar};

use super::transfer::Transfer;
use crate::clock::Calendar;
use crate::joined::{self, Part};
use crate::linux::messages::{self, Origin, Said};
use crate::syslog::{self, Head};
use crate::wrap;

/// The classes of events in a mail log.
pub const CLASSES: &[Class] =
    &[Class::AUTHENTICATION, Class::NETWORK_ACTIVITY, Class::EMAIL_ACTIVITY, Class::BASE_EVENT];

/// Reads the line of a mail server; `None` if it is another program's.
pub type Reads = dyn for<'a> Fn(Head<'a>, Time) -> Option<Transfer<'a>>;

/// Programs that stand in mail logs beside the mail server.
const BESIDE: &[&str] = &[
    "dovecot",
    "opendkim",
    "opendmarc",
    "amavis",
    "amavisd",
    "spamd",
    "spamass-milter",
    "postgrey",
    "policyd-spf",
    "rspamd",
    "saslauthd",
    "mailman",
    "MailScanner",
    "clamsmtpd",
    "milter-greylist",
];

/// Whether a blob is a mail log of a server whose lines `is_own` tells: they are a quarter of its
/// first lines at least, and nearly all others are of programs that go with it.
pub fn likeness(sample: &[u8], is_own: &dyn Fn(&Head<'_>) -> bool) -> Likeness {
    let (mut own, mut mail, mut heads, mut all) = (0, 0, 0, 0);
    for line in wrap::sample_lines(sample) {
        all += 1;
        let Ok(head) = syslog::head(without_export(&line)) else { continue };
        heads += 1;
        let ours = is_own(&head);
        own += usize::from(ours);
        mail += usize::from(ours || BESIDE.contains(&head.daemon()));
    }
    let pure = own > 0 && own * 4 >= all && mail * 5 >= heads * 4;
    if pure { Likeness::Name } else { Likeness::No }
}

fn without_export(line: &str) -> &str {
    let (time, rest) = wrap::delivery_time(line);
    if time.is_some() && syslog::stamp(rest).is_some() { rest } else { line }
}

/// Reads a blob to its end.
pub fn read(
    source: &'static str,
    input: &mut Input<'_>,
    settings: &ReadSettings,
    reads: &Reads,
    out: &mut dyn Intake,
) {
    let mut calendar = Calendar::new(settings);
    if settings.year.is_none() {
        calendar.infer(crate::linux::infer_year(input.sample()));
    }
    // A line without a time belongs to the one before it.
    let parts = |text: &str, _: &str| Part::opens(crate::linux::opens(text));
    joined::read(input, &parts, out, &mut |record, out| {
        let first = record.text.lines().next().unwrap_or("");
        let head = match syslog::head(first) {
            Ok(head) => head,
            Err(why) => return out.refuse(record.at, why, record.text),
        };
        let Some(time) = calendar.time(head.stamp, record.delivered) else {
            return out.refuse(record.at, "a date that the calendar does not have", record.text);
        };
        match reads(head, time) {
            Some(line) => out.event(&event(source, &line, record.text, record.at)),
            None => beside(source, &head, time, record.text, record.at, out),
        }
    });
}

/// A mail server's line as an event.
pub fn event<'s>(
    source: &'static str,
    line: &'s Transfer<'_>,
    raw: &'s str,
    at: Position,
) -> Event<'s> {
    Event {
        source,
        time: line.time,
        uid: None,
        at,
        outcome: line.outcome(),
        credential: None,
        address: line.client(),
        raw,
        body: line,
    }
}

/// A line of another program, understood as syslog's are.
pub fn beside(
    source: &'static str,
    head: &Head<'_>,
    time: Time,
    raw: &str,
    at: Position,
    out: &mut dyn Intake,
) {
    let known = BESIDE.contains(&head.daemon());
    let said = if known { Said::of(head.daemon(), head.message) } else { Said::NOTE };
    let origin = Origin {
        time,
        host: head.host,
        program: head.daemon(),
        pid: head.pid,
        message: head.message,
        level: head.severity(),
    };
    let line = Beside { said, origin };
    out.event(&Event {
        source,
        time,
        uid: None,
        at,
        outcome: said.outcome,
        credential: None,
        address: said.ip,
        raw,
        body: &line,
    });
}

struct Beside<'a> {
    said: Said<'a>,
    origin: Origin<'a>,
}

impl Body for Beside<'_> {
    fn ocsf(&self) -> Flat<'_> {
        messages::flat(&self.said, &self.origin)
    }

    fn field(&self, name: &str, each: &mut dyn FnMut(Scalar<'_>) -> bool) {
        let value = match name {
            "program" => Some(self.origin.program),
            "message" => Some(self.origin.message),
            "host" => Some(self.origin.host),
            "pid" => Some(self.origin.pid),
            "user" => self.said.user,
            "client_ip" => self.said.ip,
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
