//! Registers of members: folder = list = fixtures = docs, all in the order of their names.

use std::collections::BTreeSet;

use super::Broken;
use crate::rust_text::{code_only, without_tests};
use crate::tree::{File, Tree};

const SOURCES: &str = "catalog/sources/src/";
const FIXTURES: &str = "catalog/sources/fixtures/";
const PAGES: &str = "docs/sources/";
/// Shelves whose members stand side by side in `src/`, and the seam that they fill.
const FLAT_SHELVES: &[(&str, &str)] =
    &[("catalog/correlators/src/", "Correlator"), ("catalog/reports/src/", "Report")];
/// Lists whose first entry is the default; the rest is in order.
const DEFAULT_FIRST: &[&str] = &["catalog/reports/src/lib.rs"];

/// The folder of the kinds that a person's mappings describe, which no list can name.
const DESCRIBED: &str = "mapped";

/// Checks the sources' register, then the flat shelves'.
pub fn check(tree: &Tree, broken: &mut Broken) {
    let mut known = BTreeSet::new();
    for family in folders_in(tree, SOURCES).into_iter().filter(|family| family != DESCRIBED) {
        let folder = format!("{SOURCES}{family}/");
        let members = check_list(tree, &folder, "mod.rs", "Source", broken);
        let unlisted = |file: &File| !members.is_empty() && !lists(&file.text, &family);
        if tree.file(&format!("{SOURCES}lib.rs")).is_some_and(unlisted) {
            let remedy = format!("Add `{family}::ALL` to `all()`.");
            broken.add(format!("{SOURCES}lib.rs"), 0, format!("{family} is not listed"), remedy);
        }
        for name in members {
            check_neighbours(tree, &family, &name, broken);
            known.insert((family.clone(), name));
        }
    }
    check_leftovers(tree, &known, broken);
    for (folder, seam) in FLAT_SHELVES {
        check_list(tree, folder, "lib.rs", seam, broken);
    }
}

fn lists(text: &str, family: &str) -> bool {
    code_only(text).contains(&format!("{family}::ALL"))
}

/// Compares the files of a folder that fill a seam with the folder's list; returns the former.
fn check_list(
    tree: &Tree,
    folder: &str,
    list: &str,
    seam: &str,
    broken: &mut Broken,
) -> BTreeSet<String> {
    let list = format!("{folder}{list}");
    let members: BTreeSet<String> = tree
        .under(folder)
        .filter(|file| file.is("rs") && file.path != list && fills(file, seam))
        .filter_map(|file| first_part(&file.path, folder))
        .collect();
    let Some(register) = tree.file(&list) else {
        if !members.is_empty() {
            broken.add(&list, 0, "no register", "Write `pub const ALL` with every member.");
        }
        return members;
    };
    let listed = listed(register);
    let names: Vec<&String> = listed.iter().map(|(name, _)| name).collect();
    for member in members.iter().filter(|member| !names.contains(member)) {
        let remedy = format!("Add it to ALL in {list}, in the order of names.");
        broken.add(format!("{folder}{member}"), 0, "a member that no list names", remedy);
    }
    let mut before: Option<&String> = None;
    let unordered = usize::from(DEFAULT_FIRST.contains(&list.as_str()));
    for (at, (name, line)) in listed.iter().enumerate() {
        if !members.contains(name) {
            let what = format!("{name} is listed, but no file of that name is a {seam}");
            broken.add(&list, *line, what, "Name the file like the member.");
        }
        if before.is_some_and(|before| before > name) {
            broken.add(&list, *line, format!("{name} out of order"), "Keep ALL alphabetical.");
        }
        before = (at >= unordered).then_some(name);
    }
    members
}

/// Whether a file implements the seam outside its tests.
fn fills(file: &File, seam: &str) -> bool {
    without_tests(&code_only(&file.text)).contains(&format!(" {seam} for "))
}

/// `aws/x.rs` and `aws/x/y.rs` are both `x` in `aws/`.
fn first_part(path: &str, folder: &str) -> Option<String> {
    let rest = path.strip_prefix(folder)?;
    Some(rest.split('/').next()?.trim_end_matches(".rs").to_string())
}

/// The modules that `const ALL` or `fn all()` names, each with its line.
fn listed(file: &File) -> Vec<(String, usize)> {
    let code = code_only(&file.text);
    let opens = |mark: &str, after: char| {
        let at = code.find(mark)?;
        Some(at + code.get(at..)?.find(after)?)
    };
    let Some(start) = opens("const ALL", '=').or_else(|| opens("fn all()", '{')) else {
        return Vec::new();
    };
    let mut names = Vec::new();
    let first = code.get(..start).map_or(0, |before| before.matches('\n').count()) + 1;
    let slice = code.get(start..).and_then(|rest| rest.split([';', '}']).next()).unwrap_or("");
    for (line, row) in (first..).zip(slice.lines()) {
        for entry in row.split(',') {
            if let Some((module, _)) = entry.split_once("::") {
                let name = module.trim_start_matches(|c: char| !c.is_alphabetic());
                names.push((name.to_string(), line));
            }
        }
    }
    names
}

fn check_neighbours(tree: &Tree, family: &str, name: &str, broken: &mut Broken) {
    let fixtures = format!("{FIXTURES}{family}/{name}");
    if !tree.has(&fixtures) {
        let remedy = "Put a case there: in.* and the goldens that `UPDATE=1 cargo test` writes.";
        broken.add(fixtures, 0, "a source without fixtures", remedy);
    }
    let page = format!("{PAGES}{family}.{name}.md");
    if !tree.has(&page) {
        broken.add(page, 0, "a source without its page", "Say what it reads and how it maps.");
    }
}

fn check_leftovers(tree: &Tree, known: &BTreeSet<(String, String)>, broken: &mut Broken) {
    let remedy = "Name it like the source (family and name), or remove it.";
    for family in folders_in(tree, FIXTURES) {
        for name in folders_in(tree, &format!("{FIXTURES}{family}/")) {
            if !known.contains(&(family.clone(), name.clone())) {
                let folder = format!("{FIXTURES}{family}/{name}");
                broken.add(folder, 0, "fixtures of no source", remedy);
            }
        }
    }
    for page in tree.under(PAGES).filter(|file| file.is("md")) {
        let stem = page.path.trim_start_matches(PAGES).trim_end_matches(".md");
        let pair = stem.split_once('.').map(|(f, n)| (f.to_string(), n.to_string()));
        if stem != "README" && !pair.is_some_and(|pair| known.contains(&pair)) {
            broken.add(&page.path, 0, "a page of no source", remedy);
        }
    }
}

fn folders_in(tree: &Tree, prefix: &str) -> BTreeSet<String> {
    tree.under(prefix)
        .filter_map(|file| file.path.strip_prefix(prefix)?.split_once('/'))
        .map(|(folder, _)| folder.to_string())
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::tidy::verdict;

    const LIB: (&str, &str) = ("catalog/sources/src/lib.rs", "fn all() { [aws::ALL].concat() }");
    const FLOW: (&str, &str) = ("catalog/sources/src/aws/flow/mod.rs", "impl Source for Flow {}");
    const TRAIL: (&str, &str) = ("catalog/sources/src/aws/trail.rs", "impl Source for Trail {}");
    const LIST: &str = "catalog/sources/src/aws/mod.rs";

    #[test]
    fn folder_list_fixtures_and_pages_agree() {
        let list = "pub const ALL: &[&dyn Source] = &[\n    &flow::Flow,\n    &trail::Trail,\n];";
        let house = [
            LIB,
            FLOW,
            TRAIL,
            (LIST, list),
            ("catalog/sources/fixtures/aws/flow/plain/in.log", ""),
            ("catalog/sources/fixtures/aws/trail/plain/in.json", ""),
            ("docs/sources/aws.flow.md", ""),
            ("docs/sources/aws.trail.md", ""),
        ];
        assert_eq!(verdict(super::check, &house), Vec::<String>::new());
    }

    #[test]
    fn each_kind_of_gap_is_named() {
        let list = "pub const ALL: &[&dyn Source] = &[\n    &waf::Waf,\n    &flow::Flow,\n];";
        let house = [
            ("catalog/sources/src/lib.rs", "fn all() {}"),
            FLOW,
            TRAIL,
            (LIST, list),
            ("catalog/sources/fixtures/aws/flow/plain/in.log", ""),
            ("catalog/sources/fixtures/aws/old/plain/in.log", ""),
            ("docs/sources/aws.trail.md", ""),
            ("docs/sources/aws.gone.md", ""),
        ];
        let said = verdict(super::check, &house);
        assert_eq!(
            said,
            [
                "catalog/sources/fixtures/aws/old:0 fixtures of no source",
                "catalog/sources/fixtures/aws/trail:0 a source without fixtures",
                "catalog/sources/src/aws/mod.rs:2 waf is listed, but no file of that name is a Source",
                "catalog/sources/src/aws/mod.rs:3 flow out of order",
                "catalog/sources/src/aws/trail:0 a member that no list names",
                "catalog/sources/src/lib.rs:0 aws is not listed",
                "docs/sources/aws.flow.md:0 a source without its page",
                "docs/sources/aws.gone.md:0 a page of no source",
            ]
        );
    }
}
