//! Node: `package.json` of what lies in `node_modules`.

use model::component::Inventory;
use serde_json::Value;

use super::nameless;
use crate::text;

const FORMAT: &str = "npm.installed";

/// The folder under `node_modules` whose own file this is: `left`, `@example/render`.
pub fn folder(path: &str) -> Option<&str> {
    let before = path.strip_suffix("/package.json")?;
    let (_, folder) = before.rsplit_once("node_modules/")?;
    let parts = folder.split('/').count();
    let whole = if folder.starts_with('@') { parts == 2 } else { parts == 1 };
    (whole && !folder.is_empty()).then_some(folder)
}

/// Reads it. `None`: a mark without a name and a version, which some packages carry in them.
pub fn read(path: &str, bytes: &[u8]) -> Option<Inventory> {
    let place = folder(path)?;
    let Ok(package) = serde_json::from_slice::<Value>(bytes) else {
        return Some(nameless(FORMAT, place, path));
    };
    let (name, version) = (text(&package, "name"), text(&package, "version"));
    if name.is_empty() && version.is_empty() {
        return None;
    }
    let name = if name.is_empty() { place } else { name };
    let (scope, name) = name.rsplit_once('/').unwrap_or(("", name));
    let mut inventory = Inventory { format: FORMAT.to_owned(), ..Inventory::default() };
    inventory.add("npm", scope, name, version, path.to_owned());
    Some(inventory)
}
