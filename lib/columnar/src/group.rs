//! One row group: its chunks taken in and decoded batch by batch.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use parquet::basic::Compression;
use parquet::column::reader::get_column_reader;
use parquet::file::metadata::{ColumnChunkMetaData, RowGroupMetaData};

use crate::column::Column;
use crate::pages::{Chunk, Pages};
use crate::{BATCH, Blob, GROUP_MAX, VALUES_MAX, guarded, words};

/// The columns of a row group, at their start.
pub(crate) struct Group {
    pub(crate) columns: Vec<Column>,
    /// Rows that are still to come.
    left: u64,
}

impl Group {
    /// Takes in the packed bytes of a row group.
    pub(crate) fn open(about: &RowGroupMetaData, blob: &mut Blob<'_>) -> Result<Self, String> {
        let rows = u64::try_from(about.num_rows()).map_err(|_| "a number of rows below zero")?;
        let held = Arc::new(AtomicU64::new(0));
        let (mut columns, mut packed) = (Vec::new(), 0);
        for column in about.columns() {
            let name = column.column_path().string();
            let (start, length) =
                check(column, rows).map_err(|why| format!("column {name}: {why}"))?;
            // Chunks do not overlap: together they are no longer than the file.
            packed += length;
            if packed > GROUP_MAX.min(blob.length) {
                return Err(format!("its packed columns are {packed} bytes and more"));
            }
            let bytes = (blob.read)(start, length as usize)?;
            let chunk = Chunk::new(start, bytes, &held);
            let made = guarded(|| {
                let pages = Pages::new(chunk, column, rows as usize).map_err(words)?;
                let about = column.column_descr();
                let levels = (about.max_def_level(), about.max_rep_level());
                let reader = get_column_reader(column.column_descr_ptr(), Box::new(pages));
                Ok(Column::new(reader, levels))
            });
            columns.push(made.map_err(|why| format!("column {name}: {why}"))?);
        }
        Ok(Group { columns, left: rows })
    }

    /// Rows that are still to come.
    pub(crate) fn left(&self) -> u64 {
        self.left
    }

    /// Decodes the next rows; says how many.
    pub(crate) fn fill(&mut self) -> Result<usize, String> {
        let wanted = self.left.min(BATCH as u64) as usize;
        let columns = &mut self.columns;
        guarded(|| {
            columns.iter_mut().enumerate().try_for_each(|(at, column)| {
                let count = column.fill(wanted).map_err(|why| format!("column {at}: {why}"))?;
                if count == wanted {
                    return Ok(());
                }
                Err(format!("column {at} ends after {count} of {wanted} rows"))
            })
        })?;
        self.left -= wanted as u64;
        Ok(wanted)
    }
}

/// Looks at what the footer says of a chunk; where it lies and how long it is.
fn check(about: &ColumnChunkMetaData, rows: u64) -> Result<(u64, u64), String> {
    if about.file_path().is_some() {
        return Err("its values lie in another file".into());
    }
    let packing = match about.compression() {
        Compression::UNCOMPRESSED
        | Compression::SNAPPY
        | Compression::GZIP(_)
        | Compression::ZSTD(_) => None,
        other => Some(other.to_string()),
    };
    if let Some(packing) = packing {
        let name = packing.split('(').next().unwrap_or("");
        return Err(format!("{name} is not unpacked here (snappy, gzip and zstd are)"));
    }
    let (values, column) = (about.num_values(), about.column_descr());
    let is_sound = match column.max_rep_level() {
        0 => u64::try_from(values) == Ok(rows),
        _ => (0..=VALUES_MAX).contains(&values),
    };
    if !is_sound {
        return Err(format!("{values} values for {rows} rows"));
    }
    let start = about.dictionary_page_offset().unwrap_or(about.data_page_offset());
    let place = (u64::try_from(start).ok(), u64::try_from(about.compressed_size()).ok());
    match place {
        (Some(start), Some(length)) => Ok((start, length)),
        _ => Err("it lies before the file".into()),
    }
}
