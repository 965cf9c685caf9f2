//! A regular expression of a rule, built when the first text is held against it.

use std::sync::OnceLock;

use regex::{Regex, RegexBuilder};
use regex_syntax::ParserBuilder;

use crate::need;

/// The largest program an expression may become, and the memory of its automaton.
const BYTES_MAX: usize = 2 << 20;
/// An expression so short, without counted repetition, is built late: it is known to stay within
/// [`LATE_BYTES_MAX`].
const SHORT: usize = 256;
const LATE_BYTES_MAX: usize = 32 << 20;

/// An expression whose syntax is known to be right.
#[derive(Clone, Debug)]
pub(crate) struct Expression {
    pattern: Box<str>,
    flags: Flags,
    regex: OnceLock<Option<Regex>>,
    /// Folded literals, one of which a matching text holds; none if that cannot be said.
    pub literals: Vec<Box<str>>,
}

#[derive(Clone, Copy, Debug)]
struct Flags {
    ignore_case: bool,
    multi_line: bool,
    dot_all: bool,
}

impl Expression {
    /// Checks an expression under the modifiers `i`, `m` and `s`; the error is the library's.
    pub fn new(pattern: &str, flags: &str) -> Result<Self, String> {
        let flag = |letter| flags.contains(letter);
        let flags = Flags { ignore_case: flag('i'), multi_line: flag('m'), dot_all: flag('s') };
        let tree = ParserBuilder::new()
            .case_insensitive(flags.ignore_case)
            .multi_line(flags.multi_line)
            .dot_matches_new_line(flags.dot_all)
            .build()
            .parse(pattern)
            .map_err(|error| error.to_string())?;
        let regex = OnceLock::new();
        if pattern.len() > SHORT || pattern.contains('{') {
            let built = build(pattern, flags, BYTES_MAX).map_err(|error| error.to_string())?;
            let _fresh = regex.set(Some(built));
        }
        Ok(Expression { pattern: pattern.into(), flags, regex, literals: need::literals(&tree) })
    }

    /// Whether it matches somewhere in a text.
    pub fn is_match(&self, text: &str) -> bool {
        let regex =
            self.regex.get_or_init(|| build(&self.pattern, self.flags, LATE_BYTES_MAX).ok());
        regex.as_ref().is_some_and(|regex| regex.is_match(text))
    }
}

fn build(pattern: &str, flags: Flags, bytes: usize) -> Result<Regex, regex::Error> {
    RegexBuilder::new(pattern)
        .case_insensitive(flags.ignore_case)
        .multi_line(flags.multi_line)
        .dot_matches_new_line(flags.dot_all)
        .size_limit(bytes)
        .dfa_size_limit(bytes)
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_built_late_stays_within_the_bound() {
        // The dearest there is in a few characters: classes of all scripts, caseless.
        for part in [r"\w", r"\p{L}", r"[^a]", r"."] {
            let pattern = part.repeat(SHORT / part.len());
            let flags = Flags { ignore_case: true, multi_line: true, dot_all: true };
            assert!(build(&pattern, flags, LATE_BYTES_MAX).is_ok(), "{part}");
        }
    }

    #[test]
    fn wrong_and_endless_ones_are_told_at_once() {
        assert!(Expression::new("a(b", "").is_err());
        assert!(Expression::new(r"(\w{1000}){1000}", "").is_err());
        assert!(Expression::new("A.b", "is").unwrap().is_match("xa\nBx"));
    }
}
