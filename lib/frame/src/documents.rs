//! JSON documents of a blob: lines, one after another, elements of an array or of `Records`.
//!
//! One loop for all shapes. A damaged document costs itself, not its neighbours: the loop looks
//! for the document's closing bracket, else for the next line that opens one.

use std::ops::Range;

use memchr::{memchr, memchr_iter};
use sonic_rs::{JsonContainerTrait, JsonValueTrait, Value};

use crate::DOCUMENT_MAX;
use crate::scan::{Broken, value, value_end};
use crate::span::{object_end, object_lines};
use crate::tree::shallow;
use crate::window::Input;

/// The member that lists the records of most AWS logs.
const RECORDS: &str = "Records";
/// A list up to this long is made into a tree at once: the tree takes a few times as much memory.
const TREE_MAX: usize = 16 << 20;

/// One JSON document, verbatim.
#[derive(Debug, Clone, Copy)]
pub struct Document<'s> {
    /// The document's text.
    pub text: &'s str,
    /// The line it starts on, counted from 1.
    pub line: u64,
    /// Its number in the blob, counted from 0.
    pub record: u64,
    /// The same as a tree, where one was made to see whether it is JSON at all.
    pub value: Option<&'s Value>,
}

/// What the loop finds.
#[derive(Debug)]
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
        if self.list(each) {
            return;
        }
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

    /// Hands out the elements of a blob that is one list or `Records`, made into a tree at once:
    /// that is faster than one by one. False, and nothing done, if it is anything else.
    fn list(&mut self, each: &mut dyn FnMut(Piece<'_>)) -> bool {
        let Some(spans) = self.whole_list() else { return false };
        let tree = match self.rest_text().map(shallow) {
            _ if self.is_sparse() => None,
            Some(Ok(tree)) => Some(tree),
            _ => return false,
        };
        let root = tree.as_ref().and_then(|t| if t.is_array() { Some(t) } else { t.get(RECORDS) });
        let items = root.and_then(Value::as_array);
        if tree.is_some() && items.is_none_or(|items| items.len() != spans.len()) {
            return false;
        }
        let (mut line, mut counted) = (self.line, 0);
        for (at, (span, lines)) in spans.iter().enumerate() {
            let passed = self.rest().get(counted..span.start).unwrap_or(&[]);
            line += line_ends(passed);
            counted = span.end;
            let text = self.rest_text().and_then(|text| text.get(span.clone())).unwrap_or("");
            let value = items.and_then(|items| items.get(at));
            if self.asks_for(self.record) {
                each(Piece::Document(Document { text, line, record: self.record, value }));
            }
            self.record += 1;
            line += lines;
        }
        // Lines are counted up to the last element; behind it nobody asks.
        self.line = line;
        self.take(self.rest().len());
        true
    }

    /// The objects of the list that the blob is, each with the number of its line ends.
    fn whole_list(&self) -> Option<Vec<(Range<usize>, u64)>> {
        let text = self.rest_text().filter(|text| text.len() <= TREE_MAX)?;
        let opened = match text.trim_ascii_start().as_bytes().first()? {
            b'[' => text.find('[')? + 1,
            _ => envelope(text.as_bytes())?,
        };
        let (mut spans, mut at) = (Vec::new(), opened);
        loop {
            let rest = text.as_bytes().get(at..)?;
            at += rest.iter().take_while(|b| b.is_ascii_whitespace() || **b == b',').count();
            match text.as_bytes().get(at)? {
                b'{' => {
                    let (length, lines) = object_lines(text.as_bytes().get(at..)?)?;
                    spans.push((at..at + length, lines));
                    at += length;
                }
                b']' => break,
                _ => return None,
            }
        }
        // What stands behind the list must be shallow too, and is next to nothing.
        let behind = text.get(at..)?.trim_ascii_end();
        (behind.len() <= 2).then_some(spans)
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
        let (line, record) = (self.line, self.record);
        if !self.asks_for(record)
            && let Some(end) = object_end(self.rest())
        {
            return Ok(end);
        }
        if let Some((text, value)) = self.object() {
            each(Piece::Document(Document { text, line, record, value: Some(&value) }));
            return Ok(text.len());
        }
        // What the quick reading cannot do the thorough one may; else it says what is wrong.
        let rest = self.rest();
        let (text, end) = value(rest)?;
        // A number at the very end of the window may go on behind it.
        let bracketed = matches!(rest.first(), Some(b'{' | b'[' | b'"'));
        if end == rest.len() && !bracketed && !self.at_end() {
            return Err(Broken::Short);
        }
        each(Piece::Document(Document { text, line, record, value: None }));
        Ok(end)
    }

    /// The object at the front, if there is one and nothing is unusual about it.
    fn object(&self) -> Option<(&str, Value)> {
        let rest = self.rest();
        if rest.first() != Some(&b'{') {
            return None;
        }
        let end = object_end(rest)?;
        let text = match self.rest_text() {
            Some(text) => text.get(..end)?,
            None => std::str::from_utf8(rest.get(..end)?).ok()?,
        };
        Some((text, shallow(text).ok()?))
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
            let document = Document { text, line, record, value: None };
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
        let Some(opened) = envelope(self.rest()) else { return false };
        self.pass(opened);
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
        self.line += line_ends(passed);
        self.take(bytes);
    }
}

fn line_ends(bytes: &[u8]) -> u64 {
    memchr_iter(b'\n', bytes).count() as u64
}

/// How long `{ "Records": [` is at the front of `bytes`, if that stands there.
fn envelope(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    for token in ["{", "\"Records\"", ":", "["] {
        let rest = bytes.get(at..)?;
        let gap = rest.iter().take_while(|b| b.is_ascii_whitespace()).count();
        if !rest.get(gap..)?.starts_with(token.as_bytes()) {
            return None;
        }
        at += gap + token.len();
    }
    Some(at)
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
#[path = "documents_tests.rs"]
mod tests;
