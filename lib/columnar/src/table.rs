//! A Parquet file: its footer, then its rows.

use parquet::file::metadata::{
    ParquetMetaData, ParquetMetaDataOptions, ParquetMetaDataReader, ParquetStatisticsPolicy,
};

use crate::group::Group;
use crate::row::Writer;
use crate::shape::{self, Field};
use crate::thrift::check_footer;
use crate::{Blob, EXPANSION_MAX, FOOTER_MAX, GRACE, Piece, ROW_MAX, ROW_MIN, Row, guarded, words};

/// The first and last bytes, and those of a file with an encrypted footer.
const MAGIC: &[u8] = b"PAR1";
const ENCRYPTED: &[u8] = b"PARE";
/// The footer's length and the last bytes.
const TRAILER: u64 = 8;

/// An opened file.
pub struct Table {
    about: ParquetMetaData,
    fields: Vec<Field>,
}

impl Table {
    /// Reads the footer; the error says why there is none to read. `in_millis` says of a column's
    /// name whether its instants are written as milliseconds since 1970 where nothing is lost by
    /// it; others are texts (RFC 3339).
    pub fn open(blob: &mut Blob<'_>, in_millis: fn(&str) -> bool) -> Result<Self, String> {
        let footer = footer(blob)?;
        check_footer(&footer)?;
        guarded(|| {
            let skip = ParquetStatisticsPolicy::SkipAll;
            let options = ParquetMetaDataOptions::new()
                .with_column_stats_policy(skip.clone())
                .with_encoding_stats_policy(skip.clone())
                .with_size_stats_policy(skip);
            let about =
                ParquetMetaDataReader::decode_metadata_with_options(&footer, Some(&options))
                    .map_err(|error| format!("its index is damaged: {}", words(error)))?;
            let fields = shape::root(about.file_metadata().schema(), in_millis)?;
            Ok(Table { about, fields })
        })
    }

    /// The columns' names; a column of objects counts as one.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.about.file_metadata().schema().get_fields().iter().map(|field| field.name())
    }

    /// Hands every row to `each`, in order, and what could not be read.
    pub fn rows(&self, blob: &mut Blob<'_>, each: &mut dyn FnMut(Piece<'_>)) {
        let mut run = Run {
            fields: &self.fields,
            writer: Writer::default(),
            number: 0,
            left: GRACE.saturating_add(blob.length.saturating_mul(EXPANSION_MAX)),
        };
        for (at, about) in self.about.row_groups().iter().enumerate() {
            let group = Group::open(about, blob);
            let rows = u64::try_from(about.num_rows()).unwrap_or(0);
            let read = match group {
                Ok(group) => run.group(group, each),
                Err(why) => Err(Lost { rows, why, go_on: true }),
            };
            let Err(lost) = read else { continue };
            let why = format!("row group {at}: {}", lost.why);
            each(Piece::Damage { number: run.number, rows: lost.rows, why });
            run.number = run.number.saturating_add(lost.rows);
            if !lost.go_on {
                return;
            }
        }
    }
}

/// Rows that a row group does not give.
struct Lost {
    rows: u64,
    why: String,
    /// Whether the row groups behind it are worth a look.
    go_on: bool,
}

/// Reading through a file.
struct Run<'t> {
    fields: &'t [Field],
    writer: Writer,
    /// The number of the next row.
    number: u64,
    /// Bytes of rows that may still come.
    left: u64,
}

impl Run<'_> {
    fn group(&mut self, mut group: Group, each: &mut dyn FnMut(Piece<'_>)) -> Result<(), Lost> {
        while group.left() > 0 {
            let left = group.left();
            let lost = |why| Lost { rows: left, why, go_on: true };
            let count = group.fill().map_err(lost)? as u64;
            for row in 0..count {
                if self.writer.row(self.fields, &mut group.columns).is_err() {
                    let why = "its columns do not tell of the same rows".into();
                    return Err(Lost { rows: left - row, why, go_on: true });
                }
                let cost = ROW_MIN.max(self.writer.text.len() as u64);
                let Some(rest) = self.left.checked_sub(cost) else {
                    let why = format!(
                        "the expansion bound was met: more than {EXPANSION_MAX} bytes of rows \
                         for one byte of the file"
                    );
                    return Err(Lost { rows: left - row, why, go_on: false });
                };
                self.left = rest;
                self.hand_on(each);
            }
        }
        Ok(())
    }

    fn hand_on(&mut self, each: &mut dyn FnMut(Piece<'_>)) {
        let number = self.number;
        self.number += 1;
        if self.writer.too_long {
            let why = format!("the row is longer than {ROW_MAX} bytes");
            return each(Piece::Damage { number, rows: 1, why });
        }
        let (text, spans) = (&self.writer.text, &self.writer.spans);
        each(Piece::Row(Row { number, text, spans }));
    }
}

/// The bytes of the footer.
fn footer(blob: &mut Blob<'_>) -> Result<Vec<u8>, String> {
    let start = blob.length.checked_sub(TRAILER).filter(|start| *start >= 4);
    let Some(end) = start else { return Err("the file breaks off: it has no index".into()) };
    let trailer = (blob.read)(end, TRAILER as usize)?;
    let Some((length, magic)) = trailer.split_first_chunk::<4>() else {
        return Err("the file breaks off: it has no index".into());
    };
    if magic == ENCRYPTED {
        return Err("its index is encrypted".into());
    }
    if magic != MAGIC {
        return Err("the file breaks off: its index is not at its end".into());
    }
    let length = u32::from_le_bytes(*length) as usize;
    let start = end.checked_sub(length as u64).filter(|start| *start >= 4);
    match start {
        None => Err(format!("its index says that it has {length} bytes: the file is shorter")),
        Some(_) if length > FOOTER_MAX => {
            Err(format!("its index has {length} bytes, more than {FOOTER_MAX}"))
        }
        Some(start) => (blob.read)(start, length),
    }
}
