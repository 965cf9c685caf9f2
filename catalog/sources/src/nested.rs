//! Records in JSON documents, however these are wrapped.
//!
//! No list of wrappers: a bounded search for objects that bear a kind's names, through objects,
//! arrays and texts that are JSON themselves (EventBridge, CloudWatch Logs, SNS, SQS, Firehose,
//! answers of the AWS API). Lines may have a time before the document, as exports have.

mod search;

use frame::{Content, Input, Piece};
use memchr::memmem;
use model::seam::source::{Intake, Likeness};
use model::{Event, Position, Reject, Time};
use sonic_rs::{JsonContainerTrait, JsonValueTrait, Value};

use crate::json;
pub use search::Lines;
use search::Reader;

/// The most documents that recognition counts; the sample may hold more.
const TRIED_MAX: u64 = 64;

/// What a source says of its records.
pub struct Kind {
    /// What a record is called in reasons, with its article: `a WAF record`.
    pub what: &'static str,
    /// Names that a sample must bear: all of one of the groups.
    pub marks: &'static [&'static [&'static str]],
    /// Whether a value is a record. Texts are asked too, before they are read as JSON.
    pub is_record: fn(&Value, &Around<'_>) -> bool,
    /// Hands over one record: an event or a reject.
    pub emit: fn(&Found<'_>, &mut dyn Intake),
}

/// How a document is searched.
#[derive(Clone, Copy)]
pub struct Search {
    /// How many objects and texts may lie around a record.
    pub depth_max: usize,
    /// The time that a document states as a whole, where nothing nearer does.
    pub stated: fn(&Value) -> Option<Time>,
}

impl Search {
    /// Records may lie anywhere, and have times of their own.
    pub const DEEP: Search = Search { depth_max: search::DEPTH_MAX, stated: |_| None };
}

/// What stands around a value.
#[derive(Clone, Copy, Default)]
pub struct Around<'v> {
    /// How many objects and texts lie around.
    pub depth: usize,
    /// The member that it is, or that lists it; empty at the top.
    pub key: &'v str,
    /// The time that the nearest wrapper states.
    pub time: Option<Time>,
    /// The nearest object around.
    pub parent: Option<&'v Value>,
    /// The object around that one.
    pub above: Option<&'v Value>,
    /// The object around that one.
    pub beyond: Option<&'v Value>,
    /// The outermost object of the document.
    pub top: Option<&'v Value>,
    /// The nearest EventBridge event around.
    pub event: Option<&'v Value>,
}

/// A record and where it stands.
pub struct Found<'v> {
    /// The parsed record.
    pub value: &'v Value,
    /// Its text.
    pub raw: &'v str,
    /// Its place.
    pub at: Position,
    /// What stands around it.
    pub around: Around<'v>,
}

/// Reads a blob to its end: every record of the kind is handed over, all else is refused.
pub fn read(input: &mut Input<'_>, kind: &Kind, out: &mut dyn Intake) {
    read_as(input, kind, Search::DEEP, out);
}

/// As [`read`], with a search of another sort.
pub fn read_as(input: &mut Input<'_>, kind: &Kind, search: Search, out: &mut dyn Intake) {
    let mut reader = Reader::new(kind, search, out);
    if matches!(input.sample().trim_ascii_start(), [b'{' | b'[', ..]) {
        input.documents(&mut |piece| match piece {
            Piece::Document(document) => reader.document(&document),
            Piece::Damage { line, why, excerpt } => reader.damage(line, &why, &excerpt),
        });
        return;
    }
    while let Some(line) = input.line() {
        let (time, text) = without_time(line.text.trim());
        if line.too_long {
            reader.damage(line.number, "the line is too long", text);
        } else if !text.is_empty() {
            reader.line(text, line.number, time);
        }
    }
}

/// The time that an export of CloudWatch Logs puts before each line, and what follows it.
fn without_time(line: &str) -> (Option<Time>, &str) {
    let Some((first, rest)) = line.split_once(' ') else { return (None, line) };
    // A time with a colon behind it is the line's own.
    if first.ends_with(':') {
        return (None, line);
    }
    Time::parse_rfc3339(first).map_or((None, line), |time| (Some(time), rest.trim_start()))
}

/// Says whether a blob holds records of the kind, from its first bytes.
pub fn recognise(sample: &[u8], kind: &Kind) -> Likeness {
    recognise_as(sample, kind, Search::DEEP)
}

/// As [`recognise`], with a search of another sort.
pub fn recognise_as(sample: &[u8], kind: &Kind, search: Search) -> Likeness {
    let bears = |name: &&str| memmem::find(sample, name.as_bytes()).is_some();
    if !kind.marks.iter().any(|group| group.iter().all(bears)) {
        return Likeness::No;
    }
    let (mut ours, mut others) = count(sample, kind, search);
    if ours == 0 && others == 0 {
        // One document that is longer than the sample.
        (ours, others) = count(mend(sample).as_bytes(), kind, search);
    }
    match (ours, others) {
        (0, _) => Likeness::No,
        _ if ours >= others => Likeness::Name,
        // Some records among many other documents: another source may know it better.
        _ => Likeness::Format,
    }
}

/// How many records of the kind a sample holds, and how many documents of other kinds.
fn count(sample: &[u8], kind: &Kind, search: Search) -> (u64, u64) {
    let mut nowhere = Nowhere;
    let silent = Kind { emit: |_, _| {}, ..*kind };
    let search = Search { stated: |_| None, ..search };
    let mut reader = Reader::new(&silent, search, &mut nowhere);
    let mut documents = 0;
    let mut input = Input::new(Content::Whole(sample));
    if matches!(sample.trim_ascii_start(), [b'{' | b'[', ..]) {
        input.documents(&mut |piece| {
            if let Piece::Document(document) = piece
                && documents < TRIED_MAX
            {
                documents += 1;
                reader.document(&document);
            }
        });
    } else {
        while let Some(line) = input.line()
            && documents < TRIED_MAX
        {
            documents += 1;
            let (time, text) = without_time(line.text.trim());
            if !text.is_empty() {
                reader.line(text, line.number, time);
            }
        }
    }
    (reader.ours(), reader.others())
}

/// A sample that breaks off inside a document, cut back to its last whole value and closed.
fn mend(sample: &[u8]) -> String {
    let mut open: Vec<u8> = Vec::new();
    let (mut in_string, mut escaped) = (false, false);
    let mut whole: (usize, Vec<u8>) = (0, Vec::new());
    for (at, byte) in sample.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'{' => open.push(b'}'),
            b'[' => open.push(b']'),
            b'}' | b']' => {
                open.pop();
            }
            // Deep places are passed over: they are many, and copying brackets is not free.
            b',' if open.len() <= search::DEPTH_MAX => whole = (at, open.clone()),
            _ => {}
        }
    }
    let (end, mut closing) = whole;
    closing.reverse();
    let mut text = String::from_utf8_lossy(sample.get(..end).unwrap_or(&[])).into_owned();
    text.push_str(&String::from_utf8_lossy(&closing));
    text
}

/// A tray for recognition: counting is the reader's own.
struct Nowhere;

impl Intake for Nowhere {
    fn event(&mut self, _: &Event<'_>) {}
    fn reject(&mut self, _: Reject) {}
}

/// Whether an object is an event of EventBridge.
pub fn is_bridge_event(value: &Value) -> bool {
    let Some(object) = value.as_object() else { return false };
    ["detail-type", "source", "detail"].iter().all(|key| object.get(key).is_some())
}

/// The text of a member, by the name as the AWS API writes it or with a small first letter.
pub fn text<'v>(value: &'v Value, path: &[&str]) -> Option<&'v str> {
    member(value, path)?.as_str().filter(|text| !text.is_empty())
}

/// A member by its path; the case of letters does not count, because consoles, events and the
/// API write the same names in different ways.
pub fn member<'v>(value: &'v Value, path: &[&str]) -> Option<&'v Value> {
    path.iter().try_fold(value, |value, key| {
        let object = value.as_object()?;
        object.get(key).or_else(|| {
            object.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, member)| member)
        })
    })
}

/// The elements of a list at a path; none where there is no list.
pub fn list<'v>(value: &'v Value, path: &[&str]) -> impl Iterator<Item = &'v Value> + use<'v> {
    member(value, path).and_then(|member| member.as_array()).into_iter().flatten()
}

/// A time at a path: RFC 3339, or a number since 1970.
pub fn time(value: &Value, path: &[&str]) -> Option<Time> {
    member(value, path).and_then(json::time)
}

#[cfg(test)]
mod tests;
