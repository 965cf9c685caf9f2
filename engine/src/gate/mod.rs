//! The gate: components against advisories, under a policy.

mod affected;
mod attacks;
mod judge;
mod policy;
mod severity;
mod vex;

use model::advisory::{Advisory, Known};
use versions::Package;

pub use attacks::Attacks;
pub use judge::{Question, judge};
pub use policy::{Place, Policy, age};

/// Where advisories are looked up. An error is damage: then nothing can be decided.
pub trait Library {
    /// The advisories of a package, each id once.
    fn advisories(&self, package: &Package) -> Result<Vec<Advisory>, String>;
    /// What is known of a CVE.
    fn known(&self, cve: &str) -> Result<Known, String>;
}
