//! Members of tar archives: POSIX ustar and pax, GNU tar.

use std::cell::Cell;
use std::io::{Error, Read, Result};

use tar::{Archive, EntryType};

use super::{Exactly, Opening, Telling, drain};
use crate::names;
use crate::unpack::meter::Metered;

/// What may stand between two members' data: headers, long names, pax records, zeros.
const BETWEEN_MAX: u64 = 4 << 20;
/// A tar archive is made of blocks of so many bytes, and one of zeros ends it.
const BLOCK: u64 = 512;

impl Opening<'_> {
    /// Hands the members of a tar archive over.
    pub(crate) fn tar(&mut self, name: &str, reader: Box<dyn Read + '_>, depth: u32) {
        self.to.archive(name);
        let place = Place::default();
        let mut archive = Archive::new(Guard { inner: reader, place: &place });
        // Two archives written one after another are read as one.
        archive.set_ignore_zeros(true);
        let mut entries = match archive.entries() {
            Ok(entries) => entries,
            Err(error) => return self.to.broken(name, &error.to_string()),
        };
        loop {
            place.enter_headers();
            let entry = match entries.next() {
                None => break,
                Some(Ok(entry)) => entry,
                // Zeros behind the end mark need not fill a block.
                Some(Err(_)) if place.ended() => break,
                Some(Err(error)) => return self.to.broken(name, &damage(&error)),
            };
            place.enter_data();
            let kind = entry.header().entry_type();
            let member = names::member(name, &entry.path_bytes());
            if !holds_data(kind) || (member.ends_with('/') && entry.size() == 0) {
                continue;
            }
            if let Err(bound) = self.meter.member() {
                return self.to.broken(name, &bound.to_string());
            }
            if !self.tar_member(&member, entry, depth) {
                break;
            }
        }
        if let Some(bound) = self.meter.stopped() {
            return self.to.broken(name, &format!("was not read to its end: {bound}"));
        }
        if place.at_end.get() && !place.ended() {
            self.to.broken(name, "the tar archive has no end mark: it may have been cut off");
        }
    }

    /// Hands one member over; says whether the archive can be read on.
    fn tar_member(&mut self, member: &str, entry: tar::Entry<'_, impl Read>, depth: u32) -> bool {
        let size = entry.size();
        let sparse = entry.header().entry_type() == EntryType::GNUSparse;
        // The holes of a sparse file come out of nothing, so they count as unpacked.
        let entry: Box<dyn Read + '_> =
            if sparse { Box::new(Metered::new(entry, self.meter)) } else { Box::new(entry) };
        let mut data = Telling { inner: Exactly::new(entry, size, "tar"), told: false };
        self.stream(member, Box::new(&mut data), depth);
        if data.told {
            return false;
        }
        if let Err(error) = drain(&mut data) {
            self.to.broken(member, &error.to_string());
            return false;
        }
        true
    }
}

/// Directories, links and devices have no data of their own; of what is left, POSIX says that an
/// unknown type is a file.
fn holds_data(kind: EntryType) -> bool {
    let without = kind.is_dir()
        || kind.is_symlink()
        || kind.is_hard_link()
        || kind.is_character_special()
        || kind.is_block_special()
        || kind.is_fifo()
        || kind.is_pax_global_extensions()
        || kind.is_pax_local_extensions();
    // GNU's volume label and directory listing.
    !without && !matches!(kind.as_byte(), b'V' | b'D')
}

fn damage(error: &Error) -> String {
    format!("the tar archive cannot be read on: {error}")
}

/// Where in the archive its reader is.
#[derive(Default)]
struct Place {
    /// What may still be read of headers; none while a member's data are read.
    left: Cell<Option<u64>>,
    /// Zeros in a row at the end of what was read as headers.
    zeros: Cell<u64>,
    /// Whether the archive's bytes ended among headers.
    at_end: Cell<bool>,
}

impl Place {
    fn enter_headers(&self) {
        self.left.set(Some(BETWEEN_MAX));
        self.zeros.set(0);
    }

    /// Whether the archive's bytes ended behind an end mark.
    fn ended(&self) -> bool {
        self.at_end.get() && self.zeros.get() >= BLOCK
    }

    fn enter_data(&self) {
        self.left.set(None);
    }
}

/// Keeps the tar library, which holds long names in memory, from reading more of them than is
/// sane.
struct Guard<'p, R> {
    inner: R,
    place: &'p Place,
}

impl<R: Read> Read for Guard<'_, R> {
    fn read(&mut self, out: &mut [u8]) -> Result<usize> {
        let Some(left) = self.place.left.get() else { return self.inner.read(out) };
        if left == 0 {
            let max = names::size(BETWEEN_MAX);
            return Err(Error::other(format!("more than {max} stand between two members")));
        }
        let room = out.len().min(left as usize);
        let room = out.get_mut(..room).unwrap_or_default();
        let count = self.inner.read(room)?;
        let read = room.get(..count).unwrap_or_default();
        let zeros = read.iter().rev().take_while(|byte| **byte == 0).count() as u64;
        let before = if zeros == count as u64 { self.place.zeros.get() } else { 0 };
        self.place.zeros.set(before + zeros);
        self.place.left.set(Some(left - count as u64));
        self.place.at_end.set(count == 0 && !room.is_empty());
        Ok(count)
    }
}
