//! The tab-separated form: head lines that say what the columns are, then one record a line.

use memchr::{memchr_iter, memmem};

/// The most columns of one log.
const COLUMNS_MAX: usize = 512;

/// How a column's values are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    Text,
    Whole,
    Real,
    Truth,
    /// A set or vector.
    Many,
}

/// What the head lines said so far.
#[derive(Debug)]
pub(super) struct Table {
    /// The log's name: `conn`.
    pub(super) path: String,
    pub(super) columns: Vec<(String, Sort)>,
    /// Between the elements of a set.
    pub(super) inner: String,
    separator: u8,
    empty: String,
    unset: String,
}

impl Default for Table {
    fn default() -> Self {
        Table {
            path: String::new(),
            columns: Vec::new(),
            inner: ",".into(),
            separator: b'\t',
            empty: "(empty)".into(),
            unset: "-".into(),
        }
    }
}

/// Whether a sample has the head lines of a Zeek log.
pub(super) fn has_head(sample: &[u8]) -> bool {
    let starts = |mark: &[u8]| {
        sample.starts_with(mark)
            || memmem::find_iter(sample, mark)
                .any(|at| at > 0 && sample.get(at - 1) == Some(&b'\n'))
    };
    starts(b"#fields") && (starts(b"#separator ") || starts(b"#path"))
}

impl Table {
    /// Takes a head line in; says whether it was one.
    pub(super) fn takes_head(&mut self, line: &str) -> bool {
        let Some(head) = line.strip_prefix('#') else { return false };
        if let Some(separator) = head.strip_prefix("separator ") {
            *self =
                Table { separator: byte(separator.trim()).unwrap_or(b'\t'), ..Table::default() };
            return true;
        }
        let mut parts = head.split(char::from(self.separator));
        let name = parts.next().unwrap_or("");
        let mut one = || parts.next().unwrap_or("").to_owned();
        match name {
            "path" => self.path = one(),
            "set_separator" => self.inner = one(),
            "empty_field" => self.empty = one(),
            "unset_field" => self.unset = one(),
            "fields" => {
                let named = parts.take(COLUMNS_MAX).map(|name| (name.to_owned(), Sort::Text));
                self.columns = named.collect();
            }
            "types" => {
                for ((_, sort), kind) in self.columns.iter_mut().zip(parts) {
                    *sort = sort_of(kind);
                }
            }
            "open" | "close" => {}
            _ => return false,
        }
        true
    }

    /// The cells of a line, as many as there are columns.
    pub(super) fn row<'l>(&self, line: &'l str) -> Result<Vec<&'l str>, &'static str> {
        if self.columns.is_empty() {
            return Err("no #fields line before it says what the columns are");
        }
        let mut cells = Vec::with_capacity(self.columns.len());
        let mut start = 0;
        for end in memchr_iter(self.separator, line.as_bytes()).chain([line.len()]) {
            cells.push(line.get(start..end).unwrap_or(""));
            start = end + 1;
            if cells.len() > self.columns.len() {
                return Err("more columns than #fields names");
            }
        }
        if cells.len() < self.columns.len() {
            return Err("fewer columns than #fields names");
        }
        Ok(cells)
    }

    /// The cell of a column, and how it is written; unset and empty ones are none.
    pub(super) fn cell<'l>(&self, cells: &[&'l str], name: &str) -> Option<(&'l str, Sort)> {
        let at = self.columns.iter().position(|(column, _)| column == name)?;
        let (cell, (_, sort)) = (cells.get(at)?, self.columns.get(at)?);
        let is_none = *cell == self.unset || *cell == self.empty || cell.is_empty();
        (!is_none).then_some((*cell, *sort))
    }
}

/// `\x09`, or the sign itself.
fn byte(text: &str) -> Option<u8> {
    match text.strip_prefix("\\x") {
        Some(digits) => u8::from_str_radix(digits, 16).ok().filter(u8::is_ascii),
        None => text.bytes().next().filter(u8::is_ascii),
    }
}

fn sort_of(kind: &str) -> Sort {
    match kind {
        "count" | "int" | "port" => Sort::Whole,
        "double" | "interval" => Sort::Real,
        "bool" => Sort::Truth,
        kind if kind.starts_with("set[") || kind.starts_with("vector[") => Sort::Many,
        _ => Sort::Text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_say_what_rows_mean() {
        let mut table = Table::default();
        assert_eq!(
            table.row("a\tb").unwrap_err(),
            "no #fields line before it says what the columns are"
        );
        for head in
            ["#separator \\x7c", "#set_separator|;", "#fields|ts|tags", "#types|time|set[string]"]
        {
            assert!(table.takes_head(head), "{head}");
        }
        assert!(!table.takes_head("1|2") && !table.takes_head("#what|2"));
        let cells = table.row("1.5|a;b").unwrap();
        assert_eq!(table.cell(&cells, "tags"), Some(("a;b", Sort::Many)));
        assert_eq!(table.inner, ";");
        assert!(table.row("1|2|3").is_err() && table.row("1").is_err());
        assert_eq!(table.cell(&["1", "(empty)"], "tags"), None);
    }
}
