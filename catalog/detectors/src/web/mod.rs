//! Attacks in requests: what was tried, in which parameter, and how far it came.
//!
//! Judges mark attacks and telling statements event by event; at the end attempts are joined to
//! the statements they became, and told by client and method.

mod behaviour;
mod block;
mod campaign;
mod class;
mod copies;
mod databases;
pub mod decode;
mod detector;
mod known;
mod marks;
mod pages;
mod prefilter;
mod request;
mod statistics;
mod tell;
mod text;
mod verdict;
mod watch;

pub use campaign::reached;
pub use class::{Class, class, is_fragment};
pub use detector::{Kind, Web};
pub use prefilter::{is_scanner, signs, worth, worth_header};
pub use request::{Attack, judge, judge_body, judge_header};
pub(crate) use text::{cut, hash};
