//! Package URLs, and the order and ranges of versions in each ecosystem.
//!
//! Names of ecosystems are OSV's; types of package URLs and common names are understood too.

mod order;
mod package;
mod purl;
mod ranges;
mod scheme;

pub use package::Package;
pub use purl::{Purl, PurlError};
pub use ranges::{Bound, Event, affected};
pub use scheme::{Scheme, family};
