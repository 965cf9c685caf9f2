//! Cases: what an incident that was seen means for those that are kept.

mod exceptions;
mod settle;
mod tie;

pub use exceptions::{day, except, is_excepted};
pub use settle::{Settled, settle};

use model::Error;
use model::case::{Case, Exception};
use model::seam::ledger::{Commit, Committed, Ledger};

/// How often a commit is made up anew because another process was faster.
const TRIES_MAX: usize = 50;

/// Who acts, and when.
#[derive(Clone, Debug)]
pub struct Now {
    /// Seconds since 1970.
    pub at: i64,
    /// Who.
    pub who: String,
}

/// Changes of one transaction, as they are made up.
#[derive(Debug, Default)]
pub struct Changes {
    /// Cases as they are to be, with what changed.
    pub cases: Vec<(Case, Vec<String>)>,
    /// Exceptions to add.
    pub exceptions: Vec<Exception>,
}

/// What to tell, and what to commit, by what the ledger says.
pub type Decide<'d, T> = dyn FnMut(&dyn Ledger) -> Result<(T, Changes), Error> + 'd;

/// Decides on what the ledger says and commits it; decides again if somebody else committed in
/// between. No changes, no commit.
pub fn transact<T>(
    ledger: &mut dyn Ledger,
    now: &Now,
    decide: &mut Decide<'_, T>,
) -> Result<T, Error> {
    for _ in 0..TRIES_MAX {
        let expect = ledger.revision()?;
        let (told, changes) = decide(ledger)?;
        if changes.cases.is_empty() && changes.exceptions.is_empty() {
            return Ok(told);
        }
        let commit = Commit {
            expect,
            at: now.at,
            who: now.who.clone(),
            cases: changes.cases,
            exceptions: changes.exceptions,
        };
        if ledger.commit(&commit)? == Committed::Done {
            return Ok(told);
        }
    }
    Err(Error::user(
        "the ledger changes faster than this run can follow",
        "Run it again when fewer others write.",
    ))
}

/// Changes one case; `change` says what it did, in words. Nothing said, nothing written.
pub fn change(
    ledger: &mut dyn Ledger,
    now: &Now,
    number: u64,
    change: &mut dyn FnMut(&mut Case) -> Result<Vec<String>, Error>,
) -> Result<Case, Error> {
    transact(ledger, now, &mut |ledger| {
        let mut case = ledger.case(number)?.ok_or_else(|| {
            Error::user(format!("there is no case C-{number}"), "See `yagura case list`.")
        })?;
        let said = change(&mut case)?;
        let mut changes = Changes::default();
        if !said.is_empty() {
            case.updated = now.at;
            changes.cases.push((case.clone(), said));
        }
        Ok((case, changes))
    })
}
