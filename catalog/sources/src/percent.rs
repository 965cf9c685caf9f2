//! Percent-encoding taken off texts of logs.

use std::borrow::Cow;

/// The text with every `%XX` as the byte it stands for; what is no UTF-8 then, as U+FFFD.
pub fn decode(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.as_bytes();
    while let Some((first, rest)) = bytes.split_first() {
        let digit = |byte: &u8| char::from(*byte).to_digit(16).map(|d| d as u8);
        let decoded = match (first, rest) {
            (b'%', [high, low, ..]) => digit(high).zip(digit(low)).map(|(h, l)| h * 16 + l),
            _ => None,
        };
        out.push(decoded.unwrap_or(*first));
        bytes = rest.get(if decoded.is_some() { 2 } else { 0 }..).unwrap_or(&[]);
    }
    match String::from_utf8(out) {
        Ok(text) => Cow::Owned(text),
        Err(error) => Cow::Owned(String::from_utf8_lossy(error.as_bytes()).into_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_what_is_encoded() {
        for (text, wanted) in
            [("a%20b", "a b"), ("%", "%"), ("%2", "%2"), ("%zz%41", "%zzA"), ("%ff", "\u{FFFD}")]
        {
            assert_eq!(decode(text), wanted, "{text}");
        }
    }
}
