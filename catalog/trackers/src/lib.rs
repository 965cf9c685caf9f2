//! Where people follow a case: one member a file. All of them speak through `door`.

mod forge;
mod github;
mod gitlab;
mod harmless;
mod jira;
mod redmine;
mod settings;
mod slack;
mod webhook;
mod wire;

use model::Error;
use model::seam::tracker::Tracker;

pub use settings::{Settings, Token};

/// The kinds, in order.
pub const KINDS: &[&str] =
    &["github", "gitlab", "jira", "jira_server", "redmine", "slack", "webhook"];

/// Makes a tracker by its settings. `token` is what the settings point to, `authorities` the text
/// of the PEM file that they name.
pub fn make(
    settings: &Settings,
    token: String,
    authorities: Vec<u8>,
) -> Result<Box<dyn Tracker>, Error> {
    let wire = wire::Wire::new(settings, token, authorities)?;
    match settings.kind.as_str() {
        "github" => Ok(Box::new(github::Github::new(settings, wire))),
        "gitlab" => Ok(Box::new(gitlab::Gitlab::new(settings, wire))),
        "jira" | "jira_server" => Ok(Box::new(jira::Jira::new(settings, wire))),
        "redmine" => Ok(Box::new(redmine::Redmine::new(settings, wire))),
        "slack" => Ok(Box::new(slack::Slack::new(settings, wire))),
        "webhook" => Ok(Box::new(webhook::Webhook::new(settings, wire))),
        other => Err(Error::user(
            format!("there is no kind of tracker {other:?}"),
            format!("Choose one of: {}.", KINDS.join(", ")),
        )),
    }
}
