//! `mail.sendmail`: what Sendmail tells syslog, by queue id; one line is one event.

use frame::Input;
use model::Time;
use model::seam::About;
use model::seam::source::{Intake, Likeness, LogSource, ReadSettings, Source};
use ocsf::Class;

use super::maillog;
use super::transfer::{self, Pairs, Tells, Transfer, bare, host, reason};
use crate::syslog::Head;

/// The member.
pub struct Sendmail;

const NAME: &str = "mail.sendmail";

impl Source for Sendmail {
    fn about(&self) -> &'static About {
        &About {
            name: NAME,
            line: "Sendmail: arrivals, deliveries, bounces, deferrals, refusals, by queue id",
            spec: "https://www.sendmail.org/~ca/email/doc8.12/op.html",
        }
    }

    fn classes(&self) -> &'static [Class] {
        &[Class::AUTHENTICATION, Class::EMAIL_ACTIVITY, Class::BASE_EVENT]
    }

    fn logsources(&self) -> &'static [LogSource] {
        &[LogSource { product: Some("linux"), service: Some("sendmail"), category: None }]
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

fn is_own(head: &Head<'_>) -> bool {
    matches!(head.daemon(), "sendmail" | "sm-mta" | "sm-msp-queue" | "sendmail-mta")
}

/// Reads a line; `None` if it is another program's.
fn read(head: Head<'_>, time: Time) -> Option<Transfer<'_>> {
    if !is_own(&head) {
        return None;
    }
    let mut line = Transfer::note("Sendmail", head, time);
    let rest = match head.message.split_once(": ") {
        Some((id, rest)) if is_queue_id(id) => {
            line.id = Some(id);
            rest
        }
        _ => head.message,
    };
    if rest.starts_with("AUTH failure") {
        line.tells = Tells::BadLogin;
    }
    let (mut stat, mut rejected) = (None, None);
    for (key, value) in Pairs(rest) {
        match key {
            "from" => (line.from, line.tells) = (bare(value), Tells::Arrival),
            "to" => line.to = bare(value),
            "arg1" => line.to = bare(value).filter(|arg| arg.contains('@')),
            "size" => line.size = value.parse().ok(),
            "msgid" => line.message_id = bare(value),
            // `www-data@localhost`: a local user.
            "relay" if value.contains('@') => line.user = value.split('@').next(),
            "relay" => (line.name, line.ip) = host(value),
            "auth" | "authid" | "user" => line.user = bare(value),
            // The rest of the line is the other side's answer, commas and all.
            "stat" | "reject" => {
                let from = (value.as_ptr() as usize).saturating_sub(rest.as_ptr() as usize);
                let answer = rest.get(from..).map(str::trim);
                if key == "stat" {
                    stat = answer;
                } else {
                    rejected = answer;
                }
                break;
            }
            _ => {}
        }
    }
    if let Some(why) = rejected {
        (line.tells, line.reason, line.status) = (Tells::Refusal, Some(why), Some("reject"));
    }
    if let Some(answer) = stat {
        let (word, why) = answer.split_once([' ', ':']).unwrap_or((answer, ""));
        line.tells = verdict(word);
        // A failure has no word of its own: the answer is its name.
        let failed = line.tells == Tells::Bounce;
        (line.status, line.reason) =
            if failed { (Some(answer), Some(answer)) } else { (Some(word), reason(why)) };
    }
    Some(line)
}

/// What `stat=` means: whatever is neither done nor tried again has failed.
fn verdict(word: &str) -> Tells {
    match word {
        "Sent" => Tells::Delivery,
        "Deferred" | "queued" => Tells::Deferral,
        _ => Tells::Bounce,
    }
}

/// `t96N0AbC012345`: year, month, day, hour, minute, second and a serial, as letters and digits.
fn is_queue_id(text: &str) -> bool {
    (12..=20).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric())
        && text.bytes().rev().take(5).all(|b| b.is_ascii_digit())
}
