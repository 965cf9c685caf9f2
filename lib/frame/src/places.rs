//! A blob read at any place: binary formats keep their index at the end.

use std::borrow::Cow;
use std::io::{Read, Seek, SeekFrom};

use crate::SAMPLE_MAX;
use crate::window::Input;

/// How much of a stream is kept in memory to be read at any place.
pub(crate) const GATHERED_MAX: usize = 256 << 20;
/// First bytes of the formats whose index stands at the end: Parquet, with a plain and with an
/// encrypted index. The last four bytes are the same again, the index's length is before them.
const INDEXED: &[&[u8; 4]] = &[b"PAR1", b"PARE"];
/// What stands behind the index: its length and the four bytes.
const TRAILER: u64 = 8;

/// A reader that can go to any place.
pub trait ReadSeek: Read + Seek {}
impl<T: Read + Seek> ReadSeek for T {}

/// Whether a blob has its index at the end.
pub(crate) fn is_indexed(start: &[u8]) -> bool {
    INDEXED.iter().any(|magic| start.starts_with(*magic))
}

/// A blob, to be read at any place.
pub struct Places<'i> {
    bytes: Bytes<'i>,
    length: u64,
}

enum Bytes<'i> {
    Memory(&'i [u8]),
    File(&'i mut dyn ReadSeek),
}

impl<'i> Places<'i> {
    pub(crate) fn memory(bytes: &'i [u8]) -> Self {
        Places { length: bytes.len() as u64, bytes: Bytes::Memory(bytes) }
    }

    pub(crate) fn file(file: &'i mut dyn ReadSeek) -> Result<Self, String> {
        let length = file.seek(SeekFrom::End(0)).map_err(|e| format!("cannot be read: {e}"))?;
        Ok(Places { length, bytes: Bytes::File(file) })
    }

    /// How many bytes the blob has.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// `length` bytes from `start` on; the error says why they are not there.
    pub fn read(&mut self, start: u64, length: usize) -> Result<Cow<'i, [u8]>, String> {
        let end = start.checked_add(length as u64).filter(|end| *end <= self.length);
        let Some(end) = end else {
            return Err(format!("{length} bytes at {start} are past the end, {}", self.length));
        };
        match &mut self.bytes {
            Bytes::Memory(bytes) => {
                let part = bytes.get(start as usize..end as usize);
                part.map(Cow::Borrowed).ok_or_else(|| "the bytes are not there".to_owned())
            }
            Bytes::File(file) => {
                let mut part = vec![0; length];
                let read = file.seek(SeekFrom::Start(start)).and_then(|_| {
                    // A file may have become shorter since its length was asked for.
                    file.read_exact(&mut part)
                });
                read.map_err(|e| format!("cannot be read: {e}"))?;
                Ok(Cow::Owned(part))
            }
        }
    }

    /// The blob's first four bytes and the start of its index; none if the index is not there.
    pub(crate) fn index(&mut self) -> Option<Vec<u8>> {
        let magic = self.read(0, 4).ok()?;
        let trailer = self.read(self.length.checked_sub(TRAILER)?, 8).ok()?;
        let (length, ending) = trailer.split_first_chunk::<4>()?;
        if ending != magic.as_ref() {
            return None;
        }
        let length = u64::from(u32::from_le_bytes(*length));
        let start = self.length.checked_sub(TRAILER + length).filter(|start| *start >= 4)?;
        let index = self.read(start, (length as usize).min(SAMPLE_MAX - 4)).ok()?;
        Some([magic.as_ref(), index.as_ref()].concat())
    }
}

impl Input<'_> {
    /// The whole blob, to be read at any place; all of it counts as taken. A stream is kept in
    /// memory for it; the error says that it is too long for that, or cannot be read.
    pub fn places(&mut self) -> Result<Places<'_>, String> {
        self.gather(GATHERED_MAX);
        if self.at_end() {
            return Ok(Places::memory(self.take_all()));
        }
        let Some(file) = self.take_file() else {
            return Err(format!(
                "longer than {} MiB, packed, and to be read from its end: unpack it first",
                GATHERED_MAX >> 20
            ));
        };
        Places::file(file)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;
    use crate::Content;

    /// A blob with an index of `length` bytes, as large as it takes.
    fn indexed(front: usize, index: &[u8]) -> Vec<u8> {
        let mut bytes = b"PAR1".to_vec();
        bytes.resize(4 + front, b'x');
        bytes.extend(index);
        bytes.extend((index.len() as u32).to_le_bytes());
        bytes.extend(b"PAR1");
        bytes
    }

    fn contents(bytes: &[u8]) -> [Content<'_>; 3] {
        [
            Content::Whole(bytes),
            Content::Stream(Box::new(bytes)),
            Content::File(Box::new(Cursor::new(bytes))),
        ]
    }

    #[test]
    fn the_index_is_the_sample_and_all_is_reachable() {
        for front in [10, SAMPLE_MAX * 3, 3 << 20] {
            let bytes = indexed(front, b"the columns");
            for content in contents(&bytes) {
                let mut input = Input::new(content);
                assert_eq!(input.sample(), b"PAR1the columns");
                let mut places = input.places().unwrap();
                assert_eq!(places.length(), bytes.len() as u64);
                assert_eq!(places.read(front as u64, 8).unwrap(), b"xxxxthe ".as_slice());
                assert!(places.read(front as u64, bytes.len()).unwrap_err().contains("past"));
                assert_eq!(input.drain(), bytes.len() as u64);
            }
        }
    }

    #[test]
    fn an_index_that_lies_leaves_the_front_as_sample() {
        let mut bytes = indexed(3 << 20, b"index");
        let at = bytes.len() - 8;
        bytes[at + 3] = 0xFF;
        for content in contents(&bytes) {
            let mut input = Input::new(content);
            assert!(input.sample().starts_with(b"PAR1xxxx"));
            assert_eq!(input.drain(), bytes.len() as u64);
        }
        let cut = &bytes[..SAMPLE_MAX * 2];
        for content in contents(cut) {
            assert!(Input::new(content).sample().starts_with(b"PAR1xxxx"));
        }
    }

    #[test]
    fn what_is_read_from_its_front_may_also_be_a_file() {
        let text = "line\n".repeat(700_000);
        let mut input = Input::new(Content::File(Box::new(Cursor::new(text.as_bytes()))));
        let mut lines = 0;
        while input.line().is_some() {
            lines += 1;
        }
        assert_eq!((lines, input.taken()), (700_000, text.len() as u64));
    }
}
