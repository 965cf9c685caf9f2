//! Each folder of `fixtures/` holds one list and `components.txt`, what is read of it.
//!
//! `UPDATE=1` writes `components.txt` anew; read it afterwards.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    reason = "tests read fixtures"
)]

use std::fmt::Write as _;
use std::path::Path;

#[test]
fn lists_are_read() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let update = std::env::var_os("UPDATE").is_some();
    let mut kinds = std::collections::BTreeSet::new();
    for case in std::fs::read_dir(root).unwrap() {
        let case = case.unwrap().path();
        let files = std::fs::read_dir(&case).unwrap().map(|f| f.unwrap().path());
        let given = files.into_iter().find(|f| f.file_name().unwrap() != "components.txt").unwrap();
        let name = given.file_name().unwrap().to_str().unwrap();
        let inventory = match inventories::read(name, &std::fs::read(&given).unwrap()) {
            Some(Ok(inventory)) => inventory,
            other => panic!("{}: {other:?}", given.display()),
        };
        let mut said = format!("{}\n", inventory.format);
        for component in &inventory.components {
            let (purl, at) = (component.label(), component.at.join(", "));
            write!(said, "{purl}  at {at}").unwrap();
            for (package, version) in component.packages() {
                let release = &package.release;
                write!(said, "  as {} {} {release} {version}", package.family, package.name)
                    .unwrap();
            }
            said.push('\n');
        }
        kinds.insert(inventory.format);
        let golden = case.join("components.txt");
        if update {
            std::fs::write(&golden, &said).unwrap();
        }
        let wanted = std::fs::read_to_string(&golden).unwrap_or_default();
        assert_eq!(said, wanted, "{}", case.display());
    }
    let missing: Vec<&str> =
        inventories::ALL.iter().map(|k| k.name).filter(|name| !kinds.contains(*name)).collect();
    assert!(missing.is_empty(), "kinds without a fixture: {missing:?}");
}

#[test]
fn a_list_that_was_cut_anywhere_does_no_harm() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    for case in std::fs::read_dir(root).unwrap() {
        for file in std::fs::read_dir(case.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            let bytes = std::fs::read(&path).unwrap();
            for end in 0..bytes.len() {
                let _any = inventories::read(&name, bytes.get(..end).unwrap());
                let _any = inventories::read(&name, bytes.get(end..).unwrap());
            }
        }
    }
}
