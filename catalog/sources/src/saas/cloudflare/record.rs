//! One record of Logpush. A job delivers one data set with the fields that a person chose, so a
//! record is told by fields that hardly anybody leaves out.

use std::net::IpAddr;

use model::{Outcome, Time};
use sonic_rs::{JsonContainerTrait, JsonValueTrait, Value};

use crate::aws::shared::is_uuid;
use crate::json;

/// A data set, by Cloudflare's names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Set {
    /// `http_requests`
    Http,
    /// `firewall_events`
    Firewall,
    /// `dns_logs`, `dns_firewall_logs`
    Dns,
    /// `gateway_dns`
    GatewayDns,
    /// `gateway_http`
    GatewayHttp,
    /// `gateway_network`
    GatewayNetwork,
    /// `access_requests`
    Access,
    /// `audit_logs`, `audit_logs_v2`
    Audit,
    /// `spectrum_events`
    Spectrum,
}

impl Set {
    /// The data set of a value; `None` if it is no record.
    pub(super) fn of(value: &Value) -> Option<Set> {
        let object = value.as_object()?;
        let has = |key: &str| object.get(&key).is_some();
        let any = |keys: &[&str]| keys.iter().any(|key| has(key));
        let asks = ["ClientRequestHost", "ClientRequestURI", "ClientRequestPath", "ClientIP"];
        if has("RayID") && any(&["EdgeStartTimestamp", "EdgeEndTimestamp"]) && any(&asks) {
            return Some(Set::Http);
        }
        if has("AppDomain") && has("Allowed") && has("CreatedAt") {
            return Some(Set::Access);
        }
        if has("ActionType") && any(&["When", "ActionTimestamp"]) {
            let acts = ["ActorEmail", "ActorID", "ActorIP", "ActorIPAddress", "ActorType"];
            return any(&acts).then_some(Set::Audit);
        }
        if has("QueryName") {
            if has("SourceIP") && has("Timestamp") && any(&["ResponseCode", "ColoCode"]) {
                return Some(Set::Dns);
            }
            let decides = ["ResolverDecision", "RCode", "MatchedCategoryIDs"];
            return (has("Datetime") && any(&decides)).then_some(Set::GatewayDns);
        }
        if has("ClientProto") && has("OriginIP") && any(&["Timestamp", "ConnectTimestamp"]) {
            return Some(Set::Spectrum);
        }
        if !has("Action") || !has("Datetime") {
            return None;
        }
        if any(&["RayID", "RuleID"]) && any(&asks) {
            return Some(Set::Firewall);
        }
        if has("SourceIP") && any(&["HTTPHost", "HTTPMethod", "URL"]) {
            return Some(Set::GatewayHttp);
        }
        (has("SourceIP") && has("DestinationIP")).then_some(Set::GatewayNetwork)
    }

    /// Cloudflare's name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Set::Http => "http_requests",
            Set::Firewall => "firewall_events",
            Set::Dns => "dns_logs",
            Set::GatewayDns => "gateway_dns",
            Set::GatewayHttp => "gateway_http",
            Set::GatewayNetwork => "gateway_network",
            Set::Access => "access_requests",
            Set::Audit => "audit_logs",
            Set::Spectrum => "spectrum_events",
        }
    }
}

/// When it happened: RFC 3339, seconds or nanoseconds since 1970, as the job was told.
pub(super) fn time(value: &Value, set: Set) -> Option<Time> {
    let names: &[&str] = match set {
        Set::Http => &["EdgeStartTimestamp", "EdgeEndTimestamp"],
        Set::Dns => &["Timestamp"],
        Set::Spectrum => &["Timestamp", "ConnectTimestamp"],
        Set::Access => &["CreatedAt"],
        Set::Audit => &["When", "ActionTimestamp"],
        _ => &["Datetime"],
    };
    names.iter().find_map(|name| json::at(value, &[name]).and_then(json::time))
}

/// One record.
pub(super) struct Record<'v> {
    pub(super) value: &'v Value,
    pub(super) set: Set,
    pub(super) time: Time,
}

impl<'v> Record<'v> {
    /// A text that says something: Cloudflare writes empty texts, `unknown` and `UNKNOWN`.
    pub(super) fn text(&self, key: &str) -> Option<&'v str> {
        json::text(self.value, &[key])
            .filter(|text| !text.trim().is_empty() && !text.eq_ignore_ascii_case("unknown"))
    }

    /// The first of some texts.
    pub(super) fn first(&self, keys: &[&str]) -> Option<&'v str> {
        keys.iter().find_map(|key| self.text(key))
    }

    /// A number, also in quotes.
    pub(super) fn number(&self, key: &str) -> Option<i64> {
        let value = json::at(self.value, &[key])?;
        value.as_i64().or_else(|| value.as_str()?.parse().ok())
    }

    /// The first of some numbers above 0: Cloudflare writes 0 for what there was not.
    pub(super) fn positive(&self, keys: &[&str]) -> Option<i64> {
        keys.iter().find_map(|key| self.number(key).filter(|number| *number > 0))
    }

    /// The texts of a list.
    pub(super) fn list(&self, key: &str) -> impl Iterator<Item = &'v str> + use<'v> {
        let list = json::at(self.value, &[key]).and_then(|list| list.as_array());
        list.into_iter()
            .flatten()
            .filter_map(JsonValueTrait::as_str)
            .filter(|text| !text.is_empty())
    }

    pub(super) fn uid(&self) -> Option<&'v str> {
        match self.set {
            Set::Http => self.text("RayID").filter(|ray| ray.len() >= 16),
            Set::Audit => self.first(&["ID", "AuditLogID"]).filter(|id| is_uuid(id)),
            Set::GatewayHttp => self.text("RequestID").filter(|id| id.len() >= 16),
            // One ray may match several rules.
            _ => None,
        }
    }

    pub(super) fn session(&self) -> Option<&'v str> {
        match self.set {
            Set::GatewayNetwork | Set::GatewayHttp => self.text("SessionID"),
            _ => None,
        }
    }

    pub(super) fn address(&self) -> Option<&'v str> {
        let keys: &[&str] = match self.set {
            Set::Http | Set::Firewall | Set::Spectrum => &["ClientIP"],
            Set::GatewayDns => &["SrcIP"],
            Set::Access => &["IPAddress"],
            Set::Audit => &["ActorIP", "ActorIPAddress"],
            _ => &["SourceIP"],
        };
        self.first(keys).filter(|ip| is_ip(ip))
    }

    /// The address of what was asked or reached.
    pub(super) fn server(&self) -> Option<&'v str> {
        let keys: &[&str] = match self.set {
            Set::Http => &["EdgeServerIP"],
            Set::GatewayDns => &["DstIP"],
            Set::GatewayHttp | Set::GatewayNetwork => &["DestinationIP"],
            Set::Spectrum => &["OriginIP"],
            _ => &[],
        };
        self.first(keys).filter(|ip| is_ip(ip))
    }

    pub(super) fn user(&self) -> Option<&'v str> {
        self.first(&["Email", "ActorEmail", "UserID", "UserUID", "ActorID"])
    }

    pub(super) fn host(&self) -> Option<&'v str> {
        let host = self.first(&["ClientRequestHost", "HTTPHost", "SNI"])?;
        let named = host.rsplit_once(':').filter(|(name, _)| !name.contains(':'));
        Some(named.map_or(host, |(name, _)| name)).filter(|name| !name.is_empty())
    }

    pub(super) fn method(&self) -> Option<&'v str> {
        self.first(&["ClientRequestMethod", "HTTPMethod"])
    }

    /// The path of a request without its query.
    pub(super) fn path(&self) -> Option<&'v str> {
        let target = self.first(&["ClientRequestPath", "ClientRequestURI"]);
        let target = target.or_else(|| {
            let url = self.text("URL")?;
            let after = url.split_once("://").map_or(url, |(_, after)| after);
            after.find('/').and_then(|at| after.get(at..))
        });
        target.map(|target| target.split(['?', '#']).next().unwrap_or(target))
    }

    /// The query of a request without its mark.
    pub(super) fn query(&self) -> Option<&'v str> {
        let own = self.text("ClientRequestQuery").map(|q| q.strip_prefix('?').unwrap_or(q));
        let whole = self.first(&["ClientRequestURI", "URL"]);
        own.or_else(|| whole?.split_once('?').map(|(_, query)| query)).filter(|q| !q.is_empty())
    }

    pub(super) fn status(&self) -> Option<i64> {
        self.positive(&["EdgeResponseStatus", "HTTPStatusCode"])
    }

    /// What Cloudflare's rules did; `None` where no rule did anything.
    pub(super) fn deed(&self) -> Option<&'v str> {
        match self.set {
            Set::Http => self.first(&["SecurityAction", "WAFAction"]),
            Set::GatewayDns => self.text("ResolverDecision"),
            _ => self.text("Action"),
        }
    }

    pub(super) fn outcome(&self) -> Outcome {
        let refused = self.deed().and_then(refused);
        let code = match self.set {
            Set::Http | Set::Firewall | Set::GatewayHttp => self.status().map(|s| s < 400),
            Set::Dns => self.number("ResponseCode").map(|code| code == 0),
            Set::GatewayDns => self.number("RCode").map(|code| code == 0),
            Set::Access => json::at(self.value, &["Allowed"]).and_then(truth),
            Set::Audit => json::at(self.value, &["ActionResult"]).and_then(truth),
            Set::GatewayNetwork => None,
            Set::Spectrum => match self.text("Event") {
                Some("connect" | "disconnect") => Some(true),
                Some("clientFiltered" | "tlsError" | "originError") => Some(false),
                _ => None,
            },
        };
        let done = match refused {
            Some(true) => Some(false),
            Some(false) => code.or(Some(true)),
            None => code,
        };
        done.map_or(Outcome::Unknown, |done| if done { Outcome::Success } else { Outcome::Failure })
    }
}

/// Whether an action refuses a request; `None` for one that only looks on.
pub(super) fn refused(action: &str) -> Option<bool> {
    let action = action.to_ascii_lowercase();
    let is = |words: &[&str]| words.iter().any(|word| action.contains(word));
    match () {
        () if is(&["solved", "bypass", "non_interactive"]) => Some(false),
        () if is(&[
            "block",
            "drop",
            "challenge",
            "connectionclose",
            "connection_close",
            "deny",
        ]) =>
        {
            Some(true)
        }
        () if is(&["allow", "skip", "forward", "isolate", "override", "rewrite"]) => Some(false),
        () => None,
    }
}

fn truth(value: &Value) -> Option<bool> {
    value.as_bool().or_else(|| match value.as_str()? {
        "true" | "success" => Some(true),
        "false" | "failure" => Some(false),
        _ => None,
    })
}

fn is_ip(text: &str) -> bool {
    text.parse::<IpAddr>().is_ok()
}
