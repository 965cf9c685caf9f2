//! A mapping's table, read and checked.

use jiff::tz::TimeZone;
use model::Error;
use model::seam::About;
use model::seam::source::LogSource;
use ocsf::Class;
use regex::{Regex, RegexBuilder};

use super::events::event;
use super::rule::{EventRule, Mapping, Recognise};
use super::table::{Entry, Table, choice};
use super::times;

/// A compiled pattern takes no more bytes than this.
const PATTERN_MAX: usize = 4 << 20;

/// What is said of a format as a whole.
const KEYS: &[&str] = &[
    "address",
    "credential",
    "event",
    "format",
    "goes_before",
    "line",
    "logsource",
    "pattern",
    "product",
    "recognise",
    "spec",
    "starts",
    "time",
    "time_format",
    "time_zone",
    "uid",
];

/// What events of a mapping may speak of: captures of a pattern, or any name of a JSON record.
pub struct Names<'n> {
    pub pattern: Option<&'n Regex>,
    pub is_json: bool,
}

impl Names<'_> {
    /// A field's name, which must be one.
    pub fn field(&self, entry: Entry<'_>, name: &str) -> Result<String, Error> {
        let captures = || self.pattern.iter().flat_map(|p| p.capture_names().flatten());
        if self.is_json || captures().any(|capture| capture == name) {
            return Ok(name.to_owned());
        }
        let names: Vec<&str> = captures().collect();
        let what = format!("{}: the pattern captures nothing named {name:?}", entry.key);
        let remedy =
            format!("Write (?P<{name}>…) in the pattern. {}", choice(name, names.iter().copied()));
        Err(entry.wrong(what, remedy))
    }
}

/// Reads the table of a kind of log.
pub fn mapping(name: &str, table: Table<'_>) -> Result<Mapping, Error> {
    table.allow(KEYS)?;
    let is_json = match table.need("format", "format = \"lines\"")?.text()? {
        "lines" => false,
        "json" => true,
        other => {
            let entry = table.need("format", "")?;
            return Err(entry.wrong(format!("there is no format {other:?}"), LINES_OR_JSON));
        }
    };
    let pattern = table.get("pattern").map(pattern).transpose()?;
    let starts = table.get("starts").map(self::pattern).transpose()?;
    if let Some(entry) = table.get("pattern").or(table.get("starts")).filter(|_| is_json) {
        return Err(entry.wrong(format!("{} is for lines only", entry.key), LINES_OR_JSON));
    }
    let listed = table.need("event", "[[\"acme.gate\".event]]")?;
    let rules = listed.tables()?;
    let events = rules.iter().map(|rule| event(*rule, pattern.as_ref(), is_json));
    let events = events.collect::<Result<Vec<_>, Error>>()?;
    if events.is_empty() {
        return Err(listed.wrong("there is no event", "Say what one record is as an event."));
    }
    let names = Names { pattern: pattern.as_ref(), is_json };
    let field = |key: &str| shared(table, key, &names, &events);
    let time = field("time")?;
    let mut classes: Vec<Class> = events.iter().map(|event| event.class).collect();
    classes.sort_unstable();
    classes.dedup();
    let text = |key: &str| table.get(key).map(|entry| entry.text()).transpose();
    let captures = pattern.iter().chain(events.iter().filter_map(|event| event.pattern.as_ref()));
    let mut fields: Vec<String> =
        captures.flat_map(|p| p.capture_names().flatten().map(str::to_owned)).collect();
    fields.sort_unstable();
    fields.dedup();
    Ok(Mapping {
        about: About {
            name: kept(name),
            line: kept(text("line")?.unwrap_or("described by a mapping")),
            spec: kept(text("spec")?.unwrap_or_default()),
        },
        classes,
        logsources: logsource(table)?,
        fields: fields.iter().map(|field| kept(field)).collect(),
        goes_before: goes_before(table)?,
        product: text("product")?.unwrap_or(name).to_owned(),
        recognise: recognise(table, is_json)?,
        starts,
        is_json,
        time: time.ok_or_else(|| {
            table.wrong("time is missing", "Name the field of the time: time = \"when\".")
        })?,
        time_format: time_format(table)?,
        zone: table.get("time_zone").map(zone).transpose()?,
        uid: field("uid")?,
        address: field("address")?,
        credential: field("credential")?,
        pattern,
        events,
    })
}

const LINES_OR_JSON: &str = "Write format = \"lines\" (with pattern) or format = \"json\".";

/// A text that lives as long as the kinds of log do.
fn kept(text: &str) -> &'static str {
    Box::leak(text.to_owned().into_boxed_str())
}

/// A pattern, in the syntax of the `regex` crate.
pub fn pattern(entry: Entry<'_>) -> Result<Regex, Error> {
    let built = RegexBuilder::new(entry.text()?).size_limit(PATTERN_MAX).build();
    built.map_err(|error| {
        let told = error.to_string();
        let last = told.lines().last().unwrap_or_default().trim_start_matches("error: ");
        let remedy = "The syntax is that of https://docs.rs/regex; use '…' quotes in TOML.";
        entry.wrong(format!("{} is no pattern: {last}", entry.key), remedy)
    })
}

/// A field that is the same for all events: at least one of their patterns must capture it, and
/// each of them the time.
fn shared(
    table: Table<'_>,
    key: &str,
    names: &Names<'_>,
    events: &[EventRule],
) -> Result<Option<String>, Error> {
    let Some(entry) = table.get(key) else { return Ok(None) };
    let name = entry.text()?;
    let mut missing = None;
    for event in events {
        let pattern = event.pattern.as_ref().or(names.pattern);
        match (Names { pattern, ..*names }.field(entry, name), key) {
            (Ok(name), "time") => drop(name),
            (Ok(name), _) => return Ok(Some(name)),
            (Err(error), "time") => return Err(error),
            (Err(error), _) => missing = Some(error),
        }
    }
    missing.map_or(Ok(Some(name.to_owned())), Err)
}

fn recognise(table: Table<'_>, is_json: bool) -> Result<Recognise, Error> {
    let example =
        if is_json { "recognise = [\"door\", \"badge\"]" } else { "recognise = '^GATE '" };
    let entry = table.need("recognise", example)?;
    if entry.is(false) {
        return Ok(Recognise::Never);
    }
    let wrong = |what: &str| Err(entry.wrong(what, format!("Write, for instance, {example}.")));
    if is_json {
        if entry.is_text() {
            return wrong("recognise must list the names that every record has");
        }
        let names = entry.list()?;
        return if names.is_empty() {
            wrong("recognise lists no name")
        } else {
            Ok(Recognise::Names(names))
        };
    }
    let pattern = pattern(entry)?;
    if pattern.is_match("") {
        return wrong("recognise fits an empty line, so any file would be taken");
    }
    Ok(Recognise::Line(pattern))
}

fn goes_before(table: Table<'_>) -> Result<Vec<&'static str>, Error> {
    let Some(entry) = table.get("goes_before") else { return Ok(Vec::new()) };
    let names = || crate::all().into_iter().map(|source| source.about().name);
    let known = |name: &String| {
        names().find(|known| known == name).ok_or_else(|| {
            let what = format!("there is no kind of log named {name:?}");
            entry.wrong(what, "`yagura sources` lists the names.")
        })
    };
    entry.list()?.iter().map(known).collect()
}

fn logsource(table: Table<'_>) -> Result<Vec<LogSource>, Error> {
    let Some(entry) = table.get("logsource") else { return Ok(Vec::new()) };
    let table = entry.table()?;
    table.allow(&["category", "product", "service"])?;
    let part = |key: &str| -> Result<Option<&'static str>, Error> {
        table.get(key).map(|entry| entry.text().map(kept)).transpose()
    };
    let (product, service, category) = (part("product")?, part("service")?, part("category")?);
    Ok(vec![LogSource { product, service, category }])
}

fn time_format(table: Table<'_>) -> Result<Option<String>, Error> {
    let Some(entry) = table.get("time_format") else { return Ok(None) };
    let format = entry.text()?;
    times::check(format).map_err(|why| {
        let remedy = "Write it as strptime has it: \"%d/%b/%Y:%H:%M:%S %z\". Without time_format, \
                      RFC 3339 and seconds since 1970 are read.";
        entry.wrong(format!("time_format {format:?}: {why}"), remedy)
    })?;
    Ok(Some(format.to_owned()))
}

fn zone(entry: Entry<'_>) -> Result<TimeZone, Error> {
    let name = entry.text()?;
    model::time::zone(name).ok_or_else(|| {
        let remedy = "Give a name such as Asia/Tokyo, or an offset such as +09:00.";
        entry.wrong(format!("there is no time zone {name:?}"), remedy)
    })
}
