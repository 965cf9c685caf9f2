//! `aws.network_firewall`: alerts, flows and TLS events of AWS Network Firewall.

use frame::Input;
use model::Event;
use model::seam::About;
use model::seam::source::{Intake, Likeness, LogSource, ReadSettings, Source};
use ocsf::Class;
use sonic_rs::{JsonValueTrait, Value};

use crate::eve::{self, Eve, Sensor};
use crate::json;
use crate::nested::{self, Found, Kind};

/// The source.
pub struct NetworkFirewall;

const NAME: &str = "aws.network_firewall";
const SPEC: &str = concat!(
    "https://docs.aws.amazon.com/network-firewall/latest/developerguide/",
    "firewall-logging-contents.html"
);

const KIND: Kind = Kind {
    what: "a Network Firewall record",
    marks: &[&["firewall_name", "event"]],
    is_record: |value, _| is_record(value),
    emit,
};

impl Source for NetworkFirewall {
    fn about(&self) -> &'static About {
        &About {
            name: NAME,
            line: "AWS Network Firewall logs: alerts, flows and TLS events",
            spec: SPEC,
        }
    }

    fn classes(&self) -> &'static [Class] {
        &[Class::DETECTION_FINDING, Class::NETWORK_ACTIVITY]
    }

    fn logsources(&self) -> &'static [LogSource] {
        &[
            LogSource { product: None, service: None, category: Some("firewall") },
            LogSource { product: Some("aws"), service: Some("network_firewall"), category: None },
        ]
    }

    fn fields(&self) -> &'static [&'static str] {
        &["src_ip", "src_port", "dst_ip", "dst_port", "protocol", "action"]
    }

    fn recognise(&self, sample: &[u8]) -> Likeness {
        nested::recognise(sample, &KIND)
    }

    fn read(&self, input: &mut Input<'_>, _: &ReadSettings, out: &mut dyn Intake) {
        nested::read(input, &KIND, out);
    }
}

/// Whether a value is a record: a firewall's name and its event.
fn is_record(value: &Value) -> bool {
    json::has(value, "firewall_name")
        && (json::has(value, "event_timestamp") || json::has(value, "availability_zone"))
        && json::has(value, "event")
}

fn emit(found: &Found<'_>, out: &mut dyn Intake) {
    let Some(event) = json::at(found.value, &["event"]).filter(|e| JsonValueTrait::is_object(*e))
    else {
        return out.refuse(found.at, "event is no object", found.raw);
    };
    if !eve::is_event(event) {
        return out.refuse(found.at, "event names neither its type nor two ends", found.raw);
    }
    let written = || json::at(found.value, &["event_timestamp"]).and_then(json::time);
    let Some(time) = eve::time(event).or_else(written).or(found.around.time) else {
        return out.refuse(found.at, "no time that can be read", found.raw);
    };
    let text = |key| json::text(found.value, &[key]).filter(|text| !text.is_empty());
    let zone = text("availability_zone");
    let sensor = Sensor {
        product: "AWS Network Firewall",
        vendor: "AWS",
        cloud: Some("AWS"),
        name: text("firewall_name"),
        // A subscription of CloudWatch Logs says whose log group it is.
        account: found.around.top.and_then(|top| json::text(top, &["owner"])),
        region: zone.and_then(region),
        zone,
    };
    let eve = Eve { value: event, whole: found.value, time, sensor };
    out.event(&Event {
        source: NAME,
        time,
        uid: None,
        at: found.at,
        outcome: eve.outcome(),
        credential: None,
        address: eve.address(),
        raw: found.raw,
        body: &eve,
    });
}

/// The region of a zone by its name: `us-east-1` of `us-east-1b`, also of local zones
/// (`us-west-2-lax-1a`).
fn region(zone: &str) -> Option<&str> {
    let number = zone.find(|c: char| c.is_ascii_digit())?;
    let digits = zone.get(number..)?.bytes().take_while(u8::is_ascii_digit).count();
    zone.get(..number + digits).filter(|region| region.matches('-').count() >= 2)
}

#[cfg(test)]
mod tests {
    use super::region;

    #[test]
    fn regions_of_zones() {
        for (zone, wanted) in [
            ("us-east-1b", Some("us-east-1")),
            ("us-gov-west-1a", Some("us-gov-west-1")),
            ("us-west-2-lax-1a", Some("us-west-2")),
            ("use1-az4", None),
            ("", None),
            ("é-1", None),
        ] {
            assert_eq!(region(zone), wanted, "{zone}");
        }
    }
}
