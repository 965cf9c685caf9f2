//! Deflate data unpacked in one call, twice as fast as a stream, where that is safe.

use std::cell::RefCell;

use libdeflater::{Decompressor, crc32};

use super::meter::Meter;
use crate::buffer::{Buffer, Held};

/// The largest blob that is unpacked in one call.
const WHOLE_MAX: u64 = 256 << 20;
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

/// Unpacks a gzip file of one member. None means: read it as a stream, for it is large, has more
/// members, is damaged, or meets a bound.
pub(crate) fn gunzip(packed: &[u8], meter: &Meter) -> Option<Whole> {
    if packed.len() < GZIP_MIN {
        return None;
    }
    let size = u32::from_le_bytes(*packed.last_chunk()?);
    let whole = unpack(u64::from(size), meter, |room| {
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
    meter.produce(whole.bytes().len() as u64).ok()?;
    Some(whole)
}

/// Unpacks bare deflate data of a stated size and checksum, as zip has them.
pub(crate) fn inflate(packed: &[u8], size: u64, sum: u32, meter: &Meter) -> Option<Whole> {
    let whole = unpack(size, meter, |room| {
        DECOMPRESSOR.with_borrow_mut(|d| d.deflate_decompress(packed, room))
    })?;
    if whole.bytes().len() as u64 != size || crc32(whole.bytes()) != sum {
        return None;
    }
    meter.produce(size).ok()?;
    Some(whole)
}

fn unpack<E>(
    size: u64,
    meter: &Meter,
    work: impl FnOnce(&mut [u8]) -> Result<usize, E>,
) -> Option<Whole> {
    if size > WHOLE_MAX || !meter.allows(size) {
        return None;
    }
    let held = Held::reserve(size)?;
    let mut bytes = Buffer::take();
    bytes.write(size as usize, work).ok()?;
    Some(Whole { bytes, _held: held })
}
