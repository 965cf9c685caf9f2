//! Values made coarse enough to be habits: networks, programs, hours, routes, forms of values.

use std::fmt::Write;
use std::net::IpAddr;

use super::super::slot::DAY;

/// Appends a number.
pub fn push_number(number: i64, to: &mut String) {
    // Writing to a text does not fail.
    let _written = write!(to, "{number}");
}

/// The network of an address: 24 bits of IPv4, 48 of IPv6; what is no address stays as it is.
pub fn network(address: &str, to: &mut String) {
    to.clear();
    match address.parse::<IpAddr>() {
        Ok(IpAddr::V4(v4)) => {
            let [a, b, c, _] = v4.octets();
            let _written = write!(to, "{a}.{b}.{c}.0/24");
        }
        Ok(IpAddr::V6(v6)) => {
            let [a, b, c, ..] = v6.segments();
            let _written = write!(to, "{a:x}:{b:x}:{c:x}::/48");
        }
        Err(_) => to.push_str(address),
    }
}

/// Cuts the last number off what may be an IPv4 address, quickly: two addresses with one rest are
/// of one network. Names end in letters and stay.
pub fn coarse(address: &str) -> &str {
    match address.rsplit_once('.') {
        Some((rest, last)) if last.len() <= 3 && last.bytes().all(|b| b.is_ascii_digit()) => rest,
        _ => address,
    }
}

/// Whether an address may be one of a network inside, quickly; some outside ones may, too.
pub fn may_be_inside(address: &str) -> bool {
    const STARTS: [&str; 5] = ["10.", "172.", "192.", "169.", "127."];
    address.contains(':') || STARTS.iter().any(|start| address.starts_with(start))
}

/// The kind of program behind a user agent: its product and main version; browsers are one kind.
pub fn agent(text: &str) -> &str {
    let text = text.trim_start_matches('[').trim_start();
    if text.starts_with("Mozilla/") {
        return "browser";
    }
    let product = text.split([' ', ',', ']', ';']).next().unwrap_or_default();
    match product.split_once('/') {
        Some((name, version)) => {
            let main = version.find('.').unwrap_or(version.len());
            product.get(..name.len() + 1 + main).unwrap_or(product)
        }
        None => product,
    }
}

/// The four hours of the day, on workdays or on weekends, UTC.
pub fn hours(minute: u32) -> &'static str {
    const NAMES: [&str; 12] = [
        "workdays 00-04 UTC",
        "workdays 04-08 UTC",
        "workdays 08-12 UTC",
        "workdays 12-16 UTC",
        "workdays 16-20 UTC",
        "workdays 20-24 UTC",
        "weekends 00-04 UTC",
        "weekends 04-08 UTC",
        "weekends 08-12 UTC",
        "weekends 12-16 UTC",
        "weekends 16-20 UTC",
        "weekends 20-24 UTC",
    ];
    // The first day of 1970 was a Thursday.
    let weekend = matches!((minute / DAY + 4) % 7, 0 | 6);
    let at = minute % DAY / 240 + if weekend { 6 } else { 0 };
    NAMES.get(at as usize).copied().unwrap_or_default()
}

/// Parts of a route that are kept; deeper ones are cut off.
const PARTS_MAX: usize = 6;
/// A part of a route that is longer is a value.
const PART_MAX: usize = 32;

/// A route: the path with numbers, ids and other values taken out of it.
pub fn route(path: &str, to: &mut String) {
    to.clear();
    for part in path.split('/').filter(|part| !part.is_empty()).take(PARTS_MAX) {
        to.push('/');
        let is_value = part.len() > PART_MAX || part.bytes().any(|byte| byte.is_ascii_digit());
        to.push_str(if is_value { "*" } else { part });
    }
    if to.is_empty() {
        to.push('/');
    }
}

/// The form of a value.
pub fn form(value: &str) -> &'static str {
    let all = |is: fn(&u8) -> bool| value.as_bytes().iter().all(is);
    if value.is_empty() {
        "empty"
    } else if all(u8::is_ascii_digit) {
        "number"
    } else if value.len() > 64 {
        "long"
    } else if all(u8::is_ascii_hexdigit) && value.len() >= 8 {
        "hex"
    } else if all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'+')) {
        "word"
    } else if all(|byte| byte.is_ascii_alphanumeric() || b"-_+.,:@/ ".contains(byte)) {
        "text"
    } else {
        "signs"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_made_coarse() {
        let mut text = String::new();
        for (address, want) in [
            ("192.0.2.77", "192.0.2.0/24"),
            ("2001:db8:7:1::9", "2001:db8:7::/48"),
            ("ec2.amazonaws.com", "ec2.amazonaws.com"),
        ] {
            network(address, &mut text);
            assert_eq!(text, want);
        }
        for (given, want) in [
            ("aws-cli/2.15.30 Python/3.11.8 Linux/6.1", "aws-cli/2"),
            ("[S3Console/0.4, aws-internal/3]", "S3Console/0"),
            ("console.amazonaws.com", "console.amazonaws.com"),
            ("Mozilla/5.0 (X11; Linux x86_64)", "browser"),
            ("Boto3/1 md/x", "Boto3/1"),
            ("", ""),
        ] {
            assert_eq!(agent(given), want);
        }
        for (given, want) in [
            ("/a/b12/c", "/a/*/c"),
            ("/", "/"),
            ("//x//", "/x"),
            ("/1/2/3/4/5/6/7", "/*/*/*/*/*/*"),
        ] {
            route(given, &mut text);
            assert_eq!(text, want);
        }
        assert_eq!([form("12"), form("a-b"), form("' or 1=1")], ["number", "word", "signs"]);
    }

    #[test]
    fn what_is_coarse_is_of_one_network() {
        assert_eq!(coarse("192.0.2.77"), coarse("192.0.2.5"));
        for other in ["ec2.amazonaws.com", "2001:db8::1", "AWS Internal", "a.1234"] {
            assert_eq!(coarse(other), other);
        }
        for inside in ["10.0.0.1", "172.16.9.9", "192.168.1.1", "fd00::1", "169.254.1.1"] {
            assert!(may_be_inside(inside), "{inside}");
        }
        assert!(!may_be_inside("203.0.113.9"));
    }

    #[test]
    fn hours_know_the_weekend() {
        // 2026-05-01 was a Friday.
        let friday = 20_574 * DAY;
        assert_eq!(hours(friday), "workdays 00-04 UTC");
        assert_eq!(hours(friday + DAY + 23 * 60), "weekends 20-24 UTC");
        assert_eq!(hours(friday + 3 * DAY + 8 * 60), "workdays 08-12 UTC");
    }
}
