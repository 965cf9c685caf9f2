//! Secrets that are known by their own looks.

use std::ops::Range;

use super::{at_byte, is_word, run, starts};

/// How product tokens start: GitHub, GitLab, Slack, Stripe, npm.
const PREFIXES: &[&[u8]] = &[
    b"ghp_",
    b"gho_",
    b"ghu_",
    b"ghs_",
    b"ghr_",
    b"github_pat_",
    b"glpat-",
    b"xoxa-",
    b"xoxb-",
    b"xoxe-",
    b"xoxp-",
    b"xoxr-",
    b"xoxs-",
    b"xapp-",
    b"sk_live_",
    b"rk_live_",
    b"npm_",
];
/// Fewer characters than this after a prefix are a mention, not a token.
const TOKEN_MIN: usize = 12;
/// Fewer characters than this after `Bearer` or `Basic` are a mention.
const CREDENTIAL_MIN: usize = 8;
/// The longest user part of a URL that is looked at.
const USERINFO_MAX: usize = 512;

/// The length of the token that a word starts with, if it is one.
pub(super) fn token(word: &[u8]) -> Option<usize> {
    let dots = word.iter().rev().take_while(|b| **b == b'.').count();
    let word = word.get(..word.len() - dots)?;
    if word.starts_with(b"eyJ") {
        // RFC 7519: base64url parts with dots between; header and claims are JSON objects.
        let mut parts = word.split(|b| *b == b'.');
        let (header, claims) = (parts.next()?, parts.next()?);
        let is_token = header.len() >= 8 && (claims.starts_with(b"eyJ") || parts.next().is_some());
        return is_token.then_some(word.len());
    }
    let is_token =
        PREFIXES.iter().any(|p| word.starts_with(p) && word.len() >= p.len() + TOKEN_MIN);
    is_token.then_some(word.len())
}

/// The credential after `Bearer` or `Basic` (RFC 9110, 11.4), if one stands there.
pub(super) fn scheme(bytes: &[u8], word: &[u8], end: usize) -> Option<Range<usize>> {
    if !word.eq_ignore_ascii_case(b"bearer") && !word.eq_ignore_ascii_case(b"basic") {
        return None;
    }
    let start = match bytes.get(end..)? {
        [b' ' | b'+', ..] => end + 1,
        [b'%', b'2', b'0', ..] => end + 3,
        _ => return None,
    };
    let length = run(bytes, start, |b| is_word(b) || matches!(b, b'~' | b'+' | b'/' | b'='));
    let found = bytes.get(start..start + length)?;
    // "Basic authentication failed" is prose: a credential has digits or capitals within.
    let is_prose = found.iter().skip(1).all(|b| b.is_ascii_lowercase() || matches!(b, b'.' | b'-'));
    (length >= CREDENTIAL_MIN && !is_prose).then_some(start..start + length)
}

/// The password of `scheme://user:password@host`, seen from the colon before `//`.
pub(super) fn url_password(bytes: &[u8], at: usize) -> Option<Range<usize>> {
    if !starts(bytes, at, b"://") {
        return None;
    }
    let window = bytes.get(at + 3..bytes.len().min(at + 3 + USERINFO_MAX))?;
    let stop =
        |b: &u8| b.is_ascii_whitespace() || b.is_ascii_control() || b"/?#\"'<>\\@".contains(b);
    let userinfo = window.iter().position(stop).filter(|i| window.get(*i) == Some(&b'@'))?;
    let colon = window.get(..userinfo)?.iter().position(|b| *b == b':')?;
    Some(at + 3 + colon + 1..at + 3 + userinfo)
}

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"-----END ";
const DASHES: &[u8] = b"-----";
/// `ENCRYPTED PRIVATE KEY`, `OPENSSH PRIVATE KEY`, …: labels are short.
const LABEL_MAX: usize = 40;

/// The end of the label's closing dashes, where `from` is the label's start.
fn label_end(bytes: &[u8], from: usize) -> Option<usize> {
    let length = run(bytes, from, |b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b' ');
    (length <= LABEL_MAX && starts(bytes, from + length, DASHES))
        .then_some(from + length + DASHES.len())
}

/// Whether a PEM block (RFC 7468) of a private key starts here.
pub(super) fn is_private_key(bytes: &[u8], at: usize) -> bool {
    starts(bytes, at, BEGIN)
        && label_end(bytes, at + BEGIN.len()).is_some_and(|end| {
            let label = bytes.get(at + BEGIN.len()..end - DASHES.len()).unwrap_or_default();
            label.ends_with(b"PRIVATE KEY")
        })
}

/// The end of the block; of one that was cut, the end of what can belong to it.
pub(super) fn private_key_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + BEGIN.len();
    while let Some(byte) = at_byte(bytes, at) {
        if starts(bytes, at, END)
            && let Some(end) = label_end(bytes, at + END.len())
        {
            return end;
        }
        at = match byte {
            b'\\' => {
                let slashes = run(bytes, at, |b| b == b'\\');
                match at_byte(bytes, at + slashes) {
                    Some(b'n' | b'r' | b't') => at + slashes + 1,
                    _ => return at,
                }
            }
            b'+' | b'/' | b'=' | b'-' | b':' | b',' => at + 1,
            b if b.is_ascii_alphanumeric() || b.is_ascii_whitespace() => at + 1,
            _ => return at,
        };
    }
    at
}
