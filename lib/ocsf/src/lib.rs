//! OCSF events as flat attribute lists, the schema as data, and validation by interpreting it.
//!
//! Follows the Open Cybersecurity Schema Framework, version 1.5.0 (<https://schema.ocsf.io/1.5.0>).

mod class;
mod fit;
mod flat;
mod lookup;
mod path;
mod schema;
mod types;
mod validate;

pub use class::{Class, VERSION};
pub use fit::{fit, fitted};
pub use flat::{Attribute, Flat, Scalar};
pub use lookup::{activities, has, value_of};
pub use path::{Path, paths};
pub use validate::{Violation, validate};
