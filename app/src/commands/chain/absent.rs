//! Why something is not in an incident: who names it, and what would have joined it.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::Arc;

use correlators::barrier::{Barrier, barriers};
use model::finding::Rule;
use model::seam::About;
use model::seam::detector::{Detector, Findings, Judge};
use model::text::printable;
use model::{Effect, Event, Finding, RuleKind, Severity, Time};
use serde_json::{Value, json};

use super::words::Words;
use super::{SCHEMA, find};
use crate::assets;
use crate::commands::investigate::Look;
use crate::exit::Failure;
use crate::reading::Reading;

/// Findings that are told one by one.
const FINDINGS_MAX: usize = 20;
/// The longest sentence, in characters.
const TEXT_MAX: usize = 300;

/// The answer.
pub struct Answer {
    entity: String,
    incident: usize,
    uid: String,
    /// Steps of the incident that name it.
    steps: Vec<usize>,
    part: Option<&'static str>,
    owned: bool,
    records: BTreeMap<&'static str, Named>,
    findings: Vec<Apart>,
    hidden: usize,
}

/// Records of one source that name it.
struct Named {
    count: u64,
    first: Time,
    last: Time,
}

/// A finding that names it and is not in the incident.
struct Apart {
    uid: String,
    title: String,
    severity: Severity,
    effect: Effect,
    first: Time,
    count: u64,
    /// The other incident that it is in, by number.
    elsewhere: Option<usize>,
    barriers: Vec<Barrier>,
}

/// Reads the logs twice: as an investigation, and for every record that names the entity.
pub fn answer(look: &Look<'_>, incident: &str, entity: &str) -> Result<Answer, Failure> {
    let whole = look.run()?;
    let ids: Vec<String> = whole.incidents.iter().map(|it| it.id.to_string()).collect();
    let at = find(&ids, incident)?;
    let named = |finding: &Finding| finding.entities.iter().any(|e| e.value == entity);
    let mut findings = Vec::new();
    let mut hidden = 0;
    let own = whole.incidents.get(at).map(|it| it.findings.as_slice()).unwrap_or_default();
    for (n, finding) in whole.findings.iter().enumerate().filter(|(_, it)| named(it)) {
        if own.contains(&n) {
            continue;
        }
        if findings.len() == FINDINGS_MAX {
            hidden += 1;
            continue;
        }
        let elsewhere = whole.incidents.iter().position(|it| it.findings.contains(&n));
        findings.push(Apart {
            uid: format!("F{}", n + 1),
            title: finding.rule.title_in(look.language).to_owned(),
            severity: finding.severity(),
            effect: finding.effect,
            first: finding.first,
            count: finding.count,
            elsewhere: elsewhere.map(|at| at + 1),
            barriers: barriers(&whole.findings, own, n),
        });
    }
    let it = whole.incidents.get(at);
    let steps = it.map(|it| it.steps.as_slice()).unwrap_or_default();
    let steps = (1..).zip(steps).filter(|(_, step)| step.entities.iter().any(|e| e.1 == entity));
    let part = it.and_then(|it| it.entities.iter().find(|e| e.value == entity));
    let given = look.assets.map(assets::load).transpose()?.unwrap_or_default();
    Ok(Answer {
        entity: entity.to_owned(),
        incident: at + 1,
        uid: ids.get(at).cloned().unwrap_or_default(),
        steps: steps.map(|(n, _)| n).collect(),
        part: part.map(|it| it.part.word()),
        owned: given.owns(entity),
        records: records(look, entity)?,
        findings,
        hidden,
    })
}

/// Counts the records that name the entity, by source.
fn records(look: &Look<'_>, entity: &str) -> Result<BTreeMap<&'static str, Named>, Failure> {
    let reading = Reading::new(look.paths, look.reading)?;
    let detectors: Vec<Box<dyn Detector>> = vec![Box::new(Names::of(entity))];
    let found = look.judged(reading, &detectors, &[])?;
    let mut all: BTreeMap<&'static str, Named> = BTreeMap::new();
    for it in &found.findings {
        if it.rule.id != NAMES {
            continue;
        }
        let new = Named { count: 0, first: it.first, last: it.last };
        let known = all.entry(it.source).or_insert(new);
        known.count += it.count;
        known.first = known.first.min(it.first);
        known.last = known.last.max(it.last);
    }
    Ok(all)
}

impl Answer {
    /// Whether it is in the incident after all.
    pub fn is_in(&self) -> bool {
        self.part.is_some() || !self.steps.is_empty()
    }

    /// The answer for programs.
    pub fn json(&self) -> Value {
        let records: Vec<Value> = self
            .records
            .iter()
            .map(|(source, it)| {
                json!({
                    "source": source, "count": it.count,
                    "first": it.first.to_string(), "last": it.last.closing().to_string(),
                })
            })
            .collect();
        let findings: Vec<Value> = self
            .findings
            .iter()
            .map(|it| {
                json!({
                    "uid": it.uid, "title": it.title, "severity": it.severity.word(),
                    "effect": it.effect.word(), "first": it.first.to_string(), "count": it.count,
                    "incident": it.elsewhere,
                    "barriers": it.barriers.iter().map(barrier).collect::<Vec<_>>(),
                })
            })
            .collect();
        json!({
            "schema": SCHEMA, "incident": self.incident, "uid": self.uid,
            "entity": model::redact(&self.entity), "in_incident": self.is_in(),
            "role": self.part, "steps": self.steps, "own_address": self.owned,
            "records": records, "findings": findings, "findings_left_out": self.hidden,
        })
    }

    /// The answer for people.
    pub fn text(&self, words: &Words, to: &mut dyn Write) -> io::Result<()> {
        let entity = safe(&self.entity);
        let verdict = if self.is_in() { words.is_in } else { words.is_not };
        writeln!(to, "{entity} {verdict} ({} {})", words.incident, self.incident)?;
        if self.is_in() {
            let steps: Vec<String> = self.steps.iter().map(usize::to_string).collect();
            writeln!(to, "  {} [{}]", self.part.unwrap_or("-"), steps.join(", "))?;
        }
        if self.owned {
            writeln!(to, "  {}", words.owned)?;
        }
        if self.records.is_empty() {
            return writeln!(to, "  {}", words.none);
        }
        writeln!(to, "\n{}", words.records)?;
        for (source, it) in &self.records {
            let (first, last) = (it.first, it.last.closing());
            writeln!(to, "  {source:<24} {:>8}  {first} – {last}", it.count)?;
        }
        if self.findings.is_empty() {
            return if self.is_in() { Ok(()) } else { writeln!(to, "\n{}", words.unjudged) };
        }
        writeln!(to, "\n{}", words.judged)?;
        for it in &self.findings {
            let (severity, effect) = (it.severity.word(), it.effect.word());
            let count = it.count;
            writeln!(to, "  {}  {}  {severity}, {effect}, {count}×", it.uid, it.first)?;
            writeln!(to, "      {}", safe(&it.title))?;
            match it.elsewhere {
                Some(n) if n != self.incident => {
                    writeln!(to, "      – {} {n}", words.elsewhere)?;
                }
                _ => writeln!(to, "      – {}", words.lone)?,
            }
            for barrier in &it.barriers {
                writeln!(to, "      – {}", words.barrier(barrier))?;
            }
        }
        if self.hidden > 0 {
            writeln!(to, "  (+{} {})", self.hidden, words.more)?;
        }
        Ok(())
    }
}

fn safe(text: &str) -> String {
    printable(&model::redact(text), TEXT_MAX).into_owned()
}

fn barrier(barrier: &Barrier) -> Value {
    match barrier {
        Barrier::Context(severity) => json!({"class": "severity", "severity": severity.word()}),
        Barrier::Hub(address, callers) => {
            json!({"class": "hub", "value": model::redact(address), "callers": callers})
        }
        Barrier::Far(kind, value, apart) => json!({
            "class": "time", "type": kind.word(), "value": model::redact(value),
            "seconds": apart / 1_000_000_000,
        }),
        Barrier::Common(kind, value) => {
            json!({"class": "common", "type": kind.word(), "value": model::redact(value)})
        }
        Barrier::Service(name) => json!({"class": "service", "value": model::redact(name)}),
        Barrier::Nothing => json!({"class": "nothing_shared"}),
    }
}

const NAMES: &str = "yagura.names";
const ABOUT: About = About { name: "names", line: "records that name an entity", spec: "" };

/// Speaks on every event that names the entity.
struct Names {
    entity: String,
    rule: Arc<Rule>,
}

impl Names {
    fn of(entity: &str) -> Names {
        let rule = Rule {
            id: NAMES.to_owned(),
            title: "Names the entity".to_owned(),
            title_ja: None,
            kind: RuleKind::Indicator,
            severity: Severity::Informational,
            effect: Effect::Attempt,
            techniques: Vec::new(),
            tactics: Vec::new(),
            description: String::new(),
        };
        Names { entity: entity.to_owned(), rule: Arc::new(rule) }
    }
}

impl Detector for Names {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self) -> Box<dyn Judge + '_> {
        Box::new(Looking(self))
    }
}

struct Looking<'n>(&'n Names);

impl Judge for Looking<'_> {
    fn observe(&mut self, event: &Event<'_>, out: &mut dyn Findings) {
        let mut entities = Vec::new();
        event.body.entities(&mut entities);
        let names = entities.iter().any(|it| it.value == self.0.entity)
            || event.credential == Some(self.0.entity.as_str())
            || event.address == Some(self.0.entity.as_str());
        if names {
            out.add(event, &[(&self.0.rule, Effect::Attempt)]);
        }
    }
}
