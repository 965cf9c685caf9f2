//! Lists that take in others: which are still to be read, and what constraints say of versions.

use std::collections::{BTreeMap, BTreeSet};

use model::component::{Component, Include, Inventory};

use crate::lock::requirements::CONSTRAINED;

/// A list that was read, or why not, with the name of its file.
type Read = (String, Result<Inventory, String>);

/// Where a file lies that a list names. `None`: outside of the list's own folder, or far away.
fn place(list: &str, include: &Include) -> Option<String> {
    let name = include.name.as_str();
    let inside = !name.contains("://")
        && !name.starts_with('/')
        && !name.contains(['!', '\\'])
        && !name.split('/').any(|part| part == "..");
    let end = list.rfind(['/', '!']).map_or(0, |at| at + 1);
    let plain: Vec<&str> =
        name.split('/').filter(|part| *part != "." && !part.is_empty()).collect();
    inside.then(|| format!("{}{}", list.get(..end).unwrap_or(""), plain.join("/")))
}

fn each(lists: &[Read]) -> impl Iterator<Item = (&str, &Include)> {
    let read = lists.iter().filter_map(|(name, read)| Some((name.as_str(), read.as_ref().ok()?)));
    read.flat_map(|(name, list)| list.includes.iter().map(move |include| (name, include)))
}

/// Files that lists name and that were not read.
pub fn wanted(lists: &[Read]) -> Vec<String> {
    let known: BTreeSet<&str> = lists.iter().map(|(name, _)| name.as_str()).collect();
    let named: BTreeSet<String> =
        each(lists).filter_map(|(list, include)| place(list, include)).collect();
    named.into_iter().filter(|name| !known.contains(name.as_str())).collect()
}

/// Takes constraints out, with their versions where a list names none; what was named and not
/// read is told as a component that nothing can name.
pub fn settle(lists: &mut Vec<Read>) {
    let known: BTreeSet<String> = lists.iter().map(|(name, _)| name.clone()).collect();
    let mut constraints: BTreeSet<String> = each(lists)
        .filter(|(_, include)| include.constraint)
        .filter_map(|(list, include)| place(list, include))
        .collect();
    let weak =
        lists.iter().filter(|(_, read)| read.as_ref().is_ok_and(|list| list.format == CONSTRAINED));
    constraints.extend(weak.map(|(name, _)| name.clone()));
    let mut versions: BTreeMap<String, String> = BTreeMap::new();
    for (_, read) in lists.iter().filter(|(name, _)| constraints.contains(name)) {
        for one in read.iter().flat_map(|list| &list.components) {
            if let Some(purl) = one.purl.as_ref().filter(|_| !one.version.is_empty()) {
                versions.entry(purl.name.clone()).or_insert_with(|| one.version.clone());
            }
        }
    }
    lists.retain(|(name, read)| read.is_err() || !constraints.contains(name));
    for (name, read) in lists {
        let Ok(list) = read else { continue };
        for include in std::mem::take(&mut list.includes) {
            if place(name, &include).is_none_or(|place| !known.contains(&place)) {
                let word = if include.constraint { "-c" } else { "-r" };
                let label = format!("{word} {}", include.name);
                list.components.push(Component::listed(&label, "", None, name.clone()));
            }
        }
        if list.format == "requirements.txt" {
            list.components.iter_mut().for_each(|one| pin(one, &versions));
        }
    }
}

fn pin(one: &mut Component, versions: &BTreeMap<String, String>) {
    let Some(purl) = one.purl.as_mut().filter(|_| one.version.is_empty()) else { return };
    if let Some(version) = versions.get(&purl.name) {
        one.version.clone_from(version);
        purl.version.clone_from(version);
    }
}
