//! Patterns of one class, looked for in one pass. Bytes are not decoded: logs hold any of them.

use regex::bytes::{RegexSet, RegexSetBuilder};

/// The automaton of a class is no larger than this, in bytes.
const SIZE_MAX: usize = 8 << 20;

/// Patterns ready to search; those that cannot be built never match (a test builds them all).
pub struct Patterns(Option<RegexSet>);

impl Patterns {
    /// Builds patterns. They are written for small letters.
    pub fn new(patterns: &[&str]) -> Patterns {
        let mut builder = RegexSetBuilder::new(patterns);
        Patterns(builder.unicode(false).size_limit(SIZE_MAX).dfa_size_limit(SIZE_MAX).build().ok())
    }

    /// Whether any matches.
    pub fn any(&self, text: &str) -> bool {
        self.0.as_ref().is_some_and(|set| set.is_match(text.as_bytes()))
    }

    /// Whether they could be built.
    #[cfg(test)]
    pub fn is_built(&self) -> bool {
        self.0.is_some()
    }
}
