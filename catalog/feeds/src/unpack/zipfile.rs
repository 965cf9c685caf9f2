//! Members of zip archives, after PKWARE's APPNOTE; the directory at the end leads.

use std::io::{BufReader, Read, Result, Seek, SeekFrom};

use flate2::Crc;
use frame::ReadSeek;
use zip::read::Config;
use zip::result::ZipError;
use zip::unstable::read::ZipIterable;

use super::codec::{Bunzip2, Inflate, Unzstd};
use super::decode::Decode;
use super::meter::Metered;
use super::{BLOCK, Exactly, Opening, PACKED_WHOLE_MAX, Telling, drain, whole};
use crate::buffer::{Buffer, Gathered};
use crate::names;

/// What is read of a zip at a time: its headers are small and far apart.
const READ: usize = 32 << 10;
/// A local header without its name and extra field (APPNOTE 4.3.7).
const LOCAL_HEADER: usize = 30;

/// A member of a zip archive.
pub(super) struct Member {
    pub(super) name: String,
    pub(super) encrypted: bool,
    pub(super) method: u16,
    /// Unpacked size and CRC-32, where they are known beforehand.
    pub(super) check: Option<(u64, u32)>,
    /// Packed size, where it is known beforehand.
    pub(super) packed: Option<u64>,
}

impl Opening<'_> {
    /// Hands the members of a zip archive over, in its directory's order.
    pub(crate) fn zip(&mut self, name: &str, reader: &mut dyn ReadSeek, depth: u32) {
        self.to.archive(name);
        let mut reader = BufReader::with_capacity(READ, reader);
        let directory = ZipIterable::try_new(&mut reader, Config::default());
        let read = match directory {
            Ok(directory) => self.zip_directory(name, directory, depth),
            Err(error) => {
                let why = explain(&error);
                self.zip_salvage(name, &mut reader, depth);
                Err(format!(
                    "the zip archive's directory cannot be read ({why}): \
                     its members were read one after another, as far as they go"
                ))
            }
        };
        if let Err(why) = read {
            self.to.broken(name, &why);
        }
    }

    fn zip_directory<R: Read + Seek>(
        &mut self,
        name: &str,
        mut directory: ZipIterable<R>,
        depth: u32,
    ) -> std::result::Result<(), String> {
        let entries = directory.files().map_err(|error| explain(&error))?;
        while let Some(entry) = entries.next() {
            let entry = entry.map_err(|error| {
                format!("the zip archive's directory is damaged: {}", explain(&error))
            })?;
            if entry.is_dir() {
                continue;
            }
            self.meter.member().map_err(|bound| bound.to_string())?;
            let mut member = Member {
                name: names::member(name, entry.name_raw()),
                encrypted: entry.encrypted(),
                method: 0,
                check: Some((entry.size(), entry.crc32())),
                packed: Some(entry.compressed_size()),
            };
            let reader = entries.reader_mut();
            match find_data(reader, entry.header_start()) {
                Ok(method) => member.method = method,
                Err(error) => {
                    let why = format!("is not where the zip archive's directory says: {error}");
                    self.to.broken(&member.name, &why);
                    continue;
                }
            }
            let raw = BufReader::with_capacity(BLOCK, reader.take(entry.compressed_size()));
            self.zip_member(&member, raw, depth);
            if let Some(bound) = self.meter.stopped() {
                return Err(format!("was not read to its end: {bound}"));
            }
        }
        Ok(())
    }

    /// Hands one member over. Says how many packed bytes it took, if it could be unpacked.
    pub(super) fn zip_member<R: Read>(
        &mut self,
        member: &Member,
        mut raw: BufReader<R>,
        depth: u32,
    ) -> Option<u64> {
        let name = member.name.as_str();
        if member.encrypted {
            self.to.broken(name, "is encrypted: unpack it first");
            return None;
        }
        if let (8, Some((size, sum)), Some(packed)) = (member.method, member.check, member.packed)
            && packed <= PACKED_WHOLE_MAX as u64
            && size <= whole::WHOLE_MAX
        {
            let mut bytes = Buffer::take();
            let gathered = bytes.gather(&mut raw, packed as usize);
            if !matches!(gathered, Gathered::Failed(_))
                && let Some(unpacked) = whole::inflate(bytes.filled(), size, sum, self.meter)
            {
                self.whole(name, unpacked.bytes(), depth);
                return Some(packed);
            }
            let rest: Box<dyn Read + '_> = match gathered {
                Gathered::Failed(error) => Box::new(super::Failing(Some(error))),
                Gathered::All | Gathered::Full => Box::new(raw),
            };
            let again = BufReader::with_capacity(BLOCK, bytes.filled().chain(rest));
            return self.zip_stream(member, again, depth);
        }
        self.zip_stream(member, raw, depth)
    }

    fn zip_stream<R: Read>(
        &mut self,
        member: &Member,
        raw: BufReader<R>,
        depth: u32,
    ) -> Option<u64> {
        // APPNOTE 4.4.5.
        let mut decode = match member.method {
            0 => {
                let size = member.packed.unwrap_or_default();
                self.zip_bytes(member, Exactly::new(raw, size, "zip"), depth);
                return member.packed;
            }
            8 => Decode::one("zip", raw, Inflate::bare()),
            12 => Decode::one("zip", raw, Bunzip2::new()),
            93 => Decode::one("zip", raw, Unzstd::new()),
            other => {
                let why = format!("is packed by zip method {other}, which is not opened here");
                self.to.broken(&member.name, &why);
                return None;
            }
        };
        self.zip_bytes(member, &mut decode, depth);
        Some(decode.taken())
    }

    fn zip_bytes(&mut self, member: &Member, bytes: impl Read, depth: u32) {
        let checked = Checked { inner: bytes, crc: Crc::new(), size: 0, expected: member.check };
        let mut data = Telling { inner: Metered::new(checked, self.meter), told: false };
        self.stream(&member.name, Box::new(&mut data), depth);
        if !data.told
            && let Err(error) = drain(&mut data)
        {
            self.to.broken(&member.name, &error.to_string());
        }
    }
}

/// Goes to the data of the member whose local header is at `start`; tells its method.
fn find_data<R: Read + Seek>(reader: &mut R, start: u64) -> Result<u16> {
    reader.seek(SeekFrom::Start(start))?;
    let header = LocalHeader::read(reader)?;
    reader.seek_relative(i64::from(header.name_length) + i64::from(header.extra_length))?;
    Ok(header.method)
}

/// A local header, as far as it has a fixed size (APPNOTE 4.3.7).
pub(super) struct LocalHeader {
    pub(super) flags: u16,
    pub(super) method: u16,
    pub(super) crc: u32,
    pub(super) packed: u32,
    pub(super) size: u32,
    pub(super) name_length: u16,
    pub(super) extra_length: u16,
}

impl LocalHeader {
    pub(super) fn read(reader: &mut dyn Read) -> Result<Self> {
        let mut bytes = [0; LOCAL_HEADER];
        reader.read_exact(&mut bytes)?;
        if !bytes.starts_with(b"PK\x03\x04") {
            return Err(std::io::Error::other("there is no local header"));
        }
        let short = |at: usize| bytes.get(at..at + 2).map_or(0, little) as u16;
        let long = |at: usize| bytes.get(at..at + 4).map_or(0, little) as u32;
        Ok(LocalHeader {
            flags: short(6),
            method: short(8),
            crc: long(14),
            packed: long(18),
            size: long(22),
            name_length: short(26),
            extra_length: short(28),
        })
    }
}

/// A little-endian number.
pub(super) fn little(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |number, byte| (number << 8) | u64::from(*byte))
}

/// A member's bytes, held to its stated size and checksum when they end.
struct Checked<R> {
    inner: R,
    crc: Crc,
    size: u64,
    expected: Option<(u64, u32)>,
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, out: &mut [u8]) -> Result<usize> {
        let count = self.inner.read(out)?;
        self.crc.update(out.get(..count).unwrap_or_default());
        self.size += count as u64;
        let ended = count == 0 && !out.is_empty();
        match self.expected {
            Some(expected) if ended && expected != (self.size, self.crc.sum()) => {
                self.expected = None;
                let text = "size or checksum differ from what the zip archive says";
                Err(std::io::Error::new(std::io::ErrorKind::InvalidData, text))
            }
            _ => Ok(count),
        }
    }
}

fn explain(error: &ZipError) -> String {
    match error {
        ZipError::Io(error) => error.to_string(),
        other => other.to_string(),
    }
}
