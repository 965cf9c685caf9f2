//! `partner.leef`: the Log Event Extended Format of IBM QRadar, versions 1.0 and 2.0.

use std::borrow::Cow;

use frame::Input;
use memchr::memmem;
use model::seam::About;
use model::seam::source::{Intake, Likeness, LogSource, ReadSettings, Source};
use ocsf::Class;

use super::record::{
    CLASSES, Head, LOGSOURCES, PAIRS_MAX, Pairs, Record, find, parts, read, recognise,
};

/// The member.
pub struct Leef;

const NAME: &str = "partner.leef";
/// How daemons of syslog write a tab that they do not pass on.
const TABS: [&str; 2] = ["#011", "<009>"];

impl Source for Leef {
    fn about(&self) -> &'static About {
        &About {
            name: NAME,
            line: "Log Event Extended Format (LEEF) 1.0 and 2.0 of firewalls, IDS, antivirus",
            spec: "https://www.ibm.com/docs/en/dsm?topic=overview-leef-event-components",
        }
    }

    fn classes(&self) -> &'static [Class] {
        CLASSES
    }

    fn logsources(&self) -> &'static [LogSource] {
        LOGSOURCES
    }

    fn fields(&self) -> &'static [&'static str] {
        &["EventID", "sev", "deviceVendor", "src", "dst", "usrName", "src_ip", "dst_ip", "action"]
    }

    fn recognise(&self, sample: &[u8]) -> Likeness {
        if memmem::find(sample, b"LEEF:").is_none() {
            return Likeness::No;
        }
        recognise(sample, &|line| find(line, "LEEF:").is_some_and(|(_, body)| head(body).is_ok()))
    }

    fn read(&self, input: &mut Input<'_>, settings: &ReadSettings, out: &mut dyn Intake) {
        read(input, settings, out, &|line| {
            let (before, body) =
                find(line, "LEEF:").ok_or("no LEEF:1.0 or LEEF:2.0 in the line")?;
            let (head, delimiter, rest) = head(body)?;
            let pairs = attributes(rest, delimiter)?;
            Ok((before, Record::new(NAME, head, pairs, |text| text.into())))
        });
    }
}

/// A head, what parts the attributes, and these.
type Parts<'a> = (Head<'a>, char, &'a str);

/// `2.0|vendor|product|version|event id|delimiter|`; version 1.0 names no delimiter.
fn head(text: &str) -> Result<Parts<'_>, &'static str> {
    let (version, rest) = text.trim_start().split_once('|').ok_or("no head of LEEF")?;
    let (names, rest) = parts::<4>(rest).ok_or("fewer than five values before the attributes")?;
    let (delimiter, rest) = match version.trim() {
        "1" | "1.0" => ('\t', rest),
        // The value may be left out: then attributes follow at once.
        "2" | "2.0" => match rest.split_once('|').and_then(|(d, rest)| Some((delimiter(d)?, rest)))
        {
            Some(found) => found,
            None => ('\t', rest),
        },
        _ => return Err("a version of LEEF that is neither 1.0 nor 2.0"),
    };
    let [vendor, product, version, id] = names.map(Cow::Borrowed);
    if vendor.is_empty() && product.is_empty() {
        return Err("neither vendor nor product is named");
    }
    Ok((Head { vendor, product, version, id, name: None, severity: None }, delimiter, rest))
}

/// A character, or its number in hexadecimal digits (`x5E`, `0x5E`); empty for a tab.
fn delimiter(text: &str) -> Option<char> {
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (None, _) => return Some('\t'),
        (Some(c), None) => return Some(c),
        _ => {}
    }
    let digits = text.strip_prefix("0x").or_else(|| text.strip_prefix(['x', 'X']))?;
    let number = u32::from_str_radix(digits, 16).ok().filter(|_| digits.len() <= 4)?;
    char::from_u32(number)
}

/// `key=value` between delimiters.
fn attributes(text: &str, delimiter: char) -> Result<Pairs<'_>, &'static str> {
    let mut pairs: Pairs<'_> = Vec::with_capacity(24);
    let between: Box<dyn Iterator<Item = &str>> = match (delimiter, mark(text)) {
        ('\t', Some(mark)) => Box::new(text.split(mark)),
        ('\t', None) => return super::cef::extension(text),
        (delimiter, _) => Box::new(text.split(delimiter)),
    };
    for part in between {
        if let Some((key, value)) = part.split_once('=') {
            if pairs.len() >= PAIRS_MAX {
                return Err("too many attributes");
            }
            pairs.push((key.trim(), value.trim()));
        }
    }
    Ok(pairs)
}

/// The tab, or what stands for it; none in a text whose tabs became spaces.
fn mark(text: &str) -> Option<&'static str> {
    std::iter::once("\t").chain(TABS).find(|mark| text.contains(mark))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delimiters_as_characters_and_numbers() {
        for (text, wanted) in [
            ("1.0|v|p|1|id|a=1\tb=2 c", "a=1 b=2 c"),
            ("2.0|v|p|1|id|^|a=1^b=2", "a=1 b=2"),
            ("2.0|v|p|1|id|x5E|a=1^b=2", "a=1 b=2"),
            ("2.0|v|p|1|id|0x09|a=1\tb=2", "a=1 b=2"),
            ("2.0|v|p|1|id||a=1\tb=2", "a=1 b=2"),
            ("2.0|v|p|1|id|a=1\tb=x|y", "a=1 b=x|y"),
            ("1.0|v|p|1|id|a=1#011b=2", "a=1 b=2"),
            ("1.0|v|p|1|id|a=1 b=2", "a=1 b=2"),
        ] {
            let (_, delimiter, rest) = head(text).unwrap();
            let pairs = attributes(rest, delimiter).unwrap();
            let said: Vec<String> = pairs.iter().map(|(k, v)| format!("{k}={v}")).collect();
            assert_eq!(said.join(" "), wanted, "{text}");
        }
        assert!(head("3.0|v|p|1|id|a=1").is_err() && head("1.0|v|p").is_err());
    }
}
