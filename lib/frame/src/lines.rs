//! Lines of a blob: any line end, any length up to the bound, bytes that are no UTF-8 replaced.

use std::borrow::Cow;

use memchr::memchr;

use crate::LINE_MAX;
use crate::window::Input;

/// One line, without its end.
#[derive(Debug, PartialEq, Eq)]
pub struct Line<'s> {
    /// The text; bytes that are no UTF-8 stand as U+FFFD.
    pub text: Cow<'s, str>,
    /// Counted from 1.
    pub number: u64,
    /// The line was longer than [`LINE_MAX`]; `text` holds its start only.
    pub too_long: bool,
}

impl Input<'_> {
    /// Takes the next line; `None` at the end of the blob.
    pub fn line(&mut self) -> Option<Line<'_>> {
        let (end, ended) = self.find_line_end()?;
        let number = self.line;
        self.line += 1;
        let too_long = !ended && end >= LINE_MAX;
        if too_long {
            return Some(self.cut_long_line(number));
        }
        // Two borrows of the window: find its place first, take it, then look back.
        self.take(end + usize::from(ended));
        let line = self.behind(end + usize::from(ended), end);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        // Whole lines are looked at fast; only what is broken is mended.
        let text = match std::str::from_utf8(line) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => String::from_utf8_lossy(line),
        };
        Some(Line { text, number, too_long })
    }

    /// The number of the line that would be taken next.
    pub fn line_number(&self) -> u64 {
        self.line
    }

    /// Where the next line ends within the window, and whether by a line end.
    fn find_line_end(&mut self) -> Option<(usize, bool)> {
        let mut searched = 0;
        loop {
            let rest = self.rest();
            if let Some(at) = memchr(b'\n', rest.get(searched..).unwrap_or(&[])) {
                return Some((searched + at, true));
            }
            searched = rest.len();
            if searched >= LINE_MAX {
                return Some((searched, false));
            }
            if self.at_end() {
                return (searched > 0).then_some((searched, false));
            }
            self.fill((searched * 2).max(64 << 10));
        }
    }

    /// Skips a line beyond the bound; keeps its first kilobyte.
    fn cut_long_line(&mut self, number: u64) -> Line<'static> {
        let start = self.rest().get(..1024).unwrap_or(&[]);
        let text = Cow::Owned(String::from_utf8_lossy(start).into_owned());
        loop {
            if let Some(at) = memchr(b'\n', self.rest()) {
                self.take(at + 1);
                break;
            }
            let unread = self.rest().len();
            self.take(unread);
            if self.at_end() {
                break;
            }
            self.fill(1 << 20);
        }
        Line { text, number, too_long: true }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;
    use crate::Content;

    fn lines(input: &mut Input<'_>) -> Vec<(String, u64, bool)> {
        let mut out = Vec::new();
        while let Some(line) = input.line() {
            out.push((line.text.into_owned(), line.number, line.too_long));
        }
        out
    }

    #[test]
    fn line_ends_marks_and_bad_bytes() {
        let mut input = Input::new(Content::Whole(b"\xEF\xBB\xBFa\r\n\nb\xFFc\nlast"));
        let got = lines(&mut input);
        let texts: Vec<&str> = got.iter().map(|(t, _, _)| t.as_str()).collect();
        assert_eq!(texts, ["a", "", "b\u{FFFD}c", "last"]);
        assert_eq!(got.last().map(|l| l.1), Some(4));
        assert_eq!(input.taken(), 15);
    }

    #[test]
    fn a_line_beyond_the_bound_is_cut_and_said_so() {
        let long = vec![b'x'; LINE_MAX + 5_000_000];
        let all = long.chain(&b"\nnext\n"[..]);
        let got = lines(&mut Input::new(Content::Stream(Box::new(all))));
        assert_eq!(got.len(), 2);
        assert!(got[0].2 && !got[1].2);
        assert_eq!(got[1].0, "next");
    }
}
