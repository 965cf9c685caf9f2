//! A regular expression of a rule, built when the first text is held against it.

use std::sync::OnceLock;

use regex::{Regex, RegexBuilder};
use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, Hir, HirKind};

use crate::need;

/// The largest program an expression may become, and the memory of its automaton.
const BYTES_MAX: usize = 2 << 20;
/// An expression that costs no more is built late: it is known to stay within
/// [`LATE_BYTES_MAX`].
const COST_MAX: usize = 200_000;
const LATE_BYTES_MAX: usize = 32 << 20;
/// The least cost of a class with other characters than ASCII.
const WIDE_MIN: usize = 32;

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
        if cost(&tree) > COST_MAX {
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

/// How large the program of an expression may become, counted by ranges of characters.
fn cost(tree: &Hir) -> usize {
    let sum = |parts: &[Hir]| parts.iter().map(cost).fold(1, usize::saturating_add);
    match tree.kind() {
        HirKind::Empty | HirKind::Look(_) => 1,
        HirKind::Literal(text) => text.0.len(),
        HirKind::Class(Class::Bytes(class)) => class.ranges().len(),
        HirKind::Class(Class::Unicode(class)) => {
            let ranges = class.ranges().len().saturating_mul(2);
            if class.is_ascii() { ranges } else { ranges.max(WIDE_MIN) }
        }
        HirKind::Repetition(repeated) => {
            let times = repeated.max.unwrap_or(repeated.min.saturating_add(1)).max(1);
            cost(&repeated.sub).saturating_add(1).saturating_mul(times as usize)
        }
        HirKind::Capture(capture) => cost(&capture.sub).saturating_add(2),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => sum(parts),
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
        // The dearest there is: classes of all scripts, caseless, as often as the cost allows.
        for part in
            [r"\w", r"\p{L}", r"[^a]", r".", r"(?-i:\PL)", "[a-z]", r"[^\x00-\x7F]", "(é|x|ß)?"]
        {
            let tree = |times: usize| {
                ParserBuilder::new()
                    .case_insensitive(true)
                    .multi_line(true)
                    .dot_matches_new_line(true)
                    .nest_limit(1000)
                    .build()
                    .parse(&format!("(?:{part}){{{times}}}"))
                    .unwrap()
            };
            let times = COST_MAX / cost(&tree(1));
            assert!(cost(&tree(times + 2)) > COST_MAX, "{part}");
            let pattern = format!("(?:{part}){{{times}}}");
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
