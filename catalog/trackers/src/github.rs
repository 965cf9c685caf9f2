//! `github`: issues of a repository, by the REST API (version 2022-11-28).
//!
//! <https://docs.github.com/en/rest/issues/issues>

use door::{Method, Request, encode};
use model::Error;
use model::case::Resolution;
use model::seam::tracker::{Attachment, Block, Comment, Remote, Ticket, Tracker};
use serde_json::{Value, json};

use crate::harmless::{MARKDOWN, checks, harmless, write};
use crate::settings::Settings;
use crate::wire::{Wire, list, set, text, with};

/// The most pages of comments that are read, of a hundred each.
const PAGES_MAX: usize = 50;

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

    fn fields(ticket: &Ticket) -> Value {
        let mut labels = ticket.labels.clone();
        labels.push(ticket.fingerprint.clone());
        labels.extend(ticket.component.clone());
        json!({
            "title": harmless(&ticket.title),
            "body": write(&ticket.body, MARKDOWN),
            "labels": labels,
        })
    }
}

impl Tracker for Github {
    fn name(&self) -> &str {
        &self.settings.name
    }

    fn find(&self, fingerprint: &str) -> Result<Option<String>, Error> {
        let rest = format!("?state=all&per_page=100&labels={}", encode(fingerprint));
        let found = self.wire.ask(self.request(Method::Get, &rest))?;
        Ok(list(&found, "").iter().map(|one| text(one, "/number")).next_back())
    }

    fn create(&self, ticket: &Ticket) -> Result<String, Error> {
        let mut issue = Self::fields(ticket);
        if let Some(login) = &ticket.assignee {
            set(&mut issue, "assignees", json!([login]));
        }
        let made = self.wire.ask(with(self.request(Method::Post, ""), &issue))?;
        Ok(text(&made, "/number"))
    }

    fn update(&self, id: &str, ticket: &Ticket) -> Result<(), Error> {
        let mut issue = Self::fields(ticket);
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
        let mut comments = Vec::new();
        for page in 1..=PAGES_MAX {
            let rest = format!("/{}/comments?per_page=100&page={page}", encode(id));
            let some = self.wire.ask(self.request(Method::Get, &rest))?;
            let some = list(&some, "");
            comments.extend(some.iter().map(|one| Comment {
                id: text(one, "/id"),
                who: text(one, "/user/login"),
                text: text(one, "/body"),
            }));
            if some.len() < 100 {
                break;
            }
        }
        let assignee = text(&issue, "/assignee/login");
        let resolution = match text(&issue, "/state_reason").as_str() {
            "completed" => Some(Resolution::TruePositive),
            "not_planned" => Some(Resolution::Benign),
            "duplicate" => Some(Resolution::Duplicate),
            _ => None,
        };
        Ok(Some(Remote {
            id: id.to_owned(),
            url: text(&issue, "/html_url"),
            assignee: Some(assignee).filter(|login| !login.is_empty()),
            closed: text(&issue, "/state") == "closed",
            resolution,
            started: false,
            comments,
            checks: checks(&text(&issue, "/body")),
            attachments: Vec::new(),
            is_silent: false,
        }))
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
