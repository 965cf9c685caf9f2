//! What the logs of MySQL and MariaDB share.

use crate::joined::Part;

use super::entry::Entry;

/// Who makes the server.
pub const VENDOR: &str = "Oracle or MariaDB";
/// What the server is called.
pub const NAME: &str = "MySQL or MariaDB";

/// Whether a line is of the heading that a server writes when it opens a log.
pub fn is_heading(line: &str) -> bool {
    (line.ends_with("started with:") && line.contains(", Version: "))
        || (line.starts_with("Tcp port:") && line.contains("Unix socket:"))
        || (line.starts_with("TCP Port:") && line.contains("Named Pipe:"))
        || {
            let mut words = line.split_ascii_whitespace();
            line.starts_with("Time")
                && ["Time", "Id", "Command", "Argument"].iter().all(|w| words.next() == Some(w))
        }
}

/// What a line is, by whether it starts a record.
pub fn part(line: &str, starts: bool) -> Part {
    if starts {
        return Part::Opens;
    }
    // Most lines that start no record are of a statement: looked at by their first bytes first.
    let may_be = line.ends_with(':') || line.starts_with(['T', 't']);
    if may_be && is_heading(line) { Part::Heading } else { Part::GoesOn }
}

/// `'user'@'host' … (to database 'd')` of a refused login.
pub fn denied<'a>(entry: &mut Entry<'a>, message: &'a str) -> bool {
    let Some((_, rest)) = message.split_once("Access denied for user '") else { return false };
    let Some((user, rest)) = rest.split_once("'@'") else { return false };
    entry.user = Some(user.into()).filter(|u: &std::borrow::Cow<'_, str>| !u.is_empty());
    if let Some((host, rest)) = rest.split_once('\'') {
        entry.client = Some(host.into());
        let database = rest.split_once("to database '").and_then(|(_, d)| d.split('\'').next());
        entry.database = entry.database.take().or_else(|| database.map(Into::into));
    }
    true
}
