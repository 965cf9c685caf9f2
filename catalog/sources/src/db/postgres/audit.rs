//! Entries of pgAudit: `SESSION,1,1,READ,SELECT,TABLE,public.users,"select …",<none>`.

use std::borrow::Cow;

use crate::db::entry::{Deed, Entry};

/// Reads what follows `AUDIT: `: kind, statement, substatement, class, command, type and name of
/// the object, statement, parameters, rows.
pub fn read<'a>(entry: &mut Entry<'a>, text: &'a str) {
    entry.deed = Deed::Statement;
    let mut columns = Columns { rest: Some(text) };
    let mut next = || columns.next().unwrap_or_default();
    let (kind, statement_id, part_id) = (next(), next(), next());
    let (class, command, object_type, object) = (next(), next(), next(), next());
    let (statement, parameters, rows) = (next(), next(), next());
    let is_table = matches!(object_type.as_ref(), "TABLE" | "FOREIGN TABLE" | "PARTITIONED TABLE");
    entry.table = Some(object.clone()).filter(|name| is_table && !name.is_empty());
    // `<previously logged>`, `<not logged>`, `<none>` stand where a value does not.
    let real = |text: Cow<'a, str>| Some(text).filter(|t| !t.is_empty() && !is_absent(t));
    entry.statement = real(statement).or(entry.statement.take());
    entry.parameters = real(parameters).or(entry.parameters.take());
    entry.rows = rows.parse().ok();
    entry.command = real(command);
    for (name, value) in [
        ("audit_type", kind),
        ("statement_id", statement_id),
        ("substatement_id", part_id),
        ("class", class),
        ("object_type", object_type),
        ("object_name", object),
    ] {
        if !value.is_empty() {
            entry.others.push((name.into(), value));
        }
    }
}

fn is_absent(text: &str) -> bool {
    matches!(text, "<none>" | "<not logged>" | "<previously logged>")
}

/// Values between commas, in quotes where they hold commas, quotes or line ends.
pub struct Columns<'a> {
    /// What is not read yet; none after the last one.
    pub rest: Option<&'a str>,
}

impl<'a> Iterator for Columns<'a> {
    type Item = Cow<'a, str>;

    fn next(&mut self) -> Option<Cow<'a, str>> {
        let rest = self.rest?;
        let Some(inside) = rest.strip_prefix('"') else {
            let (value, rest) = match rest.split_once(',') {
                Some((value, rest)) => (value, Some(rest)),
                None => (rest, None),
            };
            self.rest = rest;
            return Some(Cow::Borrowed(value));
        };
        let bytes = inside.as_bytes();
        let (mut from, mut doubled) = (0, false);
        loop {
            let Some(at) = memchr::memchr(b'"', bytes.get(from..).unwrap_or(&[])) else {
                // Not closed: the record was cut.
                self.rest = None;
                return Some(unquoted(inside, doubled));
            };
            let at = from + at;
            if bytes.get(at + 1) == Some(&b'"') {
                (from, doubled) = (at + 2, true);
                continue;
            }
            let value = inside.get(..at).unwrap_or("");
            let after = inside.get(at + 1..).unwrap_or("");
            self.rest = after.split_once(',').map(|(_, rest)| rest);
            return Some(unquoted(value, doubled));
        }
    }
}

fn unquoted(text: &str, doubled: bool) -> Cow<'_, str> {
    if doubled { Cow::Owned(text.replace("\"\"", "\"")) } else { Cow::Borrowed(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_with_quotes_in_quotes() {
        let text = "a,\"b,\"\"c\"\"\nd\",,e,\"cut";
        let columns: Vec<_> = Columns { rest: Some(text) }.collect();
        assert_eq!(columns, ["a", "b,\"c\"\nd", "", "e", "cut"]);
        assert_eq!(Columns { rest: Some("") }.collect::<Vec<_>>(), [""]);
    }
}
