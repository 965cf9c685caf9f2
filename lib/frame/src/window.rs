//! A window over the unread part of a blob, refilled from a stream when there is one.

use std::borrow::Cow;
use std::io::{Cursor, ErrorKind, Read, Seek, SeekFrom};

use crate::SAMPLE_MAX;
use crate::places::{GATHERED_MAX, Places, ReadSeek, is_indexed};
use crate::utf16::{self, Utf16};

/// How much a refill asks for at least.
const REFILL: usize = 1 << 20;

/// Where the bytes of a blob are.
pub enum Content<'a> {
    /// All of them, in memory.
    Whole(&'a [u8]),
    /// To be read from its front.
    Stream(Box<dyn Read + 'a>),
    /// To be read at any place: a file as it lies on a disk.
    File(Box<dyn ReadSeek + 'a>),
}

/// What a window is refilled from.
pub(crate) enum Reader<'a> {
    Stream(Box<dyn Read + 'a>),
    File(Box<dyn ReadSeek + 'a>),
}

impl Read for Reader<'_> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        match self {
            Reader::Stream(stream) => stream.read(out),
            Reader::File(file) => file.read(out),
        }
    }
}

/// A blob being read: lines or JSON documents are taken from its front.
pub struct Input<'a> {
    reader: Option<Reader<'a>>,
    /// The file that is read at any place instead.
    file: Option<Box<dyn ReadSeek + 'a>>,
    buffer: Cow<'a, [u8]>,
    /// The buffer as text, where it is all there and all UTF-8: checked once, not piece by piece.
    text: Option<&'a str>,
    /// What recognition looks at instead of the front, where a format has its index at the end.
    index: Option<Vec<u8>>,
    start: usize,
    taken: u64,
    pub(crate) line: u64,
    pub(crate) record: u64,
    broken: Option<String>,
    /// The documents that are asked for, if not all are; sorted.
    only: Option<Vec<u64>>,
}

impl<'a> Input<'a> {
    /// Opens a blob: looks at its first bytes, drops a byte order mark, decodes UTF-16.
    pub fn new(content: Content<'a>) -> Self {
        let (reader, buffer, text) = match content {
            Content::Whole(bytes) => (None, Cow::Borrowed(bytes), std::str::from_utf8(bytes).ok()),
            Content::Stream(stream) => (Some(Reader::Stream(stream)), Cow::Owned(Vec::new()), None),
            Content::File(file) => (Some(Reader::File(file)), Cow::Owned(Vec::new()), None),
        };
        let mut input = Input {
            reader,
            file: None,
            buffer,
            text,
            index: None,
            start: 0,
            taken: 0,
            line: 1,
            record: 0,
            broken: None,
            only: None,
        };
        input.fill(SAMPLE_MAX);
        if is_indexed(input.rest()) {
            input.index = input.find_index();
            return input;
        }
        if let Some(order) = utf16::detect(input.rest()) {
            let unread = Cursor::new(input.buffer.into_owned());
            let all: Box<dyn Read + 'a> = match input.reader.take() {
                Some(more) => Box::new(unread.chain(more)),
                None => Box::new(unread),
            };
            input.reader = Some(Reader::Stream(Box::new(Utf16::new(all, order))));
            input.buffer = Cow::Owned(Vec::new());
            input.text = None;
            input.fill(SAMPLE_MAX);
        }
        if input.rest().starts_with(b"\xEF\xBB\xBF") {
            input.take(3);
        }
        input
    }

    /// Asks for these documents only, by number from 0: others are passed over where that is
    /// quicker, and keep their numbers.
    pub fn only(&mut self, mut records: Vec<u64>) {
        records.sort_unstable();
        self.only = Some(records);
    }

    /// Whether documents may be passed over: what hands them on must number by
    /// [`Document::record`](crate::Document::record), not by counting.
    pub fn is_sparse(&self) -> bool {
        self.only.is_some()
    }

    /// Whether a document is asked for.
    pub(crate) fn asks_for(&self, record: u64) -> bool {
        self.only.as_ref().is_none_or(|only| only.binary_search(&record).is_ok())
    }

    /// The first bytes that are not read yet, for recognition; nothing is taken. Of a Parquet
    /// file: its first four bytes and the start of its index, which has the columns' names.
    pub fn sample(&self) -> &[u8] {
        let rest = self.index.as_deref().unwrap_or_else(|| self.rest());
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

    /// The index that stands at the end. A stream is read on for it, within the bound.
    fn find_index(&mut self) -> Option<Vec<u8>> {
        self.gather(GATHERED_MAX);
        if self.at_end() {
            return Places::memory(&self.buffer).index();
        }
        let Some(Reader::File(file)) = &mut self.reader else { return None };
        let back = file.stream_position().ok()?;
        let index = Places::file(file.as_mut()).ok().and_then(|mut places| places.index());
        if let Err(error) = file.seek(SeekFrom::Start(back)) {
            self.broken = Some(error.to_string());
            self.reader = None;
        }
        index
    }

    /// Reads a stream on into memory, up to a bound. A file is left where it lies.
    pub(crate) fn gather(&mut self, max: usize) {
        while matches!(self.reader, Some(Reader::Stream(_))) && self.rest().len() < max {
            self.fill((self.rest().len() * 2).clamp(REFILL, max));
        }
    }

    /// Takes all that is in the window; everything that was in it.
    pub(crate) fn take_all(&mut self) -> &[u8] {
        let unread = self.rest().len();
        self.take(unread);
        &self.buffer
    }

    /// Takes all of a file, also what was not read; gives the file.
    pub(crate) fn take_file(&mut self) -> Option<&mut (dyn ReadSeek + 'a)> {
        let Some(Reader::File(mut file)) = self.reader.take_if(|r| matches!(r, Reader::File(_)))
        else {
            return None;
        };
        self.taken = file.seek(SeekFrom::End(0)).unwrap_or(self.taken);
        (self.buffer, self.start) = (Cow::Owned(Vec::new()), 0);
        Some(self.file.insert(file).as_mut())
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
