//! A web server that was broken into is taken out of its group, replaced and isolated.

use std::fs;

use serde_json::{Value, json};

use crate::moto::Moto;
use crate::respond::{ACCOUNT, HOME, World, entity, state};
use crate::{stderr, stdout, yagura};

/// A web server of a group was broken into.
pub fn web() -> Option<World> {
    let moto = Moto::start()?;
    let images = moto.ec2("DescribeImages", &[("Owner.1", "amazon")]).value;
    let image = images["Images"][0]["ImageId"].as_str().unwrap().to_owned();
    let with = [
        ("LaunchTemplateName", "shop"),
        ("LaunchTemplateData.ImageId", image.as_str()),
        ("LaunchTemplateData.InstanceType", "t3.micro"),
    ];
    moto.ec2("CreateLaunchTemplate", &with);
    let with = [
        ("AutoScalingGroupName", "shop-web"),
        ("LaunchTemplate.LaunchTemplateName", "shop"),
        ("MinSize", "2"),
        ("MaxSize", "3"),
        ("DesiredCapacity", "2"),
        ("AvailabilityZones.member.1", "eu-west-1a"),
    ];
    moto.groups("CreateAutoScalingGroup", &with);
    let with = [("AutoScalingGroupName", "shop-web"), ("ScalingProcesses.member.1", "AZRebalance")];
    moto.groups("SuspendProcesses", &with);
    let members = members(&moto);
    let report = json!({"schema": "yagura.investigation/1", "findings": [], "incidents": [{
        "uid": "ffeeddccbbaa99887766554433221100", "title": "Web", "kind": "web_compromise",
        "entities": [entity("instance", &members[0], "victim"),
            entity("ip", "198.51.100.7", "attacker")],
        "findings": [], "recommendations": [], "steps": [{"evidence": ["E1"]}]}],
        "evidence": {"E1": {"source": "web.access", "file": "access.log", "sha256": "00",
            "raw": format!("{} 198.51.100.7 GET /", members[0])}}});
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("report.json"), report.to_string()).unwrap();
    let of = |id: &String| vec![(HOME, id.clone())];
    let (evil, decoys) = (of(&members[0]), of(&members[1]));
    Some(World { moto, folder, evil, decoys })
}

pub fn members(moto: &Moto) -> Vec<String> {
    let said = moto.groups("DescribeAutoScalingGroups", &[]).value;
    let all = said["AutoScalingGroups"][0]["Instances"].as_array().unwrap();
    all.iter().map(|it| it["InstanceId"].as_str().unwrap().to_owned()).collect()
}

fn suspended(moto: &Moto) -> Vec<String> {
    let said = moto.groups("DescribeAutoScalingGroups", &[]).value;
    let all = said["AutoScalingGroups"][0]["SuspendedProcesses"].as_array().cloned();
    let name = |it: &Value| it["ProcessName"].as_str().unwrap().to_owned();
    all.unwrap_or_default().iter().map(name).collect()
}

fn groups(moto: &Moto, id: &str) -> String {
    let said = moto.ec2("DescribeInstances", &[("InstanceId.1", id)]).value;
    said["Reservations"][0]["Instances"][0]["Groups"].to_string()
}

#[test]
fn a_web_server_is_taken_out_replaced_and_isolated_and_it_can_be_undone() {
    let Some(world) = web() else { return };
    world.plan(&["--account", ACCOUNT, "--region", HOME]);
    let id = world.evil[0].1.clone();
    let before = groups(&world.moto, &id);
    // One person may isolate; the end of the machine needs two.
    world.run("approve", &["--by", "asa"]);
    let told = world.apply(&[], 1);
    assert!(told.contains("ec2.terminate") && told.contains("waits for approval"), "{told}");
    let now = members(&world.moto);
    assert_eq!(now.len(), 2, "a replacement started");
    assert!(!now.contains(&id) && now.contains(&world.decoys[0].1), "{now:?}");
    assert_eq!(suspended(&world.moto), ["AZRebalance"], "what was suspended before stays so");
    assert_eq!(state(&world.moto, &world.evil[0]), "running");
    assert!(groups(&world.moto, &id).contains("yagura-isolated"), "{}", groups(&world.moto, &id));
    let acls = world.moto.ec2("DescribeNetworkAcls", &[]).value.to_string();
    assert_eq!(acls.matches("198.51.100.7/32").count(), 2, "{acls}");
    let writes = ["--yes-i-approve"];
    let output = world.run("undo", &writes);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(groups(&world.moto, &id), before);
    assert!(members(&world.moto).contains(&id));
    let acls = world.moto.ec2("DescribeNetworkAcls", &[]).value.to_string();
    assert!(!acls.contains("198.51.100.7/32"), "{acls}");
    assert_eq!(suspended(&world.moto), ["AZRebalance"]);
}

#[test]
fn the_printed_policy_names_the_calls_of_the_plan() {
    let Some(world) = web() else { return };
    let plan = world.plan(&["--account", ACCOUNT, "--region", HOME]).display().to_string();
    let policy: Value =
        serde_json::from_str(&stdout(&yagura(&["respond", "policy", &plan]))).unwrap();
    let actions = policy["Statement"][0]["Action"].to_string();
    for needed in ["autoscaling:DetachInstances", "ec2:TerminateInstances", "iam:PutRolePolicy"] {
        assert!(actions.contains(needed), "{actions}");
    }
    assert!(!actions.contains("DeleteUser") && !actions.contains('*'), "{actions}");
}
