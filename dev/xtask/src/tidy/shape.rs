//! Shape: every file says what it is, fits a hand's breadth, and its functions fit a screen.

use super::Broken;
use crate::rust_text::{block_end, code_only};
use crate::tree::{File, Tree};

/// The longest Rust file, in lines.
const FILE_MAX: usize = 400;
/// The longest function, in lines.
const FUNCTION_MAX: usize = 60;
/// The longest line of Rust, in characters.
const LINE_MAX: usize = 100;

/// Files beyond the bound, each with its reason.
const LONG_FILES: &[(&str, &str)] = &[("lib/ocsf/src/path.rs", "a register: one line each path")];
/// Functions beyond the bound (`path fn`), each with its reason.
const LONG_FUNCTIONS: &[(&str, &str)] = &[
    ("catalog/sources/src/web/access/names.rs slot", "a table: the names of one thing in one arm"),
    ("engine/src/advise.rs words", "a table: the sentences of one action in one arm"),
];
/// Files with lines beyond the bound, each with its reason.
const LONG_LINES: &[(&str, &str)] = &[];

/// Checks every Rust file.
pub fn check(tree: &Tree, broken: &mut Broken) {
    for file in tree.files.iter().filter(|file| file.is("rs")) {
        check_header(file, broken);
        check_size(file, broken);
        check_functions(file, broken);
        check_attributes(file, broken);
    }
    if tree.root.is_some() {
        check_exemptions(tree, broken);
    }
}

fn excused(list: &[(&str, &str)], name: &str) -> bool {
    list.iter().any(|(excused, _)| *excused == name)
}

fn check_header(file: &File, broken: &mut Broken) {
    let first = file.text.lines().next().unwrap_or("");
    if first.strip_prefix("//! ").is_none_or(|sentence| sentence.trim().len() <= 3) {
        broken.add(&file.path, 1, "no header", "Begin with `//!` and one plain sentence.");
    }
}

fn check_size(file: &File, broken: &mut Broken) {
    let lines = file.text.lines().count();
    if lines > FILE_MAX && !excused(LONG_FILES, &file.path) {
        let remedy = "Split it where its reader would pause.";
        broken.add(&file.path, 0, format!("{lines} lines; the bound is {FILE_MAX}"), remedy);
    }
    if excused(LONG_LINES, &file.path) {
        return;
    }
    let code = code_only(&file.text);
    for ((number, line), code) in file.lines().zip(code.lines()) {
        let width = line.chars().count();
        if width > LINE_MAX && !crossed_by_literal(line, code) {
            let what = format!("{width} columns; the bound is {LINE_MAX}");
            broken.add(&file.path, number, what, "Break the line (cargo fmt cannot).");
        }
    }
}

/// A log line or a sentence in a string is not broken for the sake of columns: `rustfmt` leaves
/// it, and a reader can search for it. `code` is the line with its literals blank.
fn crossed_by_literal(line: &str, code: &str) -> bool {
    let indent = line.len() - line.trim_start().len();
    let words: Vec<&str> = code.split_whitespace().collect();
    let rest = indent + words.join(" ").chars().count();
    rest <= LINE_MAX && !line.contains("// ")
}

fn check_functions(file: &File, broken: &mut Broken) {
    let code = code_only(&file.text);
    for (at, name) in functions(&code) {
        let Some(open) = body(&code, at) else { continue };
        let end = block_end(&code, open);
        let lines = code.get(at..end).map_or(0, |text| text.matches('\n').count() + 1);
        if lines > FUNCTION_MAX && !excused(LONG_FUNCTIONS, &format!("{} {name}", file.path)) {
            let first = code.get(..at).map_or(0, |text| text.matches('\n').count()) + 1;
            let what = format!("fn {name} has {lines} lines; the bound is {FUNCTION_MAX}");
            broken.add(&file.path, first, what, "Give its parts names of their own.");
        }
    }
}

/// Every `fn name`, with where it starts.
fn functions(code: &str) -> Vec<(usize, &str)> {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices("fn ")
        .filter(|(at, _)| !code.get(..*at).unwrap_or("").ends_with(word))
        .filter_map(|(at, _)| {
            let rest = code.get(at + 3..)?;
            let name = rest.split(|c| !word(c)).next()?;
            (!name.is_empty()).then_some((at, name))
        })
        .collect()
}

/// Where the body of the function at `at` opens; `None` for a declaration.
fn body(code: &str, at: usize) -> Option<usize> {
    let mut depth = 0i32;
    for (i, byte) in code.bytes().enumerate().skip(at) {
        match byte {
            b'(' | b'[' => depth += 1,
            b')' | b']' => depth -= 1,
            b'{' if depth == 0 => return Some(i),
            b';' if depth == 0 => return None,
            _ => {}
        }
    }
    None
}

fn check_attributes(file: &File, broken: &mut Broken) {
    for (at, line) in code_only(&file.text).lines().enumerate() {
        for attribute in ["ignore", "should_panic"] {
            if line.trim_start().starts_with(&format!("#[{attribute}")) {
                let remedy = "Assert what happens today, or mend it; a test always runs.";
                broken.add(&file.path, at + 1, format!("`#[{attribute}]`"), remedy);
            }
        }
    }
}

/// An excuse that is no longer needed is struck.
fn check_exemptions(tree: &Tree, broken: &mut Broken) {
    let here = "dev/xtask/src/tidy/shape.rs";
    let remedy = "Strike it from the list.";
    for (excused, _) in LONG_FILES.iter().chain(LONG_LINES).chain(LONG_FUNCTIONS) {
        let (path, function) = excused.split_once(' ').unwrap_or((excused, ""));
        let there = tree.file(path).is_some_and(|file| {
            function.is_empty() || functions(&code_only(&file.text)).iter().any(|f| f.1 == function)
        });
        if !there {
            broken.add(here, 0, format!("{excused} is excused but gone"), remedy);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tidy::verdict;

    #[test]
    fn what_is_too_long_is_named() {
        let long_function = format!("//! What.\nfn f(a: [u8; 3]) {{\n{}}}\n", "a();\n".repeat(60));
        let files = format!("//! Header.\n{}", "x\n".repeat(400));
        let said = verdict(
            super::check,
            &[
                ("a.rs", "fn a() {}\n"),
                ("b.rs", &format!("//! What.\n// {0}\nlet a = \"{0}\";\n", "x".repeat(98))),
                ("c.rs", &long_function),
                ("d.rs", &files),
                ("e.rs", "//! What.\n#[ignore = \"slow\"]\n// #[should_panic]\n"),
                ("f.rs", "//! What it is.\ntrait T { fn declared(&self); }\n"),
            ],
        );
        assert_eq!(
            said,
            [
                "a.rs:1 no header",
                "b.rs:2 101 columns; the bound is 100",
                "c.rs:2 fn f has 62 lines; the bound is 60",
                "d.rs:0 401 lines; the bound is 400",
                "e.rs:2 `#[ignore]`",
            ]
        );
    }
}
