//! The public vectors of versions and package URLs, where they lie beside the checkout.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests read the corpus and fail by panicking"
)]

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

/// A type's definition, as far as a parser can be held to it.
fn held_to(definition: &serde_json::Value) {
    let kind = definition["type"].as_str().unwrap();
    let part = |name: &str, key: &str| &definition[format!("{name}_definition")][key];
    // What the types say in words beside.
    let name = if kind == "chrome-extension" { "ABCDEFGHIJKLMNOPABCDEFGHIJKLMNOP" } else { "Name" };
    let qualifiers = definition["qualifiers_definition"].as_array().into_iter().flatten();
    let needed: Vec<String> = qualifiers
        .filter(|q| q["requirement"] == "required")
        .map(|q| format!("{}=x", q["key"].as_str().unwrap()))
        .collect();
    let tail = if needed.is_empty() { String::new() } else { format!("?{}", needed.join("&")) };
    let with = Purl::parse(&format!("pkg:{kind}/Space/{name}{tail}"));
    let without = Purl::parse(&format!("pkg:{kind}/{name}{tail}"));
    let requirement = part("namespace", "requirement").as_str().unwrap_or("optional");
    assert_eq!(with.is_ok(), requirement != "prohibited", "{kind}: {with:?}");
    // The standard library of Go has no namespace, and is in real lists.
    if kind != "golang" {
        assert_eq!(without.is_ok(), requirement != "required", "{kind}: {without:?}");
    }
    if !needed.is_empty() {
        assert!(Purl::parse(&format!("pkg:{kind}/{name}")).is_err(), "{kind}");
    }
    let Ok(read) = with.or(without) else { panic!("{kind}") };
    let plain = |given: &str, sensitive: &serde_json::Value| match sensitive.as_bool() {
        Some(false) => given.to_lowercase(),
        _ => given.to_owned(),
    };
    assert_eq!(read.name, plain(name, part("name", "case_sensitive")), "{kind}");
    if !read.namespace.is_empty() && kind != "cpan" {
        assert_eq!(read.namespace, plain("Space", part("namespace", "case_sensitive")), "{kind}");
    }
}

#[test]
fn every_type_is_read_as_its_definition_says() {
    let Some(folder) = corpus("purl/types") else { return };
    let mut types = 0;
    for file in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        held_to(&serde_json::from_str(&text).unwrap());
        types += 1;
    }
    assert!(types > 35, "{types}");
}
