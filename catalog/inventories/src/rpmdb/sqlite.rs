//! RPM's database in SQLite (`rpmdb.sqlite`, since RPM 4.16): the blobs of its table `Packages`.
//!
//! A reader of SQLite's file format, 3: tables, their pages and overflow pages; nothing else of it.

use super::bytes::{be16, be32};

/// The first bytes of every database.
pub const MAGIC: &[u8] = b"SQLite format 3\0";
/// Pages of a table: inner ones, and leaves.
const INNER: u8 = 5;
const LEAF: u8 = 13;
/// SQLite's head stands before the first page's own.
const HEAD: usize = 100;

/// The blobs, in the order of their numbers.
pub fn blobs(bytes: &[u8]) -> Result<Vec<Vec<u8>>, String> {
    let damaged = || "the database is damaged or was cut".to_owned();
    let file = File::of(bytes).ok_or_else(damaged)?;
    if be32(bytes, 56) != Some(1) {
        return Err("its texts are not UTF-8".to_owned());
    }
    let tables = file.rows(1).ok_or_else(damaged)?;
    let packages = tables.iter().filter_map(|row| columns(row)).find(|columns| {
        let is = |at: usize, text: &[u8]| columns.get(at).is_some_and(|c| c.bytes() == text);
        is(0, b"table") && is(1, b"Packages")
    });
    let root = packages.and_then(|columns| columns.get(3).and_then(Column::number));
    let root = root.ok_or("there is no table `Packages`")?;
    let rows = file.rows(u32::try_from(root).map_err(|_| damaged())?).ok_or_else(damaged)?;
    let blob = |row: &Vec<u8>| Some(columns(row)?.get(1)?.bytes().to_vec());
    rows.iter().map(|row| blob(row).ok_or_else(damaged)).collect()
}

struct File<'a> {
    bytes: &'a [u8],
    page: usize,
    /// What of a page is in use.
    usable: usize,
}

impl<'a> File<'a> {
    fn of(bytes: &'a [u8]) -> Option<Self> {
        let page = match be16(bytes, 16)? {
            1 => 65536,
            size if size >= 512 && size.is_power_of_two() => usize::from(size),
            _ => return None,
        };
        let usable = page.checked_sub(usize::from(*bytes.get(20)?))?;
        // SQLite's own least; the arithmetic of overflow rests on it.
        (bytes.starts_with(MAGIC) && usable >= 480).then_some(Self { bytes, page, usable })
    }

    fn page(&self, number: u32) -> Option<&'a [u8]> {
        let start = (number as usize).checked_sub(1)?.checked_mul(self.page)?;
        self.bytes.get(start..start.checked_add(self.page)?)
    }

    /// The payload of every row of a table.
    fn rows(&self, root: u32) -> Option<Vec<Vec<u8>>> {
        let mut out = Vec::new();
        let mut waiting = vec![root];
        let mut left = self.bytes.len() / self.page;
        while let Some(number) = waiting.pop() {
            // No page belongs to a table twice: a circle is damage.
            left = left.checked_sub(1)?;
            let page = self.page(number)?;
            let head = page.get(if number == 1 { HEAD } else { 0 }..)?;
            let cells = usize::from(be16(head, 3)?);
            let (kind, first) = match *head.first()? {
                INNER => (INNER, 12),
                LEAF => (LEAF, 8),
                _ => return None,
            };
            let mut inner = Vec::new();
            for cell in 0..cells {
                let at = usize::from(be16(head, first + 2 * cell)?);
                if kind == INNER {
                    inner.push(be32(page, at)?);
                } else {
                    out.push(self.payload(page.get(at..)?)?);
                }
            }
            if kind == INNER {
                waiting.push(be32(head, 8)?);
                waiting.extend(inner.into_iter().rev());
            }
        }
        Some(out)
    }

    /// A row, with what of it lies in overflow pages.
    fn payload(&self, cell: &'a [u8]) -> Option<Vec<u8>> {
        let (length, cell) = varint(cell)?;
        let (_row, cell) = varint(cell)?;
        let length = usize::try_from(length).ok().filter(|length| *length <= self.bytes.len())?;
        let most = self.usable - 35;
        let least = (self.usable - 12) * 32 / 255 - 23;
        let local = match length {
            _ if length <= most => length,
            _ => Some(least + (length - least) % (self.usable - 4))
                .filter(|l| *l <= most)
                .unwrap_or(least),
        };
        let mut out = cell.get(..local)?.to_vec();
        let mut next = if local < length { be32(cell, local)? } else { 0 };
        while out.len() < length {
            let page = self.page(next)?;
            let part = page.get(4..self.usable)?;
            out.extend_from_slice(part.get(..part.len().min(length - out.len()))?);
            next = be32(page, 0)?;
        }
        Some(out)
    }
}

/// SQLite's numbers of one to nine bytes.
fn varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut value = 0u64;
    for (at, byte) in bytes.iter().take(9).enumerate() {
        if at == 8 {
            return Some((value << 8 | u64::from(*byte), bytes.get(9..)?));
        }
        value = value << 7 | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return Some((value, bytes.get(at + 1..)?));
        }
    }
    None
}

enum Column<'a> {
    Number(i64),
    Bytes(&'a [u8]),
    Other,
}

impl<'a> Column<'a> {
    fn bytes(&self) -> &'a [u8] {
        if let Self::Bytes(bytes) = self { bytes } else { &[] }
    }

    fn number(&self) -> Option<i64> {
        if let Self::Number(number) = self { Some(*number) } else { None }
    }
}

/// The columns of a row.
fn columns(row: &[u8]) -> Option<Vec<Column<'_>>> {
    let (length, mut types) = varint(row)?;
    let head = row.len() - types.len();
    let length = usize::try_from(length).ok()?;
    types = types.get(..length.checked_sub(head)?)?;
    let mut body = row.get(length..)?;
    let mut out = Vec::new();
    while !types.is_empty() {
        let (kind, rest) = varint(types)?;
        types = rest;
        let size = match kind {
            0 | 8 | 9 => 0,
            1..=4 => kind,
            5 => 6,
            6 | 7 => 8,
            10 | 11 => return None,
            _ => (kind - 12) / 2,
        };
        let (value, rest) = body.split_at_checked(usize::try_from(size).ok()?)?;
        body = rest;
        out.push(match kind {
            1..=6 => Column::Number(value.iter().fold(0, |n, byte| n << 8 | i64::from(*byte))),
            8 | 9 => Column::Number(kind as i64 - 8),
            12.. => Column::Bytes(value),
            _ => Column::Other,
        });
    }
    Some(out)
}
