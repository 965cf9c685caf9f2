//! Findings about the same address, caller or thing that was made, within reach of each other.

use std::collections::BTreeMap;

use model::finding::RuleKind;
use model::incident::{Link, Reason};
use model::seam::About;
use model::seam::correlator::Correlator;
use model::session::Sessions;
use model::{Entity, EntityKind, Finding, Role, Severity};

/// The member.
pub const KIND: &dyn Correlator = &SameEntity;

struct SameEntity;

/// Findings further apart than this share an address by chance. Nanoseconds: 24 hours.
pub(crate) const REACH: i64 = 24 * 3600 * 1_000_000_000;
/// An address from which more callers than this act is a hub (a proxy, an office): it says little.
pub(crate) const HUB_CALLERS_MAX: usize = 4;

impl Correlator for SameEntity {
    fn about(&self) -> &'static About {
        &About {
            name: "entity",
            line: "the same address, caller or created thing, within a day",
            spec: "",
        }
    }

    fn link(&self, findings: &[Finding], _: &Sessions) -> Vec<Link> {
        let mut by_entity: BTreeMap<(EntityKind, &str), Vec<usize>> = BTreeMap::new();
        for (at, finding) in findings.iter().enumerate() {
            // Context joins a story by its credential only: many good calls come from one office.
            if finding.severity() < Severity::Medium && !is_campaign(finding) {
                continue;
            }
            for entity in finding.entities.iter().filter(|e| joins(e)) {
                by_entity.entry((entity.kind, &entity.value)).or_default().push(at);
            }
        }
        let joined = by_entity.into_iter().flat_map(|(key, at)| links(findings, key, &at));
        joined.chain(beside(findings)).collect()
    }
}

/// Context that the same caller gave at the same outside address near a finding of weight, where
/// no credential joins them (a cluster's records name none); and what an instance's credentials
/// did at such an address, where they have no business.
fn beside(findings: &[Finding]) -> Vec<Link> {
    let mut pairs: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
    let mut borrowed: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, finding) in findings.iter().enumerate() {
        let Some(address) = finding.address.as_deref().filter(|a| !is_inside(a)) else { continue };
        if finding.severity() >= Severity::Medium || finding.entities.iter().any(is_instance) {
            borrowed.entry(address).or_default().push(at);
        }
        let counts = finding.severity() >= Severity::Low && finding.credential.is_none();
        let named = |e: &&Entity<'_>| {
            let kinds = [EntityKind::User, EntityKind::Principal];
            kinds.contains(&e.kind)
                && e.role == Role::Actor
                && e.value.contains([':', '@'])
                && !is_service(&e.value)
        };
        if let Some(who) = finding.entities.iter().find(named).filter(|_| counts) {
            pairs.entry((&who.value, address)).or_default().push(at);
        }
    }
    let mut out = Vec::new();
    let at_address = borrowed.into_iter().filter(|(_, at)| {
        let of = |at: &usize| findings.get(*at).is_some_and(|f| f.entities.iter().any(is_instance));
        at.iter().any(of) && callers(findings, at) <= HUB_CALLERS_MAX
    });
    let by_caller = pairs.into_iter().map(|((who, _), at)| (EntityKind::User, who, at));
    let by_address = at_address.map(|(address, at)| (EntityKind::Ip, address, at));
    for (kind, what, at) in by_caller.chain(by_address) {
        let weighs = |at: &&usize| {
            findings.get(**at).is_some_and(|finding| finding.severity() >= Severity::Medium)
        };
        let Some(one) = at.iter().find(weighs).copied() else { continue };
        let near = |other: &&usize| {
            let both = findings.get(one).zip(findings.get(**other));
            both.is_some_and(|(a, b)| a.first.start.abs_diff(b.first.start) <= REACH as u64)
        };
        let all: Vec<usize> = at.iter().filter(near).copied().collect();
        if all.len() > 1 {
            let reason = Reason::Same(kind, what.to_owned());
            out.push(Link { findings: all, reason, weight: 0.8 });
        }
    }
    out
}

/// Whether a finding tells all that one client tried on a web application.
fn is_campaign(finding: &Finding) -> bool {
    matches!(finding.rule.kind, RuleKind::Web | RuleKind::Sqli) && finding.detail.is_some()
}

/// Whether two findings about this entity may belong together because of it.
pub(crate) fn joins(entity: &Entity<'_>) -> bool {
    match entity.kind {
        // Behind an address of the inside (a proxy, an application's server) stand many.
        EntityKind::Ip => entity.role == Role::Actor && !is_inside(&entity.value),
        // A service's own account (33, www-data, the application's login) acts for everybody, and
        // on every host there is another one of that name.
        EntityKind::User if entity.role == Role::Actor => {
            entity.value.contains('@') || entity.value.starts_with("arn:")
        }
        // Services act for many: that the same one did two things joins nothing.
        EntityKind::Principal => entity.role == Role::Actor && !is_service(&entity.value),
        // A machine's own traffic names its interface; the call that made it names it, too.
        EntityKind::Eni => matches!(entity.role, Role::Created | Role::Place),
        EntityKind::Instance | EntityKind::AccessKey | EntityKind::User => {
            matches!(entity.role, Role::Created | Role::Target | Role::Actor)
        }
        _ => false,
    }
}

/// Whether an address is of a network's inside.
fn is_inside(address: &str) -> bool {
    match address.parse::<std::net::IpAddr>() {
        Ok(std::net::IpAddr::V4(ip)) => ip.is_private() || ip.is_loopback() || ip.is_link_local(),
        Ok(std::net::IpAddr::V6(ip)) => ip.is_loopback() || ip.is_unique_local(),
        Err(_) => false,
    }
}

/// Whether it is the session of an instance's role, which EC2 names after the instance.
fn is_instance(entity: &Entity<'_>) -> bool {
    let session = entity.value.rsplit_once('/').filter(|(role, _)| role.contains(":assumed-role/"));
    let digits = session.and_then(|(_, session)| session.strip_prefix("i-")).unwrap_or_default();
    let hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let acts = entity.kind == EntityKind::Principal && entity.role == Role::Actor;
    acts && (8..=17).contains(&digits.len()) && hex
}

/// Whether a principal is AWS itself: a service, or a role that a service acts in.
pub(crate) fn is_service(principal: &str) -> bool {
    principal.ends_with(".amazonaws.com") || principal.contains("/AWSServiceRole")
}

fn links(findings: &[Finding], (kind, value): (EntityKind, &str), at: &[usize]) -> Vec<Link> {
    if kind == EntityKind::Ip && callers(findings, at) > HUB_CALLERS_MAX {
        return Vec::new();
    }
    if kind == EntityKind::Eni && !made(findings, value, at) {
        return Vec::new();
    }
    let mut out = Vec::new();
    for pair in at.windows(2) {
        let &[a, b] = pair else { continue };
        let (Some(first), Some(second)) = (findings.get(a), findings.get(b)) else { continue };
        if second.first.start.saturating_sub(first.last.end) <= REACH {
            out.push(Link {
                findings: vec![a, b],
                reason: Reason::Same(kind, value.to_owned()),
                weight: if kind == EntityKind::Ip { 0.8 } else { 0.9 },
            });
        }
    }
    out
}

/// Whether one of the findings is about the making of this interface. Else it only says where
/// things happened: many may come to one machine.
fn made(findings: &[Finding], interface: &str, at: &[usize]) -> bool {
    let all = at.iter().filter_map(|at| findings.get(*at)).flat_map(|f| f.entities.iter());
    all.filter(|e| e.kind == EntityKind::Eni && e.value == interface)
        .any(|e| e.role == Role::Created)
}

/// How many different callers the findings have.
pub(crate) fn callers(findings: &[Finding], at: &[usize]) -> usize {
    let mut names: Vec<&str> = at
        .iter()
        .filter_map(|at| findings.get(*at))
        .flat_map(|f| f.entities.iter())
        .filter(|e| e.kind == EntityKind::Principal && e.role == Role::Actor)
        .map(|e| e.value.as_ref())
        .collect();
    names.sort_unstable();
    names.dedup();
    names.len()
}
