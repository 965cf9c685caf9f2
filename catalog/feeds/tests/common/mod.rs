//! Packers, and a receiver that keeps what a feed hands over.

#![allow(dead_code, reason = "each test file uses its part")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail")]
#![allow(missing_docs, reason = "the names say it")]

use std::fmt::Write as _;
use std::fs;
use std::io::{Cursor, Read, Write};
use std::path::PathBuf;

use feeds::{Bounds, Files};
use frame::Content;
use model::seam::feed::{Blob, Feed, Opened};
use zip::write::SimpleFileOptions;

/// A blob as it came: its name, its bytes, and what broke it off.
#[derive(Clone, PartialEq, Eq)]
pub struct Came {
    pub name: String,
    pub bytes: Vec<u8>,
    pub error: Option<String>,
}

impl std::fmt::Debug for Came {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let start = String::from_utf8_lossy(&self.bytes[..self.bytes.len().min(60)]);
        write!(f, "{}: {} bytes, {start:?}, {:?}", self.name, self.bytes.len(), self.error)
    }
}

/// Everything that came.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Seen {
    pub blobs: Vec<Came>,
    pub broken: Vec<(String, String)>,
}

impl Opened for Seen {
    fn blob(&mut self, blob: Blob<'_>) {
        let (mut bytes, mut error) = (Vec::new(), None);
        match blob.content {
            Content::Whole(whole) => bytes.extend_from_slice(whole),
            Content::Stream(mut reader) => {
                error = reader.read_to_end(&mut bytes).err().map(|e| e.to_string());
            }
            Content::File(mut file) => {
                error = file.read_to_end(&mut bytes).err().map(|e| e.to_string());
            }
        }
        self.blobs.push(Came { name: blob.name.into(), bytes, error });
    }

    fn broken(&mut self, name: &str, why: &str) {
        self.broken.push((name.into(), why.into()));
    }
}

impl Seen {
    /// Names and texts of the blobs.
    pub fn texts(&self) -> Vec<(&str, String)> {
        let text = |came: &Came| String::from_utf8_lossy(&came.bytes).into_owned();
        self.blobs.iter().map(|came| (came.name.as_str(), text(came))).collect()
    }

    /// Everything that was told as broken, in a blob or beside.
    pub fn complaints(&self) -> Vec<String> {
        let in_blobs = self.blobs.iter().filter_map(|c| c.error.clone());
        in_blobs.chain(self.broken.iter().map(|(_, why)| why.clone())).collect()
    }
}

/// Opens bytes as a file called `item`; its path before that is taken off the names.
pub fn open(bytes: &[u8]) -> Seen {
    open_within(bytes, Bounds::STANDARD)
}

/// The same within bounds.
pub fn open_within(bytes: &[u8], bounds: Bounds) -> Seen {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("item"), bytes).unwrap();
    let mut seen = open_all(&Files::bounded([folder.path().join("item")], bounds));
    let prefix = format!("{}/", folder.path().display());
    let strip = |name: &mut String| *name = name.strip_prefix(&prefix).unwrap().to_owned();
    seen.blobs.iter_mut().for_each(|came| strip(&mut came.name));
    seen.broken.iter_mut().for_each(|(name, _)| strip(name));
    seen
}

/// Opens every item of a feed.
pub fn open_all(files: &Files) -> Seen {
    let mut seen = Seen::default();
    for item in files.items().unwrap() {
        files.open(&item, &mut seen).unwrap();
    }
    seen
}

pub fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

pub fn zst(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 3).unwrap()
}

pub fn bz2(bytes: &[u8]) -> Vec<u8> {
    let mut out = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::default());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

pub fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = tar::Builder::new(Vec::new());
    for (name, bytes) in members {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        out.append_data(&mut header, name, *bytes).unwrap();
    }
    out.into_inner().unwrap()
}

pub fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        out.start_file(*name, SimpleFileOptions::default()).unwrap();
        out.write_all(bytes).unwrap();
    }
    out.finish().unwrap().into_inner()
}

/// A zip written to a pipe: sizes follow the data (APPNOTE 4.3.9).
pub fn zip_streamed(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = zip::ZipWriter::new_stream(Vec::new());
    for (name, bytes) in members {
        out.start_file(*name, SimpleFileOptions::default()).unwrap();
        out.write_all(bytes).unwrap();
    }
    out.finish().unwrap().into_inner()
}

/// Text that packs like a log does.
pub fn log(lines: usize) -> Vec<u8> {
    let mut text = String::new();
    for line in 0..lines {
        let mixed = line.wrapping_mul(2_654_435_761) % 65_521;
        let (address, size) = (line % 256, mixed * 7);
        writeln!(text, "{line} 192.0.2.{address} GET /page/{mixed} 200 {size}").unwrap();
    }
    text.into_bytes()
}

/// So many cases of a property; what failed is printed, not kept in a file.
pub fn cases(cases: u32) -> proptest::test_runner::Config {
    proptest::test_runner::Config { cases, failure_persistence: None, ..Default::default() }
}

/// Bytes that do not shrink.
pub fn noise(megabytes: usize) -> Vec<u8> {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    };
    (0..megabytes << 17).flat_map(|_| next()).collect()
}

/// A file of this name with these bytes in a fresh folder.
pub fn folder(files: &[(&str, &[u8])]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    let path = folder.path().to_owned();
    (folder, path)
}
