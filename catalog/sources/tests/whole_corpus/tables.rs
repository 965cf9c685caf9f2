//! Tables of what is expected: a pattern of paths, a tab, what is said of them. `*` in a pattern
//! stands for any text; the first row that fits counts.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::Path;

/// A table, which knows what rows were of use.
pub struct Table {
    name: &'static str,
    rows: Vec<(String, String)>,
    used: RefCell<BTreeSet<usize>>,
}

impl Table {
    /// Reads a table from beside this file.
    pub fn read(name: &'static str) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/whole_corpus");
        let text = std::fs::read_to_string(folder.join(name)).unwrap();
        let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        let row = |line: &str| {
            let (pattern, said) = line.split_once('\t').unwrap_or((line, "-"));
            (pattern.to_owned(), said.to_owned())
        };
        Table { name, rows: lines.map(row).collect(), used: RefCell::default() }
    }

    /// What is said of a path.
    pub fn of(&self, path: &str) -> Option<&str> {
        let at = self.rows.iter().position(|(pattern, _)| fits(pattern, path))?;
        self.used.borrow_mut().insert(at);
        self.rows.get(at).map(|(_, said)| said.as_str())
    }

    /// Rows that nothing fitted: what they speak of is there no more.
    pub fn idle(&self) -> Vec<String> {
        let used = self.used.borrow();
        let idle = self.rows.iter().enumerate().filter(|(at, _)| !used.contains(at));
        idle.map(|(_, (pattern, _))| format!("{}: nothing fits {pattern}", self.name)).collect()
    }
}

/// Whether a path fits a pattern.
fn fits(pattern: &str, path: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|head| path.strip_prefix(head)) else {
        return false;
    };
    let parts: Vec<&str> = parts.collect();
    let Some((tail, middle)) = parts.split_last() else { return rest.is_empty() };
    for part in middle {
        let Some((_, behind)) = rest.split_once(part) else { return false };
        rest = behind;
    }
    rest.ends_with(tail)
}

#[test]
fn patterns_fit_whole_paths() {
    let cases = [("a/*.log", "a/b/c.log", true), ("a/*.log", "a/b.logs", false)];
    let more =
        [("a", "a", true), ("a", "ab", false), ("a*b*c", "a--b--c", true), ("*x*", "y", false)];
    for (pattern, path, wanted) in cases.into_iter().chain(more) {
        assert_eq!(fits(pattern, path), wanted, "{pattern} {path}");
    }
}
