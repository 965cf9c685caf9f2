//! The parts of one record of the text log: message, detail, hint, statement, context.

use std::borrow::Cow;

use super::head::Head;

/// The parts of a record, each with its lines joined.
#[derive(Debug, Default)]
pub struct Sections<'t> {
    /// The severity of the first line.
    pub level: &'static str,
    /// The prefix of the first line.
    pub prefix: &'t str,
    /// The message.
    pub message: Cow<'t, str>,
    /// `DETAIL`.
    pub detail: Cow<'t, str>,
    /// `HINT`.
    pub hint: Cow<'t, str>,
    /// `STATEMENT`, or `QUERY` of a function.
    pub statement: Cow<'t, str>,
    /// `CONTEXT`.
    pub context: Cow<'t, str>,
}

impl<'t> Sections<'t> {
    /// Takes a record apart; `None` if its first line has no severity.
    pub fn of(text: &'t str) -> Option<Self> {
        let (first, rest) = cut_line(text);
        let head = Head::of(first)?;
        let mut sections =
            Sections { level: head.level, prefix: head.prefix, ..Sections::default() };
        let mut part = head.level;
        sections.begin(part, head.text);
        let mut rest = rest;
        while let Some(text) = rest {
            let (line, after) = cut_line(text);
            rest = after;
            match Head::of(line).filter(|head| !head.opens()) {
                Some(head) => {
                    part = head.level;
                    sections.begin(part, head.text);
                }
                None => sections.go_on(part, line),
            }
        }
        Some(sections)
    }

    fn place(&mut self, part: &str) -> Option<&mut Cow<'t, str>> {
        Some(match part {
            "DETAIL" => &mut self.detail,
            "HINT" => &mut self.hint,
            "STATEMENT" | "QUERY" => &mut self.statement,
            "CONTEXT" => &mut self.context,
            "LOCATION" | "BACKTRACE" => return None,
            _ => &mut self.message,
        })
    }

    fn begin(&mut self, part: &str, text: &'t str) {
        match self.place(part) {
            Some(place) if place.is_empty() => *place = Cow::Borrowed(text),
            Some(place) => {
                place.to_mut().push('\n');
                place.to_mut().push_str(text);
            }
            None => {}
        }
    }

    fn go_on(&mut self, part: &str, line: &'t str) {
        let Some(place) = self.place(part) else { return };
        let place = place.to_mut();
        place.push('\n');
        match chunk(line) {
            Some(at) => {
                let text = line.get(at..).unwrap_or("");
                let text = text.strip_prefix(' ').unwrap_or(text);
                // The first tab is PostgreSQL's mark of a further line; rsyslog writes tabs so.
                let text = text.strip_prefix("#011").or(text.strip_prefix('\t')).unwrap_or(text);
                place.push_str(&text.replace("#011", "\t"));
            }
            None => place.push_str(line.strip_prefix('\t').unwrap_or(line)),
        }
    }
}

fn cut_line(text: &str) -> (&str, Option<&str>) {
    text.split_once('\n').map_or((text, None), |(line, rest)| (line, Some(rest)))
}

/// Where the text of a further line of syslog begins: after `[7-2]`.
pub fn chunk(line: &str) -> Option<usize> {
    const HEAD_MAX: usize = 200;
    let head = line.as_bytes().get(..line.len().min(HEAD_MAX))?;
    memchr::memchr_iter(b']', head).find_map(|at| {
        let (before, number) = line.get(..at)?.rsplit_once('[')?;
        let (of, part) = number.split_once('-')?;
        let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
        let is_further = digits(of) && digits(part) && part != "1";
        let of_server = before.contains("postgres") || super::head::pid(before).is_some();
        (is_further && of_server).then_some(at + 1)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_each_part_are_joined() {
        let text = "2026-10-14 23:18:21 UTC [7] ERROR:  syntax error at or near \"x\"\n\
            2026-10-14 23:18:21 UTC [7] HINT:  none\n\
            2026-10-14 23:18:21 UTC [7] STATEMENT:  select\n\t  1\n\n\t, 2";
        let parts = Sections::of(text).unwrap();
        assert_eq!((parts.level, parts.hint.as_ref()), ("ERROR", "none"));
        assert_eq!(parts.statement, "select\n  1\n\n, 2");
        let text = "Feb  5 16:19:38 sql-1 postgres[7]: [3-1] u=a LOG:  statement: select\n\
            Feb  5 16:19:38 sql-1 postgres[7]: [3-2] #011 1";
        assert_eq!(Sections::of(text).unwrap().message, "statement: select\n 1");
    }
}
