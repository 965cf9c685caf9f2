//! `host.falco`: alerts of Falco, as JSON (also by way of Falcosidekick) and as lines of text.

mod fields;
mod text;

use frame::Input;
use model::seam::About;
use model::seam::source::{Intake, Likeness, LogSource, ReadSettings, Source};
use model::{Body, Entity, Event, Outcome, Time};
use ocsf::{Class, Flat, Scalar};
use sonic_rs::{JsonContainerTrait, JsonValueTrait, Value};

use crate::aws::shared::is_uuid;
use crate::json;
use crate::nested::{self, Around, Found, Kind};
use text::Line;

/// The member.
pub struct Falco;

const NAME: &str = "host.falco";

const KIND: Kind = Kind {
    what: "an alert of Falco",
    marks: &[
        &["priority", "rule", "output"],
        &[": Emergency "],
        &[": Alert "],
        &[": Critical "],
        &[": Error "],
        &[": Warning "],
        &[": Notice "],
        &[": Informational "],
        &[": Debug "],
    ],
    is_record: is_alert,
    emit,
};

impl Source for Falco {
    fn about(&self) -> &'static About {
        &About {
            name: NAME,
            line: "Falco alerts: JSON, Falcosidekick, lines of text",
            spec: "https://falco.org/docs/concepts/outputs/formatting/",
        }
    }

    fn classes(&self) -> &'static [Class] {
        &[Class::DETECTION_FINDING]
    }

    fn logsources(&self) -> &'static [LogSource] {
        &[LogSource { product: Some("falco"), service: None, category: None }]
    }

    fn recognise(&self, sample: &[u8]) -> Likeness {
        nested::recognise(sample, &KIND)
    }

    fn read(&self, input: &mut Input<'_>, _: &ReadSettings, out: &mut dyn Intake) {
        nested::read(input, &KIND, out);
    }
}

/// Whether a value is an alert: a rule's name with a priority of Falco's, or a line of text.
fn is_alert(value: &Value, around: &Around<'_>) -> bool {
    // An OCSF event that carries the alert it was made from is read as what it is.
    if around.top.is_some_and(|top| json::has(top, "class_uid")) {
        return false;
    }
    if let Some(text) = value.as_str() {
        return Line::parse(text).is_some();
    }
    let word = json::text(value, &["priority"]).unwrap_or("");
    let has_fields = json::at(value, &["output_fields"]).is_some_and(JsonValueTrait::is_object);
    severity(word).is_some()
        && json::text(value, &["rule"]).is_some()
        && (has_fields || json::text(value, &["output"]).is_some())
}

/// The number in OCSF of a priority, which Falco writes with a capital or without.
fn severity(word: &str) -> Option<i64> {
    Some(match word.to_ascii_lowercase().as_str() {
        "emergency" | "alert" | "critical" => 5,
        "error" => 4,
        "warning" => 3,
        "notice" => 2,
        "informational" | "info" | "debug" => 1,
        _ => return None,
    })
}

fn emit(found: &Found<'_>, out: &mut dyn Intake) {
    let line = found.value.as_str().and_then(Line::parse);
    let time = match &line {
        Some(line) => Some(line.time(found.around.time)),
        None => alert_time(found.value).or(found.around.time),
    };
    let Some(time) = time else {
        return out.refuse(found.at, "no time in time, evt.time or the wrap", found.raw);
    };
    let alert = Alert { value: found.value, line, time };
    out.event(&Event {
        source: NAME,
        time,
        uid: json::text(found.value, &["uuid"]).filter(|uid| is_uuid(uid)),
        at: found.at,
        outcome: alert.outcome(),
        credential: None,
        address: alert.address(),
        raw: found.raw,
        body: &alert,
    });
}

/// `time`, else the event's own time among the fields, in nanoseconds since 1970.
fn alert_time(value: &Value) -> Option<Time> {
    let field = |name| json::at(value, &["output_fields", name]).and_then(json::time);
    let told = json::at(value, &["time"]).and_then(json::time);
    told.or_else(|| field("evt.time")).or_else(|| field("evt.rawtime"))
}

/// One alert.
struct Alert<'v> {
    value: &'v Value,
    line: Option<Line<'v>>,
    time: Time,
}

impl<'v> Alert<'v> {
    /// What the system call came to, where the rule prints it.
    fn outcome(&self) -> Outcome {
        match self.get("evt.res").as_deref() {
            Some("SUCCESS") => Outcome::Success,
            Some(_) => Outcome::Failure,
            None => Outcome::Unknown,
        }
    }

    /// Where a request that a plugin watches came from.
    fn address(&self) -> Option<&'v str> {
        let names = ["ct.srcip", "okta.client.ip", "fd.cip", "ka.sourceips"];
        let texts = names.iter().filter_map(|n| json::text(self.value, &["output_fields", n]));
        texts.into_iter().find(|ip| crate::aws::shared::is_ip(ip))
    }
}

impl Body for Alert<'_> {
    fn ocsf(&self) -> Flat<'_> {
        self.deed().flat()
    }

    fn field(&self, name: &str, each: &mut dyn FnMut(Scalar<'_>) -> bool) {
        if json::present(self.value, name) {
            json::visit(self.value, name, each);
        } else if let Some(value) = json::at(self.value, &["output_fields", name]) {
            json::visit(value, "", each);
        } else if let Some(value) = self.line.as_ref().and_then(|line| line.get(name)) {
            each(Scalar::from(value));
        }
    }

    fn has(&self, name: &str) -> bool {
        json::present(self.value, name)
            || json::at(self.value, &["output_fields", name]).is_some()
            || self.line.as_ref().is_some_and(|line| line.get(name).is_some())
    }

    fn entities<'s>(&'s self, out: &mut Vec<Entity<'s>>) {
        self.deed().entities(out);
    }

    fn action(&self) -> String {
        model::text::printable(&format!("falco: {}", self.title()), 160).into_owned()
    }
}

/// The texts of a list.
fn texts<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = &'v str> + use<'v> {
    let list = json::at(value, &[key]).and_then(|list| list.as_array());
    list.into_iter().flatten().filter_map(JsonValueTrait::as_str)
}
