//! SQL injection: two opinions that know nothing of each other, libinjection's and our tokens'.

use sqli::{Dialect, Feature, attempt, features, sleeps_in_prose};

use super::super::text::any;

/// Whether a value would be read as SQL where a program puts a value. It is in its own case.
pub fn is_attack(value: &str) -> bool {
    let text = value.trim();
    if text.len() < 3 || is_plain(text) {
        return false;
    }
    if attempt(text).is_some() {
        return true;
    }
    // To the other opinion a word and a bracket are a call, whatever the bracket holds.
    libinjectionrs::detect_sqli(text.as_bytes()).is_injection() && !sleeps_in_prose(text)
}

/// Whether our own tokens say so, without a second opinion.
pub fn is_language(value: &str) -> bool {
    let text = value.trim();
    text.len() >= 3 && !is_plain(text) && attempt(text).is_some()
}

/// Whether a value, in small letters, says in so many words that it is SQL.
pub fn is_certain(small: &str) -> bool {
    const WORDS: &[&str] = &[
        "select",
        "xp_cmdshell",
        "waitfor",
        "sleep(",
        "benchmark(",
        "information_schema",
        "dbms_",
        "load_file(",
        "outfile",
    ];
    if !any(small, WORDS) {
        return false;
    }
    let found = features(small, Dialect::MySql);
    let strong = [
        Feature::Union,
        Feature::Catalog,
        Feature::Sleep,
        Feature::FileRead,
        Feature::FileWrite,
        Feature::Subselect,
        Feature::ErrorFunction,
        Feature::Command,
    ];
    found.any(&strong) && attempt(small).is_some()
}

/// Words and numbers without a sign are no SQL unless words of SQL stand with a number.
fn is_plain(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b >= 0x80 || matches!(b, b' ' | b'_' | b'.');
    text.bytes().all(plain) && !text.bytes().any(|b| b.is_ascii_digit())
}
