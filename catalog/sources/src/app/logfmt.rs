//! `app.logfmt`: lines of `key=value` pairs, as Go programs and many others write them.

use std::borrow::Cow;

use frame::Input;
use model::Event;
use model::seam::About;
use model::seam::source::{Intake, Likeness, LogSource, ReadSettings, Source};
use ocsf::Class;

use super::json;
use crate::joined::{self, Part};
use crate::wrap;

/// The member.
pub struct Logfmt;

const NAME: &str = "app.logfmt";
/// No line has more pairs that matter.
const PAIRS_MAX: usize = 256;

impl Source for Logfmt {
    fn about(&self) -> &'static About {
        &About {
            name: NAME,
            line: "Lines of key=value pairs with a level or a message (logfmt)",
            spec: "https://brandur.org/logfmt",
        }
    }

    fn classes(&self) -> &'static [Class] {
        json::CLASSES
    }

    fn logsources(&self) -> &'static [LogSource] {
        &[LogSource { product: None, service: None, category: Some("application") }]
    }

    fn is_general(&self) -> bool {
        true
    }

    fn recognise(&self, sample: &[u8]) -> Likeness {
        let lines = wrap::sample_lines(sample);
        let fit = lines.iter().filter(|line| is_record(wrap::delivery_time(line).1)).count();
        let json = lines.iter().filter(|line| is_json(wrap::delivery_time(line).1)).count();
        // Where JSON is the rule, `app.json` reads it.
        let fits = fit * 8 > json && (fit + json) * 2 >= lines.len();
        if fits { Likeness::Shape } else { Likeness::No }
    }

    fn read(&self, input: &mut Input<'_>, settings: &ReadSettings, out: &mut dyn Intake) {
        // A line without pairs goes on with the one before: stack traces are written so.
        let part = |line: &str, _: &str| {
            Part::opens(is_json(line) || Pairs { rest: line }.next().is_some())
        };
        joined::read(input, &part, out, &mut |joined, out| {
            let first = joined.text.split('\n').next().unwrap_or("");
            let Some(object) = object(first) else {
                return out.refuse(joined.at, "no key=value pairs", joined.text);
            };
            let value = match crate::json::parse(&object) {
                Ok(value) => value,
                Err(why) => return out.refuse(joined.at, &why, joined.text),
            };
            json::event(&value, joined.delivered, settings, &mut |found| match found {
                Ok(event) => {
                    out.event(&Event { source: NAME, at: joined.at, raw: joined.text, ..event });
                }
                Err(why) => out.refuse(joined.at, why, joined.text),
            });
        });
    }
}

/// The pairs of a line as a JSON object, in their order, which a map of the parser's would not
/// keep; the last of those with the same key. A line that is an object stays as it is. `None` for
/// a line without pairs.
pub fn object(line: &str) -> Option<String> {
    if is_json(line) {
        return Some(line.trim().to_owned());
    }
    let mut pairs: Vec<(&str, Cow<'_, str>)> = Vec::new();
    for (key, value) in (Pairs { rest: line }).take(PAIRS_MAX) {
        match pairs.iter_mut().find(|(known, _)| *known == key) {
            Some((_, known)) => *known = value,
            None => pairs.push((key, value)),
        }
    }
    let mut object = Vec::with_capacity(line.len() * 2);
    for (key, value) in &pairs {
        object.push(if object.is_empty() { b'{' } else { b',' });
        // Keys are letters, digits and a few marks: nothing in them is to be escaped.
        object.push(b'"');
        object.extend_from_slice(key.as_bytes());
        object.extend_from_slice(b"\":");
        if is_number(value) {
            object.extend_from_slice(value.as_bytes());
        } else {
            sonic_rs::to_writer(&mut object, value.as_ref()).ok()?;
        }
    }
    object.push(b'}');
    (!pairs.is_empty()).then(|| String::from_utf8(object).ok())?
}

/// Whether a text is a whole number as it would be written again: no sign of plus, no zero before.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_canonical = match digits.as_bytes() {
        [b'0'] => digits.len() == text.len(),
        [b'1'..=b'9', ..] => true,
        _ => false,
    };
    is_canonical && text.parse::<i64>().is_ok()
}

/// Whether a line is a JSON object: programs that are set to write JSON start with a few pairs.
fn is_json(line: &str) -> bool {
    line.trim().starts_with("{\"") && line.trim().ends_with('}')
}

/// Whether a line has what logfmt lines have: pairs only, a level or a message, and a time.
pub fn is_record(line: &str) -> bool {
    let (mut said, mut dated, mut pairs) = (false, false, 0);
    for (key, value) in (Pairs { rest: line }).take(PAIRS_MAX) {
        pairs += 1;
        said |= matches!(key, "level" | "lvl" | "msg" | "message");
        dated |=
            matches!(key, "time" | "ts" | "t" | "timestamp" | "@timestamp") && !value.is_empty();
    }
    let starts = line.bytes().take_while(|b| is_key(*b)).count();
    said && dated && pairs > 2 && line.as_bytes().get(starts) == Some(&b'=')
}

fn is_key(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_-.@/".contains(&byte)
}

/// The pairs of a line, in their order; words without `=` are passed over.
struct Pairs<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Pairs<'a> {
    type Item = (&'a str, Cow<'a, str>);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let rest = self.rest.trim_start();
            let length = rest.bytes().take_while(|b| is_key(*b)).count();
            let (key, after) = rest.split_at_checked(length)?;
            let Some(value) = after.strip_prefix('=').filter(|_| !key.is_empty()) else {
                self.rest = rest.split_once(' ')?.1;
                continue;
            };
            let (value, rest) = if let Some(inside) = value.strip_prefix('"') {
                quoted(inside)
            } else {
                let (value, rest) = value.split_once(' ').unwrap_or((value, ""));
                (Cow::Borrowed(value), rest)
            };
            self.rest = rest;
            return Some((key, value));
        }
    }
}

/// A value in quotes, with what follows it.
fn quoted(inside: &str) -> (Cow<'_, str>, &str) {
    let bytes = inside.as_bytes();
    let (mut from, mut escaped) = (0, false);
    while let Some(at) = memchr::memchr2(b'"', b'\\', bytes.get(from..).unwrap_or(&[])) {
        let at = from + at;
        if bytes.get(at) == Some(&b'\\') {
            (from, escaped) = (at + 2, true);
            continue;
        }
        let value = inside.get(..at).unwrap_or("");
        return (resolved(value, escaped), inside.get(at + 1..).unwrap_or(""));
    }
    // Not closed: the line was cut.
    (resolved(inside, escaped), "")
}

fn resolved(text: &str, escaped: bool) -> Cow<'_, str> {
    if !escaped {
        return Cow::Borrowed(text);
    }
    let whole = sonic_rs::from_str::<String>(&format!("\"{text}\""));
    whole.map_or(Cow::Borrowed(text), Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_one_that_is_written_so() {
        let texts = ["0", "7", "-7", "9223372036854775807", "-0", "007", "+7", "", "-", "1.5", "x"];
        for text in texts.into_iter().chain(["9223372036854775808"]) {
            let same = text.parse::<i64>().is_ok_and(|n| n.to_string() == text);
            assert_eq!(is_number(text), same, "{text}");
        }
    }

    #[test]
    fn pairs_with_quotes_and_words() {
        let line = r#"t=1 word msg="a \"b\"\n c" empty= user.name=x/y "loose" cut="ab"#;
        let pairs: Vec<_> = Pairs { rest: line }.map(|(k, v)| format!("{k}:{v}")).collect();
        assert_eq!(pairs, ["t:1", "msg:a \"b\"\n c", "empty:", "user.name:x/y", "cut:ab"]);
        assert!(Pairs { rest: "no pairs at all" }.next().is_none());
    }
}
