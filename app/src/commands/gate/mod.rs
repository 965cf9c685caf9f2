//! `yagura gate`: may this build be deployed.

mod compare;

use crate::exit::Failure;
use crate::gate_args::{Gate, What};

/// Runs the verb; gives the exit code.
pub fn run(options: &Gate) -> Result<u8, Failure> {
    match &options.what {
        What::Compare(options) => compare::run(options),
        What::Purl { purls } => compare::purls(purls),
    }
}
