//! CycloneDX 1.0 to 1.7, XML: the same members as the JSON has.

use model::component::Inventory;

use super::cyclonedx::{EDITIONS, made};
use crate::xml::{Node, tree};

/// Reads a document.
pub fn read(path: &str, given: &str) -> Result<Inventory, String> {
    let bom = tree(given)?;
    if bom.name != "bom" {
        return Err(format!("the root element is {:?}, not `bom`", bom.name));
    }
    let mut spaces = bom.attributes.iter().map(|(_, value)| value.as_str());
    let edition = spaces.find_map(|v| v.strip_prefix("http://cyclonedx.org/schema/bom/"));
    if !edition.is_some_and(|edition| EDITIONS.contains(&edition)) {
        return Err("the namespace is none of CycloneDX 1.0 to 1.7".to_owned());
    }
    let mut inventory = Inventory::default();
    all(&bom, path, &mut inventory)?;
    if let Some(root) = bom.child("metadata").and_then(|m| m.child("component")) {
        all(root, path, &mut inventory)?;
    }
    Ok(inventory)
}

/// The depth is bounded by the reader of XML.
fn all(parent: &Node, path: &str, to: &mut Inventory) -> Result<(), String> {
    let Some(components) = parent.child("components") else { return Ok(()) };
    for component in components.children.iter().filter(|child| child.name == "component") {
        let name = component.text_of("name");
        if name.is_empty() {
            return Err("a component without a name".to_owned());
        }
        let id = component.attribute("bom-ref");
        let at = if id.is_empty() { path.to_owned() } else { format!("{path}#{id}") };
        let full = match component.text_of("group") {
            "" => name.to_owned(),
            group => format!("{group}/{name}"),
        };
        let (version, purl) = (component.text_of("version"), component.text_of("purl"));
        to.components.push(made(&full, version, purl, at));
        all(component, path, to)?;
    }
    Ok(())
}
