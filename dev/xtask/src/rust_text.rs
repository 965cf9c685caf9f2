//! Rust source with its comments and strings blanked, so that braces and names can be trusted.

/// The same text, line for line, with comments and the insides of literals as spaces.
pub fn code_only(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out: Vec<char> = Vec::with_capacity(chars.len());
    let mut at = 0;
    while let Some(&now) = chars.get(at) {
        let end = match (now, chars.get(at + 1).copied()) {
            ('/', Some('/')) => line_end(&chars, at),
            ('/', Some('*')) => comment_end(&chars, at),
            ('r' | 'b' | 'c', _) if !follows_name(&chars, at) => literal_end(&chars, at),
            ('"', _) => string_end(&chars, at),
            ('\'', _) => char_end(&chars, at),
            _ => at,
        };
        if end == at {
            out.push(now);
            at += 1;
            continue;
        }
        let blank = |c: &char| if *c == '\n' { '\n' } else { ' ' };
        out.extend(chars.get(at..end).unwrap_or(&[]).iter().map(blank));
        at = end;
    }
    out.into_iter().collect()
}

/// The same text without what stands under `#[cfg(test)]`.
pub fn without_tests(code: &str) -> String {
    let mut out = code.to_string();
    while let Some(start) = out.find("#[cfg(test)]") {
        let open = out.get(start..).and_then(|rest| rest.find(['{', ';'])).map(|at| start + at);
        let end = match open {
            Some(open) if out.as_bytes().get(open) == Some(&b'{') => block_end(&out, open),
            Some(semicolon) => semicolon + 1,
            None => out.len(),
        };
        let blanked: String = out
            .get(start..end)
            .unwrap_or("")
            .chars()
            .map(|c| if c == '\n' { '\n' } else { ' ' })
            .collect();
        out.replace_range(start..end, &blanked);
    }
    out
}

/// Where the block that opens at byte `open` ends (behind its brace).
pub fn block_end(code: &str, open: usize) -> usize {
    let mut depth = 0usize;
    for (at, byte) in code.bytes().enumerate().skip(open) {
        match byte {
            b'{' => depth += 1,
            b'}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
    }
    code.len()
}

fn follows_name(chars: &[char], at: usize) -> bool {
    at.checked_sub(1).and_then(|i| chars.get(i)).is_some_and(|c| c.is_alphanumeric() || *c == '_')
}

fn line_end(chars: &[char], at: usize) -> usize {
    (at..chars.len()).find(|i| chars.get(*i) == Some(&'\n')).unwrap_or(chars.len())
}

fn comment_end(chars: &[char], at: usize) -> usize {
    let (mut depth, mut i) = (0usize, at);
    while i < chars.len() {
        match (chars.get(i), chars.get(i + 1)) {
            (Some('/'), Some('*')) => {
                depth += 1;
                i += 2;
            }
            (Some('*'), Some('/')) => {
                depth -= 1;
                i += 2;
                if depth == 0 {
                    return i;
                }
            }
            _ => i += 1,
        }
    }
    chars.len()
}

/// The end of `"…"` that starts at `at`.
fn string_end(chars: &[char], at: usize) -> usize {
    let mut i = at + 1;
    while let Some(c) = chars.get(i) {
        match c {
            '\\' => i += 2,
            '"' => return i + 1,
            _ => i += 1,
        }
    }
    chars.len()
}

/// The end of `r"…"`, `r#"…"#`, `b"…"`, `br#"…"#`, `c"…"`, `b'…'`; `at` if none starts here.
fn literal_end(chars: &[char], at: usize) -> usize {
    let letters = chars.iter().skip(at).take(2).take_while(|c| "rbc".contains(**c)).count();
    let raw = chars.iter().skip(at).take(letters).any(|c| *c == 'r');
    let hashes = chars.iter().skip(at + letters).take_while(|c| **c == '#').count();
    let quote = at + letters + hashes;
    match chars.get(quote) {
        Some('"') if raw => {
            let closes = |i: &usize| {
                chars.get(*i) == Some(&'"')
                    && chars.iter().skip(i + 1).take_while(|c| **c == '#').count() >= hashes
            };
            (quote + 1..chars.len()).find(closes).map_or(chars.len(), |i| i + 1 + hashes)
        }
        Some('"') if hashes == 0 => string_end(chars, quote),
        Some('\'') if hashes == 0 && !raw => char_end(chars, quote),
        _ => at,
    }
}

/// The end of a character literal; `at` if it is a lifetime.
fn char_end(chars: &[char], at: usize) -> usize {
    match (chars.get(at + 1), chars.get(at + 2)) {
        (Some('\\'), _) => {
            let closing = |i: &usize| chars.get(*i) == Some(&'\'');
            (at + 3..chars.len()).find(closing).map_or(chars.len(), |i| i + 1)
        }
        (Some(_), Some('\'')) => at + 3,
        _ => at,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_and_comments_are_blank_and_lines_stay() {
        let text = concat!(
            "let a = \"{\\\"\"; // }\n",
            "let b = '{'; /* { /* } */ { */ let c: &'a str = r#\"{\"#;\n",
            "b'\\''; x",
        );
        let code = code_only(text);
        assert_eq!(code.lines().count(), text.lines().count());
        assert!(!code.contains(['{', '}', '"']), "{code}");
        assert!(code.contains("&'a str") && code.ends_with("; x"), "{code}");
    }

    #[test]
    fn tests_are_cut_and_the_rest_is_kept() {
        let code = "fn a() {}\n#[cfg(test)]\nmod tests { fn b() { {} } }\n#[cfg(test)]\nmod t;\nfn c() {}\n";
        let rest = without_tests(code);
        assert!(rest.contains("fn a") && rest.contains("fn c") && !rest.contains("fn b"), "{rest}");
        assert_eq!(rest.lines().count(), code.lines().count());
    }
}
