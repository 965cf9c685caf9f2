//! Text for a terminal: what happened, how bad, since when, what to do; then everything else.

mod intake;
mod overview;
mod page;
mod story;
pub(crate) mod words;

use std::collections::BTreeMap;
use std::io::{self, Write};

use model::Investigation;
use model::finding::Evidence;
use model::seam::About;
use model::seam::report::{Report, Style};

use crate::{cite, sentence};
use page::{Page, Paint};
use words::Words;

const ABOUT: About =
    About { name: "text", line: "for people at a terminal", spec: "docs/interface.md" };

/// The longest sentence shown, in characters.
const SENTENCE_MAX: usize = 600;
/// The longest name of a file or entity shown, in characters.
const NAME_MAX: usize = 200;
/// How many citations stand behind a sentence; a number says how many more there are.
const CITED_MAX: usize = 4;

/// The format `text`.
pub(crate) struct Text;

impl Report for Text {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    /// It names places, and leaves the records to other formats.
    fn shows_evidence(&self) -> bool {
        false
    }

    fn write(
        &self,
        investigation: &Investigation,
        style: Style,
        to: &mut dyn Write,
    ) -> io::Result<()> {
        let page = Page::new(to, style.colour, style.width);
        let words = words::of(style.language);
        let cited = BTreeMap::new();
        let mut teller = Teller { investigation, style, words, page, cited };
        teller.overview()?;
        for (at, incident) in investigation.incidents.iter().enumerate() {
            teller.incident(at, incident)?;
        }
        teller.loose_findings()?;
        teller.intake()?;
        teller.evidence()
    }
}

/// Writes an investigation, and remembers what it cited.
struct Teller<'i, 'w> {
    investigation: &'i Investigation,
    style: Style,
    words: &'static Words,
    page: Page<'w>,
    cited: BTreeMap<&'i Evidence, usize>,
}

impl<'i> Teller<'i, '_> {
    /// ` [E1 E2 +3]`, or nothing where nothing is cited.
    fn cite(&mut self, evidence: &'i [Evidence]) -> String {
        let all: Vec<_> = cite::cited(self.investigation, evidence).collect();
        let mut marks = Vec::new();
        for (record, citation) in all.iter().take(CITED_MAX) {
            self.cited.insert(record, citation.number);
            marks.push(format!("E{}", citation.number));
        }
        if all.len() > CITED_MAX {
            marks.push(format!("+{}", all.len() - CITED_MAX));
        }
        if marks.is_empty() { String::new() } else { format!(" [{}]", marks.join(" ")) }
    }

    /// Every record that this text cited, and where to find it.
    fn evidence(&mut self) -> io::Result<()> {
        if self.cited.is_empty() {
            return Ok(());
        }
        self.page.heading(self.words.evidence)?;
        for (record, number) in std::mem::take(&mut self.cited) {
            let place = sentence::safe(&cite::place(self.investigation, record), NAME_MAX);
            let citation = self.investigation.evidence.get(record);
            let host = citation.and_then(|citation| cite::host(citation, self.words.host_by));
            let host = host.map_or_else(String::new, |host| {
                format!("  {} {}", self.words.host, sentence::safe(&host, NAME_MAX))
            });
            let line = format!("{}  {place}{host}", fine_clock(record.time));
            self.page.item(2, &format!("E{number}"), Paint::Dim, 6, &line)?;
        }
        self.page.item(2, "", Paint::Plain, 0, self.words.evidence_note)
    }
}

/// A time for people, in UTC, to the second: `2026-09-08 14:11:20`. Citations keep all digits.
fn clock(time: model::Time) -> String {
    fine_clock(time).split('.').next().unwrap_or_default().to_owned()
}

/// The same with all the digits that the log has.
fn fine_clock(time: model::Time) -> String {
    time.to_string().replace('T', " ").trim_end_matches('Z').to_owned()
}
