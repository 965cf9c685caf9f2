//! What users and programs do on hosts, in databases and in applications.

use model::{Entity, EntityKind, Event, Outcome, Role};

use super::super::facts::Facts;
use super::super::feature::{Feature, Kind};
use super::super::learn::minute;
use super::whence::Whence;
use super::words;

/// The user, and the machine.
pub fn deed(
    event: &Event<'_>,
    whence: &mut Whence<'_>,
    facts: &mut Facts,
    each: &mut dyn FnMut(&Facts),
) {
    let mut entities = Vec::new();
    event.body.entities(&mut entities);
    let find = |role: Role, kinds: &[EntityKind]| {
        let is = |entity: &&Entity<'_>| entity.role == role && kinds.contains(&entity.kind);
        entities.iter().find(is).map(|entity| entity.value.as_ref())
    };
    let host = find(Role::Place, &[EntityKind::Host]);
    let is_database = event.source.starts_with("db.");
    if let Some(user) =
        find(Role::Actor, &[EntityKind::Principal, EntityKind::User, EntityKind::Mailbox])
        && event.outcome != Outcome::Failure
    {
        // One name may mean somebody else in another kind of log.
        let (kind, _) = event.source.split_once('.').unwrap_or((event.source, ""));
        facts.begin(Kind::User, &[kind, " ", user].concat());
        facts.everybody(&[kind, " users"]);
        let from = event.address.or_else(|| find(Role::Actor, &[EntityKind::Ip]));
        if let Some(address) = from {
            whence.add(address, facts);
        }
        if is_database {
            let action = event.body.action();
            let table = find(Role::Target, &[EntityKind::Table]).unwrap_or_default();
            facts.add(Feature::Table, &[&action, " ", table]);
        } else if event.source.starts_with("saas.") || event.source.starts_with("container.") {
            facts.add(Feature::Action, &[&event.body.action()]);
        }
        facts.add(Feature::Machine, &[host.unwrap_or_default()]);
        facts.add(Feature::Hours, &[words::hours(minute(event))]);
        each(facts);
    }
    if let (Some(host), Some(program)) = (host, find(Role::Actor, &[EntityKind::Process])) {
        facts.begin(Kind::Host, host);
        // Machines of one purpose are numbered: web-1, web-2.
        let stem: String = host.chars().filter(|c| !c.is_ascii_digit()).collect();
        facts.peers(&[&stem]);
        facts.everybody(&["hosts"]);
        facts.add(Feature::Program, &[program.split(' ').next().unwrap_or_default()]);
        each(facts);
    }
}
