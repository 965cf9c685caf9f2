//! Values as servers and programs decode them: every form that a value may take on its way.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// Rounds of URL decoding: servers do one, proxies and careless programs one more each.
const ROUNDS_MAX: usize = 3;
/// Forms of one value that are judged.
const FORMS_MAX: usize = 6;
/// Longer values are judged by their beginning, in bytes.
pub(super) const VALUE_MAX: usize = 8192;
/// A shorter text is not taken for base64.
const BASE64_MIN: usize = 12;

/// Hands every form of a value to `each`, the plainest last, each once, until it returns false.
/// `plus` says whether `+` is a space, as in queries.
pub fn forms(value: &str, plus: bool, each: &mut dyn FnMut(&str) -> bool) {
    let mut seen: Vec<String> = Vec::new();
    let mut now = super::text::cut(value, VALUE_MAX).to_owned();
    for round in 0..=ROUNDS_MAX {
        let next = url(&now, plus && round == 0);
        let last = next == now && round > 0;
        now = next;
        if last || (!seen.contains(&now) && !say(&mut seen, now.clone(), each)) {
            break;
        }
    }
    let plain = seen.last().cloned().unwrap_or_default();
    for other in [html(&plain), escapes(&plain), base64(&plain)].into_iter().flatten() {
        if !seen.contains(&other) && !say(&mut seen, other, each) {
            return;
        }
    }
}

fn say(seen: &mut Vec<String>, form: String, each: &mut dyn FnMut(&str) -> bool) -> bool {
    let go_on = seen.len() < FORMS_MAX && each(&form);
    seen.push(form);
    go_on
}

/// The value as a server decodes it once.
pub fn once(value: &str) -> String {
    url(super::text::cut(value, VALUE_MAX), true)
}

/// One round of URL decoding: `%41`, `%u0041`, overlong UTF-8; what is no UTF-8 stays as Latin-1.
fn url(text: &str, plus: bool) -> String {
    let bytes = text.as_bytes();
    let mut out: Vec<u8> = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at).copied() {
        let hex = |from: usize, count: usize| {
            let digits = text.get(at + from..at + from + count)?;
            let all = digits.bytes().all(|b| b.is_ascii_hexdigit());
            if all { u32::from_str_radix(digits, 16).ok() } else { None }
        };
        let wide = matches!(bytes.get(at + 1), Some(b'u' | b'U')).then(|| hex(2, 4)).flatten();
        match (byte, hex(1, 2), wide) {
            (b'%', Some(code), _) => {
                out.push(code as u8);
                at += 3;
            }
            (b'%', None, Some(code)) => {
                let sign = char::from_u32(narrow(code)).unwrap_or('\u{fffd}');
                out.extend(sign.to_string().bytes());
                at += 6;
            }
            (b'+', ..) if plus => {
                out.push(b' ');
                at += 1;
            }
            _ => {
                out.push(byte);
                at += 1;
            }
        }
    }
    overlong(&mut out);
    match String::from_utf8(out) {
        Ok(text) => text,
        Err(error) => error.into_bytes().into_iter().map(char::from).collect(),
    }
}

/// Full-width signs are taken for the plain ones by databases and programs.
fn narrow(code: u32) -> u32 {
    match code {
        0xff01..=0xff5e => code - 0xfee0,
        0x2215 | 0x2044 => u32::from('/'),
        0x02b9 | 0x02bc | 0x02c8 | 0x2018 | 0x2019 | 0x2032 => u32::from('\''),
        _ => code,
    }
}

/// `C0 AF` and `E0 80 AF` are `/` to careless decoders.
fn overlong(bytes: &mut Vec<u8>) {
    if !bytes.iter().any(|b| matches!(b, 0xc0 | 0xc1 | 0xe0)) {
        return;
    }
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(first) = bytes.get(at).copied() {
        let tail = |ahead| bytes.get(at + ahead).copied().filter(|b: &u8| b & 0xc0 == 0x80);
        match (first, tail(1), tail(2)) {
            (0xc0 | 0xc1, Some(low), _) => {
                out.push((first << 6) | (low & 0x3f));
                at += 2;
            }
            (0xe0, Some(middle @ 0x80..=0x81), Some(low)) => {
                out.push((middle << 6) | (low & 0x3f));
                at += 3;
            }
            _ => {
                out.push(first);
                at += 1;
            }
        }
    }
    *bytes = out;
}

/// HTML references as browsers resolve them; `None` if there are none.
fn html(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (before, tail) = rest.split_at(at);
        out.push_str(before);
        if let Some((sign, length)) = reference(tail) {
            out.push(sign);
            rest = tail.get(length..).unwrap_or_default();
        } else {
            out.push('&');
            rest = tail.get(1..).unwrap_or_default();
        }
    }
    out.push_str(rest);
    (out != text).then_some(out)
}

/// The sign of a reference at the start of a text, and its length.
fn reference(text: &str) -> Option<(char, usize)> {
    const NAMES: &[(&str, char)] = &[
        ("lt", '<'),
        ("gt", '>'),
        ("quot", '"'),
        ("apos", '\''),
        ("amp", '&'),
        ("lpar", '('),
        ("rpar", ')'),
        ("colon", ':'),
        ("Tab", '\t'),
        ("NewLine", '\n'),
    ];
    let inner = text.strip_prefix('&')?;
    for (name, sign) in NAMES {
        if inner.strip_prefix(name).is_some_and(|rest| rest.starts_with(';')) {
            return Some((*sign, name.len() + 2));
        }
    }
    let number = inner.strip_prefix('#')?;
    let (digits, radix, skip) = match number.strip_prefix(['x', 'X']) {
        Some(hex) => (hex, 16, 3),
        None => (number, 10, 2),
    };
    let count = digits.bytes().take(8).take_while(|b| char::from(*b).is_digit(radix)).count();
    let sign = char::from_u32(u32::from_str_radix(digits.get(..count)?, radix).ok()?)?;
    let end = usize::from(digits.get(count..)?.starts_with(';'));
    Some((sign, skip + count + end))
}

/// Escapes of JSON and JavaScript; `None` if there are none.
fn escapes(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        let (before, tail) = rest.split_at(at);
        out.push_str(before);
        let code = |from: usize, to: usize| {
            u32::from_str_radix(tail.get(from..to)?, 16).ok().and_then(char::from_u32)
        };
        let known = match tail.as_bytes().get(1) {
            Some(b'u') => code(2, 6).map(|sign| (sign, 6)),
            Some(b'x') => code(2, 4).map(|sign| (sign, 4)),
            _ => None,
        };
        let (sign, length) = known.unwrap_or(('\\', 1));
        out.push(sign);
        rest = tail.get(length..).unwrap_or_default();
    }
    out.push_str(rest);
    (out != text).then_some(out)
}

/// A text in base64, if the whole value is one and gives printable text.
fn base64(text: &str) -> Option<String> {
    let body = text.trim().trim_end_matches('=');
    let sign = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'-' | b'_');
    if body.len() < BASE64_MIN || !body.bytes().all(sign) {
        return None;
    }
    let bytes = STANDARD_NO_PAD.decode(body).or_else(|_| URL_SAFE_NO_PAD.decode(body)).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let printable = text.chars().all(|c| !c.is_control() || c.is_ascii_whitespace());
    (printable && !text.is_empty()).then_some(text)
}
