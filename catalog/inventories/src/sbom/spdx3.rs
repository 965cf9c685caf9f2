//! SPDX 3.0 as JSON-LD: a graph of elements, of which the software packages count.

use model::component::Inventory;
use serde_json::Value;

use super::cyclonedx::made;
use crate::{Kind, json, list, mentions, text};

/// SPDX 3 as JSON.
pub const JSON: Kind = Kind {
    name: "spdx3.json",
    recognise: |_, text| {
        text.trim_start().starts_with('{')
            && (mentions(text, "spdx.org/rdf/3.") || mentions(text, "\"spdxId\""))
            && !mentions(text, "\"spdxVersion\"")
    },
    read,
};

fn read(path: &str, given: &str) -> Result<Inventory, String> {
    let document = json(given)?;
    let one = std::slice::from_ref(&document);
    let graph = match document.get("@graph") {
        Some(Value::Array(elements)) => elements.as_slice(),
        Some(_) => return Err("`@graph` is not a list".to_owned()),
        None => one,
    };
    let mut inventory = Inventory::default();
    for element in graph {
        let kind = first(element, &["type", "@type"]);
        if !kind.trim_start_matches("software_").trim_start_matches("Software").ends_with("Package")
        {
            continue;
        }
        let name = text(element, "name");
        let version = first(element, &["software_packageVersion", "packageVersion"]);
        let identifiers = list(element, "externalIdentifier").iter();
        let listed = identifiers.map(|i| text(i, "identifier")).find(|i| i.starts_with("pkg:"));
        let own = first(element, &["software_packageUrl", "packageUrl"]);
        let purl = if own.is_empty() { listed.unwrap_or("") } else { own };
        let id = first(element, &["spdxId", "@id"]);
        inventory.components.push(made(name, version, purl, format!("{path}#{id}")));
    }
    Ok(inventory)
}

fn first<'a>(element: &'a Value, keys: &[&str]) -> &'a str {
    keys.iter().map(|key| text(element, key)).find(|value| !value.is_empty()).unwrap_or("")
}
