//! Exit codes, and how a failure is told.

use std::io::{self, Write as _};

use model::Error;

/// Done; nothing at or above the threshold.
pub const DONE: u8 = 0;
/// Done; something at or above the threshold.
pub const FOUND: u8 = 1;
/// Bad arguments, or something that could not be opened or written.
pub const ERROR: u8 = 2;
/// Nothing was read.
pub const NOTHING: u8 = 3;
/// The gate could not decide.
pub const UNDECIDED: u8 = 4;

/// Why a verb stopped.
#[derive(Debug)]
pub enum Failure {
    /// An error for the user.
    Error(Error),
    /// The reader of our output went away; not an error.
    Closed,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure::Error(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Failure::Closed;
        }
        Failure::Error(Error::user(
            format!("the result could not be written: {error}"),
            "Check the free space and the permissions of the output.",
        ))
    }
}

/// Tells a failure on stderr; gives the exit code.
pub fn report(failure: &Failure) -> u8 {
    match failure {
        Failure::Closed => DONE,
        Failure::Error(error) => {
            let what = model::text::printable(&error.what, 2000);
            let remedy = model::text::printable(&error.remedy, 2000);
            let _closed = writeln!(io::stderr(), "yagura: {what}\n  {remedy}");
            ERROR
        }
    }
}
