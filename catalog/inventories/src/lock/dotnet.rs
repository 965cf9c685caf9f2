//! .NET: what a published program takes along (`*.deps.json`), and Paket's lock file.

use model::component::{Component, Inventory};
use serde_json::Value;

use crate::{Kind, json, text};

/// What a published program takes along.
pub const DEPS: Kind = Kind {
    name: "deps.json",
    recognise: |name, text| name.ends_with(".deps.json") && text.contains("\"libraries\""),
    read: deps,
};
/// Paket's lock file.
pub const PAKET: Kind =
    Kind { name: "paket.lock", recognise: |name, _| name == "paket.lock", read: paket };

fn deps(path: &str, given: &str) -> Result<Inventory, String> {
    let whole = json(given)?;
    let Some(libraries) = whole.get("libraries").and_then(Value::as_object) else {
        return Err("no `libraries`".to_owned());
    };
    let mut inventory = Inventory::default();
    for (key, library) in libraries {
        // A project is one's own; the framework is a package (`runtimepack`) too.
        let name = key.strip_prefix("runtimepack.").unwrap_or(key);
        if let Some((name, version)) =
            name.split_once('/').filter(|_| text(library, "type") != "project")
        {
            inventory.add("nuget", "", name, version, format!("{path}#{key}"));
        }
    }
    Ok(inventory)
}

fn paket(path: &str, given: &str) -> Result<Inventory, String> {
    let mut inventory = Inventory::default();
    let (mut section, mut known) = ("", false);
    for (number, line) in given.lines().enumerate() {
        let indent = line.len() - line.trim_start().len();
        let bare = line.trim();
        if indent == 0 {
            section = bare;
            known |= matches!(bare, "NUGET" | "GITHUB" | "HTTP" | "GIT");
            continue;
        }
        // Four spaces: what was chosen; more: what that asks for.
        let Some((name, rest)) = bare.split_once(" (").filter(|_| indent == 4) else { continue };
        let version = rest.split(')').next().unwrap_or("");
        let at = format!("{path}:{}", number + 1);
        match section {
            "NUGET" => inventory.add("nuget", "", name, version, at),
            "GITHUB" | "HTTP" | "GIT" => {
                inventory.components.push(Component::listed(name, version, None, at));
            }
            _ => {}
        }
    }
    if known { Ok(inventory) } else { Err("no section `NUGET`".to_owned()) }
}
