//! The `saas` family: identity providers and services that people sign in to.

mod cloudflare;
mod entra;
mod github_audit;
mod google_workspace;
mod okta;

use model::seam::source::Source;
use ocsf::{Flat, Path, Scalar};
use sonic_rs::{JsonContainerTrait, Value};

use crate::json;

/// The members, by name.
pub const ALL: &[&dyn Source] = &[
    &cloudflare::Cloudflare,
    &entra::Entra,
    &github_audit::GithubAudit,
    &google_workspace::GoogleWorkspace,
    &okta::Okta,
];

/// Puts texts that are there.
fn put_all<'v>(flat: &mut Flat<'v>, texts: &[(Path, Option<&'v str>)]) {
    for (path, text) in texts {
        flat.put_some(*path, *text);
    }
}

/// Hands over every value of a field; where the record has no such name, of the one that differs
/// in the case of letters only, as rules write these logs' names.
fn fold(value: &Value, name: &str, each: &mut dyn FnMut(Scalar<'_>) -> bool) {
    if json::present(value, name) {
        json::visit(value, name, each);
    } else {
        fold_path(value, name, each);
    }
}

fn fold_path(value: &Value, name: &str, each: &mut dyn FnMut(Scalar<'_>) -> bool) -> bool {
    if let Some(items) = value.as_array() {
        return items.iter().all(|item| fold_path(item, name, each));
    }
    if name.is_empty() {
        return json::scalar(value).is_none_or(each);
    }
    let (head, rest) = name.split_once('.').unwrap_or((name, ""));
    let Some(object) = value.as_object() else { return true };
    let found = object.iter().find(|(key, _)| key.eq_ignore_ascii_case(head));
    found.is_none_or(|(_, child)| fold_path(child, rest, each))
}
