//! The Parquet fixtures are what their rows and schemas make: `rows.jsonl` and `schema.txt` beside
//! each `in.parquet`. `UPDATE=1` writes them anew.
#![allow(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "tests read fixtures from the disk and fail by panicking"
)]

use std::fs;
use std::path::{Path, PathBuf};

use columnar::write::{How, file};
use columnar::{Blob, Piece, Table};

/// What the first line of a schema says, `# key: value; key: value; …`.
fn said<'s>(schema: &'s str, key: &str) -> Option<&'s str> {
    let line = schema.lines().next()?.strip_prefix("# ")?;
    line.split("; ").find_map(|part| part.strip_prefix(key)?.strip_prefix(": "))
}

fn made(folder: &Path, schema: &str) -> Vec<u8> {
    let rows = fs::read_to_string(folder.join("rows.jsonl")).unwrap();
    let rows: Vec<_> = rows.lines().map(|row| serde_json::from_str(row).unwrap()).collect();
    let number = |key| said(schema, key).map(|n| n.parse::<usize>().unwrap());
    let packings = ["none", "snappy", "gzip", "zstd"];
    let how = How {
        packing: packings.into_iter().find(|p| said(schema, "packing") == Some(p)).unwrap(),
        group: number("group").unwrap_or(1000),
        second: number("pages") == Some(2),
    };
    let message = schema.split_once('\n').unwrap().1;
    let mut bytes = file(message, &rows, how).unwrap();
    bytes.truncate(bytes.len() - number("cut").unwrap_or(0));
    if said(schema, "sealed").is_some() {
        let end = bytes.len() - 1;
        (bytes[3], bytes[end]) = (b'E', b'E');
    }
    bytes
}

/// The rows as they are read, or why there are none.
fn rows(bytes: &[u8]) -> Result<Vec<String>, String> {
    let mut at = |start: u64, length: usize| {
        let part = bytes.get(start as usize..).and_then(|rest| rest.get(..length));
        part.map(<[u8]>::to_vec).ok_or_else(|| "past the end".to_owned())
    };
    let mut blob = Blob { length: bytes.len() as u64, read: &mut at };
    let table = Table::open(&mut blob, |_| false)?;
    let mut found = Vec::new();
    table.rows(&mut blob, &mut |piece| match piece {
        Piece::Row(row) => found.push(row.text.to_owned()),
        Piece::Damage { why, .. } => found.push(why),
    });
    Ok(found)
}

#[test]
fn fixtures_are_what_their_rows_make() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let list = |folder: &Path| -> Vec<PathBuf> {
        let mut found: Vec<_> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
        found.sort();
        found
    };
    let mut count = 0;
    for case in list(&root).iter().flat_map(|f| list(f)).flat_map(|s| list(&s)) {
        let Ok(schema) = fs::read_to_string(case.join("schema.txt")) else { continue };
        count += 1;
        let (path, bytes) = (case.join("in.parquet"), made(&case, &schema));
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&path, &bytes).unwrap();
        }
        let there = fs::read(&path).unwrap_or_default();
        // The rows are compared: packers may give other bytes on other machines.
        assert_eq!(rows(&there), rows(&bytes), "{}: UPDATE=1 writes it anew", path.display());
    }
    assert!(count >= 9, "{count} fixtures");
}
