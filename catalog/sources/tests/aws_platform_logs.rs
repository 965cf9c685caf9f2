//! Kinds of AWS logs that the checkout's neighbours do not hold: none of their files is taken for
//! one of them.

#![allow(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    reason = "the logs are files, and a test fails by panicking"
)]

use std::path::PathBuf;

use testkit::{bytes, corpus, files};

/// The kinds that were made after public definitions alone.
const KINDS: &[&str] = &["aws.api_gateway", "aws.lambda", "aws.network_firewall"];

#[test]
fn no_file_of_another_kind_is_claimed() {
    let mut looked_at = 0;
    for folder in ["corpus", "scenarios"] {
        let Some(folder) = corpus(folder) else { continue };
        // Archives that are broken on purpose hold nothing to recognise.
        let is_whole = |path: &PathBuf| !path.to_string_lossy().contains("robustness");
        for path in files(&folder).into_iter().filter(is_whole) {
            let bytes = bytes(&path);
            let sample = &bytes[..bytes.len().min(frame::SAMPLE_MAX)];
            looked_at += 1;
            for kind in KINDS {
                let claim = sources::find(kind).map(|source| source.recognise(sample));
                let none = Some(model::seam::source::Likeness::No);
                assert_eq!(claim, none, "{kind} claims {}", path.display());
            }
        }
    }
    println!("{looked_at} files looked at");
}

/// Other kinds' fixtures hold single lines of Lambda: they make no log of Lambda.
#[test]
fn no_fixture_of_another_kind_is_claimed() {
    let fixtures = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let is_input = |path: &PathBuf| path.file_stem().is_some_and(|name| name == "in");
    for path in files(&fixtures).into_iter().filter(is_input) {
        let bytes = bytes(&path);
        let sample = &bytes[..bytes.len().min(frame::SAMPLE_MAX)];
        for kind in KINDS {
            let is_own = path.to_string_lossy().contains(&kind.replace('.', "/"));
            let claim = sources::find(kind).map(|source| source.recognise(sample));
            let is_claimed = claim != Some(model::seam::source::Likeness::No);
            assert!(is_own || !is_claimed, "{kind} claims {}", path.display());
        }
    }
}
