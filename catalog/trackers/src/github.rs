//! `github`: issues of a repository, by the REST API (version 2022-11-28).
//!
//! <https://docs.github.com/en/rest/issues/issues>

use door::{Method, Request, encode};
use model::Error;
use model::case::Resolution;
use model::seam::tracker::{Attachment, Block, Remote, Ticket, Tracker};
use serde_json::{Value, json};

use crate::forge::{self, PAGE, Places};
use crate::harmless::{MARKDOWN, write};
use crate::settings::Settings;
use crate::wire::{Wire, list, set, text, with};

const PLACES: Places = Places {
    number: "/number",
    url: "/html_url",
    body: "/body",
    assignee: "/assignee/login",
    author: "/user/login",
};

/// Issues of one repository.
pub(crate) struct Github {
    wire: Wire,
    settings: Settings,
}

impl Github {
    pub(crate) fn new(settings: &Settings, wire: Wire) -> Self {
        Github { wire, settings: settings.clone() }
    }

    fn request(&self, method: Method, rest: &str) -> Request {
        let path = format!("/repos/{}/issues{rest}", self.settings.project);
        let token = format!("Bearer {}", self.wire.token());
        let request = self.wire.request(method, &path).header("authorization", token);
        request.header("x-github-api-version", "2022-11-28")
    }

    fn fields(ticket: &Ticket, more: Vec<String>) -> Value {
        let mut labels = forge::labels(ticket);
        labels.extend(more);
        labels.sort();
        labels.dedup();
        json!({"title": forge::subject(ticket), "body": forge::body(ticket), "labels": labels})
    }

    /// Labels that people gave it, which a new list must not lose.
    fn others(&self, id: &str, ticket: &Ticket) -> Result<Vec<String>, Error> {
        let path = format!("/{}/labels?per_page={PAGE}", encode(id));
        let found = self.wire.ask(self.request(Method::Get, &path))?;
        let has: Vec<String> = list(&found, "").iter().map(|one| text(one, "/name")).collect();
        let stale = forge::stale(ticket, &has);
        Ok(has.into_iter().filter(|label| !stale.contains(label)).collect())
    }
}

impl Tracker for Github {
    fn name(&self) -> &str {
        &self.settings.name
    }

    fn find(&self, fingerprint: &str) -> Result<Option<String>, Error> {
        let rest = format!("?state=all&per_page={PAGE}&labels={}", encode(fingerprint));
        let found = self.wire.ask(self.request(Method::Get, &rest))?;
        Ok(forge::oldest(&found, &PLACES))
    }

    fn create(&self, ticket: &Ticket) -> Result<String, Error> {
        let mut issue = Self::fields(ticket, Vec::new());
        if let Some(login) = &ticket.assignee {
            set(&mut issue, "assignees", json!([login]));
        }
        let made = self.wire.ask(with(self.request(Method::Post, ""), &issue))?;
        Ok(text(&made, "/number"))
    }

    fn update(&self, id: &str, ticket: &Ticket) -> Result<(), Error> {
        let mut issue = Self::fields(ticket, self.others(id, ticket)?);
        set(&mut issue, "state", if ticket.closed.is_some() { "closed" } else { "open" }.into());
        match ticket.closed {
            Some(Resolution::TruePositive) => set(&mut issue, "state_reason", "completed".into()),
            Some(_) => set(&mut issue, "state_reason", "not_planned".into()),
            None => {}
        }
        let request = self.request(Method::Patch, &format!("/{}", encode(id))).repeatable();
        self.wire.ask(with(request, &issue)).map(drop)
    }

    fn pull(&self, id: &str) -> Result<Option<Remote>, Error> {
        let found = self.wire.look(self.request(Method::Get, &format!("/{}", encode(id))))?;
        let Some(issue) = found else { return Ok(None) };
        let comments = forge::comments(&PLACES, &mut |page| {
            let rest = format!("/{}/comments?per_page={PAGE}&page={page}", encode(id));
            self.wire.ask(self.request(Method::Get, &rest))
        })?;
        let resolution = match text(&issue, "/state_reason").as_str() {
            "completed" => Some(Resolution::TruePositive),
            "not_planned" => Some(Resolution::Benign),
            "duplicate" => Some(Resolution::Duplicate),
            _ => None,
        };
        let remote = forge::remote(id, &issue, comments, &PLACES);
        Ok(Some(Remote { resolution, ..remote }))
    }

    fn comment(&self, id: &str, body: &[Block]) -> Result<(), Error> {
        let request = self.request(Method::Post, &format!("/{}/comments", encode(id)));
        self.wire.ask(with(request, &json!({"body": write(body, MARKDOWN)}))).map(drop)
    }

    fn attach(&self, _id: &str, _file: &Attachment) -> Result<bool, Error> {
        // GitHub's API takes no files for issues.
        Ok(false)
    }

    fn relate(&self, _id: &str, _other: &str) -> Result<bool, Error> {
        Ok(false)
    }
}
