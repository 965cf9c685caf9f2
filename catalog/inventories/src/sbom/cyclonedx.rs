//! CycloneDX 1.2 to 1.7, JSON; with the statements (VEX) that stand in it.

use std::collections::BTreeMap;

use model::advisory::Statement;
use model::component::{Component, Inventory};
use serde_json::Value;
use versions::Purl;

use crate::{Kind, json, list, mentions, text};

/// CycloneDX as JSON.
pub const JSON: Kind = Kind {
    name: "cyclonedx.json",
    recognise: |_, text| text.trim_start().starts_with('{') && mentions(text, "\"CycloneDX\""),
    read,
};

/// CycloneDX as XML.
pub const XML: Kind = Kind {
    name: "cyclonedx.xml",
    recognise: |_, text| {
        text.trim_start().starts_with('<') && mentions(text, "cyclonedx.org/schema/bom")
    },
    read: super::cyclonedx_xml::read,
};

/// The editions that are read.
pub const EDITIONS: [&str; 8] = ["1.0", "1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.7"];
/// The deepest nesting of components.
const DEEPEST: usize = 64;

fn read(path: &str, given: &str) -> Result<Inventory, String> {
    let bom = json(given)?;
    if text(&bom, "bomFormat") != "CycloneDX" {
        return Err("`bomFormat` is not CycloneDX".to_owned());
    }
    let edition = text(&bom, "specVersion");
    if !EDITIONS.contains(&edition) {
        return Err(format!("`specVersion` {edition:?} is none of 1.0 to 1.7"));
    }
    if bom.get("components").is_some_and(|c| !c.is_array()) {
        return Err("`components` is not a list".to_owned());
    }
    let mut found = Found::default();
    let root = bom.get("metadata").and_then(|m| m.get("component"));
    if let Some(root) = root {
        found.names(root);
    }
    found.all(list(&bom, "components"), path, 0)?;
    if let Some(root) = root {
        found.all(list(root, "components"), path, 0)?;
    }
    for vulnerability in list(&bom, "vulnerabilities") {
        found.statement(vulnerability, path);
    }
    Ok(found.inventory)
}

#[derive(Default)]
struct Found {
    inventory: Inventory,
    /// Package URLs by `bom-ref`.
    refs: BTreeMap<String, String>,
}

impl Found {
    fn names(&mut self, component: &Value) {
        let (id, purl) = (text(component, "bom-ref"), text(component, "purl"));
        if !id.is_empty() && !purl.is_empty() {
            self.refs.insert(id.to_owned(), purl.to_owned());
        }
    }

    fn all(&mut self, components: &[Value], path: &str, depth: usize) -> Result<(), String> {
        if depth > DEEPEST {
            return Err(format!("components nested deeper than {DEEPEST}"));
        }
        for component in components {
            let name = text(component, "name");
            if !component.is_object() || name.is_empty() {
                return Err("a component without a name".to_owned());
            }
            self.names(component);
            let id = text(component, "bom-ref");
            let at = if id.is_empty() { path.to_owned() } else { format!("{path}#{id}") };
            let full = match text(component, "group") {
                "" => name.to_owned(),
                group => format!("{group}/{name}"),
            };
            let made = made(&full, text(component, "version"), text(component, "purl"), at);
            self.inventory.components.push(made);
            self.all(list(component, "components"), path, depth + 1)?;
        }
        Ok(())
    }

    fn statement(&mut self, vulnerability: &Value, path: &str) {
        let Some(analysis) = vulnerability.get("analysis") else { return };
        let status = match text(analysis, "state") {
            "not_affected" | "false_positive" => "not_affected",
            "resolved" | "resolved_with_pedigree" => "fixed",
            "exploitable" => "affected",
            "in_triage" => "under_investigation",
            _ => return,
        };
        let references = list(vulnerability, "references").iter().map(|r| text(r, "id"));
        let ids = std::iter::once(text(vulnerability, "id")).chain(references);
        let products = list(vulnerability, "affects").iter().map(|a| text(a, "ref"));
        let words = [text(analysis, "justification"), text(analysis, "detail")];
        self.inventory.statements.push(Statement {
            ids: ids.filter(|id| !id.is_empty()).map(ToOwned::to_owned).collect(),
            products: products
                .map(|id| self.refs.get(id).cloned().unwrap_or_else(|| bom_link(id)))
                .collect(),
            status: status.to_owned(),
            why: words.iter().filter(|w| !w.is_empty()).copied().collect::<Vec<_>>().join(": "),
            from: path.to_owned(),
        });
    }
}

/// A reference into another document (`urn:cdx:…#pkg:…`) is read by what stands after the `#`.
fn bom_link(id: &str) -> String {
    id.rsplit_once('#').map_or(id, |(_, part)| part).to_owned()
}

/// A component of a bill of materials. The version of its package URL counts where it has one.
pub fn made(name: &str, version: &str, purl: &str, at: String) -> Component {
    Component::listed(name, version, Purl::parse(purl.trim()).ok(), at)
}
