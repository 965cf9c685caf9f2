//! One line of Exim's log: its head, its flag, its fields.

use model::Time;
use model::seam::source::ReadSettings;

use crate::clock::{Calendar, Stamp, in_zone};
use crate::syslog;

/// What a line tells (the Exim specification, chapter 53, "Log files").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tells {
    /// `<=`: a message came in.
    Arrival,
    /// `=>`, `->`, `>>`: a message reached an address.
    Delivery,
    /// `**`: an address failed for good.
    Bounce,
    /// `==`: an address is tried again later.
    Deferral,
    /// `Completed`.
    Completed,
    /// An address, a connection or a message was refused.
    Refusal,
    /// A client did not prove who it is.
    BadLogin,
    /// The daemon starts, a queue run starts or ends.
    Daemon,
    /// Anything else that Exim says.
    Note,
}

/// One line, cut.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    /// When.
    pub time: Time,
    /// The machine, where the line came through syslog.
    pub host: &'a str,
    /// The process id, if it is logged.
    pub pid: &'a str,
    /// The message id, or the empty text.
    pub id: &'a str,
    /// What it tells.
    pub tells: Tells,
    /// `<=`, `=>` and their like, or the empty text.
    pub flag: &'a str,
    /// The address right behind the flag.
    pub address: &'a str,
    /// What follows the address, or the id where there is no flag.
    pub rest: &'a str,
}

impl<'a> Line<'a> {
    /// Cuts a line; `calendar` is for lines through syslog whose own time is left out.
    pub fn parse(
        text: &'a str,
        calendar: &mut Calendar,
        delivered: Option<Time>,
        settings: &ReadSettings,
    ) -> Result<Self, &'static str> {
        let (time, host, pid, text) = match own_time(text) {
            Some((stamp, rest)) => (whole(stamp, settings), "", "", rest),
            None => through_syslog(text, calendar, delivered, settings)?,
        };
        let time = time.ok_or("the time at the start is none")?;
        let (pid, text) = match text.strip_prefix('[').and_then(|rest| rest.split_once("] ")) {
            Some((own, rest)) if is_number(own) => (own, rest),
            _ => (pid, text),
        };
        let (id, text) = match text.split_once(' ').map_or((text, ""), |(id, rest)| (id, rest)) {
            (id, rest) if is_message_id(id) => (id, rest),
            _ => ("", text),
        };
        let (flag, after) = text.split_once(' ').unwrap_or((text, ""));
        let tells = if id.is_empty() { None } else { tells_by_flag(flag) };
        let line =
            Line { time, host, pid, id, tells: Tells::Note, flag: "", address: "", rest: text };
        let Some(tells) = tells else {
            return Ok(Line { tells: tells_by_words(text), ..line });
        };
        if tells == Tells::Completed {
            return Ok(Line { tells, rest: after, ..line });
        }
        let (address, rest) = after.split_once(' ').unwrap_or((after, ""));
        Ok(Line { tells, flag, address, rest, ..line })
    }

    /// Whether only Exim writes such a line.
    pub fn is_certain(&self) -> bool {
        self.tells != Tells::Note
    }

    /// A field `K=value`; of `H=` the name, with what it called itself in brackets.
    pub fn get(&self, key: &str) -> Option<&'a str> {
        Fields { rest: self.rest }.find(|(name, _)| *name == key).map(|(_, value)| value)
    }

    /// The address of the other host: the first in square brackets behind `H=`, or behind the
    /// words of a failed login.
    pub fn ip(&self) -> Option<&'a str> {
        let from = match self.tells {
            Tells::BadLogin | Tells::Note => self.rest,
            _ => self.rest.get(self.rest.find("H=")?..)?,
        };
        // What stands in round brackets is only what the client called itself.
        let mut depth = 0usize;
        for (at, byte) in from.bytes().enumerate() {
            match byte {
                b'(' => depth += 1,
                b')' => depth = depth.saturating_sub(1),
                b'[' if depth == 0 => {
                    let inside = from.get(at + 1..)?.split(']').next()?;
                    if inside.parse::<std::net::IpAddr>().is_ok() {
                        return Some(inside);
                    }
                }
                _ => {}
            }
        }
        None
    }

    /// The name of the other host, as the DNS has it.
    pub fn host_name(&self) -> Option<&'a str> {
        let name = match self.tells {
            Tells::BadLogin => self.rest.split_once(" failed for ")?.1.split(' ').next()?,
            _ => self.get("H")?.split(' ').next()?,
        };
        (!name.is_empty() && !name.starts_with(['(', '['])).then_some(name)
    }

    /// The sender: of an arrival the address itself, else `F=`.
    pub fn sender(&self) -> Option<&'a str> {
        let sender = match self.tells {
            Tells::Arrival => self.address,
            _ => self.get("F")?,
        };
        let sender = sender.trim_start_matches('<').trim_end_matches('>');
        (!sender.is_empty()).then_some(sender)
    }

    /// The recipients.
    pub fn recipients(&self) -> Vec<&'a str> {
        /// No message has more.
        const RECIPIENTS_MAX: usize = 1000;
        let bare = |address: &'a str| address.trim_matches(['<', '>', ':', ',']);
        match self.tells {
            Tells::Arrival => {
                let list = self.rest.rsplit_once(" for ").map_or("", |(_, list)| list);
                let list = list.split_ascii_whitespace().filter(|a| a.contains('@'));
                list.map(bare).take(RECIPIENTS_MAX).collect()
            }
            Tells::Delivery | Tells::Bounce | Tells::Deferral => {
                // `=> user <user@example.com>`: a local part first, then the whole address.
                let full = self.rest.strip_prefix('<').and_then(|rest| rest.split_once('>'));
                let address = match full {
                    Some((full, _)) if !self.address.contains('@') => full,
                    _ => bare(self.address),
                };
                (!address.is_empty()).then_some(address).into_iter().collect()
            }
            Tells::Refusal => {
                let named = self.rest.split_once("rejected RCPT ").map(|(_, rest)| rest);
                let address = named.and_then(|rest| rest.split(' ').next()).map(bare);
                address.filter(|a| a.contains('@')).into_iter().collect()
            }
            _ => Vec::new(),
        }
    }

    /// What the other side or Exim gave as reason.
    pub fn reason(&self) -> Option<&'a str> {
        match self.tells {
            Tells::Delivery => self.get("C"),
            Tells::Bounce | Tells::Deferral | Tells::Refusal | Tells::BadLogin => {
                self.rest.split_once(": ").map(|(_, reason)| reason)
            }
            _ => None,
        }
    }

    /// The account whose login failed.
    pub fn account(&self) -> Option<&'a str> {
        let named = self.rest.split_once("(set_id=").and_then(|(_, rest)| rest.rsplit_once(')'));
        named.map(|(account, _)| account).filter(|account| !account.is_empty())
    }
}

/// `2026-10-15 08:18:24 +0900 `, with a fraction, without a zone.
fn own_time(text: &str) -> Option<(Stamp, &str)> {
    let bytes = text.as_bytes();
    let marked = matches!(bytes, [_, _, _, _, b'-', _, _, b'-', _, _, b' ', _, _, b':', ..]);
    if !marked {
        return None;
    }
    let head = syslog::stamp(text)?;
    Some((head.0, head.2))
}

fn whole(stamp: Stamp, settings: &ReadSettings) -> Option<Time> {
    match stamp {
        Stamp::Whole(time) => Some(time),
        Stamp::Zoneless(time) => Some(in_zone(time, settings.zone.as_ref())),
        Stamp::Yearless { .. } => None,
    }
}

type Front<'a> = (Option<Time>, &'a str, &'a str, &'a str);

fn through_syslog<'a>(
    text: &'a str,
    calendar: &mut Calendar,
    delivered: Option<Time>,
    settings: &ReadSettings,
) -> Result<Front<'a>, &'static str> {
    let head = syslog::head(text)?;
    if !head.daemon().starts_with("exim") {
        return Err("not a line of Exim");
    }
    match own_time(head.message) {
        Some((stamp, rest)) => Ok((whole(stamp, settings), head.host, head.pid, rest)),
        None => Ok((calendar.time(head.stamp, delivered), head.host, head.pid, head.message)),
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.len() <= 10 && text.bytes().all(|b| b.is_ascii_digit())
}

/// `1xH8Fw-0005C2-2x`, or since Exim 4.97 `1xH8Fw-000000005C2-2x3y`.
pub fn is_message_id(text: &str) -> bool {
    let mut parts = text
        .split('-')
        .map(|part| if part.bytes().all(|b| b.is_ascii_alphanumeric()) { part.len() } else { 0 });
    let lengths = (parts.next(), parts.next(), parts.next(), parts.next());
    matches!(lengths, (Some(6), Some(6), Some(2), None) | (Some(6), Some(11), Some(4), None))
}

fn tells_by_flag(flag: &str) -> Option<Tells> {
    Some(match flag {
        "<=" => Tells::Arrival,
        "=>" | "->" | ">>" => Tells::Delivery,
        "**" => Tells::Bounce,
        "==" => Tells::Deferral,
        "Completed" => Tells::Completed,
        _ => return None,
    })
}

fn tells_by_words(text: &str) -> Tells {
    let refused = ["rejected ", "sender verify fail", " temporarily rejected", "refused"];
    match text {
        _ if text.contains("authenticator failed for ") => Tells::BadLogin,
        _ if text.starts_with("Start queue run") || text.starts_with("End queue run") => {
            Tells::Daemon
        }
        _ if text.starts_with("exim ") && text.contains("daemon started") => Tells::Daemon,
        _ if text.starts_with("H=") && refused.iter().any(|word| text.contains(word)) => {
            Tells::Refusal
        }
        _ if text.starts_with("rejected ") || text.contains(" rejected after DATA") => {
            Tells::Refusal
        }
        _ => Tells::Note,
    }
}

/// The fields of a line: `K=value`, values in quotes, hosts with what stands in brackets behind.
struct Fields<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Fields<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<(&'a str, &'a str)> {
        loop {
            let rest = self.rest.trim_start_matches(' ');
            let end = rest.find(' ').unwrap_or(rest.len());
            let (word, after) = rest.split_at_checked(end)?;
            if word.is_empty() {
                return None;
            }
            let field = word.split_once('=').filter(|(key, _)| is_key(key));
            let Some((key, value)) = field else {
                // What follows a colon is prose.
                self.rest = if word.ends_with(':') { "" } else { after };
                continue;
            };
            let value_at = key.len() + 1;
            let length = match value.strip_prefix('"') {
                Some(_) => quoted(rest.get(value_at..)?),
                None if key == "H" => host(rest.get(value_at..)?),
                None => value.len(),
            };
            let value = rest.get(value_at..value_at + length)?;
            self.rest = rest.get(value_at + length..)?;
            let inside = value.strip_prefix('"').and_then(|v| v.strip_suffix('"'));
            return Some((key, inside.unwrap_or(value).trim_end_matches(':')));
        }
    }
}

fn is_key(key: &str) -> bool {
    (1..=4).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_alphabetic())
}

/// How long a quoted value is: to the quote before a space or the end.
fn quoted(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut from = 1;
    while let Some(at) = memchr::memchr2(b'"', b'\\', bytes.get(from..).unwrap_or(&[])) {
        let at = from + at;
        match (bytes.get(at), bytes.get(at + 1)) {
            (Some(b'\\'), _) => from = at + 2,
            (_, None | Some(b' ')) => return at + 1,
            _ => from = at + 1,
        }
    }
    text.len()
}

/// How long a host is: `name (helo) [192.0.2.1]:25`.
fn host(text: &str) -> usize {
    let mut length = 0;
    for word in text.split_inclusive(' ') {
        let bare = word.trim_end_matches(' ');
        if length > 0 && !bare.starts_with(['(', '[']) {
            break;
        }
        length += word.len();
        if bare.ends_with(':') {
            break;
        }
    }
    text.get(..length).map_or(0, |host| host.trim_end_matches(' ').len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Line<'_> {
        let settings = ReadSettings::default();
        Line::parse(text, &mut Calendar::default(), None, &settings).unwrap()
    }

    #[test]
    fn fields_of_hosts_and_quotes() {
        let line = parse(concat!(
            "2026-10-15 08:18:24.125 +0900 [77] 1xH8Fw-0005C2-2x <= a@example.com H=mx.example.com ",
            "(helo [203.0.113.9]) [192.0.2.7]:4711 I=[198.51.100.2]:25 P=esmtpsa A=login:bob S=812 ",
            "id=x@example.com T=\"two \\\"words\\\" here\" from <a@example.com> for b@example.com"
        ));
        assert_eq!(line.time.to_string(), "2026-10-14T23:18:24.125Z");
        assert_eq!((line.pid, line.id), ("77", "1xH8Fw-0005C2-2x"));
        assert_eq!(line.ip(), Some("192.0.2.7"));
        assert_eq!(line.host_name(), Some("mx.example.com"));
        assert_eq!(line.get("A"), Some("login:bob"));
        assert_eq!(line.get("S"), Some("812"));
        assert_eq!(line.get("T"), Some("two \\\"words\\\" here"));
        assert_eq!(line.recipients(), ["b@example.com"]);
    }

    #[test]
    fn message_ids_of_both_lengths() {
        assert!(is_message_id("1xH8Fw-0005C2-2x") && is_message_id("1xH8Fw-000000005C2-2x3y"));
        assert!(!is_message_id("1xH8Fw-0005C2") && !is_message_id("2026-10-15"));
    }
}
