//! Reading a blob to owned events, which checks can keep, compare and print.

use std::collections::BTreeMap;
use std::io::Read;

use frame::{Content, Input};
use serde_json::{Value, json};

use crate::entity::Entity;
use crate::event::{Event, Outcome};
use crate::id::Id;
use crate::record::{Position, Reject};
use crate::seam::source::{Intake, ReadSettings, Source};
use crate::session::Grant;
use crate::time::Time;

/// An event with everything its lazy body says, owned.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs, reason = "the fields are those of `model::Event` and `model::Body`")]
pub struct OwnedEvent {
    pub id: Id,
    pub source: &'static str,
    pub time: Time,
    pub uid: Option<String>,
    pub at: Position,
    pub outcome: Outcome,
    pub credential: Option<String>,
    pub address: Option<String>,
    pub raw: String,
    pub action: String,
    pub reads_only: Option<bool>,
    pub entities: Vec<Entity<'static>>,
    pub grant: Option<Grant>,
    /// The values of each name of [`Source::fields`] that answered.
    pub fields: BTreeMap<&'static str, Vec<Value>>,
    /// As nested OCSF JSON.
    pub ocsf: Value,
}

impl OwnedEvent {
    /// The event as a line of a golden file.
    pub fn golden(&self) -> Value {
        let entities: Vec<Value> = self
            .entities
            .iter()
            .map(|e| json!([e.kind.word(), e.value, format!("{:?}", e.role).to_lowercase()]))
            .collect();
        let grant = self.grant.as_ref().map(|grant| {
            json!({
                "child": grant.child, "parent": grant.parent, "principal": grant.principal,
                "subject": grant.subject, "by": grant.by, "address": grant.address,
            })
        });
        let mut line = json!({
            "id": self.id.to_string(),
            "time": [self.time.to_string(), self.time.closing().to_string()],
            "uid": self.uid,
            "at": [self.at.line, self.at.record],
            "outcome": format!("{:?}", self.outcome).to_lowercase(),
            "credential": self.credential,
            "address": self.address,
            "action": self.action,
            "reads_only": self.reads_only,
            "entities": entities,
        });
        if let Value::Object(members) = &mut line {
            members.extend(grant.map(|grant| ("grant".to_owned(), grant)));
            members.insert("ocsf".to_owned(), self.ocsf.clone());
        }
        line
    }
}

/// Reads a blob in memory.
pub fn collect(
    source: &dyn Source,
    bytes: &[u8],
    settings: &ReadSettings,
) -> (Vec<OwnedEvent>, Vec<Reject>) {
    collect_content(source, Content::Whole(bytes), settings)
}

/// Reads a blob from a stream that hands out at most `step` bytes a time.
pub fn collect_stream(
    source: &dyn Source,
    bytes: &[u8],
    step: usize,
    settings: &ReadSettings,
) -> (Vec<OwnedEvent>, Vec<Reject>) {
    collect_content(source, Drops::content(bytes, step), settings)
}

fn collect_content(
    source: &dyn Source,
    content: Content<'_>,
    settings: &ReadSettings,
) -> (Vec<OwnedEvent>, Vec<Reject>) {
    let mut tray = Tray { fields: source.fields(), events: Vec::new(), rejects: Vec::new() };
    source.read(&mut Input::new(content), settings, &mut tray);
    (tray.events, tray.rejects)
}

/// A reader that hands out few bytes a time.
pub struct Drops<'a> {
    rest: &'a [u8],
    step: usize,
}

impl<'a> Drops<'a> {
    /// A stream over `bytes` that gives at most `step` of them a time.
    pub fn content(bytes: &'a [u8], step: usize) -> Content<'a> {
        Content::Stream(Box::new(Drops { rest: bytes, step }))
    }
}

impl Read for Drops<'_> {
    fn read(&mut self, to: &mut [u8]) -> std::io::Result<usize> {
        let count = self.step.min(self.rest.len()).min(to.len());
        let (head, rest) = self.rest.split_at_checked(count).unwrap_or((self.rest, &[]));
        if let Some(to) = to.get_mut(..count) {
            to.copy_from_slice(head);
        }
        self.rest = rest;
        Ok(count)
    }
}

struct Tray {
    fields: &'static [&'static str],
    events: Vec<OwnedEvent>,
    rejects: Vec<Reject>,
}

impl Intake for Tray {
    fn event(&mut self, event: &Event<'_>) {
        let mut entities = Vec::new();
        event.body.entities(&mut entities);
        let mut fields: BTreeMap<&'static str, Vec<Value>> = BTreeMap::new();
        for name in self.fields {
            event.body.field(name, &mut |value| {
                fields.entry(name).or_default().push(value.to_json());
                true
            });
        }
        self.events.push(OwnedEvent {
            id: event.id(),
            source: event.source,
            time: event.time,
            uid: event.uid.map(str::to_owned),
            at: event.at,
            outcome: event.outcome,
            credential: event.credential.map(str::to_owned),
            address: event.address.map(str::to_owned),
            raw: event.raw.to_owned(),
            action: event.body.action(),
            reads_only: event.body.reads_only(),
            entities: entities.into_iter().map(Entity::into_owned).collect(),
            grant: event.body.grant(),
            fields,
            ocsf: event.body.ocsf().to_json(),
        });
    }

    fn reject(&mut self, reject: Reject) {
        self.rejects.push(reject);
    }
}
