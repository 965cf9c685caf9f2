//! Public logs that lie beside the checkout, for tests that read real ones where they are.

use std::path::{Path, PathBuf};

/// The largest file that is unpacked.
const UNPACKED_MAX: usize = 512 << 20;

/// The folder or file `../shared/<path>` beside the checkout; where it is absent, says that the
/// test is skipped and gives `None`.
pub fn corpus(path: &str) -> Option<PathBuf> {
    let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2)?;
    let found = checkout.parent()?.join("shared").join(path);
    if found.exists() {
        return Some(found);
    }
    eprintln!("skipped: {} is not there", found.display());
    None
}

/// Every file below a folder, in a fixed order; the path itself if it is a file.
///
/// # Panics
/// If a folder cannot be read.
pub fn files(path: &Path) -> Vec<PathBuf> {
    if !path.is_dir() {
        return vec![path.to_path_buf()];
    }
    let entries = std::fs::read_dir(path).expect("a readable folder");
    let mut below: Vec<PathBuf> = entries.map(|e| e.expect("a readable entry").path()).collect();
    below.sort();
    below.iter().flat_map(|path| files(path)).collect()
}

/// The bytes of a file; of a `.gz` what is in it.
///
/// # Panics
/// If the file cannot be read or unpacked.
pub fn bytes(path: &Path) -> Vec<u8> {
    let packed = std::fs::read(path).expect("a readable file");
    if path.extension().is_none_or(|e| e != "gz") {
        return packed;
    }
    let mut reader = libdeflater::Decompressor::new();
    let mut size = packed.len() * 8 + 1024;
    loop {
        let mut unpacked = vec![0; size];
        match reader.gzip_decompress(&packed, &mut unpacked) {
            Ok(count) => {
                unpacked.truncate(count);
                return unpacked;
            }
            Err(libdeflater::DecompressionError::InsufficientSpace) if size < UNPACKED_MAX => {
                size *= 2;
            }
            Err(error) => panic!("{}: {error}", path.display()),
        }
    }
}
