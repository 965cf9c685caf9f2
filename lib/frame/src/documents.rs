//! JSON documents of a blob: lines, one after another, elements of an array or of `Records`.
//!
//! One loop for all shapes. A damaged document costs itself, not its neighbours: the loop looks
//! for the document's closing bracket, else for the next line that opens one.

use memchr::{memchr, memchr_iter};
use serde_json::de::{SliceRead, StrRead};

use crate::DOCUMENT_MAX;
use crate::scan::{Broken, Members, object, value, value_end};
use crate::window::Input;

/// One JSON document, verbatim.
#[derive(Debug, PartialEq, Eq, Clone, Copy)]
pub struct Document<'s> {
    /// The document's text.
    pub text: &'s str,
    /// The line it starts on, counted from 1.
    pub line: u64,
    /// Its number in the blob, counted from 0.
    pub record: u64,
    /// If it is an object: its members, key and raw value, in their order. Empty where keys hold
    /// escapes.
    pub members: &'s [(&'s str, &'s str)],
}

/// What the loop finds.
#[derive(Debug, PartialEq, Eq)]
pub enum Piece<'s> {
    /// A document that parses.
    Document(Document<'s>),
    /// Bytes that are no document.
    Damage {
        /// The line they start on.
        line: u64,
        /// Why they could not be read.
        why: String,
        /// How they start.
        excerpt: String,
    },
}

impl Input<'_> {
    /// Hands every document of the blob to `each`, in order.
    pub fn documents(&mut self, each: &mut dyn FnMut(Piece<'_>)) {
        let mut inside = Inside::Top;
        let mut cut_short = false;
        loop {
            self.skip(|b| b.is_ascii_whitespace() || (inside != Inside::Top && b == b','));
            let Some(&first) = self.rest().first() else {
                if inside != Inside::Top && !cut_short {
                    self.damage("the array is not closed: the file breaks off here", 0, each);
                }
                return;
            };
            match (first, inside) {
                (b']', Inside::Array) => self.pass(1),
                (b']', Inside::Envelope) => {
                    self.pass(1);
                    self.leave_envelope();
                }
                (b'[', Inside::Top) => {
                    self.pass(1);
                    inside = Inside::Array;
                    continue;
                }
                (b'{', Inside::Top) if self.enter_envelope() => {
                    inside = Inside::Envelope;
                    continue;
                }
                (b'{' | b'[', _) => {
                    cut_short = !self.document(inside, each);
                    continue;
                }
                _ if inside == Inside::Top => {
                    self.garbage(each);
                    continue;
                }
                _ => {
                    cut_short = !self.document(inside, each);
                    continue;
                }
            }
            inside = Inside::Top;
        }
    }

    /// Takes one value from the front, or the damage that stands in its place; says which.
    fn document(&mut self, inside: Inside, each: &mut dyn FnMut(Piece<'_>)) -> bool {
        loop {
            match self.offer(each) {
                Ok(end) => {
                    self.record += 1;
                    self.pass(end);
                    return true;
                }
                Err(Broken::Short) if !self.at_end() && self.rest().len() < DOCUMENT_MAX => {
                    self.fill(self.rest().len() * 2);
                }
                Err(broken) => {
                    self.damaged(&broken, inside, each);
                    return false;
                }
            }
        }
    }

    /// Hands out the value at the front, if it is whole; says where it ends.
    fn offer(&self, each: &mut dyn FnMut(Piece<'_>)) -> Result<usize, Broken> {
        let rest = self.rest();
        let known = self.rest_text();
        let shallow = match known {
            _ if rest.first() != Some(&b'{') => None,
            Some(text) => object(StrRead::new(text)).ok(),
            None => object(SliceRead::new(rest)).ok(),
        };
        // What the quick reading cannot do (an escape in a key) the thorough one may.
        let (members, end) = match shallow {
            Some(read) => read,
            None => value(rest).map(|(_, end)| (Members::new(), end))?,
        };
        // A number at the very end of the window may go on behind it.
        let bracketed = matches!(rest.first(), Some(b'{' | b'[' | b'"'));
        if end == rest.len() && !bracketed && !self.at_end() {
            return Err(Broken::Short);
        }
        let text = match known {
            Some(text) => text.get(..end),
            // Read as JSON a moment ago, so it is UTF-8: this pass is far faster than that one.
            None => std::str::from_utf8(rest.get(..end).unwrap_or(&[])).ok(),
        };
        let text = text.unwrap_or("");
        let (line, record) = (self.line, self.record);
        each(Piece::Document(Document { text, line, record, members: &members }));
        Ok(end)
    }

    /// Sets damaged bytes aside: up to the closing bracket, else the line, else all that is left.
    fn damaged(&mut self, broken: &Broken, inside: Inside, each: &mut dyn FnMut(Piece<'_>)) {
        let rest = self.rest();
        // A broken line of JSON lines must not swallow the lines after it.
        let next = memchr_iter(b'\n', rest).find(|at| inside == Inside::Top && opens(rest, *at));
        let end = value_end(rest).into_iter().chain(next).min().unwrap_or(rest.len());
        let bytes = rest.get(..end).unwrap_or(rest);
        let lossy = String::from_utf8_lossy(bytes);
        if let (std::borrow::Cow::Owned(fixed), Ok((text, _))) = (&lossy, value(lossy.as_bytes())) {
            debug_assert!(fixed.len() >= text.len());
            let (line, record) = (self.line, self.record);
            let document = Document { text, line, record, members: &[] };
            each(Piece::Document(document));
            self.record += 1;
            self.pass(end);
            return;
        }
        drop(lossy);
        let why = match broken {
            Broken::Wrong(why) => format!("not valid JSON: {why}"),
            Broken::Short if rest.len() >= DOCUMENT_MAX => {
                format!("the JSON document is longer than {} MiB", DOCUMENT_MAX >> 20)
            }
            Broken::Short => "the JSON document is not closed: the file breaks off here".into(),
        };
        self.damage(&why, end, each);
    }

    /// Sets aside what is no JSON at all, up to the next line that opens a document.
    fn garbage(&mut self, each: &mut dyn FnMut(Piece<'_>)) {
        let mut end = 0;
        loop {
            let rest = self.rest();
            match memchr(b'\n', rest.get(end..).unwrap_or(&[])) {
                Some(at) if opens(rest, end + at) => {
                    end += at + 1;
                    break;
                }
                Some(at) => end += at + 1,
                None if self.at_end() || rest.len() >= DOCUMENT_MAX => {
                    end = rest.len();
                    break;
                }
                None => self.fill(rest.len() * 2),
            }
        }
        self.damage("no JSON document starts here", end, each);
    }

    fn damage(&mut self, why: &str, end: usize, each: &mut dyn FnMut(Piece<'_>)) {
        let start = self.rest().get(..end.min(200)).unwrap_or(&[]);
        let excerpt = String::from_utf8_lossy(start).into_owned();
        each(Piece::Damage { line: self.line, why: why.into(), excerpt });
        self.record += 1;
        self.pass(end);
    }

    /// Passes `{ "Records": [` if the front is that.
    fn enter_envelope(&mut self) -> bool {
        self.fill(256);
        let mut at = 0;
        for token in ["{", "\"Records\"", ":", "["] {
            let rest = self.rest().get(at..).unwrap_or(&[]);
            let gap = rest.iter().take_while(|b| b.is_ascii_whitespace()).count();
            if !rest.get(gap..).is_some_and(|r| r.starts_with(token.as_bytes())) {
                return false;
            }
            at += gap + token.len();
        }
        self.pass(at);
        true
    }

    /// Passes what follows the `Records` array up to the envelope's closing bracket.
    fn leave_envelope(&mut self) {
        self.skip(|b| b.is_ascii_whitespace());
        if self.rest().first() == Some(&b'}') {
            self.pass(1);
        } else if self.rest().first() == Some(&b',') {
            self.fill(1 << 16);
            // Other members of the envelope carry no records: skip to its end.
            let mut rest = vec![b'{'];
            rest.extend_from_slice(self.rest());
            if let Some(end) = value_end(&rest) {
                self.pass(end - 1);
            }
        }
    }

    fn skip(&mut self, is_between: impl Fn(u8) -> bool) {
        loop {
            let count = self.rest().iter().take_while(|b| is_between(**b)).count();
            let all = count == self.rest().len();
            self.pass(count);
            if !all || self.at_end() {
                return;
            }
            self.fill(64 << 10);
        }
    }

    /// Takes bytes and counts their lines.
    fn pass(&mut self, bytes: usize) {
        let passed = self.rest().get(..bytes).unwrap_or(&[]);
        self.line += memchr_iter(b'\n', passed).count() as u64;
        self.take(bytes);
    }
}

/// Where the loop stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    Top,
    Array,
    Envelope,
}

/// Whether the line after the line end at `at` opens a document in its first column.
fn opens(bytes: &[u8], at: usize) -> bool {
    matches!(bytes.get(at + 1), Some(b'{' | b'[') | None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Content;

    fn read(bytes: &[u8]) -> (Vec<String>, Vec<String>) {
        let (mut texts, mut damage) = (Vec::new(), Vec::new());
        Input::new(Content::Whole(bytes)).documents(&mut |piece| match piece {
            Piece::Document(d) => texts.push(format!("{}:{}:{}", d.line, d.record, d.text)),
            Piece::Damage { line, why, .. } => damage.push(format!("{line}: {why}")),
        });
        (texts, damage)
    }

    #[test]
    fn every_shape_gives_the_same_documents() {
        for shape in [
            "{\"a\":1}\n{\"a\":2}\n",
            "[{\"a\":1},\n{\"a\":2}]",
            "{ \"Records\" : [{\"a\":1},\n{\"a\":2}] }",
        ] {
            assert_eq!(read(shape.as_bytes()).0, ["1:0:{\"a\":1}", "2:1:{\"a\":2}"], "{shape}");
            assert!(read(shape.as_bytes()).1.is_empty());
        }
    }

    #[test]
    fn damage_costs_itself_only() {
        let (texts, damage) =
            read(b"{\"a\":1}\n{\"a\":\nnonsense\n{\"a\":3}\n[1,{\"b\":x},{\"c\":1}]");
        assert_eq!(texts, ["1:0:{\"a\":1}", "4:2:{\"a\":3}", "5:3:1", "5:5:{\"c\":1}"]);
        assert_eq!(damage.len(), 2);
    }

    #[test]
    fn cut_at_every_byte_never_panics_and_keeps_whole_documents() {
        let all = b"{\"Records\":[{\"a\":\"x\"},{\"b\":[1,2]}],\"z\":1}\n{\"c\":2}";
        for cut in 0..all.len() {
            let (texts, damage) = read(&all[..cut]);
            assert!(texts.len() <= 3 && damage.len() <= 1, "cut {cut}: {texts:?} {damage:?}");
        }
    }

    #[test]
    fn a_stream_gives_what_a_slice_gives() {
        let text =
            format!("[{}]", vec![format!("{{\"k\":\"{}\"}}", "v".repeat(3000)); 2000].join(","));
        let mut count = 0;
        let stream = Content::Stream(Box::new(text.as_bytes()));
        Input::new(stream)
            .documents(&mut |p| count += usize::from(matches!(p, Piece::Document(_))));
        assert_eq!(count, 2000);
    }
}
