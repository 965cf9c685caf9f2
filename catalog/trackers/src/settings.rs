//! What a tracker must be told. A token never stands in it: only where it lies.

use std::path::PathBuf;

use serde::Deserialize;

/// One `[[tracker]]` of the configuration.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Its name: what cases remember.
    pub name: String,
    /// One of [`crate::KINDS`].
    pub kind: String,
    /// Where it answers; for GitHub the API's address.
    pub url: String,
    /// Project, repository (`owner/name`) or project path there.
    #[serde(default)]
    pub project: String,
    /// The environment variable with the token.
    pub token_env: Option<String>,
    /// The file with the token.
    pub token_file: Option<PathBuf>,
    /// A PEM file with the authority of a certificate that the machine does not know.
    pub ca_file: Option<PathBuf>,
    /// `http://host:port` of a proxy.
    pub proxy: Option<String>,
    /// The least severity that gets a ticket; all if it is not there.
    pub min_severity: Option<String>,
    /// Who gets new tickets, in the tracker's own words.
    pub assignee: Option<String>,
    /// Category (Redmine) or label that tickets are filed under.
    pub component: Option<String>,
    /// The type of issue (Redmine: the tracker's id).
    pub issue_type: Option<u64>,
    /// How often a failed request is repeated.
    pub retries: Option<u32>,
    /// Rules that choose assignee and component; the first that fits counts.
    #[serde(default, rename = "route")]
    pub routes: Vec<Route>,
}

/// A rule: incidents that hold an entity go to somebody.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// The entity's type; any if it is not there.
    #[serde(rename = "type")]
    pub entity: Option<String>,
    /// What the entity's value must contain.
    pub contains: String,
    /// Who gets it.
    pub assignee: Option<String>,
    /// Where it is filed.
    pub component: Option<String>,
}

/// Where a token lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    /// In this environment variable.
    Environment(String),
    /// In this file.
    File(PathBuf),
    /// There is none.
    None,
}

impl Settings {
    /// Where the token lies.
    pub fn token(&self) -> Token {
        match (&self.token_env, &self.token_file) {
            (Some(name), _) => Token::Environment(name.clone()),
            (None, Some(path)) => Token::File(path.clone()),
            (None, None) => Token::None,
        }
    }

    /// Assignee and component of an incident with these entities (type, value).
    pub fn route(&self, entities: &[(&str, &str)]) -> (Option<String>, Option<String>) {
        let fits = |route: &&Route| {
            let of_type = |kind: &str| route.entity.as_deref().is_none_or(|wanted| wanted == kind);
            entities.iter().any(|(kind, value)| of_type(kind) && value.contains(&route.contains))
        };
        let found = self.routes.iter().find(fits);
        let own = |route: Option<String>, usual: &Option<String>| route.or_else(|| usual.clone());
        (
            own(found.and_then(|route| route.assignee.clone()), &self.assignee),
            own(found.and_then(|route| route.component.clone()), &self.component),
        )
    }
}
