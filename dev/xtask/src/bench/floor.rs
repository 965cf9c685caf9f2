//! The floor: what any program must do that looks into gzipped JSON, and nothing else.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use libdeflater::Decompressor;
use sonic_rs::{JsonContainerTrait, JsonValueTrait, Value};

use super::at;
use crate::Done;

/// `floor FOLDER THREADS`: unpacks every file, parses it into a tree, counts its records.
pub fn run(arguments: &[String]) -> Done {
    let [folder, threads] = arguments else { return Err("floor FOLDER THREADS".into()) };
    let threads: usize = threads.parse().map_err(|e| format!("threads: {e}"))?;
    let folder = PathBuf::from(folder);
    let listed = fs::read_dir(&folder).map_err(at(&folder))?;
    let mut paths: Vec<PathBuf> = listed.filter_map(|e| Some(e.ok()?.path())).collect();
    paths.sort();
    let next = AtomicUsize::new(0);
    let work = || -> Result<usize, String> {
        let mut unpacked = Vec::new();
        let mut records = 0;
        while let Some(path) = paths.get(next.fetch_add(1, Ordering::Relaxed)) {
            let found;
            (found, unpacked) = count(path, unpacked)?;
            records += found;
        }
        Ok(records)
    };
    let total: Result<usize, String> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let ended = |worker: std::thread::ScopedJoinHandle<'_, Result<usize, String>>| {
            worker.join().unwrap_or_else(|_| Err("a thread of the floor died".into()))
        };
        workers.into_iter().map(ended).sum()
    });
    println!("{}", total?);
    Ok(())
}

fn count(path: &Path, unpacked: Vec<u8>) -> Result<(usize, Vec<u8>), String> {
    let packed = fs::read(path).map_err(at(path))?;
    let why = |error: String| format!("{}: {error}", path.display());
    let unpacked = unpack(&packed, unpacked).map_err(why)?;
    let value: Value = sonic_rs::from_slice(&unpacked).map_err(|e| why(e.to_string()))?;
    let records = value.get("Records").and_then(|r| r.as_array().map(sonic_rs::Array::len));
    Ok((records.unwrap_or(0), unpacked))
}

/// Unpacks a gzip of one member into a buffer, whose memory is used again.
pub fn unpack(packed: &[u8], mut unpacked: Vec<u8>) -> Result<Vec<u8>, String> {
    let size = packed.last_chunk().copied().ok_or("an empty file")?;
    unpacked.resize(u32::from_le_bytes(size) as usize, 0);
    let size =
        Decompressor::new().gzip_decompress(packed, &mut unpacked).map_err(|e| e.to_string())?;
    unpacked.truncate(size);
    Ok(unpacked)
}
