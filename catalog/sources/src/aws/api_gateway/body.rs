//! One request to an API as an event: that of an access log's record, with what is Amazon's own.

use std::borrow::Cow;

use model::{Body, Entity, EntityKind, Role, Time};
use ocsf::{Flat, Scalar, paths};

use crate::aws::shared::push;
use crate::web::access::hit::Hit;

type Text<'a> = Option<Cow<'a, str>>;

/// One request.
#[derive(Default)]
pub(super) struct Request<'a> {
    /// What every access log has.
    pub hit: Hit<'a>,
    /// The request's id; clients may set it.
    pub id: Text<'a>,
    /// The id that API Gateway gives it.
    pub extended_id: Text<'a>,
    /// The account that owns the API, or that the caller is of.
    pub account: Text<'a>,
    /// The API's id.
    pub api: Text<'a>,
    /// The API's stage.
    pub stage: Text<'a>,
    /// Who signed the request.
    pub caller: Text<'a>,
    /// The access key that signed it.
    pub access_key: Text<'a>,
    /// The resource or route that it went to.
    pub route: Text<'a>,
    /// Why it failed.
    pub detail: Text<'a>,
    /// What a WebSocket did.
    pub kind: Text<'a>,
}

impl Request<'_> {
    /// An id that no other record has.
    pub(super) fn uid(&self) -> Option<&str> {
        let made = |id: &&str| id.ends_with('=');
        self.extended_id.as_deref().or(self.id.as_deref()).filter(made)
    }

    /// The access key id that signed the request.
    pub(super) fn credential(&self) -> Option<&str> {
        self.access_key.as_deref()
    }

    /// The request at a time.
    pub(super) fn timed(&self, time: Time) -> Timed<'_> {
        Timed { request: self, time }
    }
}

/// A request with the time that holds.
pub(super) struct Timed<'r> {
    request: &'r Request<'r>,
    time: Time,
}

impl Body for Timed<'_> {
    fn ocsf(&self) -> Flat<'_> {
        let request = self.request;
        let mut flat = request.hit.ocsf();
        flat.retain(|attribute| attribute.path != paths::TIME);
        flat.put(paths::TIME, self.time.ocsf());
        flat.put(paths::CLOUD_PROVIDER, "AWS");
        flat.put_some(paths::CLOUD_ACCOUNT_UID, request.account.as_deref());
        flat.put_some(paths::METADATA_PRODUCT_FEATURE_UID, request.api.as_deref());
        flat.put_some(paths::METADATA_PRODUCT_FEATURE_NAME, request.stage.as_deref());
        flat.put_some(paths::METADATA_CORRELATION_UID, request.id.as_deref());
        flat.put_some(paths::METADATA_UID, request.uid());
        flat.put_some(paths::METADATA_EVENT_CODE, request.kind.as_deref());
        flat.put_some(paths::STATUS_DETAIL, request.detail.as_deref());
        flat.put_some(paths::ACTOR_USER_UID, request.caller.as_deref());
        flat.put_some(paths::ACTOR_USER_CREDENTIAL_UID, request.access_key.as_deref());
        ocsf::fitted(flat)
    }

    fn field(&self, name: &str, each: &mut dyn FnMut(Scalar<'_>) -> bool) {
        self.request.hit.field(name, each);
    }

    fn has(&self, name: &str) -> bool {
        self.request.hit.has(name)
    }

    fn entities<'s>(&'s self, out: &mut Vec<Entity<'s>>) {
        self.request.hit.entities(out);
        let request = self.request;
        push(out, EntityKind::Principal, request.caller.as_deref(), Role::Actor);
        let arn = request.hit.user.as_deref().filter(|user| user.starts_with("arn:"));
        push(out, EntityKind::Principal, arn, Role::Actor);
        push(out, EntityKind::AccessKey, request.access_key.as_deref(), Role::Actor);
        push(out, EntityKind::Account, request.account.as_deref(), Role::Place);
    }

    fn action(&self) -> String {
        match (self.request.hit.method.as_deref(), self.request.kind.as_deref()) {
            (None, Some(kind)) => {
                let route = self.request.route.as_deref().unwrap_or("");
                model::text::printable(format!("{kind} {route}").trim(), 160).into_owned()
            }
            (None, None) if self.request.hit.target.is_none() => {
                let detail = self.request.detail.as_deref().unwrap_or("request");
                model::text::printable(detail, 160).into_owned()
            }
            _ => self.request.hit.action(),
        }
    }

    fn reads_only(&self) -> Option<bool> {
        self.request.hit.reads_only()
    }
}
