//! EC2's network: isolation by security group in two steps, one address denied by network ACL.

use std::collections::BTreeSet;

use model::Error;
use model::response::Step;
use model::seam::responder::{Facts, Responder, Stand};
use serde_json::{Value, json};

use crate::wire::{Wire, instance, list, parameter, text, unknown};

/// Lets everything through, so that connections are not tracked.
const UNTRACKED: &str = "yagura-untracked";
/// Lets nothing through.
const ISOLATED: &str = "yagura-isolated";
/// Entries of a network ACL that are ours have these numbers: before the usual 100.
const NUMBERS: std::ops::Range<u32> = 1..100;
/// Directions of an entry: outgoing or not.
const DIRECTIONS: [&str; 2] = ["true", "false"];

pub(crate) struct Network(pub(crate) Wire);

impl Network {
    fn group(&self, name: &str, vpc: &str) -> Result<Option<Value>, Error> {
        let with = [
            ("Filter.1.Name", "group-name"),
            ("Filter.1.Value.1", name),
            ("Filter.2.Name", "vpc-id"),
            ("Filter.2.Value.1", vpc),
        ];
        let said = self.0.ec2("DescribeSecurityGroups", &with)?;
        Ok(list(&said, "/SecurityGroups")
            .first()
            .or_else(|| list(&said, "/SecurityGroupInfos").first())
            .or_else(|| list(&said, "/SecurityGroupInfo").first())
            .cloned())
    }

    /// The group of this name, made as it must be; its id.
    fn ensure(&self, name: &str, vpc: &str) -> Result<String, Error> {
        let open = name == UNTRACKED;
        let found = self.group(name, vpc)?;
        let id = if let Some(group) = &found {
            text(group, "/GroupId").to_owned()
        } else {
            let with = [
                ("GroupName", name),
                ("GroupDescription", "incident response, made by yagura"),
                ("VpcId", vpc),
            ];
            text(&self.0.ec2("CreateSecurityGroup", &with)?, "/GroupId").to_owned()
        };
        let all = [
            ("GroupId", id.as_str()),
            ("IpPermissions.1.IpProtocol", "-1"),
            ("IpPermissions.1.IpRanges.1.CidrIp", "0.0.0.0/0"),
        ];
        // A group that was just made, or was left half made, is brought to what it must be.
        let absent = ["InvalidPermission.Duplicate", "InvalidPermission.NotFound"];
        let way = if open { "AuthorizeSecurityGroupIngress" } else { "RevokeSecurityGroupEgress" };
        self.0.ec2_if(way, &all, &absent)?;
        Ok(id)
    }

    fn set(&self, id: &str, groups: &[&str]) -> Result<(), Error> {
        let keys: Vec<String> = (1..=groups.len()).map(|n| format!("GroupId.{n}")).collect();
        let mut with = vec![("InstanceId", id)];
        with.extend(keys.iter().map(String::as_str).zip(groups.iter().copied()));
        self.0.ec2("ModifyInstanceAttribute", &with).map(drop)
    }

    fn look_at_groups(&self, step: &Step) -> Result<Stand, Error> {
        let id = step.target.value.as_str();
        let Some(machine) = instance(&self.0, id)? else { return Ok(Stand::Done) };
        let cards = list(&machine, "/NetworkInterfaces").len();
        if cards > 1 {
            return Ok(Stand::Surprise(format!("{id} has {cards} network interfaces")));
        }
        let vpc = text(&machine, "/VpcId");
        let groups = list(&machine, "/Groups").iter();
        let groups: Vec<&str> = groups.map(|group| text(group, "/GroupId")).collect();
        let isolated = self.group(ISOLATED, vpc)?;
        if let Some(group) = &isolated {
            let passes = list(group, "/IpPermissions").len();
            // One that lets something through was changed by somebody.
            if passes > 0 {
                return Ok(Stand::Surprise(format!("{ISOLATED} of {vpc} lets something in")));
            }
        }
        let is = |group: &Option<Value>| {
            group.as_ref().is_some_and(|group| groups == [text(group, "/GroupId")])
        };
        let untracked = self.group(UNTRACKED, vpc)?;
        let done = is(&isolated) || (step.action == "ec2.untrack" && is(&untracked));
        let before = json!({"groups": groups, "vpc": vpc, "open": is(&untracked)});
        Ok(if done { Stand::Done } else { Stand::Ready(before) })
    }

    /// The network ACL of a subnet.
    fn list_of(&self, subnet: &str) -> Result<Option<Value>, Error> {
        let with = [("Filter.1.Name", "association.subnet-id"), ("Filter.1.Value.1", subnet)];
        let said = self.0.ec2("DescribeNetworkAcls", &with)?;
        Ok(list(&said, "/NetworkAcls").first().cloned())
    }

    fn look_at_list(&self, step: &Step) -> Result<Stand, Error> {
        let at = parameter(step, "instance");
        let Some(machine) = instance(&self.0, at)? else { return Ok(Stand::Done) };
        let subnet = text(&machine, "/SubnetId");
        let Some(acl) = self.list_of(subnet)? else {
            return Ok(Stand::Surprise(format!("the subnet {subnet} of {at} has no network ACL")));
        };
        let (member, address) = block(step);
        let member = format!("/{member}");
        let entries = list(&acl, "/Entrys");
        let denies = |egress: &&str| {
            entries.iter().any(|entry| {
                text(entry, &member) == address
                    && text(entry, "/RuleAction") == "deny"
                    && text(entry, "/Egress") == *egress
            })
        };
        if DIRECTIONS.iter().all(denies) {
            return Ok(Stand::Done);
        }
        let used: BTreeSet<&str> = entries.iter().map(|e| text(e, "/RuleNumber")).collect();
        let free = NUMBERS.map(|n| n.to_string()).find(|n| !used.contains(n.as_str()));
        let Some(free) = free else {
            return Ok(Stand::Surprise(format!("the network ACL of {subnet} has no free number")));
        };
        Ok(Stand::Ready(json!({"acl": text(&acl, "/NetworkAclId"), "number": free})))
    }

    fn deny(&self, step: &Step, before: &Value) -> Result<(), Error> {
        let (member, address) = block(step);
        for egress in DIRECTIONS {
            let with = [
                ("NetworkAclId", text(before, "/acl")),
                ("RuleNumber", text(before, "/number")),
                ("Protocol", "-1"),
                ("RuleAction", "deny"),
                ("Egress", egress),
                (member, address.as_str()),
            ];
            self.0.ec2_if("CreateNetworkAclEntry", &with, &["NetworkAclEntryAlreadyExists"])?;
        }
        Ok(())
    }
}

/// The member that takes the step's address, and the address as a network.
fn block(step: &Step) -> (&'static str, String) {
    let address = &step.target.value;
    if address.contains(':') {
        ("Ipv6CidrBlock", format!("{address}/128"))
    } else {
        ("CidrBlock", format!("{address}/32"))
    }
}

impl Responder for Network {
    fn look(&self, step: &Step, _: &Facts) -> Result<Stand, Error> {
        if step.action == "ec2.deny_address" {
            return self.look_at_list(step);
        }
        self.look_at_groups(step)
    }

    fn act(&self, step: &Step, before: &Value) -> Result<(), Error> {
        let name = match step.action.as_str() {
            "ec2.deny_address" => return self.deny(step, before),
            "ec2.untrack" => UNTRACKED,
            "ec2.isolate" => ISOLATED,
            _ => return Err(unknown(step)),
        };
        let group = self.ensure(name, text(before, "/vpc"))?;
        self.set(&step.target.value, &[&group])
    }

    fn undo(&self, step: &Step, before: &Value) -> Result<(), Error> {
        if step.action == "ec2.deny_address" {
            for egress in DIRECTIONS {
                let with = [
                    ("NetworkAclId", text(before, "/acl")),
                    ("RuleNumber", text(before, "/number")),
                    ("Egress", egress),
                ];
                let absent = ["InvalidNetworkAclEntry.NotFound"];
                self.0.ec2_if("DeleteNetworkAclEntry", &with, &absent)?;
            }
            return Ok(());
        }
        // From isolated it goes straight to what the step before found, never through open.
        let open = before.get("open").and_then(Value::as_bool).unwrap_or_default();
        if open || instance(&self.0, &step.target.value)?.is_none() {
            return Ok(());
        }
        let groups = list(before, "/groups").iter().filter_map(Value::as_str);
        self.set(&step.target.value, &groups.collect::<Vec<_>>())
    }
}
