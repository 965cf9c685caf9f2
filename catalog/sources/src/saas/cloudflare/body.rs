//! What rules and correlation ask of a record of Logpush.

use model::{Body, Entity, EntityKind, Outcome, Role};
use ocsf::{Flat, Scalar};

use super::record::{Record, Set};
use crate::aws::shared::{domain, push};
use crate::json;
use crate::saas::fold;

impl Body for Record<'_> {
    fn ocsf(&self) -> Flat<'_> {
        self.attributes()
    }

    /// The record's own names, then what Sigma's taxonomy calls them.
    fn field(&self, name: &str, each: &mut dyn FnMut(Scalar<'_>) -> bool) {
        let mut any = false;
        fold(self.value, name, &mut |value| {
            any = true;
            each(value)
        });
        if any {
            return;
        }
        let text = match name {
            "c-ip" | "src_ip" | "client_ip" => self.address(),
            "cs-method" => self.method(),
            "cs-uri-stem" => self.path(),
            "cs-uri" | "c-uri" => {
                if let Some(path) = self.path() {
                    each(Scalar::from(match self.query() {
                        Some(query) => format!("{path}?{query}"),
                        None => path.to_owned(),
                    }));
                }
                return;
            }
            "cs-uri-query" | "c-uri-query" => self.query(),
            "cs-user-agent" | "c-useragent" => self.first(&["ClientRequestUserAgent", "UserAgent"]),
            "cs-referer" | "cs-referrer" => self.first(&["ClientRequestReferer", "Referer"]),
            "cs-host" | "r-dns" => self.host(),
            "cs-username" => self.user(),
            "query" => self.text("QueryName").map(domain),
            "record_type" => {
                if let Some(kind) = self.query_type() {
                    each(Scalar::from(kind));
                }
                return;
            }
            "answer" => {
                self.list("ResolvedIPs").all(|ip| each(Scalar::from(ip)));
                return;
            }
            "sc-status" => {
                if let Some(status) = self.status() {
                    each(Scalar::Int(status));
                }
                return;
            }
            _ => None,
        };
        if let Some(text) = text {
            each(Scalar::from(text));
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
        push(out, EntityKind::Ip, self.address(), Role::Actor);
        push(out, EntityKind::User, self.user(), Role::Actor);
        push(out, EntityKind::Session, self.session(), Role::Actor);
        push(out, EntityKind::Host, self.text("DeviceName"), Role::Actor);
        match self.set {
            Set::Http | Set::Firewall => {
                push(out, EntityKind::Url, self.path(), Role::Target);
                push(out, EntityKind::Domain, self.host(), Role::Place);
                push(out, EntityKind::Ip, self.text("OriginIP"), Role::Place);
            }
            Set::GatewayHttp | Set::GatewayNetwork | Set::Spectrum => {
                push(out, EntityKind::Url, self.text("URL"), Role::Target);
                push(out, EntityKind::Domain, self.host(), Role::Target);
                push(out, EntityKind::Ip, self.server(), Role::Target);
                push(out, EntityKind::File, self.text("BlockedFileName"), Role::Target);
            }
            Set::Dns | Set::GatewayDns => {
                push(out, EntityKind::Domain, self.text("QueryName").map(domain), Role::Target);
                for ip in self.list("ResolvedIPs") {
                    push(out, EntityKind::Ip, Some(ip), Role::Target);
                }
            }
            Set::Access => {
                push(out, EntityKind::Domain, self.text("AppDomain"), Role::Target);
            }
            Set::Audit => {
                let action = self.text("ActionType").unwrap_or("");
                let makes = ["create", "add"].iter().any(|word| action.contains(word));
                let made = makes && self.outcome() == Outcome::Success;
                let role = if made { Role::Created } else { Role::Target };
                push(out, EntityKind::Object, self.text("ResourceID"), role);
                push(out, EntityKind::Domain, self.text("ZoneName"), Role::Place);
            }
        }
        push(out, EntityKind::Account, self.text("AccountID"), Role::Place);
    }

    fn action(&self) -> String {
        let text = match self.set {
            Set::Http | Set::Firewall | Set::GatewayHttp => {
                let (method, path) = (self.method().unwrap_or("?"), self.path().unwrap_or("?"));
                let refused = self.deed().filter(|d| super::record::refused(d) == Some(true));
                refused.map_or(format!("{method} {path}"), |deed| format!("{deed} {method} {path}"))
            }
            Set::Dns | Set::GatewayDns => {
                let name = self.text("QueryName").unwrap_or("?");
                format!("{} {name}", self.query_type().unwrap_or_default())
            }
            Set::GatewayNetwork | Set::Spectrum => {
                let deed = self.first(&["Action", "Event"]).unwrap_or("connect");
                format!("{deed} {}", self.host().or(self.server()).unwrap_or("?"))
            }
            Set::Access => format!("access:{}", self.text("Action").unwrap_or("login")),
            Set::Audit => format!("cloudflare:{}", self.text("ActionType").unwrap_or("unknown")),
        };
        model::text::printable(&text, 160).into_owned()
    }

    fn reads_only(&self) -> Option<bool> {
        match self.set {
            Set::Http | Set::Firewall | Set::GatewayHttp => {
                Some(matches!(self.method()?, "GET" | "HEAD" | "OPTIONS"))
            }
            _ => None,
        }
    }
}
