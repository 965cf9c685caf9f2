//! The house rules, as checks. All broken ones are named at once, each with file, line and remedy.

mod floors;
mod licences;
mod manifests;
mod pages;
mod purity;
mod register_rules;
mod register_sources;
mod shape;
mod words;

use std::fmt;

use crate::Done;
use crate::tree::Tree;

/// A broken rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Violation {
    /// The file, from the root.
    pub file: String,
    /// The line, counted from 1; 0 for the file as a whole.
    pub line: usize,
    /// What is wrong.
    pub what: String,
    /// What to do about it.
    pub remedy: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}\n    {}", self.file, self.what, self.remedy),
            line => write!(f, "{}:{line}: {}\n    {}", self.file, self.what, self.remedy),
        }
    }
}

/// Collects broken rules.
#[derive(Debug, Default)]
pub struct Broken(Vec<Violation>);

impl Broken {
    /// One more.
    pub fn add(
        &mut self,
        file: impl Into<String>,
        line: usize,
        what: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        let (file, what, remedy) = (file.into(), what.into(), remedy.into());
        self.0.push(Violation { file, line, what, remedy });
    }
}

/// Every check that looks at files only.
const CHECKS: &[fn(&Tree, &mut Broken)] = &[
    floors::check,
    manifests::check,
    pages::check,
    purity::check,
    register_rules::check,
    register_sources::check,
    shape::check,
    words::check,
];

/// What is out of order in a tree, sorted by file and line.
pub fn look(tree: &Tree) -> Vec<Violation> {
    let mut broken = Broken::default();
    for check in CHECKS {
        check(tree, &mut broken);
    }
    if tree.root.is_some() {
        licences::check(&mut broken);
    }
    broken.0.sort();
    broken.0.dedup();
    broken.0
}

/// `cargo xtask tidy`.
pub fn run() -> Done {
    let tree = Tree::read()?;
    let broken = look(&tree);
    if broken.is_empty() {
        println!("tidy: {} files are in order", tree.files.len());
        return Ok(());
    }
    Err(report(&broken))
}

fn report(broken: &[Violation]) -> String {
    let lines: Vec<String> = broken.iter().map(ToString::to_string).collect();
    format!("{}\n\ntidy: {} out of order", lines.join("\n"), broken.len())
}

/// What one check says of a house of paper, as `file:line what`.
#[cfg(test)]
pub(crate) fn verdict(check: fn(&Tree, &mut Broken), files: &[(&str, &str)]) -> Vec<String> {
    let mut broken = Broken::default();
    check(&Tree::of(files), &mut broken);
    broken.0.sort();
    broken.0.iter().map(|v| format!("{}:{} {}", v.file, v.line, v.what)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_house_is_tidy() {
        let tree = Tree::read().unwrap();
        let broken = look(&tree);
        assert!(broken.is_empty(), "\n{}\n", report(&broken));
    }
}
