//! Bytes to lines and JSON documents: bounded, tolerant of damage, never silent about it.
//!
//! Knows nothing of any log. Reads from a slice or a stream in constant memory, takes away byte
//! order marks, turns UTF-16 into UTF-8, and hands out pieces with their line and record number.

mod documents;
mod lines;
mod places;
mod scan;
mod span;
mod tree;
mod utf16;
mod window;

pub use documents::{Document, Piece};
pub use lines::Line;
pub use places::{Places, ReadSeek};
pub use scan::{elements, members, value_end};
pub use tree::{DEPTH_MAX, parse};
pub use window::{Content, Input};

/// The longest line that is read as one; a longer one is a [`Piece::Damage`] or [`Line::too_long`].
pub const LINE_MAX: usize = 16 << 20;
/// The longest single JSON document (an element of an array counts by itself).
pub const DOCUMENT_MAX: usize = 64 << 20;
/// How many bytes of a blob recognition looks at.
pub const SAMPLE_MAX: usize = 64 << 10;
