//! Markdown: a whole report to paste into a ticket.
//!
//! Texts of logs are escaped; none stands at the start of a line, so none begins a list.

mod summary;

use std::collections::BTreeSet;
use std::io::{self, Write};

use model::finding::Evidence;
use model::seam::About;
use model::seam::report::{Language, Report, Style};
use model::{Incident, Investigation};

use crate::html::words::{self, Words};
use crate::text::words as labels;
use crate::{cite, escape, sentence};

const ABOUT: About = About {
    name: "markdown",
    line: "a report to paste into a ticket",
    spec: "https://github.github.com/gfm/",
};

/// The longest sentence shown, in characters.
const SENTENCE_MAX: usize = 1_200;
/// The longest name shown, in characters.
const NAME_MAX: usize = 300;
/// The longest piece of a record shown, in characters.
const RAW_MAX: usize = 160;
/// Rows of one table; a line says how many more there are.
const ROWS_MAX: usize = 500;

/// The format `markdown`.
pub(crate) struct Markdown;

impl Report for Markdown {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn write(
        &self,
        investigation: &Investigation,
        style: Style,
        to: &mut dyn Write,
    ) -> io::Result<()> {
        let words = words::of(style.language);
        let mut page = Page { investigation, language: style.language, words, to };
        let events = sentence::grouped(investigation.tally.total().events);
        let mut opening = words.opening(investigation.incidents.len(), &events);
        if investigation.tally.total().events == 0 {
            labels::of(style.language).nothing_read.clone_into(&mut opening);
        }
        writeln!(page.to, "# Yagura\n\n{opening}")?;
        for (at, incident) in investigation.incidents.iter().enumerate() {
            page.incident(at + 1, incident)?;
        }
        page.lone()?;
        page.coverage()?;
        page.evidence()
    }
}

/// The report in the making.
struct Page<'i, 'w> {
    investigation: &'i Investigation,
    language: Language,
    words: &'static Words,
    to: &'w mut dyn Write,
}

fn text(text: &str) -> String {
    escape::markdown(text, SENTENCE_MAX)
}

fn name(text: &str) -> String {
    escape::markdown(text, NAME_MAX)
}

/// Date and time of day in UTC, to the second.
fn clock(time: model::Time) -> String {
    let time = time.to_string().replace('T', " ");
    time.trim_end_matches('Z').split('.').next().unwrap_or_default().to_owned()
}

impl Page<'_, '_> {
    fn incident(&mut self, n: usize, incident: &Incident) -> io::Result<()> {
        let severity = sentence::severity(incident.severity, self.language);
        writeln!(self.to, "\n## {n}. {severity} {}\n", text(&incident.title))?;
        writeln!(self.to, "{}\n", summary::of(incident, self.language))?;
        self.facts(incident)?;
        self.actions(incident)?;
        self.steps(incident)?;
        self.entities(incident)
    }

    fn fact(&mut self, label: &str, said: &str) -> io::Result<()> {
        writeln!(self.to, "- **{label}** {said}")
    }

    fn facts(&mut self, incident: &Incident) -> io::Result<()> {
        let words = self.words;
        let when = format!("{} – {}", clock(incident.first), clock(incident.last.closing()));
        self.fact(words.when, &when)?;
        let sure = format!("{:.0}%", incident.confidence * 100.0);
        self.fact(words.confidence, &sure)?;
        if !incident.entry.text.is_empty() {
            let cites = self.cites(&incident.entry.evidence);
            self.fact(words.entry, &format!("{}{cites}", text(&incident.entry.text)))?;
        }
        for cause in &incident.root_cause {
            let (said, cites) = (text(&cause.text), self.cites(&cause.evidence));
            let sure = format!("({} {:.0}%)", words.confidence, cause.confidence * 100.0);
            self.fact(words.cause, &format!("{said} {sure}{cites}"))?;
        }
        for impact in &incident.impact {
            let (said, cites) = (text(&impact.text), self.cites(&impact.evidence));
            let range = if impact.low < impact.high {
                let unit = sentence::unit(impact.unit, self.language);
                format!(" ({}–{} {unit})", impact.low, impact.high)
            } else {
                String::new()
            };
            self.fact(words.damage, &format!("{said}{range}{cites}"))?;
        }
        for gap in &incident.gaps {
            let (from, to) = (clock(gap.start), clock(gap.end.closing()));
            self.fact(words.gaps, &format!("{} ({from} – {to})", text(&gap.text)))?;
        }
        if !incident.techniques.is_empty() {
            self.fact("ATT&amp;CK", &name(&incident.techniques.join(", ")))?;
        }
        Ok(())
    }

    fn actions(&mut self, incident: &Incident) -> io::Result<()> {
        if incident.recommendations.is_empty() {
            return Ok(());
        }
        writeln!(self.to, "\n### {}\n", self.words.next)?;
        for action in &incident.recommendations {
            let targets: Vec<String> = action
                .targets
                .iter()
                .map(|(kind, value)| {
                    format!("{} {}", labels::kind(*kind, self.language), name(value))
                })
                .collect();
            write!(self.to, "- [ ] **{}** {}", action.tier, text(&action.text))?;
            if !targets.is_empty() {
                write!(self.to, " → {}", targets.join(", "))?;
            }
            if !action.why.is_empty() {
                write!(self.to, " — {}", text(&action.why))?;
            }
            writeln!(self.to)?;
        }
        Ok(())
    }

    fn steps(&mut self, incident: &Incident) -> io::Result<()> {
        if incident.steps.is_empty() {
            return Ok(());
        }
        let heads = match self.language {
            Language::English => "| # | Time | Effect | Stage | What | Records |",
            Language::Japanese => "| # | 時刻 | 成否 | 段階 | 内容 | 証跡 |",
        };
        writeln!(self.to, "\n### {}\n\n{heads}\n{}", self.words.timeline, rule(6))?;
        for (at, step) in incident.steps.iter().enumerate().take(ROWS_MAX) {
            let effect = sentence::effect(step.effect, self.language);
            let count = sentence::grouped(step.count);
            let times = if step.count > 1 { format!(" ×{count}") } else { String::new() };
            let causes = step
                .caused_by
                .iter()
                .map(|(step, why)| format!("<br>← {step}: {}", text(why)))
                .collect::<Vec<_>>()
                .concat();
            writeln!(
                self.to,
                "| {} | {} | {effect} | {} | {}{times}{causes} |{} |",
                at + 1,
                clock(step.start),
                name(&step.stage),
                text(&step.text),
                self.cites(&step.evidence)
            )?;
        }
        self.more(incident.steps.len())
    }

    fn entities(&mut self, incident: &Incident) -> io::Result<()> {
        if incident.entities.is_empty() {
            return Ok(());
        }
        let heads = match self.language {
            Language::English => "| Part | Kind | Name | First | Last |",
            Language::Japanese => "| 役割 | 種類 | 名前 | 最初 | 最後 |",
        };
        writeln!(self.to, "\n### {}\n\n{heads}\n{}", self.words.involved, rule(5))?;
        for entity in incident.entities.iter().take(ROWS_MAX) {
            writeln!(
                self.to,
                "| {} | {} | {} | {} | {} |",
                labels::part(entity.part, self.language),
                labels::kind(entity.kind, self.language),
                name(&entity.value),
                clock(entity.first),
                clock(entity.last.closing())
            )?;
        }
        self.more(incident.entities.len())
    }

    /// Findings that belong to no incident.
    fn lone(&mut self) -> io::Result<()> {
        let told: BTreeSet<usize> =
            self.investigation.incidents.iter().flat_map(|i| i.findings.iter().copied()).collect();
        let all = self.investigation.findings.iter().enumerate();
        let lone: Vec<_> = all.filter(|(at, _)| !told.contains(at)).map(|(_, f)| f).collect();
        if lone.is_empty() {
            return Ok(());
        }
        writeln!(self.to, "\n## {}\n", self.words.lone)?;
        for finding in lone.iter().take(ROWS_MAX) {
            let severity = sentence::severity(finding.severity(), self.language);
            let said = text(&sentence::finding(finding, self.language));
            let cites = self.cites(&finding.evidence);
            writeln!(self.to, "- **{severity}** {} {said}{cites}", clock(finding.first))?;
        }
        self.more(lone.len())
    }

    fn coverage(&mut self) -> io::Result<()> {
        let (words, tally) = (self.words, &self.investigation.tally);
        writeln!(self.to, "\n## {}\n\n| {} |", words.read, words.coverage.join(" | "))?;
        writeln!(self.to, "{}", rule(words.coverage.len()))?;
        for (source, count) in &tally.by_source {
            let numbers =
                [count.files, count.records, count.events, count.duplicates, count.rejects]
                    .map(sentence::grouped);
            let [first, last] = [count.first, count.last.map(model::Time::closing)]
                .map(|time| time.map(clock).unwrap_or_default());
            let (source, numbers) = (name(source), numbers.join(" | "));
            writeln!(self.to, "| {source} | {numbers} | {first} | {last} |")?;
        }
        if !tally.skipped.is_empty() || !self.investigation.warnings.is_empty() {
            writeln!(self.to)?;
        }
        for skipped in tally.skipped.iter().take(ROWS_MAX) {
            let said = format!("{}: {}", name(&skipped.file), name(&skipped.why));
            self.fact(words.unread, &said)?;
        }
        self.more(tally.skipped.len())?;
        for warning in &self.investigation.warnings {
            writeln!(self.to, "- ⚠ {}", text(warning))?;
        }
        Ok(())
    }

    fn evidence(&mut self) -> io::Result<()> {
        let all = &self.investigation.evidence;
        if all.is_empty() {
            return Ok(());
        }
        let heads = match self.language {
            Language::English => "| Id | Time | Source | Place | SHA-256 | Record |",
            Language::Japanese => "| ID | 時刻 | ソース | 場所 | SHA-256 | 原文 |",
        };
        writeln!(self.to, "\n## {}\n\n{heads}\n{}", self.words.evidence, rule(6))?;
        for (at, citation) in all.iter().take(ROWS_MAX) {
            writeln!(
                self.to,
                "| E{} | {} | {} | {} | {} | {} |",
                citation.number,
                at.time,
                name(citation.source),
                name(&cite::place(self.investigation, at)),
                name(&citation.sha256),
                escape::markdown(&citation.raw, RAW_MAX)
            )?;
        }
        self.more(all.len())
    }

    /// The ids of the records that a sentence stands on, each after a space.
    fn cites(&self, evidence: &[Evidence]) -> String {
        let ids = cite::cited(self.investigation, evidence);
        ids.map(|(_, citation)| format!(" E{}", citation.number)).collect::<Vec<_>>().concat()
    }

    /// Says how many entries of a list were left out.
    fn more(&mut self, all: usize) -> io::Result<()> {
        match all.checked_sub(ROWS_MAX) {
            None | Some(0) => Ok(()),
            Some(left) => writeln!(self.to, "\n+{left} {}", self.words.see_json),
        }
    }
}

/// The line under the heads of a table.
fn rule(columns: usize) -> String {
    format!("|{}", " --- |".repeat(columns))
}
