//! `yagura sources explain`: what a file was taken for and why, its first events, its rejects.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;

use model::redact;
use model::seam::feed::{Blob, Feed as _, Opened};
use model::seam::source::{Intake, Likeness, Source, claims, recognise};
use model::text::printable;
use model::{Assets, Event, Reject};
use serde_json::{Map, Value, json};

use crate::args::{self, Sources};
use crate::assemble;
use crate::assets;
use crate::exit::{DONE, ERROR, Failure, NOTHING};
use crate::reading::Reading;

/// Records shown as events, and rejects shown.
const SHOWN_MAX: usize = 3;
/// Reasons for rejects that are told apart; what comes after is counted together.
const REASONS_MAX: usize = 20;
/// What one value takes on the screen, in characters.
const VALUE_MAX: usize = 200;

/// Times before 1973, in nanoseconds since 1970: logs without a year are read into 1970 and 1972.
const YEARLESS_UNTIL: i64 = 3 * 366 * 86_400 * 1_000_000_000;
const YEARLESS: &str = "some times name no year, and 1970 stands for it: give --year";

/// Runs the verb; gives the exit code.
pub fn run(
    path: &str,
    assets: Option<&Path>,
    reading: &args::Reading,
    options: &Sources,
) -> Result<u8, Failure> {
    let as_json = assemble::is_json(&options.format)?;
    let assets = assets.map(assets::load).transpose()?.unwrap_or_default();
    let reading = Reading::new(&[path.to_owned()], reading)?;
    let feed = feeds::Files::new(reading.paths.iter().map(Into::into));
    let mut explained = Explained {
        forced: reading.forced(&feed)?,
        reading: &reading,
        assets: &assets,
        item: String::new(),
        blobs: Vec::new(),
        known: 0,
    };
    for item in feed.items()? {
        explained.item.clone_from(&item.name);
        feed.open(&item, &mut explained)?;
    }
    let blobs = Value::Array(explained.blobs);
    assemble::deliver(options.output.output.as_deref(), &mut |to| {
        if as_json { writeln!(to, "{blobs:#}") } else { text(&blobs, to) }
    })?;
    Ok(match (explained.known, feed.items()?.is_empty()) {
        (0, true) => ERROR,
        (0, false) => NOTHING,
        _ => DONE,
    })
}

struct Explained<'e> {
    reading: &'e Reading,
    assets: &'e Assets,
    item: String,
    forced: BTreeMap<String, &'static dyn Source>,
    blobs: Vec<Value>,
    known: usize,
}

impl Opened for Explained<'_> {
    fn blob(&mut self, blob: Blob<'_>) {
        let mut input = model::frame::Input::new(blob.content);
        let (all, settings) = (&self.reading.sources, &self.reading.settings);
        let claims = claims(all, input.sample(), settings);
        let strongest = recognise(all, input.sample(), settings);
        let forced = self.forced.get(&self.item).copied();
        let source = forced.or(strongest.map(|(source, _)| source));
        let why = why(forced.is_some(), strongest, input.sample().is_empty());
        let mut shown = Shown::default();
        if let Some(source) = source {
            self.known += 1;
            let hosts = engine::Hosts { assets: self.assets, is_own_log: sources::is_host_log };
            shown.tie = engine::Tie::new(hosts, source.about().name, blob.name);
            source.read(&mut input, settings, &mut shown);
        }
        let claims: Vec<Value> = claims
            .iter()
            .map(|(source, likeness)| {
                json!({"source": source.about().name, "likeness": word(*likeness)})
            })
            .collect();
        self.blobs.push(json!({
            "file": blob.name, "source": source.map(|s| s.about().name),
            "line": source.map(|s| s.about().line), "why": why, "claims": claims,
            "bytes": input.drain(), "damage": input.broken(),
            "records": shown.count + shown.refused, "events": shown.count,
            "rejects": shown.refused, "note": shown.yearless.then_some(YEARLESS),
            "first_events": shown.events,
            "first_rejects": shown.rejects, "reject_reasons": shown.reasons(),
        }));
    }

    fn broken(&mut self, name: &str, why: &str) {
        self.blobs.push(json!({"file": name, "source": null, "damage": why}));
    }
}

fn word(likeness: Likeness) -> String {
    format!("{likeness:?}").to_lowercase()
}

/// Why a blob is taken for what it is taken for, in words.
fn why(named: bool, claim: Option<(&'static dyn Source, Likeness)>, is_empty: bool) -> String {
    let told = match claim {
        _ if named => "a person named its kind with --source",
        _ if is_empty => "it is empty",
        None => {
            "no kind of log claims it; name its kind with --source NAME=PATH, or describe the \
             format in a mapping (docs/custom-formats.md)"
        }
        Some((source, _)) if !source.goes_before().is_empty() => {
            "a mapping describes it, and says that it goes before built-in kinds"
        }
        Some((_, Likeness::Name)) => "it bears names that only this kind has",
        Some((_, Likeness::Format)) => "its records are written in the format of this kind",
        Some(_) => "its general shape fits, and no kind of log knows it better",
    };
    told.to_owned()
}

/// The first few events and rejects, and all reasons.
#[derive(Default)]
struct Shown<'a> {
    /// To which host the blob is tied, if it is a host's own log.
    tie: Option<engine::Tie<'a>>,
    count: u64,
    refused: u64,
    events: Vec<Value>,
    rejects: Vec<Value>,
    /// Each reason: how often, its place among them, the first reject.
    reasons: BTreeMap<String, (u64, usize, Value)>,
    /// Rejects for other reasons than those kept.
    others: u64,
    /// Whether events stand in the year that is given to times without one.
    yearless: bool,
}

impl Shown<'_> {
    /// The reasons, in the order in which they were met.
    fn reasons(&self) -> Vec<Value> {
        let mut all: Vec<_> = self.reasons.iter().collect();
        all.sort_by_key(|(_, (_, met, _))| *met);
        let mut list: Vec<Value> = all
            .into_iter()
            .map(|(why, (count, _, first))| json!({"why": why, "count": count, "first": first}))
            .collect();
        if self.others > 0 {
            list.push(json!({"why": "other reasons", "count": self.others, "first": null}));
        }
        list
    }
}

impl Intake for Shown<'_> {
    fn event(&mut self, event: &Event<'_>) {
        self.count += 1;
        self.yearless |= (0..YEARLESS_UNTIL).contains(&event.time.start);
        if self.events.len() >= SHOWN_MAX {
            return;
        }
        let mut entities = Vec::new();
        event.body.entities(&mut entities);
        let entities: Vec<Value> = entities
            .iter()
            .map(|e| {
                let role = format!("{:?}", e.role).to_lowercase();
                json!({"type": e.kind.word(), "value": redact(&e.value), "role": role})
            })
            .collect();
        let host = self.tie.as_ref().and_then(|tie| tie.tied(event)).map(
            |host| json!({"type": host.kind.word(), "value": redact(&host.value), "by": host.by.word()}),
        );
        let ocsf = event.body.ocsf().to_json();
        let ocsf: Value = serde_json::from_str(&redact(&ocsf.to_string())).unwrap_or(ocsf);
        self.events.push(json!({
            "time": event.time.to_string(), "line": event.at.line, "record": event.at.record,
            "action": redact(&event.body.action()),
            "outcome": format!("{:?}", event.outcome).to_lowercase(),
            "entities": entities, "host": host, "ocsf": ocsf,
        }));
    }

    fn reject(&mut self, reject: Reject) {
        self.refused += 1;
        let told = json!({
            "line": reject.at.line, "record": reject.at.record, "why": reject.why,
            "excerpt": redact(&reject.excerpt),
        });
        let room = self.reasons.len();
        if let Some((count, ..)) = self.reasons.get_mut(&reject.why) {
            *count += 1;
        } else if room < REASONS_MAX {
            self.reasons.insert(reject.why, (1, room, told.clone()));
        } else {
            self.others += 1;
        }
        if self.rejects.len() < SHOWN_MAX {
            self.rejects.push(told);
        }
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => printable(text, VALUE_MAX).into_owned(),
        Value::Null => "-".to_owned(),
        other => printable(&other.to_string(), VALUE_MAX).into_owned(),
    }
}

fn part(value: &Value, key: &str) -> String {
    value.get(key).map_or_else(|| "-".to_owned(), shown)
}

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn text(blobs: &Value, to: &mut dyn Write) -> io::Result<()> {
    for (at, blob) in blobs.as_array().into_iter().flatten().enumerate() {
        if at > 0 {
            writeln!(to)?;
        }
        writeln!(to, "{}", part(blob, "file"))?;
        match blob.get("source").and_then(Value::as_str) {
            Some(name) => writeln!(to, "  taken for   {name}: {}", part(blob, "line"))?,
            None => writeln!(to, "  taken for   nothing: it was not read")?,
        }
        if blob.get("why").is_some() {
            writeln!(to, "  because     {}", part(blob, "why"))?;
        }
        let others: Vec<String> = list(blob, "claims")
            .iter()
            .filter(|claim| claim.get("source") != blob.get("source"))
            .map(|claim| format!("{} ({})", part(claim, "source"), part(claim, "likeness")))
            .collect();
        if !others.is_empty() {
            writeln!(to, "  fits also   {}, less well", others.join(", "))?;
        }
        if blob.get("damage").is_some_and(|d| !d.is_null()) {
            writeln!(to, "  damage      {}", part(blob, "damage"))?;
        }
        if blob.get("source").is_some_and(|source| !source.is_null()) {
            let count = |key: &str| part(blob, key);
            let (records, events, rejects) = (count("records"), count("events"), count("rejects"));
            writeln!(to, "  records     {records} = {events} events + {rejects} rejects")?;
        }
        if blob.get("note").is_some_and(|note| !note.is_null()) {
            writeln!(to, "  note        {}", part(blob, "note"))?;
        }
        for event in list(blob, "first_events") {
            event_text(event, to)?;
        }
        for reason in list(blob, "reject_reasons") {
            reason_text(reason, to)?;
        }
    }
    Ok(())
}

fn event_text(event: &Value, to: &mut dyn Write) -> io::Result<()> {
    let get = |key: &str| part(event, key);
    let number = |key: &str| event.get(key).and_then(Value::as_u64).unwrap_or(0);
    // Many records of one line are told apart by their number, as citations have it.
    let shared = number("record") >= number("line");
    let place = if shared { format!("#{}", number("record")) } else { String::new() };
    writeln!(to, "  event       line {}{place}: {}", get("line"), get("action"))?;
    writeln!(to, "              {} ({})", get("time"), get("outcome"))?;
    for entity in list(event, "entities") {
        let get = |key: &str| part(entity, key);
        writeln!(to, "              {} {} ({})", get("type"), get("value"), get("role"))?;
    }
    if let Some(host) = event.get("host").filter(|host| !host.is_null()) {
        let get = |key: &str| part(host, key);
        let (kind, value, by) = (get("type"), get("value"), get("by"));
        writeln!(to, "              log of {kind} {value} (by {by})")?;
    }
    let mut attributes = Vec::new();
    flatten(event.get("ocsf").unwrap_or(&Value::Null), "", &mut attributes);
    for (path, value) in attributes {
        writeln!(to, "                {} = {}", printable(&path, VALUE_MAX), shown(value))?;
    }
    Ok(())
}

fn reason_text(reason: &Value, to: &mut dyn Write) -> io::Result<()> {
    writeln!(to, "  rejected    {} × {}", part(reason, "count"), part(reason, "why"))?;
    if let Some(first) = reason.get("first").filter(|first| !first.is_null()) {
        let (line, excerpt) = (part(first, "line"), part(first, "excerpt"));
        writeln!(to, "              first on line {line}: {excerpt}")?;
    }
    Ok(())
}

/// Every value of an event with its dotted path.
fn flatten<'v>(value: &'v Value, path: &str, out: &mut Vec<(String, &'v Value)>) {
    let below = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    match value {
        Value::Object(members) => each(members, &mut |key, value| flatten(value, &below(key), out)),
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                flatten(item, &format!("{path}[{at}]"), out);
            }
        }
        leaf => out.push((path.to_owned(), leaf)),
    }
}

fn each<'v>(members: &'v Map<String, Value>, to: &mut dyn FnMut(&str, &'v Value)) {
    for (key, value) in members {
        to(key, value);
    }
}
