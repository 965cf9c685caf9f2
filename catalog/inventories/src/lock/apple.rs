//! Swift's `Package.resolved` (editions 1 to 3) and CocoaPods' `Podfile.lock`.

use model::component::{Component, Inventory};
use serde_json::Value;
use versions::Purl;

use crate::{Kind, json, list, text};

/// What Swift's package manager chose.
pub const SWIFT: Kind =
    Kind { name: "package.resolved", recognise: |name, _| name == "package.resolved", read: swift };
/// CocoaPods' lock file.
pub const PODS: Kind =
    Kind { name: "podfile.lock", recognise: |name, _| name == "podfile.lock", read: pods };

fn swift(path: &str, given: &str) -> Result<Inventory, String> {
    let whole = json(given)?;
    // Edition 1 has the list one level deeper, and other names.
    let holder = whole.get("object").unwrap_or(&whole);
    if !holder.get("pins").is_some_and(Value::is_array) {
        return Err("no `pins`".to_owned());
    }
    let mut inventory = Inventory::default();
    for pin in list(holder, "pins") {
        let stated = text(pin, "location");
        let address = if stated.is_empty() { text(pin, "repositoryURL") } else { stated };
        let state = pin.get("state").unwrap_or(&Value::Null);
        let version = match text(state, "version") {
            "" => text(state, "revision"),
            version => version,
        };
        let bare = address.split_once("://").map_or(address, |(_, rest)| rest);
        // `git@host:owner/name.git` is the same place.
        let bare = bare.rsplit_once('@').map_or(bare, |(_, rest)| rest).replace(':', "/");
        let bare = bare.trim_end_matches('/').trim_end_matches(".git");
        let at = format!("{path}#{}", text(pin, "identity"));
        let split = bare.rsplit_once('/').filter(|_| text(pin, "kind") != "localSourceControl");
        if let Some((namespace, name)) = split {
            inventory.add("swift", namespace, name, version, at);
        } else {
            let name = if address.is_empty() { text(pin, "identity") } else { address };
            inventory.components.push(Component::listed(name, version, None, at));
        }
    }
    Ok(inventory)
}

fn pods(path: &str, given: &str) -> Result<Inventory, String> {
    if !given.lines().any(|line| line.trim_end() == "PODS:") {
        return Err("no section `PODS`".to_owned());
    }
    let mut inventory = Inventory::default();
    let mut inside = false;
    for (number, line) in given.lines().enumerate() {
        if !line.starts_with(' ') {
            inside = line.trim_end() == "PODS:";
        }
        let entry = line.strip_prefix("  - ").filter(|_| inside);
        let Some((name, rest)) = entry.and_then(|entry| {
            entry.trim_end().trim_end_matches(':').trim_matches('"').split_once(" (")
        }) else {
            continue;
        };
        let version = rest.trim_end_matches(')');
        // `Utilities/Data` is a part of the pod `Utilities`.
        let (name, part) = name.split_once('/').unwrap_or((name, ""));
        let at = format!("{path}:{}", number + 1);
        let purl = Purl::new("cocoapods", "", name, version).ok().map(|mut purl| {
            part.clone_into(&mut purl.subpath);
            purl
        });
        inventory.components.push(Component::listed(name, version, purl, at));
    }
    Ok(inventory)
}
