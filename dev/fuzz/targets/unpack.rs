//! Unpacking: archives of any make stay within their bounds, twice the same, and say what broke.
#![no_main]

use std::path::PathBuf;

use feeds::{Bounds, Files};
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

fuzz_target!(|data: &[u8]| {
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
