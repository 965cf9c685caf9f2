//! The values of placeholders, read from processing pipelines as pySigma has them.
//!
//! Of a pipeline `vars` and the transformations of placeholders are taken; what else it asks for
//! is told, so that nobody believes it was done.

use yaml_serde::{Mapping, Value};

use crate::problem::{Problem, Weight};
use crate::ruleset::Settings;

/// More values of one placeholder than this are refused.
const VALUES_MAX: usize = 10_000;

/// Placeholders that become `*`, "which should only be used as last resort".
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wildcards {
    /// Only these; if empty, all of them.
    pub only: Vec<String>,
    /// Whether any become `*` at all.
    pub on: bool,
}

impl Wildcards {
    /// Whether a placeholder becomes `*` if it has no values.
    pub fn holds(&self, name: &str) -> bool {
        self.on && (self.only.is_empty() || self.only.iter().any(|known| known == name))
    }
}

impl Settings {
    /// Takes in a pipeline file: the variables under `vars`, one value or a list each, and the
    /// transformations `value_placeholders` and `wildcard_placeholders`.
    pub fn read_pipeline(&mut self, file: &str, text: &str) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut told = |weight, what: String, remedy: &str| {
            let (file, remedy) = (file.to_owned(), remedy.to_owned());
            problems.push(Problem { weight, file, line: None, rule: None, what, remedy });
        };
        let known = yaml_serde::from_str::<Value>(text);
        let Ok(Value::Mapping(known)) = known else {
            let what = known.err().map_or("is no mapping".to_owned(), |error| error.to_string());
            told(Weight::Error, what, "Write `vars:` with a list of values for each placeholder.");
            return problems;
        };
        let vars = known.get("vars").and_then(Value::as_mapping);
        for (name, values) in vars.into_iter().flatten() {
            let values = values_of(values);
            match (name.as_str(), values) {
                (Some(name), Some(values)) if values.len() <= VALUES_MAX => {
                    self.placeholders.entry(name.to_owned()).or_default().extend(values);
                }
                (name, _) => told(
                    Weight::Error,
                    format!("variable {:?} has no list of values", name.unwrap_or("")),
                    "Write one value, or a list of at most 10,000.",
                ),
            }
        }
        let steps = known.get("transformations").and_then(Value::as_sequence);
        for step in steps.into_iter().flatten() {
            match step.get("type").and_then(Value::as_str).unwrap_or("") {
                "value_placeholders" => {}
                "wildcard_placeholders" => self.make_wild(step.as_mapping()),
                other => told(
                    Weight::Warning,
                    format!("asks for the transformation {other:?}, which is not done"),
                    "Only value_placeholders and wildcard_placeholders are; rules run on the \
                     log's own names and on OCSF names without a mapping.",
                ),
            }
        }
        problems
    }

    fn make_wild(&mut self, step: Option<&Mapping>) {
        let only = step.and_then(|step| step.get("include")).and_then(values_of);
        self.wildcards.on = true;
        self.wildcards.only.extend(only.unwrap_or_default());
    }
}

/// One value, or a list of values, as texts.
fn values_of(value: &Value) -> Option<Vec<String>> {
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    };
    match value {
        Value::Sequence(items) => items.iter().map(text).collect(),
        other => text(other).map(|value| vec![value]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_become_values_and_the_rest_is_told() {
        let mut settings = Settings::default();
        let text = "name: p\nvars:\n  admins: [root, 'adm*']\n  port: 22\n  odd: {a: b}\n\
                    transformations:\n- type: value_placeholders\n- type: wildcard_placeholders\n  \
                    include: [hosts]\n- type: field_name_mapping\n";
        let problems = settings.read_pipeline("p.yml", text);
        assert_eq!(settings.placeholders["admins"], ["root", "adm*"]);
        assert_eq!(settings.placeholders["port"], ["22"]);
        assert!(settings.wildcards.holds("hosts") && !settings.wildcards.holds("other"));
        assert_eq!(problems.len(), 2, "{problems:?}");
        assert_eq!(Settings::default().read_pipeline("p.yml", "- a").len(), 1);
        assert_eq!(Settings::default().read_pipeline("p.yml", "a: [").len(), 1);
    }
}
