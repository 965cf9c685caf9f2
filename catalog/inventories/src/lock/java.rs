//! Java: pom.xml (direct dependencies) and Gradle's lock file.

use model::component::Inventory;

use crate::Kind;
use crate::xml::{Node, tree};

/// A project of Maven.
pub const POM: Kind = Kind { name: "pom.xml", recognise: |name, _| name == "pom.xml", read: pom };
/// Gradle's lock file.
pub const GRADLE: Kind = Kind {
    name: "gradle.lockfile",
    recognise: |name, _| name == "gradle.lockfile" || name == "buildscript-gradle.lockfile",
    read: gradle,
};

fn pom(path: &str, given: &str) -> Result<Inventory, String> {
    let project = tree(given)?;
    let mut inventory = Inventory::default();
    let managed = project.child("dependencyManagement").and_then(|m| m.child("dependencies"));
    let managed: Vec<&Node> = managed.map_or(Vec::new(), |d| d.children.iter().collect());
    for node in project.child("dependencies").map_or(&[][..], |d| d.children.as_slice()) {
        let (group, name) = (node.text_of("groupId"), node.text_of("artifactId"));
        let same = |other: &&&Node| {
            other.text_of("groupId") == group && other.text_of("artifactId") == name
        };
        let version = match node.text_of("version") {
            "" => managed.iter().find(same).map_or("", |m| m.text_of("version")),
            version => version,
        };
        let (group, version) = (filled(&project, group), filled(&project, version));
        inventory.add("maven", &group, name, &version, format!("{path}#{group}:{name}"));
    }
    Ok(inventory)
}

/// A property's value; empty if it is not in this file.
fn filled(project: &Node, text: &str) -> String {
    let Some(key) = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')) else {
        return text.to_owned();
    };
    let own = |part: &str| {
        let stated = project.text_of(part);
        let parent = project.child("parent").map_or("", |p| p.text_of(part));
        if stated.is_empty() { parent.to_owned() } else { stated.to_owned() }
    };
    match key {
        "project.version" | "version" => own("version"),
        "project.groupId" | "groupId" => own("groupId"),
        key => project.child("properties").map_or("", |p| p.text_of(key)).to_owned(),
    }
}

fn gradle(path: &str, given: &str) -> Result<Inventory, String> {
    let mut inventory = Inventory::default();
    for (number, line) in given.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') || line.starts_with("empty=") {
            continue;
        }
        let parts: Vec<&str> = line.split('=').next().unwrap_or("").split(':').collect();
        let [group, name, version] = parts.as_slice() else {
            return Err(format!("line {}: not group:name:version", number + 1));
        };
        inventory.add("maven", group, name, version, format!("{path}:{}", number + 1));
    }
    Ok(inventory)
}
