//! A window over the unread part of a blob, refilled from a stream when there is one.

use std::borrow::Cow;
use std::io::{Cursor, ErrorKind, Read};

use crate::SAMPLE_MAX;
use crate::utf16::{self, Utf16};

/// How much a refill asks for at least.
const REFILL: usize = 1 << 20;

/// Where the bytes of a blob are.
pub enum Content<'a> {
    /// All of them, in memory.
    Whole(&'a [u8]),
    /// To be read.
    Stream(Box<dyn Read + 'a>),
}

/// A blob being read: lines or JSON documents are taken from its front.
pub struct Input<'a> {
    reader: Option<Box<dyn Read + 'a>>,
    buffer: Cow<'a, [u8]>,
    /// The buffer as text, where it is all there and all UTF-8: checked once, not piece by piece.
    text: Option<&'a str>,
    start: usize,
    taken: u64,
    pub(crate) line: u64,
    pub(crate) record: u64,
    broken: Option<String>,
}

impl<'a> Input<'a> {
    /// Opens a blob: looks at its first bytes, drops a byte order mark, decodes UTF-16.
    pub fn new(content: Content<'a>) -> Self {
        let (reader, buffer, text) = match content {
            Content::Whole(bytes) => (None, Cow::Borrowed(bytes), std::str::from_utf8(bytes).ok()),
            Content::Stream(reader) => (Some(reader), Cow::Owned(Vec::new()), None),
        };
        let mut input =
            Input { reader, buffer, text, start: 0, taken: 0, line: 1, record: 0, broken: None };
        input.fill(SAMPLE_MAX);
        if let Some(order) = utf16::detect(input.rest()) {
            let unread = Cursor::new(input.buffer.into_owned());
            let all: Box<dyn Read + 'a> = match input.reader.take() {
                Some(more) => Box::new(unread.chain(more)),
                None => Box::new(unread),
            };
            input.reader = Some(Box::new(Utf16::new(all, order)));
            input.buffer = Cow::Owned(Vec::new());
            input.text = None;
            input.fill(SAMPLE_MAX);
        }
        if input.rest().starts_with(b"\xEF\xBB\xBF") {
            input.take(3);
        }
        input
    }

    /// The first bytes that are not read yet, for recognition; nothing is taken.
    pub fn sample(&self) -> &[u8] {
        let rest = self.rest();
        rest.get(..SAMPLE_MAX.min(rest.len())).unwrap_or(rest)
    }

    /// Bytes taken so far (after decoding).
    pub fn taken(&self) -> u64 {
        self.taken
    }

    /// Why the stream broke off before its end, if it did.
    pub fn broken(&self) -> Option<&str> {
        self.broken.as_deref()
    }

    /// Reads on to the end without looking, so that every byte is counted.
    pub fn drain(&mut self) -> u64 {
        loop {
            let unread = self.rest().len();
            self.take(unread);
            if self.at_end() {
                return self.taken;
            }
            self.fill(REFILL);
        }
    }

    pub(crate) fn rest(&self) -> &[u8] {
        self.buffer.get(self.start..).unwrap_or(&[])
    }

    /// The unread part as text, where the whole blob is known to be UTF-8.
    pub(crate) fn rest_text(&self) -> Option<&str> {
        self.text?.get(self.start..)
    }

    /// Whether the window holds the last byte there is.
    pub(crate) fn at_end(&self) -> bool {
        self.reader.is_none()
    }

    pub(crate) fn take(&mut self, bytes: usize) {
        self.start = (self.start + bytes).min(self.buffer.len());
        self.taken += bytes as u64;
    }

    /// `length` of the bytes taken last, from `back` bytes behind the front.
    pub(crate) fn behind(&self, back: usize, length: usize) -> &[u8] {
        let from = self.start.saturating_sub(back);
        self.buffer.get(from..from + length).unwrap_or(&[])
    }

    /// Makes the window at least `wanted` bytes long, if there is so much left.
    pub(crate) fn fill(&mut self, wanted: usize) {
        if self.rest().len() >= wanted {
            return;
        }
        let Some(reader) = self.reader.as_mut() else { return };
        let buffer = self.buffer.to_mut();
        buffer.drain(..self.start);
        self.start = 0;
        let mut had = buffer.len();
        // Room once, not once a read: a pipe hands out a few bytes at a time.
        buffer.resize((had + REFILL).max(wanted), 0);
        let ended = loop {
            if had >= wanted {
                break false;
            }
            match buffer.get_mut(had..).map_or(Ok(0), |free| reader.read(free)) {
                Ok(0) => break true,
                Ok(count) => had += count,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => {
                    self.broken = Some(error.to_string());
                    break true;
                }
            }
        };
        buffer.truncate(had);
        if ended {
            self.reader = None;
        }
    }
}
