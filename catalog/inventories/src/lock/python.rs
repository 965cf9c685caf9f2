//! Python: Pipfile.lock, poetry.lock, uv.lock, pdm.lock, pylock.toml.

use model::component::Inventory;

use crate::{Kind, json, text};

/// Pipenv's lock file.
pub const PIPFILE: Kind =
    Kind { name: "pipfile.lock", recognise: |name, _| name == "pipfile.lock", read: pipfile };
/// Lock files that list packages in TOML.
pub const TOML: Kind = Kind {
    name: "python.lock",
    recognise: |name, _| {
        matches!(name, "poetry.lock" | "uv.lock" | "pdm.lock" | "pylock.toml")
            || (name.starts_with("pylock.") && name.rsplit('.').next() == Some("toml"))
    },
    read: tables,
};
fn pipfile(path: &str, given: &str) -> Result<Inventory, String> {
    let lock = json(given)?;
    if lock.get("_meta").is_none() {
        return Err("no `_meta`".to_owned());
    }
    let mut inventory = Inventory::default();
    // Beside `default` and `develop` a project may have groups of its own.
    let groups = lock.as_object().into_iter().flatten().filter(|(key, _)| *key != "_meta");
    for (group, packages) in groups {
        for (name, package) in packages.as_object().into_iter().flatten() {
            let version = text(package, "version").trim_start_matches('=');
            inventory.add("pypi", "", name, version, format!("{path}#{group}"));
        }
    }
    Ok(inventory)
}

fn tables(path: &str, given: &str) -> Result<Inventory, String> {
    let table: toml::Table = given.parse().map_err(|e| format!("broken TOML: {e}"))?;
    let mut inventory = Inventory::default();
    let packages = table.get("package").or_else(|| table.get("packages"));
    for package in packages.and_then(toml::Value::as_array).into_iter().flatten() {
        let part = |key: &str| package.get(key).and_then(toml::Value::as_str).unwrap_or("");
        let source = package.get("source");
        let own = ["editable", "virtual", "directory"]
            .iter()
            .any(|k| source.is_some_and(|s| s.get(k).is_some()) || package.get(k).is_some());
        if !own {
            inventory.add("pypi", "", part("name"), part("version"), path.to_owned());
        }
    }
    Ok(inventory)
}
