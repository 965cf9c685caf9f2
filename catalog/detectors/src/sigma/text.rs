//! A JSON record as the text that it stands for.

/// The record with JSON's escapes resolved (RFC 8259, section 7); `None` if it is no JSON or has
/// none. Escapes that make no sense stay as they are.
pub fn unescaped(raw: &str) -> Option<String> {
    if !raw.trim_start().starts_with(['{', '[']) || !raw.contains('\\') {
        return None;
    }
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        let mut chars = after.chars();
        rest = match chars.next() {
            Some('u') => unicode(chars.as_str(), &mut out),
            Some(mark) => {
                match mark {
                    '"' | '\\' | '/' => out.push(mark),
                    'n' => out.push('\n'),
                    'r' => out.push('\r'),
                    't' => out.push('\t'),
                    'b' => out.push('\u{8}'),
                    'f' => out.push('\u{c}'),
                    _ => out.extend(['\\', mark]),
                }
                chars.as_str()
            }
            None => {
                out.push('\\');
                after
            }
        };
    }
    out.push_str(rest);
    Some(out)
}

/// Resolves what follows `\u`, two escapes where they make one character; what is left.
fn unicode<'t>(text: &'t str, out: &mut String) -> &'t str {
    let unit = |text: &str| u16::from_str_radix(text.get(..4)?, 16).ok();
    let Some(first) = unit(text) else {
        out.push_str("\\u");
        return text;
    };
    let after = text.get(4..).unwrap_or("");
    let second =
        after.strip_prefix("\\u").and_then(unit).filter(|_| (0xD800..0xDC00).contains(&first));
    let units = [Some(first), second];
    out.extend(char::decode_utf16(units.into_iter().flatten()).map(|c| c.unwrap_or('\u{FFFD}')));
    if second.is_some() { after.get(6..).unwrap_or("") } else { after }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_become_what_they_stand_for() {
        let raw = r#"{"a":"C:\\Windows \"x\" \u0026 \ud83d\ude00 \ud83d \u12 \q\n"}"#;
        let text = unescaped(raw).unwrap();
        assert_eq!(text, "{\"a\":\"C:\\Windows \"x\" & 😀 \u{FFFD} \\u12 \\q\n\"}");
        assert_eq!(unescaped("a\\n"), None);
        assert_eq!(unescaped("{}"), None);
        assert_eq!(unescaped("{\\"), Some("{\\".to_owned()));
    }
}
