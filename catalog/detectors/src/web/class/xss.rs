//! Cross-site scripting: markup or script where a value belongs.

use super::super::text::any;

/// Whether a value would run in a browser.
pub fn is_attack(value: &str, small: &str) -> bool {
    const SCRIPT: &[&str] = &[
        "javascript:",
        "vbscript:",
        "<script",
        "</script",
        "data:text/html",
        "expression(",
        "document.cookie",
        "document.write",
        "document.location",
        "window.location",
        "string.fromcharcode",
        "alert(",
        "alert`",
        "prompt(",
        "confirm(",
        "<svg",
        "<iframe",
        "onerror=",
        "onload=",
        "srcdoc=",
        "-moz-binding",
        "livescript:",
        "<!entity",
    ];
    if !any(small, &["<", ">", "(", "`", ":", "="]) {
        return false;
    }
    let script = any(small, SCRIPT);
    if script && any(small, &["<", "script:", "on", "(", "`"]) {
        return true;
    }
    (small.contains('<') || small.contains('='))
        && libinjectionrs::detect_xss(value.as_bytes()).is_injection()
}

/// Whether a value, in small letters, is markup that runs script, whatever else it names.
pub fn is_certain(small: &str) -> bool {
    any(small, &["<script", "data:text/html", "javascript:", "<svg", "<iframe", "<embed"])
}
