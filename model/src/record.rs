//! One log entry and where it stands, or why it could not be read.

/// Where a record stands in its blob: what a citation needs to find it again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Position {
    /// The line it starts on, counted from 1.
    pub line: u64,
    /// Its number in the blob, counted from 0.
    pub record: u64,
}

/// A record that could not be read. Bad data is a value, not a failure.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reject {
    /// Where.
    pub at: Position,
    /// Why, naming the field or the place; a short lower-case phrase.
    pub why: String,
    /// How the record starts; at most [`Reject::EXCERPT_MAX`] characters.
    pub excerpt: String,
}

impl Reject {
    /// The longest excerpt kept, in characters.
    pub const EXCERPT_MAX: usize = 160;

    /// Notes a record that could not be read.
    pub fn new(at: Position, why: impl Into<String>, raw: &str) -> Self {
        Reject { at, why: why.into(), excerpt: raw.chars().take(Self::EXCERPT_MAX).collect() }
    }
}
