//! Failure: whose fault, whether a retry helps, and never a secret in it.

use std::fmt;
use std::time::Duration;

/// Whose fault a failure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blame {
    /// Wrong address, credentials, proxy or authority.
    User,
    /// The other side, or the way to it, is broken.
    Remote,
}

/// Whether trying again later helps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// The same call fails the same way.
    Never,
    /// After this long it may go through.
    After(Duration),
}

/// A failure for a person to act on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// Whose fault.
    pub blame: Blame,
    /// Whether a retry helps.
    pub retry: Retry,
    /// The status, if the other side answered at all.
    pub status: Option<u16>,
    /// Whether the other side may have acted on the request although we know no answer.
    pub unsure: bool,
    /// What failed: method, address (without secrets) and the cause.
    pub what: String,
    /// What to do next; a full sentence.
    pub remedy: String,
}

impl Error {
    /// The user's to mend.
    pub fn user(what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Error {
            blame: Blame::User,
            retry: Retry::Never,
            status: None,
            unsure: false,
            what: what.into(),
            remedy: remedy.into(),
        }
    }

    /// The other side's to mend; later it may go through.
    pub fn remote(what: impl Into<String>, remedy: impl Into<String>, after: Duration) -> Self {
        Error { blame: Blame::Remote, retry: Retry::After(after), ..Error::user(what, remedy) }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n  {}", self.what, self.remedy)
    }
}

impl std::error::Error for Error {}
