//! Percent encoding as the specification of package URLs wants it.

use std::fmt::Write as _;

use super::PurlError;

/// Encodes all but letters, digits, `.-_~` and the colon.
pub fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b".-_~:".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _infallible = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// Decodes; what is not `%` and two digits stands for itself.
pub fn decode(text: &str) -> Result<String, PurlError> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.as_bytes();
    while let Some((first, rest)) = bytes.split_first() {
        bytes = rest;
        let digits = |two: &[u8]| {
            let two = std::str::from_utf8(two).ok()?;
            let hex = two.bytes().all(|b| b.is_ascii_hexdigit());
            hex.then(|| u8::from_str_radix(two, 16).ok()).flatten()
        };
        match (first, rest.get(..2).and_then(digits)) {
            (b'%', Some(byte)) => {
                out.push(byte);
                bytes = rest.get(2..).unwrap_or_default();
            }
            _ => out.push(*first),
        }
    }
    String::from_utf8(out).map_err(|_| PurlError("percent encoding that is no UTF-8"))
}
