//! Header injection: a line end, and a header behind it, where a value belongs.

use std::sync::LazyLock;

use super::super::text::any;
use super::pattern::Patterns;

static PATTERNS: LazyLock<Patterns> = LazyLock::new(|| {
    Patterns::new(&[
        // A request within a request.
        r"\b(?:get|post|head|put|delete|options|trace|connect|patch)\s+(?:/|https?://)\S*\s+http/\d",
        // Commands of mail servers behind a line end (RFC 5321, RFC 9051, RFC 1939).
        r"[\r\n]\s*(?:mail from:|rcpt to:|helo \S|ehlo \S|vrfy \S|expn \S|auth (?:plain|login)|rset\b|starttls)",
        r"[\r\n]\s*[a-z]{0,2}\d{1,5} (?:append|authenticate|capability|create|delete|examine|fetch|list|login|logout|lsub|noop|rename|search|select|status|store|subscribe|uid|unsubscribe)\b",
        r"[\r\n]\s*(?:apop \S+ [0-9a-f]{16}|(?:retr|dele|top|uidl|list) \d+|user \S+[\r\n]+pass )",
        r"[\r\n]\s*<(?:html|script|body|head)\b",
    ])
});

/// Whether a value, in small letters, would end a header and begin another.
pub fn is_attack(small: &str) -> bool {
    const HEADERS: &[&str] = &[
        "set-cookie:",
        "location:",
        "content-type:",
        "content-length:",
        "http/1.",
        "x-",
        "host:",
        "bcc:",
        "cc:",
        "to:",
        "subject:",
        "refresh:",
        "transfer-encoding:",
        "link:",
        "status:",
        "remote-addr:",
        "remote-host:",
        "cookie:",
        "server:",
        "proxy-",
        "access-control-",
    ];
    if PATTERNS.any(small) {
        return true;
    }
    let Some(at) = small.find(['\r', '\n']) else { return false };
    let rest = small.get(at..).unwrap_or_default().trim_start();
    HEADERS.iter().any(|header| rest.starts_with(header))
        || any(rest, &["\nset-cookie:", "\ncontent-type:", "\nlocation:"])
}
