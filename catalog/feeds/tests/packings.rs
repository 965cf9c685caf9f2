//! Every packing, alone and nested, gives what was packed.

#![allow(clippy::disallowed_methods, reason = "tests write files")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may fail")]

mod common;

use common::*;
use proptest::prelude::*;

#[test]
fn every_packing_of_one_stream_keeps_name_and_bytes() {
    let text = log(5000);
    let padded = [gz(&text), vec![0; 512]].concat();
    let skippable = [b"\x50\x2A\x4D\x18\x03\0\0\0abc".to_vec(), zst(&text)].concat();
    let cases: &[(&str, Vec<u8>)] = &[
        ("plain", text.clone()),
        ("gzip", gz(&text)),
        ("zstd", zst(&text)),
        ("bzip2", bz2(&text)),
        ("gzip padded with zeros", padded),
        ("zstd behind a skippable frame", skippable),
        ("gzip in zstd in bzip2", bz2(&zst(&gz(&text)))),
    ];
    for (what, packed) in cases {
        let seen = open(packed);
        assert_eq!(seen.complaints(), [""; 0], "{what}");
        assert_eq!(seen.blobs.len(), 1, "{what}");
        assert_eq!(seen.blobs[0].name, "item", "{what}");
        assert!(seen.blobs[0].bytes == text, "{what}");
    }
}

#[test]
fn several_members_are_all_read() {
    let (a, b) = (log(300), b"the same\n".to_vec());
    // The same member twice is what a reader of the last trailer only would miss.
    for parts in [[&a, &b], [&b, &a], [&a, &a], [&b, &b], [&a, &Vec::new()]] {
        let whole = parts.map(Clone::clone).concat();
        for pack in [gz, zst, bz2] {
            let packed = [pack(parts[0]), pack(parts[1])].concat();
            let seen = open(&packed);
            assert_eq!(seen.complaints(), [""; 0]);
            assert!(seen.blobs[0].bytes == whole);
        }
    }
}

#[test]
fn archives_name_their_members_in_their_order() {
    let members: &[(&str, &[u8])] =
        &[("z.log", b"last"), ("dir/a.log", b"first"), ("empty", b""), ("z.log", b"twice")];
    let expected = [
        ("item!z.log", "last".to_owned()),
        ("item!dir/a.log", "first".to_owned()),
        ("item!empty", String::new()),
        ("item!z.log", "twice".to_owned()),
    ];
    assert_eq!(open(&tar(members)).texts(), expected);
    assert_eq!(open(&gz(&tar(members))).texts(), expected);
    let unique = &members[..3];
    for packed in [zip(unique), zip_streamed(unique), gz(&zip(unique)), bz2(&zip(unique))] {
        let seen = open(&packed);
        assert_eq!(seen.texts(), expected[..3]);
        assert_eq!(seen.complaints(), [""; 0]);
    }
}

#[test]
fn archives_in_archives_are_opened() {
    let text = log(200);
    let inner = zip(&[("in/a.log.gz", &gz(&text)), ("b.log", b"b")]);
    let packed = zst(&tar(&[("x/logs.zip", &inner), ("c.log", b"c")]));
    let seen = open(&packed);
    assert_eq!(seen.complaints(), [""; 0]);
    let names: Vec<_> = seen.blobs.iter().map(|came| came.name.as_str()).collect();
    assert_eq!(names, ["item!x/logs.zip!in/a.log.gz", "item!x/logs.zip!b.log", "item!c.log"]);
    assert!(seen.blobs[0].bytes == text);
}

#[test]
fn two_tars_one_after_another_are_both_read() {
    let packed = [tar(&[("a", b"1")]), tar(&[("b", b"2")])].concat();
    let seen = open(&packed);
    assert_eq!(seen.texts(), [("item!a", "1".to_owned()), ("item!b", "2".to_owned())]);
    assert_eq!(seen.complaints(), [""; 0]);
}

#[test]
fn names_that_climb_stay_names() {
    let climbing = "../../../../../../tmp/yagura-must-not-write-this";
    let mut packed = zip(&[(climbing, b"x")]);
    assert_eq!(open(&packed).texts(), [(&*format!("item!{climbing}"), "x".to_owned())]);
    assert!(!std::path::Path::new("/tmp/yagura-must-not-write-this").exists());
    // Names that are no UTF-8 are shown with escapes.
    packed = zip(&[("odd-name", b"x")]);
    for at in 0..packed.len() - 8 {
        if packed[at..].starts_with(b"odd-name") {
            packed[at..at + 2].copy_from_slice(b"\xFE\xFF");
        }
    }
    assert_eq!(open(&packed).texts(), [("item!\\xFE\\xFFd-name", "x".to_owned())]);
}

#[test]
fn long_and_pax_names_are_whole() {
    let long = format!("{}/x.log", "d".repeat(300));
    assert_eq!(open(&tar(&[(&long, b"x")])).blobs[0].name, format!("item!{long}"));
    let mut out = tar::Builder::new(Vec::new());
    out.append_pax_extensions([("path", "ログ/pax.log".as_bytes())]).unwrap();
    let mut header = tar::Header::new_ustar();
    header.set_size(3);
    header.set_path("short").unwrap();
    header.set_cksum();
    out.append(&header, &b"pax"[..]).unwrap();
    let seen = open(&out.into_inner().unwrap());
    assert_eq!(seen.texts(), [("item!ログ/pax.log", "pax".to_owned())]);
}

#[test]
fn folders_and_links_in_archives_hand_over_nothing() {
    let mut out = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_size(0);
    header.set_entry_type(tar::EntryType::Directory);
    out.append_data(&mut header, "dir/", &b""[..]).unwrap();
    header.set_entry_type(tar::EntryType::Symlink);
    out.append_link(&mut header, "link", "/etc/passwd").unwrap();
    let seen = open(&out.into_inner().unwrap());
    assert_eq!((seen.blobs.len(), seen.complaints().len()), (0, 0));
    let mut out = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    out.add_directory("dir", zip::write::SimpleFileOptions::default()).unwrap();
    let seen = open(&out.finish().unwrap().into_inner());
    assert_eq!((seen.blobs.len(), seen.complaints().len()), (0, 0));
}

#[test]
fn a_zip_without_members_and_an_empty_file_are_fine() {
    let seen = open(&zip(&[]));
    assert_eq!((seen.blobs.len(), seen.complaints().len()), (0, 0));
    assert_eq!(open(b"").texts(), [("item", String::new())]);
}

#[test]
fn large_members_and_large_inner_zips_pass_through() {
    // More than is kept in memory, so streams and temporary files are in use.
    let noise = noise(12);
    let inner = zip(&[("noise", &noise)]);
    let seen = open(&gz(&tar(&[("inner.zip", &inner), ("noise", &noise)])));
    assert_eq!(seen.complaints(), [""; 0]);
    assert_eq!(seen.blobs.len(), 2);
    assert!(seen.blobs.iter().all(|came| came.bytes == noise));
}

proptest! {
    #![proptest_config(cases(64))]
    #[test]
    fn any_bytes_in_any_stack_come_out_the_same(
        bytes in prop::collection::vec(any::<u8>(), 0..3000),
        copies in 1..40usize,
        layers in prop::collection::vec(0..5u8, 0..7),
    ) {
        // A first byte that no packing starts with: what is packed by itself would be opened.
        let bytes = [b"=".to_vec(), bytes.repeat(copies)].concat();
        let mut packed = bytes.clone();
        let mut name = String::new();
        for layer in &layers {
            packed = match layer {
                0 => gz(&packed),
                1 => zst(&packed),
                2 => bz2(&packed),
                3 => tar(&[("t", &packed)]),
                _ => zip(&[("z", &packed)]),
            };
            match layer {
                3 => name.insert_str(0, "!t"),
                4 => name.insert_str(0, "!z"),
                _ => {}
            }
        }
        let seen = open(&packed);
        prop_assert_eq!(seen.complaints(), Vec::<String>::new());
        prop_assert_eq!(seen.blobs.len(), 1);
        prop_assert_eq!(&seen.blobs[0].name, &format!("item{name}"));
        prop_assert!(seen.blobs[0].bytes == bytes);
    }
}
