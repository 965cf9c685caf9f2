//! Lines of one serial become one record, also where events stand interleaved or out of order.

use std::collections::VecDeque;

use model::Time;
use model::time::Precision;

/// How many events may be open at once: a line that comes after so many newer events starts an
/// event of its own.
pub const WINDOW_EVENTS: usize = 64;
/// Lines whose stamp is this much younger close an event (auparse waits as long).
pub const WINDOW_NANOS: i64 = 2_000_000_000;
/// No event has more text than this; what goes beyond starts another.
pub const EVENT_BYTES_MAX: usize = 4 << 20;

/// The head of one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head<'a> {
    /// The machine, where lines of several are collected.
    pub node: &'a str,
    /// The record's type, `EXECVE`.
    pub kind: &'a str,
    /// Seconds since 1970 with milliseconds, and the serial: `1792019941.912:2864`.
    pub stamp: &'a str,
    /// What follows the head.
    pub rest: &'a str,
}

/// Reads `[node=N ]type=T msg=audit(STAMP): …`; what a collector put before it is passed over.
pub fn head(line: &str) -> Result<Head<'_>, &'static str> {
    const NO_TYPE: &str = "no type= before msg=audit(";
    let at = memchr::memmem::find(line.as_bytes(), b"msg=audit(").ok_or("no msg=audit(")?;
    let (before, after) = line.split_at_checked(at).ok_or(NO_TYPE)?;
    let kind_at = memchr::memmem::rfind(before.as_bytes(), b"type=").ok_or(NO_TYPE)?;
    let (front, kind) = before.split_at_checked(kind_at).ok_or(NO_TYPE)?;
    let kind = kind.strip_prefix("type=").unwrap_or(kind).trim_end();
    if kind.is_empty() || kind.contains(' ') {
        return Err(NO_TYPE);
    }
    let node = front.rfind("node=").and_then(|at| front.get(at + 5..)).unwrap_or("").trim_end();
    let after = after.strip_prefix("msg=audit(").unwrap_or(after);
    let (stamp, rest) = after.split_once(')').ok_or("msg=audit( is not closed")?;
    let rest = rest.strip_prefix(':').unwrap_or(rest);
    Ok(Head { node, kind, stamp, rest: rest.strip_prefix(' ').unwrap_or(rest) })
}

/// The time in a stamp: of the kernel in milliseconds, of newer tools finer.
pub fn time(stamp: &str) -> Option<Time> {
    let (time, serial) = stamp.rsplit_once(':')?;
    let (seconds, fraction) = time.split_once('.')?;
    let digits = |text: &str, max: usize| {
        let fits =
            !text.is_empty() && text.len() <= max && text.bytes().all(|b| b.is_ascii_digit());
        fits.then(|| text.parse::<i64>().ok()).flatten()
    };
    digits(serial, 20)?;
    let nanos = digits(fraction, 9)? * 10i64.pow(9 - fraction.len() as u32);
    let seconds = digits(seconds, 10)?.checked_mul(1_000_000_000)?;
    Some(Time::point(seconds.checked_add(nanos)?, Precision::from_digits(fraction.len())))
}

/// One event under way.
#[derive(Debug)]
pub struct Open {
    /// Its lines, one below the other.
    pub text: String,
    /// Where its first line stands.
    pub line: u64,
    /// Its number in the blob.
    pub record: u64,
    /// When it happened.
    pub time: Time,
    node: (usize, usize),
    stamp: (usize, usize),
}

impl Open {
    fn is_of(&self, head: &Head<'_>) -> bool {
        let part = |(from, length): (usize, usize)| self.text.get(from..from + length);
        part(self.stamp) == Some(head.stamp) && part(self.node) == Some(head.node)
    }
}

/// The events that may still get lines, in the order of their first ones.
#[derive(Default)]
pub struct Joiner {
    open: VecDeque<Open>,
    spare: Vec<String>,
}

impl Joiner {
    /// Adds a line to its event; true if the event was open already.
    pub fn join(&mut self, head: &Head<'_>, text: &str) -> bool {
        let Some(open) = self.open.iter_mut().rev().find(|open| open.is_of(head)) else {
            return false;
        };
        if open.text.len() + text.len() >= EVENT_BYTES_MAX {
            return false;
        }
        open.text.push('\n');
        open.text.push_str(text);
        true
    }

    /// Opens an event with its first line.
    pub fn open(&mut self, head: &Head<'_>, text: &str, time: Time, (line, record): (u64, u64)) {
        let mut own = self.spare.pop().unwrap_or_default();
        own.clear();
        own.push_str(text);
        let place = |part: &str| {
            let from = (part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
            (from.min(text.len()), part.len())
        };
        let (node, stamp) = (place(head.node), place(head.stamp));
        self.open.push_back(Open { text: own, line, record, time, node, stamp });
    }

    /// The event that has waited long enough for its lines, given how late it is.
    pub fn due(&mut self, now: Time) -> Option<Open> {
        let first = self.open.front()?;
        let waited = now.start.saturating_sub(first.time.start) > WINDOW_NANOS;
        (waited || self.open.len() > WINDOW_EVENTS).then(|| self.open.pop_front()).flatten()
    }

    /// The first event still open, at the end of the blob.
    pub fn last(&mut self) -> Option<Open> {
        self.open.pop_front()
    }

    /// Takes back what an event's text lay in.
    pub fn done(&mut self, open: Open) {
        if open.text.capacity() <= 1 << 16 {
            self.spare.push(open.text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_with_and_without_what_collectors_add() {
        let head = |line| head(line).map(|h| (h.node, h.kind, h.stamp, h.rest));
        assert_eq!(
            head("type=CWD msg=audit(1.000:7): cwd=\"/\""),
            Ok(("", "CWD", "1.000:7", "cwd=\"/\""))
        );
        assert_eq!(
            head("Oct 15 08:18:24 h audispd: node=web type=EOE msg=audit(1.000:7): "),
            Ok(("web", "EOE", "1.000:7", ""))
        );
        assert_eq!(head("msg=audit(1.000:7): x"), Err("no type= before msg=audit("));
        assert_eq!(time("1792019941.912:2864").unwrap().to_string(), "2026-10-14T23:19:01.912Z");
        for bad in ["1.0", "x.0:1", "1.0:", "99999999999.000:1", "9999999999.000:1"] {
            assert!(time(bad).is_none_or(|t| t.start > 0), "{bad}");
        }
    }
}
