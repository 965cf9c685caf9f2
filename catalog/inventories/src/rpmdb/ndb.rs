//! RPM's own database (`Packages.db`, as SUSE uses it): slots that say where the blobs are.

use super::bytes::le32;

/// The first bytes.
pub const MAGIC: &[u8] = b"RpmP";
const SLOT: u32 = u32::from_le_bytes(*b"Slot");
const BLOB: u32 = u32::from_le_bytes(*b"BlbS");
const PAGE: usize = 4096;
/// Bytes of a slot, and of a block.
const UNIT: usize = 16;

/// The blobs, in the order of the packages' numbers.
pub fn blobs(bytes: &[u8]) -> Result<Vec<Vec<u8>>, String> {
    all(bytes).ok_or_else(|| "the database is damaged or was cut".to_owned())
}

fn all(bytes: &[u8]) -> Option<Vec<Vec<u8>>> {
    if le32(bytes, 4)? != 0 {
        return None;
    }
    let slots = bytes.get(2 * UNIT..(le32(bytes, 12)? as usize).checked_mul(PAGE)?)?;
    let mut found = Vec::new();
    for slot in slots.chunks_exact(UNIT) {
        let (number, block) = (le32(slot, 4)?, le32(slot, 8)? as usize);
        if le32(slot, 0)? != SLOT {
            return None;
        }
        // An empty slot belongs to no package.
        if number == 0 || block == 0 {
            continue;
        }
        let start = block.checked_mul(UNIT)?;
        if le32(bytes, start)? != BLOB || le32(bytes, start + 4)? != number {
            return None;
        }
        let length = le32(bytes, start + 12)? as usize;
        let data = start + UNIT;
        found.push((number, bytes.get(data..data.checked_add(length)?)?));
    }
    found.sort_by_key(|(number, _)| *number);
    // Two slots of the same package could make a small file large.
    found.dedup_by_key(|(number, _)| *number);
    Some(found.into_iter().map(|(_, blob)| blob.to_vec()).collect())
}
