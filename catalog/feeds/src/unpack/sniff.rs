//! What a blob is packed as, by its first bytes; its name is never asked.

/// How many first bytes are looked at: a tar header is one block of this size.
pub(crate) const HEAD: usize = 512;

/// A packing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Packing {
    /// RFC 1952.
    Gzip,
    /// RFC 8878.
    Zstd,
    /// bzip2 streams.
    Bzip2,
    /// PKWARE's APPNOTE.
    Zip,
    /// POSIX ustar and pax, GNU tar.
    Tar,
    /// Known, but not opened here; by name.
    Closed(&'static str),
}

/// First bytes of the packings that have some.
const MAGIC: &[(&[u8], Packing)] = &[
    (b"\x1F\x8B\x08", Packing::Gzip),
    (b"\x28\xB5\x2F\xFD", Packing::Zstd),
    (b"PK\x03\x04", Packing::Zip),
    (b"PK\x05\x06", Packing::Zip),
    (b"PK\x07\x08PK\x03\x04", Packing::Zip),
    (b"\xFD7zXZ\0", Packing::Closed("xz")),
    (b"7z\xBC\xAF\x27\x1C", Packing::Closed("7z")),
    (b"Rar!\x1A\x07", Packing::Closed("rar")),
    (b"\x04\x22\x4D\x18", Packing::Closed("lz4")),
    (b"LZIP\x01", Packing::Closed("lzip")),
    (b"\xFF\x06\0\0sNaPpY", Packing::Closed("snappy")),
    (b"\x1F\x9D\x90", Packing::Closed("compress (.Z)")),
];

/// The packing of a blob that starts with `head`; none if it is not packed.
pub(crate) fn sniff(head: &[u8]) -> Option<Packing> {
    if let Some((_, packing)) = MAGIC.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Some(*packing);
    }
    match head {
        // Two bytes are all that is left of this gzip.
        [0x1F, 0x8B] => Some(Packing::Gzip),
        // RFC 8878, 3.1.2: a skippable frame may come first.
        [0x50..=0x5F, 0x2A, 0x4D, 0x18, ..] => Some(Packing::Zstd),
        [b'B', b'Z', b'h', b'1'..=b'9', rest @ ..] if bzip2_block(rest) => Some(Packing::Bzip2),
        _ if tar_header(head) => Some(Packing::Tar),
        _ => None,
    }
}

/// Whether a bzip2 block (or the end of the stream) starts here; a cut start counts.
fn bzip2_block(rest: &[u8]) -> bool {
    let start = rest.get(..6).unwrap_or(rest);
    !start.is_empty()
        && (b"\x31\x41\x59\x26\x53\x59".starts_with(start)
            || b"\x17\x72\x45\x38\x50\x90".starts_with(start))
}

/// Whether this is a tar header: its magic alone could stand in a line of text, so the checksum
/// must agree too.
fn tar_header(head: &[u8]) -> bool {
    let (Some(block), Some(b"ustar")) = (head.get(..HEAD), head.get(257..262)) else {
        return false;
    };
    let mut header = tar::Header::new_old();
    header.as_mut_bytes().copy_from_slice(block);
    let sum: u32 = block
        .iter()
        .enumerate()
        .map(|(at, byte)| if (148..156).contains(&at) { 32 } else { u32::from(*byte) })
        .sum();
    header.cksum().is_ok_and(|stated| stated == sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_looks_packed_is_left_alone() {
        let mut line = vec![b'x'; 600];
        line[257..262].copy_from_slice(b"ustar");
        for text in [&line[..], b"BZh9 is a magic", b"PK is short", b"", b"\x1F", b"Rar! said he"] {
            assert_eq!(sniff(text), None, "{:?}", String::from_utf8_lossy(text));
        }
    }

    #[test]
    fn packings_are_seen() {
        assert_eq!(sniff(b"\x1F\x8B\x08\0"), Some(Packing::Gzip));
        assert_eq!(sniff(b"BZh91AY"), Some(Packing::Bzip2));
        assert_eq!(sniff(b"\x51\x2A\x4D\x18\0"), Some(Packing::Zstd));
        assert_eq!(sniff(b"\xFD7zXZ\0\0"), Some(Packing::Closed("xz")));
    }
}
