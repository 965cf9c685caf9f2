//! `ocsf.json`: events that some product wrote in OCSF, any class and version, as JSON.

mod attributes;
mod entities;
mod record;

use frame::Input;
use model::Event;
use model::seam::About;
use model::seam::source::{Intake, Likeness, LogSource, ReadSettings, Source};
use sonic_rs::{JsonValueTrait, Value};

use crate::json;
use crate::nested::{self, Found, Kind};
use record::Record;

/// The member.
pub struct OcsfJson;

const NAME: &str = "ocsf.json";

const KIND: Kind = Kind {
    what: "an OCSF event",
    marks: &[&["class_uid", "metadata"]],
    is_record: |value, _| is_event(value),
    emit,
};

impl Source for OcsfJson {
    fn about(&self) -> &'static About {
        &About {
            name: NAME,
            line: "OCSF events in JSON, of any product, class and version; Security Lake",
            spec: "https://schema.ocsf.io/1.5.0",
        }
    }

    fn classes(&self) -> &'static [::ocsf::Class] {
        ::ocsf::Class::ALL
    }

    fn logsources(&self) -> &'static [LogSource] {
        &[LogSource { product: Some("ocsf"), service: None, category: None }]
    }

    fn recognise(&self, sample: &[u8]) -> Likeness {
        nested::recognise(sample, &KIND)
    }

    fn read(&self, input: &mut Input<'_>, _: &ReadSettings, out: &mut dyn Intake) {
        nested::read(input, &KIND, out);
    }
}

/// Whether a value bears what every OCSF event has.
pub(super) fn is_event(value: &Value) -> bool {
    let number = |key| json::at(value, &[key]).is_some_and(JsonValueTrait::is_number);
    number("class_uid")
        && json::at(value, &["metadata"]).is_some_and(JsonValueTrait::is_object)
        && (number("type_uid") || number("activity_id") || number("category_uid"))
}

fn emit(found: &Found<'_>, out: &mut dyn Intake) {
    emit_as(NAME, found, out);
}

/// Hands on one event, read by the source of that name.
pub(super) fn emit_as(name: &'static str, found: &Found<'_>, out: &mut dyn Intake) {
    let record = match Record::new(found.value) {
        Ok(record) => record,
        Err(why) => return out.refuse(found.at, why, found.raw),
    };
    out.event(&Event {
        source: name,
        time: record.time,
        uid: record.uid(),
        at: found.at,
        outcome: record.outcome(),
        credential: record.credential(),
        address: record.address(),
        raw: found.raw,
        body: &record,
    });
}
