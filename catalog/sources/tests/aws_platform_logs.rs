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
