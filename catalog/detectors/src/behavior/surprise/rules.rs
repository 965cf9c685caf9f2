//! What surprises are called, how bad they are, and what they may show.

use std::sync::Arc;

use model::finding::{Effect, Rule, RuleKind, Severity};

use crate::behavior::baseline::Feature;

/// In what respect something is unusual. Features of one aspect go together: a new action is
/// mostly one of a new service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Aspect {
    Action,
    Origin,
    Agent,
    Hours,
    Volume,
    Contact,
    Program,
    Request,
}

impl Aspect {
    /// The aspect of a feature.
    pub fn of(feature: Feature) -> Aspect {
        match feature {
            Feature::Action
            | Feature::Service
            | Feature::Failure
            | Feature::Assumed
            | Feature::Resource
            | Feature::Region
            | Feature::Table => Aspect::Action,
            Feature::Network | Feature::Country | Feature::System | Feature::Machine => {
                Aspect::Origin
            }
            Feature::Agent | Feature::Way => Aspect::Agent,
            Feature::Hours => Aspect::Hours,
            Feature::Port | Feature::Peer | Feature::Domain => Aspect::Contact,
            Feature::Program => Aspect::Program,
            Feature::Path | Feature::Params => Aspect::Request,
        }
    }
}

/// What was found: one aspect, or several together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Found {
    /// One aspect.
    One(Aspect),
    /// Several of one entity, or the same again on several days.
    Several,
    /// Several, and among them something that intruders do.
    Strong,
}

/// Id, English and Japanese title, technique, tactic, severity.
type Row = (&'static str, &'static str, &'static str, &'static str, &'static str, Severity);

/// In the order of [`Aspect`], then several, then strong.
#[rustfmt::skip]
const ROWS: &[Row] = &[
    ("behavior.new.action", "Action that is new for its caller", "これまでにない操作", "T1078", "persistence", Severity::Low),
    ("behavior.new.origin", "Known caller from a new place", "これまでにない接続元", "T1078", "initial-access", Severity::Low),
    ("behavior.new.agent", "Known caller with a new program", "これまでにないクライアント", "T1078", "initial-access", Severity::Low),
    ("behavior.unusual.hours", "Known caller at an unusual hour", "通常と異なる時間帯の活動", "T1078", "initial-access", Severity::Low),
    ("behavior.unusual.volume", "Unusually much in a day", "通常と異なる活動量", "T1078", "initial-access", Severity::Low),
    ("behavior.new.contact", "First contact with a network, port or domain", "これまでにない通信先", "T1071", "command-and-control", Severity::Low),
    ("behavior.new.program", "Program that never ran here", "これまでに実行されていないプログラム", "T1059", "execution", Severity::Low),
    ("behavior.new.request", "Request in a form that is new here", "これまでにない形式のリクエスト", "T1190", "initial-access", Severity::Low),
    ("behavior.surprise", "Several things at once that are unusual for an entity", "通常と異なる行動の重なり", "T1078", "initial-access", Severity::Medium),
    ("behavior.surprise.strong", "Known caller behaves like somebody else", "別人のような行動", "T1078", "initial-access", Severity::High),
];

/// Every rule.
pub fn all() -> Vec<Arc<Rule>> {
    let rule = |(id, title, japanese, technique, tactic, severity): &Row| {
        Arc::new(Rule {
            id: (*id).to_owned(),
            title: (*title).to_owned(),
            title_ja: Some((*japanese).to_owned()),
            kind: RuleKind::Behavior,
            severity: *severity,
            effect: Effect::Success,
            techniques: vec![(*technique).to_owned()],
            tactics: vec![(*tactic).to_owned()],
            description: String::new(),
        })
    };
    ROWS.iter().map(rule).collect()
}

impl Found {
    /// Its place among all rules.
    pub fn number(self) -> usize {
        match self {
            Found::One(aspect) => aspect as usize,
            Found::Several => ROWS.len() - 2,
            Found::Strong => ROWS.len() - 1,
        }
    }
}
