//! Words: nothing half done and no path of somebody's machine is left in the text.

use super::Broken;
use crate::tree::{File, Tree};

/// What is not to be left standing, in halves so that this file may name it; and why.
const WORDS: &[(&str, &str, &str)] = &[
    ("TO", "DO", "Do it, or open an issue."),
    ("FIX", "ME", "Mend it, or open an issue."),
    ("XX", "X ", "Say what is meant."),
    ("/wo", "rk/", "Name paths from the root of the checkout."),
    ("/root", "/.", "Name paths from the root of the checkout."),
    ("/tmp/br", "ief", "Name paths from the root of the checkout."),
];
/// What people write by hand. (Logs and rules may say what they like.)
const KINDS: &[&str] = &["rs", "toml", "md", "sh", "yml"];

/// Checks every written file.
pub fn check(tree: &Tree, broken: &mut Broken) {
    for file in tree.files.iter().filter(|file| written(file)) {
        for (number, line) in file.lines() {
            for (head, tail, remedy) in WORDS {
                let word = format!("{head}{tail}");
                if contains_word(line, &word) {
                    broken.add(&file.path, number, format!("`{}`", word.trim()), *remedy);
                }
            }
        }
    }
}

fn written(file: &File) -> bool {
    let by_hand = KINDS.iter().any(|kind| file.is(kind)) || file.path.starts_with(".ci/");
    by_hand && !file.path.contains("/fixtures/") && !file.path.starts_with("examples/")
}

/// A word of letters must stand alone; a path may stand anywhere.
fn contains_word(line: &str, word: &str) -> bool {
    let letter = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        let before = line.get(..at).and_then(|text| text.chars().next_back());
        let after = line.get(at + word.len()..).and_then(|text| text.chars().next());
        let joined = before.is_some_and(letter) || after.is_some_and(letter);
        word.starts_with('/') && !before.is_some_and(letter) || !joined
    })
}

#[cfg(test)]
mod tests {
    use crate::tidy::verdict;

    #[test]
    fn what_is_half_done_is_named() {
        let text = format!(
            "a\n// TO{}: later\nTO{}S are words\n# see /wo{}x\nnetwo{}x\n",
            "DO", "DO", "rk/", "rk/"
        );
        let said = verdict(super::check, &[("a.rs", &text), ("x/fixtures/a.md", &text)]);
        assert_eq!(said, [format!("a.rs:2 `TO{}`", "DO"), format!("a.rs:4 `/wo{}`", "rk/")]);
    }
}
