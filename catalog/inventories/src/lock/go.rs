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
    let mut inventory = Inventory::default();
    let mut block = false;
    for (number, line) in given.lines().enumerate() {
        let line = line.split("//").next().unwrap_or("").trim();
        let rest = match line {
            ")" => {
                block = false;
                continue;
            }
            _ if line.starts_with("require (") || line == "require(" => {
                block = true;
                continue;
            }
            _ if block => line,
            _ => line.strip_prefix("require ").unwrap_or(""),
        };
        let mut words = rest.split_whitespace();
        if let (Some(name), Some(version)) = (words.next(), words.next()) {
            add(&mut inventory, name, version, format!("{path}:{}", number + 1));
        }
    }
    Ok(inventory)
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
