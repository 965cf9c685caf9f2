//! Lock files of Bundler, Composer, NuGet, pub and Mix.

use model::component::{Component, Inventory};
use serde_json::Value;

use crate::xml::tree;
use crate::{Kind, json, list, text};

/// Bundler's lock file.
pub const GEMFILE: Kind = Kind {
    name: "gemfile.lock",
    recognise: |name, _| name == "gemfile.lock" || name == "gems.locked",
    read: gemfile,
};
/// Composer's lock file.
pub const COMPOSER: Kind =
    Kind { name: "composer.lock", recognise: |name, _| name == "composer.lock", read: composer };
/// NuGet's lock file.
pub const NUGET: Kind =
    Kind { name: "nuget.lock", recognise: |name, _| name == "packages.lock.json", read: nuget };
/// NuGet's older list.
pub const NUGET_CONFIG: Kind = Kind {
    name: "packages.config",
    recognise: |name, _| name == "packages.config",
    read: nuget_config,
};
/// Dart's lock file.
pub const PUB: Kind =
    Kind { name: "pubspec.lock", recognise: |name, _| name == "pubspec.lock", read: pubspec };
/// Mix's lock file.
pub const HEX: Kind = Kind { name: "mix.lock", recognise: |name, _| name == "mix.lock", read: mix };

fn gemfile(path: &str, given: &str) -> Result<Inventory, String> {
    if !given.lines().any(|line| matches!(line.trim(), "GEM" | "PATH" | "DEPENDENCIES")) {
        return Err("no section `GEM`".to_owned());
    }
    let mut inventory = Inventory::default();
    let mut gems = false;
    for (number, line) in given.lines().enumerate() {
        if !line.starts_with(' ') {
            // What a folder holds (PATH) is one's own; what comes from Git is not.
            gems = matches!(line.trim(), "GEM" | "GIT" | "PLUGIN SOURCE");
        }
        let entry = line.strip_prefix("    ").filter(|rest| gems && !rest.starts_with(' '));
        let Some((name, rest)) = entry.and_then(|entry| entry.split_once(" (")) else { continue };
        let version = rest.trim_end().trim_end_matches(')');
        // `1.2.3-x86_64-linux` is 1.2.3 for a platform.
        let version = version.split('-').next().unwrap_or("");
        inventory.add("gem", "", name, version, format!("{path}:{}", number + 1));
    }
    Ok(inventory)
}

fn composer(path: &str, given: &str) -> Result<Inventory, String> {
    let lock = json(given)?;
    if lock.get("packages").is_none() {
        return Err("no `packages`".to_owned());
    }
    let mut inventory = Inventory::default();
    for group in ["packages", "packages-dev"] {
        for package in list(&lock, group) {
            let (vendor, name) = text(package, "name").split_once('/').unwrap_or_default();
            let at = format!("{path}#{group}");
            inventory.add("composer", vendor, name, text(package, "version"), at);
        }
    }
    Ok(inventory)
}

fn nuget(path: &str, given: &str) -> Result<Inventory, String> {
    let lock = json(given)?;
    let Some(targets) = lock.get("dependencies").and_then(Value::as_object) else {
        return Err("no `dependencies`".to_owned());
    };
    let mut inventory = Inventory::default();
    for (target, packages) in targets {
        for (name, package) in packages.as_object().into_iter().flatten() {
            if text(package, "type") != "Project" {
                let at = format!("{path}#{target}");
                inventory.add("nuget", "", name, text(package, "resolved"), at);
            }
        }
    }
    Ok(inventory)
}

fn nuget_config(path: &str, given: &str) -> Result<Inventory, String> {
    let root = tree(given)?;
    let mut inventory = Inventory::default();
    for package in root.children.iter().filter(|child| child.name == "package") {
        let (id, version) = (package.attribute("id"), package.attribute("version"));
        inventory.add("nuget", "", id, version, format!("{path}#{id}"));
    }
    Ok(inventory)
}

fn pubspec(path: &str, given: &str) -> Result<Inventory, String> {
    if !given.lines().any(|line| line.trim_end() == "packages:") {
        return Err("no `packages`".to_owned());
    }
    let mut inventory = Inventory::default();
    let (mut inside, mut name, mut own) = (false, "", false);
    for (number, line) in given.lines().enumerate() {
        let bare = line.trim();
        match line.len() - line.trim_start().len() {
            _ if bare.is_empty() || bare.starts_with('#') => {}
            0 => inside = bare == "packages:",
            2 if inside => (name, own) = (bare.trim_end_matches(':').trim_matches('"'), true),
            4 if inside && matches!(bare, "source: sdk" | "source: path") => own = false,
            4 if inside && own => {
                if let Some(version) = bare.strip_prefix("version:") {
                    let version = version.trim().trim_matches('"');
                    inventory.add("pub", "", name, version, format!("{path}:{}", number + 1));
                }
            }
            _ => {}
        }
    }
    Ok(inventory)
}

fn mix(path: &str, given: &str) -> Result<Inventory, String> {
    if !given.trim_start().starts_with("%{") {
        return Err("no map".to_owned());
    }
    let mut inventory = Inventory::default();
    for (number, line) in given.lines().enumerate() {
        let Some((_, rest)) = line.split_once("{:hex, :") else {
            // From Git: there is no package of the index to be named.
            if let Some((key, rest)) = line.split_once("{:git,") {
                let (name, commit) = (key.split('"').nth(1), rest.split('"').nth(3));
                let at = format!("{path}:{}", number + 1);
                let (name, commit) = (name.unwrap_or("").to_owned(), commit.unwrap_or(""));
                inventory.components.push(Component::listed(&name, commit, None, at));
            }
            continue;
        };
        let Some((name, rest)) = rest.split_once(',') else { continue };
        let version = rest.split('"').nth(1).unwrap_or("");
        let name = name.trim().trim_matches('"');
        inventory.add("hex", "", name, version, format!("{path}:{}", number + 1));
    }
    Ok(inventory)
}
