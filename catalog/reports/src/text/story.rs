//! The story of an incident: facts, what to do, timeline.

use std::io;

use model::incident::{Incident, Part};
use model::seam::report::Language;
use model::{Effect, EntityKind, Severity, Step, Time};

use super::page::Paint;
use super::{NAME_MAX, SENTENCE_MAX, Teller, clock, words};
use crate::sentence::{self, grouped, safe};

/// Columns of the labels beside an incident's facts.
const LABEL: usize = 18;
/// Entities of one part on the first screen; a number says how many more there are.
const ENTITIES_MAX: usize = 6;
/// Steps shown of one incident; a line says how many more there are.
const STEPS_MAX: usize = 200;
/// Reasons shown for the joining of findings.
const REASONS_MAX: usize = 12;

impl<'i> Teller<'i, '_> {
    /// One incident: facts, what to do, timeline.
    pub(super) fn incident(&mut self, at: usize, incident: &'i Incident) -> io::Result<()> {
        let language = self.language();
        let all = self.investigation.incidents.len();
        self.page.heading(&format!("{} {}/{all}", self.words.incident, at + 1))?;
        let severity = sentence::severity(incident.severity, language);
        let title = safe(&incident.title, SENTENCE_MAX);
        self.page.item(0, &format!(" {severity} "), paint(incident.severity), 0, &title)?;
        self.page.gap()?;
        self.facts(incident)?;
        for part in [Part::Attacker, Part::Victim, Part::Affected, Part::Created, Part::Used] {
            self.who(incident, part)?;
        }
        self.recommendations(incident)?;
        self.timeline(incident)?;
        self.reasons(incident)
    }

    fn facts(&mut self, incident: &'i Incident) -> io::Result<()> {
        let (first, last) = (incident.first, incident.last.closing());
        let span = sentence::span(last.end.saturating_sub(first.start), self.language());
        let dash = if self.language() == Language::English { "–" } else { "～" };
        self.fact(
            self.words.period,
            &format!("{} {dash} {} UTC ({span})", clock(first), clock(last)),
        )?;
        self.fact(self.words.attack, &self.success(incident))?;
        if !incident.entry.text.is_empty() {
            let cited = self.cite(&incident.entry.evidence);
            self.fact(
                self.words.entry,
                &format!("{}{cited}", safe(&incident.entry.text, SENTENCE_MAX)),
            )?;
        }
        for cause in &incident.root_cause {
            let cited = self.cite(&cause.evidence);
            let sure = percent(cause.confidence);
            let text = safe(&cause.text, SENTENCE_MAX);
            self.fact(
                self.words.cause,
                &format!("{text} ({} {sure}){cited}", self.words.confidence),
            )?;
        }
        for impact in &incident.impact {
            let cited = self.cite(&impact.evidence);
            let text = safe(&impact.text, SENTENCE_MAX);
            let range = if impact.low < impact.high {
                let unit = sentence::unit(impact.unit, self.language());
                format!(" ({}–{} {unit})", amount(impact.low), amount(impact.high))
            } else {
                String::new()
            };
            self.fact(self.words.damage, &format!("{text}{range}{cited}"))?;
        }
        Ok(())
    }

    /// Whether it worked, and when that was first shown.
    fn success(&self, incident: &Incident) -> String {
        let english = self.language() == Language::English;
        let at = |time: Option<Time>, before: &str, after: &str| {
            time.map(|time| format!("{before}{}{after}", clock(time))).unwrap_or_default()
        };
        let succeeded = if english {
            format!("SUCCEEDED{}", at(incident.succeeded_at, " at ", ""))
        } else {
            format!("成功{}", at(incident.succeeded_at, "（", "）"))
        };
        let how_far = match (incident.outcome, english) {
            (Effect::Attempt, true) => "only attempts; nothing shows that one succeeded".to_owned(),
            (Effect::Attempt, false) => "試行のみ（成功を示す記録はありません）".to_owned(),
            (Effect::Success, _) => succeeded,
            (Effect::Impact, true) => {
                format!("{succeeded}, DAMAGE{}", at(incident.impact_at, " from ", ""))
            }
            (Effect::Impact, false) => {
                format!("{succeeded}、被害発生{}", at(incident.impact_at, "（", " から）"))
            }
        };
        format!("{how_far} ({} {})", self.words.confidence, percent(incident.confidence))
    }

    fn who(&mut self, incident: &Incident, part: Part) -> io::Result<()> {
        let all = incident.entities.iter().filter(|entity| entity.part == part);
        let text = self.names(all.map(|entity| (entity.kind, entity.value.as_str())));
        if text.is_empty() {
            return Ok(());
        }
        self.fact(words::part(part, self.language()), &text)
    }

    fn recommendations(&mut self, incident: &Incident) -> io::Result<()> {
        if incident.recommendations.is_empty() {
            return Ok(());
        }
        self.page.gap()?;
        self.page.item(2, self.words.what_next, Paint::Bold, 0, "")?;
        for (at, action) in incident.recommendations.iter().enumerate() {
            let targets = self.names(action.targets.iter().map(|(k, v)| (*k, v.as_str())));
            let text = safe(&action.text, SENTENCE_MAX);
            let text = if targets.is_empty() { text } else { format!("{text} → {targets}") };
            let label = format!("{:>2}. [{}]", at + 1, action.tier);
            self.page.item(2, &label, Paint::Bold, 9, &text)?;
            if !action.why.is_empty() {
                self.page.item(11, "", Paint::Plain, 0, &safe(&action.why, SENTENCE_MAX))?;
            }
        }
        Ok(())
    }

    fn timeline(&mut self, incident: &'i Incident) -> io::Result<()> {
        if incident.steps.is_empty() {
            return Ok(());
        }
        self.page.gap()?;
        self.page.item(2, self.words.timeline, Paint::Bold, 0, "")?;
        for (at, step) in incident.steps.iter().enumerate().take(STEPS_MAX) {
            self.step(at + 1, step)?;
        }
        let hidden = incident.steps.len().saturating_sub(STEPS_MAX);
        self.more(hidden, 2)
    }

    fn step(&mut self, n: usize, step: &'i Step) -> io::Result<()> {
        let effect = sentence::effect(step.effect, self.language());
        let label = format!("{n:>3}  {}  {effect}", clock(step.start));
        let text = safe(&step.text, SENTENCE_MAX);
        let times =
            if step.count > 1 { format!(" ×{}", grouped(step.count)) } else { String::new() };
        let text = format!("{text}{times}{}", self.cite(&step.evidence));
        let paint = match step.effect {
            Effect::Attempt => Paint::Plain,
            Effect::Success => Paint::Yellow,
            Effect::Impact => Paint::Red,
        };
        self.page.item(2, &label, paint, 37, &text)?;
        for (cause, why) in &step.caused_by {
            let why = safe(why, SENTENCE_MAX);
            self.page.item(39, "", Paint::Plain, 0, &format!("← {cause}: {why}"))?;
        }
        Ok(())
    }

    fn reasons(&mut self, incident: &Incident) -> io::Result<()> {
        if incident.joins.is_empty() {
            return Ok(());
        }
        self.page.gap()?;
        self.page.item(2, self.words.joined, Paint::Bold, 0, "")?;
        for join in incident.joins.iter().take(REASONS_MAX) {
            let reason = &join.text;
            self.page.item(2, "-", Paint::Plain, 2, &safe(reason, SENTENCE_MAX))?;
        }
        self.more(incident.joins.len().saturating_sub(REASONS_MAX), 2)
    }

    /// Says how many entries of a list were left out.
    pub(super) fn more(&mut self, hidden: usize, indent: usize) -> io::Result<()> {
        if hidden == 0 {
            return Ok(());
        }
        let count = grouped(hidden as u64);
        let text = match self.language() {
            Language::English => format!("… and {count} more: see --format json"),
            Language::Japanese => format!("… ほか{count}件（--format json を参照）"),
        };
        self.page.item(indent, "", Paint::Plain, 0, &text)
    }

    fn fact(&mut self, label: &str, text: &str) -> io::Result<()> {
        self.page.item(2, label, Paint::Dim, LABEL, text)
    }

    /// The first entities, each with its kind, and how many more there are.
    fn names<'e>(&self, entities: impl Iterator<Item = (EntityKind, &'e str)>) -> String {
        let mut shown = Vec::new();
        let mut hidden = 0;
        for (kind, value) in entities {
            if shown.len() < ENTITIES_MAX {
                let kind = words::kind(kind, self.language());
                shown.push(format!("{kind} {}", safe(value, NAME_MAX)));
            } else {
                hidden += 1;
            }
        }
        let more = if hidden == 0 { String::new() } else { format!(" (+{hidden})") };
        shown.join(self.words.comma) + &more
    }

    pub(super) fn language(&self) -> Language {
        self.style.language
    }
}

/// How a severity is painted.
pub(super) fn paint(severity: Severity) -> Paint {
    match severity {
        Severity::Critical => Paint::Alarm,
        Severity::High => Paint::Red,
        Severity::Medium => Paint::Yellow,
        Severity::Low => Paint::Cyan,
        Severity::Informational => Paint::Dim,
    }
}

/// A share for people. Never 100: no reading of logs is certain.
fn percent(share: f64) -> String {
    format!("{:.0}%", (share.clamp(0.0, 1.0) * 100.0).floor().min(99.0))
}

fn amount(value: f64) -> String {
    if value.fract() == 0.0 && (0.0..1e15).contains(&value) {
        grouped(value as u64)
    } else {
        format!("{value:.2}")
    }
}
