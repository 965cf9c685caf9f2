//! The world of a story: its names, its credentials, its machines, and the lines of its logs.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::random::Random;

/// A line or record of a log.
#[derive(Clone, Debug)]
pub struct Line {
    /// The file below the folder of the logs.
    pub file: String,
    /// When, in milliseconds since 1970, as the log says it.
    pub at: i64,
    /// The text, one line or several.
    pub text: String,
    /// The attack's step that it tells of: the number of the attack and of the step.
    pub step: Option<(usize, usize)>,
}

/// A credential of AWS.
#[derive(Clone, Debug, Default)]
pub struct Credential {
    /// `user`, `role`, `instance`.
    pub kind: String,
    /// The key's id.
    pub key: String,
    /// The user or role.
    pub who: String,
    /// The unique id of the user or role.
    pub id: String,
    /// The name of the session.
    pub session: String,
    /// The account.
    pub account: String,
    /// Milliseconds since 1970.
    pub made: i64,
}

/// What all attacks and all honest people of one case share, and one attack's names.
#[derive(Debug)]
pub struct World {
    /// The source of everything that differs.
    pub random: Random,
    /// Names of values and the values.
    pub names: BTreeMap<String, String>,
    /// Credentials by what the story calls them.
    pub credentials: BTreeMap<String, Credential>,
    /// The lines so far.
    pub lines: Vec<Line>,
    /// Now, in milliseconds since 1970.
    pub now: i64,
    /// The step that is told now.
    pub step: Option<(usize, usize)>,
    /// By how many milliseconds the clocks of hosts differ.
    pub skew: BTreeMap<String, i64>,
    /// The next process ids of hosts.
    pub pids: BTreeMap<String, u64>,
}

impl World {
    /// A world without anything in it but an account and a home region.
    pub fn new(seed: u64, start: i64) -> Self {
        let mut world = World {
            random: Random::new(seed),
            names: BTreeMap::new(),
            credentials: BTreeMap::new(),
            lines: Vec::new(),
            now: start,
            step: None,
            skew: BTreeMap::new(),
            pids: BTreeMap::new(),
        };
        for (name, kind) in [("account", "account"), ("region", "region"), ("vpc", "hex")] {
            let value = world.random.draw(kind);
            world.names.insert(name.into(), value);
        }
        world
    }

    /// A value by its name.
    pub fn get(&self, name: &str) -> String {
        self.names.get(name).cloned().unwrap_or_default()
    }

    /// Draws a value for a name.
    pub fn draw(&mut self, name: &str, kind: &str) {
        let one = if kind.contains('|') {
            let all: Vec<&str> = kind.split('|').collect();
            self.random.pick(&all).to_owned()
        } else if let Some((low, high)) = range(kind) {
            self.random.within(low, high).to_string()
        } else {
            kind.to_owned()
        };
        let value = match one.contains('{') {
            true => self.fill(&one),
            false if kind.contains('|') => one,
            false => self.random.draw(&one),
        };
        self.names.insert(name.to_owned(), value);
    }

    /// A text with every `{name}` replaced by its value, or by a fresh one of that kind.
    pub fn fill(&mut self, text: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, more)) = rest.split_once('{') {
            out += before;
            let Some((name, after)) = more.split_once('}') else {
                out.push('{');
                rest = more;
                continue;
            };
            out += &match self.names.get(name) {
                Some(value) => value.clone(),
                None => match range(name) {
                    Some((low, high)) => self.random.within(low, high).to_string(),
                    None => self.random.draw(name),
                },
            };
            rest = after;
        }
        out + rest
    }

    /// A setting as JSON. A text that starts with `=` is a number.
    pub fn json(&mut self, value: &toml::Value) -> Value {
        match value {
            toml::Value::String(text) => {
                let filled = self.fill(text);
                let number = filled.strip_prefix('=').and_then(|n| n.trim().parse::<i64>().ok());
                number.map_or(Value::String(filled), Value::from)
            }
            toml::Value::Integer(number) => (*number).into(),
            toml::Value::Float(number) => (*number).into(),
            toml::Value::Boolean(yes) => (*yes).into(),
            toml::Value::Datetime(at) => at.to_string().into(),
            toml::Value::Array(all) => all.iter().map(|one| self.json(one)).collect(),
            toml::Value::Table(all) => {
                Value::Object(all.iter().map(|(k, v)| (self.fill(k), self.json(v))).collect())
            }
        }
    }

    /// Writes a line into a file.
    pub fn say(&mut self, file: String, text: String) {
        let (at, step) = (self.now, self.step);
        self.lines.push(Line { file, at, text, step });
    }

    /// The time as a host's clock shows it.
    pub fn clock(&mut self, host: &str) -> i64 {
        self.now + self.skew.get(host).copied().unwrap_or(0)
    }

    /// A fresh process id of a host.
    pub fn pid(&mut self, host: &str) -> u64 {
        let step = self.random.within(1, 9);
        let pid = self.pids.entry(host.to_owned()).or_insert(3_000);
        *pid += step;
        *pid
    }
}

/// `3..9` as numbers.
fn range(text: &str) -> Option<(u64, u64)> {
    let (low, high) = text.split_once("..")?;
    Some((low.parse().ok()?, high.parse().ok()?))
}

/// A time in UTC in one of jiff's formats.
pub fn stamp(at: i64, format: &str) -> String {
    let time = jiff::Timestamp::from_millisecond(at).unwrap_or_default();
    time.strftime(format).to_string()
}
