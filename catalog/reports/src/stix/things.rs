//! Entities as STIX has them: observables where there are any, else systems with a name.

use std::net::IpAddr;

use model::EntityKind;
use serde_json::{Value, json};

use super::bundle::{Bundle, ORIGIN};
use crate::sentence::safe;

/// The longest name, in characters.
const NAME_MAX: usize = 1_000;

/// What an entity became.
pub(crate) enum Thing {
    /// An observable, which observed data may refer to.
    Observable(String),
    /// An identity: a system, a store, a piece of the cloud.
    System(String),
}

impl Thing {
    /// Its id.
    pub(crate) fn id(&self) -> &str {
        match self {
            Thing::Observable(id) | Thing::System(id) => id,
        }
    }
}

/// Adds an entity. `None` if nothing in STIX says it (a region).
pub(crate) fn thing(bundle: &mut Bundle, kind: EntityKind, value: &str) -> Option<Thing> {
    let name = safe(value, NAME_MAX);
    let named = json!({"value": name});
    let observed = match kind {
        EntityKind::Ip => match name.parse::<IpAddr>() {
            Ok(IpAddr::V4(_)) => observe(bundle, "ipv4-addr", &named),
            Ok(IpAddr::V6(_)) => observe(bundle, "ipv6-addr", &named),
            Err(_) => return system(bundle, kind, &name),
        },
        EntityKind::Domain if is_domain(&name) => observe(bundle, "domain-name", &named),
        EntityKind::Url if is_url(&name) => observe(bundle, "url", &named),
        EntityKind::Mailbox if is_mailbox(&name) => observe(bundle, "email-addr", &named),
        EntityKind::File => file(bundle, &name),
        EntityKind::Process => {
            // A process has no properties that make an id: ours is of its command line.
            let shown = json!({"command_line": name});
            observe(bundle, "process", &shown)
        }
        EntityKind::Principal
        | EntityKind::User
        | EntityKind::Session
        | EntityKind::AccessKey
        | EntityKind::Role => observe(bundle, "user-account", &json!({"user_id": name})),
        EntityKind::Region => return None,
        _ => return system(bundle, kind, &name),
    };
    Some(Thing::Observable(observed))
}

/// The STIX pattern by which others find an attacker's thing again.
pub(crate) fn pattern(kind: EntityKind, value: &str) -> Option<String> {
    let name = safe(value, NAME_MAX);
    let object = match kind {
        EntityKind::Ip => match name.parse::<IpAddr>().ok()? {
            IpAddr::V4(_) => "ipv4-addr:value",
            IpAddr::V6(_) => "ipv6-addr:value",
        },
        EntityKind::Domain if is_domain(&name) => "domain-name:value",
        EntityKind::Url if is_url(&name) => "url:value",
        EntityKind::File => {
            let name = name.rsplit('/').next().filter(|name| !name.is_empty())?;
            return Some(format!("[file:name = '{}']", quoted(name)));
        }
        _ => return None,
    };
    Some(format!("[{object} = '{}']", quoted(&name)))
}

fn quoted(name: &str) -> String {
    name.replace('\\', "\\\\").replace('\'', "\\'")
}

fn observe(bundle: &mut Bundle, kind: &str, value: &Value) -> String {
    bundle.observe(kind, value, value.clone())
}

fn file(bundle: &mut Bundle, path: &str) -> String {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let name = if name.is_empty() { path } else { name };
    if folder.is_empty() {
        return observe(bundle, "file", &json!({"name": name}));
    }
    let folder = observe(bundle, "directory", &json!({"path": folder}));
    observe(bundle, "file", &json!({"name": name, "parent_directory_ref": folder}))
}

fn system(bundle: &mut Bundle, kind: EntityKind, name: &str) -> Option<Thing> {
    if name.is_empty() {
        return None;
    }
    let own = json!({"name": name, "identity_class": "system", "description": kind.word()});
    Some(Thing::System(bundle.add("identity", &[kind.word(), name], ORIGIN, own)))
}

fn is_domain(name: &str) -> bool {
    name.contains('.') && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b))
}

/// Only what a reader of the format takes for an address: a scheme, and no character to quote.
fn is_url(name: &str) -> bool {
    (name.starts_with("http://") || name.starts_with("https://"))
        && name.bytes().all(|b| b.is_ascii_graphic() && !b"<>\"{}|\\^`".contains(&b))
}

fn is_mailbox(name: &str) -> bool {
    name.split_once('@').is_some_and(|(user, host)| {
        is_domain(host)
            && !user.is_empty()
            && user.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._+=".contains(&b))
    })
}
