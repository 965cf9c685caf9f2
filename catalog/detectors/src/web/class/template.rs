//! Template injection: an expression of a template language where a value belongs.

use super::super::text::any;

/// Whether a value, in small letters, is an expression that a template engine would compute.
pub fn is_attack(small: &str) -> bool {
    const WORDS: &[&str] = &[
        "__",
        "class",
        "config",
        "self",
        "request",
        "system",
        "exec",
        "import",
        "runtime",
        "eval",
        "popen",
        "dump",
        "include",
        "file",
        "|",
        "constructor",
        "freemarker",
        "assign",
        "set ",
        "debug",
        "env",
        "print",
        "require",
        "java",
        "t(",
        "range",
        "foreach",
        "settings",
    ];
    let pairs = [
        ("{{", "}}"),
        ("${", "}"),
        ("#{", "}"),
        ("<%", "%>"),
        ("{%", "%}"),
        ("*{", "}"),
        ("@(", ")"),
        ("[[", "]]"),
        ("{#", "}"),
        ("{php", "}"),
    ];
    let inside = pairs.iter().find_map(|(open, close)| {
        let (_, rest) = small.split_once(open)?;
        rest.split_once(close).map(|(inside, _)| inside).filter(|inside| inside.len() <= 4096)
    });
    let Some(inside) = inside else { return false };
    let digits = inside.bytes().any(|b| b.is_ascii_digit());
    let computes = digits && inside.contains(['*', '+', '-', '/']) && !inside.contains(' ');
    computes || any(inside, WORDS)
}
