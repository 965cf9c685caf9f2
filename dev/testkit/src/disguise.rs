//! Logs as somebody else's: the same deeds under other names, numbers, addresses and times.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use jiff::civil::DateTime;
use jiff::{Span, fmt::strtime};
use regex::{Captures, Regex};
use serde_json::Value;

/// Keys whose value is a name that people chose.
const NAMED: &[&str] = &[
    "bucketName",
    "functionName",
    "groupName",
    "instanceProfileName",
    "layerName",
    "policyName",
    "roleName",
    "roleSessionName",
    "secretName",
    "sessionName",
    "trailName",
    "userName",
];
/// Keys whose value tells the program of the caller.
const AGENTS: &[&str] = &["userAgent"];
/// A shorter name would be found inside other words.
const NAME_MIN: usize = 5;
/// What follows one rule each: times, long ids, accounts, keys, addresses, seconds.
const TOKEN: &str = concat!(
    r"(?<iso>\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)|",
    r"(?<words>\b[A-Z][a-z]{2} \d{1,2}, \d{4},? \d{1,2}:\d\d:\d\d [AP]M)|",
    r"(?<uuid>\b[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\b)|",
    r"(?<key>\b(AKIA|ASIA|AROA|AIDA)[A-Z0-9]{12,17}\b)|",
    r"(?<id>\b(i|r|sg|eni|vol|vpc|ami|snap|subnet|sgr|igw|lt)-[0-9a-zA-Z]{8,17}\b)|",
    r"(?<ip>\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b(/\d+)?)|",
    r"(?<account>\b\d{12}\b)|(?<millis>\b1[5-9]\d{11}\b)|(?<seconds>\b1[5-9]\d{8}\b)",
);

/// One consistent change of everything that tells whose logs they are. What is the same before is
/// the same after it, in all files that one disguise changes; another seed gives another one.
pub struct Disguise {
    seed: u64,
    days: i64,
    tokens: Regex,
    names: BTreeMap<String, String>,
}

impl Disguise {
    /// A disguise; the dates move by `days`.
    ///
    /// # Panics
    /// Never: the expression is fixed.
    pub fn new(seed: u64, days: i64) -> Self {
        let tokens = Regex::new(TOKEN).expect("a fixed expression");
        Disguise { seed, days, tokens, names: BTreeMap::new() }
    }

    /// Learns the names that a file of JSON, or of a JSON document a line, uses. All files of a
    /// folder are to be learnt before the first is changed.
    pub fn learn(&mut self, text: &str) {
        if let Ok(value) = serde_json::from_str::<Value>(text) {
            return self.names_in("", &value);
        }
        for value in text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()) {
            self.names_in("", &value);
        }
    }

    fn names_in(&mut self, key: &str, value: &Value) {
        match value {
            Value::Array(values) => values.iter().for_each(|value| self.names_in(key, value)),
            Value::Object(map) => map.iter().for_each(|(key, value)| self.names_in(key, value)),
            Value::String(name) if NAMED.contains(&key) => self.name(name),
            Value::String(agent) if AGENTS.contains(&key) && !agent.contains("amazonaws.com") => {
                let other = format!("client/{}", self.number(agent) % 100);
                self.names.insert(agent.clone(), other);
            }
            _ => {}
        }
    }

    /// Takes a name up; an ARN in a name's place holds it behind its last slash or colon. What AWS
    /// itself named keeps its name: it says what was done.
    pub fn name(&mut self, name: &str) {
        let own = name.rsplit(['/', ':']).next().unwrap_or(name);
        let is_of_aws = own.starts_with("AWS") || name.contains("::aws:");
        if own.len() >= NAME_MIN && !is_of_aws && !self.tokens.is_match(own) {
            let other = format!("n{:x}", self.number(own));
            self.names.insert(own.to_owned(), other);
        }
    }

    /// The text as somebody else's.
    pub fn apply(&self, text: &str) -> String {
        // Longer names first: one may be part of another.
        let mut names: Vec<_> = self.names.iter().collect();
        names.sort_by_key(|(name, _)| (std::cmp::Reverse(name.len()), *name));
        let renamed = names
            .iter()
            .fold(text.to_owned(), |text, (name, other)| text.replace(name.as_str(), other));
        self.tokens.replace_all(&renamed, |found: &Captures<'_>| self.token(found)).into_owned()
    }

    fn token(&self, found: &Captures<'_>) -> String {
        let whole = &found[0];
        let is = |name: &str| found.name(name).is_some();
        if is("iso") {
            self.moved(whole, &format!("%Y-%m-%d{}%H:%M:%S", &whole[10..11]))
        } else if is("words") {
            let comma = if whole.matches(',').count() > 1 { "," } else { "" };
            self.moved(whole, &format!("%b %-d, %Y{comma} %-I:%M:%S %p"))
        } else if is("seconds") || is("millis") {
            let unit = if is("millis") { 1000 } else { 1 };
            (whole.parse::<i64>().expect("digits") + self.days * 86_400 * unit).to_string()
        } else if is("account") {
            format!("{:012}", self.number(whole) % 1_000_000_000_000)
        } else if is("ip") {
            self.address(whole)
        } else if is("key") {
            format!(
                "{}{}",
                &whole[..4],
                self.like(&whole[4..], b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
            )
        } else {
            // The prefix of an id says what it is of; a UUID has none.
            let start = if is("uuid") { 0 } else { whole.find('-').unwrap_or(0) };
            format!("{}{}", &whole[..start], self.like(&whole[start..], b"0123456789abcdef"))
        }
    }

    /// Public addresses become other public ones, private ones stay in their network, and
    /// networks stay: their size says what was opened.
    fn address(&self, whole: &str) -> String {
        let is_private = ["10.", "192.168.", "172.16.", "172.31.", "127.", "169.254."]
            .iter()
            .any(|start| whole.starts_with(start));
        if whole.contains('/') || whole == "0.0.0.0" || is_private {
            return whole.to_owned();
        }
        let number = self.number(whole);
        format!(
            "{}.{}.{}.{}",
            80 + number % 8,
            number >> 8 & 255,
            number >> 16 & 255,
            1 + (number >> 24) % 254
        )
    }

    fn moved(&self, text: &str, format: &str) -> String {
        let moved = DateTime::strptime(format, text)
            .and_then(|time| time.checked_add(Span::new().days(self.days)))
            .and_then(|time| strtime::format(format, time));
        moved.unwrap_or_else(|_| text.to_owned())
    }

    /// A text of the same length from other letters; dashes stay.
    fn like(&self, text: &str, letters: &[u8]) -> String {
        let mut state = self.number(text);
        let letter = |c: char| {
            if c == '-' {
                return c;
            }
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            char::from(letters[(state >> 33) as usize % letters.len()])
        };
        text.chars().map(letter).collect()
    }

    fn number(&self, text: &str) -> u64 {
        let mut hasher = DefaultHasher::new();
        (self.seed, text).hash(&mut hasher);
        hasher.finish()
    }
}
