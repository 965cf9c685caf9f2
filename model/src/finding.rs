//! A judge's word on events: an attempt, a success, or an impact. Three different claims.

use std::sync::Arc;

use crate::entity::{Entity, EntityKind};
use crate::id::Id;
use crate::record::Position;
use crate::seam::report::Language;
use crate::time::Time;

/// How bad, as Sigma's `level` and OCSF's `severity` name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Severity {
    Informational,
    Low,
    Medium,
    High,
    Critical,
}

impl Rule {
    /// The title in a language, as far as there is one.
    pub fn title_in(&self, language: Language) -> &str {
        match (&self.title_ja, language) {
            (Some(title), Language::Japanese) => title,
            _ => &self.title,
        }
    }

    /// The severity that counts: an attempt that failed is a step less bad than its rule says.
    pub fn severity_of(&self, effect: Effect) -> Severity {
        match (effect, self.severity) {
            (Effect::Attempt, Severity::Critical) => Severity::High,
            (Effect::Attempt, Severity::High) => Severity::Medium,
            (Effect::Attempt, Severity::Medium) => Severity::Low,
            (_, severity) => severity,
        }
    }
}

impl Severity {
    /// The interface's word.
    pub fn word(self) -> &'static str {
        match self {
            Severity::Informational => "informational",
            Severity::Low => "low",
            Severity::Medium => "medium",
            Severity::High => "high",
            Severity::Critical => "critical",
        }
    }

    /// Reads the interface's word.
    pub fn parse(word: &str) -> Option<Severity> {
        [Self::Informational, Self::Low, Self::Medium, Self::High, Self::Critical]
            .into_iter()
            .find(|s| s.word() == word)
    }

    /// A weight between 0 and 1, for risk sums.
    pub fn weight(self) -> f64 {
        match self {
            Severity::Informational => 0.02,
            Severity::Low => 0.1,
            Severity::Medium => 0.45,
            Severity::High => 0.75,
            Severity::Critical => 1.0,
        }
    }
}

/// What a record shows: that somebody tried, that it worked, or that damage was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Effect {
    Attempt,
    Success,
    Impact,
}

impl Effect {
    /// The interface's word.
    pub fn word(self) -> &'static str {
        match self {
            Effect::Attempt => "attempt",
            Effect::Success => "success",
            Effect::Impact => "impact",
        }
    }
}

/// What kind of judge speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum RuleKind {
    Sigma,
    Sqli,
    Web,
    Behavior,
    Indicator,
    Partner,
    Correlation,
}

impl RuleKind {
    /// The interface's word.
    pub fn word(self) -> &'static str {
        match self {
            RuleKind::Sigma => "sigma",
            RuleKind::Sqli => "sqli",
            RuleKind::Web => "web",
            RuleKind::Behavior => "behavior",
            RuleKind::Indicator => "indicator",
            RuleKind::Partner => "partner",
            RuleKind::Correlation => "correlation",
        }
    }
}

/// What a finding is an instance of.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Rule {
    /// A stable id (for Sigma rules their UUID).
    pub id: String,
    /// The title for people.
    pub title: String,
    /// The title in Japanese, if the rule has one.
    pub title_ja: Option<String>,
    /// What kind of judge.
    pub kind: RuleKind,
    /// How bad, if it is what it seems.
    pub severity: Severity,
    /// The most that one record of this kind shows. A refused call stays an attempt.
    pub effect: Effect,
    /// ATT&CK technique ids (`T1098.001`).
    pub techniques: Vec<String>,
    /// ATT&CK tactic slugs (`privilege-escalation`).
    pub tactics: Vec<String>,
    /// What it means, for people; may be empty.
    pub description: String,
}

/// A citation: one record that a sentence stands on.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Evidence {
    /// When it happened.
    pub time: Time,
    /// The blob's number in the sorted input.
    pub file: u32,
    /// Where in the blob.
    pub at: Position,
    /// The event's id.
    pub event: Id,
}

/// How far an attack came. Each step stands on those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reached {
    /// Something before the application stopped it.
    Blocked,
    /// The application refused it.
    Rejected,
    /// The application took it; what became of it is not known.
    Application,
    /// The database took it for a value.
    Confined,
    /// The database read it as language and refused it.
    EscapedWithError,
    /// It ran.
    Executed,
    /// It ran, and data came back.
    DataReturned,
    /// It changed data or ran code.
    StateChanged,
}

impl Reached {
    /// The interface's word.
    pub fn word(self) -> &'static str {
        match self {
            Reached::Blocked => "blocked",
            Reached::Rejected => "rejected",
            Reached::Application => "reached_application",
            Reached::Confined => "confined",
            Reached::EscapedWithError => "escaped_with_error",
            Reached::Executed => "executed",
            Reached::DataReturned => "data_returned",
            Reached::StateChanged => "state_changed",
        }
    }

    /// What it shows.
    pub fn effect(self) -> Effect {
        match self {
            Reached::DataReturned | Reached::StateChanged => Effect::Impact,
            Reached::Executed => Effect::Success,
            _ => Effect::Attempt,
        }
    }
}

/// What a judge of many events knows beyond its rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Detail {
    /// How far it came.
    pub reached: Reached,
    /// How sure, from 0 to 1.
    pub confidence: f64,
    /// What was done to what, in a plain sentence; pieces of logs in it are safe to print.
    pub text: String,
    /// The same in Japanese.
    pub text_ja: String,
    /// Where it came in: the path and the parameter.
    pub door: Option<[String; 2]>,
    /// What was read out: tables, how many rows at least, and whether that is all.
    pub taken: Option<Taken>,
    /// What would have stopped it, the narrowest first.
    pub blocks: Vec<Block>,
}

/// A block that would have stopped a campaign. It is advice: nothing is blocked by it.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// A stable slug of the action.
    pub id: &'static str,
    /// How far it can be undone, as [`crate::incident::Recommendation::tier`] says.
    pub tier: &'static str,
    /// What to do, in English and Japanese.
    pub text: [String; 2],
    /// What it would have stopped and hit, in English and Japanese.
    pub why: [String; 2],
    /// On what.
    pub targets: Vec<(EntityKind, String)>,
    /// Honest requests or clients of the same logs that it would have hit.
    pub cost: u64,
    /// Of how many.
    pub of: u64,
}

/// Data that left.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// The tables.
    pub tables: Vec<String>,
    /// How many rows at least.
    pub rows: u64,
    /// Whether the logs count every row.
    pub exact: bool,
}

impl Detail {
    /// The sentence in a language.
    pub fn text_in(&self, language: Language) -> &str {
        match language {
            Language::English => &self.text,
            Language::Japanese => &self.text_ja,
        }
    }
}

/// Events that a rule spoke on, of one actor, with one outcome.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Derived from the rule and what the events share.
    pub id: Id,
    /// The rule.
    pub rule: Arc<Rule>,
    /// What the records show.
    pub effect: Effect,
    /// The source of the records.
    pub source: &'static str,
    /// What was done, as the log has it.
    pub action: String,
    /// The first and the last.
    pub first: Time,
    /// The end of the last.
    pub last: Time,
    /// How many events.
    pub count: u64,
    /// Whom and what they are about; sorted, without doubles.
    pub entities: Vec<Entity<'static>>,
    /// The earliest of the events, at most [`Finding::EVIDENCE_MAX`]; sorted.
    pub evidence: Vec<Evidence>,
    /// The credential they were done with.
    pub credential: Option<String>,
    /// The address they came from.
    pub address: Option<String>,
    /// What is known beyond the rule.
    pub detail: Option<Detail>,
}

impl Finding {
    /// How many citations a finding keeps; the count says how many there were.
    pub const EVIDENCE_MAX: usize = 8;
    /// How many entities a finding keeps.
    pub const ENTITIES_MAX: usize = 64;

    /// The severity that counts.
    pub fn severity(&self) -> Severity {
        self.rule.severity_of(self.effect)
    }
}
