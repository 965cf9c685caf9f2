//! Requests forged through the server: an address that only the server can reach.

use super::super::text::any;

/// Whether a value, in small letters, is such an address.
pub fn is_attack(small: &str) -> bool {
    if any(
        small,
        &[
            "169.254.169.254",
            "169.254.170.2",
            "metadata.google.internal",
            "100.100.100.200",
            "[fd00:ec2::254]",
            "[::ffff:169.254",
            "0xa9fea9fe",
            "2852039166",
        ],
    ) {
        return true;
    }
    let Some((scheme, rest)) = small.split_once("://") else { return bare(small) };
    let scheme = scheme.rsplit(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or(scheme);
    if SCHEMES.contains(&scheme) {
        return true;
    }
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let host = rest.get(..end).unwrap_or(rest);
    let host = host.rsplit('@').next().unwrap_or(host);
    matches!(scheme, "http" | "https" | "ftp" | "ws" | "irc") && inside(host)
}

/// Schemes that pages have no use for, and careless libraries open.
const SCHEMES: &[&str] = &[
    "gopher",
    "dict",
    "ldap",
    "ldaps",
    "tftp",
    "sftp",
    "netdoc",
    "jar",
    "rmi",
    "smb",
    "imap",
    "pop3",
    "telnet",
    "ssh",
    "svn",
    "rtsp",
    "ldapi",
    "afp",
    "finger",
    "mssql",
    "mysql",
    "redis",
    "view-source",
];
/// Names that lead to the server itself, wherever they are asked for.
const OWN: &[&str] = &["localtest.me", "lvh.me", "vcap.me", "nip.io", "sslip.io", "xip.io"];

/// An address without a scheme: `localhost:8080/`, `127.0.0.1/x`.
fn bare(small: &str) -> bool {
    let small = small.trim_start_matches('/');
    let Some(end) = small.find([':', '/']) else { return false };
    let (name, rest) = small.split_at(end);
    let place = rest.starts_with('/')
        || rest.len() > 1 && rest.as_bytes().get(1).is_some_and(u8::is_ascii_digit);
    let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    place && name.contains(|c: char| !c.is_ascii_digit()) && name.chars().all(word) && inside(name)
}

/// Whether a host is the server itself or one of its own network.
fn inside(host: &str) -> bool {
    let name = host.trim_start_matches('[');
    let name = name.split([']']).next().unwrap_or(name);
    let name = if host.starts_with('[') { name } else { name.split(':').next().unwrap_or(name) };
    if matches!(name, "localhost" | "0" | "::1" | "::" | "127.1" | "0.0.0.0" | "2130706433") {
        return true;
    }
    if host.starts_with('[') {
        // A name would do: an address of the sixth version as it stands is there to hide.
        return name.contains(':');
    }
    if let Ok(ip) = name.parse::<std::net::Ipv4Addr>() {
        return ip.is_loopback() || ip.is_private() || ip.is_link_local();
    }
    let ends = [".internal", ".local", ".localhost", ".localdomain", "-localhost"];
    ends.iter().any(|end| name.ends_with(end))
        || OWN
            .iter()
            .any(|own| name == *own || name.strip_suffix(own).is_some_and(|n| n.ends_with('.')))
        || is_number(name)
        || name.chars().any(|c| matches!(c, '\u{2460}'..='\u{24ff}'))
}

/// An address written as one number, or with parts in octal or hexadecimal digits.
fn is_number(name: &str) -> bool {
    let mut parts = name.split('.');
    let mut odd = name.len() >= 8 && !name.contains('.');
    let mut count = 0;
    parts.all(|part| {
        count += 1;
        let hex = part.strip_prefix("0x");
        odd |= hex.is_some() || (part.len() > 1 && part.starts_with('0'));
        let digits = hex.unwrap_or(part);
        !digits.is_empty()
            && digits.chars().all(|c| c.is_digit(if hex.is_some() { 16 } else { 10 }))
    }) && odd
        && count <= 4
}
