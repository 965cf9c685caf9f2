//! One thing that happened: what every source turns its records into.
//!
//! Eager and small: time, identity, outcome. Everything else is asked of the [`Body`] on demand,
//! so that a record which no rule wants costs next to nothing.

use ocsf::{Flat, Scalar};

use crate::connection::Connection;
use crate::entity::Entity;
use crate::fleet::Sighting;
use crate::id::Id;
use crate::record::Position;
use crate::session::Grant;
use crate::time::Time;

/// Whether what the record tells was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Outcome {
    /// The record says that it was done.
    Success,
    /// The record says that it was refused or failed.
    Failure,
    /// The record does not say.
    Unknown,
}

/// The lazy part of an event: views of its record.
pub trait Body {
    /// The event as OCSF attributes.
    fn ocsf(&self) -> Flat<'_>;
    /// Hands every value of a field under the log's own name (dotted) to `each`, until it
    /// returns false. A field that is not there has no values.
    fn field(&self, name: &str, each: &mut dyn FnMut(Scalar<'_>) -> bool);
    /// Whether a field is there at all, be it null, an object or an empty list.
    fn has(&self, name: &str) -> bool {
        let mut found = false;
        self.field(name, &mut |_| {
            found = true;
            false
        });
        found
    }
    /// Who did it, from where, on what.
    fn entities<'s>(&'s self, out: &mut Vec<Entity<'s>>);
    /// The credential that this event handed out, if any.
    fn grant(&self) -> Option<Grant> {
        None
    }
    /// The connection that it counts, if it is of a log of networks.
    fn connection(&self) -> Option<Connection> {
        None
    }
    /// What it tells of instances: that they came, ran, went, and what they are.
    fn sightings<'s>(&'s self, _out: &mut Vec<Sighting<'s>>) {}
    /// A short phrase for what was done (`ec2:RunInstances`, `GET /login`), as the log has it.
    fn action(&self) -> String;
    /// Whether the action only reads; `None` if that cannot be said.
    fn reads_only(&self) -> Option<bool> {
        None
    }
}

/// One record, read.
pub struct Event<'a> {
    /// The source that read it, for instance `aws.cloudtrail`.
    pub source: &'static str,
    /// When it happened.
    pub time: Time,
    /// The log's own id of the record, if it has one: copies are found by it.
    pub uid: Option<&'a str>,
    /// Where the record stands.
    pub at: Position,
    /// Whether it was done.
    pub outcome: Outcome,
    /// The credential it was done with (access key id, session id), if the record says.
    pub credential: Option<&'a str>,
    /// The address it came from, if the record says.
    pub address: Option<&'a str>,
    /// The record, verbatim.
    pub raw: &'a str,
    /// Everything else.
    pub body: &'a dyn Body,
}

impl Event<'_> {
    /// The event's id: from the log's own id where there is one, else from the record's bytes.
    pub fn id(&self) -> Id {
        Id::derive("event", &[self.source.as_bytes(), self.uid.unwrap_or(self.raw).as_bytes()])
    }
}
