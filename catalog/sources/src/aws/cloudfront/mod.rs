//! `aws.cloudfront`: standard logs, version 1 and 2, and real-time logs of CloudFront.

mod columns;

use frame::Input;
use model::seam::About;
use model::seam::source::{Intake, Likeness, LogSource, ReadSettings, Source};
use model::{Event, Position};
use ocsf::Class;
use sonic_rs::Value;

use crate::json;
use crate::nested::{self, Found, Kind};
use crate::numbered;
use crate::web::access::hit::{Hit, Own};
use crate::wrap;
use columns::{Columns, hit};

/// The source.
pub struct CloudFront;

const NAME: &str = "aws.cloudfront";
/// Sigma's names for web servers that CloudFront's logs answer to, and some of their own.
const FIELDS: &[&str] = &[
    "c-ip",
    "c-uri",
    "c-uri-query",
    "c-useragent",
    "cs(Cookie)",
    "cs-host",
    "cs-method",
    "cs-referer",
    "cs-uri-query",
    "cs-uri-stem",
    "cs-user-agent",
    "sc-bytes",
    "sc-status",
    "time-taken",
    "x-edge-location",
    "x-edge-result-type",
    "x-forwarded-for",
];
/// A shorter text is no request id.
const UID_MIN: usize = 16;

const KIND: Kind = Kind {
    what: "a CloudFront log record",
    marks: &[&["x-edge-"]],
    is_record: |value, _| is_record(value),
    emit: document,
};

impl Source for CloudFront {
    fn about(&self) -> &'static About {
        &About {
            name: NAME,
            line: "CloudFront access logs: standard (v1, v2; text or JSON) and real-time",
            spec: "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html",
        }
    }

    fn classes(&self) -> &'static [Class] {
        &[Class::HTTP_ACTIVITY]
    }

    fn logsources(&self) -> &'static [LogSource] {
        &[
            LogSource { product: None, service: None, category: Some("webserver") },
            LogSource { product: Some("aws"), service: Some("cloudfront"), category: None },
        ]
    }

    fn fields(&self) -> &'static [&'static str] {
        FIELDS
    }

    fn recognise(&self, sample: &[u8]) -> Likeness {
        let documents = nested::recognise(sample, &KIND);
        if documents != Likeness::No {
            return documents;
        }
        let mut columns = Columns::default();
        let lines = wrap::sample_lines(sample);
        let ours = lines.iter().any(|line| {
            let line = wrap::delivery_time(line).1;
            columns.take_head(line) && columns.are_ours() || columns.parse(line).is_ok()
        });
        if ours { Likeness::Name } else { Likeness::No }
    }

    fn read(&self, input: &mut Input<'_>, _: &ReadSettings, out: &mut dyn Intake) {
        if nested::recognise(input.sample(), &KIND) != Likeness::No {
            return nested::read(input, &KIND, out);
        }
        let mut columns = Columns::default();
        numbered::lines(input, out, &mut |unit, numbers, out| {
            let raw = wrap::delivery_time(unit.text).1;
            if columns.take_head(raw) {
                return;
            }
            let at = numbers.at(unit.line);
            match columns.parse(raw) {
                Ok(hit) => event(&hit, at, raw, out),
                Err(why) => out.refuse(at, &why, raw),
            }
        });
    }
}

fn is_record(value: &Value) -> bool {
    let named = |key| json::at(value, &[key]).is_some();
    (named("x-edge-request-id") || named("x-edge-location") || named("x-edge-result-type"))
        && (named("sc-status") || named("c-ip") || named("cs-method"))
}

fn document(found: &Found<'_>, out: &mut dyn Intake) {
    let get = |name: &str| json::text(found.value, &[name]);
    let delivered = found.around.time.filter(|_| found.around.parent.is_some());
    match hit(&get, delivered) {
        Ok(mut hit) => {
            hit.own = Own::Json(found.value);
            event(&hit, found.at, found.raw, out);
        }
        Err(why) => out.refuse(found.at, &why, found.raw),
    }
}

fn event(hit: &Hit<'_>, at: Position, raw: &str, out: &mut dyn Intake) {
    let Some(time) = hit.time else { return out.refuse(at, "no time", raw) };
    out.event(&Event {
        source: NAME,
        time,
        uid: hit.request_id.as_deref().filter(|id| id.len() >= UID_MIN),
        at,
        outcome: hit.outcome(),
        credential: None,
        address: hit.address(),
        raw,
        body: hit,
    });
}
