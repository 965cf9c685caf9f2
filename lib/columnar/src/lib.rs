//! Parquet files to rows, each as one JSON object: bounded, tolerant of damage, never silent.
//!
//! Follows <https://github.com/apache/parquet-format>; the columns are decoded by the `parquet`
//! crate, put together to rows here. Knows nothing of any log. What a footer or a page claims is
//! checked before memory is taken for it; a part that cannot be read is [`Piece::Damage`].

mod column;
mod group;
mod leaf;
mod pages;
mod row;
mod shape;
mod stamp;
mod table;
mod thrift;
#[cfg(feature = "write")]
pub mod write;

pub use table::Table;

/// The longest footer that is read.
pub const FOOTER_MAX: usize = 16 << 20;
/// The most packed bytes of one row group; they are held in memory while it is read.
pub const GROUP_MAX: u64 = 1 << 30;
/// The largest page, unpacked.
pub const PAGE_MAX: u64 = 64 << 20;
/// The most bytes of unpacked pages that are held at a time, over all columns.
pub const PAGES_MAX: u64 = 512 << 20;
/// The most values of one column in one row group, where a row may have several.
pub const VALUES_MAX: i64 = 16 << 20;
/// The longest row as JSON.
pub const ROW_MAX: usize = 16 << 20;
/// How many rows are decoded at a time.
pub const BATCH: usize = 1024;
/// The most bytes of rows for one byte of the file, beyond [`GRACE`].
pub const EXPANSION_MAX: u64 = 500;
/// Bytes of rows that are let through before the expansion is looked at.
pub const GRACE: u64 = 8 << 20;
/// What a row counts as at least in the expansion.
pub const ROW_MIN: u64 = 256;

/// A file to read from at any place.
pub struct Blob<'b> {
    /// How many bytes it has.
    pub length: u64,
    /// Reads so many bytes from a place on; the error says why they are not there.
    pub read: &'b mut dyn FnMut(u64, usize) -> Result<Vec<u8>, String>,
}

/// One row.
pub struct Row<'r> {
    /// Its number in the file, from 0.
    pub number: u64,
    /// The row as a JSON object: columns in the file's order, those that are null left out.
    pub text: &'r str,
    /// Where the values of the file's columns stand in `text` (texts with their quotes), in the
    /// order of [`Table::columns`]; empty where the value is null.
    pub spans: &'r [(u32, u32)],
}

/// What reading rows gives.
pub enum Piece<'r> {
    /// A row.
    Row(Row<'r>),
    /// Rows that could not be read: the number of the first, how many they are as far as that is
    /// known, and why.
    Damage {
        /// The number of the first of them in the file, from 0.
        number: u64,
        /// How many they are; 0 if nobody knows.
        rows: u64,
        /// Why, in a short lower-case phrase.
        why: String,
    },
}

/// Runs what may come to grief inside the decoder on bytes that nobody honest wrote.
pub(crate) fn guarded<T>(work: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err("the decoder gave up on damaged bytes".into()))
}

/// The words of the decoder's errors, on one line of bounded length.
pub(crate) fn words(error: impl std::fmt::Display) -> String {
    let text = error.to_string();
    let text = text.trim_start_matches("Parquet error: ").trim_start_matches("EOF: ");
    let line = text.lines().next().unwrap_or("damaged");
    line.chars().filter(|c| !c.is_control()).take(160).collect()
}
