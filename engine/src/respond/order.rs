//! The orders: sessions before machines, evidence before isolation, isolation before the end.

use std::collections::BTreeSet;
use std::net::IpAddr;

use serde_json::Value;

use super::{Draft, Place};

/// IAM is one for all regions.
const GLOBAL: &str = "us-east-1";

/// Sessions and keys first: whoever holds them undoes the rest.
pub(super) fn identities(draft: &mut Draft<'_>) {
    for role in advised(draft, "revoke_role_sessions", "role") {
        let Some(place) = of_arn(&role) else { continue };
        if role.contains(":role/aws-service-role/") {
            draft.leave(
                "role",
                &role,
                "it is linked to a service, and cannot be changed",
                "サービスリンクロールは変更できないため",
            );
            continue;
        }
        let mark = draft.kept.uid().to_owned();
        draft.add("iam.revoke_sessions", &place, ("role", &role), &[("incident", &mark)]);
    }
    for key in advised(draft, "deactivate_access_key", "access_key") {
        match draft.proof.place(&key) {
            Some(place) => {
                let place = Place { region: GLOBAL.into(), ..place };
                draft.add("iam.deactivate_key", &place, ("access_key", &key), &[]);
            }
            None => unknown(draft, "access_key", &key),
        }
    }
}

/// The machines that the intruder started: what restarts them, one sample as evidence, the end.
pub(super) fn made(draft: &mut Draft<'_>) {
    for made in draft.proof.made() {
        if matches!(made.kind, "fleet" | "spot_fleet") {
            draft.add(made.action, &made.place, (made.kind, &made.value), &[]);
        }
    }
    let mut machines = Vec::new();
    for instance in draft.entities("instance", &["created"]) {
        match place(draft, &instance) {
            Some(place) => machines.push((instance, place)),
            None => unknown(draft, "instance", &instance),
        }
    }
    machines
        .sort_by(|a, b| (&a.1.account, &a.1.region, &a.0).cmp(&(&b.1.account, &b.1.region, &b.0)));
    let mark = draft.kept.uid().to_owned();
    let mark = [("incident", mark.as_str())];
    for (instance, place) in &machines {
        draft.add("ec2.tag", place, ("instance", instance), &mark);
    }
    // Machines of one order are alike: one of each account and region is kept as a sample.
    let mut sampled = BTreeSet::new();
    for (instance, place) in &machines {
        if sampled.insert((&place.account, &place.region)) {
            draft.add("ec2.snapshot", place, ("instance", instance), &mark);
        }
    }
    let end = ["ec2.remove_protection", "ec2.terminate"];
    let end = if draft.settings.choices.stop { &["ec2.stop"][..] } else { &end[..] };
    for &action in end {
        for (instance, place) in &machines {
            draft.add(action, place, ("instance", instance), &[]);
        }
    }
}

/// Machines of one's own that were broken into: all are contained before one of them is ended.
pub(super) fn broken_into(draft: &mut Draft<'_>) {
    let mut out = Vec::new();
    for instance in draft.entities("instance", &["victim"]) {
        match place(draft, &instance) {
            Some(place) => {
                let [suspended, protected] = contain(draft, &instance, &place);
                out.push((instance, place, suspended, protected));
            }
            None => unknown(draft, "instance", &instance),
        }
    }
    virtual_patch(draft);
    renew(draft, out.first().map(|(_, place, ..)| place.clone()), &["ec2.set_template"]);
    for (instance, place, suspended, _) in &out {
        if let Some(suspended) = suspended {
            let ends = [("ends", suspended.as_str())];
            draft.add("autoscaling.resume", place, ("instance", instance), &ends);
        }
    }
    let rest = ["autoscaling.set_desired", "autoscaling.refresh"];
    renew(draft, out.first().map(|(_, place, ..)| place.clone()), &rest);
    for (instance, place, _, protected) in &out {
        let target = ("instance", instance.as_str());
        if draft.settings.choices.stop {
            draft.add("ec2.stop", place, target, &[]);
        } else if let Some(protected) = protected {
            draft.add("ec2.remove_protection", place, target, &[("ends", protected)]);
            draft.add("ec2.terminate", place, target, &[]);
        }
    }
}

/// What people asked for: the clean image, the size, the replacement of what runs.
fn renew(draft: &mut Draft<'_>, of: Option<Place>, actions: &[&str]) {
    let Some(place) = draft.settings.place.clone().or(of) else { return };
    let mark = draft.kept.uid().to_owned();
    let choices = draft.settings.choices.clone();
    for &action in actions {
        let (kind, name, all) = match action {
            "ec2.set_template" => ("launch_template", "image", choices.images.clone()),
            "autoscaling.set_desired" => ("group", "desired", choices.desired.clone()),
            _ => {
                let all = choices.refresh.iter().map(|group| (group.clone(), String::new()));
                ("group", "", all.collect())
            }
        };
        for (target, value) in all {
            let with = [("asked", "yes"), ("incident", mark.as_str()), (name, value.as_str())];
            let with: Vec<_> = with.into_iter().filter(|(name, _)| !name.is_empty()).collect();
            draft.add(action, &place, (kind, &target), &with);
        }
    }
}

/// Addresses at the web ACLs: counted first, then blocked. Once, however many servers there are.
fn virtual_patch(draft: &mut Draft<'_>) {
    if draft.steps.iter().any(|step| step.action == "waf.count") {
        return;
    }
    let mut acls: BTreeSet<String> = draft.settings.web_acls.iter().cloned().collect();
    acls.extend(draft.proof.web_acls());
    let mark = draft.kept.uid().to_owned();
    let addresses = draft.entities("ip", &["attacker"]);
    for arn in &acls {
        let Some(place) = of_web_acl(arn) else { continue };
        let with = [("incident", mark.as_str()), ("web_acl", arn.as_str())];
        for action in ["waf.count", "waf.block"] {
            for address in addresses.iter().filter(|address| is_public(address)) {
                draft.add(action, &place, ("ip", address), &with);
            }
        }
    }
}

/// The account and region of a web ACL.
fn of_web_acl(arn: &str) -> Option<Place> {
    let parts: Vec<&str> = arn.split(':').collect();
    let ["arn", _, "wafv2", region, account, own] = parts.as_slice() else { return None };
    let is_id = account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit());
    (is_id && own.contains("/webacl/") && !region.is_empty())
        .then(|| Place { account: (*account).to_owned(), region: (*region).to_owned() })
}

/// Takes a server out; gives the steps that suspended its group's processes and protected it.
fn contain(draft: &mut Draft<'_>, instance: &str, place: &Place) -> [Option<String>; 2] {
    let target = ("instance", instance);
    let mark = draft.kept.uid().to_owned();
    let mark = [("incident", mark.as_str())];
    let suspended = draft.add("autoscaling.suspend", place, target, &[]);
    draft.add("ec2.tag", place, target, &mark);
    let protected = draft.add("ec2.protect", place, target, &[]);
    virtual_patch(draft);
    for address in draft.entities("ip", &["attacker"]) {
        if is_public(&address) {
            let at = [("instance", instance)];
            draft.add("ec2.deny_address", place, ("ip", &address), &at);
        }
    }
    let standby = draft.settings.choices.standby;
    let out = if standby { "autoscaling.standby" } else { "autoscaling.detach" };
    for action in ["ec2.snapshot", out, "elb.deregister", "ec2.untrack", "ec2.isolate"] {
        draft.add(action, place, target, &mark);
    }
    draft.add("iam.revoke_instance_sessions", place, target, &mark);
    [suspended, protected]
}

/// What outlives sessions and machines.
pub(super) fn planted(draft: &mut Draft<'_>) {
    for made in draft.proof.made() {
        if !matches!(made.kind, "fleet" | "spot_fleet") {
            draft.add(made.action, &made.place, (made.kind, &made.value), &[]);
        }
    }
    for user in draft.entities("user", &["created"]) {
        let found = of_arn(&user).or_else(|| draft.proof.place(&user));
        match found {
            Some(place) => {
                let place = Place { region: GLOBAL.into(), ..place };
                draft.add("iam.remove_user", &place, ("user", &user), &[]);
            }
            None => unknown(draft, "user", &user),
        }
    }
}

/// What is named, but not acted on.
pub(super) fn rest(draft: &mut Draft<'_>) {
    let done: BTreeSet<_> = draft.steps.iter().map(|step| step.target.value.clone()).collect();
    for address in draft.entities("ip", &["attacker"]) {
        if !done.contains(&address) {
            draft.leave(
                "ip",
                &address,
                "no place to block it is known, or it is of a private network",
                "遮断する場所が不明、またはプライベートアドレスのため",
            );
        }
    }
    for role in draft.entities("role", &["affected", "created"]) {
        if role.starts_with("arn:") && !done.contains(&role) {
            draft.leave(
                "role",
                &role,
                "people must look at its trust and permissions",
                "信頼ポリシーと権限は人による確認が必要なため",
            );
        }
    }
}

fn unknown(draft: &mut Draft<'_>, kind: &str, value: &str) {
    draft.leave(
        kind,
        value,
        "no record says in which account and region it is (name them: --account, --region)",
        "アカウントとリージョンを示す記録がないため（--account と --region で指定）",
    );
}

fn place(draft: &Draft<'_>, instance: &str) -> Option<Place> {
    draft.proof.place(instance).or_else(|| draft.settings.place.clone())
}

/// Targets of a sort that the incident's advice names.
fn advised(draft: &Draft<'_>, id: &str, kind: &str) -> Vec<String> {
    let text = |value: &Value, key: &str| value.get(key)?.as_str().map(str::to_owned);
    let advice = draft.kept.list("recommendations").iter();
    let targets = advice
        .filter(|advice| text(advice, "id").as_deref() == Some(id))
        .filter_map(|advice| advice.get("targets")?.as_array())
        .flatten()
        .filter(|target| text(target, "type").as_deref() == Some(kind));
    let all: BTreeSet<String> = targets.filter_map(|target| text(target, "value")).collect();
    all.into_iter().collect()
}

/// The account of an ARN of IAM.
fn of_arn(arn: &str) -> Option<Place> {
    let mut parts = arn.split(':');
    let account = (parts.next() == Some("arn")).then(|| parts.nth(3)).flatten()?;
    let is_id = account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit());
    is_id.then(|| Place { account: account.to_owned(), region: GLOBAL.to_owned() })
}

fn is_public(address: &str) -> bool {
    match address.parse() {
        Ok(IpAddr::V4(v4)) => {
            !(v4.is_private() || v4.is_loopback() || v4.is_link_local() || v4.is_unspecified())
        }
        Ok(IpAddr::V6(v6)) => {
            let local = v6.is_unique_local() || v6.is_unicast_link_local() || v6.is_multicast();
            !(local || v6.is_loopback() || v6.is_unspecified())
        }
        Err(_) => false,
    }
}
