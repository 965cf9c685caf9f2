//! What rules and correlation ask of a record of Entra.

use model::{Body, Entity, EntityKind, Outcome, Role};
use ocsf::{Flat, Scalar};

use super::record::{Record, Sort};
use crate::aws::shared::push;
use crate::json;
use crate::nested;
use crate::saas::fold;

impl Body for Record<'_> {
    fn ocsf(&self) -> Flat<'_> {
        self.attributes()
    }

    /// The record's own names, at the top or among its properties; then what Sigma calls them.
    fn field(&self, name: &str, each: &mut dyn FnMut(Scalar<'_>) -> bool) {
        let (mut any, mut goes_on) = (false, true);
        for part in [self.value, self.own] {
            if any || !goes_on {
                return;
            }
            fold(part, name, &mut |value| {
                any = true;
                goes_on = each(value);
                goes_on
            });
        }
        if !any && let Some(value) = self.alias(name) {
            each(value);
        }
    }

    fn has(&self, name: &str) -> bool {
        if json::present(self.value, name) || json::present(self.own, name) {
            return true;
        }
        let mut found = false;
        self.field(name, &mut |_| {
            found = true;
            false
        });
        found
    }

    fn entities<'s>(&'s self, out: &mut Vec<Entity<'s>>) {
        push(out, EntityKind::Ip, self.address(), Role::Actor);
        push(out, EntityKind::Session, self.session(), Role::Actor);
        // Calls of Microsoft Graph name the token only.
        push(out, EntityKind::Session, self.text(&["uniqueTokenIdentifier"]), Role::Actor);
        match self.sort {
            Sort::Audit => self.audit_entities(out),
            Sort::Risk => {
                push(out, EntityKind::User, self.text(&["userPrincipalName"]), Role::Target);
                push(out, EntityKind::Principal, self.text(&["userId"]), Role::Target);
                push(out, EntityKind::Principal, self.text(&["servicePrincipalId"]), Role::Target);
            }
            Sort::SignIn => {
                push(out, EntityKind::User, self.text(&["userPrincipalName"]), Role::Actor);
                push(out, EntityKind::Principal, self.text(&["userId"]), Role::Actor);
                push(out, EntityKind::Principal, self.text(&["servicePrincipalId"]), Role::Actor);
                let device = self.text(&["deviceDetail", "displayName"]);
                push(out, EntityKind::Host, device, Role::Actor);
            }
            Sort::Graph => {
                push(out, EntityKind::Principal, self.text(&["userId"]), Role::Actor);
                push(out, EntityKind::Principal, self.text(&["servicePrincipalId"]), Role::Actor);
                push(out, EntityKind::Url, self.text(&["requestUri"]), Role::Target);
            }
            Sort::Provisioning => {
                let name = self.text(&["targetIdentity", "displayName"]);
                push(out, EntityKind::User, name, Role::Target);
            }
        }
        push(out, EntityKind::Account, self.tenant(), Role::Place);
    }

    fn action(&self) -> String {
        model::text::printable(&format!("entra:{}", self.operation()), 160).into_owned()
    }

    fn reads_only(&self) -> Option<bool> {
        (self.sort == Sort::Graph).then(|| matches!(self.operation(), "GET" | "HEAD"))
    }
}

impl<'v> Record<'v> {
    fn tenant(&self) -> Option<&'v str> {
        // In Log Analytics `TenantId` is the workspace's.
        let stated = ["AADTenantId", "tenantId"];
        let stated = stated.iter().find_map(|key| nested::text(self.value, &[key]));
        stated.or_else(|| self.text(&["resourceTenantId"]))
    }

    fn audit_entities(&self, out: &mut Vec<Entity<'v>>) {
        let actor = self.initiator("user", "userPrincipalName");
        push(out, EntityKind::User, actor, Role::Actor);
        push(out, EntityKind::Principal, self.initiator("user", "id"), Role::Actor);
        push(out, EntityKind::Principal, self.initiator("app", "servicePrincipalId"), Role::Actor);
        let operation = self.operation();
        let makes = [
            "Add user",
            "Create",
            "Invite",
            "Add group",
            "Add service principal",
            "Add application",
            "Add policy",
            "Add conditional",
            "Add device",
            "Register device",
        ];
        let is_credential = operation.contains("credential");
        let made = self.outcome() == Outcome::Success
            && !is_credential
            && makes.iter().any(|start| operation.starts_with(start));
        let role = if made { Role::Created } else { Role::Target };
        for target in self.targets() {
            let name = nested::text(target, &["displayName"]);
            let id = nested::text(target, &["id"]);
            match nested::text(target, &["type"]) {
                Some("User") => {
                    let user = nested::text(target, &["userPrincipalName"]);
                    push(out, EntityKind::User, user.or(name), role);
                    push(out, EntityKind::Principal, id, role);
                }
                Some("ServicePrincipal" | "Application") => {
                    push(out, EntityKind::Principal, id, role);
                }
                Some("Group" | "Role") => push(out, EntityKind::Role, name.or(id), role),
                Some("Device") => push(out, EntityKind::Host, name, role),
                _ => push(out, EntityKind::Object, name, role),
            }
        }
        for named in ["Role.DisplayName", "Group.DisplayName"] {
            push(out, EntityKind::Role, self.modified(named), Role::Target);
        }
    }

    /// Names that Sigma's rules use and no record has.
    fn alias(&self, name: &str) -> Option<Scalar<'v>> {
        let status = || match self.outcome() {
            Outcome::Success => Some("Success"),
            Outcome::Failure => Some("Failure"),
            Outcome::Unknown => None,
        };
        let text = match name {
            "properties.message" | "ActivityDetails" | "ActivityType" | "OperationName"
            | "operationName" => Some(self.operation()),
            "Status" | "status" | "properties.result" => status(),
            "ResultType" => return self.error_code().map(Scalar::Int),
            "ResultDescription" => self.text(&["status", "failureReason"]),
            "Username" | "UserPrincipalName" => self.initiator("user", "userPrincipalName"),
            "Initiatedby" | "InitiatedBy" => {
                let user = self.initiator("user", "userPrincipalName");
                user.or_else(|| self.initiator("app", "displayName"))
            }
            "TargetUserName" => {
                let target = self.target(&["User"])?;
                nested::text(target, &["userPrincipalName"])
            }
            "Application" => self.text(&["appDisplayName"]),
            "ClientApp" => self.text(&["clientAppUsed"]),
            "IPAddress" | "IpAddress" | "CallerIpAddress" => self.address(),
            "Location" => self.text(&["location", "countryOrRegion"]),
            _ => None,
        };
        text.map(Scalar::from)
    }
}
