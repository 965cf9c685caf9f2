//! A group that starts from another image: its launch template, its size, and the instance refresh.

use model::Error;
use model::response::Step;
use model::seam::responder::{Facts, Responder, Stand};
use serde_json::{Value, json};

use crate::wire::{Wire, list, parameter, text, unknown};

/// States of a refresh that is under way.
const UNDER_WAY: &[&str] = &["Pending", "InProgress", "Baking", "Cancelling", "RollbackInProgress"];

pub(crate) struct Renewal(pub(crate) Wire);

/// What marks the version that a step made.
fn mark(step: &Step) -> String {
    format!("yagura {} {}", parameter(step, "incident"), parameter(step, "image"))
}

impl Renewal {
    fn group(&self, name: &str) -> Result<Option<Value>, Error> {
        let with = [("AutoScalingGroupNames.member.1", name)];
        let said = self.0.groups("DescribeAutoScalingGroups", &with)?;
        Ok(list(&said, "/AutoScalingGroups").first().cloned())
    }

    fn look_desired(&self, step: &Step) -> Result<Stand, Error> {
        let name = step.target.value.as_str();
        let Some(group) = self.group(name)? else {
            return Ok(Stand::Surprise(format!("there is no group {name}")));
        };
        let number = |path: &str| text(&group, path).parse::<i64>().unwrap_or_default();
        let wanted = parameter(step, "desired").parse::<i64>().unwrap_or(-1);
        let (least, most) = (number("/MinSize"), number("/MaxSize"));
        if !(least..=most).contains(&wanted) {
            return Ok(Stand::Surprise(format!("{name} takes {least} to {most}, not {wanted}")));
        }
        let now = number("/DesiredCapacity");
        let before = json!({"desired": now.to_string()});
        Ok(if now == wanted { Stand::Done } else { Stand::Ready(before) })
    }

    fn set_desired(&self, step: &Step, desired: &str) -> Result<(), Error> {
        let with = [
            ("AutoScalingGroupName", step.target.value.as_str()),
            ("DesiredCapacity", desired),
            ("HonorCooldown", "false"),
        ];
        self.0.groups("SetDesiredCapacity", &with).map(drop)
    }

    fn versions(&self, template: &str) -> Result<Vec<Value>, Error> {
        let with = [("LaunchTemplateId", template)];
        let said = self.0.ec2("DescribeLaunchTemplateVersions", &with)?;
        Ok(list(&said, "/LaunchTemplateVersions").to_vec())
    }

    fn look_template(&self, step: &Step) -> Result<Stand, Error> {
        let (id, image) = (step.target.value.as_str(), parameter(step, "image"));
        let absent =
            ["InvalidAMIID.NotFound", "InvalidAMIID.Unavailable", "InvalidAMIID.Malformed"];
        let said = self.0.ec2_if("DescribeImages", &[("ImageId.1", image)], &absent)?;
        let state = said.as_ref().map_or("", |said| text(said, "/Images/0/State"));
        if state != "available" {
            let state = if state.is_empty() { "not there" } else { state };
            return Ok(Stand::Surprise(format!("the image {image} is {state}")));
        }
        let versions = self.versions(id)?;
        let default = versions.iter().find(|it| text(it, "/DefaultVersion") == "true");
        let Some(default) = default else {
            return Ok(Stand::Surprise(format!("{id} has no default version")));
        };
        if text(default, "/LaunchTemplateData/ImageId") == image {
            return Ok(Stand::Done);
        }
        let before = json!({"default": text(default, "/VersionNumber"),
            "image": text(default, "/LaunchTemplateData/ImageId")});
        Ok(Stand::Ready(before))
    }

    fn set_template(&self, step: &Step, before: &Value) -> Result<(), Error> {
        let (id, mark) = (step.target.value.as_str(), mark(step));
        let made = self.versions(id)?;
        let made = made.iter().find(|it| text(it, "/VersionDescription") == mark);
        let number = if let Some(made) = made {
            text(made, "/VersionNumber").to_owned()
        } else {
            let with = [
                ("LaunchTemplateId", id),
                ("SourceVersion", text(before, "/default")),
                ("VersionDescription", mark.as_str()),
                ("LaunchTemplateData.ImageId", parameter(step, "image")),
            ];
            let said = self.0.ec2("CreateLaunchTemplateVersion", &with)?;
            text(&said, "/LaunchTemplateVersion/VersionNumber").to_owned()
        };
        self.set_default(id, &number)
    }

    fn set_default(&self, id: &str, number: &str) -> Result<(), Error> {
        let with = [("LaunchTemplateId", id), ("SetDefaultVersion", number)];
        self.0.ec2("ModifyLaunchTemplate", &with).map(drop)
    }

    /// The latest refresh of a group.
    fn refresh(&self, group: &str) -> Result<Value, Error> {
        let with = [("AutoScalingGroupName", group), ("MaxRecords", "1")];
        let said = self.0.groups("DescribeInstanceRefreshes", &with)?;
        Ok(list(&said, "/InstanceRefreshes").first().cloned().unwrap_or_default())
    }

    fn look_refresh(&self, step: &Step, facts: &Facts) -> Result<Stand, Error> {
        let name = step.target.value.as_str();
        let Some(group) = self.group(name)? else {
            return Ok(Stand::Surprise(format!("there is no group {name}")));
        };
        let version = text(&group, "/LaunchTemplate/Version");
        if !matches!(version, "" | "$Default" | "$Latest") {
            let what = format!("{name} starts version {version} whatever the default is");
            return Ok(Stand::Surprise(what));
        }
        let latest = self.refresh(name)?;
        let (id, state) = (text(&latest, "/InstanceRefreshId"), text(&latest, "/Status"));
        if let Some(before) = facts.get(&step.id)
            && !id.is_empty()
            && text(before, "/last") != id
        {
            return Ok(match state {
                "Successful" => Stand::Done,
                state if UNDER_WAY.contains(&state) => Stand::Done,
                state => Stand::Surprise(format!("the refresh {id} of {name} is {state}")),
            });
        }
        if UNDER_WAY.contains(&state) {
            return Ok(Stand::Surprise(format!("another refresh of {name} is {state}")));
        }
        Ok(Stand::Ready(json!({"last": id})))
    }

    fn start_refresh(&self, group: &str) -> Result<(), Error> {
        let with = [
            ("AutoScalingGroupName", group),
            ("Strategy", "Rolling"),
            ("Preferences.MinHealthyPercentage", "90"),
            ("Preferences.CheckpointPercentages.member.1", "20"),
            ("Preferences.CheckpointPercentages.member.2", "50"),
            ("Preferences.CheckpointPercentages.member.3", "100"),
        ];
        self.0.groups("StartInstanceRefresh", &with).map(drop)
    }

    fn cancel_refresh(&self, group: &str) -> Result<(), Error> {
        if UNDER_WAY.contains(&text(&self.refresh(group)?, "/Status")) {
            self.0.groups("CancelInstanceRefresh", &[("AutoScalingGroupName", group)])?;
        }
        Ok(())
    }
}

impl Responder for Renewal {
    fn look(&self, step: &Step, facts: &Facts) -> Result<Stand, Error> {
        match step.action.as_str() {
            "autoscaling.set_desired" => self.look_desired(step),
            "ec2.set_template" => self.look_template(step),
            "autoscaling.refresh" => self.look_refresh(step, facts),
            _ => Err(unknown(step)),
        }
    }

    fn act(&self, step: &Step, before: &Value) -> Result<(), Error> {
        match step.action.as_str() {
            "autoscaling.set_desired" => self.set_desired(step, parameter(step, "desired")),
            "ec2.set_template" => self.set_template(step, before),
            "autoscaling.refresh" => self.start_refresh(&step.target.value),
            _ => Err(unknown(step)),
        }
    }

    fn undo(&self, step: &Step, before: &Value) -> Result<(), Error> {
        match step.action.as_str() {
            "autoscaling.set_desired" => self.set_desired(step, text(before, "/desired")),
            "ec2.set_template" => self.set_default(&step.target.value, text(before, "/default")),
            "autoscaling.refresh" => self.cancel_refresh(&step.target.value),
            _ => Err(unknown(step)),
        }
    }
}
