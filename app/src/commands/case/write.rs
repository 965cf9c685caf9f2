//! Cases as text and as JSON. All text in them is hostile and made printable here.

use std::io::{self, Write};

use model::case::{Audit, Case};
use model::seam::report::Language;
use model::text::printable;
use serde_json::{Value, json};

use super::{SCHEMA, words};

/// The longest text on one line, in characters.
const LINE_MAX: usize = 400;

/// Anything that is kept, as JSON.
pub fn value(of: &impl model::case::Readable) -> Value {
    serde_json::from_str(&of.written()).unwrap_or(Value::Null)
}

/// A case in a list.
pub fn brief(case: &Case) -> Value {
    json!({
        "case": case.name(),
        "title": case.incident.title(),
        "severity": case.incident.severity().word(),
        "status": case.status.word(),
        "resolution": case.resolution.map(model::case::Resolution::word),
        "owner": case.owner,
        "opened": time(case.opened),
        "updated": time(case.updated),
        "incident": case.incident.uid(),
        "tickets": case.tickets.iter().map(|t| json!({"tracker": t.tracker, "id": t.id,
            "url": t.url})).collect::<Vec<_>>(),
        "links": case.links.iter().map(|l| json!({"kind": l.kind.word(),
            "case": format!("C-{}", l.case), "why": l.why})).collect::<Vec<_>>(),
    })
}

/// A case with everything.
pub fn whole(case: &Case, audit: &[Audit]) -> Value {
    let mut all = brief(case);
    if let Some(map) = all.as_object_mut() {
        map.insert("schema".into(), SCHEMA.into());
        map.insert("sightings".into(), case.sightings.into());
        map.insert("checklist".into(), value(&case.checklist));
        let notes = case.notes.iter().map(|note| {
            json!({"at": time(note.at), "who": note.who, "text": note.text, "from": note.from})
        });
        map.insert("notes".into(), notes.collect());
        let actions = case.actions.iter().map(|deed| {
            let (action, outcome) = (&deed.action, &deed.outcome);
            json!({"at": time(deed.at), "who": deed.who, "action": action, "outcome": outcome})
        });
        map.insert("actions".into(), actions.collect());
        let audit = audit
            .iter()
            .map(|line| json!({"at": time(line.at), "who": line.who, "what": line.what}));
        map.insert("audit".into(), audit.collect());
        map.insert("kept".into(), value(&case.incident));
    }
    all
}

/// Seconds since 1970 as RFC 3339.
pub fn time(at: i64) -> String {
    jiff::Timestamp::from_second(at).map_or_else(|_| at.to_string(), |time| time.to_string())
}

/// A line for each case.
pub fn table(cases: &[Case], language: Language, to: &mut dyn Write) -> io::Result<()> {
    let words = words::of(language);
    if cases.is_empty() {
        return writeln!(to, "{}", words.none);
    }
    for case in cases {
        let mut state = words::status(case.status, language).to_owned();
        if let Some(resolution) = case.resolution {
            state = format!("{state} ({})", words::resolution(resolution, language));
        }
        writeln!(
            to,
            "{:<6} {:<13} {state:<16} {:<12} {}",
            case.name(),
            case.incident.severity().word(),
            clean(case.owner.as_deref().unwrap_or("-")),
            clean(case.incident.title()),
        )?;
    }
    Ok(())
}

fn clean(text: &str) -> String {
    printable(text, LINE_MAX).into_owned()
}

/// The whole case for people.
pub fn page(
    case: &Case,
    audit: &[Audit],
    language: Language,
    to: &mut dyn Write,
) -> io::Result<()> {
    let words = words::of(language);
    table(std::slice::from_ref(case), language, to)?;
    let owner = case.owner.as_deref().unwrap_or(words.nobody);
    let (opened, updated) = (time(case.opened), time(case.updated));
    writeln!(
        to,
        "{}: {}  {}: {opened}  {}: {updated}",
        words.owner,
        clean(owner),
        words.opened,
        words.updated
    )?;
    let steps = case.incident.list("steps").iter().map(|step| {
        let text = |key: &str| step.get(key).and_then(Value::as_str).unwrap_or_default();
        format!("{}  {}", text("start"), clean(text("text")))
    });
    part(words.story, steps, to)?;
    let checks = case.checklist.iter().map(|check| {
        let mark = if check.done { 'x' } else { ' ' };
        format!("[{mark}] {} ({})", clean(&check.text), clean(&check.id))
    });
    part(words.checklist, checks, to)?;
    let by =
        |at: i64, who: &str, what: &str| format!("{}  {}: {}", time(at), clean(who), clean(what));
    part(words.notes, case.notes.iter().map(|n| by(n.at, &n.who, &n.text)), to)?;
    let deeds = case.actions.iter();
    let deeds = deeds.map(|d| by(d.at, &d.who, &format!("{} ({})", d.action, d.outcome)));
    part(words.actions, deeds, to)?;
    let links = case.links.iter();
    let links = links.map(|l| format!("C-{}  {}: {}", l.case, l.kind.word(), clean(&l.why)));
    part(words.links, links, to)?;
    let tickets = case.tickets.iter();
    let tickets =
        tickets.map(|t| format!("{} {}  {}", clean(&t.tracker), clean(&t.id), clean(&t.url)));
    part(words.tickets, tickets, to)?;
    part(words.history, audit.iter().map(|a| by(a.at, &a.who, &a.what)), to)
}

fn part(heading: &str, lines: impl Iterator<Item = String>, to: &mut dyn Write) -> io::Result<()> {
    let mut lines = lines.peekable();
    if lines.peek().is_none() {
        return Ok(());
    }
    writeln!(to, "\n{heading}")?;
    lines.try_for_each(|line| writeln!(to, "  {line}"))
}
