//! `net.conntrack`: the kernel's table of connections: `conntrack -E`, `conntrack -L`,
//! `/proc/net/nf_conntrack`.

mod body;
mod entry;

use frame::Input;
use model::seam::About;
use model::seam::source::{Intake, Likeness, LogSource, ReadSettings, Source};
use model::{Event, Position, Time};
use ocsf::Class;

use crate::clock::{self, Calendar};
use crate::numbered;
use crate::{syslog, wrap};
use entry::Entry;

/// The source.
pub struct Conntrack;

const NAME: &str = "net.conntrack";

impl Source for Conntrack {
    fn about(&self) -> &'static About {
        &About {
            name: NAME,
            line: "Connections that the Linux kernel tracks: conntrack -E, -L, /proc/net/nf_conntrack",
            spec: "https://conntrack-tools.netfilter.org/manual.html",
        }
    }

    fn classes(&self) -> &'static [Class] {
        &[Class::NETWORK_ACTIVITY]
    }

    fn logsources(&self) -> &'static [LogSource] {
        &[LogSource { product: None, service: None, category: Some("firewall") }]
    }

    fn fields(&self) -> &'static [&'static str] {
        &["src_ip", "dst_ip", "src_port", "dst_port", "proto", "state", "event"]
    }

    fn recognise(&self, sample: &[u8]) -> Likeness {
        let lines = wrap::sample_lines(sample);
        let fits = |line: &&String| Entry::parse(untimed(line).1).is_ok();
        match lines.iter().filter(fits).count() {
            0 => Likeness::No,
            fit if fit * 2 >= lines.len() => Likeness::Name,
            _ => Likeness::Shape,
        }
    }

    fn read(&self, input: &mut Input<'_>, settings: &ReadSettings, out: &mut dyn Intake) {
        let mut calendar = Calendar::new(settings);
        numbered::lines(input, out, &mut |unit, numbers, out| {
            if !is_summary(unit.text) {
                read_line(unit, numbers.at(unit.line), &mut calendar, out);
            }
        });
    }
}

/// What `conntrack -L` says at its end: `conntrack v1.4.7 (conntrack-tools): 2 flow entries …`.
fn is_summary(line: &str) -> bool {
    line.starts_with("conntrack v") && line.contains("flow entries")
}

/// When a line says it was written.
enum Stamp {
    Known(Time),
    Civil(clock::Stamp),
    None,
}

/// Takes the time off: `[1792469422.315742]` of `-o timestamp`, or what another program put
/// before the line.
fn untimed(line: &str) -> (Stamp, &str) {
    let text = line.trim();
    if let Some((time, rest)) = text.strip_prefix('[').and_then(|rest| rest.split_once(']'))
        && let Some(time) = clock::epoch(time.trim())
    {
        return (Stamp::Known(time), rest.trim_start());
    }
    // Only a line that is none as it stands has a time before it.
    match syslog::stamp(text) {
        Some((stamp, _, rest)) if Entry::parse(text).is_err() => (Stamp::Civil(stamp), rest),
        _ => (Stamp::None, text),
    }
}

fn read_line(unit: &wrap::Unit<'_>, at: Position, calendar: &mut Calendar, out: &mut dyn Intake) {
    let (stamp, text) = untimed(unit.text);
    let mut entry = match Entry::parse(text) {
        Ok(entry) => entry,
        Err(why) => return out.refuse(at, why, unit.text),
    };
    let time = match stamp {
        Stamp::Known(time) => Some(time),
        Stamp::Civil(stamp) => calendar.time(stamp, unit.delivered),
        Stamp::None => unit.delivered,
    };
    // A list says nothing of when: it is kept at 1970, which nobody takes for a real time.
    entry.time = time.unwrap_or(Time::seconds(0));
    out.event(&Event {
        source: NAME,
        time: entry.time,
        // The kernel gives an id to other connections again.
        uid: None,
        at,
        outcome: entry.outcome(),
        credential: None,
        address: entry.original.src,
        raw: unit.text,
        body: &entry,
    });
}
