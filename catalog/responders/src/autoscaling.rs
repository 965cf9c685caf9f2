//! Auto Scaling: processes suspended and resumed, an instance detached so that it is replaced.

use std::collections::BTreeSet;

use model::Error;
use model::response::Step;
use model::seam::responder::{Facts, Responder, Stand};
use serde_json::{Value, json};

use crate::wire::{Wire, list, parameter, text, unknown};

/// What ends instances, or moves them. `Launch` goes on: the replacement must start.
const PROCESSES: [&str; 5] =
    ["AZRebalance", "AlarmNotification", "ReplaceUnhealthy", "ScheduledActions", "Terminate"];

pub(crate) struct Groups(pub(crate) Wire);

impl Groups {
    /// The group of an instance, and its state in it.
    fn member(&self, id: &str) -> Result<Option<(String, String)>, Error> {
        let said =
            self.0.groups("DescribeAutoScalingInstances", &[("InstanceIds.member.1", id)])?;
        let found = list(&said, "/AutoScalingInstances").first();
        Ok(found.map(|it| {
            let own = |path: &str| text(it, path).to_owned();
            (own("/AutoScalingGroupName"), own("/LifecycleState"))
        }))
    }

    fn suspended(&self, group: &str) -> Result<Option<BTreeSet<String>>, Error> {
        let with = [("AutoScalingGroupNames.member.1", group)];
        let said = self.0.groups("DescribeAutoScalingGroups", &with)?;
        let Some(found) = list(&said, "/AutoScalingGroups").first() else { return Ok(None) };
        let all = list(found, "/SuspendedProcesses").iter();
        Ok(Some(all.map(|it| text(it, "/ProcessName").to_owned()).collect()))
    }

    fn set(&self, action: &'static str, group: &str, processes: &[&str]) -> Result<(), Error> {
        if processes.is_empty() {
            return Ok(());
        }
        let keys: Vec<String> =
            (1..=processes.len()).map(|n| format!("ScalingProcesses.member.{n}")).collect();
        let mut with = vec![("AutoScalingGroupName", group)];
        with.extend(keys.iter().map(String::as_str).zip(processes.iter().copied()));
        self.0.groups(action, &with).map(drop)
    }

    fn look_suspend(&self, id: &str) -> Result<Stand, Error> {
        let Some((group, _)) = self.member(id)? else { return Ok(Stand::Done) };
        let Some(now) = self.suspended(&group)? else { return Ok(Stand::Done) };
        if PROCESSES.iter().all(|process| now.contains(*process)) {
            return Ok(Stand::Done);
        }
        let to_do: Vec<&str> = PROCESSES.into_iter().filter(|p| !now.contains(*p)).collect();
        Ok(Stand::Ready(json!({"group": group, "processes": to_do})))
    }

    fn look_resume(&self, step: &Step, facts: &Facts) -> Result<Stand, Error> {
        let Some(before) = facts.get(parameter(step, "ends")) else { return Ok(Stand::Done) };
        let Some(now) = self.suspended(text(before, "/group"))? else { return Ok(Stand::Done) };
        let ours = processes(before);
        if ours.iter().all(|process| !now.contains(*process)) {
            return Ok(Stand::Done);
        }
        Ok(Stand::Ready(before.clone()))
    }

    fn look_standby(&self, id: &str) -> Result<Stand, Error> {
        let Some((group, state)) = self.member(id)? else { return Ok(Stand::Done) };
        match state.as_str() {
            "InService" => Ok(Stand::Ready(json!({"group": group}))),
            "Standby" | "EnteringStandby" => Ok(Stand::Done),
            state => Ok(Stand::Surprise(format!("{id} is {state} in {group}, not InService"))),
        }
    }

    fn look_detach(&self, id: &str) -> Result<Stand, Error> {
        let Some((group, state)) = self.member(id)? else { return Ok(Stand::Done) };
        match state.as_str() {
            "InService" | "Standby" => Ok(Stand::Ready(json!({"group": group}))),
            state if state.starts_with("Detach") => Ok(Stand::Done),
            state => Ok(Stand::Surprise(format!(
                "{id} is {state} in {group}: only what is InService or Standby can be detached"
            ))),
        }
    }
}

/// The processes that were suspended by the step.
fn processes(before: &Value) -> Vec<&str> {
    list(before, "/processes").iter().filter_map(Value::as_str).collect()
}

impl Responder for Groups {
    fn look(&self, step: &Step, facts: &Facts) -> Result<Stand, Error> {
        match step.action.as_str() {
            "autoscaling.suspend" => self.look_suspend(&step.target.value),
            "autoscaling.resume" => self.look_resume(step, facts),
            "autoscaling.detach" => self.look_detach(&step.target.value),
            "autoscaling.standby" => self.look_standby(&step.target.value),
            _ => Err(unknown(step)),
        }
    }

    fn act(&self, step: &Step, before: &Value) -> Result<(), Error> {
        let group = text(before, "/group");
        match step.action.as_str() {
            "autoscaling.suspend" => self.set("SuspendProcesses", group, &processes(before)),
            "autoscaling.resume" => self.set("ResumeProcesses", group, &processes(before)),
            "autoscaling.detach" | "autoscaling.standby" => {
                let with = [
                    ("AutoScalingGroupName", group),
                    ("InstanceIds.member.1", step.target.value.as_str()),
                    ("ShouldDecrementDesiredCapacity", "false"),
                ];
                let standby = step.action == "autoscaling.standby";
                let action = if standby { "EnterStandby" } else { "DetachInstances" };
                self.0.groups(action, &with).map(drop)
            }
            _ => Err(unknown(step)),
        }
    }

    fn undo(&self, step: &Step, before: &Value) -> Result<(), Error> {
        let group = text(before, "/group");
        match step.action.as_str() {
            "autoscaling.suspend" => self.set("ResumeProcesses", group, &processes(before)),
            "autoscaling.resume" => self.set("SuspendProcesses", group, &processes(before)),
            "autoscaling.standby" => {
                let id = step.target.value.as_str();
                if self.member(id)?.is_none_or(|(_, state)| state != "Standby") {
                    return Ok(());
                }
                let with = [("AutoScalingGroupName", group), ("InstanceIds.member.1", id)];
                self.0.groups("ExitStandby", &with).map(drop)
            }
            "autoscaling.detach" => {
                let id = step.target.value.as_str();
                if self.member(id)?.is_some() {
                    return Ok(());
                }
                let with = [("AutoScalingGroupName", group), ("InstanceIds.member.1", id)];
                self.0.groups("AttachInstances", &with).map(drop)
            }
            _ => Err(unknown(step)),
        }
    }
}
