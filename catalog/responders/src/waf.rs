//! WAF: one address counted, then blocked, by an IP set and a rule in a web ACL (AWS WAF V2 API).

use model::response::Step;
use model::seam::responder::{Facts, Responder, Stand};
use model::{Blame, Error, Retry};
use serde_json::{Map, Value, json};

use crate::wire::{Wire, list, parameter, text, told, unknown};

/// The service, and what its actions begin with.
const SERVICE: (&str, &str) = ("wafv2", "AWSWAF_20190729");
/// What WAF says to who holds an old lock token.
const STALE: &str = "WAFOptimisticLockException";
/// What WAF says where there is none.
const NONE: &str = "WAFNonexistentItemException";
/// Addresses of one set, as AWS bounds them.
const ADDRESSES_MAX: usize = 10_000;
/// Pages of the list of sets.
const PAGES_MAX: usize = 100;
/// Members of a web ACL that an update takes; what is left out is lost.
const KEPT: &[&str] = &[
    "DefaultAction",
    "Description",
    "Rules",
    "VisibilityConfig",
    "CustomResponseBodies",
    "CaptchaConfig",
    "ChallengeConfig",
    "TokenDomains",
    "AssociationConfig",
    "DataProtectionConfig",
    "OnSourceDDoSProtectionConfig",
];

pub(crate) struct Waf(pub(crate) Wire);

type Said<T> = Result<T, aws::Error>;

/// What a step is about.
struct Want {
    /// `Name`, `Scope` and `Id` of the web ACL.
    acl: Map<String, Value>,
    scope: &'static str,
    /// The name of the set and of the rule.
    name: String,
    /// The address as a network.
    cidr: String,
    /// `Count` or `Block`.
    action: &'static str,
}

/// Something with its lock token.
struct Locked {
    value: Value,
    token: String,
}

impl Want {
    fn of(step: &Step) -> Result<Want, Error> {
        let (word, action) = match step.action.as_str() {
            "waf.count" => ("count", "Count"),
            "waf.block" => ("block", "Block"),
            _ => return Err(unknown(step)),
        };
        let arn = parameter(step, "web_acl");
        let mut parts = arn.splitn(6, ':').nth(5).unwrap_or_default().split('/');
        let (Some(scope), Some("webacl"), Some(own), Some(id)) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            let what = format!("{arn:?} is not the ARN of a web ACL");
            return Err(Error::user(what, "Make the plan again with --web-acl ARN."));
        };
        let scope = if scope == "global" { "CLOUDFRONT" } else { "REGIONAL" };
        let acl = json!({"Name": own, "Scope": scope, "Id": id});
        let address = step.target.value.as_str();
        let (version, length) = if address.contains(':') { ("v6", 128) } else { ("v4", 32) };
        let is_plain = |c: &char| c.is_ascii_alphanumeric();
        let incident: String =
            parameter(step, "incident").chars().filter(is_plain).take(16).collect();
        let of: String = id.chars().filter(is_plain).take(8).collect();
        Ok(Want {
            acl: acl.as_object().cloned().unwrap_or_default(),
            scope,
            name: format!("yagura-{word}-{version}-{incident}-{of}"),
            cidr: format!("{address}/{length}"),
            action,
        })
    }

    fn rule(&self, set: &str, priority: i64) -> Value {
        let mut action = Map::new();
        action.insert(self.action.to_owned(), json!({}));
        json!({"Name": self.name, "Priority": priority, "Action": action,
            "Statement": {"IPSetReferenceStatement": {"ARN": set}},
            "VisibilityConfig": {"SampledRequestsEnabled": true, "MetricName": self.name,
                "CloudWatchMetricsEnabled": true}})
    }
}

/// Does it, and once more from the start if somebody changed the thing meanwhile.
fn twice(doing: &dyn Fn() -> Said<()>) -> Result<(), Error> {
    let again = match doing() {
        Err(error) if error.code == STALE => doing(),
        done => done,
    };
    again.map_err(|error| match error.code.as_str() {
        STALE => Error {
            blame: Blame::Remote,
            retry: Retry::Never,
            what: format!("somebody else is changing it, twice while it was read: {}", error.what),
            remedy: "Find out who or what (a pipeline?) changes this web ACL or IP set.".to_owned(),
        },
        _ => told(error),
    })
}

fn rules(acl: &Value) -> Vec<Value> {
    list(acl, "/Rules").to_vec()
}

fn named<'r>(rules: &'r [Value], name: &str) -> Option<&'r Value> {
    rules.iter().find(|rule| text(rule, "/Name") == name)
}

fn priority(rule: &Value) -> i64 {
    rule.get("Priority").and_then(Value::as_i64).unwrap_or_default()
}

fn shift(rules: &mut [Value], by: i64) {
    for rule in rules {
        let moved = priority(rule).saturating_add(by);
        if let Some(rule) = rule.as_object_mut() {
            rule.insert("Priority".to_owned(), moved.into());
        }
    }
}

impl Waf {
    fn ask(&self, action: &'static str, members: Value) -> Said<Value> {
        self.0.json(SERVICE, action, members)
    }

    fn acl(&self, want: &Want) -> Said<Option<Locked>> {
        match self.ask("GetWebACL", Value::Object(want.acl.clone())) {
            Ok(said) => Ok(said.get("WebACL").map(|value| Locked {
                value: value.clone(),
                token: text(&said, "/LockToken").to_owned(),
            })),
            Err(error) if error.code == NONE => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The set of the step's name.
    fn set(&self, want: &Want) -> Said<Option<Locked>> {
        let mut marker = None;
        for _ in 0..PAGES_MAX {
            let mut with = json!({"Scope": want.scope, "Limit": 100});
            if let (Some(next), Some(members)) = (marker.take(), with.as_object_mut()) {
                members.insert("NextMarker".to_owned(), next);
            }
            let page = self.ask("ListIPSets", with)?;
            let mut all = list(&page, "/IPSets").iter();
            if let Some(found) = all.find(|set| text(set, "/Name") == want.name) {
                let with =
                    json!({"Name": want.name, "Scope": want.scope, "Id": text(found, "/Id")});
                let said = self.ask("GetIPSet", with)?;
                let token = text(&said, "/LockToken").to_owned();
                let value = said.get("IPSet").cloned().unwrap_or_default();
                return Ok(Some(Locked { value, token }));
            }
            match page.get("NextMarker").and_then(Value::as_str) {
                Some(next) if !next.is_empty() => marker = Some(Value::from(next)),
                _ => return Ok(None),
            }
        }
        Ok(None)
    }

    fn update_set(&self, want: &Want, set: &Locked, addresses: &[&str]) -> Said<()> {
        let with = json!({"Name": want.name, "Scope": want.scope, "Id": text(&set.value, "/Id"),
            "Addresses": addresses, "LockToken": set.token});
        self.ask("UpdateIPSet", with).map(drop)
    }

    /// The address is in the set.
    fn fill(&self, want: &Want) -> Said<()> {
        let Some(set) = self.set(want)? else {
            let version = if want.cidr.contains(':') { "IPV6" } else { "IPV4" };
            let with = json!({"Name": want.name, "Scope": want.scope, "Addresses": [want.cidr],
                "IPAddressVersion": version, "Description": "incident response, made by yagura"});
            return self.ask("CreateIPSet", with).map(drop);
        };
        let mut now = addresses(&set);
        if now.contains(&want.cidr.as_str()) {
            return Ok(());
        }
        now.push(&want.cidr);
        self.update_set(want, &set, &now)
    }

    fn update_acl(&self, want: &Want, acl: &Locked, rules: Vec<Value>) -> Said<()> {
        let mut with = want.acl.clone();
        with.insert("LockToken".to_owned(), acl.token.clone().into());
        for &member in KEPT {
            if let Some(value) = acl.value.get(member).filter(|value| !value.is_null()) {
                with.insert(member.to_owned(), value.clone());
            }
        }
        with.insert("Rules".to_owned(), Value::Array(rules));
        self.ask("UpdateWebACL", Value::Object(with)).map(drop)
    }

    /// The rule is the first of the web ACL; the order of the others stays.
    fn enter(&self, want: &Want) -> Said<()> {
        let gone = |what: &str| aws::Error::broken(format!("{what} is gone while it was changed"));
        let acl = self.acl(want)?.ok_or_else(|| gone("the web ACL"))?;
        let set = self.set(want)?.ok_or_else(|| gone("the IP set"))?;
        let mut rules = rules(&acl.value);
        if named(&rules, &want.name).is_some() {
            return Ok(());
        }
        let least = rules.iter().map(priority).min().unwrap_or(1);
        if least == 0 {
            shift(&mut rules, 1);
        }
        let first = least.max(1) - 1;
        rules.insert(0, want.rule(text(&set.value, "/ARN"), first));
        self.update_acl(want, &acl, rules)
    }

    /// The rule is gone; priorities go back if they were moved for it.
    fn leave(&self, want: &Want, moved: bool) -> Said<()> {
        let Some(acl) = self.acl(want)? else { return Ok(()) };
        let mut rules = rules(&acl.value);
        if named(&rules, &want.name).is_none() {
            return Ok(());
        }
        rules.retain(|rule| text(rule, "/Name") != want.name);
        if moved && rules.iter().all(|rule| priority(rule) > 0) {
            shift(&mut rules, -1);
        }
        self.update_acl(want, &acl, rules)
    }

    /// The address is out of the set, and an empty set is gone with its rule.
    fn empty(&self, want: &Want, moved: bool) -> Said<()> {
        let Some(set) = self.set(want)? else { return self.leave(want, moved) };
        let mut now = addresses(&set);
        now.retain(|address| *address != want.cidr);
        if !now.is_empty() {
            return self.update_set(want, &set, &now);
        }
        self.leave(want, moved)?;
        let with = json!({"Name": want.name, "Scope": want.scope, "Id": text(&set.value, "/Id"),
            "LockToken": set.token});
        self.ask("DeleteIPSet", with).map(drop)
    }
}

fn addresses(set: &Locked) -> Vec<&str> {
    list(&set.value, "/Addresses").iter().filter_map(Value::as_str).collect()
}

impl Responder for Waf {
    fn look(&self, step: &Step, _: &Facts) -> Result<Stand, Error> {
        let want = Want::of(step)?;
        let Some(acl) = self.acl(&want).map_err(told)? else {
            let arn = parameter(step, "web_acl");
            return Ok(Stand::Surprise(format!("there is no web ACL {arn}")));
        };
        let set = self.set(&want).map_err(told)?;
        let rules = rules(&acl.value);
        let rule = named(&rules, &want.name);
        if rule.is_some_and(|rule| rule.pointer(&format!("/Action/{}", want.action)).is_none()) {
            let what = format!("the rule {} does not {} any more", want.name, want.action);
            return Ok(Stand::Surprise(what));
        }
        let now = set.as_ref().map(addresses).unwrap_or_default();
        let had = now.contains(&want.cidr.as_str());
        if had && rule.is_some() {
            return Ok(Stand::Done);
        }
        if now.len() >= ADDRESSES_MAX {
            return Ok(Stand::Surprise(format!("the IP set {} is full", want.name)));
        }
        let moved = rule.is_none() && rules.iter().any(|rule| priority(rule) == 0);
        Ok(Stand::Ready(json!({"had_address": had, "had_rule": rule.is_some(), "moved": moved})))
    }

    fn act(&self, step: &Step, _: &Value) -> Result<(), Error> {
        let want = Want::of(step)?;
        twice(&|| self.fill(&want))?;
        twice(&|| self.enter(&want))
    }

    fn undo(&self, step: &Step, before: &Value) -> Result<(), Error> {
        let want = Want::of(step)?;
        let was = |key: &str| before.get(key).and_then(Value::as_bool).unwrap_or_default();
        if was("had_address") {
            return twice(&|| self.leave(&want, was("moved")));
        }
        twice(&|| self.empty(&want, was("moved")))
    }
}
