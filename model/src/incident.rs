//! Findings that belong together, and what they add up to.

use crate::entity::EntityKind;
use crate::finding::{Effect, Evidence, Severity};
use crate::id::Id;
use crate::time::Time;
use crate::timeline::Step;

/// Why findings belong together.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// Their credentials have this one as their root.
    Root(String),
    /// They are about the same thing.
    Same(EntityKind, String),
    /// They lie on the intruder's way through this host.
    Trail(String),
    /// They lie on the intruder's way through this identity provider.
    Portal(String),
}

impl Reason {
    /// The interface's word for the class of a join.
    pub fn class(&self) -> &'static str {
        match self {
            Reason::Root(_) => "session",
            Reason::Same(..) => "entity",
            Reason::Trail(_) => "trail",
            Reason::Portal(_) => "portal",
        }
    }
}

/// Findings that belong together.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// The findings' numbers in the sorted list.
    pub findings: Vec<usize>,
    /// The reason.
    pub reason: Reason,
    /// How sure, between 0 and 1.
    pub weight: f64,
}

/// Why some findings of an incident belong together.
#[derive(Clone, Debug, PartialEq)]
pub struct Join {
    /// A word of the interface: `session`, `entity`, `trail` or `portal`.
    pub class: &'static str,
    /// The sentence.
    pub text: String,
    /// How sure, between 0 and 1.
    pub confidence: f64,
    /// The findings' numbers in the sorted list, ascending.
    pub findings: Vec<usize>,
}

/// The part an entity plays in an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Part {
    Attacker,
    Victim,
    Affected,
    Created,
    Used,
    Bystander,
}

impl Part {
    /// The interface's word.
    pub fn word(self) -> &'static str {
        match self {
            Part::Attacker => "attacker",
            Part::Victim => "victim",
            Part::Affected => "affected",
            Part::Created => "created",
            Part::Used => "used",
            Part::Bystander => "bystander",
        }
    }
}

/// An entity of an incident.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Involved {
    /// What sort of thing.
    pub kind: EntityKind,
    /// Its name or id.
    pub value: String,
    /// Its part.
    pub part: Part,
    /// First seen in the incident.
    pub first: Time,
    /// Last seen in the incident.
    pub last: Time,
}

/// A sentence and the records it stands on.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Claim {
    /// The sentence.
    pub text: String,
    /// How sure, between 0 and 1.
    pub confidence: f64,
    /// The records.
    pub evidence: Vec<Evidence>,
}

/// What to do, in order.
#[derive(Clone, Debug, PartialEq)]
pub struct Recommendation {
    /// A stable slug of the action.
    pub id: &'static str,
    /// What to do, for people.
    pub text: String,
    /// On what.
    pub targets: Vec<(EntityKind, String)>,
    /// R0 reads only, R1 is added and undone, R2 is felt by users, R3 cannot be undone.
    pub tier: &'static str,
    /// Why.
    pub why: String,
}

/// Damage in numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Impact {
    /// What was counted, a word of the interface.
    pub kind: &'static str,
    /// The count.
    pub value: f64,
    /// The least it can be.
    pub low: f64,
    /// The most it can be.
    pub high: f64,
    /// The unit.
    pub unit: &'static str,
    /// The sentence.
    pub text: String,
    /// The records.
    pub evidence: Vec<Evidence>,
}

/// Where logs are missing.
#[derive(Clone, Debug, PartialEq)]
pub struct Gap {
    /// What is missing, and what therefore cannot be said.
    pub text: String,
    /// What sort of log.
    pub source: String,
    /// From when.
    pub start: Time,
    /// To when.
    pub end: Time,
}

/// What happened, as one story.
#[derive(Clone, Debug)]
pub struct Incident {
    /// Derived from its oldest finding.
    pub id: Id,
    /// One line for people.
    pub title: String,
    /// A stable slug of the kind of incident.
    pub kind: &'static str,
    /// How bad.
    pub severity: Severity,
    /// How sure, between 0 and 1.
    pub confidence: f64,
    /// The furthest that the attack got.
    pub outcome: Effect,
    /// The first step's start.
    pub first: Time,
    /// The last step's end.
    pub last: Time,
    /// When something first showed that it worked.
    pub succeeded_at: Option<Time>,
    /// When damage first showed.
    pub impact_at: Option<Time>,
    /// How it came in.
    pub entry: Claim,
    /// Why it could happen, likeliest first.
    pub root_cause: Vec<Claim>,
    /// Whom and what it is about.
    pub entities: Vec<Involved>,
    /// ATT&CK technique ids.
    pub techniques: Vec<String>,
    /// The story.
    pub steps: Vec<Step>,
    /// Damage in numbers.
    pub impact: Vec<Impact>,
    /// Where logs are missing.
    pub gaps: Vec<Gap>,
    /// What to do, in order.
    pub recommendations: Vec<Recommendation>,
    /// The findings' numbers in the sorted list.
    pub findings: Vec<usize>,
    /// Why the findings belong together.
    pub joins: Vec<Join>,
}
