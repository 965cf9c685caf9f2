//! Every bill of materials of the public corpus is read, where it lies beside the checkout.

#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "tests read the corpus")]

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

fn walk(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() { walk(&path, out) } else { out.push(path) }
    }
}

fn content(path: &Path) -> Vec<u8> {
    let mut bytes = std::fs::read(path).unwrap();
    if path.extension().is_some_and(|e| e == "gz") {
        let packed = std::mem::take(&mut bytes);
        flate2::bufread::GzDecoder::new(&packed[..]).read_to_end(&mut bytes).unwrap();
    }
    bytes
}

#[test]
fn published_lists_are_read() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus/supply_chain");
    if !root.exists() {
        let _closed = writeln!(std::io::stderr(), "skipped: {} is not there", root.display());
        return;
    }
    let mut files = Vec::new();
    for folder in ["sbom", "spdx", "cyclonedx_spec"] {
        walk(&root.join(folder), &mut files);
    }
    let (mut read, mut components) = (0, 0);
    for file in files {
        let name = file.to_str().unwrap().trim_end_matches(".gz").to_owned();
        let listed = [".json", ".xml", ".spdx"].iter().any(|end| name.ends_with(end));
        if !listed || name.contains("/invalid-") || name.contains("/schema/") {
            continue;
        }
        match inventories::read(&name, &content(&file)) {
            Some(Ok(inventory)) => {
                read += 1;
                components += inventory.components.len();
            }
            Some(Err(why)) => panic!("{name}: {why}"),
            None => panic!("{name}: not recognised"),
        }
    }
    assert!(read > 200 && components > 5000, "{read} lists, {components} components");
}
