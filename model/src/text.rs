//! Log text is hostile: bounded, stripped of what steers a terminal, freed of secrets.

use std::borrow::Cow;

/// What stands in the place of a secret.
pub const REDACTED: &str = "«redacted»";

/// Whether a character could steer a terminal or reorder what a reader sees.
fn steers(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

/// The text with every control and direction character shown as an escape, cut to `max` characters.
pub fn printable(text: &str, max: usize) -> Cow<'_, str> {
    if !text.chars().any(steers) && (text.len() <= max || text.chars().count() <= max) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len().min(max + 8));
    for (at, c) in text.chars().enumerate() {
        if at >= max {
            out.push('…');
            break;
        }
        if steers(c) {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// The known word that a person most likely meant by `word`: at most two letters differ.
pub fn nearest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let allowed = (word.chars().count() / 3).min(2);
    let near = known.into_iter().map(|k| (distance(word, k, allowed), k));
    near.filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}

/// How many letters must be changed, added or left out (Levenshtein); more than `max` for any
/// distance beyond it.
fn distance(a: &str, b: &str, max: usize) -> usize {
    let b: Vec<char> = b.chars().collect();
    let count = a.chars().count();
    if count.abs_diff(b.len()) > max {
        return max + 1;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (at, letter) in a.chars().enumerate() {
        let mut next = Vec::with_capacity(row.len());
        next.push(at + 1);
        for ((other, pair), left) in b.iter().zip(row.windows(2)).zip(1..) {
            let [diagonal, above] = pair else { continue };
            let beside = next.get(left - 1).copied().unwrap_or(max);
            next.push((diagonal + usize::from(letter != *other)).min(above + 1).min(beside + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or(max + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_pen_is_understood() {
        let known = ["srcaddr", "dstaddr", "time"];
        for (word, wanted) in [
            ("srcadr", Some("srcaddr")),
            ("dtsaddr", Some("dstaddr")),
            ("tme", Some("time")),
            ("bytes", None),
            ("", None),
        ] {
            assert_eq!(nearest(word, known), wanted, "{word}");
        }
    }
}
