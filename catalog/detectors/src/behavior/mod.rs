//! Behaviour: what is unusual or telling in many events together, with the figures that say why.
//!
//! Judges only note what an event counts for; all is decided when every log is read, over marks
//! in order of time, so that nothing depends on threads or on the order of files.

mod alerts;
mod asked;
pub mod baseline;
mod beacon;
mod borrowed;
mod calls;
mod detector;
mod files;
mod flows;
mod hll;
mod homes;
mod lines;
mod logins;
mod looks;
mod mails;
mod marks;
mod mining;
mod moves;
mod names;
mod objects;
mod places;
mod rhythm;
mod rules;
mod scan;
mod surprise;
mod taken;
mod tell;
mod travel;
mod volume;
mod watch;
mod window;

#[cfg(test)]
mod curves;
#[cfg(test)]
mod testing;

pub use detector::Behavior;
pub use places::Places;
pub use surprise::{Harmless, Surprise};
