//! The timeline as a table (RFC 4180): a row for each step, then one for each finding outside.
//!
//! Tables are opened in spreadsheets: no cell can start a formula, none holds a control character.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io::{self, Write};

use model::finding::Evidence;
use model::seam::About;
use model::seam::report::{Report, Style};
use model::{Finding, Incident, Investigation, Step};

use crate::{cite, sentence};

const ABOUT: About = About {
    name: "csv",
    line: "the timeline as a table, for spreadsheets",
    spec: "https://www.rfc-editor.org/rfc/rfc4180",
};

const HEADER: [&str; 12] = [
    "incident",
    "n",
    "start",
    "end",
    "stage",
    "effect",
    "severity",
    "techniques",
    "text",
    "count",
    "entities",
    "evidence",
];

/// The longest cell, in characters; spreadsheets take 32,767.
const CELL_MAX: usize = 32_000;

/// The format `csv`.
pub(crate) struct Csv;

impl Report for Csv {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    /// A row names places, not what stands there.
    fn shows_evidence(&self) -> bool {
        false
    }

    fn write(
        &self,
        investigation: &Investigation,
        style: Style,
        to: &mut dyn Write,
    ) -> io::Result<()> {
        // Quoted always: a spreadsheet that splits at `;` must not find a formula behind one.
        let mut table =
            ::csv::WriterBuilder::new().quote_style(::csv::QuoteStyle::NonNumeric).from_writer(to);
        table.write_record(HEADER)?;
        let mut inside = BTreeSet::new();
        for incident in &investigation.incidents {
            inside.extend(incident.findings.iter().copied());
            for (at, step) in incident.steps.iter().enumerate() {
                write(&mut table, step_row(investigation, incident, at + 1, step))?;
            }
        }
        for (at, finding) in investigation.findings.iter().enumerate() {
            if !inside.contains(&at) {
                write(&mut table, finding_row(investigation, finding, style))?;
            }
        }
        table.flush()
    }
}

type Row = [String; HEADER.len()];

fn write(table: &mut ::csv::Writer<&mut dyn Write>, row: Row) -> io::Result<()> {
    Ok(table.write_record(row.iter().map(|value| cell(value).into_owned()))?)
}

fn step_row(investigation: &Investigation, incident: &Incident, n: usize, step: &Step) -> Row {
    let entities = step.entities.iter().map(|(kind, value)| (kind.word(), value.as_str()));
    [
        incident.id.to_string(),
        n.to_string(),
        step.start.to_string(),
        step.end.closing().to_string(),
        step.stage.clone(),
        step.effect.word().to_owned(),
        incident.severity.word().to_owned(),
        step.techniques.join(" "),
        step.text.clone(),
        step.count.to_string(),
        list(entities),
        places(investigation, &step.evidence),
    ]
}

fn finding_row(investigation: &Investigation, finding: &Finding, style: Style) -> Row {
    let about: BTreeSet<(&str, &str)> =
        finding.entities.iter().map(|e| (e.kind.word(), e.value.as_ref())).collect();
    [
        String::new(),
        String::new(),
        finding.first.to_string(),
        finding.last.closing().to_string(),
        finding.rule.tactics.first().cloned().unwrap_or_default(),
        finding.effect.word().to_owned(),
        finding.severity().word().to_owned(),
        finding.rule.techniques.join(" "),
        sentence::finding(finding, style.language),
        finding.count.to_string(),
        list(about.into_iter()),
        places(investigation, &finding.evidence),
    ]
}

fn list<'e>(entities: impl Iterator<Item = (&'e str, &'e str)>) -> String {
    entities.map(|(kind, value)| format!("{kind}={value}")).collect::<Vec<_>>().join("; ")
}

fn places(investigation: &Investigation, evidence: &[Evidence]) -> String {
    cite::cited(investigation, evidence)
        .map(|(record, _)| cite::place(investigation, record))
        .collect::<Vec<_>>()
        .join("; ")
}

/// A cell that is text to every spreadsheet, also to those that read full-width signs as ASCII.
pub fn cell(value: &str) -> Cow<'_, str> {
    const STARTS: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];
    let safe = sentence::safe(value, CELL_MAX);
    if value.trim_start_matches(' ').starts_with(STARTS) {
        return Cow::Owned(format!("'{safe}"));
    }
    Cow::Owned(safe)
}
