//! A reader of a file that keeps its own position, so that threads may share the file.

use std::fs::File;
use std::io::{Read, Result, Seek, SeekFrom};

/// A file being read from a place of its own.
pub(crate) struct At<'f> {
    file: &'f File,
    position: u64,
    size: u64,
}

impl<'f> At<'f> {
    /// Reads `file`, which is `size` bytes long, from its start.
    pub(crate) fn new(file: &'f File, size: u64) -> Self {
        At { file, position: 0, size }
    }
}

impl Read for At<'_> {
    fn read(&mut self, out: &mut [u8]) -> Result<usize> {
        let count = read_at(self.file, out, self.position)?;
        self.position += count as u64;
        Ok(count)
    }
}

impl Seek for At<'_> {
    fn seek(&mut self, to: SeekFrom) -> Result<u64> {
        let position = match to {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::End(by) => self.size.checked_add_signed(by),
            SeekFrom::Current(by) => self.position.checked_add_signed(by),
        };
        self.position = position.ok_or(std::io::ErrorKind::InvalidInput)?;
        Ok(self.position)
    }
}

#[cfg(unix)]
fn read_at(file: &File, out: &mut [u8], position: u64) -> Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, out, position)
}

#[cfg(windows)]
fn read_at(file: &File, out: &mut [u8], position: u64) -> Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, out, position)
}
