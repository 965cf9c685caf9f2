//! Programs: what Go writes into each, and what `cargo auditable` writes into those of Rust.

use std::io::Read as _;

use model::component::{Component, Inventory};
use serde_json::Value;

use super::{go, sections};
use crate::{list, text};

/// The section that `cargo auditable` writes: JSON, packed by zlib.
const AUDITABLE: &str = ".dep-v0";
/// The largest list of crates that is unpacked, in bytes (the format's own bound).
const LARGEST: u64 = 8 << 20;

/// Whether bytes begin as a program does: ELF, PE, Mach-O of 64 bits.
pub fn is_program(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\x7fELF")
        || bytes.starts_with(b"MZ")
        || bytes.starts_with(b"\xcf\xfa\xed\xfe")
}

/// Reads what is written into a program; `None` if nothing is.
pub fn read(path: &str, bytes: &[u8]) -> Option<Inventory> {
    match (go::read(path, bytes), rust(path, bytes)) {
        (Some(mut go), Some(rust)) => {
            go.components.extend(rust.components);
            Some(go)
        }
        (go, rust) => go.or(rust),
    }
}

fn rust(path: &str, bytes: &[u8]) -> Option<Inventory> {
    let packed = sections::section(bytes, AUDITABLE)?;
    let mut inventory = Inventory { format: "rust.binary".to_owned(), ..Inventory::default() };
    let mut json = Vec::new();
    let read = flate2::read::ZlibDecoder::new(packed).take(LARGEST + 1).read_to_end(&mut json);
    let whole = read.is_ok() && json.len() as u64 <= LARGEST;
    let Some(value) = whole.then(|| serde_json::from_slice::<Value>(&json).ok()).flatten() else {
        let name = path.rsplit(['/', '!']).next().unwrap_or(path);
        inventory.components.push(Component::listed(name, "", None, path.to_owned()));
        return Some(inventory);
    };
    for package in list(&value, "packages") {
        let (name, version) = (text(package, "name"), text(package, "version"));
        // What only took part in the build is not in the program; what is local is one's own.
        let own = package.get("root").and_then(Value::as_bool) == Some(true)
            || matches!(text(package, "source"), "local")
            || text(package, "kind") == "build";
        if !own {
            inventory.add("cargo", "", name, version, format!("{path}#{name}"));
        }
    }
    Some(inventory)
}
