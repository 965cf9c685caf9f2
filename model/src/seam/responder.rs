//! A responder: what acts, after people have agreed. One service each.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::error::Error;
use crate::response::Step;

/// What earlier steps learned, by step id; the executor keeps it in its journal. Beside them, the
/// time of this run as RFC 3339 under [`NOW`].
pub type Facts = BTreeMap<String, Value>;

/// The fact with the time.
pub const NOW: &str = "now";

/// How a target stands, seen by reading only.
#[derive(Clone, Debug, PartialEq)]
pub enum Stand {
    /// As the step wants it: nothing is left to do.
    Done,
    /// The step can be done. What must be known to go on after a crash and to undo.
    Ready(Value),
    /// Other than the plan expects; acting would be a guess.
    Surprise(String),
}

/// A member of the shelf, ready to call one account in one region.
pub trait Responder {
    /// Looks, and changes nothing.
    fn look(&self, step: &Step, facts: &Facts) -> Result<Stand, Error>;
    /// Does the step from where `look` saw it. Doing it again after a crash is no second doing.
    fn act(&self, step: &Step, before: &Value) -> Result<(), Error>;
    /// Brings back what `look` saw before.
    fn undo(&self, step: &Step, before: &Value) -> Result<(), Error>;
}
