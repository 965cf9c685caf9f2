//! A correlator: a reason why findings belong together.

use super::About;
use crate::finding::Finding;
use crate::incident::Link;
use crate::session::Sessions;

/// A reason why findings belong together.
pub trait Correlator: Sync {
    /// What it is.
    fn about(&self) -> &'static About;
    /// The links among `findings`, which are in order of time.
    fn link(&self, findings: &[Finding], sessions: &Sessions) -> Vec<Link>;
}
