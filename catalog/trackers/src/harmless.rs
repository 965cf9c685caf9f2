//! Ticket text: log text must not become markup, a mention, a link or a command there.

use model::seam::tracker::Block;
use model::text::printable;

/// Breaks markup apart without being seen: a word joiner.
const JOINER: char = '\u{2060}';
/// What starts markup, mentions, references or commands in one of the markups.
const SPECIAL: &str = "\\`*_{}[]<>#+-!|~@%$&^\"=/:";
/// The longest text of one block, in characters.
const TEXT_MAX: usize = 4000;

/// The text, showing the same and doing nothing. Links are made unclickable (`hxxp`).
pub(crate) fn harmless(text: &str) -> String {
    let clean = printable(&model::redact(text), TEXT_MAX).into_owned();
    let clean = replace_ignoring_case(&clean, "http", "hxxp");
    let mut out = String::with_capacity(clean.len() + 16);
    let mut chars = clean.chars().peekable();
    let mut before = ' ';
    while let Some(c) = chars.next() {
        let word = |c: char| c.is_alphanumeric();
        let within = word(before) && chars.peek().copied().is_some_and(word);
        out.push(c);
        // Within a word a hyphen, a colon, a slash or an underscore does nothing.
        if SPECIAL.contains(c) && !(within && matches!(c, '-' | ':' | '/' | '_' | '=' | '+')) {
            out.push(JOINER);
        }
        before = c;
    }
    // Commands of GitLab stand at the start of a line.
    if out.starts_with('/') { format!("{JOINER}{out}") } else { out }
}

fn replace_ignoring_case(text: &str, from: &str, to: &str) -> String {
    let lower = text.to_ascii_lowercase();
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for (at, _) in lower.match_indices(from) {
        out.push_str(text.get(done..at).unwrap_or_default());
        out.push_str(to);
        done = at + from.len();
    }
    out.push_str(text.get(done..).unwrap_or_default());
    out
}

/// How the lines of a body are marked.
#[derive(Clone, Copy)]
pub(crate) struct Markup {
    /// Before a heading.
    pub heading: &'static str,
    /// Before a line of a list.
    pub bullet: &'static str,
}

/// GitHub's and GitLab's.
pub(crate) const MARKDOWN: Markup = Markup { heading: "### ", bullet: "- " };
/// Redmine's.
pub(crate) const TEXTILE: Markup = Markup { heading: "h3. ", bullet: "* " };

/// A body in a markup.
pub(crate) fn write(body: &[Block], markup: Markup) -> String {
    let mut out = String::new();
    for block in body {
        match block {
            Block::Heading(text) => line(&mut out, markup.heading, text),
            Block::Text(text) => line(&mut out, "", text),
            Block::List(all) => all.iter().for_each(|text| line(&mut out, markup.bullet, text)),
            Block::Checks(all) => {
                for check in all {
                    let mark = if check.done { "[x] " } else { "[ ] " };
                    line(&mut out, &format!("{}{mark}", markup.bullet), &check.text);
                }
            }
            Block::Code(text) => text.lines().for_each(|text| line(&mut out, markup.bullet, text)),
        }
        out.push('\n');
    }
    out
}

fn line(out: &mut String, before: &str, text: &str) {
    out.push_str(before);
    out.push_str(&harmless(text));
    out.push('\n');
}

/// The checklist of a body: text as it was before it was made harmless, and whether it is ticked.
pub(crate) fn checks(body: &str) -> Vec<(String, bool)> {
    let read = |line: &str| {
        let rest = line.trim_start().trim_start_matches(['*', '-']).trim_start();
        let (mark, text) = rest.strip_prefix('[')?.split_once(']')?;
        let done = match mark.trim() {
            "" => false,
            "x" | "X" => true,
            _ => return None,
        };
        Some((plain(text.trim()), done))
    };
    body.lines().filter_map(read).collect()
}

/// Without word joiners.
pub(crate) fn plain(text: &str) -> String {
    text.replace(JOINER, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_log_does_anything_in_a_ticket() {
        for (hostile, broken) in [
            ("@everyone see #12 and !13", ["@e", "#1", "!1"]),
            ("[x](http://evil.example) ![i](y)", ["](", "http", "!["]),
            ("{{macro}} <script> \"a\":b", ["{{", "<s", "\":"]),
            ("`code` **bold** ~label", ["`c", "**", "~l"]),
            ("/close\n/assign me", ["\n", "/c", "/a"]),
        ] {
            let safe = harmless(hostile);
            for piece in broken {
                assert!(!safe.contains(piece), "{hostile:?} became {safe:?}");
            }
        }
        assert_eq!(
            harmless("arn:aws:iam::1:user/deploy-bot").replace(JOINER, ""),
            "arn:aws:iam::1:user/deploy-bot"
        );
        assert!(!harmless("password=hunter2hunter2").contains("hunter2"));
    }

    #[test]
    fn a_checklist_is_read_back() {
        let check =
            |text: &str, done| model::case::Check { id: "x".into(), text: text.into(), done };
        let all = vec![check("Block *all* of it", false), check("Look", true)];
        for markup in [MARKDOWN, TEXTILE] {
            let text = write(&[Block::Checks(all.clone())], markup);
            let wanted = vec![("Block *all* of it".to_owned(), false), ("Look".to_owned(), true)];
            assert_eq!(checks(&text), wanted, "{text}");
        }
    }
}
