//! What happens on machines, as their own logs tell it.

use crate::story::{Site, Step};
use crate::world::World;

/// Sets a site up.
pub fn begin(world: &mut World, site: &Site, skew: u64) {
    let wrong = world.random.within(0, 2 * skew) as i64 - skew as i64;
    world.skew.insert(site.domain.clone(), wrong);
}

/// A step on a machine: no story has one yet.
pub fn step(_world: &mut World, _step: &Step) {}

/// Customers of a site.
pub fn customers(_world: &mut World, _site: &Site, _start: i64, _end: i64, _much: u64) {}
