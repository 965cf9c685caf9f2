//! The seams: what a member of each shelf must be able to do.

pub mod correlator;
pub mod detector;
pub mod feed;
pub mod ledger;
pub mod meter;
pub mod report;
pub mod responder;
pub mod source;
pub mod tracker;

/// What a member says of itself; help, docs and tests derive from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct About {
    /// Name = path = fixture folder = docs page.
    pub name: &'static str,
    /// One line for people.
    pub line: &'static str,
    /// A link to the definition it follows.
    pub spec: &'static str,
}
