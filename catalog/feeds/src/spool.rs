//! Keeping what can be read only once, so that it may be opened again.

use std::fs::File;
use std::io::{Read, Write};

use crate::buffer::Gathered;
use crate::names;

/// How much of a stream is kept in memory; a longer one goes to a temporary file without a name.
const MEMORY_MAX: usize = 8 << 20;
/// How much of a stream is kept at all.
const SPOOL_MAX: u64 = 64 << 30;

/// A stream that was read to its end.
pub(crate) struct Spool {
    pub(crate) kept: Kept,
    /// Why it is not complete, if it is not.
    pub(crate) broken: Option<String>,
}

/// Where the bytes are.
pub(crate) enum Kept {
    Memory(Vec<u8>),
    File(File, u64),
}

impl Spool {
    /// Reads a stream to its end.
    pub(crate) fn read(mut reader: impl Read) -> Spool {
        let mut start = Vec::new();
        match gather(&mut reader, &mut start) {
            Gathered::All => Spool { kept: Kept::Memory(start), broken: None },
            Gathered::Failed(error) => {
                let broken = Some(format!("cannot be read on: {error}"));
                Spool { kept: Kept::Memory(start), broken }
            }
            Gathered::Full => match to_file(&start, reader) {
                Ok(spool) => spool,
                Err(error) => {
                    let broken = Some(format!(
                        "only its first {} are read: there is no temporary file for it: {error}",
                        names::size(start.len() as u64)
                    ));
                    Spool { kept: Kept::Memory(start), broken }
                }
            },
        }
    }
}

fn gather(reader: &mut impl Read, start: &mut Vec<u8>) -> Gathered {
    match reader.take(MEMORY_MAX as u64).read_to_end(start) {
        Ok(_) if start.len() < MEMORY_MAX => Gathered::All,
        Ok(_) => Gathered::Full,
        Err(error) => Gathered::Failed(error),
    }
}

fn to_file(start: &[u8], reader: impl Read) -> std::io::Result<Spool> {
    let mut file = tempfile::tempfile()?;
    file.write_all(start)?;
    let mut reader = reader.take(SPOOL_MAX - start.len() as u64);
    let copied = std::io::copy(&mut reader, &mut file);
    let size = file.metadata()?.len();
    let broken = match copied {
        Err(error) => Some(format!("breaks off after {}: {error}", names::size(size))),
        Ok(_) if size >= SPOOL_MAX => Some(format!(
            "the size bound was met: only its first {} are read",
            names::size(SPOOL_MAX)
        )),
        Ok(_) => None,
    };
    Ok(Spool { kept: Kept::File(file, size), broken })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::unpack::Failing;

    #[test]
    fn short_streams_stay_in_memory_long_ones_go_to_a_file() {
        let spool = Spool::read(&b"abc"[..]);
        assert!(matches!(&spool.kept, Kept::Memory(bytes) if bytes == b"abc"));
        let long = MEMORY_MAX as u64 + 5;
        let spool = Spool::read(std::io::repeat(b'x').take(long));
        assert!(matches!(spool.kept, Kept::File(_, size) if size == long));
        assert_eq!(spool.broken, None);
    }

    #[test]
    fn a_stream_that_breaks_off_keeps_its_start() {
        let broken = || Failing(Some(std::io::Error::other("the pipe broke")));
        let spool = Spool::read(b"abc".chain(broken()));
        assert!(matches!(&spool.kept, Kept::Memory(bytes) if bytes == b"abc"));
        assert!(spool.broken.unwrap().contains("the pipe broke"));
        let long = MEMORY_MAX as u64 + 5;
        let spool = Spool::read(std::io::repeat(b'x').take(long).chain(broken()));
        assert!(matches!(spool.kept, Kept::File(_, size) if size == long));
        assert!(spool.broken.unwrap().contains("the pipe broke"));
    }
}
