//! Failure: whose fault, what to do next, and whether a retry helps.
//!
//! Bad input is not an error: it is a [`crate::Reject`].

use std::fmt;
use std::time::Duration;

/// Whose fault a failure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blame {
    /// Wrong arguments, configuration, rules or paths.
    User,
    /// A system outside refused or broke.
    Remote,
    /// A defect of this program.
    Us,
}

/// Whether trying again helps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// The same call fails the same way.
    Never,
    /// After this long it may go through.
    After(Duration),
}

/// A failure for a person to act on.
#[derive(Debug)]
pub struct Error {
    /// Whose fault.
    pub blame: Blame,
    /// Whether a retry helps.
    pub retry: Retry,
    /// What failed, naming file and line where there is one.
    pub what: String,
    /// What to do next; a full sentence.
    pub remedy: String,
}

impl Error {
    /// The user's to mend.
    pub fn user(what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Error { blame: Blame::User, retry: Retry::Never, what: what.into(), remedy: remedy.into() }
    }

    /// Ours to mend.
    pub fn us(what: impl Into<String>) -> Self {
        Error {
            blame: Blame::Us,
            retry: Retry::Never,
            what: what.into(),
            remedy: "This is a defect of yagura: please report it with the command line used."
                .into(),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n  {}", self.what, self.remedy)
    }
}

impl std::error::Error for Error {}
