//! SPDX 2.2 and 2.3, as JSON and as tag-value text.

use model::component::Inventory;

use super::cyclonedx::made;
use crate::{Kind, json, list, mentions, text};

/// SPDX as JSON.
pub const JSON: Kind = Kind {
    name: "spdx.json",
    recognise: |_, text| text.trim_start().starts_with('{') && mentions(text, "\"spdxVersion\""),
    read,
};

/// SPDX as tags and values.
pub const TAGS: Kind = Kind {
    name: "spdx.tags",
    recognise: |_, text| {
        text.lines().take(200).any(|line| line.trim_start().starts_with("SPDXVersion:"))
    },
    read: read_tags,
};

fn edition(version: &str) -> Result<(), String> {
    if version.trim().starts_with("SPDX-2.") {
        return Ok(());
    }
    Err(format!("`SPDXVersion` {:?} is no edition of SPDX 2", version.trim()))
}

/// What SPDX writes where nothing is known.
fn known(value: &str) -> &str {
    match value.trim() {
        "NOASSERTION" | "NONE" => "",
        value => value,
    }
}

fn read(path: &str, given: &str) -> Result<Inventory, String> {
    let whole = json(given)?;
    // GitHub's interface puts the document under `sbom`.
    let document = whole.get("sbom").filter(|inner| inner.is_object()).unwrap_or(&whole);
    edition(text(document, "spdxVersion"))?;
    let mut inventory = Inventory::default();
    for package in list(document, "packages") {
        let name = text(package, "name");
        if name.is_empty() {
            return Err("a package without a name".to_owned());
        }
        let references = list(package, "externalRefs").iter();
        let purl = references
            .filter(|reference| text(reference, "referenceType").ends_with("purl"))
            .map(|reference| text(reference, "referenceLocator"))
            .find(|locator| locator.starts_with("pkg:"));
        let at = format!("{path}#{}", text(package, "SPDXID"));
        let version = known(text(package, "versionInfo"));
        inventory.components.push(made(name, version, purl.unwrap_or(""), at));
    }
    Ok(inventory)
}

#[derive(Default)]
struct Package<'a> {
    name: &'a str,
    id: &'a str,
    version: &'a str,
    purl: &'a str,
}

fn read_tags(path: &str, given: &str) -> Result<Inventory, String> {
    let mut inventory = Inventory::default();
    let mut current: Option<Package<'_>> = None;
    let mut close = |package: Option<Package<'_>>| {
        if let Some(p) = package {
            let at = format!("{path}#{}", p.id);
            inventory.components.push(made(p.name, known(p.version), p.purl, at));
        }
    };
    let mut quoted = false;
    for line in given.lines() {
        // What stands in a text of several lines is no tag.
        if quoted {
            quoted = !line.contains("</text>");
            continue;
        }
        let Some((tag, value)) = line.split_once(':') else { continue };
        let value = value.trim();
        quoted = value.contains("<text>") && !value.contains("</text>");
        match tag.trim() {
            "SPDXVersion" => edition(value)?,
            "PackageName" => {
                close(current.take());
                current = Some(Package { name: value, ..Package::default() });
            }
            // Files and snippets have ids of their own, after the packages that hold them.
            "FileName" | "SnippetSPDXID" => close(current.take()),
            tag => {
                if let Some(package) = &mut current {
                    tag_of_package(package, tag, value);
                }
            }
        }
    }
    close(current.take());
    Ok(inventory)
}

fn tag_of_package<'a>(package: &mut Package<'a>, tag: &str, value: &'a str) {
    match tag {
        "SPDXID" => package.id = value,
        "PackageVersion" => package.version = value,
        "ExternalRef" => {
            let parts: Vec<&str> = value.split_whitespace().collect();
            if let [_, kind, locator] = parts.as_slice()
                && kind.ends_with("purl")
            {
                package.purl = locator;
            }
        }
        _ => {}
    }
}
