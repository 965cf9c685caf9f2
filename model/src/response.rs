//! A plan of response: what to do to what, in what order, on which evidence.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The shape of a plan, and its version.
pub const SCHEMA: &str = "yagura.plan/1";

/// How much a step risks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Tier {
    /// Reads only.
    R0,
    /// Adds something; can be undone.
    R1,
    /// Is felt by users; can be undone.
    R2,
    /// Cannot be undone.
    R3,
}

impl Tier {
    /// How many different people must agree.
    pub fn approvals(self) -> usize {
        match self {
            Tier::R0 | Tier::R1 => 0,
            Tier::R2 => 1,
            Tier::R3 => 2,
        }
    }
}

/// What a step acts on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// A word of the interface, for instance `instance`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its name or id.
    pub value: String,
}

/// A record that a step stands on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cited {
    /// Its number in the report.
    pub id: String,
    /// The file it lies in.
    pub file: String,
    /// SHA-256 of the raw record, in hex.
    pub sha256: String,
}

/// Whom a step may hit besides the intruder, counted over the incident's cited records.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Blast {
    /// Records that name the target.
    pub records: usize,
    /// Those of them that the intruder's credentials and addresses have no part in.
    pub by_others: usize,
    /// The same over every record of the logs that the plan was made with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logs: Option<InLogs>,
}

/// Who used a target, over all logs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InLogs {
    /// Records that name the target.
    pub records: u64,
    /// Those of them by clients that are not the intruder.
    pub by_others: u64,
    /// How many such clients.
    pub clients: u64,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// `S1` and so on, in order.
    pub id: String,
    /// The action with its service, for instance `ec2.terminate`.
    pub action: String,
    /// How much it risks.
    pub tier: Tier,
    /// The account that it is in.
    pub account: String,
    /// The region that it is in.
    pub region: String,
    /// On what.
    pub target: Target,
    /// What the action must know besides.
    pub parameters: BTreeMap<String, String>,
    /// Calls that change something, in order.
    pub calls: Vec<String>,
    /// What is done, for people.
    pub text: String,
    /// Why.
    pub why: String,
    /// What to mind; may be empty.
    pub caution: String,
    /// What must hold before it is done.
    pub preconditions: Vec<String>,
    /// The records it stands on.
    pub evidence: Vec<Cited>,
    /// Whom else it may hit.
    pub blast_radius: Blast,
    /// How it is undone; nothing if it cannot be.
    pub undo: Option<String>,
    /// Ends by itself after so many seconds.
    pub expires_after: Option<u64>,
    /// What the one who applies it must be allowed to do.
    pub permissions: Vec<String>,
}

/// What is not acted on, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeftOut {
    /// What.
    pub target: Target,
    /// Why.
    pub why: String,
}

/// A plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// [`SCHEMA`].
    pub schema: String,
    /// [`Plan::digest`] when it was made.
    pub hash: String,
    /// The incident's id.
    pub incident: String,
    /// The incident's title.
    pub title: String,
    /// The incident's kind.
    pub kind: String,
    /// The steps, in order.
    pub steps: Vec<Step>,
    /// What is not acted on.
    pub left_out: Vec<LeftOut>,
}

impl Plan {
    /// BLAKE3 of the canonical JSON of everything but `hash`: members sorted, no white space.
    pub fn digest(&self) -> String {
        let mut value = serde_json::to_value(self).unwrap_or_default();
        if let Some(members) = value.as_object_mut() {
            members.remove("hash");
        }
        blake3::hash(canonical(value).to_string().as_bytes()).to_hex().to_string()
    }

    /// The same plan with its hash.
    #[must_use]
    pub fn sealed(mut self) -> Self {
        self.hash = self.digest();
        self
    }
}

/// The same value with the members of every object sorted.
fn canonical(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let sorted: BTreeMap<String, Value> = members.into_iter().collect();
            let sorted = sorted.into_iter().map(|(name, value)| (name, canonical(value)));
            Value::Object(sorted.collect::<Map<_, _>>())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(canonical).collect()),
        plain => plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_that_of_the_content_and_of_no_order() {
        let plan = Plan {
            schema: SCHEMA.into(),
            hash: String::new(),
            incident: "1".into(),
            title: "t".into(),
            kind: "k".into(),
            steps: Vec::new(),
            left_out: Vec::new(),
        };
        let sealed = plan.clone().sealed();
        assert_eq!(sealed.hash, plan.digest());
        assert_eq!(sealed.digest(), sealed.hash);
        let other = Plan { title: "u".into(), ..plan };
        assert_ne!(other.digest(), sealed.hash);
        let [a, b] = ["{\"b\":1,\"a\":[{\"d\":2,\"c\":3}]}", "{\"a\":[{\"c\":3,\"d\":2}],\"b\":1}"]
            .map(|text| canonical(serde_json::from_str(text).unwrap()).to_string());
        assert_eq!(a, b);
    }
}
