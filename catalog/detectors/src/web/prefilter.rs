//! The prefilter: one pass over a request's target that lets most requests go.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

/// What an attack in an address can hardly do without, as it stands in logs.
const SIGNS: &[&str] = &[
    "'", "\"", "`", "<", ">", "|", "{", "}", "$", "\\", "(", ";", "*", "%00", "%0a", "%0d", "%09",
    "%0b", "%0c", "%2", "%3b", "%3c", "%3d", "%3e", "%3a", "%5c", "%7b", "%7c", "%60", "%c0",
    "%c1", "%e0%80", "%u0", "%uff", "%u2", "..", "//", "/.", ":/", "+or+", "+and+", "+union+",
    "+order+", "+having+", "--", "/*", "||", "&&", "=cm", "=eyj", "=ro0", "=o:", "=a:", "=tzo",
    "etc/", "jndi", ".php", ".jsp", ".asp", ".cgi", ".git", ".env", "cmd", "=http", "=ftp",
    "=file", "=php", "=data:", "=/", "169.254", "0x", "@@", "&#", "&lt", "%26", "==",
];

/// What an attack in a header can hardly do without, and browsers do not write.
const HEADER_SIGNS: &[&str] = &[
    "'",
    "\"",
    "`",
    "<",
    "{",
    "}",
    "$",
    "\\",
    "|",
    "*",
    "../",
    "%0",
    "%2",
    "%3c",
    "/etc/",
    "&&",
    "() ",
    "=ro0ab",
    ";ls",
    ";cat",
    ";id",
    ";wget",
    ";curl",
    ";chmod",
    ";cp",
    "; ls",
    "; cat",
    "; id",
    "select ",
    "union ",
    "sleep(",
    "/bin/",
    "java.",
    "cmd=",
    "__proto__",
    "php://",
    "169.254",
];

/// Names under which scanners ask, as their makers wrote them.
const SCANNERS: &[&str] = &[
    "sqlmap",
    "nikto",
    "nmap",
    "masscan",
    "zgrab",
    "nuclei",
    "gobuster",
    "dirbuster",
    "dirb/",
    "wpscan",
    "havij",
    "acunetix",
    "netsparker",
    "invicti",
    "arachni",
    "w3af",
    "openvas",
    "nessus",
    "qualys",
    "feroxbuster",
    "ffuf",
    "wfuzz",
    "fuzz faster",
    "joomscan",
    "whatweb",
    "skipfish",
    "wapiti",
    "vega/",
    "jorgee",
    "zmeu",
    "morfeus",
    "dirsearch",
    "commix",
    "hydra",
    "httpx -",
    "l9explore",
    "l9tcpid",
    "leakix",
    "interactsh",
    "burpcollaborator",
    "appscan",
    "webinspect",
    "xray/",
    "katana",
    "paros",
];

static AGENTS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| matcher(SCANNERS));

/// Whether an agent names itself as a scanner.
pub fn is_scanner(agent: &str) -> bool {
    AGENTS.as_ref().is_some_and(|matcher| matcher.is_match(agent))
}

static MATCHER: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| matcher(SIGNS));
static HEADERS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| matcher(HEADER_SIGNS));

fn matcher(signs: &[&str]) -> Option<AhoCorasick> {
    let builder = &mut AhoCorasick::builder();
    builder.ascii_case_insensitive(true).kind(Some(AhoCorasickKind::DFA)).build(signs).ok()
}

/// Whether a header's value is worth a look.
pub fn worth_header(value: &str) -> bool {
    HEADERS.as_ref().is_none_or(|matcher| matcher.is_match(value))
}

/// Whether a target is worth a look. A plain target is not.
pub fn worth(target: &str) -> bool {
    MATCHER.as_ref().is_none_or(|matcher| matcher.is_match(target))
}

/// Whether a decoded value has signs of a language in it; words and numbers alone have not.
pub fn signs(value: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b >= 0x80 || matches!(b, b' ' | b'_' | b'-');
    if !value.bytes().all(plain) || value.contains("--") {
        return true;
    }
    let spaces = value.bytes().filter(|b| *b == b' ').count();
    spaces >= 2 || value.len() >= 40
}
