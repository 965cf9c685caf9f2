//! How fast Parquet is read: the columns alone, their rows, the source's events.
//!
//! `cargo run --release -p sources --features parquet --example parquet_speed`
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "a measurement tells what it found, or fails"
)]

use std::time::Instant;

use columnar::write::{How, file};
use columnar::{Blob, Piece, Table};
use frame::{Content, Input};
use model::seam::source::{Intake, ReadSettings};
use model::{Event, Reject};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::DataType;
use parquet::file::reader::{FileReader, SerializedFileReader};
use serde_json::Value;

/// Rows of a file.
const ROWS: usize = 200_000;
/// Of so many runs the least time counts.
const RUNS: usize = 5;

/// Counts.
#[derive(Default)]
struct Count(u64);

impl Intake for Count {
    fn event(&mut self, event: &Event<'_>) {
        self.0 += u64::from(!event.raw.is_empty());
    }

    fn reject(&mut self, reject: Reject) {
        panic!("refused: {}", reject.why);
    }
}

fn main() {
    for (source, case) in [
        ("ocsf.parquet", "ocsf/parquet/security_lake_2"),
        ("ocsf.parquet", "ocsf/parquet/network"),
        ("aws.vpc_flow", "aws/vpc_flow/parquet"),
    ] {
        let bytes = made(case);
        let columns = least(|| columns_alone(&bytes));
        let rows = least(|| rows(&bytes));
        let source = sources::find(source).expect("the source");
        let events = least(|| {
            let mut count = Count::default();
            let mut input = Input::new(Content::Whole(&bytes));
            source.read(&mut input, &ReadSettings::default(), &mut count);
            count.0
        });
        println!(
            "{case}: {} rows, {} MB; columns {columns:.3} s, rows {:.2} times, events {:.2} times \
             ({:.0} events/s)",
            ROWS,
            bytes.len() >> 20,
            rows / columns,
            events / columns,
            ROWS as f64 / events
        );
    }
}

/// The seconds of the fastest run.
fn least(work: impl Fn() -> u64) -> f64 {
    let run = |_| {
        let start = Instant::now();
        assert_eq!(work(), ROWS as u64);
        start.elapsed().as_secs_f64()
    };
    (0..RUNS).map(run).fold(f64::INFINITY, f64::min)
}

/// A file of a fixture's rows, over and over, each with its own ids, times and addresses.
fn made(case: &str) -> Vec<u8> {
    let folder = format!("{}/fixtures/{case}", env!("CARGO_MANIFEST_DIR"));
    let read = |name: &str| std::fs::read_to_string(format!("{folder}/{name}")).expect("a fixture");
    let fixture: Vec<Value> =
        read("rows.jsonl").lines().map(|row| serde_json::from_str(row).expect("a row")).collect();
    let rows = (0..ROWS).map(|at| {
        let mut row = fixture.get(at % fixture.len().min(2)).cloned().unwrap_or_default();
        for key in ["time", "time_dt", "start", "end"] {
            if let Some(time) = row.get(key).and_then(Value::as_i64) {
                row[key] = Value::from(time + at as i64 / 10);
            }
        }
        if let Some(uid) = row.pointer_mut("/metadata/uid") {
            *uid = Value::from(format!("7a0c1c31-54a2-4b77-9d1f-{at:012}"));
        }
        for place in ["/src_endpoint/ip", "/srcaddr"] {
            if let Some(ip) = row.pointer_mut(place) {
                *ip = Value::from(format!("10.{}.{}.{}", at >> 16 & 255, at >> 8 & 255, at & 255));
            }
        }
        row
    });
    let schema = read("schema.txt");
    let message = schema.split_once('\n').expect("a message").1;
    let how = How { packing: "zstd", group: 50_000, second: false };
    file(message, &rows.collect::<Vec<_>>(), how).expect("a file")
}

/// Every column of a file, decoded by the `parquet` crate and thrown away.
fn columns_alone(bytes: &[u8]) -> u64 {
    let reader = SerializedFileReader::new(bytes::Bytes::copy_from_slice(bytes)).expect("a file");
    let mut rows = 0;
    for at in 0..reader.num_row_groups() {
        let group = reader.get_row_group(at).expect("a row group");
        rows += group.metadata().num_rows() as u64;
        for at in 0..group.num_columns() {
            match group.get_column_reader(at).expect("a column") {
                ColumnReader::BoolColumnReader(column) => drain(column),
                ColumnReader::Int32ColumnReader(column) => drain(column),
                ColumnReader::Int64ColumnReader(column) => drain(column),
                ColumnReader::Int96ColumnReader(column) => drain(column),
                ColumnReader::FloatColumnReader(column) => drain(column),
                ColumnReader::DoubleColumnReader(column) => drain(column),
                ColumnReader::ByteArrayColumnReader(column) => drain(column),
                ColumnReader::FixedLenByteArrayColumnReader(column) => drain(column),
            }
        }
    }
    rows
}

fn drain<T: DataType>(mut column: ColumnReaderImpl<T>) {
    let (mut defs, mut reps, mut values) = (Vec::new(), Vec::new(), Vec::new());
    loop {
        defs.clear();
        reps.clear();
        values.clear();
        let read =
            column.read_records(columnar::BATCH, Some(&mut defs), Some(&mut reps), &mut values);
        if read.expect("values").0 == 0 {
            return;
        }
        std::hint::black_box(&values);
    }
}

fn rows(bytes: &[u8]) -> u64 {
    let mut at = |start: u64, length: usize| {
        Ok(bytes.get(start as usize..).and_then(|b| b.get(..length)).unwrap_or(&[]).to_vec())
    };
    let mut blob = Blob { length: bytes.len() as u64, read: &mut at };
    let table = Table::open(&mut blob, |_| false).expect("a table");
    let mut count = 0;
    table.rows(&mut blob, &mut |piece| count += u64::from(matches!(piece, Piece::Row(_))));
    count
}
