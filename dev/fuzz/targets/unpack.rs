//! Unpacking: archives of any make stay within their bounds, twice the same, and say what broke.
#![no_main]

use std::io::Write;
use std::path::PathBuf;

use bzip2::write::BzEncoder;
use feeds::{Bounds, Files};
use flate2::write::GzEncoder;
use frame::Input;
use libfuzzer_sys::fuzz_target;
use model::seam::feed::{Blob, Feed, Opened};

const BOUNDS: Bounds =
    Bounds { ratio: 100, grace: 1 << 20, bytes: 8 << 20, members: 200, nesting: 4 };

#[derive(Default, PartialEq, Debug)]
struct Seen {
    blobs: Vec<(String, u64)>,
    broken: Vec<(String, String)>,
}

impl Opened for Seen {
    fn blob(&mut self, blob: Blob<'_>) {
        let mut input = Input::new(blob.content);
        let bytes = input.drain();
        self.blobs.push((blob.name.to_string(), bytes));
        if let Some(why) = input.broken() {
            self.broken(blob.name, why);
        }
    }

    fn broken(&mut self, name: &str, why: &str) {
        assert!(!why.is_empty());
        self.broken.push((name.to_string(), why.to_string()));
    }
}

fn open(path: &PathBuf) -> Seen {
    let files = Files::bounded([path.clone()], BOUNDS);
    let mut seen = Seen::default();
    for item in files.items().expect("the file is there") {
        files.open(&item, &mut seen).expect("the file can be read");
    }
    seen
}

/// Packs data in one layer; which one is chosen by the input.
fn pack(kind: u8, data: Vec<u8>) -> Vec<u8> {
    let mut out = Vec::new();
    let packed = match kind % 6 {
        1 => GzEncoder::new(&mut out, flate2::Compression::fast()).write_all(&data),
        2 => zstd::stream::copy_encode(&data[..], &mut out, 1),
        3 => BzEncoder::new(&mut out, bzip2::Compression::fast()).write_all(&data),
        4 => {
            let mut header = tar::Header::new_gnu();
            header.set_size(data.len() as u64);
            let mut tar = tar::Builder::new(&mut out);
            tar.append_data(&mut header, "folder/member.log", &data[..])
                .and_then(|()| tar.append_data(&mut header, "second.log", &data[..]))
        }
        5 => zip(&data).map(|bytes| out = bytes),
        _ => return data,
    };
    packed.expect("packing into memory");
    out
}

fn zip(data: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("member.log", zip::write::SimpleFileOptions::default())?;
    zip.write_all(data)?;
    Ok(zip.finish()?.into_inner())
}

/// Two layers around the input, and a byte of the result changed: the first bytes say how.
fn packed(data: &[u8]) -> Vec<u8> {
    let [inner, outer, low, high, change, rest @ ..] = data else { return data.to_vec() };
    let mut bytes = pack(*outer, pack(*inner, rest.to_vec()));
    let at = usize::from(u16::from_le_bytes([*low, *high]));
    if let Some(byte) = bytes.get_mut(at) {
        *byte ^= change;
    }
    bytes
}

fuzz_target!(|data: &[u8]| {
    let data = &packed(data);
    let path = std::env::temp_dir().join(format!("yagura-fuzz-unpack-{}", std::process::id()));
    std::fs::write(&path, data).expect("a temporary file");
    let seen = open(&path);
    assert_eq!(seen, open(&path));
    assert!(!seen.blobs.is_empty() || !seen.broken.is_empty(), "nothing vanishes");
    assert!(seen.blobs.len() as u64 <= BOUNDS.members + 1);
    // Decoding UTF-16 may lengthen a text by half.
    let bytes: u64 = seen.blobs.iter().map(|(_, bytes)| bytes).sum();
    assert!(bytes <= (BOUNDS.bytes + data.len() as u64) * 3 / 2, "{bytes} bytes came out");
    let _ = std::fs::remove_file(&path);
});
