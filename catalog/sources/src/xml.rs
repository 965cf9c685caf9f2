//! Texts of XML without its escapes.

use std::borrow::Cow;

/// The text with XML's entities resolved (XML 1.0, section 4.1 and 4.6).
pub fn unescaped(text: &str) -> Cow<'_, str> {
    const ENTITY_MAX: usize = 10;
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let end = after.bytes().take(ENTITY_MAX).position(|b| b == b';');
        let name = end.and_then(|end| after.get(..end)).unwrap_or("");
        let number = name.strip_prefix("#x").map(|hex| u32::from_str_radix(hex, 16).ok());
        let number = number.or_else(|| name.strip_prefix('#').map(|digits| digits.parse().ok()));
        let character = match name {
            "lt" => Some('<'),
            "gt" => Some('>'),
            "amp" => Some('&'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            _ => number.flatten().and_then(char::from_u32),
        };
        if let Some(character) = character {
            out.push(character);
            rest = after.get(name.len() + 1..).unwrap_or("");
        } else {
            out.push('&');
            rest = after;
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities() {
        assert_eq!(unescaped("a &lt; &#39;b&#x27; &amp;&nope; & c"), "a < 'b' &&nope; & c");
    }
}
