//! The story of an incident, step by step.

use crate::entity::EntityKind;
use crate::finding::{Effect, Evidence};
use crate::time::Time;

/// One step: one sentence, its time, its records.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// The start.
    pub start: Time,
    /// The end.
    pub end: Time,
    /// ATT&CK tactic slug.
    pub stage: String,
    /// What the records show.
    pub effect: Effect,
    /// ATT&CK technique ids.
    pub techniques: Vec<String>,
    /// The sentence.
    pub text: String,
    /// How many events it sums up.
    pub count: u64,
    /// Whom and what it is about.
    pub entities: Vec<(EntityKind, String)>,
    /// How sure, between 0 and 1.
    pub confidence: f64,
    /// The records.
    pub evidence: Vec<Evidence>,
    /// Steps that caused it (their number in the timeline, counted from 1) and why.
    pub caused_by: Vec<(usize, String)>,
}
