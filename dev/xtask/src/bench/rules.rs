//! Five hundred CloudTrail rules: real ones, repeated under new ids.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use super::{at, data, random};
use crate::tree::{Tree, root};

/// How many rules are loaded beside the builtin ones, at most.
pub const WANTED: usize = 500;

/// Writes rules until builtin and written ones are [`WANTED`]; returns the folder.
pub fn write() -> Result<PathBuf, String> {
    let folder = data::home().join("rules");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).map_err(at(&folder))?;
    let builtin = builtin()?;
    let mut originals = Vec::new();
    collect(&root().join("../shared/corpus/sigma/rules"), &mut originals)?;
    if originals.is_empty() {
        originals.clone_from(&builtin);
    }
    if originals.is_empty() {
        return Err("no CloudTrail rule to repeat was found".into());
    }
    let wanted = WANTED.saturating_sub(builtin.len());
    for (n, original) in originals.iter().cycle().take(wanted).enumerate() {
        let path = folder.join(format!("rule-{n:03}.yml"));
        fs::write(&path, renamed(original, n as u64)).map_err(at(&path))?;
    }
    Ok(folder)
}

fn builtin() -> Result<Vec<String>, String> {
    let tree = Tree::read()?;
    Ok(tree.under("rules/").filter(|f| f.is("yml")).map(|f| f.text.clone()).collect())
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
