//! What is wrong with a rule file: where, what, and how to mend it.

use std::fmt;

/// How much a problem costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// The rule runs; something beside its logic is off.
    Warning,
    /// The rule (or the document) does not run.
    Error,
}

/// Something wrong in a rule file. Nothing that is left out goes without one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// How much it costs.
    pub weight: Weight,
    /// The file's name as given.
    pub file: String,
    /// The line, counted from 1, where it is known.
    pub line: Option<u64>,
    /// The rule's title, where it is known.
    pub rule: Option<String>,
    /// What is wrong; a lower-case phrase.
    pub what: String,
    /// What to do; a full sentence.
    pub remedy: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if let Some(rule) = &self.rule {
            write!(f, ": rule \"{rule}\"")?;
        }
        write!(f, ": {}\n  {}", self.what, self.remedy)
    }
}

/// A fault found while compiling, before it is known where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub remedy: &'static str,
    /// A text of the rule file near which it stands (a key).
    pub near: Option<String>,
}

impl Fault {
    /// A fault of which the place is not known yet.
    pub fn new(what: impl Into<String>, remedy: &'static str) -> Self {
        Fault { what: what.into(), remedy, near: None }
    }

    /// The same fault, near a text of the rule file.
    pub fn near(mut self, text: &str) -> Self {
        self.near.get_or_insert_with(|| text.to_owned());
        self
    }
}
