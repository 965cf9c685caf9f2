//! The head of a line: everything before its severity, whatever `log_line_prefix` is.

use std::net::IpAddr;

use memchr::memchr_iter;

/// A longer prefix is none.
const PREFIX_MAX: usize = 512;

/// The severities that open a record.
const OPENING: &[&str] = &[
    "LOG", "ERROR", "FATAL", "PANIC", "WARNING", "NOTICE", "INFO", "DEBUG", "DEBUG1", "DEBUG2",
    "DEBUG3", "DEBUG4", "DEBUG5",
];

/// The words that go on with one.
const FOLLOWING: &[&str] =
    &["DETAIL", "HINT", "STATEMENT", "CONTEXT", "QUERY", "LOCATION", "BACKTRACE"];

/// A line, cut at its severity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head<'a> {
    /// What stands before the severity.
    pub prefix: &'a str,
    /// The severity, or what the line adds to the record before it.
    pub level: &'static str,
    /// What stands after it.
    pub text: &'a str,
}

impl<'a> Head<'a> {
    /// Cuts a line; `None` if it has no severity behind a plausible prefix.
    pub fn of(line: &'a str) -> Option<Self> {
        if line.starts_with([' ', '\t']) {
            return None;
        }
        let start = line.as_bytes().get(..line.len().min(PREFIX_MAX))?;
        for at in memchr_iter(b':', start) {
            let before = line.get(..at)?;
            let word = before.bytes().rev().take_while(u8::is_ascii_alphanumeric).count();
            let (prefix, word) = before.split_at_checked(at - word)?;
            let level = OPENING.iter().chain(FOLLOWING).find(|level| **level == word);
            let text = line.get(at + 1..)?;
            if let Some(level) = level
                && (text.is_empty() || text.starts_with(' '))
                && prefix.chars().next_back().is_none_or(|c| " :])>,;|".contains(c))
            {
                let text = text.strip_prefix("  ").or(text.strip_prefix(' ')).unwrap_or("");
                let head = Head { prefix, level, text };
                return head.is_plausible().then_some(head);
            }
        }
        None
    }

    /// Whether the line opens a record.
    pub fn opens(&self) -> bool {
        OPENING.contains(&self.level)
    }

    /// A prefix of a server log has a time or the number of a process.
    fn is_plausible(&self) -> bool {
        clock(self.prefix).is_some()
            || pid(self.prefix).is_some()
            || super::super::stamp::syslog(self.prefix).is_some()
    }
}

/// Where the first `2026-10-14 23:18:21` stands.
pub fn clock(text: &str) -> Option<usize> {
    memchr_iter(b':', text.as_bytes())
        .filter_map(|at| at.checked_sub(13))
        .find(|at| is_clock(text.as_bytes().get(*at..*at + 19)))
}

fn is_clock(text: Option<&[u8]>) -> bool {
    text.is_some_and(|text| {
        text.iter().zip(b"0000-00-00 00:00:00").all(|(b, shape)| match shape {
            b'0' => b.is_ascii_digit(),
            b' ' => matches!(b, b' ' | b'T'),
            _ => b == shape,
        })
    })
}

/// The number of the process: `[123]`, of a syslog tag too (`postgres[123]:`, `postgres.123]`).
pub fn pid(prefix: &str) -> Option<i64> {
    memchr_iter(b']', prefix.as_bytes()).find_map(|at| {
        let before = prefix.get(..at)?;
        let digits = before.bytes().rev().take_while(u8::is_ascii_digit).count();
        let (rest, digits) = before.split_at_checked(at - digits)?;
        let opened = rest.ends_with('[') || rest.ends_with("[postgres.");
        digits.parse().ok().filter(|_| opened && (1..=10).contains(&digits.len()))
    })
}

/// What a prefix says besides the time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Who<'a> {
    /// The number of the process.
    pub pid: Option<i64>,
    /// The user.
    pub user: Option<&'a str>,
    /// The database.
    pub database: Option<&'a str>,
    /// The client's address or name.
    pub client: Option<&'a str>,
    /// The client's port.
    pub port: Option<i64>,
    /// The client's program.
    pub app: Option<&'a str>,
    /// The error's code.
    pub code: Option<&'a str>,
    /// The session's id.
    pub session: Option<&'a str>,
}

/// Reads a prefix: pairs (`user=a,db=b`), `user@database`, addresses, as they come.
pub fn who(prefix: &str) -> Who<'_> {
    let mut who = Who { pid: pid(prefix), ..Who::default() };
    let after = clock(prefix).map_or(prefix, |at| prefix.get(at + 19..).unwrap_or(prefix));
    if let Some(rest) = rds(after, &mut who) {
        return rest;
    }
    pairs(after, &mut who);
    for word in after.split([' ', ',']) {
        let word = word.trim_matches(|c| matches!(c, '[' | ']' | ':' | ';' | '(' | '<' | '>'));
        let is_pair = word.contains('=');
        if word.is_empty() || is_pair || word.bytes().all(|b| b.is_ascii_digit()) {
            continue;
        }
        if let Some((user, database)) = word.split_once('@') {
            (who.user, who.database) = (who.user.or(said(user)), who.database.or(said(database)));
        } else if who.client.is_none() && endpoint(word, &mut who) {
        } else if is_session(word) {
            who.session = Some(word);
        }
    }
    who
}

/// `%t:%r:%u@%d:[%p]:`, as Amazon RDS sets it: nothing but colons between the parts.
fn rds<'a>(after: &'a str, who: &mut Who<'a>) -> Option<Who<'a>> {
    let rest = after.trim_end().strip_suffix("]:")?;
    let (rest, _pid) = rest.rsplit_once(":[")?;
    let (rest, account) = rest.rsplit_once(':')?;
    let (user, database) = account.split_once('@')?;
    let client = rest.split_once(':').map_or("", |(_zone, client)| client);
    endpoint(client, who);
    (who.user, who.database) = (said(user), said(database));
    Some(*who)
}

/// Takes `192.0.2.1(5432)`, `192.0.2.1:5432`, `[local]` or a bare address for the client's end.
fn endpoint<'a>(word: &'a str, who: &mut Who<'a>) -> bool {
    let (host, port) = split_port(word);
    let is_host = host.parse::<IpAddr>().is_ok() || (port.is_some() && word.ends_with(')'));
    if is_host || matches!(host, "local" | "[local]") {
        (who.client, who.port) = (Some(host), port);
        return true;
    }
    false
}

/// Cuts a port off: `host(port)`, `host:port`.
pub fn split_port(word: &str) -> (&str, Option<i64>) {
    let cut = match word.strip_suffix(')') {
        Some(inner) => inner.rsplit_once('('),
        None if word.parse::<IpAddr>().is_ok() => None,
        None => word.rsplit_once(':'),
    };
    cut.and_then(|(host, port)| Some((host, Some(port.parse().ok()?)))).unwrap_or((word, None))
}

/// `key=value` pairs between commas or spaces; a value may hold spaces.
fn pairs<'a>(text: &'a str, who: &mut Who<'a>) {
    let mut marks: Vec<(usize, usize)> = Vec::new();
    for at in memchr_iter(b'=', text.as_bytes()) {
        let before = text.get(..at).unwrap_or("").trim_end();
        let key =
            before.bytes().rev().take_while(|b| b.is_ascii_alphabetic() || *b == b'_').count();
        if key > 0 {
            marks.push((before.len() - key, at));
        }
    }
    for (index, (start, at)) in marks.iter().enumerate() {
        let end = marks.get(index + 1).map_or(text.len(), |next| next.0);
        let key = text.get(*start..*at).unwrap_or("").trim_end();
        let value = text.get(at + 1..end).unwrap_or("").trim();
        let value = value.trim_end_matches([',', ' ', ':', ';', ')']);
        // Only the program's name may hold spaces; after others another part follows.
        let first = value.split([' ', ',']).next().unwrap_or("");
        match key {
            "user" | "usr" | "u" => who.user = said(first),
            "db" | "database" | "dbname" | "d" => who.database = said(first),
            "app" | "appli" | "application" | "application_name" | "a" => who.app = said(value),
            "client" | "host" | "h" | "remote" | "remote_host" | "r" if !first.is_empty() => {
                let (host, port) = split_port(first);
                (who.client, who.port) = (said(host), port);
            }
            "sql_error_code" | "sqlstate" | "state" | "e" => who.code = said(first),
            "session" | "session_id" | "sess" | "c" => who.session = said(first),
            _ => {}
        }
    }
}

/// `%c`: two numbers in hexadecimal.
fn is_session(word: &str) -> bool {
    let is_hex = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_hexdigit());
    word.split_once('.').is_some_and(|(a, b)| a.len() == 8 && is_hex(a) && is_hex(b))
}

/// A value, unless the log says that there is none.
pub fn said(value: &str) -> Option<&str> {
    (!value.is_empty() && value != "[unknown]").then_some(value)
}

#[cfg(test)]
mod tests;
