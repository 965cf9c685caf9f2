//! Deflate data unpacked in one call, which is faster than a stream, where that is safe.

use std::cell::RefCell;

use libdeflater::{Decompressor, crc32};

use super::meter::Meter;
use crate::buffer::{Buffer, Held};

/// The largest blob that is unpacked in one call: past it, fresh memory costs what the call saves.
pub(crate) const WHOLE_MAX: u64 = 64 << 20;
/// The shortest gzip member: 10 bytes of header, 2 of data, 8 of trailer (RFC 1952, 2.2).
const GZIP_MIN: usize = 20;

thread_local! {
    static DECOMPRESSOR: RefCell<Decompressor> = RefCell::new(Decompressor::new());
}

/// An unpacked blob and its share of the memory that may be held.
pub(crate) struct Whole {
    bytes: Buffer,
    _held: Held,
}

impl Whole {
    pub(crate) fn bytes(&self) -> &[u8] {
        self.bytes.filled()
    }
}

/// Unpacks a gzip file of one member, of which `uncounted` bytes do not count as read yet. None
/// means: read it as a stream, for it is large, has more members, is damaged, or meets a bound.
pub(crate) fn gunzip(packed: &[u8], uncounted: u64, meter: &Meter) -> Option<Whole> {
    if packed.len() < GZIP_MIN || seems_to_go_on(packed) {
        return None;
    }
    let size = u32::from_le_bytes(*packed.last_chunk()?);
    if !meter.allows(u64::from(size), uncounted) {
        return None;
    }
    let whole = unpack(u64::from(size), |room| {
        DECOMPRESSOR.with_borrow_mut(|d| d.gzip_decompress(packed, room))
    })?;
    // The library does not say how much input it took. It did hold the trailer of the member that
    // it unpacked: if that trailer stands nowhere but at the very end, the member ends there.
    let mut trailer = [0; 8];
    let (sum, length) = trailer.split_at_mut(4);
    sum.copy_from_slice(&crc32(whole.bytes()).to_le_bytes());
    length.copy_from_slice(&(whole.bytes().len() as u32).to_le_bytes());
    let first = memchr::memmem::find(packed, &trailer)?;
    if first + trailer.len() != packed.len() {
        return None;
    }
    meter.consume(uncounted);
    meter.produce(whole.bytes().len() as u64).ok()?;
    Some(whole)
}

/// Whether a further member seems to start behind the first bytes. It saves work only: what
/// decides is the trailer.
fn seems_to_go_on(packed: &[u8]) -> bool {
    let starts = memchr::memmem::find_iter(packed, b"\x1F\x8B\x08").skip(1);
    // RFC 1952, 2.3: no reserved flag, a known effort, a known system.
    starts.filter_map(|at| packed.get(at + 3..at + 10)).any(|header| {
        matches!(header, [flags, _, _, _, _, 0 | 2 | 4, 0..=13 | 255] if flags & 0xE0 == 0)
    })
}

/// Unpacks bare deflate data of a stated size and checksum, as zip has them.
pub(crate) fn inflate(packed: &[u8], size: u64, sum: u32, meter: &Meter) -> Option<Whole> {
    if !meter.allows(size, 0) {
        return None;
    }
    let whole =
        unpack(size, |room| DECOMPRESSOR.with_borrow_mut(|d| d.deflate_decompress(packed, room)))?;
    if whole.bytes().len() as u64 != size || crc32(whole.bytes()) != sum {
        return None;
    }
    meter.produce(size).ok()?;
    Some(whole)
}

fn unpack<E>(size: u64, work: impl FnOnce(&mut [u8]) -> Result<usize, E>) -> Option<Whole> {
    if size > WHOLE_MAX {
        return None;
    }
    let held = Held::reserve(size)?;
    let mut bytes = Buffer::with_room(size as usize);
    bytes.write(size as usize, work).ok()?;
    Some(Whole { bytes, _held: held })
}
