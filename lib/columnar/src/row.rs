//! Rows as JSON: the columns' values put together by their levels.

use std::fmt::Write as _;

use crate::ROW_MAX;
use crate::column::Column;
use crate::shape::{Field, Kind, Node, Repeated};

/// Writes one row after another.
#[derive(Default)]
pub(crate) struct Writer {
    /// The row.
    pub(crate) text: String,
    /// Where its members' values stand.
    pub(crate) spans: Vec<(u32, u32)>,
    /// It was longer than [`ROW_MAX`]; the text is its start.
    pub(crate) too_long: bool,
}

/// Writes one of several elements.
type Element<'e> = dyn FnMut(&mut Writer, &mut [Column]) -> Result<(), Misfit> + 'e;

/// Columns that do not tell of the same rows.
#[derive(Debug)]
pub(crate) struct Misfit;

impl Writer {
    /// Writes the row that the columns stand at; they stand at the next one then.
    pub(crate) fn row(&mut self, fields: &[Field], columns: &mut [Column]) -> Result<(), Misfit> {
        self.text.clear();
        self.spans.clear();
        self.too_long = false;
        self.text.push('{');
        for field in fields {
            let span = self.member(field, columns)?;
            self.spans.push(span);
        }
        self.text.push('}');
        columns.iter().all(Column::at_row).then_some(()).ok_or(Misfit)
    }

    /// Writes a member unless it is null; where its value stands.
    fn member(&mut self, field: &Field, columns: &mut [Column]) -> Result<(u32, u32), Misfit> {
        if !is_there(&field.node, columns)? {
            pass(&field.node, columns);
            return Ok((0, 0));
        }
        self.comma();
        self.text.push_str(&field.key);
        let start = self.text.len() as u32;
        self.value(&field.node, columns)?;
        Ok((start, self.text.len() as u32))
    }

    fn comma(&mut self) {
        if !self.text.ends_with(['{', '[']) {
            self.text.push(',');
        }
    }

    /// Writes what is there.
    fn value(&mut self, node: &Node, columns: &mut [Column]) -> Result<(), Misfit> {
        if self.text.len() > ROW_MAX {
            // The columns must go on all the same.
            self.too_long = true;
            self.text.truncate(1);
        }
        match &node.kind {
            Kind::Leaf(leaf) => {
                let column = columns.get_mut(node.columns.0).ok_or(Misfit)?;
                column.write(*leaf, &mut self.text);
            }
            Kind::Object(fields) => {
                self.text.push('{');
                for field in fields {
                    self.member(field, columns)?;
                }
                self.text.push('}');
            }
            Kind::List(repeated, item) => {
                self.text.push('[');
                self.each(*repeated, node, columns, &mut |writer, columns| {
                    writer.comma();
                    writer.item(item, columns)
                })?;
                self.text.push(']');
            }
            Kind::Map(repeated, pair) => {
                let [key, value] = pair.as_ref();
                self.text.push('{');
                self.each(*repeated, node, columns, &mut |writer, columns| {
                    writer.comma();
                    writer.key(key, columns)?;
                    writer.item(value, columns)
                })?;
                self.text.push('}');
            }
        }
        Ok(())
    }

    /// Calls `write` for each element of what comes several times.
    fn each(
        &mut self,
        repeated: Repeated,
        node: &Node,
        columns: &mut [Column],
        write: &mut Element<'_>,
    ) -> Result<(), Misfit> {
        let leads = node.columns.0;
        let level = columns.get(leads).and_then(Column::definition).ok_or(Misfit)?;
        if level < repeated.level {
            pass(node, columns);
            return Ok(());
        }
        loop {
            write(self, columns)?;
            let next = columns.get(leads).and_then(Column::repetition);
            if next != Some(repeated.repetition) {
                return Ok(());
            }
        }
    }

    /// Writes an element, also one that is null.
    fn item(&mut self, node: &Node, columns: &mut [Column]) -> Result<(), Misfit> {
        if is_there(node, columns)? {
            return self.value(node, columns);
        }
        pass(node, columns);
        self.text.push_str("null");
        Ok(())
    }

    /// Writes the key of a map, as text whatever it is.
    fn key(&mut self, node: &Node, columns: &mut [Column]) -> Result<(), Misfit> {
        let start = self.text.len();
        self.item(node, columns)?;
        let written = self.text.get(start..).unwrap_or("");
        if !written.starts_with('"') {
            let quoted = format!("\"{written}\"");
            self.text.truncate(start);
            self.text.push_str(&quoted);
        }
        self.text.push(':');
        Ok(())
    }
}

fn is_there(node: &Node, columns: &[Column]) -> Result<bool, Misfit> {
    let level = columns.get(node.columns.0).and_then(Column::definition).ok_or(Misfit)?;
    Ok(level >= node.level)
}

/// Goes on in all columns of a place where nothing is.
fn pass(node: &Node, columns: &mut [Column]) {
    let (from, to) = node.columns;
    columns.get_mut(from..to).unwrap_or_default().iter_mut().for_each(Column::pass);
}

/// Writes a text as JSON.
pub(crate) fn quote(text: &str, out: &mut String) {
    out.push('"');
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|b| b < 0x20 || b == b'"' || b == b'\\') {
        let (plain, special) = rest.split_at_checked(at).unwrap_or((rest, ""));
        out.push_str(plain);
        let mut after = special.chars();
        match after.next() {
            Some('\n') => out.push_str("\\n"),
            Some('\r') => out.push_str("\\r"),
            Some('\t') => out.push_str("\\t"),
            Some(c @ ('"' | '\\')) => out.extend(['\\', c]),
            Some(c) => {
                let _infallible = write!(out, "\\u{:04x}", c as u32);
            }
            None => {}
        }
        rest = after.as_str();
    }
    out.push_str(rest);
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_quoted() {
        let mut out = String::new();
        quote("a\"b\\c\nd\u{1}é", &mut out);
        assert_eq!(out, "\"a\\\"b\\\\c\\nd\\u0001é\"");
    }
}
