//! Takes secrets out of log text and leaves its shape as it was.
//!
//! Pass by pass over the bytes: a secret is known by the name in front of it (`"password":"…"`,
//! `token=…`, `Cookie: …`) or by its own looks (a JSON Web Token, a private key). Quotes stay
//! where they are, so that JSON stays JSON, also JSON written inside JSON strings. Access key ids
//! are no secrets: they are what an investigation follows.

use std::borrow::Cow;
use std::ops::Range;

mod looks;
mod names;
mod value;

use crate::text::REDACTED;

/// What AWS itself writes in the place of a secret: it stays, because it tells where it comes from.
const HIDDEN_BY_AWS: &str = "HIDDEN_DUE_TO_SECURITY_REASONS";

/// Passes over a text in which a mark, put in place of one secret, lets another be seen.
const PASSES_MAX: usize = 8;

/// The text with each secret replaced by [`REDACTED`]. Doing it twice changes nothing more.
pub fn redact(text: &str) -> Cow<'_, str> {
    let Cow::Owned(mut clean) = pass(text) else { return Cow::Borrowed(text) };
    for _ in 1..PASSES_MAX {
        match pass(&clean) {
            Cow::Owned(cleaner) if cleaner != clean => clean = cleaner,
            _ => break,
        }
    }
    Cow::Owned(clean)
}

fn pass(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let mut out = String::new();
    let mut spans = Vec::new();
    let (mut at, mut copied, mut free) = (0, 0, true);
    while at < bytes.len() {
        let next = look(bytes, at, free, &mut spans).max(at + 1);
        let mut after_secret = false;
        for span in spans.drain(..) {
            after_secret = span.end == next;
            let secret = text.get(span.clone()).unwrap_or_default();
            if !stays(secret) {
                out.push_str(text.get(copied..span.start).unwrap_or_default());
                out.push_str(REDACTED);
                copied = span.end;
            }
        }
        // A word starts here if the byte before cannot belong to it; an escape or a secret cannot.
        let jumped = matches!(at_byte(bytes, at), Some(b'\\' | b'%')) && next > at + 1;
        let before = next.checked_sub(1).and_then(|i| at_byte(bytes, i));
        free = after_secret || jumped || !before.is_some_and(is_word);
        at = next;
    }
    if copied == 0 && out.is_empty() {
        return Cow::Borrowed(text);
    }
    out.push_str(text.get(copied..).unwrap_or_default());
    Cow::Owned(out)
}

/// Whether a value has nothing left to hide.
fn stays(value: &str) -> bool {
    let value = value.trim();
    value.is_empty() || value == REDACTED || value == HIDDEN_BY_AWS
}

/// Looks at one place: notes the secrets that start from here, returns where to go on.
fn look(bytes: &[u8], at: usize, free: bool, spans: &mut Vec<Range<usize>>) -> usize {
    match at_byte(bytes, at) {
        Some(b'\\') => value::escape_end(bytes, at),
        Some(b'%') if is_percent_code(bytes, at) => at + 3,
        Some(b'-') if looks::is_private_key(bytes, at) => {
            let end = looks::private_key_end(bytes, at);
            spans.push(at..end);
            end
        }
        Some(b':') => match looks::url_password(bytes, at) {
            Some(span) => {
                let end = span.end;
                spans.push(span);
                end
            }
            None => at + 1,
        },
        Some(byte) if free && is_word(byte) => look_at_word(bytes, at, spans),
        _ => at + 1,
    }
}

/// Looks at the word that starts here, and at what stands behind it.
fn look_at_word(bytes: &[u8], at: usize, spans: &mut Vec<Range<usize>>) -> usize {
    let end = at + run(bytes, at, is_word);
    let word = bytes.get(at..end).unwrap_or_default();
    if let Some(length) = looks::token(word) {
        spans.push(at..at + length);
        return at + length;
    }
    if let Some(span) = looks::scheme(bytes, word, end) {
        let end = span.end;
        spans.push(span);
        return end;
    }
    match names::secret(word) {
        Some(name) => value::of(bytes, at, end, name, spans),
        None => end,
    }
}

fn at_byte(bytes: &[u8], at: usize) -> Option<u8> {
    bytes.get(at).copied()
}

/// How many bytes from `at` on are of a kind.
fn run(bytes: &[u8], at: usize, of_kind: impl Fn(u8) -> bool) -> usize {
    bytes.get(at..).unwrap_or_default().iter().take_while(|b| of_kind(**b)).count()
}

fn starts(bytes: &[u8], at: usize, with: &[u8]) -> bool {
    bytes.get(at..).is_some_and(|rest| rest.starts_with(with))
}

/// Whether a byte belongs to names and tokens.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

/// Whether a URL's `%XX` stands here.
fn is_percent_code(bytes: &[u8], at: usize) -> bool {
    let Some([b'%', digits @ ..]) = bytes.get(at..at + 3) else { return false };
    digits.iter().all(u8::is_ascii_hexdigit)
}
