//! The verbs, one file each, and those of `yagura sources`.

pub mod baseline;
pub mod case;
pub mod chain;
pub mod doctor;
mod explain;
pub mod fleet;
pub mod gate;
pub mod investigate;
pub mod respond;
pub mod rules;
pub mod sources;
mod trial;
