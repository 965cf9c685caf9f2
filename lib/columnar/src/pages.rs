//! Pages of one column chunk, checked before the decoder believes them.

use std::io::{Error, ErrorKind, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::{Buf, Bytes};
use parquet::basic::{Encoding, Type as Physical};
use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::reader::{ChunkReader, Length, SerializedPageReader};

use crate::thrift::unpacked_size;
use crate::{PAGE_MAX, PAGES_MAX};

/// The packed bytes of one column chunk, at their place in the file.
pub(crate) struct Chunk {
    start: u64,
    bytes: Bytes,
    /// What all columns of the row group hold of unpacked pages.
    held: Arc<AtomicU64>,
}

impl Chunk {
    /// A chunk that starts at `start` in the file.
    pub(crate) fn new(start: u64, bytes: Vec<u8>, held: &Arc<AtomicU64>) -> Self {
        Chunk { start, bytes: bytes.into(), held: Arc::clone(held) }
    }

    fn from(&self, start: u64) -> Option<Bytes> {
        let at = usize::try_from(start.checked_sub(self.start)?).ok()?;
        (at <= self.bytes.len()).then(|| self.bytes.slice(at..))
    }
}

impl Length for Chunk {
    fn len(&self) -> u64 {
        self.start + self.bytes.len() as u64
    }
}

impl ChunkReader for Chunk {
    type T = Header;

    fn get_read(&self, start: u64) -> Result<Header> {
        let bytes = self.from(start).ok_or_else(outside)?;
        Ok(Header { bytes, held: Arc::clone(&self.held), checked: false })
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        let bytes = self.from(start).filter(|bytes| length <= bytes.len());
        Ok(bytes.ok_or_else(outside)?.slice(..length))
    }
}

fn outside() -> ParquetError {
    ParquetError::General("a page lies outside its column".into())
}

fn wrong(what: &str) -> ParquetError {
    ParquetError::General(what.into())
}

/// A page header being read: what it says of the page's size is looked at first, for the decoder
/// takes that much memory.
pub(crate) struct Header {
    bytes: Bytes,
    held: Arc<AtomicU64>,
    checked: bool,
}

impl Read for Header {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        if !self.checked {
            self.checked = true;
            let size = unpacked_size(&self.bytes);
            let Some(size) = size.filter(|size| *size <= PAGE_MAX) else {
                let why = format!("a page header says no size, or more than {PAGE_MAX} bytes");
                return Err(Error::new(ErrorKind::InvalidData, why));
            };
            if self.held.fetch_add(size, Ordering::Relaxed) + size > PAGES_MAX {
                let why = format!("its pages take more than {PAGES_MAX} bytes at a time");
                return Err(Error::new(ErrorKind::InvalidData, why));
            }
        }
        let count = out.len().min(self.bytes.len());
        self.bytes.copy_to_slice(out.get_mut(..count).unwrap_or_default());
        Ok(count)
    }
}

/// The pages of a chunk, each looked at before it is handed on.
pub(crate) struct Pages {
    inner: SerializedPageReader<Chunk>,
    held: Arc<AtomicU64>,
    physical: Physical,
    type_length: usize,
    has_levels: [bool; 2],
    has_dictionary: bool,
    /// Values that the footer says are still to come.
    left: i64,
    /// The size of the data page before this one, which is no longer held then.
    before: u64,
}

impl Pages {
    /// The pages of a chunk that its footer describes.
    pub(crate) fn new(chunk: Chunk, about: &ColumnChunkMetaData, rows: usize) -> Result<Self> {
        let column = about.column_descr();
        let held = Arc::clone(&chunk.held);
        Ok(Pages {
            inner: SerializedPageReader::new(Arc::new(chunk), about, rows, None)?,
            held,
            physical: about.column_type(),
            type_length: usize::try_from(column.type_length()).unwrap_or(0),
            has_levels: [column.max_rep_level() > 0, column.max_def_level() > 0],
            has_dictionary: false,
            left: about.num_values(),
            before: 0,
        })
    }

    fn check(&mut self, page: &Page) -> Result<()> {
        let [repeats, may_lack] = self.has_levels;
        match page {
            Page::DictionaryPage { buf, num_values, .. } => {
                let fits = (*num_values as usize) <= self.most_values(buf.len());
                self.has_dictionary = true;
                return if fits {
                    Ok(())
                } else {
                    Err(wrong("a dictionary is shorter than it says"))
                };
            }
            Page::DataPage {
                num_values, encoding, def_level_encoding, rep_level_encoding, ..
            } => {
                let levels = [(repeats, rep_level_encoding), (may_lack, def_level_encoding)];
                if levels.iter().any(|(there, how)| *there && **how != Encoding::RLE) {
                    return Err(wrong("levels are packed in a way that is not read"));
                }
                self.count(*num_values, *encoding)?;
            }
            Page::DataPageV2 {
                buf,
                num_values,
                encoding,
                num_nulls,
                def_levels_byte_len,
                rep_levels_byte_len,
                ..
            } => {
                let levels = u64::from(*def_levels_byte_len) + u64::from(*rep_levels_byte_len);
                if levels > buf.len() as u64 || num_nulls > num_values {
                    return Err(wrong("a page is shorter than it says"));
                }
                self.count(*num_values, *encoding)?;
            }
        }
        let size = page.buffer().len() as u64;
        let before = std::mem::replace(&mut self.before, size);
        let less = |held: u64| Some(held.saturating_sub(before));
        let _always = self.held.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less);
        Ok(())
    }

    fn count(&mut self, values: u32, encoding: Encoding) -> Result<()> {
        self.left -= i64::from(values);
        if self.left < 0 {
            return Err(wrong("more values than the index says"));
        }
        let from_dictionary =
            matches!(encoding, Encoding::RLE_DICTIONARY | Encoding::PLAIN_DICTIONARY);
        if from_dictionary && !self.has_dictionary {
            return Err(wrong("a dictionary is missing"));
        }
        Ok(())
    }

    /// How many plain values fit into so many bytes.
    fn most_values(&self, bytes: usize) -> usize {
        match self.physical {
            Physical::BOOLEAN => bytes.saturating_mul(8),
            Physical::INT32 | Physical::FLOAT | Physical::BYTE_ARRAY => bytes / 4,
            Physical::INT64 | Physical::DOUBLE => bytes / 8,
            Physical::INT96 => bytes / 12,
            Physical::FIXED_LEN_BYTE_ARRAY => bytes.checked_div(self.type_length).unwrap_or(0),
        }
    }
}

impl Iterator for Pages {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Result<Page>> {
        self.get_next_page().transpose()
    }
}

impl PageReader for Pages {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        let page = self.inner.get_next_page()?;
        if let Some(page) = &page {
            self.check(page)?;
        }
        Ok(page)
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        self.inner.peek_next_page()
    }

    fn skip_next_page(&mut self) -> Result<()> {
        self.inner.skip_next_page()
    }

    fn at_record_boundary(&mut self) -> Result<bool> {
        self.inner.at_record_boundary()
    }
}
