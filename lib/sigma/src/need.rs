//! Literals of which a text must hold one for a regular expression to match it.
//!
//! A prefilter: it may ask for less than the expression does, never for more. Texts are compared
//! folded, so the literals are folded, too.

use std::collections::BTreeSet;

use regex_syntax::hir::{Class, Hir, HirKind};

use crate::fold::fold;

/// More literals than this are no help.
const LITERALS_MAX: usize = 256;

/// Literals, one of which is necessary.
type Literals = BTreeSet<String>;

/// The folded literals of an expression; empty if none is necessary.
pub(crate) fn literals(expression: &Hir) -> Vec<Box<str>> {
    need(expression).unwrap_or_default().into_iter().map(Into::into).collect()
}

fn need(expression: &Hir) -> Option<Literals> {
    match expression.kind() {
        HirKind::Capture(capture) => need(&capture.sub),
        HirKind::Repetition(repeated) if repeated.min > 0 => need(&repeated.sub),
        HirKind::Alternation(parts) => {
            let mut all = Literals::new();
            for part in parts {
                all.extend(need(part)?);
            }
            (all.len() <= LITERALS_MAX).then_some(all)
        }
        HirKind::Concat(parts) => in_row(parts),
        _ => in_row(std::slice::from_ref(expression)),
    }
}

/// What is necessary for all of the parts, one behind the other: the best that any of them asks.
fn in_row(parts: &[Hir]) -> Option<Literals> {
    let mut best: Option<Literals> = None;
    let mut run = String::new();
    for part in parts {
        if let Some(text) = fixed(part) {
            run.push_str(&text);
            continue;
        }
        best = better(best, whole(&mut run));
        // One part alone is asked by `need`, which led here.
        if parts.len() > 1 {
            best = better(best, need(part));
        }
    }
    better(best, whole(&mut run))
}

/// The run so far as the only literal; a new run begins.
fn whole(run: &mut String) -> Option<Literals> {
    let run = std::mem::take(run);
    (!run.is_empty()).then(|| Literals::from([run]))
}

/// The folded text that a part always stands for; empty for places between characters.
fn fixed(part: &Hir) -> Option<String> {
    match part.kind() {
        HirKind::Empty | HirKind::Look(_) => Some(String::new()),
        HirKind::Literal(literal) => std::str::from_utf8(&literal.0).ok().map(fold),
        // `(?i)a` is the class of `A` and `a`.
        HirKind::Class(Class::Unicode(class)) => {
            let mut all = class.iter().flat_map(|range| range.start()..=range.end());
            let first = fold(all.next()?.encode_utf8(&mut [0; 4]));
            all.all(|c| fold(c.encode_utf8(&mut [0; 4])) == first).then_some(first)
        }
        _ => None,
    }
}

/// Of two demands the one that fewer texts meet: that of longer literals, then that of fewer.
fn better(a: Option<Literals>, b: Option<Literals>) -> Option<Literals> {
    let rank =
        |set: &Literals| (set.iter().map(String::len).min().unwrap_or(0), usize::MAX - set.len());
    match (a, b) {
        (Some(a), Some(b)) => Some(if rank(&b) > rank(&a) { b } else { a }),
        (a, b) => a.or(b),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use regex_syntax::Parser;

    use super::*;

    fn of(pattern: &str) -> Vec<String> {
        let found = literals(&Parser::new().parse(pattern).unwrap());
        found.into_iter().map(String::from).collect()
    }

    #[test]
    fn names_what_is_necessary() {
        assert_eq!(of("curl .* http:"), [" http:"]);
        assert_eq!(of("(?:wget|curl)[ +]"), ["curl", "wget"]);
        assert_eq!(of("(?i)UNION[ +]{2,}x?"), ["union"]);
        assert_eq!(of(r"\bnc\b .*/bin/(ba)?sh"), ["/bin/"]);
        assert_eq!(of("^(/etc/passwd|/etc/shadow)$"), ["/etc/passwd", "/etc/shadow"]);
        assert_eq!(of("(abc)?[0-9]+"), [] as [&str; 0]);
        assert_eq!(of("abc|[0-9]"), [] as [&str; 0]);
        assert_eq!(of("(?i)a\u{3c3}"), ["a\u{3c3}"]);
    }

    proptest! {
        /// Whatever matches holds one of the literals.
        #[test]
        fn never_asks_for_more_than_the_expression(
            pattern in r"(\(\?i\))?([abKS]{1,3}|[ab]\?|\(a\|bK\)|\(ab\|aS\)\+|\[ak\]|\.\*|\\b){1,5}",
            text in "[abkKsS\u{17f}\u{212a} ]{0,12}",
        ) {
            let needed = of(&pattern);
            let matches = regex::Regex::new(&pattern).unwrap().is_match(&text);
            let folded = fold(&text);
            prop_assert!(
                !matches || needed.is_empty() || needed.iter().any(|l| folded.contains(l)),
                "{pattern} {text} {needed:?}"
            );
        }
    }
}
