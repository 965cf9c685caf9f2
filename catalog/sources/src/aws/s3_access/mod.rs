//! `aws.s3_access`: server access logs of S3 buckets.

mod attributes;
mod record;

use frame::Input;
use model::Event;
use model::seam::About;
use model::seam::source::{Intake, Likeness, LogSource, ReadSettings, Source};
use ocsf::Class;

use crate::numbered;
use crate::wrap;
use record::{COLUMNS, Record};

/// The source.
pub struct S3Access;

const NAME: &str = "aws.s3_access";

impl Source for S3Access {
    fn about(&self) -> &'static About {
        &About {
            name: NAME,
            line: "S3 server access logs: who asked a bucket for what, from where",
            spec: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/LogFormat.html",
        }
    }

    fn classes(&self) -> &'static [Class] {
        &[Class::API_ACTIVITY]
    }

    fn logsources(&self) -> &'static [LogSource] {
        &[
            LogSource { product: Some("aws"), service: Some("s3_access"), category: None },
            LogSource { product: Some("aws"), service: Some("s3"), category: None },
        ]
    }

    fn fields(&self) -> &'static [&'static str] {
        COLUMNS
    }

    fn recognise(&self, sample: &[u8]) -> Likeness {
        let lines = wrap::sample_lines(sample);
        let fits = lines.iter().any(|line| Record::parse(wrap::delivery_time(line).1).is_ok());
        if fits { Likeness::Name } else { Likeness::No }
    }

    fn read(&self, input: &mut Input<'_>, _: &ReadSettings, out: &mut dyn Intake) {
        numbered::lines(input, out, &mut |unit, numbers, out| {
            let at = numbers.at(unit.line);
            let raw = wrap::delivery_time(unit.text.trim()).1;
            match Record::parse(raw) {
                Ok(record) => out.event(&Event {
                    source: NAME,
                    time: record.time,
                    uid: None,
                    at,
                    outcome: record.outcome(),
                    credential: None,
                    address: record.address(),
                    raw,
                    body: &record,
                }),
                Err(why) => out.refuse(at, why, raw),
            }
        });
    }
}
