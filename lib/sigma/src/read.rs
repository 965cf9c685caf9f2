//! Rule files: YAML in, parsed documents and problems out.

use std::sync::Arc;

use rsigma_parser::{FilterRule, SigmaRule, parse_sigma_yaml};

use crate::problem::{Fault, Problem, Weight};

/// A rule file longer than this, in bytes, is refused.
pub const FILE_MAX: usize = 4 << 20;

/// Where a document came from.
#[derive(Clone, Debug)]
pub(crate) struct Origin {
    pub file: String,
    text: Arc<str>,
}

/// A filter document.
#[derive(Debug)]
pub(crate) struct Filter {
    pub origin: Origin,
    pub rule: FilterRule,
}

/// Parsed rule files.
#[derive(Debug, Default)]
pub struct Collection {
    pub(crate) rules: Vec<(Origin, SigmaRule)>,
    pub(crate) filters: Vec<Filter>,
    pub(crate) problems: Vec<Problem>,
}

impl Collection {
    /// Reads a file's text: one or more YAML documents. What cannot be read becomes a problem of
    /// the ruleset.
    pub fn read(&mut self, file: &str, text: &str) {
        let origin = Origin { file: file.to_owned(), text: text.into() };
        if text.len() > FILE_MAX {
            self.problems.push(origin.bare(None, too_long()));
            return;
        }
        let parsed = match parse_sigma_yaml(text) {
            Ok(parsed) => parsed,
            Err(error) => {
                self.problems.push(origin.unread(&error.to_string()));
                return;
            }
        };
        let documents = parsed.rules.len() + parsed.filters.len() + parsed.correlations.len();
        if documents + parsed.errors.len() == 0 {
            self.problems.push(origin.bare(None, no_document()));
        }
        self.problems.extend(parsed.errors.iter().map(|error| origin.unread(error)));
        for rule in parsed.correlations {
            self.problems.push(origin.problem(Weight::Error, &rule.title, correlation()));
        }
        let filters = parsed.filters.into_iter();
        self.filters.extend(filters.map(|rule| Filter { origin: origin.clone(), rule }));
        self.rules.extend(parsed.rules.into_iter().map(|rule| (origin.clone(), rule)));
    }

    /// How many rules were read.
    pub fn len(&self) -> usize {
        self.rules.len()
    }

    /// Whether no rule was read.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }
}

impl Origin {
    /// A problem of the rule with that title.
    pub fn problem(&self, weight: Weight, title: &str, fault: Fault) -> Problem {
        let start = self.line_with(0, title);
        let near = fault.near.as_deref().and_then(|near| self.line_with(start.unwrap_or(0), near));
        let line = near.or(start).map(|line| line as u64 + 1);
        Problem { weight, rule: Some(title.to_owned()), line, ..self.bare(None, fault) }
    }

    /// A problem of the file.
    fn bare(&self, line: Option<u64>, fault: Fault) -> Problem {
        let Fault { what, remedy, .. } = fault;
        let remedy = remedy.to_owned();
        Problem { weight: Weight::Error, file: self.file.clone(), line, rule: None, what, remedy }
    }

    /// A problem that the parser tells in words.
    fn unread(&self, error: &str) -> Problem {
        let words = error.split_whitespace().collect::<Vec<_>>().join(" ");
        let weight = if is_beside_the_logic(error) { Weight::Warning } else { Weight::Error };
        let in_condition = error.starts_with("Condition parse error");
        let aggregates = in_condition
            && self
                .text
                .lines()
                .any(|l| l.trim_start().starts_with("condition:") && l.contains('|'));
        let remedy = match () {
            () if aggregates => {
                "Write the aggregation (`| count() …`) as a Sigma correlation rule."
            }
            () if in_condition => "Use `and`, `or`, `not`, brackets, `1 of …` and `all of …`.",
            () if weight == Weight::Warning => "Use a word of the specification.",
            () => "Write the file as the Sigma specification has it.",
        };
        let line = after(error, "at line ").or_else(|| {
            let key = if in_condition { "condition:" } else { "title:" };
            self.line_with(0, key).map(|line| line as u64 + 1)
        });
        Problem { weight, ..self.bare(line, Fault::new(words, remedy)) }
    }

    /// The first line from `start` on that holds `text`, counted from 0.
    fn line_with(&self, start: usize, text: &str) -> Option<usize> {
        let mut lines = self.text.lines().enumerate().skip(start);
        lines.find(|(_, line)| line.contains(text)).map(|(number, _)| number)
    }
}

/// Whether the parser took the rule all the same.
fn is_beside_the_logic(error: &str) -> bool {
    ["invalid status", "invalid level", "invalid sigma-version", "related", "'related'"]
        .iter()
        .any(|start| error.starts_with(start))
}

/// The number that follows `mark`.
fn after(text: &str, mark: &str) -> Option<u64> {
    let (_, rest) = text.split_once(mark)?;
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    rest.get(..end)?.parse().ok()
}

fn too_long() -> Fault {
    Fault::new(format!("is longer than {} MiB", FILE_MAX >> 20), "Split the file.")
}

fn no_document() -> Fault {
    Fault::new("holds no rule", "Write a rule into the file, or remove it.")
}

fn correlation() -> Fault {
    Fault::new(
        "is a correlation rule, and those are not supported yet",
        "Load it once they are; the rules it refers to run by themselves.",
    )
}
