//! What was read, what was not, and what belongs to no incident.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use model::investigation::Count;
use model::seam::report::Language;
use model::{Finding, Severity, Time};

use super::page::Paint;
use super::{NAME_MAX, SENTENCE_MAX, Teller, clock, story};
use crate::cite;
use crate::sentence::{self, grouped, plural, safe};

/// Files that were not read, shown.
const SKIPPED_MAX: usize = 20;
/// Records that could not be read, shown.
const REJECTS_MAX: usize = 5;
/// How much of such a record is shown, in characters.
const EXCERPT_MAX: usize = 80;
/// Warnings shown.
const WARNINGS_MAX: usize = 20;
/// Rules shown that spoke outside of incidents.
const RULES_MAX: usize = 20;

/// The findings of one rule with one severity.
#[derive(Default)]
struct Spoken {
    findings: u64,
    events: u64,
    first: Option<Time>,
    last: Option<Time>,
}

impl Spoken {
    fn add(&mut self, finding: &Finding) {
        self.findings += 1;
        self.events += finding.count;
        self.first = [self.first, Some(finding.first)].into_iter().flatten().min();
        self.last = [self.last, Some(finding.last.closing())].into_iter().flatten().max();
    }
}

impl Teller<'_, '_> {
    /// Findings outside of incidents, summed up by rule, worst first.
    pub(super) fn loose_findings(&mut self) -> io::Result<()> {
        let inside: BTreeSet<usize> =
            self.investigation.incidents.iter().flat_map(|i| i.findings.iter().copied()).collect();
        let mut rules: BTreeMap<(std::cmp::Reverse<Severity>, &str), Spoken> = BTreeMap::new();
        for (at, finding) in self.investigation.findings.iter().enumerate() {
            if !inside.contains(&at) {
                let key = (std::cmp::Reverse(finding.severity()), finding.rule.title.as_str());
                rules.entry(key).or_default().add(finding);
            }
        }
        if rules.is_empty() {
            return Ok(());
        }
        self.page.heading(self.words.loose)?;
        let mut rows = vec![self.words.rules.map(str::to_owned).to_vec()];
        for ((severity, title), spoken) in rules.iter().take(RULES_MAX) {
            rows.push(vec![
                sentence::severity(severity.0, self.language()).to_owned(),
                safe(title, NAME_MAX),
                grouped(spoken.findings),
                grouped(spoken.events),
                spoken.first.map(clock).unwrap_or_default(),
                spoken.last.map(clock).unwrap_or_default(),
            ]);
        }
        self.page.table(&rows, &[2, 3])?;
        self.more(rules.len().saturating_sub(RULES_MAX), 2)
    }

    /// The tally: what was read, what was not, what went wrong.
    pub(super) fn intake(&mut self) -> io::Result<()> {
        self.page.heading(self.words.read)?;
        let tally = &self.investigation.tally;
        let total = tally.total();
        let mut rows = vec![self.words.tally.map(str::to_owned).to_vec()];
        rows.extend(tally.by_source.iter().map(|(source, count)| row(source, count)));
        if tally.by_source.len() > 1 {
            rows.push(row(self.words.total, &total));
        }
        if rows.len() > 1 {
            self.page.table(&rows, &[1, 2, 3, 4, 5])?;
        }
        let (files, bytes) = (tally.files, sentence::size(tally.bytes));
        let line = match self.language() {
            Language::English => format!("{}, {bytes}", plural(files, "file")),
            Language::Japanese => format!("{}ファイル、{bytes}", grouped(files)),
        };
        self.page.item(2, "", Paint::Plain, 0, &line)?;
        self.skipped()?;
        self.rejects(total.rejects)?;
        self.warnings()
    }

    fn skipped(&mut self) -> io::Result<()> {
        let skipped = &self.investigation.tally.skipped;
        if skipped.is_empty() {
            return Ok(());
        }
        self.page.gap()?;
        let label = format!("{} ({})", self.words.skipped, grouped(skipped.len() as u64));
        self.page.item(2, &label, Paint::Yellow, 0, "")?;
        for it in skipped.iter().take(SKIPPED_MAX) {
            let text = format!("{}: {}", safe(&it.file, NAME_MAX), safe(&it.why, SENTENCE_MAX));
            self.page.item(2, "-", Paint::Plain, 2, &text)?;
        }
        self.more(skipped.len().saturating_sub(SKIPPED_MAX), 2)
    }

    fn rejects(&mut self, count: u64) -> io::Result<()> {
        if count == 0 {
            return Ok(());
        }
        self.page.gap()?;
        let label = format!("{} ({})", self.words.rejects, grouped(count));
        self.page.item(2, &label, Paint::Yellow, 0, "")?;
        let samples = &self.investigation.tally.rejects;
        for (file, reject) in samples.iter().take(REJECTS_MAX) {
            let name = cite::file(self.investigation, *file);
            let text = format!(
                "{}:{}#{}: {} | {}",
                safe(name, NAME_MAX),
                reject.at.line,
                reject.at.record,
                safe(&reject.why, SENTENCE_MAX),
                safe(&reject.excerpt, EXCERPT_MAX),
            );
            self.page.item(2, "-", Paint::Plain, 2, &text)?;
        }
        let shown = samples.len().min(REJECTS_MAX) as u64;
        self.more(count.saturating_sub(shown) as usize, 2)
    }

    fn warnings(&mut self) -> io::Result<()> {
        let warnings = &self.investigation.warnings;
        if warnings.is_empty() {
            return Ok(());
        }
        self.page.gap()?;
        let label = format!("{} ({})", self.words.warnings, grouped(warnings.len() as u64));
        self.page.item(2, &label, story::paint(Severity::Medium), 0, "")?;
        for warning in warnings.iter().take(WARNINGS_MAX) {
            self.page.item(2, "-", Paint::Plain, 2, &safe(warning, SENTENCE_MAX))?;
        }
        self.more(warnings.len().saturating_sub(WARNINGS_MAX), 2)
    }
}

fn row(source: &str, count: &Count) -> Vec<String> {
    let mut row = vec![source.to_owned()];
    let counts = [count.files, count.records, count.events, count.duplicates, count.rejects];
    row.extend(counts.map(grouped));
    row.push(count.first.map(minute).unwrap_or_default());
    row.push(count.last.map(|t| minute(t.closing())).unwrap_or_default());
    row
}

/// A time to the minute: the table must fit a window.
fn minute(time: Time) -> String {
    let clock = clock(time);
    clock.rsplit_once(':').map_or(clock.as_str(), |(minute, _)| minute).to_owned()
}
