//! Surprise: what an entity does that a baseline says is unusual for it, weighed and budgeted.
//!
//! A value that was never seen is a signal and no more. What counts is several at once of one
//! entity, more than others do as well, within a budget for each day.

mod budget;
mod case;
mod detector;
mod risk;
mod rules;
mod slow;
mod tell;
mod watch;
mod words;

#[cfg(test)]
mod tests;

pub use case::Harmless;
pub use detector::Surprise;
