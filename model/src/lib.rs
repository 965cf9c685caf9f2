//! The nouns, in the order the data lives them, then the seams.
//!
//! Bytes become a [`record`], a record an [`event`], a judged event a [`finding`], findings that
//! belong together an [`incident`] with its [`timeline`]. Nothing here reads a clock, a file or
//! the network; ids are derived.

pub mod advisory;
pub mod assets;
pub mod case;
pub mod component;
pub mod connection;
pub mod contract;
pub mod entity;
pub mod error;
pub mod event;
pub mod finding;
pub mod fleet;
pub mod id;
pub mod incident;
pub mod investigation;
pub mod record;
pub mod redact;
pub mod response;
pub mod seam;
pub mod session;
pub mod text;
pub mod time;
pub mod timeline;
pub mod usage;
pub mod verdict;

pub use frame;

pub use assets::Assets;
pub use case::Case;
pub use connection::Connection;
pub use entity::{Entity, EntityKind, Role};
pub use error::{Blame, Error, Retry};
pub use event::{Body, Event, Outcome};
pub use finding::{Detail, Effect, Evidence, Finding, Reached, Rule, RuleKind, Severity};
pub use id::Id;
pub use incident::Incident;
pub use investigation::Investigation;
pub use record::{Position, Reject};
pub use redact::redact;
pub use time::{Precision, Time};
pub use timeline::Step;
