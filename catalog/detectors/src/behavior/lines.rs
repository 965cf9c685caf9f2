//! Errors that a program never wrote before: lines of free text are grouped by what stays the same
//! in them, as Drain does (He and others, 2017), and a new group is told with what else happened.

use std::collections::BTreeMap;

use model::seam::detector::{Findings, Keys, Mark, Marked};
use model::{Effect, Event, Time};
use ocsf::Scalar;
use rustc_hash::FxHashMap;

use super::asked::Asked;
use super::marks::Kind;
use super::rules::Found;
use super::tell::{Find, name};
use super::window::{HOUR, SECOND};
use crate::web::cut;

/// Words of a line that count, and bytes of a line that are looked at.
const WORDS_MAX: usize = 24;
const LINE_MAX: usize = 400;
/// Lines of one group share so many of their words, as Drain's threshold.
const ALIKE: f64 = 0.5;
/// Groups that are known of one program; what comes beyond is no longer new.
const GROUPS_MAX: usize = 1_024;
/// The logs must go back so far before an error is called new.
const KNOWN: i64 = 24 * HOUR;
/// Without anything else, a program must have written so many errors before: eight bits.
const ERRORS_MIN: usize = 256;
/// So many new groups within this time are a new version.
const DEPLOYED_MIN: usize = 5;
const DEPLOYED_WIDTH: i64 = 600 * SECOND;
/// What happened this near is told with it.
const NEAR: i64 = 600 * SECOND;
const CITED_MAX: usize = 8;
/// Errors without anything else that are told of one program.
const LONE_MAX: usize = 3;

/// Where lines keep their text, level and program.
const TEXTS: &[&str] = &["message", "msg", "MESSAGE", "error.message"];
const LEVELS: &[&str] = &["level", "severity", "PRIORITY", "levelname", "error_severity"];
const PROGRAMS: &[&str] = &["program", "SYSLOG_IDENTIFIER", "logger", "service", "app"];
/// Levels of errors: names, and syslog's numbers (RFC 5424).
const ERRORS: &[&str] = &[
    "error", "err", "critical", "crit", "fatal", "panic", "emerg", "alert", "severe", "0", "1",
    "2", "3",
];
/// Words of errors, where no level says so.
const TOLD: &[&str] = &["error", "exception", "fatal", "panic", "segfault", "traceback"];

/// Hands over the first of these fields that is there.
fn first(event: &Event<'_>, names: &[&str], each: &mut dyn FnMut(&str)) -> bool {
    let mut found = false;
    for name in names {
        event.body.field(name, &mut |value| {
            match &value {
                Scalar::Int(number) => each(&number.to_string()),
                _ => match value.as_str().filter(|text| !text.is_empty()) {
                    Some(text) => each(text),
                    None => return true,
                },
            }
            found = true;
            false
        });
        if found {
            break;
        }
    }
    found
}

/// Notes a line that is an error: its program and what stays the same in it.
pub fn line(event: &Event<'_>, asked: &mut Asked, out: &mut dyn Findings) {
    if !["app.", "linux.", "db."].iter().any(|shelf| event.source.starts_with(shelf)) {
        return;
    }
    let mut level = None;
    first(event, LEVELS, &mut |text| {
        level = Some(ERRORS.iter().any(|error| error.eq_ignore_ascii_case(text)));
    });
    if level == Some(false) {
        return;
    }
    let mut line = None;
    first(event, TEXTS, &mut |text| {
        let text = cut(text, LINE_MAX);
        let low = || text.to_ascii_lowercase();
        if level == Some(true) || TOLD.iter().any(|word| low().contains(word)) {
            line = Some(mask(text));
        }
    });
    let Some(line) = line.filter(|line| line.len() > 1) else { return };
    let mut program = event.source.to_owned();
    first(event, PROGRAMS, &mut |text| cut(text, 60).clone_into(&mut program));
    let (program, line) = (asked.named(&program, event, out), asked.named(&line, event, out));
    let keys = Keys::from_slice(&[(program, line)]);
    out.mark(event, Mark { rule: Kind::Line as u32, effect: Effect::Attempt, keys, note: None });
}

/// A line with a star for everything that changes from time to time: numbers, names, paths, what
/// stands in quotes.
fn mask(line: &str) -> String {
    let mut out = String::new();
    let mut quote = None;
    for word in line.split_whitespace().take(WORDS_MAX) {
        let marks = |c: char| word.matches(c).count();
        let within = quote.is_some();
        for c in ['"', '\'', '`'] {
            if marks(c) % 2 == 1 && quote.is_none_or(|open| open == c) {
                quote = if within { None } else { Some(c) };
                break;
            }
        }
        let odd = |c: char| {
            c.is_ascii_digit() || matches!(c, '@' | '/' | '\\' | '"' | '\'' | '`' | '<' | '%')
        };
        let star = within || quote.is_some() || word.chars().any(odd) || word.len() > 40;
        if !out.is_empty() {
            out.push(' ');
        }
        match word.split_once('=') {
            Some((key, _)) if !key.is_empty() && !key.chars().any(odd) => {
                out.push_str(key);
                out.push_str("=*");
            }
            _ => out.push_str(if star { "*" } else { word }),
        }
    }
    out
}

/// A group of lines.
struct Group<'m> {
    words: Vec<&'m str>,
    count: usize,
    since: Time,
    last: Time,
    cited: Vec<usize>,
    /// Errors of the program before.
    before: usize,
}

/// Groups of one program.
#[derive(Default)]
struct Program<'m> {
    groups: Vec<Group<'m>>,
    /// Which group a line is of.
    known: FxHashMap<u64, Option<usize>>,
    /// Groups by the number of words and the first of them.
    leaves: FxHashMap<(usize, &'m str), Vec<usize>>,
    errors: usize,
}

impl<'m> Program<'m> {
    fn group(&mut self, line: u64, text: &'m str, time: Time) -> Option<usize> {
        if let Some(known) = self.known.get(&line) {
            return *known;
        }
        let words: Vec<&str> = text.split(' ').collect();
        let leaf = (words.len(), words.first().copied().unwrap_or_default());
        let alike = |group: &Group<'_>| {
            let same = group.words.iter().zip(&words).filter(|(a, b)| a == b).count();
            same as f64 / words.len() as f64
        };
        let near = self.leaves.get(&leaf).into_iter().flatten().copied();
        let near = near.filter(|at| self.groups.get(*at).is_some_and(|g| alike(g) >= ALIKE)).min();
        let found = match near {
            Some(at) => Some(at),
            None if self.groups.len() < GROUPS_MAX => {
                let (count, cited, before) = (0, Vec::new(), self.errors);
                self.groups.push(Group { words, count, since: time, last: time, cited, before });
                let at = self.groups.len() - 1;
                self.leaves.entry(leaf).or_default().push(at);
                Some(at)
            }
            None => None,
        };
        self.known.insert(line, found);
        found
    }
}

/// What else was found: from when to when, what it is called in both languages, whom it is about.
pub struct Other {
    /// From when to when.
    pub span: (Time, Time),
    /// The rule's title in English and Japanese.
    pub title: [String; 2],
    /// Whom it is about.
    pub about: String,
}

/// Errors of kinds that were not there before, with what else happened near them.
pub fn finds(marks: &[Marked], others: &[Other]) -> Vec<Find> {
    let mut names: FxHashMap<u64, &str> = FxHashMap::default();
    let callers = marks.iter().filter(|marked| marked.mark.rule == Kind::Caller as u32);
    for marked in callers {
        let text = marked.mark.note.as_deref().and_then(|note| note.texts.first());
        if let (Some((number, _)), Some(text)) = (marked.mark.keys.first(), text) {
            names.insert(*number, text);
        }
    }
    let mut programs: BTreeMap<&str, Program<'_>> = BTreeMap::new();
    for (at, marked) in marks.iter().enumerate() {
        let Some((program, line)) = marked.mark.keys.first().copied() else { continue };
        let texts = (names.get(&program).copied(), names.get(&line).copied());
        let (Some(who), Some(text), true) =
            (texts.0, texts.1, marked.mark.rule == Kind::Line as u32)
        else {
            continue;
        };
        let of = programs.entry(who).or_default();
        if let Some(group) = of.group(line, text, marked.time)
            && let Some(group) = of.groups.get_mut(group)
        {
            group.count += 1;
            group.last = group.last.max(marked.time);
            if group.cited.len() < CITED_MAX {
                group.cited.push(at);
            }
        }
        of.errors += 1;
    }
    let begin = marks.first().map_or(0, |marked| marked.time.start);
    programs.iter().flat_map(|(who, program)| new(who, program, begin, others)).collect()
}

fn new(who: &str, program: &Program<'_>, begin: i64, others: &[Other]) -> Vec<Find> {
    let late = |group: &&Group<'_>| group.since.start.saturating_sub(begin) >= KNOWN;
    let groups: Vec<&Group<'_>> = program.groups.iter().filter(late).collect();
    let at = |group: &Group<'_>| group.since.start;
    let deployed = |one: &Group<'_>| {
        let near = |other: &&&Group<'_>| at(one).abs_diff(at(other)) <= DEPLOYED_WIDTH as u64;
        groups.iter().filter(near).count() >= DEPLOYED_MIN
    };
    let (mut out, mut lone) = (Vec::new(), 0);
    for group in groups.iter().filter(|group| !deployed(group)) {
        let near = others.iter().find(|other| {
            let (from, to) = (other.span.0.start - NEAR, other.span.1.end.saturating_add(NEAR));
            (from..=to).contains(&at(group))
        });
        if near.is_none() && (group.before < ERRORS_MIN || lone >= LONE_MAX) {
            continue;
        }
        lone += usize::from(near.is_none());
        out.push(find(who, group, at(group).saturating_sub(begin), near));
    }
    out
}

fn find(who: &str, group: &Group<'_>, known: i64, near: Option<&Other>) -> Find {
    let (line, program) = (name(&group.words.join(" ")), name(who));
    let (days, count, before) = (known as f64 / (24 * HOUR) as f64, group.count, group.before);
    let [more, more_ja] = near.map_or_else(Default::default, |other| {
        let ([title, title_ja], about) = (&other.title, name(&other.about));
        [
            format!("; within ten minutes of: {title} ({about})"),
            format!("。前後 10 分に「{title_ja}」（{about}）があった"),
        ]
    });
    Find {
        found: if near.is_some() { Found::ErrorNear } else { Found::Error },
        about: format!("{who} {line}"),
        span: (group.since, group.last),
        count,
        cited: group.cited.clone(),
        confidence: if near.is_some() { 0.5 } else { 0.3 },
        text: [
            format!(
                "{program} wrote an error of a kind that {days:.1} days of logs ({before} errors of it) do not have: “{line}”, {count} times{more}"
            ),
            format!(
                "{program} が、それまでの {days:.1} 日分のログ（エラー {before} 件）にない種類のエラー「{line}」を {count} 回記録した{more_ja}"
            ),
        ],
    }
}

#[cfg(test)]
mod tests {
    use model::Outcome;

    use super::*;
    use crate::web::hash;

    fn wrote(second: i64, text: &str) -> [Marked; 2] {
        let masked = mask(text);
        let time = Time::seconds(second);
        let mut named = Kind::Caller.mark(vec![masked.clone()], Outcome::Unknown);
        named.keys = Keys::from_slice(&[(hash(&masked), 0)]);
        let keys = Keys::from_slice(&[(hash("shop"), hash(&masked))]);
        let line = Mark { rule: Kind::Line as u32, effect: Effect::Attempt, keys, note: None };
        [Marked { time, uid: 0, mark: named }, Marked { time, uid: 0, mark: line }]
    }

    fn days(count: i64) -> Vec<Marked> {
        let mut named = Kind::Caller.mark(vec!["shop".to_owned()], Outcome::Unknown);
        named.keys = Keys::from_slice(&[(hash("shop"), 0)]);
        let mut all = vec![Marked { time: Time::seconds(0), uid: 0, mark: named }];
        for at in 0..count * 24 {
            all.extend(wrote(at * 3600, &format!("payment {at} failed: timeout after {at} ms")));
            all.extend(wrote(at * 3600 + 9, &format!("no stock of item {at} for bob@example.com")));
        }
        all
    }

    fn told(mut marks: Vec<Marked>, others: &[Other]) -> Vec<(Found, String)> {
        marks.sort_by_key(|one| one.time.start);
        let all = finds(&marks, others).into_iter();
        all.map(|find| (find.found, find.text[0].clone())).collect()
    }

    const NEW: &str = "unterminated string near 'x' at line 7";
    const LATE: i64 = 6 * 86_400 + 100;

    #[test]
    fn what_changes_is_masked() {
        assert_eq!(mask("user bob@x failed id=77 at /srv/a"), "user * failed id=* at *");
        assert_eq!(mask("bad value 'a b c' here"), "bad value * * * here");
    }

    #[test]
    fn a_new_kind_of_error_is_told_with_what_happened_near_it() {
        assert_eq!(told(days(7), &[]), []);
        let mut marks = days(7);
        marks.extend(wrote(LATE, NEW));
        let alone = told(marks.clone(), &[]);
        assert_eq!(alone.len(), 1, "{alone:?}");
        assert_eq!(alone[0].0, Found::Error);
        let span = (Time::seconds(LATE - 300), Time::seconds(LATE - 200));
        let title = ["Port scan".to_owned(), "スキャン".to_owned()];
        let other = Other { span, title, about: "203.0.113.9".to_owned() };
        let found = told(marks, &[other]);
        assert_eq!(found[0].0, Found::ErrorNear);
        let want = "“unterminated string near * at line *”, 1 times; within ten minutes of: Port scan (203.0.113.9)";
        assert!(found[0].1.ends_with(want), "{found:?}");
    }

    #[test]
    fn a_first_day_and_a_new_version_are_silent() {
        let mut early = days(7);
        early.extend(wrote(3_600, NEW));
        assert_eq!(told(early, &[]), []);
        let mut version = days(7);
        let said =
            ["cache miss of a", "retrying the b later", "c is deprecated", "d took long", "no e"];
        for (at, text) in said.iter().enumerate() {
            version.extend(wrote(LATE + at as i64, text));
        }
        assert_eq!(told(version, &[]), []);
    }
}
