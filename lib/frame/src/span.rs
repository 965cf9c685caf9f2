//! Where a JSON object ends, many bytes at a time, without judging what is inside.
//!
//! As simdjson's first stage does (Langdale and Lemire, "Parsing Gigabytes of JSON per Second",
//! 2019): bit masks of 64 bytes tell strings from what is between them, and brackets are counted.

use wide::u8x16;

use crate::tree::DEPTH_MAX;

/// Bytes looked at together.
const BLOCK: usize = 64;
/// Bytes of one register.
const LANES: usize = 16;

/// What a block shows.
enum Found {
    /// The object goes on.
    Nothing,
    /// The object ends behind so many bytes of the block.
    End(usize),
    /// Something that has to be read thoroughly.
    Trouble,
}

/// How a text goes on from one block to the next.
#[derive(Default)]
struct State {
    /// All ones inside a string, else 0.
    in_string: u64,
    /// Whether the next byte follows a backslash.
    escaped: bool,
    depth: usize,
    /// Line ends so far.
    lines: u64,
}

/// The end of the object at the front of `bytes`, which start with `{`. `None` if it does not end
/// there, holds a line end inside a string, or may nest deeper than [`DEPTH_MAX`]: whoever reads
/// thoroughly says what is wrong.
pub(crate) fn object_end(bytes: &[u8]) -> Option<usize> {
    object_lines(bytes).map(|(end, _)| end)
}

/// The same with the number of line ends in the object.
pub(crate) fn object_lines(bytes: &[u8]) -> Option<(usize, u64)> {
    let mut state = State::default();
    let mut at = 0;
    while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
        let found = if let Some(block) = rest.first_chunk::<BLOCK>() {
            state.block(block)
        } else {
            let mut block = [0; BLOCK];
            block.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
            state.block(&block)
        };
        match found {
            Found::Nothing => at += BLOCK,
            Found::End(end) => return Some((at + end, state.lines)),
            Found::Trouble => return None,
        }
    }
    None
}

impl State {
    /// Takes a block in.
    #[inline]
    fn block(&mut self, block: &[u8; BLOCK]) -> Found {
        let quotes = mask(block, b'"', 0) & !self.after_backslash(mask(block, b'\\', 0));
        let strings = prefix_xor(quotes) ^ self.in_string;
        self.in_string = if strings >> (BLOCK - 1) == 1 { u64::MAX } else { 0 };
        let line_ends = mask(block, b'\n', 0);
        if line_ends & strings != 0 {
            return Found::Trouble;
        }
        // `[` and `{`, `]` and `}` differ by one bit.
        let open = mask(block, b'{', 0x20) & !strings;
        let close = mask(block, b'}', 0x20) & !strings;
        let (opened, closed) = (open.count_ones() as usize, close.count_ones() as usize);
        if self.depth + opened > DEPTH_MAX {
            return Found::Trouble;
        }
        if self.depth > closed {
            self.depth = self.depth + opened - closed;
            self.lines += u64::from(line_ends.count_ones());
            return Found::Nothing;
        }
        let mut brackets = open | close;
        while brackets != 0 {
            let at = brackets.trailing_zeros();
            if open >> at & 1 == 1 {
                self.depth += 1;
            } else {
                self.depth = self.depth.saturating_sub(1);
                if self.depth == 0 {
                    let inside = line_ends & ((1 << at) - 1);
                    self.lines += u64::from(inside.count_ones());
                    return Found::End(at as usize + 1);
                }
            }
            brackets &= brackets - 1;
        }
        self.lines += u64::from(line_ends.count_ones());
        Found::Nothing
    }

    /// The bytes that a backslash takes their meaning from.
    fn after_backslash(&mut self, backslashes: u64) -> u64 {
        let mut escaped = u64::from(self.escaped);
        self.escaped = false;
        let mut rest = backslashes & !escaped;
        while rest != 0 {
            let at = rest.trailing_zeros() as usize;
            if at == BLOCK - 1 {
                self.escaped = true;
                break;
            }
            escaped |= 2 << at;
            rest &= !(3 << at);
        }
        escaped
    }
}

/// Which bytes of a block are `byte`, once the bits of `or` are set in them.
#[inline]
fn mask(block: &[u8; BLOCK], byte: u8, or: u8) -> u64 {
    let (wanted, or) = (u8x16::splat(byte), u8x16::splat(or));
    let lanes = block.as_chunks::<LANES>().0.iter().enumerate();
    lanes.fold(0, |all, (at, bytes)| {
        let found = (u8x16::new(*bytes) | or).simd_eq(wanted).to_bitmask();
        all | u64::from(found) << (at * LANES)
    })
}

/// Each bit becomes the sum of those up to it, modulo 2: between quotes all are set.
fn prefix_xor(mut bits: u64) -> u64 {
    for by in [1, 2, 4, 8, 16, 32] {
        bits ^= bits << by;
    }
    bits
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::scan::value_end;

    #[test]
    fn ends_where_the_brackets_do() {
        let long = format!(r#"{{"a":"{}\\\"}}","b":[{{}}]}} x"#, "\\\\".repeat(90));
        for text in ["{} ", r#"{"a":"}\"]"} x"#, r#"{"a":{"b":[1,{"c":"{["}]}}}"#, &long] {
            assert_eq!(object_end(text.as_bytes()), value_end(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn gives_up_where_more_care_is_needed() {
        assert_eq!(object_end(b"{\"a\":\"x"), None);
        assert_eq!(object_end(b"{\"a\":\"x\n{\"b\":\"}"), None);
        assert_eq!(object_end("{\"a\":".repeat(1 << 20).as_bytes()), None);
        let deep = format!("{}{}", "{\"a\":".repeat(DEPTH_MAX + 1), "}".repeat(DEPTH_MAX + 1));
        assert_eq!(object_end(deep.as_bytes()), None);
    }

    proptest! {
        #[test]
        fn agrees_with_the_thorough_count(
            // Backslashes mean something in strings only; a string may be cut off.
            tail in r#"([ {}\[\]a:,]|"([a{} ]|\\["\\]){0,70}"){0,80}("[a{}]{0,70})?"#
        ) {
            let text = format!("{{{tail}");
            prop_assert_eq!(object_end(text.as_bytes()), value_end(text.as_bytes()));
            // Line ends between tokens are counted.
            let spread = text.replace(' ', "\n");
            if let Some((end, lines)) = object_lines(spread.as_bytes()) {
                let told = spread.get(..end).unwrap_or("").matches('\n').count() as u64;
                prop_assert_eq!(lines, told);
            }
        }
    }
}
