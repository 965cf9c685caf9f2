//! Text of a log as Markdown: no markup, no link, no row of its own.

use crate::sentence::safe;

/// The text on one line, escaped, at most `max` characters of it.
///
/// It must not stand at the start of a line, where `1.` or `-` would begin a list.
pub(crate) fn markdown(text: &str, max: usize) -> String {
    let safe = safe(text, max);
    let mut out = String::with_capacity(safe.len() + 8);
    for (at, c) in safe.char_indices() {
        let (before, after) = safe.split_at(at);
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '|' | '*' | '_' | '`' | '[' | ']' | '\\' | '~' | '#' | '!' | '@' | '$' => {
                out.extend(['\\', c]);
            }
            // Addresses that a page would make a link of by itself.
            ':' if after.starts_with("://") => out.push_str("\\:"),
            '.' if ends_in_www(before) => out.push_str("\\."),
            _ => out.push(c),
        }
    }
    out
}

/// Bounded: looks at three bytes, not at the whole text before.
fn ends_in_www(before: &str) -> bool {
    before.as_bytes().last_chunk().is_some_and(|end: &[u8; 3]| end.eq_ignore_ascii_case(b"www"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_text() {
        let bad = "[a](http://x) <img> | **b** www.x @all $1 `c` &lt;\n# d";
        let good = "\\[a\\](http\\://x) &lt;img&gt; \\| \\*\\*b\\*\\* www\\.x \\@all \\$1 \
                    \\`c\\` &amp;lt;\\\\u{a}\\# d";
        assert_eq!(markdown(bad, 100), good);
        assert_eq!(markdown("10.0.0.1:443 a-b", 100), "10.0.0.1:443 a-b");
        assert_eq!(markdown("abc", 2), "ab…");
    }
}
