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
