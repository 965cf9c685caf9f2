//! `gitlab`: issues of a project, by the REST API v4.
//!
//! <https://docs.gitlab.com/api/issues/>

use door::{Method, Request, encode};
use model::Error;
use model::seam::tracker::{Attachment, Block, Comment, Remote, Ticket, Tracker};
use serde_json::{Value, json};

use crate::harmless::{MARKDOWN, checks, harmless, write};
use crate::settings::Settings;
use crate::wire::{Wire, list, set, text, with};

/// The most pages of comments that are read, of a hundred each.
const PAGES_MAX: usize = 50;

/// Issues of one project.
pub(crate) struct Gitlab {
    wire: Wire,
    settings: Settings,
}

impl Gitlab {
    pub(crate) fn new(settings: &Settings, wire: Wire) -> Self {
        Gitlab { wire, settings: settings.clone() }
    }

    fn request(&self, method: Method, rest: &str) -> Request {
        let path = format!("/api/v4/projects/{}/issues{rest}", encode(&self.settings.project));
        self.wire.request(method, &path).header("private-token", self.wire.token())
    }

    fn fields(ticket: &Ticket) -> Value {
        let mut labels = ticket.labels.clone();
        labels.push(ticket.fingerprint.clone());
        labels.extend(ticket.component.clone());
        json!({
            "title": harmless(&ticket.title),
            "description": write(&ticket.body, MARKDOWN),
            "labels": labels.join(","),
        })
    }
}

impl Tracker for Gitlab {
    fn name(&self) -> &str {
        &self.settings.name
    }

    fn find(&self, fingerprint: &str) -> Result<Option<String>, Error> {
        let rest = format!("?scope=all&per_page=100&labels={}", encode(fingerprint));
        let found = self.wire.ask(self.request(Method::Get, &rest))?;
        Ok(list(&found, "").iter().map(|one| text(one, "/iid")).next_back())
    }

    fn create(&self, ticket: &Ticket) -> Result<String, Error> {
        let mut issue = Self::fields(ticket);
        if let Some(id) = ticket.assignee.as_ref().and_then(|id| id.parse::<u64>().ok()) {
            set(&mut issue, "assignee_ids", json!([id]));
        }
        let made = self.wire.ask(with(self.request(Method::Post, ""), &issue))?;
        Ok(text(&made, "/iid"))
    }

    fn update(&self, id: &str, ticket: &Ticket) -> Result<(), Error> {
        let mut issue = Self::fields(ticket);
        set(
            &mut issue,
            "state_event",
            if ticket.closed.is_some() { "close" } else { "reopen" }.into(),
        );
        let request = self.request(Method::Put, &format!("/{}", encode(id)));
        self.wire.ask(with(request, &issue)).map(drop)
    }

    fn pull(&self, id: &str) -> Result<Option<Remote>, Error> {
        let found = self.wire.look(self.request(Method::Get, &format!("/{}", encode(id))))?;
        let Some(issue) = found else { return Ok(None) };
        let mut comments = Vec::new();
        for page in 1..=PAGES_MAX {
            let rest = format!("/{}/notes?sort=asc&per_page=100&page={page}", encode(id));
            let some = self.wire.ask(self.request(Method::Get, &rest))?;
            let some = list(&some, "");
            let by_people = |one: &&Value| one.get("system") != Some(&Value::Bool(true));
            comments.extend(some.iter().filter(by_people).map(|one| Comment {
                id: text(one, "/id"),
                who: text(one, "/author/username"),
                text: text(one, "/body"),
            }));
            if some.len() < 100 {
                break;
            }
        }
        let assignee = text(&issue, "/assignees/0/username");
        Ok(Some(Remote {
            id: id.to_owned(),
            url: text(&issue, "/web_url"),
            assignee: Some(assignee).filter(|name| !name.is_empty()),
            closed: text(&issue, "/state") == "closed",
            resolution: None,
            started: false,
            comments,
            checks: checks(&text(&issue, "/description")),
            attachments: Vec::new(),
            is_silent: false,
        }))
    }

    fn comment(&self, id: &str, body: &[Block]) -> Result<(), Error> {
        let request = self.request(Method::Post, &format!("/{}/notes", encode(id)));
        self.wire.ask(with(request, &json!({"body": write(body, MARKDOWN)}))).map(drop)
    }

    fn attach(&self, _id: &str, _file: &Attachment) -> Result<bool, Error> {
        Ok(false)
    }

    fn relate(&self, id: &str, other: &str) -> Result<bool, Error> {
        let path = format!("/{}/links", encode(id));
        let known = self.wire.ask(self.request(Method::Get, &path))?;
        if !list(&known, "").iter().any(|one| text(one, "/iid") == other) {
            let link = json!({
                "target_project_id": self.settings.project,
                "target_issue_iid": other,
            });
            self.wire.ask(with(self.request(Method::Post, &path), &link))?;
        }
        Ok(true)
    }
}
