//! `redmine`: issues of a project, by its REST API (Redmine 3.3 and later).
//!
//! <https://www.redmine.org/projects/redmine/wiki/Rest_api>

use door::{Method, Request, encode};
use model::Error;
use model::seam::tracker::{Attachment, Block, Comment, Remote, Ticket, Tracker};
use serde_json::{Value, json};

use crate::harmless::{TEXTILE, checks, harmless, plain, write};
use crate::settings::Settings;
use crate::wire::{Wire, list, set, text, with};

/// Issues of one project.
pub(crate) struct Redmine {
    wire: Wire,
    settings: Settings,
}

impl Redmine {
    pub(crate) fn new(settings: &Settings, wire: Wire) -> Self {
        Redmine { wire, settings: settings.clone() }
    }

    fn request(&self, method: Method, path: &str) -> Request {
        self.wire.request(method, path).header("x-redmine-api-key", self.wire.token())
    }

    fn get(&self, path: &str) -> Result<Value, Error> {
        self.wire.ask(self.request(Method::Get, path))
    }

    /// Redmine has no fixed priorities: theirs, from the least to the most, are spread over ours.
    fn priority(&self, ticket: &Ticket) -> Result<Value, Error> {
        let answer = self.get("/enumerations/issue_priorities.json")?;
        let all = list(&answer, "/issue_priorities");
        let place = ticket.severity as usize * all.len().saturating_sub(1) / 4;
        Ok(all.get(place).and_then(|one| one.get("id")).cloned().unwrap_or(Value::Null))
    }

    fn status(&self, closed: bool) -> Result<Value, Error> {
        let answer = self.get("/issue_statuses.json")?;
        let is_closed =
            |one: &&Value| one.get("is_closed").and_then(Value::as_bool).unwrap_or(false) == closed;
        let found = list(&answer, "/issue_statuses").iter().find(is_closed);
        Ok(found.and_then(|one| one.get("id")).cloned().unwrap_or(Value::Null))
    }

    fn user(&self, login: &str) -> Result<Value, Error> {
        if let Ok(id) = login.parse::<u64>() {
            return Ok(id.into());
        }
        let answer = self.get(&format!("/users.json?name={}", encode(login)))?;
        let found = list(&answer, "/users").iter().find(|user| text(user, "/login") == login);
        found.and_then(|user| user.get("id")).cloned().ok_or_else(|| {
            Error::user(
                format!("{}: nobody has the login {login:?}", self.settings.name),
                "Check the assignee in the settings, or give the user's number.",
            )
        })
    }

    fn fields(&self, ticket: &Ticket) -> Result<Value, Error> {
        Ok(json!({
            "subject": subject(ticket),
            "description": write(&ticket.body, TEXTILE),
            "priority_id": self.priority(ticket)?,
        }))
    }

    fn put(&self, id: &str, issue: &Value) -> Result<(), Error> {
        let request = self.request(Method::Put, &format!("/issues/{}.json", encode(id)));
        self.wire.ask(with(request, &json!({"issue": issue}))).map(drop)
    }
}

/// The longest subject that Redmine takes is 255 characters.
fn subject(ticket: &Ticket) -> String {
    let title: String = ticket.title.chars().take(200).collect();
    format!("{} [{}]", plain(&harmless(&title)), ticket.fingerprint)
}

impl Tracker for Redmine {
    fn name(&self) -> &str {
        &self.settings.name
    }

    fn find(&self, fingerprint: &str) -> Result<Option<String>, Error> {
        let query = format!(
            "/issues.json?project_id={}&status_id=*&limit=100&subject=~{}",
            encode(&self.settings.project),
            encode(fingerprint)
        );
        let answer = self.get(&query)?;
        let ours = format!("[{fingerprint}]");
        let found = list(&answer, "/issues").iter();
        let mut ids = found.filter(|one| text(one, "/subject").contains(&ours));
        Ok(ids.next_back().map(|one| text(one, "/id")))
    }

    fn create(&self, ticket: &Ticket) -> Result<String, Error> {
        let mut issue = self.fields(ticket)?;
        set(&mut issue, "project_id", self.settings.project.as_str().into());
        if let Some(kind) = self.settings.issue_type {
            set(&mut issue, "tracker_id", kind.into());
        }
        if let Some(login) = &ticket.assignee {
            set(&mut issue, "assigned_to_id", self.user(login)?);
        }
        let request = self.request(Method::Post, "/issues.json");
        let made = self.wire.ask(with(request, &json!({"issue": issue})))?;
        Ok(text(&made, "/issue/id"))
    }

    fn update(&self, id: &str, ticket: &Ticket) -> Result<(), Error> {
        let mut issue = self.fields(ticket)?;
        set(&mut issue, "status_id", self.status(ticket.closed.is_some())?);
        self.put(id, &issue)
    }

    fn pull(&self, id: &str) -> Result<Option<Remote>, Error> {
        let path = format!("/issues/{}.json?include=journals,attachments", encode(id));
        let found = self.wire.look(self.request(Method::Get, &path))?;
        let Some(answer) = found else { return Ok(None) };
        let comments = list(&answer, "/issue/journals").iter();
        let comments = comments.filter(|one| !text(one, "/notes").is_empty()).map(|one| Comment {
            id: text(one, "/id"),
            who: text(one, "/user/name"),
            text: text(one, "/notes"),
        });
        let files = list(&answer, "/issue/attachments").iter();
        let assignee = text(&answer, "/issue/assigned_to/name");
        let closed = answer.pointer("/issue/closed_on").is_some_and(|on| !on.is_null());
        let said = answer.pointer("/issue/status/is_closed").and_then(Value::as_bool);
        Ok(Some(Remote {
            id: id.to_owned(),
            url: format!("{}/issues/{id}", self.wire.base()),
            assignee: Some(assignee).filter(|name| !name.is_empty()),
            closed: said.unwrap_or(closed),
            resolution: None,
            started: false,
            comments: comments.collect(),
            checks: checks(&text(&answer, "/issue/description")),
            attachments: files.map(|one| text(one, "/filename")).collect(),
            is_silent: false,
        }))
    }

    fn comment(&self, id: &str, body: &[Block]) -> Result<(), Error> {
        self.put(id, &json!({"notes": write(body, TEXTILE)}))
    }

    fn attach(&self, id: &str, file: &Attachment) -> Result<bool, Error> {
        let path = format!("/uploads.json?filename={}", encode(&file.name));
        let request = self.request(Method::Post, &path);
        let made = self
            .wire
            .ask(request.body("application/octet-stream", file.content.clone()).repeatable())?;
        let upload = json!({
            "token": text(&made, "/upload/token"),
            "filename": file.name,
            "content_type": file.kind,
        });
        self.put(id, &json!({"uploads": [upload]}))?;
        Ok(true)
    }

    fn relate(&self, id: &str, other: &str) -> Result<bool, Error> {
        let path = format!("/issues/{}/relations.json", encode(id));
        let known = self.get(&path)?;
        let tied = |one: &Value| {
            let ends = [text(one, "/issue_id"), text(one, "/issue_to_id")];
            ends.iter().any(|end| end == other)
        };
        if !list(&known, "/relations").iter().any(tied) {
            let relation = json!({"relation": {"issue_to_id": other, "relation_type": "relates"}});
            self.wire.ask(with(self.request(Method::Post, &path), &relation))?;
        }
        Ok(true)
    }
}
