//! Messages of OpenSSH's server. A user name is what the client sent: it may hold anything, so
//! addresses are read from the end.

use super::{Said, What, ip};

const OPEN: What = What::Ssh(1);
const CLOSE: What = What::Ssh(2);
const FAIL: What = What::Ssh(4);

/// Reads a message; `None` if it tells nothing known.
pub fn read(message: &str) -> Option<Said<'_>> {
    let message = message.strip_prefix("error: ").unwrap_or(message);
    let message = message.strip_prefix("fatal: ").unwrap_or(message);
    let (first, rest) = message.split_once(' ')?;
    match first {
        "Accepted" => login(rest, &Said::done(What::Logon, "ssh login")),
        "Failed" => login(rest, &Said::failed(What::Logon, "ssh login failed")),
        "Postponed" => login(rest, &Said { what: What::Note, ..Said::NOTE }),
        "Invalid" | "Illegal" => {
            let rest = rest.strip_prefix("user ")?;
            Some(from(rest, &Said::failed(What::Logon, "ssh login of an unknown user")))
        }
        "maximum" => {
            let rest = rest.strip_prefix("authentication attempts exceeded for ")?;
            Some(from(rest, &Said::failed(What::Logon, "ssh logins given up")))
        }
        "User" if rest.contains(" not allowed because ") => {
            let (who, _) = rest.rsplit_once(" not allowed because ")?;
            Some(from(who, &Said::failed(What::Logon, "ssh login not allowed")))
        }
        "PAM:" if rest.starts_with("Authentication failure for ") => {
            let who = rest.strip_prefix("Authentication failure for ")?;
            Some(from(who, &Said::failed(What::Logon, "ssh login failed")))
        }
        "ROOT" if rest.starts_with("LOGIN REFUSED FROM ") => {
            let said = Said::failed(What::Logon, "ssh login of root refused");
            let address = rest.rsplit(' ').find_map(ip);
            Some(Said { user: Some("root"), ip: address, ..said })
        }
        "Starting" => session(rest),
        _ => connection(message),
    }
}

/// `password for [invalid user ]alice from 192.0.2.7 port 50211 ssh2[: …]`.
fn login<'a>(rest: &'a str, said: &Said<'static>) -> Option<Said<'a>> {
    let (method, who) = rest.split_once(" for ")?;
    // A key's fingerprint stands behind a colon.
    let who = who.rsplit_once(" ssh2").map_or(who, |(who, _)| who);
    Some(Said { method: Some(method), ..from(who, said) })
}

/// `[invalid user ]alice from 192.0.2.7[ port 50211][ ssh2]`.
fn from<'a>(who: &'a str, said: &Said<'static>) -> Said<'a> {
    let who = who.trim_end().trim_end_matches(" [preauth]");
    let (user, place) = match who.rsplit_once("from ") {
        Some((user, place)) => (user.trim_end(), place),
        None => (who, ""),
    };
    let mut words = place.split(' ');
    let address = words.next().and_then(ip);
    let port = words.next().filter(|word| *word == "port").and_then(|_| words.next());
    let prefixes = ["invalid user ", "illegal user "];
    let user = prefixes.iter().find_map(|prefix| user.strip_prefix(prefix)).unwrap_or(user);
    Said { user: super::some(user), ip: address, port, ..*said }
}

/// `session: shell on pts/0 for alice from 192.0.2.7 port 50211 id 0`.
fn session(rest: &str) -> Option<Said<'_>> {
    let (what, who) = rest.strip_prefix("session: ")?.split_once(" for ")?;
    let said = from(who, &Said::done(OPEN, "ssh session"));
    Some(Said { terminal: what.split_once(" on ").map(|(_, terminal)| terminal), ..said })
}

/// Connections that open, close, break off.
fn connection(message: &str) -> Option<Said<'_>> {
    let (what, outcome) = match message {
        m if m.starts_with("Connection from ") => (OPEN, Said::done(OPEN, "ssh connection")),
        m if m.starts_with("Connection closed by ")
            || m.starts_with("Disconnected from ")
            || m.starts_with("Received disconnect from ")
            || m.starts_with("Disconnecting ")
            || m.starts_with("Connection reset by ") =>
        {
            (CLOSE, Said { what: CLOSE, action: "ssh connection closed", ..Said::NOTE })
        }
        m if m.starts_with("Did not receive identification string from ")
            || m.starts_with("Unable to negotiate with ")
            || m.starts_with("Bad protocol version identification ")
            || m.starts_with("banner exchange: ")
            || m.starts_with("kex_exchange_identification: ")
            || m.starts_with("Timeout before authentication for ") =>
        {
            (FAIL, Said::failed(FAIL, "ssh connection failed"))
        }
        _ => return None,
    };
    let place = address(message);
    let who = ["authenticating user ", "invalid user ", "Disconnected from user "];
    let user = who.iter().find_map(|before| {
        let (_, rest) = message.split_once(before)?;
        let (user, _) = rest.rsplit_once(" port ").and_then(|(rest, _)| rest.rsplit_once(' '))?;
        super::some(user)
    });
    let (ip, port) = place.map_or((None, None), |(ip, port)| (Some(ip), port));
    Some(Said { what, user, ip, port, ..outcome })
}

/// The address before the last ` port `, else the last address.
fn address(message: &str) -> Option<(&str, Option<&str>)> {
    if let Some((before, after)) = message.rsplit_once(" port ")
        && let Some(found) = before.rsplit(' ').next().and_then(ip)
    {
        let end = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
        return Some((found, after.get(..end)));
    }
    let words = message.split([' ', '\'', ';', ',', '[', ']']);
    words.rev().find_map(|word| ip(word.trim_end_matches(':'))).map(|found| (found, None))
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Outcome;

    #[test]
    fn a_user_name_cannot_lie_about_the_address() {
        let said = read(
            "Failed password for invalid user root from 198.51.100.1 port 1 ssh2 from 203.0.113.9 port 50211 ssh2",
        )
        .unwrap();
        assert_eq!((said.ip, said.port), (Some("203.0.113.9"), Some("50211")));
        assert_eq!(said.outcome, Outcome::Failure);
    }

    #[test]
    fn connections_with_and_without_users() {
        for (message, user, ip, port) in [
            (
                "Connection closed by authenticating user al 192.0.2.7 port 50211 [preauth]",
                Some("al"),
                Some("192.0.2.7"),
                Some("50211"),
            ),
            ("Connection closed by 2001:db8::7 port 1", None, Some("2001:db8::7"), Some("1")),
            ("Did not receive identification string from 192.0.2.7", None, Some("192.0.2.7"), None),
            (
                "Received disconnect from 192.0.2.7 port 5:11: Bye [preauth]",
                None,
                Some("192.0.2.7"),
                Some("5"),
            ),
        ] {
            let said = read(message).unwrap();
            assert_eq!((said.user, said.ip, said.port), (user, ip, port), "{message}");
        }
    }
}
