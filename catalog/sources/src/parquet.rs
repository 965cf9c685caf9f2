//! Parquet blobs, for the sources whose products deliver such: their columns, their rows.
//!
//! Reading them takes the feature `parquet`; without it they are known, and refused.

#[cfg(feature = "parquet")]
mod rows;

use frame::Input;
use memchr::memmem;
use model::Position;
use model::seam::source::Intake;

/// The most names of columns that a refusal lists.
const NAMES_MAX: usize = 12;

/// One row.
#[cfg_attr(not(feature = "parquet"), allow(dead_code, reason = "nobody makes one then"))]
pub struct Row<'r> {
    /// Where it stands: its number in the file is its line.
    pub at: Position,
    /// The row as a JSON object; what is null is left out.
    pub text: &'r str,
    /// Where the values of the file's columns stand in `text`; empty where there is none.
    pub spans: &'r [(u32, u32)],
}

/// What a source does with its rows.
#[cfg_attr(not(feature = "parquet"), allow(dead_code, reason = "nobody calls it then"))]
pub trait Take {
    /// Looks at the columns' names; the error says why the rows are not this source's.
    fn columns(&mut self, names: &[&str]) -> Result<(), String>;
    /// Takes one row.
    fn row(&mut self, row: &Row<'_>, out: &mut dyn Intake);
}

/// Whether a sample is that of a Parquet file.
pub fn is_parquet(sample: &[u8]) -> bool {
    sample.starts_with(b"PAR1") || sample.starts_with(b"PARE")
}

/// How many of these columns a Parquet file has, as far as its sample goes.
pub fn count(sample: &[u8], names: &[&str]) -> usize {
    let is_there = |name: &&&str| {
        // A name in the file's index has its length before it.
        let Ok(length) = u8::try_from(name.len()) else { return false };
        let needle = [&[length], name.as_bytes()].concat();
        memmem::find(sample, &needle).is_some()
    };
    names.iter().filter(is_there).count()
}

/// Reads a Parquet blob to its end. `in_millis` says of a column's name whether its instants are
/// told in milliseconds since 1970.
pub fn read(
    input: &mut Input<'_>,
    in_millis: fn(&str) -> bool,
    take: &mut dyn Take,
    out: &mut dyn Intake,
) {
    #[cfg(feature = "parquet")]
    let read = rows::each(input, in_millis, take, out);
    #[cfg(not(feature = "parquet"))]
    let read = not_in_this_build(input, in_millis, take);
    if let Err(why) = read {
        out.refuse(Position { line: 1, record: 0 }, &why, "");
    }
}

#[cfg(not(feature = "parquet"))]
fn not_in_this_build(
    _: &mut Input<'_>,
    _: fn(&str) -> bool,
    _: &mut dyn Take,
) -> Result<(), String> {
    Err("this build reads no Parquet: take a packaged release, or build with `--features parquet`"
        .into())
}

/// The columns of a file that is nobody's, for people.
pub fn listed(names: &[&str]) -> String {
    let more = if names.len() > NAMES_MAX { ", …" } else { "" };
    let shown = names.get(..NAMES_MAX).unwrap_or(names).join(", ");
    format!("its columns are those of no log that is known: {shown}{more}")
}
