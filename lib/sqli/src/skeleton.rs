//! The skeleton of a statement: what the program wrote, without what its users put in.

use std::hash::Hasher;

use crate::lex::{Kind, lex};
use crate::{Dialect, Token};

/// A skeleton is no longer than this, in bytes.
const SKELETON_MAX: usize = 4096;

/// The statement with values as `?`, lists of values as one, in small letters, without comments.
pub fn skeleton(sql: &str, dialect: Dialect) -> String {
    let mut out = String::new();
    walk(sql, dialect, &mut |piece| {
        if out.len() + piece.len() < SKELETON_MAX {
            if !out.is_empty() {
                out.push(' ');
            }
            out.push_str(&piece.to_ascii_lowercase());
        }
    });
    out
}

/// A hash of the skeleton: the same on every run. Nothing is allocated.
pub fn skeleton_hash(sql: &str, dialect: Dialect) -> u64 {
    let mut hash = Fnv(0xcbf2_9ce4_8422_2325);
    walk(sql, dialect, &mut |piece| {
        piece.bytes().for_each(|byte| hash.write_u8(byte.to_ascii_lowercase()));
        hash.write_u8(b' ');
    });
    hash.finish()
}

struct Fnv(u64);

impl Hasher for Fnv {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

/// Hands the pieces of the skeleton to `each`. What a list repeats is left out: `?, ?` is `?`, and
/// `(?), (?)` is `(?)`.
fn walk(sql: &str, dialect: Dialect, each: &mut dyn FnMut(&str)) {
    let pieces = lex(sql, dialect).filter(|token| token.kind != Kind::Comment);
    let mut pieces = pieces.map(|token| piece(sql, token)).peekable();
    // How much of `( ? )` was just said.
    let mut tuple = 0;
    while let Some(piece) = pieces.next() {
        if piece == "," && tuple == 2 && pieces.next_if_eq(&"?").is_some() {
            continue;
        }
        if piece == "," && tuple == 3 && pieces.next_if_eq(&"(").is_some() {
            tuple = repeated(&mut pieces, each);
            continue;
        }
        tuple = match (tuple, piece) {
            (_, "(") => 1,
            (_, "?") => 2,
            (2, ")") => 3,
            _ => 0,
        };
        each(piece);
    }
}

/// Behind `(?), (`: leaves out a row of values, or says what was held back. Gives how much of
/// `( ? )` was said.
fn repeated<'s>(
    pieces: &mut std::iter::Peekable<impl Iterator<Item = &'s str>>,
    each: &mut dyn FnMut(&str),
) -> u8 {
    let mut held = 1;
    if pieces.next_if_eq(&"?").is_some() {
        held = 2;
        while pieces.next_if(|piece| matches!(*piece, "," | "?")).is_some() {}
        if pieces.next_if_eq(&")").is_some() {
            return 3;
        }
    }
    [",", "(", "?"].iter().take(1 + held).for_each(|piece| each(piece));
    held as u8
}

fn piece(sql: &str, token: Token) -> &str {
    match token.kind {
        Kind::Text | Kind::Number | Kind::Parameter => "?",
        Kind::Unfinished => "«open»",
        _ => token.text(sql),
    }
}
