//! EC2: tags, protection from termination, snapshots, the end of an instance.

use model::Error;
use model::response::Step;
use model::seam::responder::{Facts, Responder, Stand};
use serde_json::{Value, json};

use crate::wire::{Wire, instance, list, parameter, text, unknown};

/// The tag with the incident.
const TAG: &str = "yagura:incident";
/// The tag of a snapshot with its instance.
const OF: &str = "yagura:instance";

pub(crate) struct Machines(pub(crate) Wire);

impl Machines {
    fn is_protected(&self, id: &str) -> Result<bool, Error> {
        let with = [("InstanceId", id), ("Attribute", "disableApiTermination")];
        let said = self.0.ec2("DescribeInstanceAttribute", &with)?;
        Ok(text(&said, "/DisableApiTermination/Value") == "true")
    }

    fn protect(&self, id: &str, on: &str) -> Result<(), Error> {
        let with = [("InstanceId", id), ("DisableApiTermination.Value", on)];
        self.0.ec2("ModifyInstanceAttribute", &with).map(drop)
    }

    /// Whether it is stopped; why it cannot be.
    fn look_stop(&self, id: &str, state: &str) -> Result<Result<bool, String>, Error> {
        if matches!(state, "stopping" | "stopped") {
            return Ok(Ok(true));
        }
        let with = [("InstanceIds.member.1", id)];
        let said = self.0.groups("DescribeAutoScalingInstances", &with)?;
        let member = list(&said, "/AutoScalingInstances").first();
        let group = member.filter(|it| text(it, "/LifecycleState") != "Standby");
        Ok(match group.map(|it| text(it, "/AutoScalingGroupName")) {
            Some(group) => Err(format!("{id} is in {group}, which would end and replace it")),
            None if state == "running" => Ok(false),
            None => Err(format!("{id} is {state}")),
        })
    }

    fn is_snapshotted(&self, id: &str, incident: &str) -> Result<bool, Error> {
        let (of, tag) = (format!("tag:{OF}"), format!("tag:{TAG}"));
        let with = [
            ("Owner.1", "self"),
            ("Filter.1.Name", of.as_str()),
            ("Filter.1.Value.1", id),
            ("Filter.2.Name", tag.as_str()),
            ("Filter.2.Value.1", incident),
        ];
        Ok(!list(&self.0.ec2("DescribeSnapshots", &with)?, "/Snapshots").is_empty())
    }

    fn snapshot(&self, id: &str, incident: &str) -> Result<(), Error> {
        let with = [
            ("InstanceSpecification.InstanceId", id),
            ("Description", "evidence, taken by yagura"),
            ("TagSpecification.1.ResourceType", "snapshot"),
            ("TagSpecification.1.Tag.1.Key", OF),
            ("TagSpecification.1.Tag.1.Value", id),
            ("TagSpecification.1.Tag.2.Key", TAG),
            ("TagSpecification.1.Tag.2.Value", incident),
        ];
        self.0.ec2("CreateSnapshots", &with).map(drop)
    }
}

/// The value of the incident's tag.
fn tagged(machine: &Value) -> &str {
    let tag = list(machine, "/Tags").iter().find(|tag| text(tag, "/Key") == TAG);
    tag.map_or("", |tag| text(tag, "/Value"))
}

impl Responder for Machines {
    fn look(&self, step: &Step, _: &Facts) -> Result<Stand, Error> {
        let (id, incident) = (step.target.value.as_str(), parameter(step, "incident"));
        let Some(machine) = instance(&self.0, id)? else { return Ok(Stand::Done) };
        let done = match step.action.as_str() {
            "ec2.tag" => tagged(&machine) == incident,
            "ec2.snapshot" => self.is_snapshotted(id, incident)?,
            "ec2.protect" => self.is_protected(id)?,
            "ec2.remove_protection" => !self.is_protected(id)?,
            "ec2.terminate" if self.is_protected(id)? => {
                return Ok(Stand::Surprise(format!("{id} is protected from termination again")));
            }
            "ec2.terminate" => false,
            "ec2.stop" => match self.look_stop(id, text(&machine, "/State/Name"))? {
                Ok(done) => done,
                Err(why) => return Ok(Stand::Surprise(why)),
            },
            _ => return Err(unknown(step)),
        };
        let before = json!({"state": text(&machine, "/State/Name"), "tag": tagged(&machine)});
        Ok(if done { Stand::Done } else { Stand::Ready(before) })
    }

    fn act(&self, step: &Step, _: &Value) -> Result<(), Error> {
        let (id, incident) = (step.target.value.as_str(), parameter(step, "incident"));
        match step.action.as_str() {
            "ec2.tag" => {
                let with = [("ResourceId.1", id), ("Tag.1.Key", TAG), ("Tag.1.Value", incident)];
                self.0.ec2("CreateTags", &with).map(drop)
            }
            "ec2.snapshot" => self.snapshot(id, incident),
            "ec2.protect" => self.protect(id, "true"),
            "ec2.remove_protection" => self.protect(id, "false"),
            "ec2.stop" => self.0.ec2("StopInstances", &[("InstanceId.1", id)]).map(drop),
            "ec2.terminate" => self.0.ec2("TerminateInstances", &[("InstanceId.1", id)]).map(drop),
            _ => Err(unknown(step)),
        }
    }

    fn undo(&self, step: &Step, before: &Value) -> Result<(), Error> {
        let id = step.target.value.as_str();
        if instance(&self.0, id)?.is_none() {
            return Ok(());
        }
        match step.action.as_str() {
            "ec2.tag" => {
                let with = [("ResourceId.1", id), ("Tag.1.Key", TAG)];
                match text(before, "/tag") {
                    "" => self.0.ec2("DeleteTags", &with).map(drop),
                    old => {
                        let with = [with[0], with[1], ("Tag.1.Value", old)];
                        self.0.ec2("CreateTags", &with).map(drop)
                    }
                }
            }
            "ec2.protect" => self.protect(id, "false"),
            "ec2.remove_protection" => self.protect(id, "true"),
            "ec2.stop" => self.0.ec2("StartInstances", &[("InstanceId.1", id)]).map(drop),
            // Evidence is kept.
            "ec2.snapshot" => Ok(()),
            _ => Err(unknown(step)),
        }
    }
}
