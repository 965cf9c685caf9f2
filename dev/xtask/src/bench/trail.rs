//! CloudTrail delivery files: records repeated with ids, times, addresses, keys of their own.

use std::fmt::Write;
use std::fs;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use libdeflater::{CompressionLvl, Compressor};
use serde_json::Value;

use super::at;
use super::data::Set;
use super::floor::unpack;
use super::random::{START, civil, number, outside, seed};
use crate::tree::root;

/// Records of one delivery file.
const RECORDS_PER_FILE: u64 = 400;
/// How many keys stand for one key of the original records.
const KEYS: u64 = 64;
/// How many addresses stand for one address of the original records.
const ADDRESSES: u64 = 256;
/// Records of one second.
const RATE: u64 = 4;

/// Where the original records come from.
pub struct Origin {
    templates: Vec<Vec<Piece>>,
    /// Changes when the records do.
    pub mark: String,
    /// For the report.
    pub words: String,
}

/// A part of a record: verbatim, or different in every copy.
enum Piece {
    Text(String),
    Time,
    Uuid,
    Address(u64),
    Key(String, u64),
}

/// The corpus beside the checkout if it is there, else the project's own fixtures and examples.
pub fn origin() -> Result<Origin, String> {
    let root = root();
    let corpus = root.join("../shared/corpus/cloudtrail");
    let own = [root.join("catalog/sources/fixtures/aws/cloudtrail"), root.join("examples")];
    let (folders, words) = if corpus.is_dir() {
        (vec![corpus], "the records of the corpus beside the checkout")
    } else {
        (own.to_vec(), "the records of the project's own fixtures and examples")
    };
    let mut records = Vec::new();
    for folder in folders.iter().filter(|folder| folder.is_dir()) {
        collect(folder, &mut records)?;
    }
    if records.is_empty() {
        return Err("no CloudTrail record to repeat was found".into());
    }
    let mark = format!("{:016x}", seed(&records.concat()));
    let templates = records.iter().map(|record| cut(record)).collect();
    Ok(Origin { templates, mark, words: format!("{} of {words}", records.len()) })
}

/// Every record in the JSON files under a folder, in a fixed order.
fn collect(folder: &Path, records: &mut Vec<String>) -> Result<(), String> {
    let listed = fs::read_dir(folder).map_err(at(folder))?;
    let mut paths: Vec<PathBuf> = listed.filter_map(|e| Some(e.ok()?.path())).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            collect(&path, records)?;
        } else if path.extension().is_some_and(|e| e == "json" || e == "jsonl" || e == "gz") {
            let mut text = fs::read(&path).map_err(at(&path))?;
            if text.starts_with(&[0x1F, 0x8B]) {
                text = unpack(&text, Vec::new()).map_err(|e| format!("{}: {e}", path.display()))?;
            }
            let stream = serde_json::Deserializer::from_slice(&text).into_iter::<Value>();
            // A broken file of the corpus is broken on purpose: what stands before it is used.
            stream.map_while(Result::ok).for_each(|value| find(&value, records));
        }
    }
    Ok(())
}

fn find(value: &Value, records: &mut Vec<String>) {
    let text = |key: &str| value.get(key).is_some_and(Value::is_string);
    if ["eventSource", "eventName", "eventTime", "eventID"].iter().all(|key| text(key)) {
        records.push(value.to_string());
        return;
    }
    match value {
        Value::Array(list) => list.iter().for_each(|item| find(item, records)),
        Value::Object(members) => members.values().for_each(|item| find(item, records)),
        _ => {}
    }
}

/// Cuts a record where its copies differ.
fn cut(record: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = record;
    let names = ["eventTime", "eventID", "requestID", "sourceIPAddress", "accessKeyId"];
    let marks = names.map(|name| format!("\"{name}\":\""));
    loop {
        let next = marks.iter().filter_map(|m| Some((rest.find(m.as_str())? + m.len(), m))).min();
        let Some((start, mark)) = next else { break };
        let (before, value) = rest.split_at(start);
        let (value, after) = value.split_at(value.find('"').unwrap_or(value.len()));
        pieces.push(Piece::Text(before.into()));
        pieces.push(match mark.as_str() {
            "\"eventTime\":\"" => Piece::Time,
            "\"eventID\":\"" | "\"requestID\":\"" => Piece::Uuid,
            "\"sourceIPAddress\":\"" if value.parse::<IpAddr>().is_ok() => {
                Piece::Address(seed(value))
            }
            "\"accessKeyId\":\"" if value.len() >= 16 && value.is_ascii() => {
                Piece::Key(value.chars().take(4).collect(), seed(value))
            }
            _ => Piece::Text(value.into()),
        });
        rest = after;
    }
    pieces.push(Piece::Text(rest.into()));
    pieces
}

/// Writes delivery files until there are enough bytes.
pub fn write(folder: &Path, first: u64, wanted: u64) -> Result<Set, String> {
    let origin = origin()?;
    let mut set = Set { folder: folder.into(), ..Set::default() };
    let mut compressor = Compressor::new(CompressionLvl::default());
    while set.bytes < wanted {
        let mut text = String::from("{\"Records\":[");
        for k in 0..RECORDS_PER_FILE {
            text.extend((k > 0).then_some(','));
            copy(&origin.templates, first + set.records, &mut text);
            set.records += 1;
        }
        text.push_str("]}");
        set.bytes += text.len() as u64;
        let mut packed = vec![0; compressor.gzip_compress_bound(text.len())];
        let size = compressor.gzip_compress(text.as_bytes(), &mut packed);
        packed.truncate(size.map_err(|e| format!("gzip: {e}"))?);
        let path = folder.join(format!("{:012}.json.gz", first + set.records));
        fs::write(&path, packed).map_err(at(&path))?;
    }
    Ok(set)
}

/// Writes record number `n`.
fn copy(templates: &[Vec<Piece>], n: u64, out: &mut String) {
    let count = templates.len() as u64;
    let round = n / count;
    let template = templates.get((n % count) as usize).map_or(&[][..], Vec::as_slice);
    for (at, piece) in template.iter().enumerate() {
        let _ = match piece {
            Piece::Text(text) => out.write_str(text),
            Piece::Time => {
                let (year, month, day, hour, minute, second) = civil(START + n / RATE);
                write!(out, "{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
            }
            Piece::Uuid => {
                let (high, low) = (number(at as u64, n), number(!(at as u64), n));
                let (a, b, c) = (high >> 32, (high >> 16) & 0xFFFF, high & 0xFFF);
                write!(
                    out,
                    "{a:08x}-{b:04x}-4{c:03x}-{:04x}-{:012x}",
                    low >> 52 | 0x8000,
                    low >> 16
                )
            }
            Piece::Address(of) => out.write_str(&outside(number(*of, round % ADDRESSES))),
            Piece::Key(prefix, of) => write!(out, "{prefix}{:0>16X}", number(*of, round % KEYS)),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_are_records_with_ids_of_their_own() {
        let record = r#"{"eventTime":"2020-01-01T00:00:00Z","eventSource":"s","eventName":"n",
            "sourceIPAddress":"192.0.2.1","eventID":"x","userIdentity":{"accessKeyId":"ASIAEXAMPLEKEY000001"}}"#;
        let value: Value = serde_json::from_str(record).unwrap();
        let mut records = Vec::new();
        find(&serde_json::json!({ "detail": value }), &mut records);
        let templates: Vec<Vec<Piece>> = records.iter().map(|record| cut(record)).collect();
        let copies: Vec<Value> = (0..2)
            .map(|n| {
                let mut text = String::new();
                copy(&templates, n, &mut text);
                serde_json::from_str(&text).unwrap()
            })
            .collect();
        assert_eq!(copies[0]["eventTime"], "2026-01-01T00:00:00Z");
        assert_eq!(copies[0]["eventID"].as_str().unwrap().len(), 36);
        assert_ne!(copies[0]["eventID"], copies[1]["eventID"]);
        assert_ne!(copies[0]["userIdentity"], copies[1]["userIdentity"]);
        assert!(copies[0]["sourceIPAddress"].as_str().unwrap().starts_with("198.1"));
    }
}
