//! Taint: a value of a request found again within a statement, inside one token or across many.

use memchr::memmem;

use crate::lex::{Kind, lex};
use crate::{Dialect, Token};

/// Values shorter than this are found everywhere by chance, in bytes.
const VALUE_MIN: usize = 2;
/// Places of a value that are looked at.
const PLACES_MAX: usize = 8;

/// What became of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Verdict {
    /// It stayed within one text or number: the database took it for a value.
    Confined,
    /// It stands alone as a name or keyword (`ORDER BY price`).
    Name,
    /// It crosses a token boundary: the database read it as language.
    Escaped,
}

/// A value found in a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taint {
    /// The first byte of the value in the statement.
    pub start: usize,
    /// The byte behind its last.
    pub end: usize,
    /// What became of it.
    pub verdict: Verdict,
}

/// Finds a value in a statement, as it is, trimmed, with quotes doubled, or with quotes and
/// backslashes escaped. `None` if it is not there. Where it stands in several places, the worst.
pub fn taint(sql: &str, dialect: Dialect, value: &str) -> Option<Taint> {
    let value = value.trim();
    if value.len() < VALUE_MIN {
        return None;
    }
    let mut spans = spans(sql, value, false);
    if value.contains(['\'', '"', '\\']) {
        let doubled = value.replace('\'', "''");
        let slashed = value.replace('\\', "\\\\").replace('\'', "\\'").replace('"', "\\\"");
        let quotes = value.replace('\'', "\\'");
        for form in [doubled, slashed, quotes] {
            spans.extend(self::spans(sql, &form, false));
        }
    }
    if spans.is_empty() {
        spans = self::spans(sql, value, true);
    }
    if spans.is_empty() {
        return None;
    }
    let tokens: Vec<Token> = lex(sql, dialect).collect();
    let judged = spans.into_iter().map(|(start, end)| judge(&tokens, start, end));
    judged.max_by_key(|taint| taint.verdict)
}

/// Where the value stands as a piece of its own: `1` is not in `10`.
fn spans(sql: &str, value: &str, any_case: bool) -> Vec<(usize, usize)> {
    let (small, lower);
    let (hay, needle) = if any_case {
        small = sql.to_ascii_lowercase();
        lower = value.to_ascii_lowercase();
        (small.as_bytes(), lower.as_bytes())
    } else {
        (sql.as_bytes(), value.as_bytes())
    };
    let word =
        |at: Option<usize>| at.and_then(|at| hay.get(at)).is_some_and(|b| crate::lex::is_word(*b));
    memmem::find_iter(hay, needle)
        .map(|at| (at, at + needle.len()))
        .filter(|(start, end)| {
            let glued_left =
                word(Some(*start)) && start.checked_sub(1).is_some_and(|b| word(Some(b)));
            let glued_right = word(Some(end - 1)) && word(Some(*end));
            !(glued_left || glued_right)
        })
        .take(PLACES_MAX)
        .collect()
}

/// Looks which tokens a span touches.
fn judge(tokens: &[Token], start: usize, end: usize) -> Taint {
    let mut touched = tokens.iter().filter(|token| token.start < end && token.end > start);
    let first = touched.next();
    let more = touched.next().is_some();
    let verdict = match first {
        Some(token) if !more => match token.kind {
            // The value may hold the quotes too, if it is one whole text.
            Kind::Text | Kind::Name if token.start < start && end < token.end => Verdict::Confined,
            Kind::Number | Kind::Parameter => Verdict::Confined,
            Kind::Word => Verdict::Name,
            _ => Verdict::Escaped,
        },
        _ => Verdict::Escaped,
    };
    Taint { start, end, verdict }
}
