//! RPM's database in Berkeley DB (`Packages`, before RPM 4.16): the values of a hash table.

use super::bytes::{be16, be32, le16, le32};

/// The mark of a hash table, and where it stands.
const MAGIC: u32 = 0x0006_1561;
const AT: usize = 12;
/// Kinds of pages: hash (unsorted, sorted) and the head.
const UNSORTED: u8 = 2;
const SORTED: u8 = 13;
const HEAD: u8 = 8;
const OVERFLOW: u8 = 7;
/// Bytes before a page's entries.
const PAGE_HEAD: usize = 26;
/// Kinds of entries: on the page, and on pages of their own.
const INLINE: u8 = 1;
const OFF_PAGE: u8 = 3;

/// Whether it is a hash table of either order of bytes.
pub fn is(bytes: &[u8]) -> bool {
    le32(bytes, AT) == Some(MAGIC) || be32(bytes, AT) == Some(MAGIC)
}

/// The values, in the order of the pages.
pub fn blobs(bytes: &[u8]) -> Result<Vec<Vec<u8>>, String> {
    if bytes.get(24) != Some(&0) {
        return Err("the database is encrypted".to_owned());
    }
    all(bytes).ok_or_else(|| "the database is damaged or was cut".to_owned())
}

struct File<'a> {
    bytes: &'a [u8],
    page: usize,
    little: bool,
}

impl<'a> File<'a> {
    fn n32(&self, bytes: &[u8], at: usize) -> Option<u32> {
        if self.little { le32(bytes, at) } else { be32(bytes, at) }
    }

    fn n16(&self, bytes: &[u8], at: usize) -> Option<usize> {
        let number = if self.little { le16(bytes, at) } else { be16(bytes, at) };
        number.map(usize::from)
    }

    fn page(&self, number: u32) -> Option<&'a [u8]> {
        let start = (number as usize).checked_mul(self.page)?;
        self.bytes.get(start..start.checked_add(self.page)?)
    }

    /// A value on pages of its own.
    fn chain(&self, first: u32, length: usize) -> Option<Vec<u8>> {
        if length > self.bytes.len() {
            return None;
        }
        let (mut out, mut next) = (Vec::new(), first);
        while out.len() < length {
            let page = self.page(next)?;
            let here = self.n16(page, 22).filter(|here| *here > 0)?;
            if page.get(25) != Some(&OVERFLOW) {
                return None;
            }
            let part = page.get(PAGE_HEAD..PAGE_HEAD + here)?;
            out.extend_from_slice(part);
            next = self.n32(page, 16)?;
        }
        out.truncate(length);
        Some(out)
    }
}

fn all(bytes: &[u8]) -> Option<Vec<Vec<u8>>> {
    let little = le32(bytes, AT)? == MAGIC;
    let mut file = File { bytes, page: 0, little };
    let size = file.n32(bytes, 20)?;
    if bytes.get(25) != Some(&HEAD) || !(512..=65536).contains(&size) || !size.is_power_of_two() {
        return None;
    }
    file.page = size as usize;
    let last = file.n32(bytes, 32)?;
    let mut out = Vec::new();
    // What all values together may be: no page is part of two.
    let mut left = bytes.len();
    for number in 1..=last {
        let page = file.page(number)?;
        if !matches!(page.get(25), Some(&(UNSORTED | SORTED))) {
            continue;
        }
        // Keys and values take turns.
        let entries = file.n16(page, 20)?;
        for entry in (1..entries).step_by(2) {
            let at = file.n16(page, PAGE_HEAD + 2 * entry)?;
            let value = match *page.get(at)? {
                OFF_PAGE => {
                    let (first, length) = (file.n32(page, at + 4)?, file.n32(page, at + 8)?);
                    file.chain(first, length as usize)?
                }
                // Entries are written from the end of the page: one ends where the last began.
                INLINE => {
                    let end = file.n16(page, PAGE_HEAD + 2 * (entry - 1))?;
                    page.get(at + 1..end)?.to_vec()
                }
                _ => return None,
            };
            left = left.checked_sub(value.len())?;
            out.push(value);
        }
    }
    Some(out)
}
