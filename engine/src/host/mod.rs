//! Which host a host's own log is of: by what its records say, by assets, by folder and file names.
//!
//! It stands between source and judges: an event that names no host gets the one that its log
//! is tied to, as the place where it happened. How it was tied is stated with the evidence.

mod name;

use std::borrow::Cow;

use model::assets::Host;
use model::investigation::{TiedBy, TiedHost};
use model::{Assets, Body, Entity, EntityKind, Event, Role};
use ocsf::{Flat, Scalar};

/// What a run knows of hosts.
#[derive(Clone, Copy)]
pub struct Hosts<'a> {
    /// What a person said of them.
    pub assets: &'a Assets,
    /// Whether a kind of log, by its name, is one that hosts write about themselves.
    pub is_own_log: fn(&str) -> bool,
}

/// What the name of a blob says of its host.
pub struct Tie<'a> {
    assets: &'a Assets,
    named: Option<TiedHost>,
}

impl<'a> Tie<'a> {
    /// The tie of a blob of that source; none where the log is no host's own.
    pub fn new(hosts: Hosts<'a>, source: &str, blob: &str) -> Option<Self> {
        if !(hosts.is_own_log)(source) {
            return None;
        }
        let known = name::known(blob, hosts.assets);
        let known = known.map(|host| (EntityKind::Host, host.name.clone(), TiedBy::Assets));
        let named = known.or_else(|| {
            let (kind, value) = name::said(blob)?;
            Some((kind, value, TiedBy::Path))
        });
        let named = named.map(|(kind, value, by)| TiedHost { kind, value, by });
        Some(Tie { assets: hosts.assets, named })
    }

    /// The host of an event that has these entities of its own, and how it is known.
    fn of(&self, own: &[Entity<'_>]) -> Option<TiedHost> {
        let by = TiedBy::Record;
        let said = |kind| own.iter().find(|e| e.kind == kind && e.role == Role::Place);
        let said = said(EntityKind::Host).or_else(|| said(EntityKind::Instance));
        let said = said.map(|e| TiedHost { kind: e.kind, value: e.value.to_string(), by });
        said.or_else(|| self.named.clone())
    }

    /// How an event, as its source made it, is tied.
    pub fn tied(&self, event: &Event<'_>) -> Option<TiedHost> {
        let mut own = Vec::new();
        event.body.entities(&mut own);
        self.of(&own)
    }

    /// Adds the host, and what assets know of it, to the entities of an event.
    fn complete(&self, entities: &mut Vec<Entity<'_>>) {
        let Some(tied) = self.of(entities) else { return };
        let host = self.assets.hosts.iter().find(|host| is(host, &tied.value));
        let mut add = |kind, value: &str| {
            if !entities.iter().any(|e| e.kind == kind && e.value == value) {
                entities.push(Entity::new(kind, Cow::Owned(value.to_owned()), Role::Place));
            }
        };
        add(tied.kind, &tied.value);
        if let Some(host) = host {
            add(EntityKind::Host, &host.name);
            if let Some(instance) = &host.instance {
                add(EntityKind::Instance, instance);
            }
        }
    }

    /// Hands an event on with its host.
    pub(crate) fn with(&self, event: &Event<'_>, to: &mut dyn FnMut(&Event<'_>)) {
        let body = Tied { tie: self, own: event.body };
        to(&Event {
            source: event.source,
            time: event.time,
            uid: event.uid,
            at: event.at,
            outcome: event.outcome,
            credential: event.credential,
            address: event.address,
            raw: event.raw,
            body: &body,
        });
    }
}

/// Whether a host goes by a name: its own, in full or up to the first dot, or its instance id.
fn is(host: &Host, name: &str) -> bool {
    let short = |name: &str| name.split('.').next().unwrap_or(name).to_ascii_lowercase();
    host.instance.as_deref() == Some(name)
        || host.name.eq_ignore_ascii_case(name)
        || (host.name.contains('.') != name.contains('.') && short(&host.name) == short(name))
}

/// The body of an event whose host is known; lazy as all bodies are.
struct Tied<'t> {
    tie: &'t Tie<'t>,
    own: &'t dyn Body,
}

impl Body for Tied<'_> {
    fn ocsf(&self) -> Flat<'_> {
        self.own.ocsf()
    }

    fn field(&self, name: &str, each: &mut dyn FnMut(Scalar<'_>) -> bool) {
        self.own.field(name, each);
    }

    fn has(&self, name: &str) -> bool {
        self.own.has(name)
    }

    fn entities<'s>(&'s self, out: &mut Vec<Entity<'s>>) {
        let before = out.split_off(0);
        self.own.entities(out);
        self.tie.complete(out);
        out.splice(0..0, before);
    }

    fn grant(&self) -> Option<model::session::Grant> {
        self.own.grant()
    }

    fn connection(&self) -> Option<model::Connection> {
        self.own.connection()
    }

    fn sightings<'s>(&'s self, out: &mut Vec<model::fleet::Sighting<'s>>) {
        self.own.sightings(out);
    }

    fn action(&self) -> String {
        self.own.action()
    }

    fn reads_only(&self) -> Option<bool> {
        self.own.reads_only()
    }
}
