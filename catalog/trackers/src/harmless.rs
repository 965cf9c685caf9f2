//! Ticket text: log text must not become markup, a mention, a link or a command there.

use model::seam::tracker::Block;
use model::text::printable;

/// Breaks markup apart without being seen: a word joiner.
const JOINER: char = '\u{2060}';
/// What starts markup, mentions, references or commands in one of the markups.
const SPECIAL: &str = "\\`*_{}[]<>#+-!|~@%$&^\"=/:?";
/// The longest text of one block, in characters.
const TEXT_MAX: usize = 4000;
/// How long lines may be, tried one after the other until the whole fits.
const LINES: &[usize] = &[TEXT_MAX, 1000, 250, 80];

/// The text, showing the same and doing nothing. Links are made unclickable (`hxxp`).
pub(crate) fn harmless(text: &str) -> String {
    shortened(text, TEXT_MAX)
}

/// The same on one line, at most so many characters.
pub(crate) fn title(text: &str, most: usize) -> String {
    harmless(text).chars().take(most).collect()
}

fn shortened(text: &str, most: usize) -> String {
    let clean = printable(&model::redact(text), most).into_owned();
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
    // Commands of GitLab stand at the start of a line, as do words that make a heading or a
    // quotation in Textile and in Jira's markup (`h1. `, `bq. `).
    let word = out.split_whitespace().next().unwrap_or_default();
    if out.starts_with('/') || word.ends_with('.') { format!("{JOINER}{out}") } else { out }
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
    /// The longest text that the other side takes, in characters.
    pub most: usize,
}

/// GitHub's and GitLab's. GitHub takes 65,536 characters, GitLab a million.
pub(crate) const MARKDOWN: Markup = Markup { heading: "### ", bullet: "- ", most: 60_000 };
/// Redmine's. Its column holds 65,535 bytes in MySQL, four of which may be one character.
pub(crate) const TEXTILE: Markup = Markup { heading: "h3. ", bullet: "* ", most: 16_000 };

/// Jira's wiki markup. Jira takes 32,767 characters.
pub(crate) const WIKI: Markup = Markup { heading: "h3. ", bullet: "* ", most: 30_000 };

/// A body in a markup, as long as the other side takes it: of a longer one, lines are shortened,
/// but for those of the checklist, and at last the end is left out.
pub(crate) fn write(body: &[Block], markup: Markup) -> String {
    let mut out = String::new();
    for most in LINES {
        out = lines(body, markup, *most);
        if out.chars().count() <= markup.most {
            return out;
        }
    }
    out = out.chars().take(markup.most.saturating_sub(2)).collect();
    out.push_str("\n…");
    out
}

fn lines(body: &[Block], markup: Markup, most: usize) -> String {
    let mut out = String::new();
    let short = |out: &mut String, before: &str, text: &str| line(out, before, text, most);
    for block in body {
        match block {
            Block::Heading(text) => short(&mut out, markup.heading, text),
            Block::Text(text) => short(&mut out, "", text),
            Block::List(all) => all.iter().for_each(|text| short(&mut out, markup.bullet, text)),
            Block::Checks(all) => {
                for check in all {
                    let mark = if check.done { "[x] " } else { "[ ] " };
                    line(&mut out, &format!("{}{mark}", markup.bullet), &check.text, TEXT_MAX);
                }
            }
            Block::Code(text) => text.lines().for_each(|text| short(&mut out, markup.bullet, text)),
        }
        out.push('\n');
    }
    out
}

fn line(out: &mut String, before: &str, text: &str, most: usize) {
    out.push_str(before);
    out.push_str(&shortened(text, most));
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
            ("{noformat} ??who?? [~admin]", ["{n", "??", "[~"]),
            ("|a||b| !http://x/y.png! ----", ["|a", "||", "--"]),
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
        assert!(!harmless("h1. Big").starts_with('h') && !harmless("bq. So").starts_with('b'));
        assert!(!harmless("password=hunter2hunter2").contains("hunter2"));
    }

    #[test]
    fn a_long_story_is_shortened_and_keeps_its_checklist() {
        let check = model::case::Check { id: "x".into(), text: "Do ".repeat(300), done: false };
        let story = vec!["*".repeat(TEXT_MAX); 50];
        let text = write(&[Block::List(story), Block::Checks(vec![check.clone()])], TEXTILE);
        assert!(text.chars().count() <= TEXTILE.most);
        assert_eq!(checks(&text), vec![(check.text.trim().to_owned(), false)]);
        let endless = vec!["*".repeat(TEXT_MAX); 400];
        let text = write(&[Block::List(endless)], TEXTILE);
        assert!(text.chars().count() <= TEXTILE.most && text.ends_with('…'));
        assert_eq!(title(&"é@".repeat(400), 250).chars().count(), 250);
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
