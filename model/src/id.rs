//! Derived ids: the same content has the same id, in every run, on every machine.

use std::fmt;

use smallvec::SmallVec;

/// A 128-bit id: the start of a BLAKE3 hash over a kind and its parts.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Id(pub [u8; 16]);

impl Id {
    /// Derives an id. Parts are length-prefixed, so that no two lists of parts run together.
    pub fn derive(kind: &str, parts: &[&[u8]]) -> Id {
        // One call over one short text is several times faster than many small updates.
        let mut whole: SmallVec<[u8; 512]> = SmallVec::new();
        for part in std::iter::once(kind.as_bytes()).chain(parts.iter().copied()) {
            whole.extend_from_slice(&(part.len() as u64).to_le_bytes());
            whole.extend_from_slice(part);
        }
        let hash = blake3::hash(&whole);
        let mut id = [0; 16];
        id.iter_mut().zip(hash.as_bytes()).for_each(|(to, from)| *to = *from);
        Id(id)
    }

    /// The first 64 bits, for sets that must be small.
    pub fn short(self) -> u64 {
        self.0.first_chunk().map_or(0, |start| u64::from_le_bytes(*start))
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_do_not_run_together() {
        assert_ne!(Id::derive("event", &[b"ab", b"c"]), Id::derive("event", &[b"a", b"bc"]));
        assert_eq!(Id::derive("event", &[b"a"]), Id::derive("event", &[b"a"]));
    }
}
