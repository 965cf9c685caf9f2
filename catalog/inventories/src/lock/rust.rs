//! Cargo.lock.

use model::component::Inventory;

use crate::Kind;

/// Cargo's lock file.
pub const CARGO: Kind =
    Kind { name: "cargo.lock", recognise: |name, _| name == "cargo.lock", read };

fn read(path: &str, text: &str) -> Result<Inventory, String> {
    let table: toml::Table = text.parse().map_err(|e| format!("broken TOML: {e}"))?;
    let mut inventory = Inventory::default();
    let packages = table.get("package").and_then(toml::Value::as_array);
    for package in packages.into_iter().flatten() {
        let part = |key: &str| package.get(key).and_then(toml::Value::as_str).unwrap_or("");
        // A crate without a source is the workspace's own.
        if !part("source").is_empty() {
            inventory.add("cargo", "", part("name"), part("version"), path.to_owned());
        }
    }
    Ok(inventory)
}
