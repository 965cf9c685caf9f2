//! Pages: links lead somewhere, and the README's quick start is what CI runs.

use super::Broken;
use crate::tree::{File, Tree};

const README: &str = "README.md";
const CI: &str = ".ci/run";

/// Checks links of every page and the README's quick start.
pub fn check(tree: &Tree, broken: &mut Broken) {
    let written = |file: &&File| file.is("md") && !file.path.contains("/fixtures/");
    for page in tree.files.iter().filter(written) {
        check_links(tree, page, broken);
    }
    match tree.file(README) {
        Some(readme) => check_quick_start(tree, readme, broken),
        None if tree.root.is_some() => broken.add(README, 0, "no README", "Write it."),
        None => {}
    }
}

fn check_links(tree: &Tree, page: &File, broken: &mut Broken) {
    let mut fenced = false;
    for (number, line) in page.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        if fenced {
            continue;
        }
        for target in links(line) {
            let path = target.split(['#', '?']).next().unwrap_or("");
            let outside = target.contains("://") || target.starts_with("mailto:");
            if !outside && !path.is_empty() && !tree.has(&resolve(&page.path, path)) {
                let remedy = "Correct the path; it is read from the page's folder.";
                broken.add(&page.path, number, format!("`{target}` leads nowhere"), remedy);
            }
        }
    }
}

/// The targets of `[text](target)` in a line, outside code spans.
fn links(line: &str) -> Vec<&str> {
    let mut targets = Vec::new();
    for (at, piece) in line.split('`').enumerate() {
        // A link's text may be a code span; its target begins the next piece.
        let starts = piece.match_indices("](").map(|(start, _)| start + 2);
        if at % 2 == 1 {
            continue;
        }
        for start in starts {
            let target = piece.get(start..).and_then(|rest| rest.split([')', ' ']).next());
            targets.extend(target);
        }
    }
    targets
}

/// A path as seen from a page, from the root.
fn resolve(page: &str, path: &str) -> String {
    if let Some(absolute) = path.strip_prefix('/') {
        return absolute.to_string();
    }
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            name => parts.push(name),
        }
    }
    parts.join("/")
}

fn check_quick_start(tree: &Tree, readme: &File, broken: &mut Broken) {
    let blocks = shell_blocks(readme);
    let commands: Vec<&str> = blocks.iter().filter_map(|block| one_line(block)).collect();
    let [_, test] = commands.as_slice() else {
        let what = format!("Quick start has {} `sh` blocks of one command", commands.len());
        let remedy = "It has exactly two: one investigates the sample, one passes the tests.";
        return broken.add(README, 0, what, remedy);
    };
    if blocks.len() != commands.len() {
        let remedy = "One command each: a person pastes it and is done.";
        broken.add(README, 0, "a Quick start block has several commands", remedy);
    }
    if !tree.file(CI).is_some_and(|ci| ci.text.lines().any(|line| line.trim() == *test)) {
        broken.add(CI, 0, format!("it does not run `{test}`"), "CI runs what the README says.");
    }
}

/// The `sh` blocks of the section Quick start.
fn shell_blocks(readme: &File) -> Vec<Vec<&str>> {
    let mut blocks = Vec::new();
    let (mut within, mut open) = (false, false);
    for line in readme.text.lines() {
        match line.trim_end() {
            "```sh" if within => {
                open = true;
                blocks.push(Vec::new());
            }
            "```" => open = false,
            _ if open => blocks.last_mut().into_iter().for_each(|b: &mut Vec<_>| b.push(line)),
            heading if heading.starts_with("## ") => {
                within = heading.eq_ignore_ascii_case("## quick start");
            }
            _ => {}
        }
    }
    blocks
}

fn one_line<'a>(block: &[&'a str]) -> Option<&'a str> {
    match block {
        [line] if !line.trim().is_empty() && !line.contains("&&") => Some(line.trim()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::tidy::verdict;

    const GOOD: &str =
        "# A\n## Quick start\n```sh\nrun it\n```\ntext\n```sh\n./check.sh\n```\n## B\n";

    #[test]
    fn the_quick_start_is_what_ci_runs() {
        let ci = (".ci/run", "#!/bin/bash\n./check.sh\n");
        assert_eq!(verdict(super::check, &[("README.md", GOOD), ci]), Vec::<String>::new());
        let said = verdict(super::check, &[("README.md", GOOD), (".ci/run", "cargo test")]);
        assert_eq!(said, [".ci/run:0 it does not run `./check.sh`"]);
        let two = GOOD.replace("run it", "cd x\nrun it");
        let said = verdict(super::check, &[("README.md", &two), ci]);
        assert_eq!(said, ["README.md:0 Quick start has 1 `sh` blocks of one command"]);
    }

    #[test]
    fn links_lead_somewhere() {
        let page = "[a](../b.md#x) [`c`](c/) `[no](code)` [out](https://example.com) [x](gone.md)\n\
            ```\n[in](a/fence)\n```\n[own](#anchor)\n";
        let said = verdict(super::check, &[("docs/a.md", page), ("b.md", ""), ("docs/c/d", "")]);
        assert_eq!(said, ["docs/a.md:1 `gone.md` leads nowhere"]);
    }
}
