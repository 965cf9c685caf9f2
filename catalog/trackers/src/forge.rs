//! What `github` and `gitlab` do alike: labels, pages, and tickets as they answer them.

use model::Error;
use model::seam::tracker::{Comment, Remote, Ticket};
use serde_json::Value;

use crate::harmless::{MARKDOWN, checks, title, write};
use crate::wire::{list, text};

/// The most pages of comments that are read, of [`PAGE`] each.
const PAGES_MAX: usize = 50;
/// Comments of a page: the most that both give.
pub(crate) const PAGE: usize = 100;
/// The longest title that both take, in characters.
const TITLE_MAX: usize = 250;
/// Before the labels that are ours to take away again.
const SEVERITY: &str = "severity-";

/// Where an answer has what we want: JSON pointers.
pub(crate) struct Places {
    /// The ticket's number.
    pub number: &'static str,
    /// Its address for people.
    pub url: &'static str,
    /// Its text.
    pub body: &'static str,
    /// Who has it.
    pub assignee: &'static str,
    /// Who wrote a comment.
    pub author: &'static str,
}

/// The title, made harmless.
pub(crate) fn subject(ticket: &Ticket) -> String {
    title(&ticket.title, TITLE_MAX)
}

/// The text, made harmless.
pub(crate) fn body(ticket: &Ticket) -> String {
    write(&ticket.body, MARKDOWN)
}

/// The labels that a ticket is to have. Commas part labels, so none may hold one.
pub(crate) fn labels(ticket: &Ticket) -> Vec<String> {
    let own = ticket.labels.iter().chain([&ticket.fingerprint]).chain(&ticket.component);
    own.map(|label| label.replace(',', " ")).collect()
}

/// Labels that a ticket has and must lose: severities that it no longer has.
pub(crate) fn stale(ticket: &Ticket, has: &[String]) -> Vec<String> {
    let wanted = labels(ticket);
    let old = has.iter().filter(|one| one.starts_with(SEVERITY) && !wanted.contains(one));
    old.cloned().collect()
}

/// The oldest of the tickets found, which are listed newest first.
pub(crate) fn oldest(found: &Value, places: &Places) -> Option<String> {
    list(found, "").iter().map(|one| text(one, places.number)).next_back()
}

/// Every comment, page after page. What the other side wrote itself is left out.
pub(crate) fn comments(
    places: &Places,
    page: &mut dyn FnMut(usize) -> Result<Value, Error>,
) -> Result<Vec<Comment>, Error> {
    let mut all = Vec::new();
    for number in 1..=PAGES_MAX {
        let answer = page(number)?;
        let some = list(&answer, "");
        let by_people = |one: &&Value| one.get("system") != Some(&Value::Bool(true));
        all.extend(some.iter().filter(by_people).map(|one| Comment {
            id: text(one, "/id"),
            who: text(one, places.author),
            text: text(one, "/body"),
        }));
        if some.len() < PAGE {
            break;
        }
    }
    Ok(all)
}

/// A ticket as they have it.
pub(crate) fn remote(id: &str, issue: &Value, comments: Vec<Comment>, places: &Places) -> Remote {
    Remote {
        id: id.to_owned(),
        url: text(issue, places.url),
        assignee: Some(text(issue, places.assignee)).filter(|name| !name.is_empty()),
        closed: text(issue, "/state") == "closed",
        comments,
        checks: checks(&text(issue, places.body)),
        ..Remote::default()
    }
}
