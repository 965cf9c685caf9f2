//! Bombs stop at a bound that is told by its name, in little memory and time.

#![allow(clippy::disallowed_methods, reason = "tests write files")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may fail")]

mod common;

use std::fmt::Write as _;
use std::io::{Read, Write};

use common::*;
use feeds::{Bounds, Files};
use frame::Content;
use model::seam::feed::{Blob, Feed, Opened};

/// Small bounds, so that a test is quick: what is bounded is the same.
const SMALL: Bounds =
    Bounds { ratio: 400, grace: 1 << 20, bytes: 8 << 20, members: 50, nesting: 8 };

fn zeros(megabytes: u64, pack: &mut dyn Write) {
    std::io::copy(&mut std::io::repeat(0).take(megabytes << 20), &mut { pack }).unwrap();
}

fn gz_bomb(megabytes: u64) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    zeros(megabytes, &mut out);
    out.finish().unwrap()
}

/// Counts without keeping.
#[derive(Default)]
struct Count {
    bytes: u64,
    complaints: Vec<String>,
}

impl Opened for Count {
    fn blob(&mut self, blob: Blob<'_>) {
        match blob.content {
            Content::Whole(bytes) => self.bytes += bytes.len() as u64,
            Content::File(_) => self.complaints.push("a bomb is no plain file".into()),
            Content::Stream(mut reader) => {
                let mut block = vec![0; 64 << 10];
                loop {
                    match reader.read(&mut block) {
                        Ok(0) => break,
                        Ok(count) => self.bytes += count as u64,
                        Err(error) => return self.complaints.push(error.to_string()),
                    }
                }
            }
        }
    }

    fn broken(&mut self, _: &str, why: &str) {
        self.complaints.push(why.into());
    }
}

#[test]
fn a_gzip_bomb_stops_soon_after_the_grace() {
    let bomb = gz_bomb(300);
    let (_folder, path) = folder(&[("bomb.gz", &bomb)]);
    let files = Files::new([path]);
    let mut count = Count::default();
    files.open(&files.items().unwrap()[0], &mut count).unwrap();
    let most = Bounds::STANDARD.grace + (1 << 20);
    assert!(count.bytes <= most, "{} bytes came out", count.bytes);
    assert_eq!(count.complaints.len(), 1);
    assert!(count.complaints[0].contains("expansion bound"), "{:?}", count.complaints);
}

#[test]
fn bombs_in_every_packing_meet_the_bound() {
    let mut zst = zstd::Encoder::new(Vec::new(), 1).unwrap();
    zeros(64, &mut zst);
    let mut bz2 = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    zeros(64, &mut bz2);
    let zeros = vec![0; 64 << 20];
    for bomb in [
        gz_bomb(64),
        zst.finish().unwrap(),
        bz2.finish().unwrap(),
        zip(&[("a", &zeros)]),
        gz(&tar(&[("a", &zeros)])),
        zip(&[("a.gz", &gz_bomb(64))]),
        gz(&gz(&gz_bomb(64))),
    ] {
        let seen = open_within(&bomb, SMALL);
        let bytes: usize = seen.blobs.iter().map(|came| came.bytes.len()).sum();
        assert!(bytes <= 10 << 20, "{bytes} bytes came out");
        let complaints = seen.complaints();
        assert!(complaints.iter().any(|why| why.contains("bound was met")), "{complaints:?}");
    }
}

#[test]
fn an_honest_repetitive_log_is_no_bomb() {
    // One request over and over, a second apart: 70 MiB, past the grace.
    let mut text = String::new();
    let mut second = 1_700_000_000;
    while text.len() <= 70 << 20 {
        writeln!(text, "192.0.2.1 GET /health 200 {second} kube-probe").unwrap();
        second += 1;
    }
    for packed in [gz(text.as_bytes()), zst(text.as_bytes())] {
        let seen = open(&packed);
        assert_eq!(seen.complaints(), [""; 0]);
        assert!(seen.blobs[0].bytes == text.as_bytes());
    }
}

#[test]
fn members_and_nesting_are_bounded() {
    let names: Vec<String> = (0..60).map(|n| format!("{n}")).collect();
    let members: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b"x"[..])).collect();
    for packed in [tar(&members), zip(&members), tar(&[("in.zip", &zip(&members))])] {
        let seen = open_within(&packed, SMALL);
        assert!((49..=50).contains(&seen.blobs.len()), "{}", seen.blobs.len());
        assert!(seen.complaints()[0].contains("bound on members"), "{:?}", seen.complaints());
    }
    let mut packed = b"deep".to_vec();
    for _ in 0..8 {
        packed = gz(&packed);
    }
    assert_eq!(open(&packed).texts(), [("item", "deep".to_owned())]);
    let seen = open(&gz(&packed));
    assert_eq!(seen.blobs.len(), 0);
    assert!(seen.broken[0].1.contains("nesting bound"), "{seen:?}");
}

#[test]
fn the_size_bound_holds_where_nothing_expands_much() {
    let noise = noise(9);
    let seen = open_within(&gz(&noise), SMALL);
    assert!(seen.blobs[0].bytes.len() <= 8 << 20);
    assert!(seen.complaints()[0].contains("size bound"), "{:?}", seen.complaints());
    assert_eq!(open_within(&noise, SMALL).complaints(), [""; 0], "a plain file is not unpacked");
}

#[test]
fn a_tar_with_an_endless_name_is_told_not_kept() {
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(tar::EntryType::GNULongName);
    header.set_size(64 << 20);
    header.set_path("././@LongLink").unwrap();
    header.set_cksum();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(header.as_bytes()).unwrap();
    std::io::copy(&mut std::io::repeat(b'n').take(64 << 20), &mut packed).unwrap();
    let seen = open(&packed.finish().unwrap());
    assert_eq!(seen.blobs.len(), 0);
    assert!(seen.broken[0].1.contains("stand between two members"), "{seen:?}");
}
