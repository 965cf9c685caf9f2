//! HTML: one file without any outside part. Every sentence opens the records that it stands on.
//!
//! Texts of logs are escaped wherever they stand, and a content security policy lets the page
//! load nothing and run no script but its own, known by its hash.

mod graph;
mod incident;
mod lanes;
pub(crate) mod words;

use std::fmt::Write as _;
use std::io::{self, Write};

use base64::Engine as _;
use model::Investigation;
use model::finding::Evidence;
use model::seam::About;
use model::seam::report::{Language, Report, Style};
use sha2::{Digest, Sha256};

use crate::{cite, sentence};
use words::Words;

const ABOUT: About =
    About { name: "html", line: "one page for a browser, no network", spec: "docs/reports.md" };
const CSS: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");
/// The longest sentence shown, in characters.
const SENTENCE_MAX: usize = 1_200;
/// The longest name shown, in characters.
const NAME_MAX: usize = 300;
/// The longest record shown, in characters; all records together, in bytes.
const RAW_MAX: usize = 2_000;
const RAW_SUM_MAX: usize = 800_000;
/// Citations shown behind a sentence.
const CITED_MAX: usize = 6;
/// Lone findings shown.
const FINDINGS_MAX: usize = 200;

/// The format `html`.
pub(crate) struct Html;

impl Report for Html {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn write(
        &self,
        investigation: &Investigation,
        style: Style,
        to: &mut dyn Write,
    ) -> io::Result<()> {
        let mut page = Page::new(investigation, style.language, "");
        page.whole(None);
        to.write_all(page.out.as_bytes())
    }
}

/// One page in both languages, with a button that changes between them: the investigation in the
/// language of the style, and the same told in the other one.
///
/// # Errors
/// As the writer.
pub fn write_both(
    [own, other]: [&Investigation; 2],
    style: Style,
    to: &mut dyn Write,
) -> io::Result<()> {
    let second = match style.language {
        Language::English => Language::Japanese,
        Language::Japanese => Language::English,
    };
    let mut translated = Page::new(other, second, "o");
    translated.told();
    let mut page = Page::new(own, style.language, "");
    page.whole(Some(&translated));
    to.write_all(page.out.as_bytes())
}

/// The page in the making.
struct Page<'i> {
    investigation: &'i Investigation,
    language: Language,
    words: &'static Words,
    /// What the ids of this language's parts begin with.
    prefix: &'static str,
    out: String,
}

/// Text of a log as HTML text or attribute: without secrets and control characters, escaped.
fn text(raw: &str, max: usize) -> String {
    escape(&sentence::safe(raw, max))
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// A time for people, in UTC, to the second.
fn clock(time: model::Time) -> String {
    let time = time.to_string().replace('T', " ");
    time.trim_end_matches('Z').split('.').next().unwrap_or_default().to_owned()
}

impl<'i> Page<'i> {
    fn new(investigation: &'i Investigation, language: Language, prefix: &'static str) -> Self {
        let words = words::of(language);
        Page { investigation, language, words, prefix, out: String::new() }
    }

    /// The language as HTML names it.
    fn code(&self) -> &'static str {
        if self.language == Language::Japanese { "ja" } else { "en" }
    }

    fn put(&mut self, html: &str) {
        self.out.push_str(html);
        self.out.push('\n');
    }

    fn whole(&mut self, other: Option<&Page<'_>>) {
        let language = self.code();
        let hash = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(SCRIPT));
        let head = format!(
            "<!DOCTYPE html>\n<html lang=\"{language}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
             style-src 'unsafe-inline'; script-src 'sha256-{hash}'; base-uri 'none'; \
             form-action 'none'\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"referrer\" content=\"no-referrer\">\n<title>Yagura</title>\n\
             <style>{CSS}</style>\n</head>\n<body>\n<main>"
        );
        self.put(&head);
        if let Some(other) = other {
            let (own, said) = (self.words.language, other.words.language);
            self.put(&format!(
                "<button type=\"button\" id=\"language\" data-other=\"{own}\" \
                 lang=\"{}\">{said}</button>\n<div data-language=\"{language}\">",
                other.code()
            ));
        }
        self.told();
        if let Some(other) = other {
            let code = other.code();
            self.put(&format!(
                "</div>\n<div data-language=\"{code}\" lang=\"{code}\" hidden>\n{}</div>",
                other.out
            ));
        }
        self.evidence();
        let (record, close) = (self.words.record, self.words.close);
        self.put(&format!(
            "<aside id=\"panel\" role=\"dialog\" aria-label=\"{record}\" tabindex=\"-1\" hidden>\
             <button type=\"button\" id=\"close\">{close} ×</button><div></div></aside>"
        ));
        self.put(&format!("</main>\n<script>{SCRIPT}</script>\n</body>\n</html>"));
    }

    /// All that is told in one language.
    fn told(&mut self) {
        let count = self.investigation.incidents.len();
        let total = self.investigation.tally.total();
        let opening = self.words.opening(count, &sentence::grouped(total.events));
        self.put(&format!("<header><h1>Yagura</h1><p>{}</p></header>", escape(&opening)));
        if count > 1 {
            self.contents();
        }
        for (at, incident) in self.investigation.incidents.iter().enumerate() {
            self.incident(at, incident);
        }
        self.lone_findings();
        self.coverage();
    }

    /// Links to the incidents.
    fn contents(&mut self) {
        self.put("<nav><ol>");
        for (at, incident) in self.investigation.incidents.iter().enumerate() {
            let (word, when) = (incident.severity.word(), clock(incident.first));
            let severity = sentence::severity(incident.severity, self.language);
            let title = text(&incident.title, SENTENCE_MAX);
            let to = format!("{}i{at}", self.prefix);
            self.put(&format!(
                "<li><span class=\"badge {word}\">{severity}</span> <a href=\"#{to}\">{title}</a> \
                 <span class=\"note\">{when}</span></li>"
            ));
        }
        self.put("</ol></nav>");
    }

    /// Links to the records that a sentence stands on.
    fn cites(&self, evidence: &[Evidence]) -> String {
        let all: Vec<_> = cite::cited(self.investigation, evidence).collect();
        let mut out = String::new();
        for (_, citation) in all.iter().take(CITED_MAX) {
            let n = citation.number;
            let _ = write!(out, "<a class=\"cite\" href=\"#E{n}\">E{n}</a>");
        }
        if all.len() > CITED_MAX {
            let _ = write!(out, " <span class=\"note\">+{}</span>", all.len() - CITED_MAX);
        }
        out
    }

    /// Findings that belong to no incident.
    fn lone_findings(&mut self) {
        let told: Vec<usize> =
            self.investigation.incidents.iter().flat_map(|i| i.findings.clone()).collect();
        let lone = self.investigation.findings.iter().enumerate();
        let lone: Vec<_> = lone.filter(|(at, _)| !told.contains(at)).map(|(_, f)| f).collect();
        if lone.is_empty() {
            return;
        }
        self.put(&format!("<h2>{}</h2>\n<ul>", self.words.lone));
        for finding in lone.iter().take(FINDINGS_MAX) {
            let severity = sentence::severity(finding.severity(), self.language);
            let (word, when) = (finding.severity().word(), clock(finding.first));
            let said = text(&sentence::finding(finding, self.language), SENTENCE_MAX);
            let cites = self.cites(&finding.evidence);
            self.put(&format!(
                "<li><span class=\"badge {word}\">{severity}</span> {when} {said}{cites}</li>"
            ));
        }
        self.put("</ul>");
        if lone.len() > FINDINGS_MAX {
            self.put(&format!("<p class=\"note\">+{}</p>", lone.len() - FINDINGS_MAX));
        }
    }

    /// What was read.
    fn coverage(&mut self) {
        let words = self.words;
        self.put(&format!("<h2>{}</h2>\n<div class=\"wide\"><table><thead><tr>", words.read));
        for head in words.coverage {
            self.put(&format!("<th scope=\"col\">{head}</th>"));
        }
        self.put("</tr></thead><tbody>");
        let tally = &self.investigation.tally;
        for (source, count) in &tally.by_source {
            let numbers =
                [count.files, count.records, count.events, count.duplicates, count.rejects];
            let numbers = numbers.map(|n| format!("<td>{}</td>", sentence::grouped(n))).concat();
            let time = |time: Option<model::Time>| time.map(clock).unwrap_or_default();
            let (first, last) = (time(count.first), time(count.last));
            self.put(&format!(
                "<tr><td>{}</td>{numbers}<td>{first}</td><td>{last}</td></tr>",
                text(source, NAME_MAX)
            ));
        }
        self.put("</tbody></table></div>");
        for skipped in tally.skipped.iter().take(FINDINGS_MAX) {
            let (file, why) = (text(&skipped.file, NAME_MAX), text(&skipped.why, NAME_MAX));
            self.put(&format!("<p class=\"note\">{}: {file} ({why})</p>", words.unread));
        }
        for warning in &self.investigation.warnings {
            self.put(&format!("<p class=\"note\">{}</p>", text(warning, SENTENCE_MAX)));
        }
    }

    /// The records, each behind its number.
    fn evidence(&mut self) {
        let count = sentence::grouped(self.investigation.evidence.len() as u64);
        let title = self.words.evidence;
        self.put(&format!(
            "<details class=\"all\" id=\"records\"><summary><h2>{title} ({count})</h2></summary>"
        ));
        let mut room = RAW_SUM_MAX;
        for (at, citation) in &self.investigation.evidence {
            let raw = text(&citation.raw, RAW_MAX);
            let raw = if raw.len() <= room { raw } else { String::new() };
            room -= raw.len();
            let shown = if raw.is_empty() { self.words.see_json } else { raw.as_str() };
            let place = text(&cite::place(self.investigation, at), NAME_MAX);
            let (n, time) = (citation.number, at.time);
            let (source, hash) = (text(citation.source, NAME_MAX), text(&citation.sha256, 64));
            self.put(&format!(
                "<details id=\"E{n}\"><summary>E{n} {time} {source} {place}</summary>\
                 <pre>{shown}</pre><p class=\"note\">SHA-256 {hash}</p></details>"
            ));
        }
        self.put("</details>");
    }
}
