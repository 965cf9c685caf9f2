//! `container.kubernetes`: audit events of the Kubernetes API server, of EKS and of any other.

mod attributes;
mod record;

use frame::Input;
use model::Event;
use model::seam::About;
use model::seam::source::{Intake, Likeness, LogSource, ReadSettings, Source};
use ocsf::Class;
use sonic_rs::{JsonValueTrait, Value};

use crate::json;
use crate::nested::{self, Around, Found, Kind};
use record::Record;

/// The source.
pub struct Kubernetes;

const NAME: &str = "container.kubernetes";

const KIND: Kind = Kind {
    what: "a Kubernetes audit event",
    marks: &[&["auditID", "verb"]],
    is_record: |value, around| is_audit(value) || neighbour(value, around).is_some(),
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

/// Whose line a text of a control plane's log group is, other than the audit log's.
fn neighbour(value: &Value, around: &Around<'_>) -> Option<&'static str> {
    // The key is not known while it is only asked whether to look closer.
    let text = value.as_str().filter(|_| matches!(around.key, "" | "message"))?;
    let is_klog = match text.as_bytes() {
        [b'I' | b'W' | b'E' | b'F', stamp @ ..] => {
            let (digits, rest) = stamp.split_at_checked(4)?;
            digits.iter().all(u8::is_ascii_digit) && rest.starts_with(b" ")
        }
        _ => false,
    };
    if is_klog {
        return Some("a line of a control plane component (klog), no audit event");
    }
    let is_logfmt = text.starts_with("time=\"") && text.contains(" level=");
    is_logfmt.then_some("a line of the IAM authenticator, no audit event")
}

fn emit(found: &Found<'_>, out: &mut dyn Intake) {
    if let Some(why) = neighbour(found.value, &found.around) {
        return out.refuse(found.at, why, found.raw);
    }
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
