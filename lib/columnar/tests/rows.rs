//! Files that were written come back as rows; broken ones say why, in bounded memory.
#![allow(
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "tests fail by panicking"
)]

use columnar::write::{How, file};
use columnar::{Blob, Piece, Table};
use serde_json::{Value, json};

/// Rows, and what is damaged: number, rows, why.
type Read = (Vec<Value>, Vec<(u64, u64, String)>);

fn read(bytes: &[u8]) -> Result<Read, String> {
    let mut at = |start: u64, length: usize| {
        let part = bytes.get(start as usize..).and_then(|rest| rest.get(..length));
        part.map(<[u8]>::to_vec).ok_or_else(|| "past the end".to_owned())
    };
    let mut blob = Blob { length: bytes.len() as u64, read: &mut at };
    let table = Table::open(&mut blob, |name| !name.ends_with("_dt"))?;
    let width = table.columns().count();
    let (mut rows, mut damaged) = (Vec::new(), Vec::new());
    table.rows(&mut blob, &mut |piece| match piece {
        Piece::Row(row) => {
            assert_eq!(row.number as usize, rows.len() + lost(&damaged));
            assert_eq!(row.spans.len(), width);
            let value: Value = serde_json::from_str(row.text).unwrap();
            for ((from, to), value) in row.spans.iter().filter(|s| s.1 > 0).zip(members(&value)) {
                let part = &row.text[*from as usize..*to as usize];
                assert_eq!(&serde_json::from_str::<Value>(part).unwrap(), value);
            }
            rows.push(value);
        }
        Piece::Damage { number, rows, why } => damaged.push((number, rows, why)),
    });
    Ok((rows, damaged))
}

fn members(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_object().unwrap().values()
}

fn lost(damaged: &[(u64, u64, String)]) -> usize {
    damaged.iter().map(|(_, rows, _)| *rows as usize).sum()
}

const SCHEMA: &str = "message m {
    required int64 time;
    optional int64 time_dt (TIMESTAMP(MICROS, true));
    optional int64 start_time (TIMESTAMP(MILLIS, true));
    optional int96 old_dt;
    required boolean truth;
    optional int32 day (DATE);
    optional int32 small (INTEGER(8, false));
    optional double real;
    optional float short;
    optional int64 price (DECIMAL(9, 2));
    optional binary name (UTF8);
    optional binary bytes;
    optional fixed_len_byte_array(16) id (UUID);
    optional group actor {
        optional group user { optional binary name (UTF8); optional binary uid (UTF8); }
        required int32 age;
    }
    optional group tags (LIST) { repeated group list { optional binary element (UTF8); } }
    optional group resources (LIST) {
        repeated group list {
            optional group element {
                optional binary uid (UTF8);
                optional group labels (LIST) {
                    repeated group list { optional binary element (UTF8); }
                }
            }
        }
    }
    optional group unmapped (MAP) {
        repeated group key_value { required binary key (UTF8); optional binary value (UTF8); }
    }
    repeated int32 numbers;
    optional group old (LIST) { repeated int32 array; }
}";

fn rows(count: usize) -> (Vec<Value>, Vec<Value>) {
    let full = |n: usize| {
        json!({
            "time": 1_791_244_801_250_u64 + n as u64, "time_dt": 1_791_244_801_250_001_u64,
            "start_time": 1_791_244_801_250_u64, "old_dt": 1_791_244_801_000_000_001_u64,
            "truth": true, "day": 20_000, "small": 250, "real": 0.25, "short": 1.5,
            "price": 1234, "name": format!("n \"{n}\"\n"), "bytes": "\u{FFFD}",
            "id": "0123456789abcdef",
            "actor": {"user": {"name": "alice"}, "age": 5},
            "tags": ["a", null, "b"],
            "resources": [{"uid": "r1", "labels": ["x", "y"]}, {"uid": "r2"}, null,
                          {"labels": []}, {"uid": "r3", "labels": ["z"]}],
            "unmapped": {"k": "v", "l": null}, "numbers": [1, 2], "old": [3, 4],
        })
    };
    let told = |n: usize| {
        let mut value = full(n);
        value["time_dt"] = "2026-10-06T00:00:01.250001Z".into();
        value["old_dt"] = "2026-10-06T00:00:01.000000001Z".into();
        value["day"] = "2024-10-04".into();
        value["price"] = json!(12.34);
        value["id"] = "30313233-3435-3637-3839-616263646566".into();
        value
    };
    // Lists that are not optional are there, and empty.
    let bare = json!({"time": 5, "truth": false, "actor": {"age": 0}, "tags": [], "numbers": []});
    let pick = |n: usize, full: Value| if n % 3 == 1 { bare.clone() } else { full };
    let made = (0..count).map(|n| pick(n, full(n))).collect();
    (made, (0..count).map(|n| pick(n, told(n))).collect())
}

#[test]
fn rows_come_back() {
    for (packing, second, group) in [
        ("none", false, 1 << 20),
        ("snappy", false, 1000),
        ("gzip", true, 7),
        ("zstd", true, 1 << 20),
    ] {
        let (made, told) = rows(2500.min(group * 3));
        let bytes = file(SCHEMA, &made, How { packing, group, second }).unwrap();
        let (found, damaged) = read(&bytes).unwrap();
        assert_eq!(damaged, []);
        assert_eq!(found.len(), told.len());
        for (at, (found, told)) in found.iter().zip(&told).enumerate() {
            assert_eq!(found, told, "row {at} of {packing}");
        }
    }
}

#[test]
fn a_cut_file_says_so() {
    let bytes = file(SCHEMA, &rows(3).0, How::default()).unwrap();
    for end in 0..bytes.len() {
        assert!(read(&bytes[..end]).is_err(), "cut after {end}");
    }
    assert!(read(&[&bytes[..bytes.len() - 1], b"E"].concat()).unwrap_err().contains("encrypted"));
}

#[test]
fn damage_costs_its_row_group_only() {
    let (made, told) = rows(30);
    let how = How { packing: "gzip", group: 10, second: false };
    let bytes = file(SCHEMA, &made, how).unwrap();
    let footer = u32::from_le_bytes(*bytes[bytes.len() - 8..].first_chunk().unwrap()) as usize;
    let data = 4..bytes.len() - 8 - footer;
    let mut hurt = 0;
    for at in data.clone().step_by(17) {
        let mut broken = bytes.clone();
        for byte in &mut broken[at..(at + 12).min(data.end)] {
            *byte ^= 0xA5;
        }
        let (found, damaged) = read(&broken).unwrap();
        assert_eq!(found.len() + lost(&damaged), 30, "damage at {at}: {damaged:?}");
        hurt += usize::from(!damaged.is_empty());
        let whole = found.iter().filter(|row| told.contains(row)).count();
        assert!(whole >= 10, "damage at {at} leaves {whole} rows as they were");
    }
    assert!(hurt > 10, "only {hurt} damages were seen");
}

/// Every byte of the footer, changed in several ways: no panic, no hunger, rows in bounds.
#[test]
fn a_footer_that_lies_is_survived() {
    let bytes = file(SCHEMA, &rows(3).0, How::default()).unwrap();
    let footer = u32::from_le_bytes(*bytes[bytes.len() - 8..].first_chunk().unwrap()) as usize;
    for at in bytes.len() - 8 - footer..bytes.len() {
        for change in [0x01, 0xFF] {
            let mut broken = bytes.clone();
            broken[at] ^= change;
            if let Ok((rows, damaged)) = read(&broken) {
                assert!(rows.len() <= 100_000, "{} rows, {damaged:?}", rows.len());
            }
        }
    }
}
