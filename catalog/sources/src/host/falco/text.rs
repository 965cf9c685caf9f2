//! An alert as a line of text: `09:00:01.123456789: Warning Shell spawned (user=root …)`.

use model::Time;
use model::time::Precision;

/// Nanoseconds of a day.
const DAY: i64 = 86_400_000_000_000;

/// Names that rules print before values, and the fields of JSON alerts that they stand for.
const NAMES: &[(&str, &str)] = &[
    ("command", "proc.cmdline"),
    ("connection", "fd.name"),
    ("container", "container.id"),
    ("container_id", "container.id"),
    ("container_image", "container.image"),
    ("container_image_repository", "container.image.repository"),
    ("container_image_tag", "container.image.tag"),
    ("container_name", "container.name"),
    ("evt_res", "evt.res"),
    ("evt_type", "evt.type"),
    ("exe_flags", "evt.arg.flags"),
    ("file", "fd.name"),
    ("gparent", "proc.aname[2]"),
    ("image", "container.image"),
    ("k8s.ns", "k8s.ns.name"),
    ("k8s.pod", "k8s.pod.name"),
    ("k8s_ns_name", "k8s.ns.name"),
    ("k8s_pod_name", "k8s.pod.name"),
    ("parent", "proc.pname"),
    ("parent_process", "proc.pname"),
    ("pcmdline", "proc.pcmdline"),
    ("pid", "proc.pid"),
    ("proc_exepath", "proc.exepath"),
    ("process", "proc.name"),
    ("program", "proc.name"),
    ("shell", "proc.name"),
    ("terminal", "proc.tty"),
    ("user", "user.name"),
    ("user_loginname", "user.loginname"),
    ("user_loginuid", "user.loginuid"),
    ("user_uid", "user.uid"),
];

/// The longest line whose values are looked for.
const SEARCHED_MAX: usize = 64 << 10;

/// One line, cut.
pub struct Line<'a> {
    stamp: Stamp,
    /// Its priority.
    pub priority: &'a str,
    /// What the rule says.
    pub output: &'a str,
}

/// The time at its start.
#[derive(Clone, Copy)]
enum Stamp {
    /// Whole: Falco runs with times in ISO 8601.
    Whole(Time),
    /// Nanoseconds of a day that is not told.
    OfDay(i64),
}

impl<'a> Line<'a> {
    /// Cuts a line; `None` for anything that Falco does not write.
    pub fn parse(text: &'a str) -> Option<Self> {
        let (stamp, rest) = text.trim_end().split_once(": ")?;
        let (priority, output) = rest.split_once(' ')?;
        // A capital first: programs that write `warning` are others.
        let is_capital = priority.bytes().next().is_some_and(|b| b.is_ascii_uppercase());
        super::severity(priority).filter(|_| is_capital)?;
        let whole = Time::parse_rfc3339(stamp).filter(|time| time.precision == Precision::Nanos);
        let stamp = whole.map(Stamp::Whole).or_else(|| of_day(stamp).map(Stamp::OfDay))?;
        Some(Line { stamp, priority, output })
    }

    /// When: with the day of the delivery, if only that tells the day; else in 1970, as of logs
    /// whose year nobody knows.
    pub fn time(&self, delivered: Option<Time>) -> Time {
        match (self.stamp, delivered) {
            (Stamp::Whole(time), _) => time,
            (Stamp::OfDay(nanos), None) => Time::point(nanos, Precision::Nanos),
            (Stamp::OfDay(nanos), Some(delivered)) => {
                let midnight = delivered.start.div_euclid(DAY).saturating_mul(DAY);
                let time = midnight.saturating_add(nanos);
                // Delivered after midnight, happened before it.
                let is_ahead = time.saturating_sub(delivered.start) > DAY / 2;
                let time = if is_ahead { time.saturating_sub(DAY) } else { time };
                Time::point(time, Precision::Nanos)
            }
        }
    }

    /// The value that the rule prints for a field.
    pub fn get(&self, field: &str) -> Option<&'a str> {
        let names = NAMES.iter().filter(|(_, known)| *known == field);
        let found = names.filter_map(|(name, _)| self.value(name));
        found.map(|value| value.trim_end_matches(')')).find(|value| !is_none(value))
    }

    fn value(&self, name: &str) -> Option<&'a str> {
        let text = self.output.get(..self.output.floor_char_boundary(SEARCHED_MAX))?;
        let starts = |at: usize| at == 0 || text.get(at - 1..at).is_some_and(|c| " (|".contains(c));
        let mut from = text.match_indices(name).filter(|(at, _)| starts(*at));
        let rest = from.find_map(|(at, _)| text.get(at + name.len()..)?.strip_prefix('='))?;
        // A value ends where another name starts: it may have spaces itself.
        let end = rest.match_indices(' ').find(|(at, _)| {
            let next = rest.get(at + 1..).unwrap_or("").trim_start_matches(['(', '|']);
            let word = next.split(['=', ' ']).next().unwrap_or("");
            let is_name = next.as_bytes().get(word.len()) == Some(&b'=');
            is_name && NAMES.iter().any(|(known, _)| *known == word)
        });
        rest.get(..end.map_or(rest.len(), |(at, _)| at))
            .map(|value| value.trim_end_matches([' ', '|']))
    }
}

/// What Falco writes where it knows nothing.
pub fn is_none(text: &str) -> bool {
    matches!(text.trim(), "" | "<NA>" | "null" | "<nil>" | "N/A")
}

/// `09:00:01.123456789` as nanoseconds.
fn of_day(stamp: &str) -> Option<i64> {
    let (clock, fraction) = stamp.split_once('.')?;
    if stamp.len() != 18 || fraction.len() != 9 || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    // In some year, to have the clock checked.
    let time = Time::parse_civil(&format!("1970-01-01T{clock}.{fraction}"), 0)?;
    Some(time.start)
}
