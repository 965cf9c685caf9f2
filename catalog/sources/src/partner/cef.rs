//! `partner.cef`: the Common Event Format of ArcSight, which many products write.

use std::borrow::Cow;

use frame::Input;
use memchr::memmem;
use model::seam::About;
use model::seam::source::{Intake, Likeness, LogSource, ReadSettings, Source};
use ocsf::Class;

use super::record::{CLASSES, Head, LOGSOURCES, PAIRS_MAX, Pairs, Record, find, read, recognise};

/// The member.
pub struct Cef;

const NAME: &str = "partner.cef";

impl Source for Cef {
    fn about(&self) -> &'static About {
        &About {
            name: NAME,
            line: "Common Event Format (CEF) of firewalls, IDS, WAF, proxies, antivirus, EDR",
            spec: "https://www.microfocus.com/documentation/arcsight/arcsight-smartconnectors-8.3/cef-implementation-standard/",
        }
    }

    fn classes(&self) -> &'static [Class] {
        CLASSES
    }

    fn logsources(&self) -> &'static [LogSource] {
        LOGSOURCES
    }

    fn fields(&self) -> &'static [&'static str] {
        &["name", "severity", "deviceVendor", "src", "dst", "act", "src_ip", "dst_ip", "action"]
    }

    fn recognise(&self, sample: &[u8]) -> Likeness {
        if memmem::find(sample, b"CEF:").is_none() {
            return Likeness::No;
        }
        recognise(sample, &|line| body(line).is_some_and(|(_, body)| head(body).is_ok()))
    }

    fn read(&self, input: &mut Input<'_>, settings: &ReadSettings, out: &mut dyn Intake) {
        read(input, settings, out, &|line| {
            let (before, body) = body(line).ok_or("no CEF:0 or CEF:1 in the line")?;
            let (head, rest) = head(body)?;
            let pairs = extension(rest)?;
            Ok((before, Record::new(NAME, head, pairs, unescape)))
        });
    }
}

/// What stands before the mark, and what follows it; a syslog daemon may have taken `CEF:` for the
/// name of a program and put it elsewhere, so that only the version is left.
fn body(line: &str) -> Option<(&str, &str)> {
    let (before, rest) = match find(line, "CEF:") {
        Some(found) => found,
        None => ("", line),
    };
    let rest = rest.trim_start();
    let rest = rest.strip_prefix(['0', '1'])?;
    // Later versions are written `1` or `1.2`.
    let rest =
        rest.strip_prefix('.').map_or(rest, |r| r.trim_start_matches(|c: char| c.is_ascii_digit()));
    Some((before, rest.strip_prefix('|')?))
}

/// The seven values before the extension: vendor, product, version, class id, name, severity.
fn head(text: &str) -> Result<(Head<'_>, &str), &'static str> {
    let (parts, rest) =
        super::record::parts::<6>(text).ok_or("fewer than seven values before the extension")?;
    let [vendor, product, version, id, name, severity] = parts.map(unescape);
    if vendor.is_empty() && product.is_empty() {
        return Err("neither vendor nor product is named");
    }
    Ok((Head { vendor, product, version, id, name: Some(name), severity: Some(severity) }, rest))
}

/// `key=value key=value`: values may hold spaces, and end where the next key stands before `=`.
pub fn extension(text: &str) -> Result<Pairs<'_>, &'static str> {
    let mut pairs: Pairs<'_> = Vec::with_capacity(24);
    let mut open: Option<(&str, usize)> = None;
    for at in memchr::memchr_iter(b'=', text.as_bytes()) {
        let Some(start) = key_before(text, at) else { continue };
        if let Some((key, from)) = open {
            pairs.push((key, text.get(from..start).unwrap_or("").trim()));
        }
        if pairs.len() >= PAIRS_MAX {
            return Err("too many keys in the extension");
        }
        open = text.get(start..at).map(|key| (key, at + 1));
    }
    if let Some((key, from)) = open {
        pairs.push((key, text.get(from..).unwrap_or("").trim()));
    }
    Ok(pairs)
}

/// Where the key before an equals sign starts; none if the sign is escaped or part of a value.
fn key_before(text: &str, at: usize) -> Option<usize> {
    let before = text.as_bytes().get(..at)?;
    let is_key =
        |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b'[' | b']');
    let length = before.iter().rev().take_while(|b| is_key(b)).count();
    let start = at - length;
    let is_first = before.get(..start)?.last().is_none_or(|b| matches!(b, b' ' | b'\t' | b'|'));
    (length > 0 && is_first).then_some(start)
}

/// A value without its backslashes.
fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains('\\') {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n') => plain.push('\n'),
                Some('r') => plain.push('\r'),
                Some(c @ ('\\' | '=' | '|')) => plain.push(c),
                // Products write paths of Windows without doubling the backslash.
                Some(c) => plain.extend(['\\', c]),
                None => plain.push('\\'),
            },
            c => plain.push(c),
        }
    }
    Cow::Owned(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_end_where_the_next_key_stands() {
        let text = r"msg=a \= b c\\=d request=http://h.example/?q=1&r=2 cs1Label=Rule x cs1=p\|q \n z empty= end=1";
        let pairs = extension(text).unwrap();
        let said: Vec<(&str, String)> =
            pairs.iter().map(|(k, v)| (*k, unescape(v).into_owned())).collect();
        let wanted = [
            ("msg", r"a = b c\=d"),
            ("request", "http://h.example/?q=1&r=2"),
            ("cs1Label", "Rule x"),
            ("cs1", "p|q \n z"),
            ("empty", ""),
            ("end", "1"),
        ];
        assert_eq!(said, wanted.map(|(k, v)| (k, v.to_owned())));
    }

    #[test]
    fn heads_with_bars_in_them() {
        let (head, rest) = head(r"Ex\|ample|IDS\\X|1|42|a \| b|10|src=192.0.2.1").unwrap();
        assert_eq!((head.vendor.as_ref(), head.product.as_ref()), ("Ex|ample", r"IDS\X"));
        assert_eq!((head.name.as_deref(), rest), (Some("a | b"), "src=192.0.2.1"));
        assert!(super::head("a|b|c|d|e").is_err());
        for line in ["CEF:0|a", "x CEF: 1|a", "<13>CEF:1.2|a", "0|a"] {
            assert_eq!(body(line).map(|(_, body)| body), Some("a"), "{line}");
        }
    }
}
