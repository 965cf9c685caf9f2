//! `yagura gate`: may this build be deployed.

mod check;
mod compare;
mod db;
mod load;
mod matrix;
mod matrix_rows;
mod record;
mod trial;

use crate::exit::Failure;
use crate::gate_args::{Gate, What};

/// Runs the verb; gives the exit code.
pub fn run(options: &Gate) -> Result<u8, Failure> {
    match &options.what {
        What::Check(options) => check::run(options),
        What::Record(options) => record::run(options),
        What::Matrix(options) => matrix::run(options),
        What::Test(options) => trial::run(options),
        What::Db { what } => db::run(what),
        What::Compare(options) => compare::run(options),
        What::Purl { purls } => compare::purls(purls),
    }
}
