//! EC2: what an intruder planted besides machines.

use model::Error;
use model::response::Step;
use model::seam::responder::{Facts, Responder, Stand};
use serde_json::{Value, json};

use crate::wire::{Wire, list, text, unknown};

pub(crate) struct Planted(pub(crate) Wire);

/// How one sort is looked for and taken away.
struct Sort {
    action: &'static str,
    look: &'static str,
    by: &'static str,
    list: &'static str,
    state: &'static str,
    /// Codes that say that there is none.
    absent: &'static [&'static str],
    remove: &'static str,
    named: &'static str,
    more: &'static [(&'static str, &'static str)],
}

const SORTS: &[Sort] = &[
    Sort {
        action: "ec2.cancel_spot_fleet",
        look: "DescribeSpotFleetRequests",
        by: "SpotFleetRequestId.1",
        list: "/SpotFleetRequestConfigs",
        state: "/SpotFleetRequestState",
        absent: &["InvalidSpotFleetRequestId.NotFound"],
        remove: "CancelSpotFleetRequests",
        named: "SpotFleetRequestId.1",
        more: &[("TerminateInstances", "false")],
    },
    Sort {
        action: "ec2.delete_fleet",
        look: "DescribeFleets",
        by: "FleetId.1",
        list: "/Fleets",
        state: "/FleetState",
        absent: &["InvalidFleetId.NotFound"],
        remove: "DeleteFleets",
        named: "FleetId.1",
        more: &[("TerminateInstances", "false")],
    },
    Sort {
        action: "ec2.delete_key_pair",
        look: "DescribeKeyPairs",
        by: "KeyName.1",
        list: "/Keys",
        state: "",
        absent: &["InvalidKeyPair.NotFound"],
        remove: "DeleteKeyPair",
        named: "KeyName",
        more: &[],
    },
    Sort {
        action: "ec2.delete_launch_template",
        look: "DescribeLaunchTemplates",
        by: "LaunchTemplateId.1",
        list: "/LaunchTemplates",
        state: "",
        absent: &["InvalidLaunchTemplateId.NotFound", "InvalidLaunchTemplateId.NotFoundException"],
        remove: "DeleteLaunchTemplate",
        named: "LaunchTemplateId",
        more: &[],
    },
    Sort {
        action: "ec2.delete_security_group",
        look: "DescribeSecurityGroups",
        by: "GroupId.1",
        list: "/SecurityGroupInfo",
        state: "",
        absent: &["InvalidGroup.NotFound"],
        remove: "DeleteSecurityGroup",
        named: "GroupId",
        more: &[],
    },
];

/// Whether an action is one of these.
pub(crate) fn is_mine(action: &str) -> bool {
    SORTS.iter().any(|sort| sort.action == action)
}

fn sort(step: &Step) -> Result<&'static Sort, Error> {
    SORTS.iter().find(|sort| sort.action == step.action).ok_or_else(|| unknown(step))
}

impl Responder for Planted {
    fn look(&self, step: &Step, _: &Facts) -> Result<Stand, Error> {
        let sort = sort(step)?;
        let with = [(sort.by, step.target.value.as_str())];
        let Some(said) = self.0.ec2_if(sort.look, &with, sort.absent)? else {
            return Ok(Stand::Done);
        };
        let Some(found) = list(&said, sort.list).first() else { return Ok(Stand::Done) };
        let state = if sort.state.is_empty() { "" } else { text(found, sort.state) };
        if state.starts_with("deleted") || state.starts_with("cancelled") {
            return Ok(Stand::Done);
        }
        Ok(Stand::Ready(json!({"state": state})))
    }

    fn act(&self, step: &Step, _: &Value) -> Result<(), Error> {
        let sort = sort(step)?;
        let mut with = vec![(sort.named, step.target.value.as_str())];
        with.extend_from_slice(sort.more);
        self.0.ec2_if(sort.remove, &with, sort.absent).map(drop)
    }

    fn undo(&self, step: &Step, _: &Value) -> Result<(), Error> {
        Err(unknown(step))
    }
}
