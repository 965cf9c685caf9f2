//! Java: what Maven leaves in an archive (`META-INF/maven/…/pom.properties`), or else what its
//! manifest says.

use model::component::{Component, Inventory};

use super::{nameless, single};

/// The format of a list that counts only where the archive has nothing better.
pub const MANIFEST: &str = "jar.manifest";
const FORMAT: &str = "jar";
/// What separates an archive from the place in it.
const INNER: &str = "!META-INF/";

/// The archive whose file this is.
pub fn jar_of(path: &str) -> Option<&str> {
    path.rsplit_once(INNER).map(|(jar, _)| jar)
}

/// Reads `groupId`, `artifactId` and `version`.
pub fn properties(path: &str, text: &str) -> Inventory {
    let value = |key: &str| {
        let mut pairs = text.lines().filter_map(|line| line.split_once('='));
        pairs.find(|(k, _)| k.trim() == key).map_or("", |(_, v)| v.trim())
    };
    let (group, name, version) = (value("groupId"), value("artifactId"), value("version"));
    if group.is_empty() || name.is_empty() {
        return nameless(FORMAT, path, path);
    }
    let mut inventory = Inventory { format: FORMAT.to_owned(), ..Inventory::default() };
    inventory.add("maven", group, name, version, path.to_owned());
    inventory
}

/// Reads the manifest of an archive; `None` if it lies in none.
pub fn manifest(path: &str, text: &str) -> Option<Inventory> {
    let jar = jar_of(path)?;
    let base = jar.rsplit(['/', '!']).next().unwrap_or(jar);
    let lines = unfolded(text);
    let value = |keys: &[&str]| {
        let found = keys.iter().find_map(|key| {
            let mut pairs = lines.iter().filter_map(|line| line.split_once(':'));
            pairs.find(|(k, v)| k == key && !v.trim().is_empty()).map(|(_, v)| v.trim())
        });
        found.unwrap_or("").split(';').next().unwrap_or("").trim()
    };
    let (name, from_name) = named(base);
    let stated = value(&["Bundle-Version", "Implementation-Version", "Specification-Version"]);
    let version = if from_name.is_empty() { stated } else { from_name };
    let group = group(value(&["Implementation-Vendor-Id"]), value(&["Bundle-SymbolicName"]), name);
    if group.is_empty() {
        let component = Component::listed(name, version, None, path.to_owned());
        return Some(single(MANIFEST, component));
    }
    let mut inventory = Inventory { format: MANIFEST.to_owned(), ..Inventory::default() };
    inventory.add("maven", group, name, version, path.to_owned());
    Some(inventory)
}

/// The group, where the manifest says it: the bundle's name is the group's and the artifact's.
fn group<'a>(vendor: &'a str, bundle: &'a str, name: &str) -> &'a str {
    let dotted = |text: &str| text.contains('.') && !text.contains(' ');
    let own = bundle.strip_suffix(name).and_then(|rest| rest.strip_suffix('.'));
    own.filter(|group| dotted(group)).unwrap_or(if dotted(vendor) { vendor } else { "" })
}

/// `jackson-databind-2.9.10.jar` is of the artifact and its version.
fn named(base: &str) -> (&str, &str) {
    let stem = base.rsplit_once('.').map_or(base, |(stem, _)| stem);
    let dashes = stem.match_indices('-').map(|(at, _)| at);
    let split = dashes.filter_map(|at| Some((stem.get(..at)?, stem.get(at + 1..)?)));
    let mut fit = split.filter(|(_, version)| version.starts_with(|c: char| c.is_ascii_digit()));
    fit.next().unwrap_or((stem, ""))
}

/// The lines of the main section; a line that begins with a space goes on.
fn unfolded(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for line in text.lines().take_while(|line| !line.is_empty()) {
        match (line.strip_prefix(' '), out.last_mut()) {
            (Some(more), Some(last)) => last.push_str(more),
            _ => out.push(line.to_owned()),
        }
    }
    out
}
