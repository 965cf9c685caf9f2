//! Damaged archives give what they held and say what is wrong.

#![allow(clippy::disallowed_methods, reason = "tests write files")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may fail")]

mod common;

use common::*;
use proptest::prelude::*;

/// What cut or damaged data must always give: a start of the truth, and a complaint unless whole.
fn check_cut(seen: &Seen, truth: &[u8], what: &str) {
    let [came] = seen.blobs.as_slice() else { panic!("{what}: {seen:?}") };
    assert!(truth.starts_with(&came.bytes), "{what}: not a start of the content");
    let complaints = seen.complaints();
    assert!(complaints.len() == 1, "{what}: {complaints:?}");
    let said = format!("breaks off after {} bytes", came.bytes.len());
    assert!(complaints[0].contains(&said), "{what}: {complaints:?}");
}

#[test]
fn one_stream_cut_at_every_byte_gives_its_start_and_an_error() {
    let text = log(60);
    // Two members, so that cuts fall between them too.
    let two = [gz(&text[..500]), gz(&text[500..])].concat();
    for (what, packed, least) in [
        ("gzip", gz(&text), 2),
        ("gzip twice", two, 2),
        ("zstd", zst(&text), 4),
        ("bzip2", bz2(&text), 5),
    ] {
        let first = if what == "gzip twice" { gz(&text[..500]).len() } else { packed.len() };
        for cut in least..packed.len() {
            let seen = open(&packed[..cut]);
            if cut == first {
                assert_eq!(seen.texts()[0].1.as_bytes(), &text[..500]);
                continue;
            }
            check_cut(&seen, &text, &format!("{what} cut at {cut}"));
        }
        assert!(open(&packed).blobs[0].bytes == text);
    }
}

#[test]
fn nothing_that_was_unpacked_before_the_cut_is_lost() {
    // Half of the packed bytes must give about half of the text, and no less with a big reader.
    let text = log(60_000);
    for pack in [gz, zst, bz2] {
        let packed = pack(&text);
        let seen = open(&packed[..packed.len() / 2]);
        check_cut(&seen, &text, "half");
        assert!(seen.blobs[0].bytes.len() > text.len() / 4, "{}", seen.blobs[0].bytes.len());
    }
}

#[test]
fn what_comes_before_a_damaged_byte_is_handed_over() {
    let text = log(60_000);
    for (what, pack) in [("gzip", gz as fn(&[u8]) -> Vec<u8>), ("zstd", zst), ("bzip2", bz2)] {
        let mut packed = pack(&text);
        let at = packed.len() / 2;
        packed[at..at + 64].fill(0xFF);
        let seen = open(&packed);
        assert_eq!(seen.complaints().len(), 1, "{what}");
        let same = text.iter().zip(&seen.blobs[0].bytes).take_while(|(a, b)| a == b).count();
        assert!(same > text.len() / 4, "{what}: {same} of {} bytes", text.len());
    }
}

#[test]
fn bytes_behind_a_gzip_are_told() {
    let text = log(50);
    for tail in [&b"tail"[..], b"\0\0tail"] {
        let seen = open(&[gz(&text), tail.to_vec()].concat());
        check_cut(&seen, &text, "tail");
        assert!(seen.blobs[0].bytes == text);
    }
}

#[test]
fn a_wrong_checksum_is_told() {
    let text = log(50);
    let mut packed = gz(&text);
    let at = packed.len() - 6;
    packed[at] ^= 1;
    check_cut(&open(&packed), &text, "gzip");
    let mut packed = zip(&[("a.log", &text)]);
    // The checksum in the directory (APPNOTE 4.3.12), which leads.
    let directory = packed.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
    packed[directory + 16] ^= 1;
    let seen = open(&packed);
    assert!(seen.blobs[0].bytes == text);
    assert!(seen.complaints()[0].contains("checksum"), "{seen:?}");
}

#[test]
fn a_tar_cut_at_every_byte_keeps_its_whole_members() {
    let (one, two) = (log(40), log(20));
    let packed = tar(&[("one", &one), ("two", &two)]);
    let first_end = 512 + one.len().next_multiple_of(512);
    for cut in (513..packed.len()).step_by(61) {
        for (what, cut_tar) in [("plain", packed[..cut].to_vec()), ("gz", gz(&packed[..cut]))] {
            let seen = open(&cut_tar);
            assert!(one.starts_with(&seen.blobs[0].bytes));
            if cut >= first_end {
                assert!(seen.blobs[0].bytes == one, "{what} {cut}");
            }
            if let Some(second) = seen.blobs.get(1) {
                assert!(two.starts_with(&second.bytes));
            }
            // A block's worth of zeros behind the data is taken for the end mark.
            let ended = cut >= first_end + 512 + two.len() + 512;
            assert_eq!(seen.complaints().is_empty(), ended, "{what} {cut}: {seen:?}");
        }
    }
}

#[test]
fn a_gzipped_tar_that_is_cut_complains_once() {
    let packed = gz(&tar(&[("one", &log(4000)), ("two", &log(4000))]));
    let seen = open(&packed[..packed.len() * 3 / 4]);
    assert!(seen.blobs[0].bytes == log(4000));
    assert!(seen.blobs[1].bytes.len() > 1000);
    assert_eq!(seen.complaints().len(), 1, "{:?}", seen.complaints());
    assert!(seen.complaints()[0].contains("gzip data breaks off"));
}

#[test]
fn a_zip_that_lost_its_directory_is_read_member_by_member() {
    let (one, two) = (log(400), log(300));
    let members: &[(&str, &[u8])] = &[("one", &one), ("d/two", &two)];
    for packed in [zip(members), zip_streamed(members)] {
        let directory = packed.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
        let seen = open(&packed[..directory + 30]);
        let texts = seen.texts();
        assert_eq!(texts.len(), 2, "{:?}", seen.complaints());
        assert_eq!((texts[0].0, texts[0].1.as_bytes()), ("item!one", one.as_slice()));
        assert_eq!((texts[1].0, texts[1].1.as_bytes()), ("item!d/two", two.as_slice()));
        assert_eq!(seen.complaints().len(), 1, "{:?}", seen.complaints());
        assert!(seen.broken[0].1.contains("directory cannot be read"));
        let cut = open(&packed[..directory - 300]);
        assert!(cut.blobs[0].bytes == one && two.starts_with(&cut.blobs[1].bytes));
        assert!(cut.blobs[1].bytes.len() > 1000 && cut.complaints().len() == 2);
        for cut in (4..packed.len()).step_by(97) {
            let seen = open(&packed[..cut]);
            assert!(!seen.complaints().is_empty(), "cut at {cut}");
        }
    }
}

#[test]
fn what_cannot_be_opened_is_told_with_the_reason() {
    let mut encrypted = zip(&[("a.log", b"secret"), ("b.log", b"open")]);
    let local = encrypted.windows(4).position(|w| w == b"PK\x03\x04").unwrap();
    let directory = encrypted.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
    encrypted[local + 6] |= 1;
    encrypted[directory + 8] |= 1;
    let seen = open(&encrypted);
    assert_eq!(seen.texts(), [("item!b.log", "open".to_owned())]);
    assert_eq!(seen.broken, [("item!a.log".into(), "is encrypted: unpack it first".into())]);

    let mut lzma = zip(&[("a.log", b"x")]);
    lzma[local + 8] = 14;
    let directory = lzma.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
    lzma[directory + 10] = 14;
    assert!(open(&lzma).broken[0].1.contains("zip method 14"));

    let seen = open(&tar(&[("x.log.xz", b"\xFD7zXZ\0\0\x04more"), ("y.log", b"y")]));
    assert_eq!(seen.texts(), [("item!y.log", "y".to_owned())]);
    assert!(seen.broken[0].1.contains("xz"));
}

proptest! {
    #![proptest_config(cases(200))]
    #[test]
    fn a_changed_byte_anywhere_never_panics(
        kind in 0..5u8, at in any::<prop::sample::Index>(), byte in any::<u8>(),
    ) {
        let text = log(100);
        let mut packed = match kind {
            0 => gz(&text),
            1 => zst(&text),
            2 => bz2(&text),
            3 => tar(&[("a", &text), ("b", &gz(&text))]),
            _ => zip(&[("a", &text), ("b", &gz(&text))]),
        };
        let at = at.index(packed.len());
        packed[at] = byte;
        let seen = open(&packed);
        // A damaged block may come out as other bytes before its checksum tells.
        let bytes: usize = seen.blobs.iter().map(|came| came.bytes.len()).sum();
        prop_assert!(bytes <= 64 << 20);
    }
}
