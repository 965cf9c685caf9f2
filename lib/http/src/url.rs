//! Addresses: compared, and shown without what is secret in them.

/// Percent-encodes a text for a path segment or a query value (RFC 3986, unreserved stays).
pub fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            const HEX: &[u8; 16] = b"0123456789ABCDEF";
            let digit = |nibble: u8| HEX.get(usize::from(nibble)).copied().unwrap_or(b'0');
            out.push('%');
            out.push(char::from(digit(byte >> 4)));
            out.push(char::from(digit(byte & 15)));
        }
    }
    out
}

/// The address without user, password, query and fragment.
pub fn shown(url: &str) -> String {
    let bare = url.split(['?', '#']).next().unwrap_or_default();
    let Some((scheme, rest)) = bare.split_once("://") else { return bare.to_owned() };
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    format!("{scheme}://{host}{path}")
}

/// Scheme, host and port.
pub(crate) fn origin(url: &str) -> &str {
    let start = url.find("://").map_or(0, |at| at + 3);
    let rest = url.get(start..).unwrap_or_default();
    let end = rest.find(['/', '?', '#']).map_or(url.len(), |at| start + at);
    url.get(..end).unwrap_or(url)
}

/// The host without port and brackets, in lower case.
pub(crate) fn host(url: &str) -> String {
    let shown = shown(url);
    let origin = origin(&shown);
    let host = origin.split_once("://").map_or(origin, |(_, host)| host);
    let host = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or(rest),
        None => host.split(':').next().unwrap_or(host),
    };
    host.to_ascii_lowercase()
}

/// Where a `Location` header leads from an address (RFC 3986, 5.2, as far as servers use it).
pub(crate) fn resolve(base: &str, location: &str) -> String {
    if location.contains("://") {
        return location.to_owned();
    }
    if let Some(rest) = location.strip_prefix("//") {
        let scheme = base.split("://").next().unwrap_or("https");
        return format!("{scheme}://{rest}");
    }
    if location.starts_with('/') {
        return format!("{}{location}", origin(base));
    }
    let plain = base.split(['?', '#']).next().unwrap_or(base);
    let folder = match plain.rfind('/').filter(|at| *at >= origin(base).len()) {
        Some(at) => plain.get(..=at).unwrap_or(plain).to_owned(),
        None => format!("{plain}/"),
    };
    format!("{folder}{location}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_secret_is_shown() {
        for (url, wanted) in [
            ("https://u:p@h.example:8443/a/b?key=s#f", "https://h.example:8443/a/b"),
            ("http://h.example?token=s", "http://h.example"),
            ("https://a@b:c@h.example/x@y", "https://h.example/x@y"),
            ("nonsense", "nonsense"),
        ] {
            assert_eq!(shown(url), wanted);
        }
        assert_eq!(host("https://[2001:DB8::1]:8443/x"), "2001:db8::1");
        assert_eq!(host("https://u:p@H.Example:8443/x"), "h.example");
    }

    #[test]
    fn locations_resolve() {
        for (location, wanted) in [
            ("/z", "https://h.example/z"),
            ("z", "https://h.example/a/z"),
            ("//i.example/z", "https://i.example/z"),
            ("http://i.example/", "http://i.example/"),
        ] {
            assert_eq!(resolve("https://h.example/a/b?c=/d", location), wanted);
        }
    }
}
