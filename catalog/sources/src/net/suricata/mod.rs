//! `net.suricata`: what the Suricata sensor saw: `eve.json` and `fast.log`, also out of syslog.

mod alert;
mod attributes;
mod dns;
mod eve;
mod fast;

use frame::Input;
use model::seam::About;
use model::seam::source::{Intake, Likeness, LogSource, ReadSettings, Source};
use model::{Event, Outcome, Position};
use ocsf::Class;
use sonic_rs::Value;

use crate::clock::Calendar;
use crate::nested::{self, Around, Found, Kind};
use crate::numbered;
use crate::{json, syslog, wrap};
use eve::Eve;
use fast::Fast;

/// The source.
pub struct Suricata;

const NAME: &str = "net.suricata";

const KIND: Kind = Kind {
    what: "an EVE record of Suricata",
    marks: &[&["event_type", "timestamp"]],
    is_record: |value, around| eve::is_eve(value) && !is_of_firewall(around),
    emit,
};

/// AWS Network Firewall carries EVE records too, each with the firewall's name around it: they are
/// its own source's.
fn is_of_firewall(around: &Around<'_>) -> bool {
    around.parent.is_some_and(|parent| json::has(parent, "firewall_name"))
}

impl Source for Suricata {
    fn about(&self) -> &'static About {
        &About {
            name: NAME,
            line: "Suricata: eve.json (alerts, flows, DNS, HTTP, TLS, files, …) and fast.log",
            spec: "https://docs.suricata.io/en/latest/output/eve/eve-json-format.html",
        }
    }

    fn classes(&self) -> &'static [Class] {
        &[
            Class::BASE_EVENT,
            Class::DETECTION_FINDING,
            Class::NETWORK_ACTIVITY,
            Class::HTTP_ACTIVITY,
            Class::DNS_ACTIVITY,
            Class::DHCP_ACTIVITY,
            Class::RDP_ACTIVITY,
            Class::SMB_ACTIVITY,
            Class::SSH_ACTIVITY,
            Class::FTP_ACTIVITY,
            Class::EMAIL_ACTIVITY,
            Class::NETWORK_FILE_ACTIVITY,
        ]
    }

    fn logsources(&self) -> &'static [LogSource] {
        &[
            LogSource { product: Some("suricata"), service: None, category: None },
            LogSource { product: None, service: None, category: Some("dns") },
            LogSource { product: None, service: None, category: Some("firewall") },
            LogSource { product: None, service: None, category: Some("proxy") },
            LogSource { product: None, service: None, category: Some("webserver") },
        ]
    }

    fn fields(&self) -> &'static [&'static str] {
        &["src_ip", "dst_ip", "src_port", "dst_port", "action"]
    }

    fn recognise(&self, sample: &[u8]) -> Likeness {
        let as_json = nested::recognise(sample, &KIND);
        if as_json != Likeness::No {
            return as_json;
        }
        let (mut fit, mut all) = (0, 0);
        for line in wrap::sample_lines(sample) {
            all += 1;
            fit += usize::from(looks_ours(wrap::delivery_time(&line).1));
        }
        match fit {
            0 => Likeness::No,
            fit if fit * 2 >= all => Likeness::Name,
            _ => Likeness::Shape,
        }
    }

    fn read(&self, input: &mut Input<'_>, settings: &ReadSettings, out: &mut dyn Intake) {
        if nested::recognise(input.sample(), &KIND) != Likeness::No {
            return nested::read(input, &KIND, out);
        }
        let mut calendar = Calendar::new(settings);
        numbered::lines(input, out, &mut |unit, numbers, out| {
            read_line(unit, numbers.at(unit.line), &mut calendar, out);
        });
    }
}

/// Whether a line is one of `fast.log`, or one that Suricata sent to syslog.
fn looks_ours(line: &str) -> bool {
    let line = line.trim();
    if Fast::parse(line).is_some() {
        return true;
    }
    let Ok(head) = syslog::head(line) else { return false };
    let is_eve = head.message.starts_with('{') && head.message.contains("\"event_type\":");
    is_eve || Fast::parse_message(head.message).is_some()
}

/// Reads a line that is no JSON from its start.
fn read_line(unit: &wrap::Unit<'_>, at: Position, calendar: &mut Calendar, out: &mut dyn Intake) {
    let (exported, text) = wrap::delivery_time(unit.text);
    let (delivered, text) = (exported.or(unit.delivered), text.trim());
    if let Some((stamp, mut fast)) = Fast::parse(text) {
        fast.time = calendar.time(stamp, delivered);
        return emit_fast(&fast, at, text, out);
    }
    let head = syslog::head(text).ok();
    let message = head.map_or(text, |head| head.message);
    if message.starts_with('{') {
        return match json::parse(message) {
            Ok(value) if eve::is_eve(&value) => emit_eve(&value, message, at, None, out),
            Ok(_) => out.refuse(at, "JSON, but no EVE record of Suricata", text),
            Err(why) => out.refuse(at, &why, text),
        };
    }
    match (head, Fast::parse_message(message)) {
        (Some(head), Some(mut fast)) => {
            fast.time = calendar.time(head.stamp, delivered);
            fast.host = Some(head.host).filter(|host| !host.is_empty());
            emit_fast(&fast, at, text, out);
        }
        _ => out.refuse(at, "no alert of fast.log", text),
    }
}

fn emit_fast(fast: &Fast<'_>, at: Position, raw: &str, out: &mut dyn Intake) {
    let Some(time) = fast.time else {
        return out.refuse(at, "the time of the alert is none", raw);
    };
    out.event(&Event {
        source: NAME,
        time,
        uid: None,
        at,
        outcome: if fast.is_blocked() { Outcome::Failure } else { Outcome::Unknown },
        credential: None,
        address: fast.ends.src,
        raw,
        body: fast,
    });
}

fn emit(found: &Found<'_>, out: &mut dyn Intake) {
    emit_eve(found.value, found.raw, found.at, found.around.time, out);
}

fn emit_eve(
    value: &Value,
    raw: &str,
    at: Position,
    delivered: Option<model::Time>,
    out: &mut dyn Intake,
) {
    let Some(time) = eve::time(value).or(delivered) else {
        return out.refuse(at, "timestamp cannot be read as a time", raw);
    };
    let eve = Eve::new(value, time);
    out.event(&Event {
        source: NAME,
        time: eve.interval(),
        // A flow's id stands in every record of the flow.
        uid: None,
        at,
        outcome: eve.outcome(),
        credential: None,
        address: eve.parties().src,
        raw,
        body: &eve,
    });
}
