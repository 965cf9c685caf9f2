//! Serial audit log: sections between `--a1b2c3d4-A--` and `--a1b2c3d4-Z--`.

use std::borrow::Cow;
use std::cell::RefCell;

use frame::Input;
use model::seam::source::{Intake, ReadSettings};

use super::{LIST_MAX, Match, Transaction};
use crate::joined::{self, Part};
use crate::web::access::text::bracket_time;
use crate::wrap;

/// The id and the letter of a boundary.
fn boundary(line: &str) -> Option<(&str, char)> {
    let inside = line.trim_end().strip_prefix("--")?.strip_suffix("--")?;
    let (id, letter) = inside.rsplit_once('-')?;
    let mut letters = letter.chars();
    let (first, rest) = (letters.next()?, letters.next());
    let sound = first.is_ascii_uppercase() && rest.is_none() && (4..=40).contains(&id.len());
    (sound && id.bytes().all(|b| b.is_ascii_alphanumeric())).then_some((id, first))
}

/// Whether a sample holds sections.
pub fn is_ours(sample: &[u8]) -> bool {
    let lines = wrap::sample_lines(sample);
    lines.iter().any(|line| boundary(wrap::delivery_time(line).1).is_some_and(|b| b.1 == 'A'))
}

/// Reads a blob: a record is all sections of one transaction.
pub fn read(input: &mut Input<'_>, settings: &ReadSettings, out: &mut dyn Intake) {
    // The id of the transaction that is open, and the section that it is in.
    let inside = RefCell::new((String::new(), 'Z'));
    let part = |line: &str, _: &str| {
        let Some((id, letter)) = boundary(line) else { return Part::GoesOn };
        let mut inside = inside.borrow_mut();
        // Within a body a client may have written anything, a boundary too; but it cannot know
        // the id of its transaction.
        let in_body = matches!(inside.1, 'C' | 'E' | 'G' | 'I');
        if id == inside.0 || (letter == 'A' && !in_body) {
            *inside = (id.to_owned(), letter);
        }
        Part::opens(letter == 'A' && !in_body)
    };
    joined::read(input, &part, out, &mut |joined, out| {
        let done = transaction(joined.text, settings)
            .and_then(|transaction| transaction.emit(joined.text, joined.at, out));
        if let Err(why) = done {
            out.refuse(joined.at, &why, joined.text);
        }
    });
}

fn transaction<'t>(text: &'t str, settings: &ReadSettings) -> Result<Transaction<'t>, String> {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let (id, _) = boundary(first).ok_or("no section A")?;
    let mut found = Transaction::default();
    let mut section = 'A';
    let mut is_first = true;
    for line in rest.lines() {
        if let Some((_, letter)) = boundary(line).filter(|(own, _)| *own == id) {
            (section, is_first) = (letter, true);
            continue;
        }
        match section {
            'A' if is_first => head(&mut found, line, settings)?,
            'B' if is_first => request(&mut found, line),
            'B' => header(&mut found, line),
            'F' if is_first => {
                found.status = line.split(' ').nth(1).and_then(|code| code.parse().ok());
            }
            'H' => trailer(&mut found, line),
            _ => {}
        }
        is_first = false;
    }
    Ok(found)
}

/// `[08/Sep/2026:02:10:04 +0000] id client port server port`.
fn head<'t>(
    found: &mut Transaction<'t>,
    line: &'t str,
    settings: &ReadSettings,
) -> Result<(), String> {
    let (stamp, rest) = line
        .strip_prefix('[')
        .and_then(|line| line.split_once("] "))
        .ok_or("no time in section A")?;
    // A fraction stands behind the zone in some versions: `+0000.123456`.
    let stamp = stamp.rsplit_once('.').filter(|(s, _)| s.contains(' ')).map_or(stamp, |(s, _)| s);
    let time = bracket_time(stamp, settings.zone.as_ref());
    found.time = Some(time.ok_or("a time that no clock shows")?);
    let mut words = rest.split_ascii_whitespace();
    let mut next = || words.next().unwrap_or_default();
    found.id = next().into();
    (found.client, found.client_port) = (next().into(), next().parse().ok());
    (found.server, found.server_port) = (next().into(), next().parse().ok());
    Ok(())
}

fn request<'t>(found: &mut Transaction<'t>, line: &'t str) {
    let (method, rest) = line.split_once(' ').unwrap_or((line, ""));
    let (target, version) = rest.rsplit_once(" HTTP/").unwrap_or((rest, ""));
    (found.method, found.target, found.version) = (method.into(), target.into(), version.into());
}

fn header<'t>(found: &mut Transaction<'t>, line: &'t str) {
    if let Some((name, value)) = line.split_once(':').filter(|_| found.headers.len() < LIST_MAX) {
        found.headers.push((name.trim().into(), value.trim().into()));
    }
}

/// A line of section H: messages, the action that was taken.
fn trailer<'t>(found: &mut Transaction<'t>, line: &'t str) {
    if line.starts_with("Action: Intercepted") {
        found.intercepted = true;
    }
    let message = line.strip_prefix("Message: ").or_else(|| line.strip_prefix("ModSecurity: "));
    if let Some(text) = message.filter(|_| found.matches.len() < LIST_MAX) {
        found.intercepted |= text.starts_with("Access denied");
        found.matches.push(matched(text));
    }
}

/// `Warning. … [id "942100"] [msg "…"] [data "…"] [severity "CRITICAL"] [tag "…"]`.
pub fn matched(text: &str) -> Match<'_> {
    let mut found = Match::default();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once('[') {
        rest = after;
        let Some((name, value)) = after.split_once(" \"") else { break };
        let Some((value, tail)) = value.split_once("\"]") else { break };
        if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            continue;
        }
        rest = tail;
        let value = Cow::Borrowed(value);
        match name {
            "id" => found.id = value,
            "msg" => found.message = value,
            "data" => found.data = value,
            "severity" => found.severity = value,
            "tag" if found.tags.len() < LIST_MAX => found.tags.push(value),
            _ => {}
        }
    }
    if found.message.is_empty() {
        found.message = Cow::Borrowed(text.split(" [").next().unwrap_or(text));
    }
    found
}
