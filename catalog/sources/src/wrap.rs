//! Text logs in the wraps they travel in: lines as they are, or the envelopes of CloudWatch Logs.

use frame::{Content, Document, Input, Piece, SAMPLE_MAX};
use memchr::memmem;
use model::Time;
use sonic_rs::{JsonContainerTrait, JsonValueTrait, Value};

use crate::json;

/// One line, without its wrap.
#[derive(Clone, Copy, Debug)]
pub struct Unit<'t> {
    /// The line, without its end.
    pub text: &'t str,
    /// Where it stands; lines of one envelope share its line.
    pub line: u64,
    /// When CloudWatch Logs took it in, if it came from there.
    pub delivered: Option<Time>,
}

/// Something that holds no line of a log.
#[derive(Clone, Copy, Debug)]
pub struct Broken<'t> {
    /// Where it stands.
    pub line: u64,
    /// Why nothing could be taken from it.
    pub why: &'t str,
    /// How it starts.
    pub text: &'t str,
}

/// Takes lines, or what stands in the place of one.
pub type Each<'e> = dyn FnMut(Result<Unit<'_>, Broken<'_>>) + 'e;

/// How many lines of a sample recognition looks at.
pub const LINES_TRIED: usize = 64;

/// Whether a blob is JSON: a line of a log may start with a bracket, too.
pub fn is_json(sample: &[u8]) -> bool {
    match sample.trim_ascii_start() {
        [b'{', rest @ ..] => matches!(rest.trim_ascii_start(), [b'"', ..]),
        [b'[', rest @ ..] => matches!(rest.trim_ascii_start(), [b'{', ..]),
        _ => false,
    }
}

/// Hands every line of a blob to `each`; empty ones too, they may mean something.
pub fn each(input: &mut Input<'_>, each: &mut Each<'_>) {
    if is_json(input.sample()) {
        input.documents(&mut |piece| match piece {
            Piece::Document(document) => envelope(&document, each),
            Piece::Damage { line, why, excerpt } => {
                each(Err(Broken { line, why: &why, text: &excerpt }));
            }
        });
        return;
    }
    while let Some(line) = input.line() {
        if line.too_long {
            each(Err(Broken { line: line.number, why: "the line is too long", text: &line.text }));
        } else {
            each(Ok(Unit { text: line.text.as_ref(), line: line.number, delivered: None }));
        }
    }
}

/// The lines of one envelope: a subscription's, or an answer of `get-log-events`,
/// `filter-log-events` or `get-query-results`.
fn envelope(document: &Document<'_>, each: &mut Each<'_>) {
    let (text, line) = (document.text, document.line);
    let value = match json::tree(document) {
        Ok(value) => value,
        Err(why) => return each(Err(Broken { line, why: &why, text })),
    };
    if json::text(&value, &["messageType"]) == Some("CONTROL_MESSAGE") {
        let why = "a control message of CloudWatch Logs, no record";
        return each(Err(Broken { line, why, text }));
    }
    let lists = ["logEvents", "events", "results"];
    let list = lists.iter().find_map(|name| json::at(&value, &[name])?.as_array());
    let Some(list) = list.filter(|list| !list.is_empty()) else {
        let why = "JSON, but no envelope of CloudWatch Logs with records";
        return each(Err(Broken { line, why, text }));
    };
    for item in list {
        let Some(message) = json::text(item, &["message"]).or_else(|| cell(item, "@message"))
        else {
            each(Err(Broken { line, why: "no message in the envelope's record", text }));
            continue;
        };
        let stated = json::at(item, &["timestamp"]).and_then(json::time);
        let delivered = stated.or_else(|| query_time(cell(item, "@timestamp")?));
        let mut lines = message.lines().peekable();
        if lines.peek().is_none() {
            each(Err(Broken { line, why: "an empty message", text }));
        }
        for text in lines {
            each(Ok(Unit { text, line, delivered }));
        }
    }
}

/// One cell of a row of `get-query-results`: a list of `{"field":…,"value":…}`.
fn cell<'v>(row: &'v Value, name: &str) -> Option<&'v str> {
    let cells = row.as_array()?;
    let cell = cells.iter().find(|c| json::text(c, &["field"]) == Some(name))?;
    cell.get("value").and_then(JsonValueTrait::as_str)
}

/// `2026-10-15 08:18:24.000`, in UTC as CloudWatch Logs Insights writes it.
fn query_time(text: &str) -> Option<Time> {
    Time::parse_civil(text, 0)
}

/// The first lines of a sample that are whole and not empty, without their wraps.
pub fn sample_lines(sample: &[u8]) -> Vec<String> {
    first_lines(sample, LINES_TRIED)
}

/// At most `max` of the first lines of a sample.
pub fn first_lines(sample: &[u8], max: usize) -> Vec<String> {
    let mut found = Vec::new();
    if is_json(sample) {
        let head = sample.get(..sample.len().min(1024)).unwrap_or(sample);
        let named = |name: &str| memmem::find(head, name.as_bytes()).is_some();
        if named("\"logEvents\"") || named("\"events\"") || named("\"results\"") {
            carried(sample, max, &mut found);
        }
        return found;
    }
    // The last line may be cut off by the sample's end.
    let cut = sample.len() >= SAMPLE_MAX;
    let end =
        if cut { memchr::memrchr(b'\n', sample).unwrap_or(sample.len()) } else { sample.len() };
    let mut input = Input::new(Content::Whole(sample.get(..end).unwrap_or(sample)));
    while found.len() < max
        && let Some(line) = input.line()
    {
        if !line.text.trim().is_empty() {
            found.push(line.text.into_owned());
        }
    }
    found
}

/// The messages in the beginning of an envelope, which need not be whole.
fn carried(sample: &[u8], max: usize, found: &mut Vec<String>) {
    for key in [&b"\"message\""[..], b"\"value\""] {
        for at in memmem::find_iter(sample, key) {
            let rest = sample.get(at + key.len()..).unwrap_or(&[]).trim_ascii_start();
            let Some(rest) = rest.strip_prefix(b":").map(<[u8]>::trim_ascii_start) else {
                continue;
            };
            if found.len() >= max {
                return;
            }
            let mut values = serde_json::Deserializer::from_slice(rest).into_iter::<String>();
            if let Some(Ok(message)) = values.next() {
                found.extend(message.lines().map(str::to_owned));
            }
        }
    }
}

/// Takes off the time that an export from CloudWatch Logs puts before each line.
pub fn delivery_time(line: &str) -> (Option<Time>, &str) {
    // Looked at by its marks first: most lines do not have them there.
    if !matches!(line.as_bytes(), [_, _, _, _, b'-', _, _, b'-', _, _, b'T', ..]) {
        return (None, line);
    }
    let Some((time, rest)) = line.split_once(' ') else { return (None, line) };
    Time::parse_rfc3339(time).map_or((None, line), |time| (Some(time), rest.trim_start()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(text: &str) -> Vec<String> {
        let mut found = Vec::new();
        each(&mut Input::new(Content::Whole(text.as_bytes())), &mut |unit| {
            found.push(match unit {
                Ok(unit) => format!("{} {}", unit.line, unit.text),
                Err(broken) => format!("{} {}", broken.line, broken.why),
            });
        });
        found
    }

    #[test]
    fn wraps_come_off() {
        let sent = r#"{"messageType":"DATA_MESSAGE","logEvents":[{"id":"1","timestamp":1,"message":"a\nb"}]}"#;
        assert_eq!(taken(sent), ["1 a", "1 b"]);
        assert_eq!(sample_lines(sent.as_bytes()), ["a", "b"]);
        let rows = r#"{"results":[[{"field":"@timestamp","value":"2026-10-15 08:18:24.000"},{"field":"@message","value":"c"}]]}"#;
        assert_eq!(taken(rows), ["1 c"]);
        assert_eq!(taken("x\n[y\n"), ["1 x", "2 [y"]);
        assert_eq!(
            taken(r#"{"messageType":"CONTROL_MESSAGE","logEvents":[]}"#),
            ["1 a control message of CloudWatch Logs, no record"]
        );
        assert!(taken(r#"{"a":1}"#)[0].contains("no envelope"));
    }
}
