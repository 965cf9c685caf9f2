//! What rules and correlation ask of an activity of Google Workspace.

use model::{Body, Entity, EntityKind, Outcome, Role};
use ocsf::{Flat, Scalar};

use super::record::Record;
use crate::aws::shared::push;
use crate::json;
use crate::saas::fold;

impl Body for Record<'_> {
    fn ocsf(&self) -> Flat<'_> {
        self.attributes()
    }

    /// The record's own names, then parameters by theirs, then what Sigma calls them.
    fn field(&self, name: &str, each: &mut dyn FnMut(Scalar<'_>) -> bool) {
        let mut any = false;
        fold(self.value, name, &mut |value| {
            any = true;
            each(value)
        });
        if any {
            return;
        }
        let mut goes_on = true;
        for value in self.values(name.rsplit('.').next().unwrap_or(name)) {
            if !goes_on {
                return;
            }
            any = true;
            goes_on = json::visit(value, "", &mut |value| each(value));
        }
        let alias = match name {
            _ if any => None,
            "eventName" => Some(Scalar::from(self.name())),
            "eventType" => Some(Scalar::from(self.kind())),
            "eventService" | "eventSource" => Some(Scalar::from(match self.service() {
                Some(service) => service.to_owned(),
                None => format!("{}.googleapis.com", self.application()),
            })),
            _ => None,
        };
        if let Some(value) = alias {
            each(value);
        }
    }

    fn has(&self, name: &str) -> bool {
        let mut found = json::present(self.value, name);
        if !found {
            self.field(name, &mut |_| {
                found = true;
                false
            });
        }
        found
    }

    fn entities<'s>(&'s self, out: &mut Vec<Entity<'s>>) {
        push(out, EntityKind::User, self.actor(), Role::Actor);
        push(out, EntityKind::Ip, self.address(), Role::Actor);
        let name = self.name();
        let made = name.eq_ignore_ascii_case("CREATE_USER") && self.outcome() == Outcome::Success;
        let user = if made { Role::Created } else { Role::Target };
        push(out, EntityKind::User, self.target(), user);
        let made = name.eq_ignore_ascii_case("CREATE_GROUP");
        let group = if made { Role::Created } else { Role::Target };
        push(out, EntityKind::Role, self.parameter("GROUP_EMAIL"), group);
        push(out, EntityKind::Role, self.parameter("group_id"), group);
        push(out, EntityKind::Role, self.parameter("ROLE_NAME"), Role::Target);
        if self.application() == "drive" {
            let title = self.parameter("doc_title").or_else(|| self.parameter("doc_id"));
            let made = matches!(name, "create" | "upload" | "copy");
            push(out, EntityKind::File, title, if made { Role::Created } else { Role::Target });
            push(out, EntityKind::User, self.parameter("owner"), Role::Target);
        }
        push(out, EntityKind::Principal, self.parameter("client_id"), Role::Target);
        push(out, EntityKind::Principal, self.parameter("API_CLIENT_NAME"), Role::Target);
        push(out, EntityKind::Account, self.text(&["id", "customerId"]), Role::Place);
        push(out, EntityKind::Domain, self.text(&["ownerDomain"]), Role::Place);
    }

    fn action(&self) -> String {
        let text = format!("{}:{}", self.application(), self.name());
        model::text::printable(&text, 160).into_owned()
    }

    fn reads_only(&self) -> Option<bool> {
        let reads = matches!(self.name(), "view" | "download" | "preview" | "print");
        (reads && self.application() == "drive").then_some(true)
    }
}
