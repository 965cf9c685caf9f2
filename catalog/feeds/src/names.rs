//! Names for people: what is no UTF-8 in a name is shown as an escape.

use std::fmt::Write;

/// The name's bytes as text; a byte that is no UTF-8 stands as `\xNN`, so that two names that
/// differ in such bytes only stay two names.
pub(crate) fn shown(bytes: &[u8]) -> String {
    let mut name = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        name.push_str(chunk.valid());
        for byte in chunk.invalid() {
            // Writing to a String cannot fail.
            let _ = write!(name, "\\x{byte:02X}");
        }
    }
    name
}

/// The name of a member of an archive.
pub(crate) fn member(archive: &str, bytes: &[u8]) -> String {
    format!("{archive}!{}", shown(bytes))
}

/// A number of bytes as people say it.
pub(crate) fn size(bytes: u64) -> String {
    match bytes {
        _ if bytes >= 1 << 30 && bytes.is_multiple_of(1 << 30) => format!("{} GiB", bytes >> 30),
        _ if bytes >= 1 << 20 && bytes.is_multiple_of(1 << 20) => format!("{} MiB", bytes >> 20),
        _ => format!("{bytes} bytes"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_no_text_are_escaped() {
        assert_eq!(shown("ログ.log".as_bytes()), "ログ.log");
        assert_eq!(shown(b"a\xFF\xFEb"), "a\\xFF\\xFEb");
        assert_eq!(member("x.zip", b"../etc/passwd"), "x.zip!../etc/passwd");
    }

    #[test]
    fn sizes_read_well() {
        assert_eq!(size(64 << 20), "64 MiB");
        assert_eq!(size(2 << 30), "2 GiB");
        assert_eq!(size(12), "12 bytes");
    }
}
