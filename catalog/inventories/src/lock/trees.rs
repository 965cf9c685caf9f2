//! What Maven and Gradle print of a project's dependencies, with all that those ask for.

use model::component::Inventory;
use serde_json::Value;

use crate::{Kind, json, list, text};

/// `mvn dependency:tree` or `dependency:list`, as text.
pub const MAVEN: Kind = Kind {
    name: "maven.tree",
    recognise: |name, text| {
        has_name(name) && text.lines().take(400).any(|line| of_maven(line).is_some())
    },
    read: |path, given| Ok(read(path, given, of_maven)),
};
/// `mvn dependency:tree -DoutputType=json`.
pub const MAVEN_JSON: Kind = Kind {
    name: "maven.tree.json",
    recognise: |name, text| {
        let start = text.get(..text.len().min(4096)).unwrap_or("");
        name.rsplit('.').next() == Some("json")
            && ["\"groupId\"", "\"artifactId\"", "\"scope\""].iter().all(|key| start.contains(key))
    },
    read: tree,
};
/// `gradle dependencies`.
pub const GRADLE: Kind = Kind {
    name: "gradle.tree",
    recognise: |name, text| {
        has_name(name) && text.lines().take(400).any(|line| of_gradle(line).is_some())
    },
    read: |path, given| Ok(read(path, given, of_gradle)),
};

/// The deepest tree that is followed.
const DEEPEST: usize = 128;

/// These texts have no mark of their own.
fn has_name(name: &str) -> bool {
    name.contains("dependenc") && matches!(name.rsplit('.').next(), Some("txt" | "log"))
}

/// Group, artifact, version.
type Coordinates<'a> = (&'a str, &'a str, &'a str);

fn read<'a>(path: &str, given: &'a str, one: fn(&'a str) -> Option<Coordinates<'a>>) -> Inventory {
    let mut inventory = Inventory::default();
    for (number, line) in given.lines().enumerate() {
        if let Some((group, name, version)) = one(line) {
            inventory.add("maven", group, name, version, format!("{path}:{}", number + 1));
        }
    }
    inventory
}

/// `[INFO] |  +- group:artifact:type[:classifier]:version:scope`; the project itself has no scope.
fn of_maven(line: &str) -> Option<Coordinates<'_>> {
    let line = line.strip_prefix("[INFO]").unwrap_or(line);
    let bare = line.trim_start_matches([' ', '|', '+', '\\', '-']);
    let parts: Vec<&str> = bare.split_whitespace().next()?.split(':').collect();
    let (group, name, version, scope) = match parts.as_slice() {
        [group, name, _, version, scope] | [group, name, _, _, version, scope] => {
            (*group, *name, *version, *scope)
        }
        _ => return None,
    };
    let known = ["compile", "runtime", "provided", "test", "system", "import"].contains(&scope);
    (known && !group.is_empty() && !name.is_empty()).then_some((group, name, version))
}

/// `|    +--- group:artifact:1.0 -> 1.1 (*)`: what stands behind the arrow was taken.
fn of_gradle(line: &str) -> Option<Coordinates<'_>> {
    let (_, bare) = line.split_once("--- ")?;
    let mut words = bare.split_whitespace();
    let first = words.next()?;
    let mut parts = first.split(':');
    let (group, name, asked) = (parts.next()?, parts.next()?, parts.next().unwrap_or(""));
    let taken = bare.split_once("-> ").and_then(|(_, rest)| rest.split_whitespace().next());
    let version = taken.map_or(asked, |taken| taken.rsplit(':').next().unwrap_or(taken));
    let own = first.starts_with("project") || group.is_empty() || name.is_empty();
    (!own && !version.is_empty()).then_some((group, name, version))
}

fn tree(path: &str, given: &str) -> Result<Inventory, String> {
    let whole = json(given)?;
    let mut inventory = Inventory::default();
    let mut waiting: Vec<(&Value, usize)> =
        list(&whole, "children").iter().map(|c| (c, 0)).collect();
    waiting.reverse();
    while let Some((node, depth)) = waiting.pop() {
        if depth > DEEPEST {
            return Err(format!("nested deeper than {DEEPEST}"));
        }
        let (group, name) = (text(node, "groupId"), text(node, "artifactId"));
        let at = format!("{path}#{group}:{name}");
        inventory.add("maven", group, name, text(node, "version"), at);
        waiting.extend(list(node, "children").iter().rev().map(|child| (child, depth + 1)));
    }
    Ok(inventory)
}
