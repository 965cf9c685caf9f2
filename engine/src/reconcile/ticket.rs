//! What a ticket says of a case.

use model::Id;
use model::case::{Case, Status};
use model::seam::report::Language;
use model::seam::tracker::{Block, Ticket};
use serde_json::Value;

use super::pull::OURS;

/// Steps of the story that a ticket shows; the report has all.
const STEPS_MAX: usize = 40;
/// Cited records that a ticket names.
const EVIDENCE_MAX: usize = 20;

/// Assignee and component of entities (type, value).
pub type Route<'r> = dyn Fn(&[(&str, &str)]) -> (Option<String>, Option<String>) + 'r;

struct Words {
    severity: &'static str,
    confidence: &'static str,
    story: &'static str,
    damage: &'static str,
    to_do: &'static str,
    records: &'static str,
    related: &'static str,
    seen_again: &'static str,
}

const ENGLISH: Words = Words {
    severity: "Severity",
    confidence: "confidence",
    story: "What happened",
    damage: "Damage",
    to_do: "Response",
    records: "Records",
    related: "Other cases",
    seen_again: "Seen again: more was found, the ticket has been brought up to date.",
};

const JAPANESE: Words = Words {
    severity: "重大度",
    confidence: "確度",
    story: "経緯",
    damage: "被害",
    to_do: "対応",
    records: "根拠となる記録",
    related: "関連するケース",
    seen_again: "再び観測されました。新たな事実が見つかったため、チケットを更新しました。",
};

fn words(language: Language) -> &'static Words {
    match language {
        Language::English => &ENGLISH,
        Language::Japanese => &JAPANESE,
    }
}

/// The ticket of a case. Its fingerprint does not change while the case lives.
pub fn ticket(case: &Case, language: Language, route: &Route<'_>) -> Ticket {
    let incident = &case.incident;
    let (assignee, component) = route(&incident.entities(&[]));
    Ticket {
        fingerprint: format!("yagura-{}", short(case, "ticket")),
        title: incident.title().to_owned(),
        severity: incident.severity(),
        body: body(case, language),
        labels: vec!["security".to_owned(), format!("severity-{}", incident.severity().word())],
        assignee,
        component,
        closed: case.resolution.filter(|_| case.status == Status::Closed),
    }
}

/// Whether two contents are the same; the state is looked at by itself.
pub(super) fn digest(ticket: &Ticket) -> String {
    let ticket = Ticket { closed: None, ..ticket.clone() };
    Id::derive("content", &[format!("{ticket:?}").as_bytes()]).to_string()
}

/// A mark for a comment on a case.
pub(super) fn mark(case: &Case, of: &str) -> String {
    format!("{OURS}{}", short(case, of))
}

/// What the comment on a growing incident says.
pub(super) fn grown(case: &Case, language: Language) -> String {
    format!("{} ({})", words(language).seen_again, case.incident.text("last"))
}

fn short(case: &Case, of: &str) -> String {
    let parts = [case.opened.to_string(), case.number.to_string(), of.to_owned()];
    let parts: Vec<&[u8]> = parts.iter().map(String::as_bytes).collect();
    Id::derive("ticket", &parts).to_string().chars().take(12).collect()
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn body(case: &Case, language: Language) -> Vec<Block> {
    let (words, incident) = (words(language), &case.incident);
    let sure = incident.incident().get("confidence").and_then(Value::as_f64).unwrap_or(0.0);
    let severity = incident.severity().word();
    let percent = (sure * 100.0).round();
    let mut body = vec![
        Block::Text(format!(
            "{}: {severity} ({} {percent} %) {} – {}",
            words.severity,
            words.confidence,
            incident.text("first"),
            incident.text("last"),
        )),
        Block::Text(incident.incident().get("entry").map_or("", |e| text(e, "text")).to_owned()),
    ];
    let steps = incident.list("steps").iter().take(STEPS_MAX);
    let steps = steps.map(|step| format!("{} {}", text(step, "start"), text(step, "text")));
    part(&mut body, words.story, steps.collect());
    let damage = incident.list("impact").iter().map(|one| text(one, "text").to_owned());
    part(&mut body, words.damage, damage.collect());
    if !case.checklist.is_empty() {
        body.push(Block::Heading(words.to_do.to_owned()));
        body.push(Block::Checks(case.checklist.clone()));
    }
    let records = incident.evidence();
    let records = records.iter().take(EVIDENCE_MAX).map(|(id, record)| {
        let line = record.get("line").and_then(Value::as_u64).unwrap_or(0);
        let (file, source) = (text(record, "file"), text(record, "source"));
        format!("{id} {source} {file}:{line} sha256 {:.16}", text(record, "sha256"))
    });
    part(&mut body, words.records, records.collect());
    let links = case.links.iter().map(|link| format!("C-{}: {}", link.case, link.why));
    part(&mut body, words.related, links.collect());
    body
}

fn part(body: &mut Vec<Block>, heading: &str, lines: Vec<String>) {
    if !lines.is_empty() {
        body.push(Block::Heading(heading.to_owned()));
        body.push(Block::List(lines));
    }
}
