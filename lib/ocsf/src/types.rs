//! What a value of each OCSF scalar type looks like.

use std::net::IpAddr;

use serde_json::Value;

/// Whether a value is of a type (`ip_t`) that is built on a JSON type (`string_t`).
pub(crate) fn fits(value: &Value, kind: &str, base: &str) -> bool {
    match base {
        "boolean_t" => value.is_boolean(),
        "integer_t" | "long_t" => {
            (value.is_i64() || value.is_u64()) && (kind != "port_t" || is_port(value))
        }
        "float_t" => value.is_number(),
        "json_t" => true,
        _ => value.as_str().is_some_and(|text| text_fits(text, kind)),
    }
}

/// The same of a text.
pub(crate) fn fits_text(text: &str, kind: &str, base: &str) -> bool {
    match base {
        "boolean_t" | "integer_t" | "long_t" | "float_t" => false,
        "json_t" => true,
        _ => text_fits(text, kind),
    }
}

/// What a value is, for people; short values are shown.
pub(crate) fn name_of(value: &Value) -> String {
    /// Longer values are only named.
    const SHOWN_MAX: usize = 60;
    match value {
        Value::Array(_) => "an array".into(),
        Value::Object(_) => "an object".into(),
        other => {
            let text = other.to_string();
            if text.len() <= SHOWN_MAX { text } else { "a long text".into() }
        }
    }
}

fn is_port(value: &Value) -> bool {
    value.as_u64().is_some_and(|port| port <= 65_535)
}

fn text_fits(text: &str, kind: &str) -> bool {
    match kind {
        // A scope (`fe80::1%eth0`) may follow an address.
        "ip_t" => text.split('%').next().is_some_and(|ip| ip.trim().parse::<IpAddr>().is_ok()),
        "file_hash_t" => !text.is_empty() && text.bytes().all(|b| b.is_ascii_hexdigit()),
        "mac_t" => {
            text.len() == 17 && text.split([':', '-']).all(|pair| pair.len() == 2 && is_hex(pair))
        }
        "uuid_t" => {
            text.split('-').map(str::len).eq([8, 4, 4, 4, 12]) && text.split('-').all(is_hex)
        }
        "email_t" => text.rsplit_once('@').is_some_and(|(name, domain)| {
            !name.is_empty() && !name.contains(char::is_whitespace) && domain.contains('.')
        }),
        "datetime_t" => is_datetime(text.as_bytes()),
        _ => true,
    }
}

fn is_hex(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_hexdigit())
}

/// `2026-09-08T14:11:20`, with a fraction and a zone or without.
fn is_datetime(text: &[u8]) -> bool {
    let shape = |text: &[u8], shape: &[u8]| {
        text.len() == shape.len()
            && text.iter().zip(shape).all(|(b, s)| match s {
                b'0' => b.is_ascii_digit(),
                _ => b.eq_ignore_ascii_case(s),
            })
    };
    let Some((clock, rest)) = text.split_at_checked(19) else { return false };
    let rest = match rest {
        [b'.', fraction @ ..] => {
            let digits = fraction.iter().take_while(|b| b.is_ascii_digit()).count();
            fraction.get(digits..).filter(|_| digits > 0)
        }
        _ => Some(rest),
    };
    let zone =
        |z: &[u8]| z.is_empty() || shape(z, b"Z") || shape(z, b"+00:00") || shape(z, b"-00:00");
    shape(clock, b"0000-00-00T00:00:00") && rest.is_some_and(zone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_each_type() {
        for (kind, good, bad) in [
            ("ip_t", "2001:db8::1%eth0", "203.0.113.256"),
            ("file_hash_t", "3172ac7e", "31g2"),
            ("mac_t", "0a:1B:00-00:00:01", "0a:1b:00:00:00"),
            ("uuid_t", "8c6a2f3e-0b1d-4c7e-9f00-1a2b3c4d5e6f", "8c6a2f3e"),
            ("email_t", "alice@example.com", "alice"),
            ("datetime_t", "2026-09-08T14:11:20.5+09:00", "2026-09-08 14:11:20"),
        ] {
            assert!(text_fits(good, kind), "{kind} {good}");
            assert!(!text_fits(bad, kind), "{kind} {bad}");
        }
    }
}
