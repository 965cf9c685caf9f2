//! The ledger: where cases are kept, one transaction a commit.

use crate::case::{Audit, Case, Exception};
use crate::error::Error;

/// Changes that are made together or not at all.
#[derive(Clone, Debug, Default)]
pub struct Commit {
    /// The ledger's revision that the changes were made up for.
    pub expect: u64,
    /// When, in seconds since 1970.
    pub at: i64,
    /// Who.
    pub who: String,
    /// Cases as they are from now on, each with what changed in words.
    pub cases: Vec<(Case, Vec<String>)>,
    /// Exceptions that are added.
    pub exceptions: Vec<Exception>,
}

/// What became of a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Committed {
    /// It is on disk.
    Done,
    /// Somebody else committed in between: read again, decide again.
    Moved,
}

/// A ledger. Several processes may hold one of the same place.
pub trait Ledger {
    /// Counts commits.
    fn revision(&self) -> Result<u64, Error>;
    /// The highest number of a case; 0 if there is none.
    fn highest(&self) -> Result<u64, Error>;
    /// Every case, by number.
    fn cases(&self) -> Result<Vec<Case>, Error>;
    /// One case.
    fn case(&self, number: u64) -> Result<Option<Case>, Error>;
    /// Cases that kept an incident of this id, newest first.
    fn of_incident(&self, uid: &str) -> Result<Vec<u64>, Error>;
    /// Cases that cite some of these records (by hash), and how many; most first.
    fn sharing(&self, marks: &[String]) -> Result<Vec<(u64, u64)>, Error>;
    /// Cases of this fingerprint, newest first.
    fn of_fingerprint(&self, fingerprint: &str) -> Result<Vec<u64>, Error>;
    /// What was done to a case, oldest first.
    fn audit(&self, number: u64) -> Result<Vec<Audit>, Error>;
    /// Every exception, also those that have ended.
    fn exceptions(&self) -> Result<Vec<Exception>, Error>;
    /// Writes, in one transaction.
    fn commit(&mut self, commit: &Commit) -> Result<Committed, Error>;
}
