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

/// A text with the values of properties; empty if one of them is not in this file, or if it is a
/// range of versions, of which the build chooses.
fn filled(project: &Node, text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, (key, after))) =
        rest.split_once("${").and_then(|(before, r)| Some((before, r.split_once('}')?)))
    {
        let value = property(project, key);
        if value.is_empty() || value.contains("${") {
            return String::new();
        }
        out.push_str(before);
        out.push_str(&value);
        rest = after;
    }
    out.push_str(rest);
    if out.starts_with(['[', '(']) { String::new() } else { out }
}

fn property(project: &Node, key: &str) -> String {
    let own = |part: &str| {
        let stated = project.text_of(part);
        let parent = project.child("parent").map_or("", |p| p.text_of(part));
        if stated.is_empty() { parent.to_owned() } else { stated.to_owned() }
    };
    match key {
        "project.version" | "version" | "pom.version" => own("version"),
        "project.groupId" | "groupId" | "pom.groupId" => own("groupId"),
        "project.parent.version" => {
            project.child("parent").map_or("", |p| p.text_of("version")).to_owned()
        }
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
