//! Thrift's compact protocol, walked without building anything: what a footer claims is checked
//! before somebody allocates for it.
//!
//! Follows <https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md>.

/// Structs and lists nest no deeper in a Parquet footer or page header.
const NESTING_MAX: usize = 16;
/// Groups in groups nest no deeper in a schema.
pub(crate) const SCHEMA_DEPTH_MAX: usize = 48;
/// The most columns and groups of a schema.
pub(crate) const SCHEMA_MAX: usize = 20_000;

const BROKEN: &str = "its index is damaged";

/// A position in encoded bytes.
struct Walk<'b> {
    bytes: &'b [u8],
}

impl Walk<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        Some(*first)
    }

    /// An unsigned number of at most 64 bits.
    fn number(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    /// A number with a sign, which stands in the lowest bit.
    fn signed(&mut self) -> Option<i64> {
        self.number().map(|n| (n >> 1) as i64 ^ -((n & 1) as i64))
    }

    fn skip(&mut self, count: u64) -> Option<()> {
        self.bytes = self.bytes.get(usize::try_from(count).ok()?..)?;
        Some(())
    }

    /// The next field of a struct: its id and type; id 0 at the struct's end.
    fn field(&mut self, before: i64) -> Option<(i64, u8)> {
        let head = self.byte()?;
        match (head >> 4, head & 0xF) {
            (_, 0) => Some((0, 0)),
            (0, kind) => self.signed().map(|id| (id, kind)),
            (step, kind) => Some((before + i64::from(step), kind)),
        }
    }

    /// The head of a list: the type and number of its elements, each of which is a byte at least.
    fn list(&mut self) -> Option<(u8, u64)> {
        let head = self.byte()?;
        let count = match head >> 4 {
            15 => self.number()?,
            count => u64::from(count),
        };
        (count <= self.bytes.len() as u64).then_some((head & 0xF, count))
    }

    /// Passes one value.
    fn value(&mut self, kind: u8, in_list: bool, depth: usize) -> Option<()> {
        if depth > NESTING_MAX {
            return None;
        }
        match kind {
            // The truth of a field stands in its type.
            1 | 2 if !in_list => Some(()),
            1..=3 => self.skip(1),
            4..=6 => self.number().map(|_| ()),
            7 => self.skip(8),
            8 => {
                let length = self.number()?;
                self.skip(length)
            }
            9 | 10 => {
                let (kind, count) = self.list()?;
                (0..count).try_for_each(|_| self.value(kind, true, depth + 1))
            }
            12 => self.fields(depth, &mut |_, _, _| None),
            13 => self.skip(16),
            // Parquet has no maps.
            _ => None,
        }
    }

    /// Passes a struct; `take` may read a field by itself and says so.
    fn fields(&mut self, depth: usize, take: &mut Take<'_>) -> Option<()> {
        let mut id = 0;
        loop {
            let kind;
            (id, kind) = self.field(id)?;
            if kind == 0 {
                return Some(());
            }
            match take(self, id, kind) {
                Some(read) => read?,
                None => self.value(kind, false, depth + 1)?,
            }
        }
    }
}

type Take<'t> = dyn FnMut(&mut Walk<'_>, i64, u8) -> Option<Option<()>> + 't;

/// Checks a footer (`FileMetaData`): every list and text is as long as it says, the schema is a
/// tree of bounded depth, nothing is encrypted.
pub(crate) fn check_footer(bytes: &[u8]) -> Result<(), &'static str> {
    let mut walk = Walk { bytes };
    let (mut children, mut encrypted) = (Vec::new(), false);
    let walked = walk.fields(0, &mut |walk, id, kind| match (id, kind) {
        (2, 9) => Some(schema(walk, &mut children)),
        (8 | 9, _) => {
            encrypted = true;
            None
        }
        _ => None,
    });
    if encrypted {
        return Err("its columns are encrypted");
    }
    walked.ok_or(BROKEN)?;
    check_tree(&children)
}

/// The number of children of each schema element, in their order; 0 for columns.
fn schema(walk: &mut Walk<'_>, children: &mut Vec<usize>) -> Option<()> {
    let (kind, count) = walk.list()?;
    if kind != 12 || count > SCHEMA_MAX as u64 {
        return None;
    }
    for _ in 0..count {
        let mut own = 0;
        walk.fields(1, &mut |walk, id, kind| {
            (id == 5 && kind == 5).then(|| walk.signed().map(|n| own = n))
        })?;
        children.push(usize::try_from(own).ok()?);
    }
    Some(())
}

/// A root with groups in groups, neither too many nor too deep.
fn check_tree(children: &[usize]) -> Result<(), &'static str> {
    let mut open: Vec<usize> = Vec::new();
    for (at, count) in children.iter().enumerate() {
        match open.last_mut() {
            Some(left) => *left -= 1,
            None if at > 0 => return Err(BROKEN),
            None => {}
        }
        if *count > children.len() {
            return Err(BROKEN);
        }
        open.push(*count);
        while open.last() == Some(&0) {
            open.pop();
        }
        if open.len() > SCHEMA_DEPTH_MAX {
            return Err("its columns nest too deeply");
        }
    }
    if open.is_empty() && children.len() > 1 { Ok(()) } else { Err("it has no columns") }
}

/// The size of a page when it is unpacked, from the head of its header (`PageHeader`).
pub(crate) fn unpacked_size(header: &[u8]) -> Option<u64> {
    let mut walk = Walk { bytes: header };
    let (kind, first) = (walk.field(0)?, walk.signed()?);
    let (size, length) = (walk.field(1)?, walk.signed()?);
    let in_order = kind == (1, 5) && size == (2, 5) && (0..=3).contains(&first);
    in_order.then_some(length).and_then(|length| u64::try_from(length).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_that_lie_are_found() {
        // A list of structs (field 4) that claims 2^31-1 elements.
        let lying = [0x49, 0xFC, 0xFF, 0xFF, 0xFF, 0xFF, 0x07, 0x00];
        assert_eq!(check_footer(&lying), Err(BROKEN));
        assert_eq!(check_footer(&[0x18, 0xFF, 0x01]), Err(BROKEN));
        assert_eq!(check_footer(&[0x1C; 200]), Err(BROKEN));
        assert_eq!(check_footer(&[0x8C, 0x00, 0x00]), Err("its columns are encrypted"));
    }

    #[test]
    fn a_schema_is_a_tree_of_bounded_depth() {
        for (children, sound) in [
            (vec![2, 0, 0], true),
            (vec![1, 1, 0], true),
            (vec![2, 1, 0, 0], true),
            (vec![2, 0], false),
            (vec![1, 0, 0], false),
            (vec![0], false),
            (vec![usize::MAX, 0], false),
            ([vec![1; 100], vec![0]].concat(), false),
        ] {
            assert_eq!(check_tree(&children).is_ok(), sound, "{children:?}");
        }
    }

    #[test]
    fn page_headers_start_with_their_sizes() {
        assert_eq!(unpacked_size(&[0x15, 0x04, 0x15, 0x80, 0x01, 0x15, 0x02]), Some(64));
        assert_eq!(unpacked_size(&[0x15, 0x04, 0x15, 0x01]), None);
        assert_eq!(unpacked_size(&[0x15, 0x04]), None);
    }
}
