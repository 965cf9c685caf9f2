//! Sigma rules compiled into an indexed matcher over any record.
//!
//! Follows the Sigma specification 2.1.0 (<https://github.com/SigmaHQ/sigma-specification>).
//! [`Collection`] reads rule files, [`Ruleset`] compiles them, a [`Route`] is the part of a
//! ruleset that one kind of log can match, and a [`Matcher`] tells which rules an event matches.
//! [`Correlations`] are rules on many such matches; a [`Correlator`] runs them.
//! The event itself stays the caller's: it answers questions through [`Fields`].

mod cache;
mod compile;
mod condition;
mod correlate;
mod explain;
mod expression;
mod fields;
mod fold;
mod glob;
mod item;
mod matcher;
mod meta;
mod modifiers;
mod need;
mod number;
mod part;
mod pattern;
mod pin;
mod pipeline;
mod probe;
mod problem;
mod read;
mod route;
mod ruleset;
mod values;

pub use correlate::{Correlations, Correlator, Hit, Key, Keys, Limits, Match, Saved, Spent};
pub use explain::{Asked, Detected, Explained};
pub use fields::{FieldId, Fields, Value};
pub use matcher::Matcher;
pub use meta::{Level, LogSource, Meta};
pub use pipeline::Wildcards;
pub use problem::{Problem, Weight};
pub use read::{Collection, FILE_MAX};
pub use route::Route;
pub use ruleset::{RuleIndex, Ruleset, Settings};
