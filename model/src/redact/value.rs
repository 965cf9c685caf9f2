//! Where the value behind a secret's name starts and ends.
//!
//! In JSON within JSON strings, depth d, a quote is written with 2^d - 1 backslashes before it.

use std::ops::Range;

use super::names::Name;
use super::{at_byte, is_percent_code, is_word, looks, run, starts};

/// A quote as it is written at this depth.
#[derive(Clone, Copy)]
struct Quote {
    mark: u8,
    slashes: usize,
}

impl Quote {
    /// The quote that stands here, and where it ends.
    fn read(bytes: &[u8], at: usize) -> Option<(Quote, usize)> {
        let slashes = run(bytes, at, |b| b == b'\\');
        match at_byte(bytes, at + slashes) {
            Some(mark @ (b'"' | b'\'')) => Some((Quote { mark, slashes }, at + slashes + 1)),
            _ => None,
        }
    }

    /// The end of this very quote, if it stands here.
    fn here(self, bytes: &[u8], at: usize) -> Option<usize> {
        let (found, end) = Quote::read(bytes, at)?;
        (found.mark == self.mark && found.slashes == self.slashes).then_some(end)
    }

    /// Where the string that starts at `from` ends: before its closing quote, before a quote of a
    /// string around it, or at the end of the line.
    fn close(self, bytes: &[u8], from: usize) -> usize {
        let (mut at, mut slashes) = (from, 0);
        while let Some(byte) = at_byte(bytes, at) {
            if byte == b'\\' {
                slashes += 1;
                at += 1;
                continue;
            }
            if byte == self.mark {
                // (m + 1) · 2^d - 1 backslashes: m stand in the text itself; if m is even, the
                // quote is not escaped there.
                let (times, rest) =
                    ((slashes + 1) / (self.slashes + 1), (slashes + 1) % (self.slashes + 1));
                if slashes < self.slashes {
                    return at - slashes;
                }
                if rest == 0 && times % 2 == 1 {
                    return at - self.slashes;
                }
            } else if byte == b'\n' || (byte == b'"' && slashes == 0) {
                return at;
            }
            slashes = 0;
            at += 1;
        }
        at
    }
}

/// Notes the values behind the name at `start..end`; returns where to go on.
pub(super) fn of(
    bytes: &[u8],
    start: usize,
    end: usize,
    name: Name,
    spans: &mut Vec<Range<usize>>,
) -> usize {
    match Quote::read(bytes, end) {
        Some((quote, after)) => quoted(bytes, quote, after, name, spans).unwrap_or(end),
        None => bare(bytes, start, end, name, spans).unwrap_or(end),
    }
}

/// The end of the other key, where name and value are two members of an object.
const VALUE: &[u8] = b"value";

/// `"name": "value"`, `"name": ["value", …]`, `"name", "value": "value"`; `after` is behind the
/// name's closing quote.
fn quoted(
    bytes: &[u8],
    quote: Quote,
    after: usize,
    name: Name,
    spans: &mut Vec<Range<usize>>,
) -> Option<usize> {
    let mut at = blank(bytes, after);
    if at_byte(bytes, at) == Some(b',') {
        // A header as WAF and others log it: {"name": "Cookie", "value": "…"}.
        at = quote.here(bytes, blank(bytes, at + 1))?;
        let key = bytes.get(at..at + run(bytes, at, is_word))?;
        let tail = key.len().checked_sub(VALUE.len()).and_then(|from| key.get(from..))?;
        if !tail.eq_ignore_ascii_case(VALUE) {
            return None;
        }
        at = blank(bytes, quote.here(bytes, at + key.len())?);
    }
    at = match bytes.get(at..)? {
        [b':', ..] => blank(bytes, at + 1),
        [b'=', b'>', ..] => blank(bytes, at + 2),
        _ => return None,
    };
    let is_list = at_byte(bytes, at) == Some(b'[');
    if is_list {
        at = blank(bytes, at + 1);
    }
    while let Some(from) = quote.here(bytes, at) {
        if keeps(bytes, from, name) {
            return Some(from);
        }
        let close = quote.close(bytes, from);
        spans.push(from..close);
        at = close;
        let Some(next) = quote.here(bytes, close).map(|end| blank(bytes, end)) else { break };
        if !is_list || at_byte(bytes, next) != Some(b',') {
            break;
        }
        at = blank(bytes, next + 1);
    }
    Some(at)
}

/// `name=value`, `name: value`, and the same in a URL's escapes.
fn bare(
    bytes: &[u8],
    start: usize,
    end: usize,
    name: Name,
    spans: &mut Vec<Range<usize>>,
) -> Option<usize> {
    let mut at = end;
    if at_byte(bytes, at) == Some(b']') {
        at += 1;
    } else if starts(bytes, at, b"%5D") || starts(bytes, at, b"%5d") {
        at += 3;
    }
    let from = match bytes.get(at..)? {
        [b'=', ..] => at + 1,
        [b'%', b'3', b'D' | b'd', ..] => at + 3,
        [b':', ..] if names_a_line(bytes, start, at + 1, name) => blank(bytes, at + 1),
        [b' ', ..] => assigned(bytes, at)?,
        _ => return None,
    };
    if let Some((quote, inside)) = Quote::read(bytes, from) {
        // The quote may be the end of a string around us, and the value empty.
        let ends_here = match at_byte(bytes, inside) {
            None => true,
            Some(b) => b.is_ascii_whitespace() || b",}]:\\".contains(&b),
        };
        if ends_here {
            return Some(inside);
        }
        if keeps(bytes, inside, name) {
            return Some(inside);
        }
        let close = quote.close(bytes, inside);
        spans.push(inside..close);
        return Some(close);
    }
    if keeps(bytes, from, name) {
        return Some(from);
    }
    let to_line_end =
        matches!(name, Name::Line | Name::Authorization) && at_byte(bytes, at) == Some(b':');
    let key_end =
        if looks::is_private_key(bytes, from) { looks::private_key_end(bytes, from) } else { from };
    let close = if to_line_end {
        plain_end(bytes, key_end, |b, _| matches!(b, b'\n' | b'\r' | b'"' | b'\''))
    } else {
        plain_end(bytes, key_end, ends_word)
    };
    if is_plain_word(bytes.get(from..close)?) {
        return Some(close);
    }
    spans.push(from..close);
    Some(close)
}

/// Whether `name:` is a header or a setting, and not a part of an ARN, a path or prose.
fn names_a_line(bytes: &[u8], start: usize, after: usize, name: Name) -> bool {
    let before = start.checked_sub(1).and_then(|i| at_byte(bytes, i));
    let has_blank = at_byte(bytes, after) == Some(b' ');
    match before {
        Some(b'/') => false,
        Some(b':') => has_blank,
        _ => has_blank || name != Name::Noun,
    }
}

/// ` = 'value'`, as SQL and settings write it: where the quote stands.
fn assigned(bytes: &[u8], at: usize) -> Option<usize> {
    let equals = blank(bytes, at);
    if at_byte(bytes, equals) != Some(b'=') {
        return None;
    }
    let value = blank(bytes, equals + 1);
    Quote::read(bytes, value).map(|_| value)
}

/// Whether the value is none of a secret's after all. Looks no further than one word, so that the
/// whole stays linear.
fn keeps(bytes: &[u8], from: usize, name: Name) -> bool {
    match name {
        Name::Authorization => starts(bytes, from, b"AWS4-"),
        Name::Signature => {
            let length = run(bytes, from, |b| b.is_ascii_hexdigit());
            length < SIGNATURE_MIN || at_byte(bytes, from + length).is_some_and(is_word)
        }
        _ => false,
    }
}

/// Shorter hexadecimal numbers are no signatures of a request.
const SIGNATURE_MIN: usize = 32;

/// Truth values and nothing are no secrets.
fn is_plain_word(value: &[u8]) -> bool {
    [&b"true"[..], b"false", b"null", b"None"].contains(&value)
}

/// Whether an unquoted word ends at this byte; `next` is the byte behind it.
fn ends_word(byte: u8, next: Option<u8>) -> bool {
    byte.is_ascii_whitespace()
        || byte.is_ascii_control()
        || b"&;\"'<>`".contains(&byte)
        || (byte == b',' && next.is_none_or(|b| b.is_ascii_whitespace()))
}

/// The end of an unquoted value, where `ends` says so or an escape stands for such a byte.
fn plain_end(bytes: &[u8], from: usize, ends: impl Fn(u8, Option<u8>) -> bool) -> usize {
    let mut at = from;
    while let Some(byte) = at_byte(bytes, at) {
        if ends(byte, at_byte(bytes, at + 1)) {
            return at;
        }
        if byte == b'\\' {
            let slashes = run(bytes, at, |b| b == b'\\');
            let behind = at + slashes;
            match at_byte(bytes, behind) {
                Some(b'"' | b'\'' | b'n' | b'r' | b't') | None => return at,
                Some(b'u') if escape_ends(bytes, behind, &ends) => return at,
                Some(_) => at = behind,
            }
        } else if is_percent_code(bytes, at) && starts(bytes, at, b"%26") && ends(b'&', None) {
            return at;
        } else {
            at += 1;
        }
    }
    at
}

/// Whether `uXXXX` at `at` stands for a byte at which the value ends.
fn escape_ends(bytes: &[u8], at: usize, ends: &impl Fn(u8, Option<u8>) -> bool) -> bool {
    bytes
        .get(at + 1..at + 5)
        .and_then(|digits| std::str::from_utf8(digits).ok())
        .and_then(|digits| u8::from_str_radix(digits, 16).ok())
        .is_some_and(|byte| ends(byte, None))
}

/// The end of an escape: backslashes and the letter of a control character or `uXXXX`.
pub(super) fn escape_end(bytes: &[u8], at: usize) -> usize {
    let end = at + run(bytes, at, |b| b == b'\\');
    match at_byte(bytes, end) {
        Some(b'n' | b'r' | b't' | b'b' | b'f') => end + 1,
        Some(b'u') if run(bytes, end + 1, |b| b.is_ascii_hexdigit()) >= 4 => end + 5,
        _ => end,
    }
}

/// The first byte that is not white space.
fn blank(bytes: &[u8], at: usize) -> usize {
    at + run(bytes, at, |b| b.is_ascii_whitespace())
}
