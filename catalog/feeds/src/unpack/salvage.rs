//! A zip whose directory is lost: members are read one after another from their local headers.

use std::io::{BufReader, Read, Result, Seek, SeekFrom};

use super::zipfile::{LocalHeader, Member, little};
use super::{BLOCK, Opening};
use crate::names;

/// Flag bits (APPNOTE 4.4.4).
const ENCRYPTED: u16 = 1;
const SIZES_FOLLOW: u16 = 1 << 3;
/// A size that stands in the zip64 extra field instead (APPNOTE 4.4.8).
const IN_ZIP64: u32 = u32::MAX;
/// The longest data descriptor: signature, checksum, two sizes of zip64 (APPNOTE 4.3.9).
const DESCRIPTOR_MAX: usize = 24;

impl Opening<'_> {
    /// Hands over what members there are, until none follows.
    pub(super) fn zip_salvage<R: Read + Seek>(&mut self, name: &str, reader: &mut R, depth: u32) {
        let mut at = Some(0);
        while let Some(start) = at
            && self.meter.stopped().is_none()
        {
            let found = reader.seek(SeekFrom::Start(start)).and_then(|_| local(reader, name));
            // No header here: the members end, which is told by the caller.
            let Ok((member, header_length)) = found else { return };
            let data = start + header_length;
            at = self.salvage_member(&member, data, reader, depth);
        }
    }

    /// Hands one member over, whose data start at `data`; tells where the next one may start.
    fn salvage_member<R: Read + Seek>(
        &mut self,
        member: &Member,
        data: u64,
        reader: &mut R,
        depth: u32,
    ) -> Option<u64> {
        if let Some(packed) = member.packed {
            let next = data.checked_add(packed);
            if member.name.ends_with('/') && packed == 0 {
                return next;
            }
            if let Err(bound) = self.meter.member() {
                self.to.broken(&member.name, &bound.to_string());
                return None;
            }
            let raw = BufReader::with_capacity(BLOCK, reader.take(packed));
            self.zip_member(member, raw, depth);
            return next;
        }
        if member.method == 0 {
            self.to.broken(&member.name, "its size stands in the directory that is lost");
            return None;
        }
        let raw = BufReader::with_capacity(BLOCK, &mut *reader);
        let taken = self.zip_member(member, raw, depth)?;
        after_descriptor(reader, data.checked_add(taken)?).ok().flatten()
    }
}

/// Reads a local header with its name; tells how long all of it is.
fn local<R: Read>(reader: &mut R, archive: &str) -> Result<(Member, u64)> {
    let header = LocalHeader::read(reader)?;
    let mut name = vec![0; usize::from(header.name_length)];
    reader.read_exact(&mut name)?;
    let mut extra = vec![0; usize::from(header.extra_length)];
    reader.read_exact(&mut extra)?;
    let (mut size, mut packed) = (u64::from(header.size), u64::from(header.packed));
    if (header.size == IN_ZIP64 || header.packed == IN_ZIP64)
        && let Some(sizes) = zip64(&extra)
    {
        (size, packed) = sizes;
    }
    let later = header.flags & SIZES_FOLLOW != 0;
    let member = Member {
        name: names::member(archive, &name),
        encrypted: header.flags & ENCRYPTED != 0,
        method: header.method,
        check: (!later).then_some((size, header.crc)),
        packed: (!later || packed > 0).then_some(packed),
    };
    Ok((member, (30 + name.len() + extra.len()) as u64))
}

/// Unpacked and packed size from the extra field's zip64 part (APPNOTE 4.5.3).
fn zip64(mut extra: &[u8]) -> Option<(u64, u64)> {
    loop {
        let (head, rest) = extra.split_at_checked(4)?;
        let (id, length) = head.split_at_checked(2)?;
        let (part, after) = rest.split_at_checked(little(length) as usize)?;
        if little(id) == 1 {
            let (size, packed) = part.split_at_checked(8)?;
            return Some((little(size), little(packed.get(..8)?)));
        }
        extra = after;
    }
}

/// Passes the data descriptor at `at`, whose length is not told; finds the next local header.
fn after_descriptor<R: Read + Seek>(reader: &mut R, at: u64) -> Result<Option<u64>> {
    reader.seek(SeekFrom::Start(at))?;
    let mut bytes = Vec::with_capacity(DESCRIPTOR_MAX + 4);
    reader.take((DESCRIPTOR_MAX + 4) as u64).read_to_end(&mut bytes)?;
    let next = bytes.windows(4).position(|window| window == b"PK\x03\x04");
    Ok(next.map(|ahead| at + ahead as u64))
}
