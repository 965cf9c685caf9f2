//! A page of a terminal: colour if wanted, lines no wider than the window, wide characters counted.

use std::io::{self, Write};

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// How a label is painted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Paint {
    Plain,
    Bold,
    Dim,
    Alarm,
    Red,
    Yellow,
    Cyan,
}

impl Paint {
    /// The SGR parameters (ECMA-48, 8.3.117).
    fn code(self) -> &'static str {
        match self {
            Paint::Plain => "",
            Paint::Bold => "1",
            Paint::Dim => "2",
            Paint::Alarm => "1;97;41",
            Paint::Red => "1;31",
            Paint::Yellow => "33",
            Paint::Cyan => "36",
        }
    }
}

/// Text with fewer columns beside its label goes below it.
const TEXT_MIN: usize = 24;
/// The indent of text below its label, where the window is too narrow for both.
const INDENT_NARROW: usize = 4;
/// Headings are underlined no further than this.
const RULE_MAX: usize = 100;

/// Where text is written to.
pub(super) struct Page<'w> {
    to: &'w mut dyn Write,
    colour: bool,
    /// Columns; `usize::MAX` for no bound.
    pub(super) width: usize,
}

impl<'w> Page<'w> {
    pub(super) fn new(to: &'w mut dyn Write, colour: bool, width: usize) -> Self {
        Page { to, colour, width: if width == 0 { usize::MAX } else { width } }
    }

    /// An empty line.
    pub(super) fn gap(&mut self) -> io::Result<()> {
        writeln!(self.to)
    }

    /// A heading with an empty line above and a rule beside it.
    pub(super) fn heading(&mut self, text: &str) -> io::Result<()> {
        self.gap()?;
        let room = self.width.min(RULE_MAX).saturating_sub(text.width() + 4);
        let title = self.painted(Paint::Bold, text);
        let rule = self.painted(Paint::Dim, &"─".repeat(room));
        let lead = self.painted(Paint::Dim, "──");
        writeln!(self.to, "{lead} {title} {rule}")
    }

    /// A label of at least `column` columns, then text beside it, wrapped below itself.
    pub(super) fn item(
        &mut self,
        indent: usize,
        label: &str,
        paint: Paint,
        column: usize,
        text: &str,
    ) -> io::Result<()> {
        let space = usize::from(!label.is_empty());
        let lead = column.max(label.width() + space);
        if self.width < indent + lead + TEXT_MIN && !text.is_empty() {
            return self.stacked(indent, label, paint, text);
        }
        let room = self.width.saturating_sub(indent + lead).max(1);
        let painted = self.painted(paint, label);
        let mut lines = wrap(text, room).into_iter();
        let first = lines.next().unwrap_or_default();
        let pad = " ".repeat(lead - label.width());
        let line = format!("{}{painted}{pad}{first}", " ".repeat(indent));
        writeln!(self.to, "{}", line.trim_end())?;
        for line in lines {
            writeln!(self.to, "{}{line}", " ".repeat(indent + lead))?;
        }
        Ok(())
    }

    /// The same in a narrow window: the text below its label.
    fn stacked(&mut self, indent: usize, label: &str, paint: Paint, text: &str) -> io::Result<()> {
        let shallow = " ".repeat(indent.min(INDENT_NARROW));
        if !label.is_empty() {
            let painted = self.painted(paint, label);
            writeln!(self.to, "{shallow}{painted}")?;
        }
        let indent = " ".repeat(INDENT_NARROW);
        for line in wrap(text, self.width.saturating_sub(INDENT_NARROW).max(1)) {
            writeln!(self.to, "{indent}{line}")?;
        }
        Ok(())
    }

    /// Rows in columns, the columns named in `right` set to the right; a narrow window gets each
    /// row as a sentence of `name value` pairs.
    pub(super) fn table(&mut self, rows: &[Vec<String>], right: &[usize]) -> io::Result<()> {
        let columns = rows.first().map_or(0, Vec::len);
        let widest = |column: usize| {
            rows.iter().filter_map(|row| row.get(column)).map(|c| c.width()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns).map(widest).collect();
        if widths.iter().map(|w| w + 2).sum::<usize>() > self.width {
            return self.sentences(rows);
        }
        for (at, row) in rows.iter().enumerate() {
            let mut line = String::from("  ");
            for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
                let pad = " ".repeat(width.saturating_sub(cell.width()));
                if right.contains(&column) {
                    line.push_str(&pad);
                    line.push_str(cell);
                } else {
                    line.push_str(cell);
                    line.push_str(&pad);
                }
                line.push_str("  ");
            }
            let paint = if at == 0 { Paint::Dim } else { Paint::Plain };
            let line = self.painted(paint, line.trim_end());
            writeln!(self.to, "{line}")?;
        }
        Ok(())
    }

    fn sentences(&mut self, rows: &[Vec<String>]) -> io::Result<()> {
        let Some((names, rows)) = rows.split_first() else { return Ok(()) };
        for row in rows {
            let pairs = names.iter().zip(row).skip(1).filter(|(_, cell)| !cell.is_empty());
            let text: Vec<String> = pairs.map(|(name, cell)| format!("{name} {cell}")).collect();
            let label = row.first().map_or("", String::as_str);
            self.item(2, "", Paint::Plain, 0, label)?;
            self.item(4, "", Paint::Plain, 0, &text.join("  "))?;
        }
        Ok(())
    }

    /// The text between escape codes, where colour is wanted.
    pub(super) fn painted(&self, paint: Paint, text: &str) -> String {
        if !self.colour || paint == Paint::Plain || text.is_empty() {
            return text.to_owned();
        }
        format!("\u{1b}[{}m{text}\u{1b}[0m", paint.code())
    }
}

/// Characters that may not start a line in Japanese (JIS X 4051, the common ones).
const NOT_FIRST: &str =
    "、。，．・：；？！）」』】〕〉》］｝ーゝゞ々ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ…％";
/// Characters that may not end a line.
const NOT_LAST: &str = "（「『【〔〈《［｛";

/// Lines of at most `width` columns. Breaks after spaces, and between wide characters where
/// Japanese allows it; cuts a longer word.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let (mut line, mut used) = (String::new(), 0);
    for piece in pieces(text) {
        if used > 0 && used + piece.trim_end().width() > width {
            lines.push(std::mem::take(&mut line).trim_end().to_owned());
            used = 0;
        }
        for c in piece.chars() {
            let columns = c.width().unwrap_or(0);
            if used + columns > width && c != ' ' {
                lines.push(std::mem::take(&mut line).trim_end().to_owned());
                used = 0;
            }
            line.push(c);
            used += columns;
        }
    }
    lines.push(line.trim_end().to_owned());
    lines
}

/// The text in pieces that a line may break between.
fn pieces(text: &str) -> Vec<String> {
    let mut pieces = Vec::new();
    let mut piece = String::new();
    let mut last: Option<char> = None;
    for c in text.chars() {
        let is_wide = c.width() == Some(2);
        let breaks = last.is_some_and(|last| {
            let after_space = last == ' ' && c != ' ';
            let beside_wide = (is_wide || last.width() == Some(2)) && c != ' ';
            (after_space || beside_wide) && !NOT_FIRST.contains(c) && !NOT_LAST.contains(last)
        });
        if breaks {
            pieces.push(std::mem::take(&mut piece));
        }
        piece.push(c);
        last = Some(c);
    }
    pieces.push(piece);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wraps_words_long_words_and_japanese() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("arn:aws:iam::1 x", 5), ["arn:a", "ws:ia", "m::1", "x"]);
        assert_eq!(wrap("攻撃が成功した、という。", 10), ["攻撃が成功", "した、とい", "う。"]);
        assert_eq!(wrap("攻撃が成功。次", 10), ["攻撃が成", "功。次"]);
        assert_eq!(wrap("", 10), [""]);
    }
}
