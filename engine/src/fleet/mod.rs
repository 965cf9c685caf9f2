//! The fleet: every instance's life from first to last second, from records alone.
//!
//! Records of many kinds tell of the same change, some exactly, some by what was asked for, some
//! only that it had been so. The best word counts; what is told by none is worked out from how
//! long changes follow what announces them in the same fleet, and says so.

mod chosen;
mod coverage;
mod drafts;
mod gather;
mod lags;
mod ledger;
mod life;
mod spans;
mod usage;

use std::sync::{Arc, PoisonError};

use model::investigation::Tally;
use model::seam::detector::Detector;
use model::{Assets, Error, Time};

pub(crate) use chosen::{Sighted, Told, Wanted, ledger, tells};
pub use coverage::{Coverage, Product, coverage};
pub use ledger::{Ledger, Owner};
pub use life::{Binding, Life, Moment, Note, Run};
pub use usage::{Bounds, Month, usage};

use crate::{Plan, count};

#[cfg(test)]
mod tests;

/// Reads everything and keeps the ledger. The plan's detectors are not asked.
pub fn read(plan: &Plan<'_>, assets: &Assets) -> Result<(Ledger, Tally), Error> {
    let watch = gather::Watch::default();
    let gathered = Arc::clone(&watch.0);
    let detectors: [Box<dyn Detector>; 1] = [Box::new(watch)];
    let tally = count(&Plan {
        feed: plan.feed,
        sources: plan.sources.clone(),
        forced: plan.forced.clone(),
        detectors: &detectors,
        settings: plan.settings.clone(),
        hosts: plan.hosts,
        window: plan.window,
        threads: plan.threads,
        progress: plan.progress,
    })?;
    let mut gathered =
        std::mem::take(&mut *gathered.lock().unwrap_or_else(PoisonError::into_inner));
    // Lists say that something had been; what tells when it was also tells of quiet times.
    let exact = gathered.exact.iter().filter_map(|source| tally.by_source.get(source));
    let second = |time: Time| time.start.div_euclid(1_000_000_000);
    let first = exact.clone().filter_map(|count| count.first).map(second).min();
    let last = exact.filter_map(|count| count.last).map(second).max();
    gathered.span = first.zip(last).or(gathered.span);
    Ok((Ledger::new(gathered, assets), tally))
}
