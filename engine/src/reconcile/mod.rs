//! Reconcile: makes tickets match the ledger, and takes back what people did there.
//!
//! There is no queue to lose things in: what is to be sent is the difference between a case and
//! what its ticket is known to have. A run that breaks off anywhere is made good by the next one:
//! before a ticket is opened its fingerprint is looked for, before a comment, a file or a tie is
//! added the ticket is read.

mod pull;
mod ticket;

use std::collections::BTreeSet;

use model::case::{Case, LinkKind, TicketRef};
use model::seam::ledger::Ledger;
use model::seam::report::Language;
use model::seam::tracker::{Attachment, Block, Remote, Tracker};
use model::{Error, Severity};

use crate::cases::{Now, change};

pub use ticket::{Route, ticket};

/// What a run is to do.
pub struct Plan<'p> {
    /// Where.
    pub tracker: &'p dyn Tracker,
    /// The language of tickets.
    pub language: Language,
    /// Cases below it get no ticket.
    pub least: Severity,
    /// Assignee and component of an incident.
    pub route: &'p Route<'p>,
    /// Makes the files that go with a case.
    pub files: &'p dyn Fn(&Case) -> Vec<Attachment>,
}

/// What a run did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// One line for each thing done.
    pub lines: Vec<String>,
    /// Cases that could not be done, and why.
    pub failed: Vec<(u64, String)>,
}

/// Brings every case in line with its ticket in one tracker. A failure of one case does not keep
/// the others back; a tracker that does not answer ends the run.
pub fn reconcile(ledger: &mut dyn Ledger, now: &Now, plan: &Plan<'_>) -> Result<Told, Error> {
    let mut told = Told::default();
    let numbers: Vec<u64> = ledger.cases()?.iter().map(|case| case.number).collect();
    for number in &numbers {
        if let Err(error) = one(ledger, now, plan, *number, &mut told) {
            let down = error.blame == model::Blame::Remote;
            told.failed.push((*number, format!("{}. {}", error.what, error.remedy)));
            if down {
                return Ok(told);
            }
        }
    }
    for number in &numbers {
        if let Err(error) = ties(ledger, plan, *number) {
            told.failed.push((*number, format!("{}. {}", error.what, error.remedy)));
        }
    }
    Ok(told)
}

fn known<'c>(case: &'c Case, tracker: &str) -> Option<&'c TicketRef> {
    case.tickets.iter().find(|ticket| ticket.tracker == tracker)
}

fn one(
    ledger: &mut dyn Ledger,
    now: &Now,
    plan: &Plan<'_>,
    number: u64,
    told: &mut Told,
) -> Result<(), Error> {
    let Some(mut case) = ledger.case(number)? else { return Ok(()) };
    let name = plan.tracker.name().to_owned();
    if known(&case, &name).is_none() {
        // What was closed before it had a ticket needs none; what is too slight, neither.
        if case.is_closed() || case.incident.severity() < plan.least {
            return Ok(());
        }
        let id = open(plan, &case)?;
        told.lines.push(format!("{}: ticket {id} in {name}", case.name()));
        case = change(ledger, now, number, &mut |case| {
            let ticket =
                TicketRef { tracker: name.clone(), id: id.clone(), ..TicketRef::default() };
            case.tickets.push(ticket);
            Ok(vec![format!("ticket {id} in {name}")])
        })?;
    }
    let Some(at) = known(&case, &name).cloned() else { return Ok(()) };
    let Some(remote) = plan.tracker.pull(&at.id)? else {
        return Err(Error::user(
            format!("{}: ticket {} in {name} is gone", case.name(), at.id),
            "Restore the ticket, or close the case.",
        ));
    };
    let mut lines = Vec::new();
    let case = change(ledger, now, number, &mut |case| {
        lines = pull::take(case, &name, &remote, now.at);
        Ok(lines.clone())
    })?;
    told.lines.extend(lines.iter().map(|line| format!("{}: {line}", case.name())));
    push(ledger, now, plan, &case, &remote, told)
}

/// The ticket's id: of one that is there already, or of a new one.
fn open(plan: &Plan<'_>, case: &Case) -> Result<String, Error> {
    let ticket = ticket(case, plan.language, plan.route);
    match plan.tracker.find(&ticket.fingerprint)? {
        Some(id) => Ok(id),
        None => plan.tracker.create(&ticket),
    }
}

/// Sends what the ticket does not have yet.
fn push(
    ledger: &mut dyn Ledger,
    now: &Now,
    plan: &Plan<'_>,
    case: &Case,
    remote: &Remote,
    told: &mut Told,
) -> Result<(), Error> {
    let name = plan.tracker.name();
    let Some(at) = known(case, name) else { return Ok(()) };
    let content = ticket(case, plan.language, plan.route);
    let digest = ticket::digest(&content);
    let said: Vec<&str> = remote.comments.iter().map(|one| one.text.as_str()).collect();
    let mut sent = at.comments.clone();
    for (mark, body) in comments(case, at, plan.language) {
        let there = said.iter().any(|text| pull::plain(text).contains(&mark));
        if !there && !sent.contains(&mark) {
            plan.tracker.comment(&at.id, &body)?;
            told.lines.push(format!("{}: comment on {}", case.name(), at.id));
        }
        if remote.is_silent && !sent.contains(&mark) {
            sent.push(mark);
        }
    }
    let mut attached = BTreeSet::new();
    if at.pushed != digest {
        for file in (plan.files)(case) {
            let new =
                !remote.attachments.contains(&file.name) && attached.insert(file.name.clone());
            if new && !plan.tracker.attach(&at.id, &file)? {
                break;
            }
        }
    }
    // A new ticket has its content from the start; what is closed on both sides stays as it was
    // left.
    let closes = content.closed.is_some();
    let theirs = if remote.is_silent { at.closed } else { remote.closed };
    let differs = (at.pushed != digest && !at.pushed.is_empty()) || closes != theirs;
    if differs && !(closes && theirs) {
        plan.tracker.update(&at.id, &content)?;
        told.lines.push(format!("{}: ticket {} updated", case.name(), at.id));
    }
    let url = remote.url.clone();
    change(ledger, now, case.number, &mut |case| {
        let Some(at) = case.tickets.iter_mut().find(|one| one.tracker == name) else {
            return Ok(Vec::new());
        };
        let same =
            at.pushed == digest && at.closed == closes && at.url == url && at.comments == sent;
        at.comments.clone_from(&sent);
        at.pushed.clone_from(&digest);
        at.closed = closes;
        at.url.clone_from(&url);
        let said = || format!("ticket {} in {name} has what the case has", at.id);
        Ok((!same).then(said).into_iter().collect())
    })
    .map(drop)
}

/// Comments that a ticket is to have, each with a mark to find it by: the case's own notes, and
/// a line for each time that the incident grew.
fn comments(case: &Case, at: &TicketRef, language: Language) -> Vec<(String, Vec<Block>)> {
    let mut all = Vec::new();
    for note in case.notes.iter().filter(|note| note.from.is_none()) {
        let mark = ticket::mark(case, &format!("{}{}{}", note.at, note.who, note.text));
        let text = format!("{}: {}", note.who, note.text);
        all.push((mark.clone(), vec![Block::Text(text), Block::Text(mark)]));
    }
    if case.sightings > 1 && !at.pushed.is_empty() {
        let mark = ticket::mark(case, &format!("grown {}", case.sightings));
        let text = ticket::grown(case, language);
        all.push((mark.clone(), vec![Block::Text(text), Block::Text(mark)]));
    }
    all
}

/// Ties the tickets of cases that belong together.
fn ties(ledger: &mut dyn Ledger, plan: &Plan<'_>, number: u64) -> Result<(), Error> {
    let name = plan.tracker.name();
    let Some(case) = ledger.case(number)? else { return Ok(()) };
    let Some(at) = known(&case, name) else { return Ok(()) };
    for link in case.links.iter().filter(|link| link.kind != LinkKind::RecurredAs) {
        let other = ledger.case(link.case)?;
        let Some(other) = other.as_ref().and_then(|other| known(other, name)) else { continue };
        // The lower number asks, so that each pair is asked for once.
        let first =
            link.case < number || !matches!(link.kind, LinkKind::Similar | LinkKind::Overlaps);
        if first {
            plan.tracker.relate(&at.id, &other.id)?;
        }
    }
    Ok(())
}
