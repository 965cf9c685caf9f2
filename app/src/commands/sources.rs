//! `yagura sources`: the kinds of log, and what a file was taken for.

use std::io::{self, Write};

use model::seam::feed::{Blob, Feed as _, Opened};
use model::seam::source::{Intake, Source, claims, recognise};
use model::text::printable;
use model::{Event, Reject};
use serde_json::{Value, json};

use crate::args::{Sources, SourcesWhat};
use crate::assemble;
use crate::exit::{DONE, ERROR, Failure, NOTHING};
use crate::reading::Reading;

/// Records shown as events, and rejects shown.
const SHOWN_MAX: usize = 3;

/// Runs the verb; gives the exit code.
pub fn run(options: &Sources) -> Result<u8, Failure> {
    let as_json = assemble::is_json(&options.format)?;
    let Some(SourcesWhat::Explain { path, reading }) = &options.what else {
        let all = sources::all();
        assemble::deliver(options.output.output.as_deref(), &mut |to| {
            if as_json { list_json(&all, to) } else { list_text(&all, to) }
        })?;
        return Ok(DONE);
    };
    let reading = Reading::new(std::slice::from_ref(path), reading)?;
    let feed = feeds::Files::new(reading.paths.iter().map(Into::into));
    let mut explained = Explained {
        forced: reading.forced(&feed)?,
        reading: &reading,
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
        if as_json { writeln!(to, "{blobs:#}") } else { explain_text(&blobs, to) }
    })?;
    Ok(match (explained.known, feed.items()?.is_empty()) {
        (0, true) => ERROR,
        (0, false) => NOTHING,
        _ => DONE,
    })
}

fn list_text(all: &[&dyn Source], to: &mut dyn Write) -> io::Result<()> {
    for source in all {
        let about = source.about();
        let classes: Vec<&str> = source.classes().iter().map(|class| class.caption).collect();
        writeln!(to, "{:<20} {}", about.name, about.line)?;
        writeln!(to, "{:<20} OCSF: {}", "", classes.join(", "))?;
    }
    writeln!(to, "\nA file is recognised by its content; name its kind with --source NAME=PATH.")
}

fn list_json(all: &[&dyn Source], to: &mut dyn Write) -> io::Result<()> {
    let list: Vec<Value> = all
        .iter()
        .map(|source| {
            let about = source.about();
            let classes: Vec<u16> = source.classes().iter().map(|class| class.uid).collect();
            json!({"name": about.name, "line": about.line, "spec": about.spec,
                   "classes": classes, "fields": source.fields()})
        })
        .collect();
    writeln!(to, "{:#}", json!({"schema": "yagura.sources/1", "sources": list}))
}

struct Explained<'e> {
    reading: &'e Reading,
    item: String,
    forced: std::collections::BTreeMap<String, &'static dyn Source>,
    blobs: Vec<Value>,
    known: usize,
}

impl Opened for Explained<'_> {
    fn blob(&mut self, blob: Blob<'_>) {
        let mut input = frame_input(blob.content);
        let all = sources::all();
        let settings = &self.reading.settings;
        let claims: Vec<Value> = claims(&all, input.sample(), settings)
            .into_iter()
            .map(|(source, likeness)| {
                let likeness = format!("{likeness:?}").to_lowercase();
                json!({"source": source.about().name, "likeness": likeness})
            })
            .collect();
        let source = self
            .forced
            .get(&self.item)
            .copied()
            .or_else(|| recognise(&all, input.sample(), settings).map(|(source, _)| source));
        let mut shown = Shown::default();
        if let Some(source) = source {
            self.known += 1;
            source.read(&mut input, &self.reading.settings, &mut shown);
        }
        self.blobs.push(json!({
            "file": blob.name, "source": source.map(|s| s.about().name), "claims": claims,
            "bytes": input.drain(), "damage": input.broken(),
            "records": shown.count + shown.refused, "events": shown.count, "rejects": shown.refused,
            "first_events": shown.events, "first_rejects": shown.rejects,
        }));
    }

    fn broken(&mut self, name: &str, why: &str) {
        self.blobs.push(json!({"file": name, "source": null, "damage": why}));
    }
}

fn frame_input(content: model::frame::Content<'_>) -> model::frame::Input<'_> {
    model::frame::Input::new(content)
}

/// The first few events and rejects.
#[derive(Default)]
struct Shown {
    count: u64,
    refused: u64,
    events: Vec<Value>,
    rejects: Vec<Value>,
}

impl Intake for Shown {
    fn event(&mut self, event: &Event<'_>) {
        self.count += 1;
        if self.events.len() < SHOWN_MAX {
            let mut entities = Vec::new();
            event.body.entities(&mut entities);
            let entities: Vec<Value> = entities
                .iter()
                .map(|e| json!({"type": e.kind.word(), "value": model::redact::redact(&e.value)}))
                .collect();
            let ocsf = event.body.ocsf().to_json();
            let ocsf: Value =
                serde_json::from_str(&model::redact::redact(&ocsf.to_string())).unwrap_or(ocsf);
            let action = event.body.action();
            let action = model::redact::redact(&action);
            let outcome = format!("{:?}", event.outcome).to_lowercase();
            self.events.push(json!({
                "time": event.time.to_string(), "line": event.at.line, "record": event.at.record,
                "action": action, "outcome": outcome,
                "entities": entities, "ocsf": ocsf,
            }));
        }
    }

    fn reject(&mut self, reject: Reject) {
        self.refused += 1;
        if self.rejects.len() < SHOWN_MAX {
            self.rejects.push(json!({
                "line": reject.at.line, "record": reject.at.record, "why": reject.why,
                "excerpt": model::redact::redact(&reject.excerpt),
            }));
        }
    }
}

fn explain_text(blobs: &Value, to: &mut dyn Write) -> io::Result<()> {
    let text = |value: &Value| match value {
        Value::String(text) => printable(text, 400).into_owned(),
        Value::Null => "-".to_owned(),
        other => printable(&other.to_string(), 2000).into_owned(),
    };
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    for blob in list(blobs) {
        let get = |key: &str| blob.get(key).map_or_else(|| "-".to_owned(), text);
        writeln!(to, "{}", get("file"))?;
        writeln!(to, "  taken for   {}", get("source"))?;
        for claim in list(blob.get("claims").unwrap_or(&Value::Null)) {
            let part = |key: &str| claim.get(key).map(text).unwrap_or_default();
            writeln!(to, "  claimed by  {} ({})", part("source"), part("likeness"))?;
        }
        if blob.get("damage").is_some_and(|d| !d.is_null()) {
            writeln!(to, "  damage      {}", get("damage"))?;
        }
        let counts = (get("records"), get("events"), get("rejects"));
        writeln!(to, "  records     {} = {} events + {} rejects", counts.0, counts.1, counts.2)?;
        for event in list(blob.get("first_events").unwrap_or(&Value::Null)) {
            let part = |key: &str| event.get(key).map(text).unwrap_or_default();
            writeln!(
                to,
                "  event       {} {} ({})",
                part("time"),
                part("action"),
                part("outcome")
            )?;
            writeln!(to, "              {}", part("ocsf"))?;
        }
        for reject in list(blob.get("first_rejects").unwrap_or(&Value::Null)) {
            let part = |key: &str| reject.get(key).map(text).unwrap_or_default();
            writeln!(
                to,
                "  reject      line {}: {}: {}",
                part("line"),
                part("why"),
                part("excerpt")
            )?;
        }
    }
    Ok(())
}
