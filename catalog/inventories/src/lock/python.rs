//! Python: Pipfile.lock, poetry.lock, uv.lock, pdm.lock, pinned requirements.

use model::component::{Component, Inventory};

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
/// Requirements with exact versions.
pub const REQUIREMENTS: Kind = Kind {
    name: "requirements.txt",
    recognise: |name, _| name.starts_with("requirements") && name.rsplit('.').next() == Some("txt"),
    read: requirements,
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
            .any(|k| source.is_some_and(|s| s.get(k).is_some()));
        if !own {
            inventory.add("pypi", "", part("name"), part("version"), path.to_owned());
        }
    }
    Ok(inventory)
}

fn requirements(path: &str, given: &str) -> Result<Inventory, String> {
    let mut inventory = Inventory::default();
    for (number, line) in given.lines().enumerate() {
        let line = line.split(" #").next().unwrap_or("").split(';').next().unwrap_or("").trim();
        if line.is_empty() || line.starts_with(['#', '-']) {
            continue;
        }
        // An address names no package of the index.
        if line.split('@').next().is_some_and(|front| front.contains("://")) {
            let at = format!("{path}:{}", number + 1);
            inventory.components.push(Component::listed(line, "", None, at));
            continue;
        }
        let end = line.find(|c: char| "=<>!~[ @\\".contains(c)).unwrap_or(line.len());
        let name = line.get(..end).unwrap_or("");
        let version = line.split_once("==").map_or("", |(_, v)| v.trim_start_matches('='));
        let version = version.split([' ', ',', '\\']).find(|v| !v.is_empty()).unwrap_or("");
        if name.is_empty() {
            return Err(format!("line {}: not a requirement", number + 1));
        }
        inventory.add("pypi", "", name, version, format!("{path}:{}", number + 1));
    }
    Ok(inventory)
}
