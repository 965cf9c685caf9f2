//! `yagura rules explain`: why a rule matches the events of a log, or does not.

use std::io::{self, Write};
use std::path::Path;

use detectors::sigma::Sigma;
use model::seam::feed::{Blob, Feed as _, Opened};
use model::seam::source::{Intake, Likeness, ReadSettings, Source};
use model::{Error, Event, Reject};
use serde_json::{Value, json};
use sigma::{Explained, LogSource, RuleIndex};

use super::{at, deliver, text_of};
use crate::args::{Chosen, Reading as Options};
use crate::exit::{DONE, FOUND, Failure, NOTHING};
use crate::reading::Reading;
use crate::rules;

/// Events explained; of more only those that match are counted.
const EXPLAINED_MAX: usize = 20;

/// Runs the verb; gives the exit code.
pub fn run(rule: &str, path: &str, reading: &Options, chosen: &Chosen) -> Result<u8, Failure> {
    let mut texts = rules::texts(&chosen.rules)?;
    if Path::new(rule).is_file() && !texts.iter().any(|(file, _)| file == rule) {
        texts.push((rule.to_owned(), crate::assemble::read_text(Path::new(rule))?));
    }
    let (settings, _) = rules::settings(&chosen.rules)?;
    let reading = Reading::new(&[path.to_owned()], reading)?;
    let log_sources = rules::log_sources(&reading.sources);
    let (sigma, problems) = Sigma::load_with(&texts, &log_sources, &settings);
    let numbers = sigma.ruleset().find(rule);
    if numbers.is_empty() {
        let about = problems.iter().find(|p| p.file == rule || p.rule.as_deref() == Some(rule));
        let why = about.map_or("`yagura rules list` lists them.".to_owned(), ToString::to_string);
        return Err(Error::user(format!("no rule is called {rule:?}"), why).into());
    }
    let feed = feeds::Files::new(reading.paths.iter().map(Into::into));
    let mut told = Told {
        sigma: &sigma,
        numbers: &numbers,
        settings: &reading.settings,
        sources: &reading.sources,
        forced: None,
        source: None,
        events: 0,
        matches: 0,
        out: Vec::new(),
    };
    let forced = reading.forced(&feed)?;
    for item in feed.items()? {
        told.forced = forced.get(&item.name).copied();
        feed.open(&item, &mut told)?;
    }
    let answer = json!({
        "schema": "yagura.rules.explain/1", "rule": rule, "path": path,
        "events": told.events, "matches": told.matches, "explained": told.out,
    });
    deliver(chosen, "text", &answer, &mut text)?;
    Ok(match (told.events, told.matches) {
        (0, _) => NOTHING,
        (_, 0) => FOUND,
        _ => DONE,
    })
}

struct Told<'t> {
    sigma: &'t Sigma,
    numbers: &'t [RuleIndex],
    settings: &'t ReadSettings,
    sources: &'t [&'static dyn Source],
    forced: Option<&'static dyn Source>,
    source: Option<&'static dyn Source>,
    events: u64,
    matches: u64,
    out: Vec<Value>,
}

impl Opened for Told<'_> {
    fn blob(&mut self, blob: Blob<'_>) {
        let mut input = model::frame::Input::new(blob.content);
        let sample = input.sample();
        let likeness = |source: &&&dyn Source| source.recognise_with(sample, self.settings);
        // Of equal claims the first one counts, as in an investigation.
        let best = self.sources.iter().rev().max_by_key(likeness);
        let found = best.filter(|source| likeness(source) > Likeness::No).copied();
        self.source = self.forced.or(found);
        if let Some(source) = self.source {
            source.read(&mut input, self.settings, self);
        }
    }

    fn broken(&mut self, _: &str, _: &str) {}
}

impl Intake for Told<'_> {
    fn event(&mut self, event: &Event<'_>) {
        self.events += 1;
        for number in self.numbers {
            let Some(explained) = self.sigma.explain(*number, event) else { continue };
            let Some(meta) = self.sigma.ruleset().rule(*number) else { continue };
            let asked = self.source.is_some_and(|source| {
                source.logsources().iter().any(|log| meta.log_source.accepts(&own(log)))
                    || meta.log_source == LogSource::default()
            });
            self.matches += u64::from(explained.matches && asked);
            if self.out.len() < EXPLAINED_MAX {
                self.out.push(json!({
                    "rule": meta.title, "source": event.source, "line": event.at.line,
                    "record": event.at.record, "for_this_log": asked,
                    "matches": explained.matches && asked, "conditions": explained.conditions,
                    "detections": detections(&explained),
                }));
            }
        }
    }

    fn reject(&mut self, _: Reject) {}
}

fn own(log: &model::seam::source::LogSource) -> LogSource {
    let own = |text: Option<&str>| text.map(str::to_owned);
    LogSource { product: own(log.product), service: own(log.service), category: own(log.category) }
}

fn detections(explained: &Explained) -> Vec<Value> {
    let each = explained.detections.iter().map(|part| {
        let lines: Vec<Value> = part
            .lines
            .iter()
            .map(|line| json!({"line": line.text, "holds": line.holds, "event_has": line.values}))
            .collect();
        json!({"name": part.name, "holds": part.holds, "lines": lines})
    });
    each.collect()
}

fn text(answer: &Value, to: &mut dyn Write) -> io::Result<()> {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    for event in list(at(answer, "explained")) {
        let part = |key: &str| text_of(at(&event, key));
        let word = if *at(&event, "matches") == true { "matches" } else { "does not match" };
        writeln!(
            to,
            "{} record {} (line {}): {:?} {word}",
            part("source"),
            part("record"),
            part("line"),
            part("rule")
        )?;
        if *at(&event, "for_this_log") == false {
            writeln!(to, "  the rule asks for another log source than this log is")?;
        }
        for condition in list(at(&event, "conditions")) {
            writeln!(to, "  condition: {}", text_of(&condition))?;
        }
        for detection in list(at(&event, "detections")) {
            let mark = |value: &Value| if *at(value, "holds") == true { "yes" } else { "no " };
            writeln!(to, "  {}  {}", mark(&detection), text_of(at(&detection, "name")))?;
            for line in list(at(&detection, "lines")) {
                writeln!(to, "    {}  {}", mark(&line), text_of(at(&line, "line")))?;
                let has: Vec<String> = list(at(&line, "event_has")).iter().map(text_of).collect();
                if !has.is_empty() {
                    writeln!(to, "           the event has {}", has.join(", "))?;
                }
            }
        }
    }
    let (events, matches) = (text_of(at(answer, "events")), text_of(at(answer, "matches")));
    writeln!(to, "{matches} of {events} events match")
}
