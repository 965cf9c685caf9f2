//! Rows to small Parquet files, the same bytes every time: fixtures of tests are made so.

use std::sync::Arc;

use parquet::basic::{Compression, ConvertedType, LogicalType, Repetition};
use parquet::column::writer::ColumnWriter;
use parquet::data_type::{ByteArray, FixedLenByteArray, Int96};
use parquet::file::properties::{WriterProperties, WriterVersion};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use parquet::schema::types::Type;
use serde_json::Value;

use crate::words;

/// How a file is written.
#[derive(Clone, Copy, Debug)]
pub struct How {
    /// `none`, `snappy`, `gzip`, `zstd`.
    pub packing: &'static str,
    /// Rows in a row group.
    pub group: usize,
    /// Whether pages are of the second version.
    pub second: bool,
}

impl Default for How {
    fn default() -> Self {
        How { packing: "snappy", group: 1 << 20, second: false }
    }
}

/// The levels and values of one column.
#[derive(Default)]
struct Leaf {
    definitions: Vec<i16>,
    repetitions: Vec<i16>,
    values: Vec<Value>,
}

#[derive(Clone, Copy)]
struct Levels {
    definition: i16,
    /// How deep repetition goes here.
    depth: i16,
    /// The repetition level of the next entry.
    repetition: i16,
}

/// A file with these rows. The schema is a message in Parquet's own notation
/// (`message m { required int64 time; }`); rows are JSON objects: a list is an array, a map an
/// object, instants are whole numbers in the column's unit, bytes of fixed length are texts.
pub fn file(schema: &str, rows: &[Value], how: How) -> Result<Vec<u8>, String> {
    let schema = Arc::new(parse_message_type(schema).map_err(words)?);
    let packing = match how.packing {
        "snappy" => Compression::SNAPPY,
        "gzip" => Compression::GZIP(parquet::basic::GzipLevel::default()),
        "zstd" => Compression::ZSTD(parquet::basic::ZstdLevel::default()),
        _ => Compression::UNCOMPRESSED,
    };
    let version = if how.second { WriterVersion::PARQUET_2_0 } else { WriterVersion::PARQUET_1_0 };
    let properties = WriterProperties::builder()
        .set_compression(packing)
        .set_writer_version(version)
        .set_created_by("yagura tests".into())
        .set_data_page_row_count_limit(1000)
        .build();
    let mut writer =
        SerializedFileWriter::new(Vec::new(), schema.clone(), properties.into()).map_err(words)?;
    for rows in rows.chunks(how.group.max(1)) {
        let mut leaves: Vec<Leaf> = Vec::new();
        for row in rows {
            let levels = Levels { definition: 0, depth: 0, repetition: 0 };
            let mut at = 0;
            object(&schema, Some(row), levels, &mut at, &mut leaves);
        }
        let mut group = writer.next_row_group().map_err(words)?;
        for leaf in &leaves {
            let Some(mut column) = group.next_column().map_err(words)? else { break };
            put(column.untyped(), leaf)?;
            column.close().map_err(words)?;
        }
        group.close().map_err(words)?;
    }
    writer.into_inner().map_err(words)
}

/// Writes the members of an object; `at` is the next column.
fn object(of: &Type, value: Option<&Value>, levels: Levels, at: &mut usize, out: &mut Vec<Leaf>) {
    for field in of.get_fields() {
        node(field, value.and_then(|value| value.get(field.name())), levels, at, out);
    }
}

fn node(of: &Type, value: Option<&Value>, mut levels: Levels, at: &mut usize, out: &mut Vec<Leaf>) {
    let value = value.filter(|value| !value.is_null());
    match of.get_basic_info().repetition() {
        Repetition::REQUIRED => plain(of, value, levels, at, out),
        Repetition::OPTIONAL => {
            levels.definition += i16::from(value.is_some());
            plain(of, value, levels, at, out);
        }
        Repetition::REPEATED => {
            let items = value.and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
            if items.is_empty() {
                return plain(of, None, levels, at, out);
            }
            let start = *at;
            for item in items {
                *at = start;
                let inner = Levels {
                    definition: levels.definition + 1,
                    depth: levels.depth + 1,
                    repetition: levels.repetition,
                };
                plain(of, Some(item).filter(|item| !item.is_null()), inner, at, out);
                levels.repetition = levels.depth + 1;
            }
        }
    }
}

/// Writes a value, or at its level that there is none.
fn plain(of: &Type, value: Option<&Value>, levels: Levels, at: &mut usize, out: &mut Vec<Leaf>) {
    if of.is_group() {
        let turned = value.and_then(|value| turned(of, value));
        return object(of, turned.as_ref().or(value), levels, at, out);
    }
    if out.len() <= *at {
        out.resize_with(*at + 1, Leaf::default);
    }
    if let Some(leaf) = out.get_mut(*at) {
        leaf.definitions.push(levels.definition);
        leaf.repetitions.push(levels.repetition);
        leaf.values.extend(value.cloned());
    }
    *at += 1;
}

/// A list or a map as the groups that it is made of.
fn turned(of: &Type, value: &Value) -> Option<Value> {
    let info = of.get_basic_info();
    let [repeated] = of.get_fields() else { return None };
    let is = |logical: &LogicalType, converted| {
        info.logical_type_ref() == Some(logical) || info.converted_type() == converted
    };
    let items: Vec<Value> = if is(&LogicalType::Map, ConvertedType::MAP) {
        let pairs = value.as_object()?.iter();
        pairs.map(|(key, value)| serde_json::json!({"key": key, "value": value})).collect()
    } else if is(&LogicalType::List, ConvertedType::LIST) {
        let wrap = |item: &Value| match repeated.is_group().then(|| repeated.get_fields()) {
            Some([one]) if repeated.name() == "list" => serde_json::json!({one.name(): item}),
            _ => item.clone(),
        };
        value.as_array()?.iter().map(wrap).collect()
    } else {
        return None;
    };
    Some(serde_json::json!({repeated.name(): items}))
}

/// Writes a column.
fn put(column: &mut ColumnWriter<'_>, leaf: &Leaf) -> Result<(), String> {
    let levels = (Some(leaf.definitions.as_slice()), Some(leaf.repetitions.as_slice()));
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    macro_rules! write {
        ($to:expr, $turn:expr) => {{
            let values: Vec<_> = leaf.values.iter().map($turn).collect();
            $to.write_batch(&values, levels.0, levels.1)
        }};
    }
    let whole =
        |value: &Value| value.as_i64().or(value.as_u64().map(|n| n as i64)).unwrap_or_default();
    let real = |value: &Value| value.as_f64().unwrap_or_default();
    let written = match column {
        ColumnWriter::BoolColumnWriter(to) => {
            write!(to, |value: &Value| value.as_bool().unwrap_or_default())
        }
        ColumnWriter::Int32ColumnWriter(to) => write!(to, |value: &Value| whole(value) as i32),
        ColumnWriter::Int64ColumnWriter(to) => write!(to, whole),
        ColumnWriter::Int96ColumnWriter(to) => write!(to, |value: &Value| {
            let (day, nanos) = (whole(value).div_euclid(DAY), whole(value).rem_euclid(DAY));
            let mut made = Int96::new();
            made.set_data(nanos as u32, (nanos >> 32) as u32, (day + JULIAN) as u32);
            made
        }),
        ColumnWriter::FloatColumnWriter(to) => write!(to, |value: &Value| real(value) as f32),
        ColumnWriter::DoubleColumnWriter(to) => write!(to, real),
        ColumnWriter::ByteArrayColumnWriter(to) => {
            write!(to, |value: &Value| ByteArray::from(text(value).into_bytes()))
        }
        ColumnWriter::FixedLenByteArrayColumnWriter(to) => {
            write!(to, |value: &Value| FixedLenByteArray::from(text(value).into_bytes()))
        }
    };
    written.map(|_| ()).map_err(words)
}

/// Nanoseconds of a day, and the number that the first day of 1970 has.
const DAY: i64 = 86_400_000_000_000;
const JULIAN: i64 = 2_440_588;
