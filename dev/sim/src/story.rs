//! Attack stories as data: who acts, with what, step by step. See `dev/sim/stories`.

use std::collections::BTreeMap;

use serde::Deserialize;

/// An attack story.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Story {
    /// The family, as the table of the evaluation names it.
    pub family: String,
    /// Names and what kind of value each seed draws for them; a text with `{…}` is built of those
    /// before it; several with `|` between them: one of them.
    pub draw: Vec<[String; 2]>,
    /// Credentials that exist before the story begins.
    #[serde(default)]
    pub credential: Vec<CredentialOf>,
    /// Web servers that exist before the story begins, and what runs on them.
    #[serde(default)]
    pub site: Option<Site>,
    /// What a right answer says of the cause: all of these names.
    pub cause: Vec<String>,
    /// Addresses that are the intruder's.
    pub attackers: Vec<String>,
    /// What was taken, changed or made: named as victim, affected or created.
    pub affected: Vec<String>,
    /// The steps.
    pub step: Vec<Step>,
}

/// A credential at the start.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CredentialOf {
    /// What the steps call it.
    pub name: String,
    /// `user`, `role` (a session), `instance` (a session of an instance's role).
    pub kind: String,
    /// User or role.
    pub who: String,
    /// The name of a role's session.
    #[serde(default)]
    pub session: String,
    /// Where it is used from by its rightful owner: `inside` the network, or any other word for
    /// outside; empty: from nowhere in the logs.
    #[serde(default)]
    pub rightful: String,
}

/// What a web story plays on.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Site {
    /// The domain of the site.
    pub domain: String,
    /// The name of its server, and its address inside.
    pub host: String,
    /// See `host`.
    pub address: String,
    /// Pages that customers ask for, with `{digits}` and the like.
    pub pages: Vec<String>,
    /// Pieces of paths, and the shell command that the server runs for such a page.
    #[serde(default)]
    pub runs: Vec<[String; 2]>,
    /// Pieces of paths, and the statement that such a page asks the database; `{number}` in both is
    /// the same.
    #[serde(default)]
    pub queries: Vec<[String; 2]>,
    /// The user id that the server's programs run with.
    pub uid: u64,
    /// Its folder.
    pub root: String,
}

/// One step of a story: one entry of the truth.
#[derive(Clone, Debug, Deserialize)]
pub struct Step {
    /// `api`, `cluster`, `request`, `run`, `file`, `mail`, `query`, `lookup`, `flow`, `finding`.
    #[serde(rename = "do")]
    pub kind: String,
    /// ATT&CK tactics, any of which is right.
    pub stage: Vec<String>,
    /// ATT&CK techniques, any of which is right.
    #[serde(default)]
    pub techniques: Vec<String>,
    /// `attempt`, `success`, `impact`.
    pub effect: String,
    /// Seconds after the step before.
    pub gap: [u64; 2],
    /// How many records.
    #[serde(default = "once")]
    pub times: [u64; 2],
    /// Milliseconds between them.
    #[serde(default = "pace")]
    pub pace: [u64; 2],
    /// Any of these in the sentence or the entities of a step make it this one.
    #[serde(default)]
    pub names: Vec<String>,
    /// Whether an answer may leave it out: looking around that no rule need name.
    #[serde(default)]
    pub optional: bool,
    /// What this step adds to the damage: kind, and how much a record of it counts.
    #[serde(default)]
    pub damage: Option<Damage>,
    /// A second number of it.
    #[serde(default)]
    pub also: Option<Damage>,
    /// Names for fresh values, drawn before each record.
    #[serde(default)]
    pub fresh: Vec<[String; 2]>,
    /// Settings of the kind of step, with `{…}` filled in.
    #[serde(flatten)]
    pub rest: BTreeMap<String, toml::Value>,
}

/// Damage in numbers.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Damage {
    /// As the interface names it.
    pub kind: String,
    /// What each record counts: a number or the name of a value; 1 unless said.
    #[serde(default)]
    pub each: String,
}

fn once() -> [u64; 2] {
    [1, 1]
}

fn pace() -> [u64; 2] {
    [400, 4_000]
}
