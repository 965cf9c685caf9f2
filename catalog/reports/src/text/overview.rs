//! The first lines: how many incidents, or that there is none, and over what.

use std::io;

use model::seam::report::Language;

use super::page::Paint;
use super::story::paint;
use super::{SENTENCE_MAX, Teller, clock};
use crate::sentence::{self, grouped, plural, safe};

impl Teller<'_, '_> {
    /// The first lines: how many incidents, or that there is none, and over what.
    pub(super) fn overview(&mut self) -> io::Result<()> {
        let total = self.investigation.tally.total();
        if total.events == 0 && self.investigation.incidents.is_empty() {
            return self.page.item(0, "YAGURA", Paint::Bold, 8, self.words.nothing_read);
        }
        let incidents = &self.investigation.incidents;
        if incidents.is_empty() {
            return self.none_found();
        }
        let (count, events) = (incidents.len() as u64, total.events);
        let line = match self.language() {
            Language::English => {
                format!("{} in {}", plural(count, "incident"), plural(events, "event"))
            }
            Language::Japanese => {
                format!("{}件のイベントから、インシデントを{count}件検出しました", grouped(events))
            }
        };
        self.page.item(0, "YAGURA", Paint::Bold, 8, &line)?;
        if count < 2 {
            return Ok(());
        }
        for (at, incident) in incidents.iter().enumerate() {
            let label = format!(
                "{:>3}. {}",
                at + 1,
                sentence::severity(incident.severity, self.language())
            );
            let since = clock(incident.first);
            let title = safe(&incident.title, SENTENCE_MAX);
            let effect = sentence::effect(incident.outcome, self.language());
            let text = format!("{title}  ({since}, {effect})");
            self.page.item(0, &label, paint(incident.severity), 14, &text)?;
        }
        Ok(())
    }

    fn none_found(&mut self) -> io::Result<()> {
        let tally = &self.investigation.tally;
        let total = tally.total();
        let sources: Vec<&str> = tally.by_source.keys().copied().collect();
        let sources = sources.join(self.words.comma);
        let span = match (total.first, total.last) {
            (Some(first), Some(last)) => (clock(first), clock(last.closing())),
            _ => (String::new(), String::new()),
        };
        let (unread, rejects) = (tally.skipped.len() as u64, total.rejects);
        let (first, last) = span;
        let events = grouped(total.events);
        let (line, caveat) = match self.language() {
            Language::English => (
                format!(
                    "No incident found in {events} events from {sources}, {first} – {last} UTC."
                ),
                format!(
                    "Not covered: {} not read, {} that could not be read, \
                     and every log that was not given.",
                    plural(unread, "file"),
                    plural(rejects, "record")
                ),
            ),
            Language::Japanese => (
                format!(
                    "{sources} のイベント{events}件（{first} ～ {last} UTC）から、\
                     インシデントは見つかりませんでした。"
                ),
                format!(
                    "確認できていないもの：読み込まなかったファイル{}件、\
                     解釈できなかったレコード{}件、および入力に含まれていないログ。",
                    grouped(unread),
                    grouped(rejects)
                ),
            ),
        };
        self.page.item(0, "YAGURA", Paint::Bold, 8, &line)?;
        self.page.item(0, "", Paint::Plain, 8, &caveat)
    }
}
