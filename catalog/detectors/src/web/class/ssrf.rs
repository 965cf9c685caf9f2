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
    let Some((scheme, rest)) = small.split_once("://") else { return false };
    let scheme = scheme.rsplit(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or(scheme);
    if matches!(scheme, "gopher" | "dict" | "ldap" | "tftp" | "sftp" | "netdoc" | "jar") {
        return true;
    }
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let host = rest.get(..end).unwrap_or(rest);
    let host = host.rsplit('@').next().unwrap_or(host);
    matches!(scheme, "http" | "https") && inside(host)
}

/// Whether a host is the server itself or one of its own network.
fn inside(host: &str) -> bool {
    let name = host.trim_start_matches('[');
    let name = name.split([']']).next().unwrap_or(name);
    let name = if host.starts_with('[') { name } else { name.split(':').next().unwrap_or(name) };
    if matches!(name, "localhost" | "0" | "::1" | "::" | "127.1" | "0.0.0.0" | "2130706433") {
        return true;
    }
    match name.parse::<std::net::Ipv4Addr>() {
        Ok(ip) => ip.is_loopback() || ip.is_private() || ip.is_link_local(),
        Err(_) => name.starts_with("0x7f") || name.ends_with(".internal"),
    }
}
