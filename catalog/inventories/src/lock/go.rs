//! Go: go.mod and go.sum.

use std::collections::BTreeSet;

use model::component::Inventory;

use crate::Kind;

/// What a module asks for.
pub const MOD: Kind = Kind { name: "go.mod", recognise: |name, _| name == "go.mod", read: module };
/// Sums of all modules that took part in the choice.
pub const SUM: Kind = Kind { name: "go.sum", recognise: |name, _| name == "go.sum", read: sums };

fn add(inventory: &mut Inventory, module: &str, version: &str, at: String) {
    let (namespace, name) = module.rsplit_once('/').unwrap_or(("", module));
    inventory.add("golang", namespace, name, version, at);
}

fn module(path: &str, given: &str) -> Result<Inventory, String> {
    if !given.lines().any(|line| line.trim_start().starts_with("module ")) {
        return Err("no line `module`".to_owned());
    }
    let (mut required, mut replaced) = (Vec::new(), Vec::new());
    let mut block = "";
    for (number, line) in given.lines().enumerate() {
        let line = line.split("//").next().unwrap_or("").trim();
        let (verb, rest) = match line.split_once([' ', '(']) {
            _ if line == ")" => {
                block = "";
                continue;
            }
            _ if !block.is_empty() => (block, line),
            Some((verb, _)) if line.ends_with('(') => {
                block = verb;
                continue;
            }
            Some((verb, rest)) => (verb, rest),
            None => continue,
        };
        match verb {
            "require" => required.push((number + 1, words(rest))),
            "replace" => replaced.extend(rest.split_once("=>").map(|(a, b)| (words(a), words(b)))),
            _ => {}
        }
    }
    let mut inventory = Inventory::default();
    for (line, (name, version)) in required.into_iter().filter(|(_, r)| !r.1.is_empty()) {
        let fits = |(from, _): &&((&str, &str), _)| {
            from.0 == name && (from.1.is_empty() || from.1 == version)
        };
        let (name, version) = replaced.iter().find(fits).map_or((name, version), |(_, to)| *to);
        // A folder takes its place: own code.
        if !version.is_empty() {
            add(&mut inventory, name, version, format!("{path}:{line}"));
        }
    }
    Ok(inventory)
}

/// A module and its version; either may be in quotes.
fn words(text: &str) -> (&str, &str) {
    let mut words = text.split_whitespace().map(|word| word.trim_matches(['"', '`']));
    (words.next().unwrap_or(""), words.next().unwrap_or(""))
}

fn sums(path: &str, given: &str) -> Result<Inventory, String> {
    let mut inventory = Inventory::default();
    let mut seen = BTreeSet::new();
    for (number, line) in given.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [name, version, _] = words.as_slice() else {
            return Err(format!("line {}: not module, version and sum", number + 1));
        };
        // `/go.mod` is the sum of a list of requirements, not of code that is built in.
        if !version.ends_with("/go.mod") && seen.insert((*name, *version)) {
            add(&mut inventory, name, version, format!("{path}:{}", number + 1));
        }
    }
    Ok(inventory)
}
