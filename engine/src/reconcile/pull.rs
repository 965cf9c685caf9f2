//! What people did to a ticket, taken into its case.

use model::case::{Case, Note, Resolution, Status};
use model::seam::tracker::Remote;

/// The most characters of a comment that become a note.
const NOTE_MAX: usize = 8000;
/// What our own comments end with.
pub(super) const OURS: &str = "yagura-note-";

/// Takes comments, assignee, checklist and state; says what changed.
pub(super) fn take(case: &mut Case, tracker: &str, remote: &Remote, now: i64) -> Vec<String> {
    let mut said = Vec::new();
    notes(case, tracker, remote, now, &mut said);
    if let Some(who) = &remote.assignee
        && case.owner.as_ref() != Some(who)
    {
        case.owner = Some(who.clone());
        said.push(format!("owner: {who} ({tracker})"));
    }
    for (text, done) in &remote.checks {
        let check = case.checklist.iter_mut().find(|check| same(&check.text, text));
        // A tick is taken from there; that one of ours is not there yet says nothing.
        if let Some(check) = check.filter(|check| *done && !check.done) {
            check.done = true;
            said.push(format!("{} done ({tracker})", check.id));
        }
    }
    state(case, tracker, remote, now, &mut said);
    said
}

fn notes(case: &mut Case, tracker: &str, remote: &Remote, now: i64, said: &mut Vec<String>) {
    let Some(at) = case.tickets.iter_mut().find(|at| at.tracker == tracker) else { return };
    for comment in &remote.comments {
        let ours = plain(&comment.text).contains(OURS);
        if ours || at.comments.contains(&comment.id) {
            continue;
        }
        at.comments.push(comment.id.clone());
        let text: String = model::redact(&comment.text).chars().take(NOTE_MAX).collect();
        case.notes.push(Note {
            at: now,
            who: comment.who.clone(),
            text,
            from: Some(format!("{tracker}:{}", comment.id)),
        });
        said.push(format!("note of {} ({tracker})", comment.who));
    }
}

fn state(case: &mut Case, tracker: &str, remote: &Remote, now: i64, said: &mut Vec<String>) {
    let Some(at) = case.tickets.iter_mut().find(|at| at.tracker == tracker) else { return };
    if remote.is_silent {
        return;
    }
    let was = at.closed;
    at.closed = remote.closed;
    if remote.closed && !was && !case.is_closed() {
        let resolution = remote.resolution.unwrap_or(Resolution::TruePositive);
        case.close(resolution, now);
        said.push(format!("closed: {} ({tracker})", resolution.word()));
    } else if was && !remote.closed && case.is_closed() {
        case.reopen(Status::Investigating);
        said.push(format!("opened again ({tracker})"));
    }
}

/// Without the joiners that keep log text from doing anything.
pub(super) fn plain(text: &str) -> String {
    text.chars().filter(|c| *c != '\u{2060}').collect()
}

/// Links are written so that nobody can click on them, and long lines are cut.
fn same(ours: &str, theirs: &str) -> bool {
    let bare = |text: &str| plain(text).replace("hxxp", "http").to_lowercase();
    bare(ours).trim() == bare(theirs).trim()
}
