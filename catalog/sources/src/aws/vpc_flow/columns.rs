//! Flow records in Parquet files, under AWS's own column names.

use frame::Input;
use model::seam::source::{Intake, Likeness};

use super::emit;
use super::format::{DEFAULT, FIELDS_MAX, Format};
use super::record::Split;
use crate::parquet::{self, Row, Take};

/// So many of the default format's columns make a file a flow log.
const COLUMNS_MIN: usize = 4;

/// Whether a Parquet file holds flow records.
pub fn likeness(sample: &[u8]) -> Likeness {
    // The columns are called as the fields, with underscores.
    let names: Vec<String> = DEFAULT.iter().map(|name| name.replace('-', "_")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let is_event = parquet::count(sample, &["class_uid"]) > 0;
    let is_ours = !is_event && parquet::count(sample, &names) >= COLUMNS_MIN;
    if is_ours { Likeness::Name } else { Likeness::No }
}

/// Reads a Parquet blob.
pub fn read(input: &mut Input<'_>, out: &mut dyn Intake) {
    let mut rows = Rows { format: None, split: Split::default() };
    parquet::read(input, |_| false, &mut rows, out);
}

/// Rows under the order of the file's columns.
struct Rows {
    format: Option<Format>,
    split: Split,
}

impl Take for Rows {
    fn columns(&mut self, names: &[&str]) -> Result<(), String> {
        if names.len() > FIELDS_MAX {
            return Err(format!("more than {FIELDS_MAX} columns"));
        }
        self.format = Some(Format::of_columns(names).ok_or_else(|| parquet::listed(names))?);
        Ok(())
    }

    fn row(&mut self, row: &Row<'_>, out: &mut dyn Intake) {
        let Some(format) = &self.format else { return };
        self.split.set(row.spans);
        emit(row.text, &self.split, format, (None, row.at), out);
    }
}
