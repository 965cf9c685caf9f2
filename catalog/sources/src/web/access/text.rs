//! What text access logs share: quoted words, escapes, bracketed times, prefixes of collectors.

use std::borrow::Cow;

use jiff::tz::TimeZone;
use model::Time;
use model::time::{Precision, civil_seconds, offset_seconds};

use crate::clock::in_zone;

/// How a server writes quotes inside quotes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Escapes {
    /// By a backslash before them.
    Backslash,
    /// Not at all, and a backslash is a character as any other.
    Literal,
}

/// One word of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word<'a> {
    /// Its text, without the quotes around it.
    pub text: &'a str,
    /// Whether it stood in quotes.
    pub quoted: bool,
}

/// Takes the next word: up to a space, or from a quote to the quote before a space or the end.
pub fn word(rest: &str, escapes: Escapes) -> Option<(Word<'_>, &str)> {
    let rest = rest.trim_start_matches([' ', '\t']);
    if rest.is_empty() {
        return None;
    }
    let Some(inside) = rest.strip_prefix('"') else {
        let (text, rest) = rest.split_once([' ', '\t']).unwrap_or((rest, ""));
        return Some((Word { text, quoted: false }, rest));
    };
    let bytes = inside.as_bytes();
    let mut from = 0;
    while let Some(at) = memchr::memchr2(b'"', b'\\', bytes.get(from..).unwrap_or(&[])) {
        let at = from + at;
        if bytes.get(at) == Some(&b'\\') {
            from = at + if escapes == Escapes::Backslash { 2 } else { 1 };
            continue;
        }
        // A quote that no space follows belongs to the text: its writer does not escape.
        if matches!(bytes.get(at + 1), None | Some(b' ' | b'\t')) {
            let text = inside.get(..at).unwrap_or("");
            return Some((Word { text, quoted: true }, inside.get(at + 1..).unwrap_or("")));
        }
        from = at + 1;
    }
    // Not closed: the line was cut, all that is left is the word.
    Some((Word { text: inside, quoted: true }, ""))
}

/// No line has more words that matter: a hostile one may be millions of them.
pub const WORDS_MAX: usize = 128;

/// The words of a line.
pub fn words(mut rest: &str) -> Vec<Word<'_>> {
    let mut out = Vec::new();
    while out.len() < WORDS_MAX
        && let Some((word, after)) = word(rest, Escapes::Backslash)
    {
        out.push(word);
        rest = after;
    }
    out
}

/// The text with the escapes of web servers resolved (`\x22`, `\"`, `\\`, `\n`).
pub fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains('\\') {
        return Cow::Borrowed(text);
    }
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.as_bytes();
    while let Some((first, rest)) = bytes.split_first() {
        let (byte, taken) = match (first, rest) {
            (b'\\', [b'x', high, low, ..]) => match (hex(*high), hex(*low)) {
                (Some(high), Some(low)) => (high * 16 + low, 4),
                _ => (b'\\', 1),
            },
            (b'\\', [b'n', ..]) => (b'\n', 2),
            (b'\\', [b't', ..]) => (b'\t', 2),
            (b'\\', [b'r', ..]) => (b'\r', 2),
            (b'\\', [quoted @ (b'"' | b'\\'), ..]) => (*quoted, 2),
            _ => (*first, 1),
        };
        out.push(byte);
        bytes = bytes.get(taken..).unwrap_or(&[]);
    }
    Cow::Owned(String::from_utf8_lossy(&out).into_owned())
}

fn hex(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).map(|digit| digit as u8)
}

/// The number of a month by its English short name.
pub fn month(name: &[u8]) -> Option<i64> {
    const NAMES: &[u8] = b"JanFebMarAprMayJunJulAugSepOctNovDec";
    let at = NAMES.chunks_exact(3).position(|month| month.eq_ignore_ascii_case(name))?;
    Some(at as i64 + 1)
}

/// A number of decimal digits.
pub fn digits(text: &[u8]) -> Option<i64> {
    if text.is_empty() || text.len() > 18 {
        return None;
    }
    text.iter().try_fold(0i64, |sum, byte| {
        byte.is_ascii_digit().then(|| sum * 10 + i64::from(byte - b'0'))
    })
}

/// Reads `20/Jul/2009:22:59:26 +0000`, also with a fraction of a second, or in RFC 3339. Without
/// a zone it is taken to be in `zone`.
pub fn bracket_time(text: &str, zone: Option<&TimeZone>) -> Option<Time> {
    let bytes = text.as_bytes();
    if bytes.get(2) != Some(&b'/') {
        return Time::parse_rfc3339(text)
            .or_else(|| Time::parse_civil(text, 0).map(|time| in_zone(time, zone)));
    }
    let part = |from: usize, to: usize| digits(bytes.get(from..to)?);
    let marks = [(6, b'/'), (11, b':'), (14, b':'), (17, b':')];
    if !marks.iter().all(|(at, mark)| bytes.get(*at) == Some(mark)) {
        return None;
    }
    let date = (part(7, 11)?, month(bytes.get(3..6)?)?, part(0, 2)?);
    let seconds = civil_seconds(date, (part(12, 14)?, part(15, 17)?, part(18, 20)?))?;
    let mut rest = bytes.get(20..)?;
    let (mut nanos, mut precision) = (0, Precision::Seconds);
    if let [b'.', fraction @ ..] = rest {
        let count = fraction.iter().take_while(|b| b.is_ascii_digit()).count().min(9);
        nanos = digits(fraction.get(..count)?)? * 10i64.pow(9 - count as u32);
        precision = Precision::from_digits(count);
        rest = fraction.get(count..)?;
    }
    let rest = rest.trim_ascii();
    let point = |seconds: i64| {
        seconds.checked_mul(1_000_000_000)?.checked_add(nanos).map(|n| Time::point(n, precision))
    };
    if rest.is_empty() {
        return point(seconds).map(|time| in_zone(time, zone));
    }
    point(seconds.checked_sub(offset_seconds(rest)?)?)
}

/// What a collector put before a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Prefix<'a> {
    /// The time of syslog, as it stands there.
    pub stamp: Option<&'a str>,
    /// The program of syslog.
    pub program: Option<&'a str>,
    /// The machine of syslog.
    pub machine: Option<&'a str>,
}

/// Takes off what collectors put before a line: `name | ` of docker compose, `time stdout F ` of
/// container runtimes, the head of syslog.
pub fn strip(line: &str) -> (Prefix<'_>, &str) {
    const NAME_MAX: usize = 64;
    let is_name = |text: &str| {
        !text.is_empty()
            && text.len() <= NAME_MAX
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
    };
    if let Some((name, rest)) = line.split_once('|')
        && name.ends_with(' ')
        && is_name(name.trim_end())
        && let Some(rest) = rest.strip_prefix(' ')
    {
        return (Prefix::default(), rest);
    }
    let mut parts = line.splitn(4, ' ');
    if let (Some(time), Some("stdout" | "stderr"), Some("F" | "P"), Some(rest)) =
        (parts.next(), parts.next(), parts.next(), parts.next())
        && time.as_bytes().get(10) == Some(&b'T')
    {
        return (Prefix::default(), rest);
    }
    syslog(line).unwrap_or((Prefix::default(), line))
}

/// `<134>`? `Feb 25 16:19:38` or RFC 3339, machine, `program[pid]:`, the rest (RFC 3164).
fn syslog(line: &str) -> Option<(Prefix<'_>, &str)> {
    let bare = match line.strip_prefix('<') {
        Some(rest) => rest.split_once('>').filter(|(n, _)| digits(n.as_bytes()).is_some())?.1,
        None => line,
    };
    let stamp_end = if month(bare.as_bytes().get(..3)?).is_some() {
        15
    } else {
        bare.find(' ').filter(|at| Time::parse_rfc3339(bare.get(..*at).unwrap_or("")).is_some())?
    };
    let (stamp, rest) = (bare.get(..stamp_end)?, bare.get(stamp_end..)?.strip_prefix(' ')?);
    let (machine, rest) = rest.split_once(' ')?;
    let (tag, rest) = rest.split_once(": ")?;
    let program = tag.split_once('[').map_or(tag, |(program, _)| program);
    let sound = !program.is_empty() && !program.contains([' ', '"']);
    let prefix = Prefix { stamp: Some(stamp), program: Some(program), machine: Some(machine) };
    sound.then_some((prefix, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_with_quotes_in_quotes() {
        let line = r#"a "b \"c\" d" "e"f" "" "cut"#;
        let texts: Vec<&str> = words(line).iter().map(|w| w.text).collect();
        assert_eq!(texts, ["a", r#"b \"c\" d"#, r#"e"f"#, "", "cut"]);
        assert_eq!(unescape(r#"\x41\"\\\xC3\xA9\q\x4"#), "A\"\\é\\q\\x4");
    }

    #[test]
    fn times_in_brackets() {
        let tokyo = TimeZone::get("Asia/Tokyo").unwrap();
        for (text, zone, wanted) in [
            ("20/Jul/2026:22:59:26 +0330", None, "2026-07-20T19:29:26Z"),
            ("20/Jul/2026:22:59:26.143", None, "2026-07-20T22:59:26.143Z"),
            ("20/Jul/2026:22:59:26.143", Some(&tokyo), "2026-07-20T13:59:26.143Z"),
            ("2026-07-20T22:59:26+09:00", None, "2026-07-20T13:59:26Z"),
        ] {
            let time = bracket_time(text, zone).map(|t| t.to_string());
            assert_eq!(time.as_deref(), Some(wanted), "{text}");
        }
        for bad in ["20/Jul/2026", "32/Jul/2026:22:59:26 +0000", "20/Foo/2026:22:59:26 +0000", ""] {
            assert_eq!(bracket_time(bad, None), None, "{bad}");
        }
    }

    #[test]
    fn prefixes_of_collectors() {
        for line in [
            "web-1  | GET",
            "2026-01-01T00:00:00.000000001+09:00 stdout F GET",
            "Feb  5 16:19:38 lb1 haproxy[7]: GET",
            "<134>2026-01-01T00:00:00Z lb1 nginx: GET",
        ] {
            assert_eq!(strip(line).1, "GET", "{line}");
        }
        assert_eq!(strip("a b | c"), (Prefix::default(), "a b | c"));
    }
}
