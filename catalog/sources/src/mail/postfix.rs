//! `mail.postfix`: what Postfix's services tell syslog, by queue id; one line is one event.

use frame::Input;
use model::Time;
use model::seam::About;
use model::seam::source::{Intake, Likeness, LogSource, ReadSettings, Source};
use ocsf::Class;

use super::maillog;
use super::transfer::{self, Pairs, Tells, Transfer, bare, host, reason};
use crate::syslog::Head;

/// The member.
pub struct Postfix;

const NAME: &str = "mail.postfix";

impl Source for Postfix {
    fn about(&self) -> &'static About {
        &About {
            name: NAME,
            line: "Postfix: clients, arrivals, deliveries, bounces, refusals, by queue id",
            spec: "https://www.postfix.org/OVERVIEW.html",
        }
    }

    fn classes(&self) -> &'static [Class] {
        maillog::CLASSES
    }

    fn logsources(&self) -> &'static [LogSource] {
        &[LogSource { product: Some("linux"), service: Some("postfix"), category: None }]
    }

    fn fields(&self) -> &'static [&'static str] {
        transfer::FIELDS
    }

    fn recognise(&self, sample: &[u8]) -> Likeness {
        maillog::likeness(sample, &is_own)
    }

    fn read(&self, input: &mut Input<'_>, settings: &ReadSettings, out: &mut dyn Intake) {
        maillog::read(NAME, input, settings, &read, out);
    }
}

/// `postfix/smtpd`, `postfix-out/smtp`, `postfix/submission/smtpd`.
pub fn is_own(head: &Head<'_>) -> bool {
    head.program.starts_with("postfix")
        && matches!(head.program.as_bytes().get(7), Some(b'/' | b'-'))
}

/// Reads a line of one of Postfix's services; `None` if it is another program's.
pub fn read(head: Head<'_>, time: Time) -> Option<Transfer<'_>> {
    if !is_own(&head) {
        return None;
    }
    let note = Transfer::note("Postfix", head, time);
    // A warning about a message has its id behind the word.
    let warned = head.message.strip_prefix("warning: ").unwrap_or("");
    let about = warned.split_once(": ").map(|(id, _)| id).filter(|id| is_queue_id(id));
    let (id, rest) = match head.message.split_once(": ") {
        _ if about.is_some() => (about, head.message),
        Some((id, rest)) if is_queue_id(id) => (Some(id), rest),
        Some(("NOQUEUE", rest)) => (None, rest),
        _ => (None, head.message),
    };
    let note = Transfer { id, ..note };
    Some(refusal(rest, &note).or_else(|| door(rest, &note)).unwrap_or_else(|| step(rest, note)))
}

/// Short ids are capital hexadecimal, long ones letters and digits of both cases.
fn is_queue_id(text: &str) -> bool {
    let short = (5..=32).contains(&text.len())
        && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'A'..=b'F'));
    let long = (10..=32).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric())
        && text.bytes().any(|b| b.is_ascii_digit())
        && text.bytes().any(|b| b.is_ascii_uppercase());
    short || long
}

/// `reject: RCPT from host[ip]: 554 5.7.1 <…>: why; from=<a> to=<b> proto=ESMTP helo=<c>`.
fn refusal<'a>(rest: &'a str, note: &Transfer<'a>) -> Option<Transfer<'a>> {
    let (verb, after) = rest.split_once(": ")?;
    let refused = matches!(verb, "reject" | "milter-reject" | "reject_warning" | "discard");
    if !refused {
        return None;
    }
    let (_, after) = after.split_once(" from ")?;
    let (place, reason) = after.split_once(": ").unwrap_or((after, ""));
    let (reason, told) = reason.rsplit_once("; ").unwrap_or((reason, ""));
    let value = |key: &str| {
        let (_, rest) = told.split_once(key)?;
        bare(rest.split(' ').next().unwrap_or(rest))
    };
    let (name, ip) = host(place);
    Some(Transfer {
        tells: if verb == "reject_warning" { Tells::Note } else { Tells::Refusal },
        from: value("from="),
        to: value(" to=").or_else(|| told.strip_prefix("to=").and_then(|_| value("to="))),
        helo: value("helo="),
        reason: Some(reason).filter(|r| !r.is_empty()),
        status: Some(verb),
        name,
        ip,
        ..*note
    })
}

/// Clients at the door: connections, failed logins.
fn door<'a>(rest: &'a str, note: &Transfer<'a>) -> Option<Transfer<'a>> {
    let with = |tells, place: &'a str, reason| {
        let (name, ip) = host(place);
        Some(Transfer { tells, ip, name, reason, ..*note })
    };
    if let Some(warned) = rest.strip_prefix("warning: ")
        && let Some((place, said)) = warned.split_once(": SASL ")
        && let Some((_, why)) = said.split_once(" authentication failed")
    {
        let user = why.split_once("sasl_username=").and_then(|(_, user)| bare(user));
        let found = with(Tells::BadLogin, place, Some(why.trim_start_matches([':', ' '])))?;
        return Some(Transfer { user, reason: found.reason.filter(|r| !r.is_empty()), ..found });
    }
    if let Some(place) = rest.strip_prefix("connect from ").or(rest.strip_prefix("CONNECT from ")) {
        return with(Tells::Connected, place, None);
    }
    if let Some(place) = rest.strip_prefix("disconnect from ").or(rest.strip_prefix("DISCONNECT "))
    {
        return with(Tells::Disconnected, place, None);
    }
    if let Some(place) = rest.strip_prefix("connect to ") {
        let (place, why) = place.rsplit_once(": ").unwrap_or((place, ""));
        return with(Tells::Unreachable, place, Some(why).filter(|w| !w.is_empty()));
    }
    let lost =
        ["lost connection ", "timeout after ", "too many errors after ", "SSL_accept error "];
    if lost.iter().any(|words| rest.starts_with(words)) {
        let place = rest.split_once(" from ")?.1;
        return with(Tells::Disconnected, place, None);
    }
    // Postscreen and warnings: `PREGREET 16 after 2.6 from [192.0.2.7]:41323: …`.
    let place = rest.split_once(" from ").map_or(rest, |(_, place)| place);
    let (name, ip) = host(place.split(' ').next().unwrap_or(place));
    ip.filter(|_| !rest.contains('=')).map(|ip| Transfer { name, ip: Some(ip), ..*note })
}

/// A step of a message: `from=<a>, size=1, nrcpt=1`, `to=<b>, …, status=sent (…)`, `removed`.
fn step<'a>(rest: &'a str, mut line: Transfer<'a>) -> Transfer<'a> {
    if rest == "removed" {
        return Transfer { tells: Tells::Completed, ..line };
    }
    let known = ["to=", "from=", "client=", "uid=", "message-id=", "resent-message-id="];
    if !known.iter().any(|key| rest.starts_with(key)) {
        return line;
    }
    for (key, value) in Pairs(rest) {
        match key {
            "from" => (line.from, line.tells) = (bare(value), Tells::Arrival),
            "to" => line.to = bare(value),
            "size" => line.size = value.parse().ok(),
            "client" => {
                (line.name, line.ip) = host(value);
                line.tells = Tells::Handed;
            }
            "relay" => (line.name, line.ip) = host(value),
            "sasl_username" => line.user = bare(value),
            "message-id" | "resent-message-id" => line.message_id = bare(value),
            // `uid=33 from=<www-data>` of pickup.
            "uid" => {
                let (uid, from) = value.split_once(" from=").unwrap_or((value, ""));
                (line.user, line.from, line.tells) = (Some(uid), bare(from), Tells::Handed);
            }
            "status" => {
                let (word, why) = value.split_once(' ').unwrap_or((value, ""));
                line.status = Some(word);
                line.reason = reason(why);
                line.tells = match word {
                    "sent" | "deliverable" => Tells::Delivery,
                    "bounced" | "expired" | "undeliverable" => Tells::Bounce,
                    "deferred" | "SOFTBOUNCE" => Tells::Deferral,
                    _ => line.tells,
                };
            }
            _ => {}
        }
    }
    line
}
