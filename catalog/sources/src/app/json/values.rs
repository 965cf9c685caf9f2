//! What applications write in their fields: times, levels, addresses, words for how it went.

use std::net::IpAddr;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use model::{Outcome, Time};
use sonic_rs::{JsonValueTrait, Value};

use crate::json;

/// Smaller numbers are counters or durations, no times since 1970.
const EPOCH_MIN: f64 = 1e8;

/// A time: what [`json::time`] reads, or a local time in `zone` (UTC if not given).
pub fn time(value: &Value, zone: Option<&TimeZone>) -> Option<Time> {
    let number = value.as_f64().or_else(|| value.as_str()?.parse().ok());
    if number.is_some_and(|n| n < EPOCH_MIN) {
        return None;
    }
    json::time(value).or_else(|| local(value.as_str()?, zone))
}

fn local(text: &str, zone: Option<&TimeZone>) -> Option<Time> {
    let as_utc = Time::parse_civil(text.trim(), 0)?;
    let Some(zone) = zone else { return Some(as_utc) };
    let instant = Timestamp::from_nanosecond(i128::from(as_utc.start)).ok()?;
    let civil = TimeZone::UTC.to_datetime(instant);
    let there = zone.to_ambiguous_timestamp(civil).compatible().ok()?;
    Some(Time::point(i64::try_from(there.as_nanosecond()).ok()?, as_utc.precision))
}

/// OCSF's `severity_id` of a level: a word, or a number of syslog (0–7), of pino and bunyan
/// (10–60) or of Monolog (100–600).
pub(super) fn severity_id(level: &Value) -> i64 {
    if let Some(text) = level.as_str() {
        return match text.trim().to_ascii_lowercase().as_str() {
            "trace" | "verbose" | "debug" | "info" | "information" | "informational" | "notice"
            | "default" | "success" => 1,
            "warn" | "warning" => 2,
            "error" | "err" | "failure" => 3,
            "critical" | "crit" | "alert" => 5,
            "fatal" | "emergency" | "emerg" | "panic" => 6,
            _ => text.trim().parse().map_or(0, severity_of_number),
        };
    }
    level.as_i64().map_or(0, severity_of_number)
}

fn severity_of_number(level: i64) -> i64 {
    match level {
        5..=7 | 10..=39 | 100..=299 => 1,
        4 | 40..=49 | 300..=399 => 2,
        3 | 50..=59 | 400..=499 => 3,
        1 | 2 | 500..=599 => 5,
        0 | 60..=69 | 600 => 6,
        _ => 0,
    }
}

/// The caption of a `severity_id`.
pub(super) fn severity(id: i64) -> &'static str {
    match id {
        1 => "Informational",
        2 => "Low",
        3 => "Medium",
        4 => "High",
        5 => "Critical",
        6 => "Fatal",
        _ => "Unknown",
    }
}

/// The address in `text`, without port and brackets: `192.0.2.1:443`, `[2001:db8::1]:443`.
pub fn address(text: &str) -> Option<&str> {
    let text = text.trim();
    if text.parse::<IpAddr>().is_ok() {
        return Some(text);
    }
    let bare = match text.strip_prefix('[') {
        Some(rest) => rest.split_once(']')?.0,
        None => text.rsplit_once(':')?.0,
    };
    bare.parse::<IpAddr>().is_ok().then_some(bare)
}

/// The client in a list of forwarded addresses: the last one that is no private address, for the
/// ones before it are the client's word; else the last.
pub(super) fn forwarded(text: &str) -> Option<&str> {
    let hops = || text.rsplit(',').filter_map(address);
    hops().find(|hop| !is_private(hop)).or_else(|| hops().next())
}

/// Whether an address is of a private or loopback network: a proxy of one's own.
pub(super) fn is_private(address: &str) -> bool {
    match address.parse() {
        Ok(IpAddr::V4(v4)) => v4.is_private() || v4.is_loopback() || v4.is_link_local(),
        Ok(IpAddr::V6(v6)) => v6.is_loopback() || v6.is_unique_local(),
        Err(_) => false,
    }
}

/// How it went, from a truth value or a word.
pub(super) fn outcome(value: &Value) -> Outcome {
    match (value.as_bool(), value.as_str()) {
        (Some(true), _) => Outcome::Success,
        (Some(false), _) => Outcome::Failure,
        (_, Some(text)) => outcome_word(text),
        _ => Outcome::Unknown,
    }
}

/// How it went, from a word.
pub(super) fn outcome_word(word: &str) -> Outcome {
    match word.trim().to_ascii_lowercase().as_str() {
        "ok" | "okay" | "success" | "successful" | "succeeded" | "true" | "pass" | "passed"
        | "allowed" | "allow" | "granted" | "accepted" => Outcome::Success,
        "fail" | "failed" | "failure" | "error" | "denied" | "deny" | "refused" | "rejected"
        | "false" | "invalid" | "forbidden" | "unauthorized" | "blocked" | "timeout" => {
            Outcome::Failure
        }
        _ => Outcome::Unknown,
    }
}

/// The words of an event name: `login.failed`, `loginFailed` and `LOGIN_FAILED` alike.
pub(super) fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut after_lower = false;
    for c in name.chars() {
        let starts_word = !c.is_alphanumeric() || (c.is_uppercase() && after_lower);
        if starts_word {
            words.push(String::new());
        }
        if let (true, Some(word)) = (c.is_alphanumeric(), words.last_mut()) {
            word.extend(c.to_lowercase());
        }
        after_lower = c.is_lowercase();
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Whether the words name a login (`true`) or a logout (`false`), and nothing else.
pub(super) fn login(words: &[String]) -> Option<bool> {
    let mut kind = None;
    let mut half = false;
    for word in words {
        let before = std::mem::take(&mut half);
        match word.as_str() {
            // `sign_in`, `LoggedOut`.
            "sign" | "signed" | "log" | "logged" => half = true,
            "in" | "on" if before => kind = kind.or(Some(true)),
            "out" | "off" if before => kind = Some(false),
            "login" | "logon" | "signin" | "authentication" | "authenticate" | "authenticated" => {
                kind = kind.or(Some(true));
            }
            "logout" | "logoff" | "signout" => kind = Some(false),
            "user" | "auth" | "session" | "attempt" | "web" | "password" | "sso" | "account" => {}
            other if outcome_word(other) != Outcome::Unknown => {}
            _ => return None,
        }
    }
    kind.filter(|_| !half)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logins_by_their_names() {
        let named = |name: &str| login(&words(name));
        for name in ["login", "user.login.failed", "sign_in", "UserSignedIn", "logged-on"] {
            assert_eq!(named(name), Some(true), "{name}");
        }
        assert_eq!(named("LogOut"), Some(false));
        for name in ["log", "sign", "log_rotated", "plug_in", "login_page_rendered"] {
            assert_eq!(named(name), None, "{name}");
        }
    }

    #[test]
    fn local_times_stand_in_the_zone_of_the_settings() {
        let zone = TimeZone::get("Asia/Tokyo").unwrap();
        let text = json::parse("\"2026-10-06 09:00:00,250\"").unwrap();
        assert_eq!(time(&text, Some(&zone)).unwrap().to_string(), "2026-10-06T00:00:00.250Z");
        assert_eq!(time(&text, None).unwrap().to_string(), "2026-10-06T09:00:00.250Z");
        assert_eq!(time(&json::parse("12").unwrap(), None), None);
    }

    #[test]
    fn addresses_with_ports_and_proxies() {
        assert_eq!(address("192.0.2.1:443"), Some("192.0.2.1"));
        assert_eq!(address("[2001:db8::1]:443"), Some("2001:db8::1"));
        assert_eq!(address("2001:db8::1"), Some("2001:db8::1"));
        assert_eq!(address("localhost:80"), None);
        assert_eq!(forwarded("198.51.100.9, 203.0.113.5, 10.0.0.3"), Some("203.0.113.5"));
        assert_eq!(forwarded("10.0.0.4, 10.0.0.3"), Some("10.0.0.3"));
    }

    #[test]
    fn names_of_logins() {
        for (name, wanted) in [
            ("login", Some(true)),
            ("user.login.failed", Some(true)),
            ("loginOk", Some(true)),
            ("LOGOUT_SUCCESS", Some(false)),
            ("login_page_viewed", None),
            ("password.reset", None),
            ("user", None),
        ] {
            assert_eq!(login(&words(name)), wanted, "{name}");
        }
    }
}
