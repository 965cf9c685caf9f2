//! Forced browsing: a path to what a server keeps beside its pages, not for visitors.

use super::super::text::any;

/// Files and folders that programs, editors and people leave behind.
const LEFT: &[&str] = &[
    "/wp-config",
    "/debug.log",
    "/error.log",
    "/access.log",
    "/id_rsa",
    "/id_ed25519",
    "/web.config",
    "/composer.json",
    "/composer.lock",
    "/dump.sql",
    "/backup.sql",
    "/database.sql",
    "/phpinfo.php",
    "/server-status",
    "/server-info",
    "/config.php.",
    "/settings.php.",
    "/docker-compose.y",
    "/credentials.json",
    "/secrets.y",
    "/appsettings.json",
    "/sys/class",
    "/proc/self",
    "/actuator/heapdump",
    "/actuator/env",
    "/cgi-bin/.%",
];
/// Ends of names of copies that editors and people make of scripts and data.
const ENDS: &[&str] = &[".bak", ".old", ".orig", ".swp", ".sql", ".sql.gz", ".dump", ".inc", "~"];

/// Whether a decoded path in small letters asks for such a file.
pub fn is_hidden(path: &str) -> bool {
    let path = path.split(['?', '#']).next().unwrap_or(path);
    let mut names = path.split('/').skip(1);
    let dotted = names.any(|name| {
        let rest = name.strip_prefix('.').unwrap_or_default();
        rest.starts_with(|c: char| c.is_ascii_alphabetic()) && rest != "well-known"
    });
    dotted || any(path, LEFT) || ENDS.iter().any(|end| path.ends_with(end) && path.len() > 5)
}
