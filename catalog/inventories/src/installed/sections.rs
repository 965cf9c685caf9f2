//! Sections of programs by their names: ELF, PE and Mach-O, as far as is needed to find one.

/// The most sections and commands that are looked at.
const MOST: usize = 4096;

fn number(bytes: &[u8], at: usize, size: usize) -> Option<usize> {
    let part = bytes.get(at..at.checked_add(size)?)?;
    let value = part.iter().rev().fold(0u64, |n, byte| n << 8 | u64::from(*byte));
    usize::try_from(value).ok()
}

/// A section of a little-endian program.
pub fn section<'a>(bytes: &'a [u8], name: &str) -> Option<&'a [u8]> {
    let (start, size) = match bytes.get(..4)? {
        [0x7f, b'E', b'L', b'F'] => elf(bytes, name)?,
        [b'M', b'Z', _, _] => portable(bytes, name)?,
        [0xcf, 0xfa, 0xed, 0xfe] => mach(bytes, name)?,
        _ => return None,
    };
    bytes.get(start..start.checked_add(size)?)
}

fn is(text: Option<&[u8]>, name: &str) -> bool {
    let end = text.and_then(|text| text.split(|byte| *byte == 0).next());
    end == Some(name.as_bytes())
}

fn elf(bytes: &[u8], name: &str) -> Option<(usize, usize)> {
    // Class 2 is of 64 bits, encoding 1 is little-endian.
    let wide = match bytes.get(4..6)? {
        [2, 1] => true,
        [1, 1] => false,
        _ => return None,
    };
    let field = |narrow: (usize, usize), large: (usize, usize)| {
        let (at, size) = if wide { large } else { narrow };
        number(bytes, at, size)
    };
    let table = field((0x20, 4), (0x28, 8))?;
    let size = field((0x2e, 2), (0x3a, 2))?;
    let count = field((0x30, 2), (0x3c, 2))?.min(MOST);
    let names = field((0x32, 2), (0x3e, 2))?;
    let place = |n: usize| -> Option<(usize, usize, usize)> {
        let at = table.checked_add(n.checked_mul(size)?)?;
        let part = |narrow: usize, large: usize| {
            let at = at.checked_add(if wide { large } else { narrow })?;
            number(bytes, at, if wide { 8 } else { 4 })
        };
        Some((number(bytes, at, 4)?, part(0x10, 0x18)?, part(0x14, 0x20)?))
    };
    let (_, start, length) = place(names)?;
    let texts = bytes.get(start..start.checked_add(length)?)?;
    let mut all = (0..count).filter_map(place);
    all.find(|(text, _, _)| is(texts.get(*text..), name)).map(|(_, start, size)| (start, size))
}

fn portable(bytes: &[u8], name: &str) -> Option<(usize, usize)> {
    let head = number(bytes, 0x3c, 4)?;
    if bytes.get(head..head.checked_add(4)?)? != b"PE\0\0" {
        return None;
    }
    let count = number(bytes, head.checked_add(6)?, 2)?.min(MOST);
    let table = head.checked_add(24)?.checked_add(number(bytes, head.checked_add(20)?, 2)?)?;
    let mut all = (0..count).map_while(|n| table.checked_add(n * 40));
    let at = all.find(|at| is(bytes.get(*at..at.saturating_add(8)), name))?;
    // On disk a section may be longer than what is loaded of it.
    let size = number(bytes, at.checked_add(8)?, 4)?.min(number(bytes, at.checked_add(16)?, 4)?);
    Some((number(bytes, at.checked_add(20)?, 4)?, size))
}

fn mach(bytes: &[u8], name: &str) -> Option<(usize, usize)> {
    /// `LC_SEGMENT_64`.
    const SEGMENT: usize = 0x19;
    let mut at = 32usize;
    for _ in 0..number(bytes, 16, 4)?.min(MOST) {
        let size = number(bytes, at.checked_add(4)?, 4)?;
        if number(bytes, at, 4)? == SEGMENT {
            let count = number(bytes, at.checked_add(64)?, 4)?.min(MOST);
            let start = at.checked_add(72)?;
            let mut all = (0..count).map_while(|n| start.checked_add(n * 80));
            if let Some(at) = all.find(|at| is(bytes.get(*at..at.saturating_add(16)), name)) {
                let place = number(bytes, at.checked_add(48)?, 4)?;
                return Some((place, number(bytes, at.checked_add(40)?, 8)?));
            }
        }
        at = at.checked_add(size.max(8))?;
    }
    None
}
