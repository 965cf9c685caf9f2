//! A group is put on a clean image; a server is taken from its load balancer, stood by or stopped.

use std::fs;
use std::sync::{Arc, Mutex};

use serde_json::Value;

use crate::between::{Between, Fate};
use crate::moto::Moto;
use crate::respond::{ACCOUNT, HOME, OWNER, World, state};
use crate::respond_web::{members, web};
use crate::stderr;

const HERE: [&str; 4] = ["--account", ACCOUNT, "--region", HOME];

/// A target group with both servers.
fn balanced(world: &World) -> String {
    let vpcs = world.moto.ec2("DescribeVpcs", &[]).value;
    let vpc = vpcs["Vpcs"][0]["VpcId"].as_str().unwrap();
    let with = [("Name", "shop"), ("Protocol", "HTTP"), ("Port", "80"), ("VpcId", vpc)];
    let said = world.moto.elb("CreateTargetGroup", &with).value;
    let arn = said["TargetGroups"][0]["TargetGroupArn"].as_str().unwrap().to_owned();
    for (_, id) in [&world.evil[0], &world.decoys[0]] {
        let with = [
            ("TargetGroupArn", arn.as_str()),
            ("Targets.member.1.Id", id.as_str()),
            ("Targets.member.1.Port", "8080"),
        ];
        world.moto.elb("RegisterTargets", &with);
    }
    arn
}

fn targets(world: &World, group: &str) -> Vec<String> {
    let said = world.moto.elb("DescribeTargetHealth", &[("TargetGroupArn", group)]).value;
    let all = said["TargetHealthDescriptions"].as_array().cloned().unwrap_or_default();
    let told =
        |it: &Value| format!("{}:{}", text(&it["Target"]["Id"]), text(&it["Target"]["Port"]));
    all.iter().map(told).collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn lifecycle(world: &World, id: &str) -> String {
    let with = [("InstanceIds.member.1", id)];
    let said = world.moto.groups("DescribeAutoScalingInstances", &with).value;
    text(&said["AutoScalingInstances"][0]["LifecycleState"])
}

/// The image of the default version.
fn image(world: &World) -> String {
    let with = [("LaunchTemplateName", "shop"), ("LaunchTemplateVersion.1", "$Default")];
    let said = world.moto.ec2("DescribeLaunchTemplateVersions", &with).value;
    text(&said["LaunchTemplateVersions"][0]["LaunchTemplateData"]["ImageId"])
}

fn done(world: &World, verb: &str) -> String {
    let output = world.run(verb, &["--yes-i-approve"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    stderr(&output)
}

#[test]
fn a_server_leaves_its_load_balancer_stands_by_and_comes_back() {
    let Some(world) = web() else { return };
    let group = balanced(&world);
    let own = world.evil[0].1.clone();
    world.plan(&[&HERE[..], &["--standby"]].concat());
    world.run("approve", &["--by", "asa"]);
    world.apply(&[], 1);
    assert_eq!(targets(&world, &group), [format!("{}:8080", world.decoys[0].1)]);
    assert_eq!(lifecycle(&world, &own), "Standby");
    assert_eq!(members(&world.moto).len(), 3, "a replacement started");
    done(&world, "undo");
    assert_eq!(lifecycle(&world, &own), "InService");
    let mut now = targets(&world, &group);
    now.sort();
    let mut all = [&own, &world.decoys[0].1].map(|id| format!("{id}:8080"));
    all.sort();
    assert_eq!(now, all);
}

#[test]
fn a_stopped_server_is_kept_and_can_be_started() {
    let Some(world) = web() else { return };
    world.plan(&[&HERE[..], &["--stop"]].concat());
    world.run("approve", &["--by", "asa"]);
    let told = world.apply(&[], 0);
    assert!(told.contains("ec2.stop"), "{told}");
    assert_eq!(state(&world.moto, &world.evil[0]), "stopped");
    assert_eq!(state(&world.moto, &world.decoys[0]), "running");
    done(&world, "undo");
    assert_eq!(state(&world.moto, &world.evil[0]), "running");
}

/// Answers instance refreshes as the API's reference does; the server has none.
fn with_refreshes(world: &World, started: &Arc<Mutex<Vec<String>>>) -> Between {
    let started = Arc::clone(started);
    Between::start(&world.moto.url, move |call| {
        let mut all = started.lock().unwrap();
        let body = if call.contains("Action=StartInstanceRefresh") {
            let number = all.len() + 1;
            all.push(format!("refresh-{number}"));
            format!("<InstanceRefreshId>refresh-{number}</InstanceRefreshId>")
        } else if call.contains("Action=DescribeInstanceRefreshes") {
            let one = |id: &String| {
                format!(
                    "<member><InstanceRefreshId>{id}</InstanceRefreshId>\
                     <Status>InProgress</Status></member>"
                )
            };
            format!(
                "<InstanceRefreshes>{}</InstanceRefreshes>",
                all.last().map_or(String::new(), one)
            )
        } else if call.contains("Action=CancelInstanceRefresh") {
            all.clear();
            String::new()
        } else {
            return Fate::Pass;
        };
        let action = call.split("Action=").nth(1).unwrap().split('&').next().unwrap().to_owned();
        let answer = format!(
            "<{action}Response xmlns=\"http://autoscaling.amazonaws.com/doc/2011-01-01/\">\
             <{action}Result>{body}</{action}Result></{action}Response>"
        );
        Fate::Answer(200, answer)
    })
}

#[test]
fn a_group_is_put_on_a_clean_image_and_refreshed_once() {
    let Some(world) = web() else { return };
    let images = world.moto.ec2("DescribeImages", &[("Owner.1", "amazon")]).value;
    let clean = text(&images["Images"][1]["ImageId"]);
    let with = [("LaunchTemplateName.1", "shop")];
    let said = world.moto.ec2("DescribeLaunchTemplates", &with).value;
    let template = text(&said["LaunchTemplates"][0]["LaunchTemplateId"]);
    let before = image(&world);
    assert_ne!(before, clean);
    let asked = format!("{template}={clean}");
    let more = ["--stop", "--image", &asked, "--refresh", "shop-web", "--desired", "shop-web=3"];
    let path = world.plan(&[&HERE[..], &more].concat());
    let plan: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    let of = |step: &Value| text(&step["action"]);
    let all: Vec<String> = plan["steps"].as_array().unwrap().iter().map(of).collect();
    let end = &all[all.len() - 5..];
    let wanted = ["ec2.set_template", "autoscaling.resume", "autoscaling.set_desired"];
    assert_eq!(end[..3], wanted);
    assert_eq!(end[3..], ["autoscaling.refresh", "ec2.stop"]);
    world.run("approve", &["--by", "asa"]);
    let started = Arc::new(Mutex::new(Vec::new()));
    let between = with_refreshes(&world, &started);
    let path = path.display().to_string();
    let run = |verb: &str| {
        let output =
            Moto::yagura_at(&between.url, OWNER, &["respond", verb, &path, "--yes-i-approve"]);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        stderr(&output)
    };
    run("apply");
    assert_eq!(image(&world), clean);
    assert_eq!(members(&world.moto).len(), 3);
    assert_eq!(started.lock().unwrap().len(), 1);
    run("apply");
    run("verify");
    assert_eq!(started.lock().unwrap().len(), 1, "again starts no other refresh");
    run("undo");
    assert_eq!(started.lock().unwrap().len(), 0, "the refresh is cancelled");
    assert_eq!(image(&world), before);
}

#[test]
fn an_image_that_is_not_there_and_a_size_out_of_range_stop_the_plan() {
    let Some(world) = web() else { return };
    let said = world.moto.ec2("DescribeLaunchTemplates", &[]).value;
    let template = text(&said["LaunchTemplates"][0]["LaunchTemplateId"]);
    let asked = format!("{template}=ami-0123456789abcdef0");
    world.plan(&[&HERE[..], &["--image", &asked, "--desired", "shop-web=9"]].concat());
    let told = stderr(&world.run("apply", &[]));
    assert!(told.contains("the image ami-0123456789abcdef0 is not there"), "{told}");
    assert!(told.contains("shop-web takes 2 to 3, not 9"), "{told}");
}
