//! What the tests share: a JSON record as an event, and what a judge says of it.
#![allow(dead_code, reason = "each test file uses its part")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on must fail")]

use std::sync::Arc;

use detectors::sigma::Sigma;
use model::event::{Body, Event, Outcome};
use model::finding::{Effect, Rule};
use model::seam::detector::{Detector, Findings};
use model::seam::source::LogSource;
use model::{Entity, Position, Time};
use ocsf::{Class, Flat, Scalar, paths};
use serde_json::Value;

/// The source that test records come from.
pub const SOURCE: &str = "aws.cloudtrail";

const LOGS: &[LogSource] =
    &[LogSource { product: Some("aws"), service: Some("cloudtrail"), category: None }];

/// A JSON record; its OCSF view is the name of the call.
struct Json(Value);

impl Json {
    fn name(&self) -> Option<&str> {
        self.0.get("eventName")?.as_str()
    }
}

fn visit(value: &Value, path: &str, each: &mut dyn FnMut(Scalar<'_>) -> bool) -> bool {
    match value {
        Value::Array(items) => items.iter().all(|item| visit(item, path, each)),
        Value::Object(map) => {
            let (head, tail) = path.split_once('.').unwrap_or((path, ""));
            map.get(head).is_none_or(|child| visit(child, tail, each))
        }
        _ if !path.is_empty() => true,
        Value::Null => each(Scalar::Null),
        Value::Bool(truth) => each(Scalar::Bool(*truth)),
        Value::Number(number) => match number.as_i64() {
            Some(number) => each(Scalar::Int(number)),
            None => each(Scalar::Float(number.as_f64().unwrap())),
        },
        Value::String(text) => each(Scalar::from(text.as_str())),
    }
}

impl Body for Json {
    fn ocsf(&self) -> Flat<'_> {
        let mut flat = Flat::new(Class::API_ACTIVITY, 1);
        flat.put_some(paths::API_OPERATION, self.name());
        flat
    }

    fn field(&self, name: &str, each: &mut dyn FnMut(Scalar<'_>) -> bool) {
        visit(&self.0, name, each);
    }

    fn entities<'s>(&'s self, _: &mut Vec<Entity<'s>>) {}

    fn action(&self) -> String {
        self.name().unwrap_or_default().to_owned()
    }
}

/// Loads rules; every problem fails the test.
pub fn load(rules: &[(&str, &str)]) -> Sigma {
    let texts: Vec<(String, String)> =
        rules.iter().map(|(file, text)| ((*file).to_owned(), (*text).to_owned())).collect();
    let (sigma, problems) = Sigma::load(&texts, &[(SOURCE, LOGS)]);
    assert!(problems.is_empty(), "{problems:#?}");
    sigma
}

/// What a judge says of one record of a source.
pub fn judge_as(sigma: &Sigma, source: &'static str, raw: &str) -> Vec<(Arc<Rule>, Effect)> {
    struct Tray(Vec<(Arc<Rule>, Effect)>);
    impl Findings for Tray {
        fn add(&mut self, _: &Event<'_>, said: &[(&Arc<Rule>, Effect)]) {
            self.0.extend(said.iter().map(|(rule, effect)| (Arc::clone(rule), *effect)));
        }
    }
    let body = Json(serde_json::from_str(raw).unwrap());
    let failed = ["errorCode", "errorMessage"].iter().any(|key| body.0.get(key).is_some());
    let event = Event {
        source,
        time: Time::seconds(0),
        uid: None,
        at: Position::default(),
        outcome: if failed { Outcome::Failure } else { Outcome::Success },
        credential: None,
        address: None,
        raw,
        body: &body,
    };
    let mut tray = Tray(Vec::new());
    sigma.judge().observe(&event, &mut tray);
    tray.0
}

/// What a judge says of one CloudTrail record.
pub fn judge(sigma: &Sigma, raw: &str) -> Vec<(Arc<Rule>, Effect)> {
    judge_as(sigma, SOURCE, raw)
}
