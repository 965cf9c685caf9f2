//! `gitlab`: issues of a project, by the REST API v4.
//!
//! <https://docs.gitlab.com/api/issues/>

use door::{Method, Request, encode};
use model::Error;
use model::seam::tracker::{Attachment, Block, Remote, Ticket, Tracker};
use serde_json::{Value, json};

use crate::forge::{self, PAGE, Places};
use crate::harmless::{MARKDOWN, write};
use crate::settings::Settings;
use crate::wire::{Wire, list, set, text, with};

const PLACES: Places = Places {
    number: "/iid",
    url: "/web_url",
    body: "/description",
    assignee: "/assignees/0/username",
    author: "/author/username",
};

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
        json!({"title": forge::subject(ticket), "description": forge::body(ticket)})
    }
}

impl Tracker for Gitlab {
    fn name(&self) -> &str {
        &self.settings.name
    }

    fn find(&self, fingerprint: &str) -> Result<Option<String>, Error> {
        let rest = format!("?scope=all&per_page={PAGE}&labels={}", encode(fingerprint));
        let found = self.wire.ask(self.request(Method::Get, &rest))?;
        Ok(forge::oldest(&found, &PLACES))
    }

    fn create(&self, ticket: &Ticket) -> Result<String, Error> {
        let mut issue = Self::fields(ticket);
        set(&mut issue, "labels", forge::labels(ticket).join(",").into());
        if let Some(id) = ticket.assignee.as_ref().and_then(|id| id.parse::<u64>().ok()) {
            set(&mut issue, "assignee_ids", json!([id]));
        }
        let made = self.wire.ask(with(self.request(Method::Post, ""), &issue))?;
        Ok(text(&made, "/iid"))
    }

    fn update(&self, id: &str, ticket: &Ticket) -> Result<(), Error> {
        let path = format!("/{}", encode(id));
        let old = self.wire.ask(self.request(Method::Get, &path))?;
        let has = list(&old, "/labels").iter().filter_map(Value::as_str).map(str::to_owned);
        let stale = forge::stale(ticket, &has.collect::<Vec<_>>());
        let mut issue = Self::fields(ticket);
        // Labels that people gave it stay.
        set(&mut issue, "add_labels", forge::labels(ticket).join(",").into());
        if !stale.is_empty() {
            set(&mut issue, "remove_labels", stale.join(",").into());
        }
        let closes = ticket.closed.is_some();
        if closes != (text(&old, "/state") == "closed") {
            set(&mut issue, "state_event", if closes { "close" } else { "reopen" }.into());
        }
        let request = self.request(Method::Put, &path);
        self.wire.ask(with(request, &issue)).map(drop)
    }

    fn pull(&self, id: &str) -> Result<Option<Remote>, Error> {
        let found = self.wire.look(self.request(Method::Get, &format!("/{}", encode(id))))?;
        let Some(issue) = found else { return Ok(None) };
        let comments = forge::comments(&PLACES, &mut |page| {
            let rest = format!("/{}/notes?sort=asc&per_page={PAGE}&page={page}", encode(id));
            self.wire.ask(self.request(Method::Get, &rest))
        })?;
        Ok(Some(forge::remote(id, &issue, comments, &PLACES)))
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
