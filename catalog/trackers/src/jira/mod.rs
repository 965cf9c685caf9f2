//! `jira` (Cloud, REST v3) and `jira_server` (Data Center, REST v2): issues of a project.
//!
//! <https://developer.atlassian.com/cloud/jira/platform/rest/v3/>,
//! <https://docs.atlassian.com/software/jira/docs/api/REST/9.17.0/>

mod adf;
mod read;
mod state;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use door::{Method, Request, encode};
use model::Error;
use model::seam::tracker::{Attachment, Block, Comment, Remote, Ticket, Tracker};
use serde_json::{Value, json};

use crate::harmless::{WIKI, harmless, plain, write};
use crate::settings::Settings;
use crate::wire::{Wire, list, set, text, with};

/// The most pages of comments that are read.
const PAGES_MAX: usize = 50;
/// Comments of a page.
const PAGE: usize = 100;
/// The longest summary that Jira takes is 255 characters.
const SUMMARY_MAX: usize = 240;
/// Severities that a ticket no longer has lose their label.
const SEVERITIES: &[&str] = &["informational", "low", "medium", "high", "critical"];
/// What is read of an issue.
const FIELDS: &str = "status,resolution,assignee,description,attachment,issuelinks";

/// Issues of one project.
pub(crate) struct Jira {
    wire: Wire,
    settings: Settings,
    /// Cloud speaks v3 and its document format, Data Center v2 and wiki markup.
    cloud: bool,
}

impl Jira {
    pub(crate) fn new(settings: &Settings, wire: Wire) -> Self {
        Jira { wire, settings: settings.clone(), cloud: settings.kind == "jira" }
    }

    fn request(&self, method: Method, rest: &str) -> Request {
        let version = if self.cloud { 3 } else { 2 };
        let token = self.wire.token();
        // `user:token` is an API token of Cloud, or a password; else it is a personal access token.
        let shown = if token.contains(':') {
            format!("Basic {}", STANDARD.encode(token))
        } else {
            format!("Bearer {token}")
        };
        let path = format!("/rest/api/{version}{rest}");
        self.wire.request(method, &path).header("authorization", shown)
    }

    fn get(&self, rest: &str) -> Result<Value, Error> {
        self.wire.ask(self.request(Method::Get, rest))
    }

    fn body(&self, body: &[Block]) -> Value {
        if self.cloud { adf::write(body) } else { write(body, WIKI).into() }
    }

    fn said(&self, body: &Value) -> String {
        if self.cloud { adf::read(body) } else { body.as_str().unwrap_or_default().to_owned() }
    }

    /// Jira's priorities, listed from the most urgent on, are spread over our severities.
    fn priority(&self, ticket: &Ticket) -> Result<Option<Value>, Error> {
        let answer = self.get(if self.cloud { "/priority/search" } else { "/priority" })?;
        let all = list(&answer, if self.cloud { "/values" } else { "" });
        let last = all.len().saturating_sub(1);
        let place = last.saturating_sub(ticket.severity as usize * last / 4);
        Ok(all.get(place).map(|one| json!({"id": text(one, "/id")})))
    }

    fn fields(&self, ticket: &Ticket) -> Result<Value, Error> {
        let title: String = ticket.title.chars().take(SUMMARY_MAX).collect();
        let summary: String = plain(&harmless(&title)).chars().take(SUMMARY_MAX).collect();
        let mut fields = json!({"summary": summary, "description": self.body(&ticket.body)});
        if let Some(priority) = self.priority(ticket)? {
            set(&mut fields, "priority", priority);
        }
        Ok(fields)
    }

    fn issue(&self, id: &str) -> Result<Option<Value>, Error> {
        let path = format!("/issue/{}?fields={FIELDS}", encode(id));
        self.wire.look(self.request(Method::Get, &path))
    }

    fn comments(&self, id: &str) -> Result<Vec<Comment>, Error> {
        let mut all = Vec::new();
        for page in 0..PAGES_MAX {
            let (id, start) = (encode(id), page * PAGE);
            let path =
                format!("/issue/{id}/comment?orderBy=created&maxResults={PAGE}&startAt={start}");
            let answer = self.get(&path)?;
            let some = list(&answer, "/comments");
            all.extend(some.iter().map(|one| Comment {
                id: text(one, "/id"),
                who: text(one, "/author/displayName"),
                text: self.said(one.get("body").unwrap_or(&Value::Null)),
            }));
            let total = answer.get("total").and_then(Value::as_u64).unwrap_or(0);
            if some.is_empty() || u64::try_from(all.len()).unwrap_or(u64::MAX) >= total {
                break;
            }
        }
        Ok(all)
    }
}

/// Labels of Jira hold no blanks.
fn label(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join("-")
}

fn labels(ticket: &Ticket) -> Vec<String> {
    ticket.labels.iter().chain([&ticket.fingerprint]).map(|one| label(one)).collect()
}

impl Tracker for Jira {
    fn name(&self) -> &str {
        &self.settings.name
    }

    fn find(&self, fingerprint: &str) -> Result<Option<String>, Error> {
        let quoted = |text: &str| text.replace('\\', "\\\\").replace('"', "\\\"");
        let (project, mark) = (quoted(&self.settings.project), quoted(&label(fingerprint)));
        let jql = format!("project = \"{project}\" AND labels = \"{mark}\" ORDER BY created ASC");
        let search = json!({"jql": jql, "maxResults": 1, "fields": ["labels"]});
        let path = if self.cloud { "/search/jql" } else { "/search" };
        let request = self.request(Method::Post, path).repeatable();
        let found = self.wire.ask(with(request, &search))?;
        Ok(list(&found, "/issues").first().map(|one| text(one, "/key")))
    }

    fn create(&self, ticket: &Ticket) -> Result<String, Error> {
        let mut fields = self.fields(ticket)?;
        set(&mut fields, "project", json!({"key": self.settings.project}));
        let kind = match self.settings.issue_type {
            Some(id) => json!({"id": id.to_string()}),
            None => json!({"name": "Task"}),
        };
        set(&mut fields, "issuetype", kind);
        set(&mut fields, "labels", labels(ticket).into());
        if let Some(who) = &ticket.assignee {
            let key = if self.cloud { "accountId" } else { "name" };
            set(&mut fields, "assignee", json!({key: who}));
        }
        if let Some(component) = &ticket.component {
            set(&mut fields, "components", json!([{"name": component}]));
        }
        let request = self.request(Method::Post, "/issue");
        let made = self.wire.ask(with(request, &json!({"fields": fields})))?;
        Ok(text(&made, "/key"))
    }

    fn update(&self, id: &str, ticket: &Ticket) -> Result<(), Error> {
        let wanted = labels(ticket);
        let add = wanted.iter().map(|one| json!({"add": one}));
        let old = SEVERITIES.iter().map(|word| format!("severity-{word}"));
        let old = old.filter(|one| !wanted.contains(one)).map(|one| json!({"remove": one}));
        let change: Vec<Value> = add.chain(old).collect();
        let body = json!({"fields": self.fields(ticket)?, "update": {"labels": change}});
        let request = self.request(Method::Put, &format!("/issue/{}", encode(id)));
        self.wire.ask(with(request, &body))?;
        self.settle(id, ticket.closed)
    }

    fn pull(&self, id: &str) -> Result<Option<Remote>, Error> {
        let Some(issue) = self.issue(id)? else { return Ok(None) };
        let comments = self.comments(id)?;
        let description = self.said(issue.pointer("/fields/description").unwrap_or(&Value::Null));
        let url = format!("{}/browse/{}", self.wire.base(), encode(id));
        Ok(Some(Remote { url, comments, ..read::remote(id, &issue, &description) }))
    }

    fn comment(&self, id: &str, body: &[Block]) -> Result<(), Error> {
        let request = self.request(Method::Post, &format!("/issue/{}/comment", encode(id)));
        self.wire.ask(with(request, &json!({"body": self.body(body)}))).map(drop)
    }

    fn attach(&self, id: &str, file: &Attachment) -> Result<bool, Error> {
        let request = self.request(Method::Post, &format!("/issue/{}/attachments", encode(id)));
        let (kind, content) = read::multipart(file);
        let request = request.header("x-atlassian-token", "no-check").body(&kind, content);
        self.wire.ask(request)?;
        Ok(true)
    }

    fn relate(&self, id: &str, other: &str) -> Result<bool, Error> {
        let Some(issue) = self.issue(id)? else { return Ok(false) };
        let tied = |one: &Value| {
            let ends = ["/inwardIssue/key", "/outwardIssue/key"];
            ends.iter().any(|end| text(one, end) == other)
        };
        if !list(&issue, "/fields/issuelinks").iter().any(tied) {
            let link = json!({
                "type": {"name": "Relates"},
                "inwardIssue": {"key": id},
                "outwardIssue": {"key": other},
            });
            self.wire.ask(with(self.request(Method::Post, "/issueLink"), &link))?;
        }
        Ok(true)
    }
}
