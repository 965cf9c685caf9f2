//! Matching of patterns with wildcards, without regular expressions.

use crate::fold::fold;
use crate::pattern::{DASHES, Piece};

/// A step that takes a fixed number of characters.
#[derive(Clone, Debug)]
enum Step {
    Text(Box<str>),
    One,
    Dash,
}

/// Steps between two `*`.
type Run = Vec<Step>;

/// A compiled pattern. `*` takes any number of characters, line ends too.
#[derive(Clone, Debug)]
pub(crate) struct Glob {
    runs: Vec<Run>,
    open_start: bool,
    open_end: bool,
}

impl Glob {
    /// Compiles pieces; texts are folded unless the pattern is `cased`.
    pub fn new(pieces: &[Piece], cased: bool) -> Self {
        let mut runs = vec![Run::new()];
        for piece in pieces {
            let step = match piece {
                Piece::Many => {
                    runs.push(Run::new());
                    continue;
                }
                Piece::One => Step::One,
                Piece::Dash => Step::Dash,
                Piece::Text(text) if cased => Step::Text(text.as_str().into()),
                Piece::Text(text) => Step::Text(fold(text).into()),
            };
            if let Some(run) = runs.last_mut() {
                run.push(step);
            }
        }
        let open = |piece: Option<&Piece>| piece == Some(&Piece::Many);
        let (open_start, open_end) = (open(pieces.first()), open(pieces.last()));
        runs.retain(|run| !run.is_empty());
        Glob { runs, open_start, open_end }
    }

    /// The longest literal text in it.
    pub fn literal(&self) -> Option<&str> {
        let steps = self.runs.iter().flatten();
        let texts =
            steps.filter_map(|s| if let Step::Text(t) = s { Some(t.as_ref()) } else { None });
        texts.max_by_key(|text| text.len())
    }

    /// Whether the whole text fits.
    pub fn matches(&self, text: &str) -> bool {
        let mut runs = self.runs.as_slice();
        let mut rest = text;
        if !self.open_start {
            let Some((first, others)) = runs.split_first() else {
                return text.is_empty() || self.open_end;
            };
            let Some(after) = take(first, rest) else { return false };
            if others.is_empty() {
                return self.open_end || after.is_empty();
            }
            (runs, rest) = (others, after);
        }
        let last = if self.open_end { None } else { runs.split_last() };
        if let Some((last, before)) = last {
            let Some(at) = start_from_end(last, rest) else { return false };
            let (Some(head), Some(tail)) = (rest.get(..at), rest.get(at..)) else { return false };
            if take(last, tail).is_none_or(|after| !after.is_empty()) {
                return false;
            }
            (runs, rest) = (before, head);
        }
        // Leftmost is best: what a run leaves behind it is longest then.
        runs.iter().all(|run| match find(run, rest) {
            Some(after) => {
                rest = after;
                true
            }
            None => false,
        })
    }
}

/// Takes a run off the start of a text; what is left.
fn take<'t>(run: &[Step], text: &'t str) -> Option<&'t str> {
    run.iter().try_fold(text, |rest, step| match step {
        Step::Text(literal) => rest.strip_prefix(literal.as_ref()),
        Step::One => {
            let mut chars = rest.chars();
            chars.next().map(|_| chars.as_str())
        }
        Step::Dash => rest.strip_prefix(DASHES),
    })
}

/// Finds a run's first place; what is left behind it.
fn find<'t>(run: &[Step], text: &'t str) -> Option<&'t str> {
    let mut from = text;
    loop {
        if let Some(Step::Text(literal)) = run.first() {
            from = from.get(from.find(literal.as_ref())?..)?;
        }
        if let Some(after) = take(run, from) {
            return Some(after);
        }
        let mut chars = from.chars();
        chars.next()?;
        from = chars.as_str();
    }
}

/// Where a run must start to end with the text.
fn start_from_end(run: &[Step], text: &str) -> Option<usize> {
    let length: usize =
        run.iter().map(|s| if let Step::Text(t) = s { t.chars().count() } else { 1 }).sum();
    match length {
        0 => Some(text.len()),
        _ => text.char_indices().rev().nth(length - 1).map(|(at, _)| at),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pattern::Draft;
    use rsigma_parser::SigmaString;

    fn fits(pattern: &str, text: &str) -> bool {
        let Draft::Pattern(pieces) = Draft::of(&SigmaString::new(pattern)) else { panic!() };
        Glob::new(&pieces, false).matches(text)
    }

    #[test]
    fn stars_and_question_marks() {
        for (pattern, text, wanted) in [
            ("a*c", "abc", true),
            ("a*c", "ac", true),
            ("a*c", "abcd", false),
            ("a*b*b", "ab", false),
            ("a*b*b", "abb", true),
            ("*b?", "abc", true),
            ("*b?", "ab", false),
            ("?", "ä", true),
            ("*", "", true),
            ("**", "x\ny", true),
            ("a*a", "a", false),
            ("*ab*", "xxaxab", true),
            ("a?*d", "abd", true),
            ("a?*d", "ad", false),
            ("*.EC2.*", "x.ec2.y", true),
            (r"a\*c", "abc", false),
            (r"a\*?", "a*c", true),
        ] {
            assert_eq!(fits(pattern, text), wanted, "{pattern} on {text}");
        }
    }
}
