//! Closing and opening again: Jira has no field for it, only transitions of a workflow.

use door::{Method, encode};
use model::Error;
use model::case::Resolution;
use serde_json::{Value, json};

use super::Jira;
use super::read::resolution;
use crate::wire::{list, set, text, with};

impl Jira {
    /// Brings the issue to a closed or an open state, if it is not there.
    pub(super) fn settle(&self, id: &str, closed: Option<Resolution>) -> Result<(), Error> {
        let path = format!("/issue/{}?fields=status", encode(id));
        let issue = self.get(&path)?;
        let done = text(&issue, "/fields/status/statusCategory/key") == "done";
        if done == closed.is_some() {
            return Ok(());
        }
        let path = format!("/issue/{}/transitions", encode(id));
        let answer = self.get(&format!("{path}?expand=transitions.fields"))?;
        let all = list(&answer, "/transitions");
        // Somebody works on what is opened again; a workflow without such a state has a first.
        let wanted: &[&str] = if closed.is_some() { &["done"] } else { &["indeterminate", "new"] };
        let found = wanted.iter().find_map(|category| {
            all.iter().find(|one| text(one, "/to/statusCategory/key") == *category)
        });
        let Some(found) = found else {
            let way = if closed.is_some() { "closes" } else { "opens" };
            return Err(Error::user(
                format!("{}: no transition of the workflow {way} {id} now", self.settings.name),
                "Let the account make the transition, or move the issue by hand.",
            ));
        };
        let mut body = json!({"transition": {"id": text(found, "/id")}});
        if let Some(fields) = closed.and_then(|closed| chosen(found, closed)) {
            set(&mut body, "fields", fields);
        }
        self.wire.ask(with(self.request(Method::Post, &path), &body)).map(drop)
    }
}

/// The resolution, where the transition asks for one: the first that means the same, else the
/// first, if there must be one.
fn chosen(transition: &Value, closed: Resolution) -> Option<Value> {
    let field = transition.pointer("/fields/resolution")?;
    let all = list(field, "/allowedValues");
    let same = all.iter().find(|one| resolution(&text(one, "/name")) == Some(closed));
    let must = field.get("required") == Some(&Value::Bool(true));
    let one = same.or_else(|| all.first().filter(|_| must))?;
    Some(json!({"resolution": {"name": text(one, "/name")}}))
}
