//! One record of a described kind: its fields, and what the mapping makes of them.

use std::borrow::Cow;
use std::net::IpAddr;

use model::{Body, Entity, EntityKind, Event, Outcome, Position, Time};
use ocsf::{Class, Flat, Scalar, paths};
use regex::Captures;
use sonic_rs::Value;

use super::rule::{EventRule, From, Mapping, Part, Verdict};
use crate::app::json::address;
use crate::json;

/// The longest phrase an action is told in, in characters.
const ACTION_MAX: usize = 120;

/// What a record says, by name.
pub enum Fields<'r> {
    /// What a pattern captured of a line.
    Captures(Captures<'r>),
    /// The record's own JSON.
    Json(&'r Value),
}

impl<'r> Fields<'r> {
    /// The value of a field as text; nothing where it is absent, empty or `-`.
    pub fn text(&self, name: &str) -> Option<Cow<'r, str>> {
        let text = match self {
            Fields::Captures(captures) => Cow::Borrowed(captures.name(name)?.as_str().trim()),
            Fields::Json(value) => {
                let mut found = None;
                json::visit(value, name, &mut |scalar| {
                    found = written(scalar);
                    found.is_none()
                });
                found?
            }
        };
        (!matches!(text.as_ref(), "" | "-")).then_some(text)
    }
}

/// A value as text; nothing for null.
fn written(scalar: Scalar<'_>) -> Option<Cow<'_, str>> {
    match scalar {
        Scalar::Null => None,
        Scalar::Str(Cow::Borrowed(text)) => Some(Cow::Borrowed(text.trim())),
        Scalar::Str(Cow::Owned(text)) => Some(Cow::Owned(text.trim().to_owned())),
        Scalar::Bool(truth) => Some(Cow::Borrowed(if truth { "true" } else { "false" })),
        Scalar::Int(number) => Some(Cow::Owned(number.to_string())),
        Scalar::Float(number) => Some(Cow::Owned(number.to_string())),
    }
}

impl EventRule {
    /// Whether a record is of this sort.
    pub fn fits(&self, fields: &Fields<'_>) -> bool {
        self.when.iter().all(|(name, values)| {
            let text = fields.text(name);
            text.is_some_and(|text| values.iter().any(|value| *value == text))
        })
    }
}

/// A record.
pub struct Record<'r> {
    mapping: &'r Mapping,
    rule: &'r EventRule,
    fields: Fields<'r>,
    time: Time,
    uid: Option<Cow<'r, str>>,
    credential: Option<Cow<'r, str>>,
    address: Option<Cow<'r, str>>,
}

impl<'r> Record<'r> {
    /// A record of that sort; `uid` is what its wrap calls it.
    pub fn new(
        mapping: &'r Mapping,
        rule: &'r EventRule,
        fields: Fields<'r>,
        time: Time,
        uid: Option<&'r str>,
    ) -> Self {
        let text = |name: &Option<String>| fields.text(name.as_deref()?);
        let client = text(&mapping.address);
        Record {
            uid: text(&mapping.uid).or(uid.filter(|uid| !uid.trim().is_empty()).map(Into::into)),
            credential: text(&mapping.credential),
            address: client.and_then(|text| address(&text).map(|ip| ip.to_owned().into())),
            mapping,
            rule,
            fields,
            time,
        }
    }

    /// As an event.
    pub fn event<'s>(&'s self, name: &'static str, at: Position, raw: &'s str) -> Event<'s> {
        Event {
            source: name,
            time: self.time,
            uid: self.uid.as_deref(),
            at,
            outcome: self.outcome(),
            credential: self.credential.as_deref(),
            address: self.address.as_deref(),
            raw,
            body: self,
        }
    }

    fn outcome(&self) -> Outcome {
        match &self.rule.outcome {
            Verdict::Always(outcome) => *outcome,
            Verdict::Field { name, success, failure } => {
                let text = self.fields.text(name).unwrap_or_default();
                let is = |values: &[String]| values.iter().any(|value| *value == text);
                match (is(success), is(failure)) {
                    (true, _) => Outcome::Success,
                    (_, true) => Outcome::Failure,
                    _ => Outcome::Unknown,
                }
            }
        }
    }

    fn value(&self, class: Class, put: &super::rule::Put) -> Option<Scalar<'_>> {
        match &put.from {
            From::Always(value) => Some(value.clone()),
            From::Field { name, values, otherwise } => {
                let text = self.fields.text(name)?;
                if values.is_empty() && otherwise.is_none() {
                    // Logs write ports after addresses; the schema has a place for each.
                    if put.path.name().rsplit('.').next() == Some("ip") {
                        return address(&text).map(|ip| Scalar::from(ip.to_owned()));
                    }
                    return ocsf::value_of(class, put.path, text);
                }
                let found = values.iter().find(|(value, _)| *value == text);
                found.map(|(_, meant)| meant).or(otherwise.as_ref()).cloned()
            }
        }
    }
}

impl Body for Record<'_> {
    fn ocsf(&self) -> Flat<'_> {
        let class = self.rule.class;
        let mut flat = Flat::new(class, self.rule.activity);
        for put in &self.rule.ocsf {
            if let Some(value) = self.value(class, put) {
                flat.put(put.path, value);
            }
        }
        let status: i64 = match self.outcome() {
            Outcome::Unknown => 0,
            Outcome::Success => 1,
            Outcome::Failure => 2,
        };
        let usual = [
            (paths::METADATA_PRODUCT_NAME, Scalar::from(self.mapping.product.as_str())),
            (paths::SEVERITY_ID, Scalar::Int(1)),
            (paths::STATUS_ID, Scalar::Int(status)),
            (paths::TIME, Scalar::Int(self.time.ocsf())),
        ];
        for (path, value) in usual {
            if flat.get(path).is_none() {
                flat.put(path, value);
            }
        }
        flat.put_some(paths::METADATA_UID, self.uid.as_deref());
        ocsf::fitted(flat)
    }

    fn field(&self, name: &str, each: &mut dyn FnMut(Scalar<'_>) -> bool) {
        match &self.fields {
            Fields::Json(value) => drop(json::visit(value, name, each)),
            Fields::Captures(captures) => {
                if let Some(found) = captures.name(name) {
                    each(found.as_str().into());
                }
            }
        }
    }

    fn has(&self, name: &str) -> bool {
        match &self.fields {
            Fields::Json(value) => json::present(value, name),
            Fields::Captures(captures) => captures.name(name).is_some(),
        }
    }

    fn entities<'s>(&'s self, out: &mut Vec<Entity<'s>>) {
        for (kind, role, name) in &self.rule.entities {
            let Some(value) = self.fields.text(name) else { continue };
            let value = match kind {
                EntityKind::Ip => address(&value).map(|ip| Cow::Owned(ip.to_owned())),
                _ => Some(value),
            };
            let sound = |v: &Cow<'_, str>| *kind != EntityKind::Ip || v.parse::<IpAddr>().is_ok();
            if let Some(value) = value.filter(sound) {
                out.push(Entity::new(*kind, value, *role));
            }
        }
    }

    fn action(&self) -> String {
        let mut told = String::new();
        for part in &self.rule.action {
            match part {
                Part::Text(text) => told.push_str(text),
                Part::Field(name) => told.push_str(&self.fields.text(name).unwrap_or_default()),
            }
        }
        let line = told.lines().map(str::trim).find(|line| !line.is_empty());
        line.unwrap_or(self.rule.class.caption).chars().take(ACTION_MAX).collect()
    }

    fn reads_only(&self) -> Option<bool> {
        self.rule.reads_only
    }
}
