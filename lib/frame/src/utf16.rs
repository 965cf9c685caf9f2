//! UTF-16 to UTF-8 on the fly: Windows tools export logs so.

use std::io::Read;

/// The byte order of a UTF-16 text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    Little,
    Big,
}

/// Says whether a blob starts like UTF-16: by its mark, or by a zero in every second byte.
pub(crate) fn detect(start: &[u8]) -> Option<Order> {
    match start {
        [0xFF, 0xFE, 0, 0, ..] => None, // UTF-32: no log we know is written so
        [0xFF, 0xFE, ..] => Some(Order::Little),
        [0xFE, 0xFF, ..] => Some(Order::Big),
        [a, 0, b, 0, c, 0, ..] if *a != 0 && *b != 0 && *c != 0 => Some(Order::Little),
        [0, a, 0, b, 0, c, ..] if *a != 0 && *b != 0 && *c != 0 => Some(Order::Big),
        _ => None,
    }
}

/// A reader of UTF-8 over a reader of UTF-16; unpaired surrogates become U+FFFD.
pub(crate) struct Utf16<R> {
    inner: R,
    order: Order,
    pending: Vec<u8>,
    ready: Vec<u8>,
    given: usize,
}

impl<R: Read> Utf16<R> {
    pub(crate) fn new(inner: R, order: Order) -> Self {
        Utf16 { inner, order, pending: Vec::new(), ready: Vec::new(), given: 0 }
    }

    /// Decodes the next block; false at the end.
    fn advance(&mut self) -> std::io::Result<bool> {
        let mut block = [0u8; 16 << 10];
        let count = self.inner.read(&mut block)?;
        self.ready.clear();
        self.given = 0;
        if count == 0 {
            if !self.pending.is_empty() {
                self.pending.clear();
                self.ready.extend_from_slice("\u{FFFD}".as_bytes());
            }
            return Ok(!self.ready.is_empty());
        }
        self.pending.extend_from_slice(block.get(..count).unwrap_or(&[]));
        let mut units: Vec<u16> = self
            .pending
            .chunks_exact(2)
            .filter_map(|pair| <[u8; 2]>::try_from(pair).ok())
            .map(|pair| match self.order {
                Order::Little => u16::from_le_bytes(pair),
                Order::Big => u16::from_be_bytes(pair),
            })
            .collect();
        // A leading surrogate at the very end waits for its partner.
        let held = usize::from(units.last().is_some_and(|u| (0xD800..0xDC00).contains(u)));
        units.truncate(units.len() - held);
        self.pending.drain(..units.len() * 2);
        let text: String = char::decode_utf16(units).map(|c| c.unwrap_or('\u{FFFD}')).collect();
        self.ready.extend_from_slice(text.as_bytes());
        Ok(true)
    }
}

impl<R: Read> Read for Utf16<R> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        while self.given >= self.ready.len() {
            if !self.advance()? {
                return Ok(0);
            }
        }
        let waiting = self.ready.get(self.given..).unwrap_or(&[]);
        let count = waiting.len().min(out.len());
        for (to, from) in out.iter_mut().zip(waiting) {
            *to = *from;
        }
        self.given += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_across_block_borders() {
        let text = "ログ 🗼 x".repeat(5000);
        let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let mut out = String::new();
        Utf16::new(bytes.as_slice(), Order::Little).read_to_string(&mut out).unwrap();
        assert_eq!(out, text);
    }
}
