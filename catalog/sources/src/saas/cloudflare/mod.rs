//! `saas.cloudflare`: what Cloudflare Logpush delivers: requests, firewall, DNS, gateway, audit.

mod attributes;
mod body;
mod record;

use frame::Input;
use model::Event;
use model::seam::About;
use model::seam::source::{Intake, Likeness, LogSource, ReadSettings, Source};
use ocsf::Class;

use crate::nested::{self, Found, Kind};
use record::{Record, Set};

/// The source.
pub struct Cloudflare;

const NAME: &str = "saas.cloudflare";

const KIND: Kind = Kind {
    what: "a record of Cloudflare Logpush",
    marks: &[
        &["RayID"],
        &["QueryName", "SourceIP"],
        &["QueryName", "SrcIP"],
        &["SourceIP", "DestinationIP", "Datetime"],
        &["SourceIP", "HTTPHost", "Datetime"],
        &["ActionType", "Actor", "When"],
        &["ActionType", "Actor", "ActionTimestamp"],
        &["AppDomain", "Allowed"],
        &["ClientProto", "OriginIP"],
    ],
    is_record: |value, _| Set::of(value).is_some(),
    emit,
};

impl Source for Cloudflare {
    fn about(&self) -> &'static About {
        &About {
            name: NAME,
            line: "Cloudflare Logpush: HTTP requests, firewall, DNS, Gateway, Access, audit, Spectrum",
            spec: "https://developers.cloudflare.com/logs/logpush/logpush-job/datasets/",
        }
    }

    fn classes(&self) -> &'static [Class] {
        &[
            Class::AUTHENTICATION,
            Class::ENTITY_MANAGEMENT,
            Class::NETWORK_ACTIVITY,
            Class::HTTP_ACTIVITY,
            Class::DNS_ACTIVITY,
            Class::API_ACTIVITY,
        ]
    }

    fn logsources(&self) -> &'static [LogSource] {
        &[
            LogSource { product: Some("cloudflare"), service: None, category: None },
            LogSource { product: None, service: None, category: Some("webserver") },
            LogSource { product: None, service: None, category: Some("dns") },
        ]
    }

    fn recognise(&self, sample: &[u8]) -> Likeness {
        nested::recognise(sample, &KIND)
    }

    fn read(&self, input: &mut Input<'_>, _: &ReadSettings, out: &mut dyn Intake) {
        nested::read(input, &KIND, out);
    }
}

fn emit(found: &Found<'_>, out: &mut dyn Intake) {
    let Some(set) = Set::of(found.value) else { return };
    let Some(time) = record::time(found.value, set).or(found.around.time) else {
        return out.refuse(found.at, "no time of the record can be read", found.raw);
    };
    let record = Record { value: found.value, set, time };
    out.event(&Event {
        source: NAME,
        time,
        uid: record.uid(),
        at: found.at,
        outcome: record.outcome(),
        credential: record.session(),
        address: record.address(),
        raw: found.raw,
        body: &record,
    });
}
