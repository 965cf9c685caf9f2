//! Baselines: what was usual here, learned from logs and kept between runs.
//!
//! Everything in a baseline can be merged: logs read at once, in parts, in any order or by many
//! workers give the same bytes. Times are those of events; no clock is asked.

mod book;
mod code;
mod facts;
mod feature;
mod file;
mod learn;
mod least;
mod odds;
mod profile;
mod read;
mod show;
mod sketch;
mod slot;

#[cfg(test)]
mod tests;

pub use book::Baseline;
pub use facts::{Facts, place_mark};
pub use feature::{Feature, Kind};
pub use learn::{Learned, Learner, Spell, minute};
pub use odds::{Level, Odds, Word};
pub use profile::Profile;
pub use read::{Reader, Sort, sort};
pub use show::{COLD_DAYS, COLD_EVENTS};
pub use show::{Told, Usual};
pub use sketch::{KEPT, Seen, Sketch};
pub use slot::{DAY, mark};
