//! Lock files of Conan, R, Haskell and Bun.

use model::component::Inventory;
use serde_json::Value;
use versions::Purl;

use crate::{Kind, json, list, text};

/// Conan's lock file, of Conan 1 and 2.
pub const CONAN: Kind =
    Kind { name: "conan.lock", recognise: |name, _| name == "conan.lock", read: conan };
/// The lock file of R's renv.
pub const RENV: Kind =
    Kind { name: "renv.lock", recognise: |name, _| name == "renv.lock", read: renv };
/// What Cabal froze.
pub const CABAL: Kind = Kind {
    name: "cabal.freeze",
    recognise: |name, _| name == "cabal.project.freeze" || name == "cabal.config",
    read: cabal,
};
/// Bun's lock file.
pub const BUN: Kind = Kind { name: "bun.lock", recognise: |name, _| name == "bun.lock", read: bun };

fn conan(path: &str, given: &str) -> Result<Inventory, String> {
    let lock = json(given)?;
    let mut inventory = Inventory::default();
    let groups = ["requires", "build_requires", "python_requires"];
    let flat = groups.iter().flat_map(|group| list(&lock, group)).filter_map(Value::as_str);
    let graph = lock.get("graph_lock").and_then(|graph| graph.get("nodes"));
    let nodes = graph.and_then(Value::as_object).into_iter().flatten();
    let nodes = nodes.map(|(_, node)| text(node, "ref"));
    if graph.is_none() && groups.iter().all(|group| lock.get(group).is_none()) {
        return Err("neither `requires` nor `graph_lock`".to_owned());
    }
    for reference in flat.chain(nodes) {
        // `name/version@user/channel#revision%time`.
        let bare = reference.split(['#', '%']).next().unwrap_or("");
        let (package, place) = bare.split_once('@').unwrap_or((bare, ""));
        let Some((name, version)) = package.split_once('/') else { continue };
        let (user, channel) = place.split_once('/').unwrap_or(("", ""));
        inventory.add("conan", user, name, version, format!("{path}#{bare}"));
        if let Some(purl) = inventory.components.last_mut().and_then(|one| one.purl.as_mut()) {
            purl.set("channel", if user.is_empty() { "" } else { channel });
        }
    }
    Ok(inventory)
}

fn renv(path: &str, given: &str) -> Result<Inventory, String> {
    let lock = json(given)?;
    let Some(packages) = lock.get("Packages").and_then(Value::as_object) else {
        return Err("no `Packages`".to_owned());
    };
    let mut inventory = Inventory::default();
    for (name, package) in packages {
        // Bioconductor's packages are another ecosystem.
        let kind = if text(package, "Source") == "Bioconductor" { "bioconductor" } else { "cran" };
        inventory.add(kind, "", name, text(package, "Version"), format!("{path}#{name}"));
    }
    Ok(inventory)
}

fn cabal(path: &str, given: &str) -> Result<Inventory, String> {
    let mut inventory = Inventory::default();
    for (number, line) in given.lines().enumerate() {
        let line = line.trim().trim_start_matches("constraints:");
        for part in line.split(',') {
            let Some((name, version)) = part.trim().split_once(" ==") else { continue };
            let name = name.trim().trim_start_matches("any.");
            let at = format!("{path}:{}", number + 1);
            inventory.add("hackage", "", name, version.trim(), at);
        }
    }
    if inventory.components.is_empty() {
        return Err("no constraint `any.name ==version`".to_owned());
    }
    Ok(inventory)
}

/// JSON with commas at the end of lists, as Bun writes it.
fn strict(given: &str) -> String {
    let mut out = String::with_capacity(given.len());
    let (mut quoted, mut escaped, mut comma) = (false, false, false);
    for c in given.chars() {
        if quoted {
            (quoted, escaped) = (escaped || c != '"', !escaped && c == '\\');
            out.push(c);
            continue;
        }
        if c == ',' {
            comma = true;
            continue;
        }
        if comma && !c.is_whitespace() {
            comma = false;
            if !matches!(c, ']' | '}') {
                out.push(',');
            }
        }
        quoted = c == '"';
        out.push(c);
    }
    out
}

fn bun(path: &str, given: &str) -> Result<Inventory, String> {
    let lock = json(&strict(given))?;
    let Some(packages) = lock.get("packages").and_then(Value::as_object) else {
        return Err("no `packages`".to_owned());
    };
    let mut inventory = Inventory::default();
    for (place, package) in packages {
        let spec = package.get(0).and_then(Value::as_str).unwrap_or("");
        let at = spec.char_indices().skip(1).find(|(_, c)| *c == '@').map(|(at, _)| at);
        let Some((name, version)) = at.and_then(|at| Some((spec.get(..at)?, spec.get(at + 1..)?)))
        else {
            continue;
        };
        // A part of the same repository is one's own.
        if version.starts_with("workspace:") || version.starts_with("link:") {
            continue;
        }
        let (scope, bare) = name.rsplit_once('/').unwrap_or(("", name));
        inventory.add("npm", scope, bare, version, format!("{path}#{place}"));
        // An address is no version of the index.
        if version.contains([':', '/'])
            && let Some(one) = inventory.components.last_mut()
        {
            one.purl = Purl::new("npm", scope, bare, "").ok();
            one.version.clear();
        }
    }
    Ok(inventory)
}
