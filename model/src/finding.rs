//! A judge's word on events: an attempt, a success, or an impact. Three different claims.

use std::sync::Arc;

use crate::entity::Entity;
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
