//! PgBouncer, the pool in front of PostgreSQL: its own lines, which look much alike.

use std::borrow::Cow;

use model::Outcome;

use super::head::{clock, said, split_port};
use super::{BOUNCER, Settled, stamp};
use crate::db::entry::{Deed, Entry};

const LEVELS: &[&str] = &["LOG", "WARNING", "ERROR", "FATAL", "NOISE", "DEBUG"];

/// A line, cut into the time with its zone, the process, the level and the text.
struct Line<'a> {
    pid: i64,
    level: &'a str,
    text: &'a str,
}

/// Cuts `2026-10-14 23:18:21.250 UTC [7] LOG text`, with or without a zone and brackets.
fn cut(line: &str) -> Option<Line<'_>> {
    if clock(line.get(..19)?) != Some(0) {
        return None;
    }
    let mut rest = line.get(19..)?.split_once(' ')?.1;
    for _ in 0..2 {
        let (word, after) = rest.split_once(' ')?;
        let digits = word.strip_prefix('[').and_then(|w| w.strip_suffix(']')).unwrap_or(word);
        if let Ok(pid) = digits.parse() {
            let (level, text) = after.split_once(' ')?;
            let known = LEVELS.contains(&level) && !text.starts_with(' ');
            return known.then_some(Line { pid, level, text });
        }
        rest = after;
    }
    None
}

/// Whether a line is PgBouncer's.
pub fn is_head(line: &str) -> bool {
    cut(line).is_some()
}

/// Reads one line: `C-0x5623: shop/app@192.0.2.9:55 login attempt: …`.
pub fn read(text: &str, settled: &mut Settled<'_, '_>) -> Result<(), String> {
    let line = cut(text).ok_or("no line of PgBouncer")?;
    let (time, _) = stamp::dated(text, settled.zone())?;
    let mut entry = Entry::new(&BOUNCER, time, Deed::Notice);
    entry.pid = Some(line.pid);
    entry.severity = Some(line.level.into());
    entry.message = Some(line.text.into());
    if matches!(line.level, "ERROR" | "FATAL") {
        entry.outcome = Outcome::Failure;
    }
    let socket = line.text.split_once(": ").filter(|(s, _)| s.starts_with(['C', 'S']));
    if let Some((socket, rest)) =
        socket.filter(|(s, _)| s.get(1..).is_some_and(|s| s.starts_with('-')))
    {
        entry.session = Some(socket.into());
        let (account, what) = rest.split_once(' ').unwrap_or((rest, ""));
        peer(&mut entry, account, socket.starts_with('C'));
        told(&mut entry, what, socket.starts_with('C'));
    } else if line.text.starts_with("process up") {
        entry.deed = Deed::Start;
    } else if line.text.starts_with("got SIG") && line.text.contains("shut") {
        entry.deed = Deed::Stop;
    }
    settled.emit(entry);
    Ok(())
}

/// `database/user@192.0.2.9:55`; of a connection to the server the address is the server's.
fn peer<'a>(entry: &mut Entry<'a>, account: &'a str, from_client: bool) {
    let Some((who, end)) = account.rsplit_once('@') else { return };
    if let Some((database, user)) = who.split_once('/') {
        let said = |text: &'a str| said(text).filter(|t| *t != "(nodb)" && *t != "(nouser)");
        entry.database = said(database).map(Cow::Borrowed);
        entry.user = said(user).map(Cow::Borrowed);
    }
    let (host, port) = split_port(end);
    if from_client {
        let host = if host.starts_with("unix") { "[local]" } else { host };
        (entry.client, entry.port) = (said(host).map(Cow::Borrowed), port);
    } else {
        entry.server = said(host).map(Cow::Borrowed);
    }
}

fn told(entry: &mut Entry<'_>, what: &str, from_client: bool) {
    if !from_client {
        return;
    }
    if what.starts_with("login attempt:") {
        entry.deed = Deed::Connect;
    } else if what.contains("login failed") || what.contains("authentication failed") {
        (entry.deed, entry.outcome) = (Deed::Logon, Outcome::Failure);
    } else if what.starts_with("closing because:") {
        let refused = ["auth", "password", "no such"].iter().any(|word| what.contains(word));
        entry.deed = if refused { Deed::Logon } else { Deed::Logoff };
        entry.outcome = if refused { Outcome::Failure } else { Outcome::Success };
    }
}
