//! `yagura fleet`: instances through their lives, and what licences count of them.

mod chart;
mod coverage;
mod history;
mod licence;
mod load;
mod owner;
mod show;
pub mod sync;

use crate::exit::Failure;
use crate::fleet_args::{Fleet, What};

/// Runs the verb; gives the exit code.
pub fn run(options: &Fleet) -> Result<u8, Failure> {
    match &options.what {
        What::Show(options) => show::run(options),
        What::History(options) => history::run(options),
        What::Coverage(options) => coverage::run(options),
        What::Owner(options) => owner::run(options),
        What::Sync(options) => sync::run(options),
        What::Policy(options) => sync::policy(options),
        What::Licence(options) => licence::run(options),
    }
}
