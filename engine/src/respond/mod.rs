//! From an incident to a plan: only what the incident names as the intruder's, in the orders of
//! AWS's incident response playbooks.

mod actions;
mod order;
mod proof;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use model::case::Kept;
use model::response::{LeftOut, Plan, SCHEMA, Step, Target};
use model::seam::report::Language;
use serde_json::{Value, json};

use proof::Proof;

/// Steps of one plan.
const STEPS_MAX: usize = 1_000;
/// Records that a step cites.
const CITED_MAX: usize = 16;
/// A block ends by itself after a week: addresses change hands.
const BLOCK_SECONDS: u64 = 7 * 24 * 3600;
/// What blocks an address, or counts it before.
const BLOCKS: &[&str] = &["ec2.deny_address", "waf.block", "waf.count"];

/// Where something is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The account's id.
    pub account: String,
    /// The region.
    pub region: String,
}

/// How to plan.
pub struct Settings {
    /// The language of sentences.
    pub language: Language,
    /// Where instances are that no record of a call names.
    pub place: Option<Place>,
    /// ARNs of the web ACLs to block at, besides those that cited records of WAF name.
    pub web_acls: Vec<String>,
    /// What people chose.
    pub choices: Choices,
}

/// What people may choose of a plan.
#[derive(Clone, Debug, Default)]
pub struct Choices {
    /// Machines are stopped, not terminated.
    pub stop: bool,
    /// Servers stay in their group on standby, and are not detached.
    pub standby: bool,
    /// Groups, and the capacity that they are set to.
    pub desired: Vec<(String, String)>,
    /// Launch templates, and the clean image that they are to start.
    pub images: Vec<(String, String)>,
    /// Groups whose instances are replaced one after the other.
    pub refresh: Vec<String>,
}

/// The plan for an incident.
pub fn plan(kept: &Kept, settings: &Settings) -> Plan {
    let mut draft =
        Draft { proof: Proof::new(kept), settings, kept, steps: Vec::new(), left: BTreeMap::new() };
    order::identities(&mut draft);
    order::made(&mut draft);
    order::broken_into(&mut draft);
    order::planted(&mut draft);
    order::rest(&mut draft);
    Plan {
        schema: SCHEMA.to_owned(),
        hash: String::new(),
        incident: kept.uid().to_owned(),
        title: kept.title().to_owned(),
        kind: kept.text("kind").to_owned(),
        steps: draft.steps,
        left_out: draft.left.into_iter().map(|(target, why)| LeftOut { target, why }).collect(),
    }
    .sealed()
}

/// The least-privilege policy of a plan: its permissions and no other, in one account.
pub fn policy(plan: &Plan, account: Option<&str>) -> Value {
    let steps = plan.steps.iter().filter(|step| account.is_none_or(|own| step.account == own));
    let mut all: BTreeSet<&str> =
        steps.flat_map(|step| step.permissions.iter().map(String::as_str)).collect();
    all.insert("sts:GetCallerIdentity");
    let all: Vec<&str> = all.into_iter().collect();
    json!({"Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": all, "Resource": "*"}]})
}

/// A plan under way.
struct Draft<'d> {
    proof: Proof<'d>,
    settings: &'d Settings,
    kept: &'d Kept,
    steps: Vec<Step>,
    left: BTreeMap<Target, String>,
}

impl Draft<'_> {
    /// Values of entities of a type with one of these roles.
    fn entities(&self, kind: &str, roles: &[&str]) -> Vec<String> {
        let all = self.kept.entities(roles).into_iter();
        let all: BTreeSet<String> =
            all.filter(|(own, _)| *own == kind).map(|(_, value)| value.to_owned()).collect();
        all.into_iter().collect()
    }

    /// Adds a step; gives its id. Nothing without a record to stand on.
    fn add(
        &mut self,
        action: &str,
        place: &Place,
        (kind, value): (&str, &str),
        parameters: &[(&str, &str)],
    ) -> Option<String> {
        let target = target(kind, value);
        let known = actions::find(action)?;
        let mut evidence = self.proof.cited(value, CITED_MAX);
        if evidence.is_empty() && parameters.iter().any(|(name, _)| *name == "asked") {
            evidence = self.proof.first(CITED_MAX);
        }
        if evidence.is_empty() || self.steps.len() >= STEPS_MAX {
            let why = if evidence.is_empty() {
                self.say("no cited record names it", "引用された記録に現れないため")
            } else {
                self.say("the plan has too many steps", "計画の手順数が上限に達したため")
            };
            self.left.insert(target, why);
            return None;
        }
        let [text, why, caution, precondition, undo] = known.words(self.settings.language);
        let undone = actions::undone::calls(action);
        let all = known.calls.iter().chain(known.reads).chain(undone);
        let permissions: BTreeSet<String> = all.map(|&call| call.to_owned()).collect();
        let id = format!("S{}", self.steps.len() + 1);
        let owned = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
        self.steps.push(Step {
            id: id.clone(),
            action: action.to_owned(),
            tier: known.tier,
            account: place.account.clone(),
            region: place.region.clone(),
            blast_radius: self.proof.blast(value),
            target,
            parameters: parameters.iter().map(owned).collect(),
            calls: known.calls.iter().map(|&call| call.to_owned()).collect(),
            text: text.to_owned(),
            why: why.to_owned(),
            caution: caution.to_owned(),
            preconditions: vec![precondition.to_owned()],
            evidence,
            undo: Some(undo.to_owned()).filter(|undo| !undo.is_empty()),
            expires_after: BLOCKS.contains(&action).then_some(BLOCK_SECONDS),
            permissions: permissions.into_iter().collect(),
        });
        Some(id)
    }

    fn leave(&mut self, kind: &str, value: &str, english: &str, japanese: &str) {
        let why = self.say(english, japanese);
        self.left.insert(target(kind, value), why);
    }

    fn say(&self, english: &str, japanese: &str) -> String {
        let japan = self.settings.language == Language::Japanese;
        if japan { japanese } else { english }.to_owned()
    }
}

fn target(kind: &str, value: &str) -> Target {
    Target { kind: kind.to_owned(), value: value.to_owned() }
}
