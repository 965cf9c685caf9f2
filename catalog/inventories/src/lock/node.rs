//! Lock files of npm (versions 1 to 3), yarn (classic and berry) and pnpm.

use std::collections::BTreeSet;

use model::component::Inventory;
use serde_json::Value;

use crate::{Kind, json, text};

/// npm's lock file.
pub const NPM: Kind = Kind {
    name: "npm.lock",
    recognise: |name, _| name == "package-lock.json" || name == "npm-shrinkwrap.json",
    read: npm,
};
/// yarn's lock file.
pub const YARN: Kind =
    Kind { name: "yarn.lock", recognise: |name, _| name == "yarn.lock", read: yarn };
/// pnpm's lock file.
pub const PNPM: Kind =
    Kind { name: "pnpm.lock", recognise: |name, _| name == "pnpm-lock.yaml", read: pnpm };

/// The deepest nesting of dependencies in version 1.
const DEEPEST: usize = 100;

fn add(inventory: &mut Inventory, name: &str, version: &str, at: String) {
    let (scope, name) = name.rsplit_once('/').unwrap_or(("", name));
    inventory.add("npm", scope, name, version, at);
}

fn npm(path: &str, given: &str) -> Result<Inventory, String> {
    let lock = json(given)?;
    let mut inventory = Inventory::default();
    if let Some(packages) = lock.get("packages").and_then(Value::as_object) {
        for (place, package) in packages {
            let Some((_, folder)) = place.rsplit_once("node_modules/") else { continue };
            if package.get("link").and_then(Value::as_bool) == Some(true) {
                continue;
            }
            let name = match text(package, "name") {
                "" => folder,
                name => name,
            };
            add(&mut inventory, name, text(package, "version"), format!("{path}#{place}"));
        }
    } else if lock.get("lockfileVersion").is_some() || lock.get("dependencies").is_some() {
        nested(&lock, path, 0, &mut inventory);
    } else {
        return Err("neither `packages` nor `dependencies`".to_owned());
    }
    Ok(inventory)
}

fn nested(value: &Value, path: &str, depth: usize, to: &mut Inventory) {
    let Some(dependencies) = value.get("dependencies").and_then(Value::as_object) else { return };
    for (name, package) in dependencies {
        let version = text(package, "version");
        // `npm:other@1.0.0` is another package under this name.
        let (name, version) = match version.strip_prefix("npm:").and_then(|v| v.rsplit_once('@')) {
            Some((name, version)) => (name, version),
            None => (name.as_str(), version),
        };
        add(to, name, version, format!("{path}#{name}"));
        if depth < DEEPEST {
            nested(package, path, depth + 1, to);
        }
    }
}

fn yarn(path: &str, given: &str) -> Result<Inventory, String> {
    let mut inventory = Inventory::default();
    let (mut name, mut added) = (String::new(), false);
    for (number, line) in given.lines().enumerate() {
        let bare = line.trim();
        if bare.is_empty() || bare.starts_with('#') {
            continue;
        }
        if !line.starts_with(' ') {
            let Some(head) = bare.strip_suffix(':') else {
                return Err(format!("line {}: not a lock file of yarn", number + 1));
            };
            name = spec_name(head.split(',').next().unwrap_or("").trim_matches('"'));
            added = false;
            continue;
        }
        let indent = line.len() - line.trim_start().len();
        if indent != 2 {
            continue;
        }
        if let Some(resolution) = bare.strip_prefix("resolution:") {
            name = spec_name(resolution.trim().trim_matches('"'));
            if added {
                fix(&mut inventory, &name);
            }
        } else if let Some(version) = bare.strip_prefix("version") {
            let version = version.trim_start_matches(':').trim().trim_matches('"');
            let own = name == "__metadata" || version == "0.0.0-use.local";
            if !own && !name.is_empty() {
                added = true;
                add(&mut inventory, &name, version, format!("{path}:{}", number + 1));
            }
        }
    }
    Ok(inventory)
}

/// Berry names what was really taken after the version: an alias is not the package.
fn fix(inventory: &mut Inventory, name: &str) {
    let Some(last) = inventory.components.last_mut() else { return };
    let (scope, bare) = name.rsplit_once('/').unwrap_or(("", name));
    if last.name != bare {
        bare.clone_into(&mut last.name);
        last.purl = versions::Purl::new("npm", scope, bare, &last.version).ok();
    }
}

/// `@scope/name@npm:^1.0` is `@scope/name`; `alias@npm:real@1` is `real`.
fn spec_name(spec: &str) -> String {
    let at = |text: &str| text.char_indices().skip(1).find(|(_, c)| *c == '@').map(|(i, _)| i);
    let Some(split) = at(spec) else { return spec.to_owned() };
    let (name, rest) = spec.split_at_checked(split).unwrap_or((spec, ""));
    match rest.strip_prefix("@npm:") {
        Some(real) => match at(real).and_then(|i| real.get(..i)) {
            Some(real) => real.to_owned(),
            None => name.to_owned(),
        },
        None => name.to_owned(),
    }
}

/// An entry of pnpm's list: what its key says, unless fields of its own say more.
#[derive(Default)]
struct Entry {
    name: String,
    version: String,
    line: usize,
}

fn pnpm(path: &str, given: &str) -> Result<Inventory, String> {
    let edition = given.lines().take(20).find_map(|line| line.strip_prefix("lockfileVersion:"));
    let edition = edition.ok_or("no `lockfileVersion`")?.trim().trim_matches(['\'', '"']);
    // Up to edition 5 a slash stands before the version, later an `@`.
    let slash =
        edition.split('.').next().and_then(|n| n.parse::<u32>().ok()).is_some_and(|n| n < 6);
    let mut entries: Vec<Entry> = Vec::new();
    let mut inside = false;
    for (number, line) in given.lines().enumerate() {
        if !line.starts_with(' ') && !line.trim().is_empty() {
            inside = matches!(line.trim_end(), "packages:" | "snapshots:");
            continue;
        }
        let Some(rest) = line.strip_prefix("  ").filter(|_| inside) else { continue };
        if let Some(field) = rest.strip_prefix("  ") {
            let value =
                |key: &str| field.strip_prefix(key).map(|v| v.trim().trim_matches(['\'', '"']));
            if let Some(entry) = entries.last_mut() {
                if let Some(name) = value("name:") {
                    name.clone_into(&mut entry.name);
                }
                if let Some(version) = value("version:") {
                    version.clone_into(&mut entry.version);
                }
            }
            continue;
        }
        let key =
            rest.trim().split_once(": {").map(|k| k.0).or_else(|| rest.trim().strip_suffix(':'));
        let Some(key) = key else { continue };
        let (name, version) = pnpm_key(key.trim_matches(['\'', '"']), slash);
        entries.push(Entry { name, version, line: number + 1 });
    }
    let (mut inventory, mut seen) = (Inventory::default(), BTreeSet::new());
    for entry in entries {
        // A folder of the same repository is one's own.
        let own = ["link:", "file:"].iter().any(|mark| entry.version.starts_with(mark));
        if !own && seen.insert((entry.name.clone(), entry.version.clone())) {
            add(&mut inventory, &entry.name, &entry.version, format!("{path}:{}", entry.line));
        }
    }
    Ok(inventory)
}

/// Edition 5 has `/name/1.0.0_peer@2`, later ones `/name@1.0.0(peer@2)`, then without the slash.
fn pnpm_key(key: &str, slash: bool) -> (String, String) {
    let key = key.trim_start_matches('/').split('(').next().unwrap_or("");
    let at = if slash {
        key.rfind('/')
    } else {
        key.char_indices().skip(1).find(|(_, c)| *c == '@').map(|(at, _)| at)
    };
    let Some((name, version)) = at.and_then(|at| Some((key.get(..at)?, key.get(at + 1..)?))) else {
        return (key.to_owned(), String::new());
    };
    let version = if slash { version.split('_').next().unwrap_or(version) } else { version };
    (name.to_owned(), version.to_owned())
}
