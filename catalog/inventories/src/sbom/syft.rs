//! Syft's own JSON.

use model::component::Inventory;

use super::cyclonedx::made;
use crate::{Kind, json, list, mentions, text};

/// Syft's JSON.
pub const JSON: Kind = Kind {
    name: "syft.json",
    recognise: |_, text| {
        text.trim_start().starts_with('{')
            && (mentions(text, "anchore/syft/")
                || mentions(text, "\"name\":\"syft\"")
                || mentions(text, "\"name\": \"syft\""))
    },
    read,
};

fn read(path: &str, given: &str) -> Result<Inventory, String> {
    let document = json(given)?;
    if !document.get("artifacts").is_some_and(serde_json::Value::is_array) {
        return Err("no list `artifacts`".to_owned());
    }
    let mut inventory = Inventory::default();
    for artifact in list(&document, "artifacts") {
        let place = list(artifact, "locations").first().map_or("", |l| text(l, "path"));
        let at = format!("{path}#{place}");
        let (name, version) = (text(artifact, "name"), text(artifact, "version"));
        inventory.components.push(made(name, version, text(artifact, "purl"), at));
    }
    Ok(inventory)
}
