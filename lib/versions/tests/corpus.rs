//! The public vectors of versions and package URLs, where they lie beside the checkout.

#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "tests read the corpus")]

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use versions::{Purl, Scheme};

/// The share of lines that must hold.
const ENOUGH: f64 = 0.999;

fn corpus(name: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus/supply_chain");
    let path = root.join(name);
    if !path.exists() {
        let _closed = writeln!(std::io::stderr(), "skipped: {} is not there", path.display());
        return None;
    }
    Some(path)
}

fn text(path: &Path) -> String {
    let mut text = String::new();
    let file = std::fs::File::open(path).unwrap();
    flate2::bufread::GzDecoder::new(std::io::BufReader::new(file))
        .read_to_string(&mut text)
        .unwrap();
    text
}

#[test]
fn version_vectors_hold() {
    let Some(folder) = corpus("version_vectors") else { return };
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let Some(ecosystem) = name.strip_suffix("-versions-generated.txt.gz") else { continue };
        let scheme = Scheme::of(ecosystem).unwrap();
        let (mut all, mut wrong) = (0, Vec::new());
        for line in text(&path).lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let parts: Vec<&str> = line.split(' ').collect();
            let [a, sign, b] = parts[..] else { panic!("{line}") };
            all += 1;
            let said = match scheme.compare(a, b) {
                std::cmp::Ordering::Less => "<",
                std::cmp::Ordering::Equal => "=",
                std::cmp::Ordering::Greater => ">",
            };
            if said != sign {
                wrong.push(format!("{line} (said {said})"));
            }
        }
        let share = 1.0 - wrong.len() as f64 / f64::from(all);
        eprintln!("{ecosystem}: {all} lines, {} wrong", wrong.len());
        assert!(share >= ENOUGH, "{ecosystem}: {share} {:#?}", &wrong[..wrong.len().min(20)]);
    }
}

#[test]
fn real_package_urls_round_trip() {
    let Some(path) = corpus("purl/purls_seen_in_sboms.txt.gz") else { return };
    for line in text(&path).lines() {
        let purl = Purl::parse(line).unwrap_or_else(|e| panic!("{line}: {e}"));
        assert_eq!(Purl::parse(&purl.to_string()), Ok(purl));
    }
}

#[test]
fn examples_of_the_type_definitions_are_read() {
    let Some(folder) = corpus("purl/types") else { return };
    for file in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        let definition: serde_json::Value = serde_json::from_str(&text).unwrap();
        for example in definition["examples"].as_array().into_iter().flatten() {
            let example = example.as_str().unwrap();
            match Purl::parse(example) {
                Ok(purl) => assert_eq!(Purl::parse(&purl.to_string()), Ok(purl)),
                Err(error) => panic!("{example}: {error}"),
            }
        }
    }
}
