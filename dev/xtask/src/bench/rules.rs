//! Ten CloudTrail rules of ours, and five hundred: the ten, and real ones repeated under new ids.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use super::{at, data, random};
use crate::tree::root;

/// How many of our own rules count as the small pack.
pub const FEW: usize = 10;
/// How many rules count as the large one.
pub const MANY: usize = 500;

/// Writes both packs; returns their folders.
pub fn write() -> Result<(PathBuf, PathBuf), String> {
    let mut own = Vec::new();
    collect(&root().join("rules/aws"), &mut own)?;
    own.truncate(FEW);
    if own.is_empty() {
        return Err("no CloudTrail rule of ours was found".into());
    }
    let mut originals = Vec::new();
    collect(&root().join("../shared/corpus/sigma/rules"), &mut originals)?;
    if originals.is_empty() {
        originals.clone_from(&own);
    }
    let repeated = originals.iter().cycle().take(MANY.saturating_sub(own.len())).enumerate();
    let repeated: Vec<String> = repeated.map(|(n, rule)| renamed(rule, n as u64)).collect();
    let many: Vec<&String> = own.iter().chain(&repeated).collect();
    Ok((folder("rules-few", &own.iter().collect::<Vec<_>>())?, folder("rules-many", &many)?))
}

/// Writes rules into a folder of that name, one a file.
fn folder(name: &str, rules: &[&String]) -> Result<PathBuf, String> {
    let folder = data::home().join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).map_err(at(&folder))?;
    for (n, rule) in rules.iter().enumerate() {
        let path = folder.join(format!("rule-{n:03}.yml"));
        fs::write(&path, rule).map_err(at(&path))?;
    }
    Ok(folder)
}

/// The CloudTrail rules under a folder, in the order of their paths.
fn collect(folder: &Path, rules: &mut Vec<String>) -> Result<(), String> {
    if !folder.is_dir() {
        return Ok(());
    }
    let listed = fs::read_dir(folder).map_err(at(folder))?;
    let mut paths: Vec<PathBuf> = listed.filter_map(|e| Some(e.ok()?.path())).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            collect(&path, rules)?;
        } else if path.extension().is_some_and(|e| e == "yml") {
            let text = fs::read_to_string(&path).map_err(at(&path))?;
            let wanted = text.contains("service: cloudtrail") && !text.contains("\ncorrelation:");
            rules.extend(wanted.then_some(text));
        }
    }
    Ok(())
}

/// The rule with an id, a title and a name of its own.
fn renamed(rule: &str, n: u64) -> String {
    let dice = random::number(5, n);
    let mut out = String::with_capacity(rule.len() + 16);
    for line in rule.lines() {
        if line.starts_with("id:") {
            let _ = write!(out, "id: {:08x}-0000-4000-8000-{n:012x}", dice >> 32);
        } else if line.starts_with("title:") || line.starts_with("name:") {
            let _ = write!(out, "{} {n}", line.trim_end());
        } else {
            out.push_str(line);
        }
        out.push('\n');
    }
    out
}
