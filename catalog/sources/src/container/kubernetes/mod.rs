//! `container.kubernetes`: audit events of the Kubernetes API server, of EKS and of any other.

mod attributes;
mod record;

use frame::Input;
use model::Event;
use model::seam::About;
use model::seam::source::{Intake, Likeness, LogSource, ReadSettings, Source};
use ocsf::Class;
use sonic_rs::Value;

use crate::json;
use crate::nested::{self, Found, Kind};
use record::Record;

/// The source.
pub struct Kubernetes;

const NAME: &str = "container.kubernetes";

const KIND: Kind = Kind {
    what: "a Kubernetes audit event",
    marks: &[&["auditID", "verb"]],
    is_record: |value, _| is_audit(value),
    emit,
};

const LOGSOURCES: &[LogSource] = &[
    LogSource { product: Some("kubernetes"), service: Some("audit"), category: None },
    LogSource {
        product: Some("kubernetes"),
        service: Some("audit"),
        category: Some("application"),
    },
];

impl Source for Kubernetes {
    fn about(&self) -> &'static About {
        &About {
            name: NAME,
            line: "Kubernetes audit events, of EKS too: who asked the API server for what",
            spec: "https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/",
        }
    }

    fn classes(&self) -> &'static [Class] {
        &[Class::API_ACTIVITY]
    }

    fn logsources(&self) -> &'static [LogSource] {
        LOGSOURCES
    }

    fn recognise(&self, sample: &[u8]) -> Likeness {
        nested::recognise(sample, &KIND)
    }

    fn read(&self, input: &mut Input<'_>, _: &ReadSettings, out: &mut dyn Intake) {
        nested::read(input, &KIND, out);
    }
}

/// Whether a value has what every audit event has.
fn is_audit(value: &Value) -> bool {
    ["auditID", "stage", "verb"].iter().all(|key| json::text(value, &[key]).is_some())
}

fn emit(found: &Found<'_>, out: &mut dyn Intake) {
    let record = match Record::new(found.value, found.around.time) {
        Ok(record) => record,
        Err(why) => return out.refuse(found.at, why, found.raw),
    };
    out.event(&Event {
        source: NAME,
        time: record.time,
        uid: record.uid(),
        at: found.at,
        outcome: record.outcome(),
        credential: record.extra("accessKeyId"),
        address: record.addresses().next(),
        raw: found.raw,
        body: &record,
    });
}
