//! What an event says of an instance: its new state, or what its group did with it.

use model::Outcome;
use model::fleet::{Phase, Sighting, Told, Trait};

use super::{Change, Deed};
use crate::{json, nested};

/// Adds what the event tells of its instance.
pub(super) fn collect<'s>(change: &'s Change<'_>, out: &mut Vec<Sighting<'s>>) {
    let Some(instance) = change.instance() else { return };
    let phase = match change.deed() {
        Deed::State => change.text("state").and_then(Phase::from_word).map(|p| (p, Told::State)),
        _ if change.outcome() != Outcome::Success => None,
        Deed::Launch => Some((Phase::Running, Told::Activity)),
        Deed::Terminate => Some((Phase::ShuttingDown, Told::Activity)),
        Deed::Notice => None,
    };
    // A group says so when all is done; its activity says when that was.
    let ended = || nested::time(change.detail, &["EndTime"]);
    let activity = matches!(phase, Some((_, Told::Activity)));
    let time = if activity { ended().unwrap_or(change.time) } else { change.time };
    let mut sighting = Sighting::new(instance, time, phase);
    sighting.know(Trait::Account, change.account());
    sighting.know(Trait::Region, change.region());
    sighting.know(Trait::Group, change.group());
    let detail = |key: &str| json::text(change.detail, &["Details", key]);
    sighting.know(Trait::Zone, detail("Availability Zone"));
    sighting.know(Trait::Subnet, detail("Subnet ID"));
    if change.title().contains("Spot Instance Interruption") {
        sighting.know(Trait::Market, Some("spot"));
    }
    out.push(sighting);
}
