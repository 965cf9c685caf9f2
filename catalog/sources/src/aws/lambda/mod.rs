//! `aws.lambda`: what Lambda says of its functions, and what the functions say themselves.

mod body;
mod line;

use frame::Input;
use model::seam::About;
use model::seam::source::{Intake, Likeness, LogSource, ReadSettings, Source};
use model::{Event, Position, Time};
use ocsf::Class;
use sonic_rs::{JsonValueTrait, Value};

use self::body::Record;
use crate::joined::{self, Part};
use crate::nested::{self, Around, Found, Kind};
use crate::{app, json, wrap};

/// The source.
pub struct Lambda;

const NAME: &str = "aws.lambda";

/// How log groups of functions are called.
const GROUP: &str = "/aws/lambda/";

const KIND: Kind = Kind {
    what: "a line of Lambda",
    marks: &[&["message"], &["platform."], &["\"function\""]],
    is_record: is_carried,
    emit: carried,
};

impl Source for Lambda {
    fn about(&self) -> &'static About {
        &About {
            name: NAME,
            line: "Lambda logs: invocations, reports, errors, and lines of the functions",
            spec: "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html",
        }
    }

    fn classes(&self) -> &'static [Class] {
        &[
            Class::BASE_EVENT,
            Class::AUTHENTICATION,
            Class::HTTP_ACTIVITY,
            Class::APPLICATION_LIFECYCLE,
            Class::APPLICATION_ERROR,
        ]
    }

    fn logsources(&self) -> &'static [LogSource] {
        &[
            LogSource { product: Some("aws"), service: Some("lambda"), category: None },
            LogSource { product: None, service: None, category: Some("application") },
        ]
    }

    fn fields(&self) -> &'static [&'static str] {
        &["@requestId", "@type", "@duration", "@message", "level"]
    }

    fn recognise(&self, sample: &[u8]) -> Likeness {
        let lines = wrap::sample_lines(sample);
        let known = |line: &String| line::is_known(wrap::delivery_time(line).1.trim());
        let mut ours = lines.iter().filter(|line| known(line)).count();
        let mut all = lines.len();
        if lines.is_empty() && wrap::is_json(sample) {
            let mut input = Input::new(frame::Content::Whole(sample));
            input.documents(&mut |piece| {
                if let frame::Piece::Document(document) = piece
                    && all < wrap::LINES_TRIED
                    && let Ok(value) = json::parse(document.text)
                {
                    all += 1;
                    let first = sonic_rs::JsonContainerTrait::as_array(&value);
                    let first = first.and_then(|list| list.first()).unwrap_or(&value);
                    ours += usize::from(line::is_known_json(first));
                }
            });
        }
        // A function may write much between its invocation's first and last line.
        let of_group = memchr::memmem::find(sample, GROUP.as_bytes()).is_some();
        let share = if of_group { wrap::LINES_TRIED } else { 4 };
        if ours > 0 && ours * share >= all { Likeness::Name } else { Likeness::No }
    }

    fn read(&self, input: &mut Input<'_>, settings: &ReadSettings, out: &mut dyn Intake) {
        if wrap::is_json(input.sample()) {
            return nested::read(input, &KIND, out);
        }
        joined::read(input, &part, out, &mut |joined, out| {
            let group = Group { time: joined.delivered, ..Group::default() };
            emit(joined.text, joined.text, joined.at, &group, settings, out);
        });
    }
}

/// What stands around a line.
#[derive(Clone, Copy, Default)]
struct Group<'v> {
    time: Option<Time>,
    function: Option<&'v str>,
    account: Option<&'v str>,
}

/// Which lines of a text belong together: those of a stack trace to the line before.
fn part(line: &str, open: &str) -> Part {
    const GO_ON: &[&str] =
        &["Traceback", "XRAY TraceId", "Caused by", "Stack trace", "}", "]", ")"];
    let goes_on = line.trim().is_empty()
        || line.starts_with([' ', '\t'])
        || GO_ON.iter().any(|start| line.starts_with(start))
        || (open.starts_with("RequestId: ") && !line::is_known(line) && !open.contains('\n'));
    Part::opens(!goes_on)
}

/// Whether a value in JSON is a record: a message of CloudWatch Logs, or an event of Lambda.
fn is_carried(value: &Value, around: &Around<'_>) -> bool {
    if value.is_str() {
        // The key is not known while it is only asked whether to look closer.
        return matches!(around.key, "" | "message");
    }
    line::is_known_json(value) || (around.parent.is_none() && line::is_of_function(value))
}

fn carried(found: &Found<'_>, out: &mut dyn Intake) {
    let top = |key: &str| found.around.top.and_then(|top| json::text(top, &[key]));
    let group = Group {
        time: found.around.time,
        function: top("logGroup").and_then(|group| group.strip_prefix(GROUP)),
        account: top("owner"),
    };
    // What people say of names holds for logs of applications, which are read as such.
    let settings = ReadSettings::default();
    match found.value.as_str() {
        Some(text) => emit(text.trim_end(), found.raw, found.at, &group, &settings, out),
        None => emit_json(found.value, found.raw, found.at, &group, &settings, out),
    }
}

fn emit(
    text: &str,
    raw: &str,
    at: Position,
    group: &Group<'_>,
    settings: &ReadSettings,
    out: &mut dyn Intake,
) {
    if text.starts_with('{')
        && let Ok(value) = json::parse(text)
    {
        return emit_json(&value, raw, at, group, settings, out);
    }
    let record = line::read(text);
    if record.kind == "function"
        && record.message.starts_with('{')
        && let Ok(value) = json::parse(&record.message)
    {
        let group = Group { time: record.time.or(group.time), ..*group };
        return emit_json(&value, raw, at, &group, settings, out);
    }
    hand_over(record, raw, at, group, out);
}

fn emit_json(
    value: &Value,
    raw: &str,
    at: Position,
    group: &Group<'_>,
    settings: &ReadSettings,
    out: &mut dyn Intake,
) {
    if let Some(record) = line::read_json(value) {
        return hand_over(record, raw, at, group, out);
    }
    // The Telemetry API hands over what a function wrote as JSON with a time of its own.
    let inner = json::at(value, &["record"]).filter(|inner| JsonValueTrait::is_object(*inner));
    let stated = json::at(value, &["time"]).and_then(json::time).or(group.time);
    let of_application = inner.filter(|_| line::is_known_json(value)).unwrap_or(value);
    app::json::event(of_application, stated, settings, &mut |read| match read {
        Ok(event) => out.event(&Event { source: NAME, at, raw, ..event }),
        Err(why) => out.refuse(at, why, raw),
    });
}

fn hand_over<'a>(
    mut record: Record<'a>,
    raw: &str,
    at: Position,
    group: &Group<'a>,
    out: &mut dyn Intake,
) {
    let Some(time) = record.time.or(group.time) else {
        return out.refuse(at, "no time: neither the line nor its delivery has one", raw);
    };
    record.time = Some(time);
    record.function = record.function.or(group.function);
    record.account = record.account.or(group.account);
    out.event(&Event {
        source: NAME,
        time,
        uid: None,
        at,
        outcome: record.outcome(),
        credential: None,
        address: None,
        raw,
        body: &record,
    });
}
