//! Rule files: YAML in, parsed documents and problems out.

use std::sync::Arc;

use rsigma_parser::{FilterRule, SigmaRule, parse_sigma_yaml};

use crate::correlate::{self, CorrelationRule};
use crate::problem::{Fault, Problem, Weight};

/// A rule file longer than this, in bytes, is refused.
pub const FILE_MAX: usize = 4 << 20;

/// Where a document came from.
#[derive(Clone, Debug)]
pub(crate) struct Origin {
    pub file: String,
    text: Arc<str>,
    /// The line that the document starts on, counted from 0; 0 where that is not known.
    start: usize,
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
    pub(crate) correlations: Vec<(Origin, CorrelationRule)>,
    pub(crate) problems: Vec<Problem>,
}

impl Collection {
    /// Reads a file's text: one or more YAML documents. What cannot be read becomes a problem of
    /// the ruleset.
    pub fn read(&mut self, file: &str, text: &str) {
        let origin = Origin { file: file.to_owned(), text: text.into(), start: 0 };
        if text.len() > FILE_MAX {
            self.problems.push(origin.bare(None, too_long()));
            return;
        }
        let (rules, correlations) = split(text);
        for (line, document) in &correlations {
            self.correlation(&origin, *line, document);
        }
        if rules.trim().is_empty() && !correlations.is_empty() {
            return;
        }
        let parsed = match parse_sigma_yaml(&rules) {
            Ok(parsed) => parsed,
            Err(error) => {
                self.problems.push(origin.unread(&error.to_string()));
                return;
            }
        };
        let documents = parsed.rules.len() + parsed.filters.len() + correlations.len();
        if documents + parsed.errors.len() == 0 {
            self.problems.push(origin.bare(None, no_document()));
        }
        self.problems.extend(parsed.errors.iter().map(|error| origin.unread(error)));
        let filters = parsed.filters.into_iter();
        self.filters.extend(filters.map(|rule| Filter { origin: origin.clone(), rule }));
        self.rules.extend(parsed.rules.into_iter().map(|rule| (origin.clone(), rule)));
    }

    /// Reads the document of a correlation that starts on `line`.
    fn correlation(&mut self, origin: &Origin, line: usize, document: &str) {
        let mut told = Vec::new();
        let mut title = String::new();
        let read = match yaml_serde::from_str::<yaml_serde::Value>(document) {
            Ok(document) => {
                let known = document.get("title").and_then(yaml_serde::Value::as_str);
                known.unwrap_or_default().clone_into(&mut title);
                correlate::read(&origin.file, &document, &mut told)
            }
            Err(error) => Err(Fault::new(format!("YAML parse error: {error}"), REWRITE)),
        };
        let origin = Origin { start: line, ..origin.clone() };
        for (weight, fault) in told {
            self.problems.push(origin.problem(weight, &title, fault));
        }
        match read {
            Ok(rule) => self.correlations.push((origin, rule)),
            Err(fault) => self.problems.push(origin.problem(Weight::Error, &title, fault)),
        }
    }

    /// Takes in what was read of later files.
    pub fn append(&mut self, later: Collection) {
        self.rules.extend(later.rules);
        self.filters.extend(later.filters);
        self.correlations.extend(later.correlations);
        self.problems.extend(later.problems);
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
        let named = (!title.is_empty()).then(|| title.to_owned());
        let start = named.as_ref().and_then(|title| self.line_with(self.start, title));
        let from = if self.start > 0 { self.start } else { start.unwrap_or(0) };
        let near = fault.near.as_deref().and_then(|near| self.line_with(from, near));
        let line = near.or(start).or(Some(self.start)).map(|line| line as u64 + 1);
        Problem { weight, rule: named, line, ..self.bare(None, fault) }
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
            () => REWRITE,
        };
        let line = after(error, "at line ").or_else(|| {
            let key = if in_condition { "condition:" } else { "title:" };
            self.line_with(0, key).map(|line| line as u64 + 1)
        });
        Problem { weight, ..self.bare(line, Fault::new(words, remedy)) }
    }

    /// The first line from `start` on that begins with `text`, as a key or as an item of a list;
    /// else the first that is a title with it, or holds it. Counted from 0.
    fn line_with(&self, start: usize, text: &str) -> Option<usize> {
        let lines = || self.text.lines().enumerate().skip(start);
        let begins = |line: &str| {
            let line = line.trim_start().trim_start_matches("- ").trim_start_matches(['"', '\'']);
            let ends = |rest: &str| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_');
            line.strip_prefix(text).is_some_and(|rest| text.ends_with(':') || ends(rest))
        };
        let titled = |line: &str| line.starts_with("title:") && line.contains(text);
        let found = lines().find(|(_, line)| begins(line));
        let found = found.or_else(|| lines().find(|(_, line)| titled(line)));
        found.or_else(|| lines().find(|(_, line)| line.contains(text))).map(|(number, _)| number)
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

const REWRITE: &str = "Write the file as the Sigma specification has it.";

/// Takes the documents of correlations out of a file, each with the line that it starts on; the
/// others keep their lines.
fn split(text: &str) -> (String, Vec<(usize, String)>) {
    let lines: Vec<&str> = text.lines().collect();
    let mut starts = vec![0];
    starts.extend((0..lines.len()).filter(|at| lines.get(*at).is_some_and(|l| is_break(l))));
    let (mut rest, mut out) = (String::with_capacity(text.len()), Vec::new());
    for (number, start) in starts.iter().enumerate() {
        let end = starts.get(number + 1).copied().unwrap_or(lines.len());
        let document = lines.get(*start..end).unwrap_or_default();
        let says = |line: &&str| !is_break(line) && !line.trim().is_empty();
        if starts.len() > 1 && !document.iter().any(says) {
            // Nothing before the first or behind the last mark is no document.
            rest.extend(document.iter().map(|_| '\n'));
        } else if document.iter().any(|line| line.starts_with("correlation:")) {
            let bare = document.iter().map(|line| if is_break(line) { "" } else { line });
            out.push((*start, bare.collect::<Vec<_>>().join("\n")));
            rest.extend(document.iter().map(|_| '\n'));
        } else {
            rest.extend(document.iter().flat_map(|line| [line, "\n"]));
        }
    }
    (rest, out)
}

fn is_break(line: &str) -> bool {
    line.trim_end() == "---" || line.starts_with("--- ")
}
