//! One pair: the attributes that are compared, and what comes out.

use std::collections::BTreeMap;

use serde_json::Value;

/// A raw record as we map it and as the OCSF project does.
pub struct Pair {
    /// The name of the files.
    pub name: String,
    /// The kind that the raw record is of.
    pub source: &'static str,
    /// Our events.
    pub ours: Vec<Value>,
    /// Theirs.
    pub theirs: Vec<Value>,
}

/// An attribute that we map otherwise.
pub struct Difference {
    /// The pair.
    pub pair: String,
    /// The attribute, as `actor.user.name`.
    pub path: String,
    ours: Value,
    theirs: Value,
}

impl Difference {
    /// For people.
    pub fn told(&self) -> String {
        format!("{}\t{}\tours {}, theirs {}", self.pair, self.path, self.ours, self.theirs)
    }
}

/// What was counted.
#[derive(Default)]
pub struct Score {
    /// By the first name of the path: how many leaves agree, how many they have.
    pub by_attribute: BTreeMap<&'static str, [usize; 2]>,
    /// By the kind of log: the same.
    pub by_source: BTreeMap<&'static str, [usize; 2]>,
    /// All that differ.
    pub differences: Vec<Difference>,
}

/// What is compared: every leaf that theirs has below these.
pub const ATTRIBUTES: &[&str] = &[
    "class_uid",
    "activity_id",
    "time",
    "status_id",
    "actor",
    "user",
    "src_endpoint",
    "dst_endpoint",
];

/// Classes that have another number now: 0.1's Security Finding became Detection Finding.
const RENUMBERED: &[(u64, u64)] = &[(2001, 2004)];
/// A time below this is in seconds, as some of theirs are, and not in milliseconds.
const SECONDS_MAX: i64 = 100_000_000_000;

/// Compares the events of a pair.
pub fn pair(pair: &Pair, score: &mut Score) {
    for (ours, theirs) in pair.ours.iter().zip(&pair.theirs) {
        for name in ATTRIBUTES {
            leaves(name, &theirs[*name], &mut |path, wanted| {
                let found = at(ours, path).cloned().unwrap_or_default();
                let agrees = same(path, &found, wanted);
                let counts = [
                    score.by_attribute.entry(name).or_default(),
                    score.by_source.entry(pair.source).or_default(),
                ];
                for count in counts {
                    count[0] += usize::from(agrees);
                    count[1] += 1;
                }
                if !agrees {
                    score.differences.push(Difference {
                        pair: pair.name.clone(),
                        path: path.to_owned(),
                        ours: found,
                        theirs: wanted.clone(),
                    });
                }
            });
        }
    }
}

fn same(path: &str, ours: &Value, theirs: &Value) -> bool {
    match (path, theirs.as_u64(), theirs.as_i64()) {
        ("class_uid", Some(number), _) => {
            let now = RENUMBERED.iter().find(|(old, _)| *old == number);
            ours.as_u64() == Some(now.map_or(number, |(_, new)| *new))
        }
        // Where theirs is in whole seconds, ours need only be within that second.
        ("time", _, Some(seconds)) if seconds < SECONDS_MAX => {
            ours.as_i64().is_some_and(|ours| ours / 1000 == seconds)
        }
        _ => ours == theirs,
    }
}

fn at<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    path.split('.').try_fold(value, |value, name| match name.parse::<usize>() {
        Ok(number) => value.get(number),
        Err(_) => value.get(name),
    })
}

/// Hands over every leaf with its path. Captions follow from numbers, and times as text from
/// times: they are not counted twice.
fn leaves(path: &str, value: &Value, each: &mut dyn FnMut(&str, &Value)) {
    match value {
        Value::Null => {}
        Value::Object(members) => {
            let caption = |name: &str| members.contains_key(&format!("{name}_id"));
            for (name, value) in members {
                if !caption(name) && !name.ends_with("_dt") {
                    leaves(&format!("{path}.{name}"), value, each);
                }
            }
        }
        Value::Array(items) => {
            for (number, item) in items.iter().enumerate() {
                leaves(&format!("{path}.{number}"), item, each);
            }
        }
        leaf => each(path, leaf),
    }
}
