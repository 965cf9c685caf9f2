//! `yagura respond policy`: what a plan needs, and nothing else.

use std::path::Path;

use crate::assemble;
use crate::exit::{DONE, Failure};

/// Runs the verb; gives the exit code.
pub fn run(path: &Path, account: Option<&str>) -> Result<u8, Failure> {
    let policy = engine::respond::policy(&super::read(path)?, account);
    assemble::deliver(None, &mut |to| writeln!(to, "{policy:#}"))?;
    Ok(DONE)
}
