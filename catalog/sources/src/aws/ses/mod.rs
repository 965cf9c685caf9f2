//! `aws.ses`: what Amazon SES publishes of mails: sent, delivered, bounced, complained about.

mod attributes;
mod record;

use frame::Input;
use model::Event;
use model::seam::About;
use model::seam::source::{Intake, Likeness, LogSource, ReadSettings, Source};
use ocsf::Class;
use sonic_rs::{JsonValueTrait, Value};

use crate::json;
use crate::nested::{self, Found, Kind};
use record::Record;

/// The source.
pub struct Ses;

const NAME: &str = "aws.ses";

const KIND: Kind = Kind {
    what: "an event of Amazon SES",
    marks: &[&["messageId", "eventType"], &["messageId", "notificationType"]],
    is_record: |value, _| is_event(value),
    emit,
};

impl Source for Ses {
    fn about(&self) -> &'static About {
        &About {
            name: NAME,
            line: "Amazon SES events: mails sent, delivered, bounced, complained about, opened",
            spec: "https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html",
        }
    }

    fn classes(&self) -> &'static [Class] {
        &[Class::EMAIL_ACTIVITY]
    }

    fn logsources(&self) -> &'static [LogSource] {
        &[LogSource { product: Some("aws"), service: Some("ses"), category: None }]
    }

    fn recognise(&self, sample: &[u8]) -> Likeness {
        nested::recognise(sample, &KIND)
    }

    fn read(&self, input: &mut Input<'_>, _: &ReadSettings, out: &mut dyn Intake) {
        nested::read(input, &KIND, out);
    }
}

/// Whether a value is an event: it names its kind and the mail it is about.
fn is_event(value: &Value) -> bool {
    let kind = ["eventType", "notificationType"].iter().find_map(|k| json::text(value, &[k]));
    let mail = json::at(value, &["mail"]).is_some_and(JsonValueTrait::is_object);
    // The flat form that a stream's analysis makes of them.
    let is_flat = json::at(value, &["ses_timestamp"]).is_some() && json::has(value, "messageId");
    kind.is_some() && (mail || is_flat)
}

fn emit(found: &Found<'_>, out: &mut dyn Intake) {
    let record = match Record::new(found.value, found.around.time) {
        Ok(record) => record,
        Err(why) => return out.refuse(found.at, why, found.raw),
    };
    out.event(&Event {
        source: NAME,
        time: record.time,
        uid: None,
        at: found.at,
        outcome: record.outcome(),
        credential: None,
        address: record.address(),
        raw: found.raw,
        body: &record,
    });
}
