//! What describes a fleet is taken out of accounts, by a server that answers as AWS does.

use std::path::Path;

use serde_json::Value;

use crate::moto::Moto;
use crate::{stderr, stdout, yagura};

const OWNER: (&str, &str) = ("testing", "testing");
const REGION: &str = "eu-west-1";

/// A fleet: two instances by hand, three of a group.
fn fleet(moto: &Moto) -> String {
    let images = moto.ec2("DescribeImages", &[("Owner.1", "amazon")]).value;
    let image = images["Images"][0]["ImageId"].as_str().unwrap().to_owned();
    moto.ec2("RunInstances", &[("ImageId", &image), ("MinCount", "2"), ("MaxCount", "2")]);
    moto.ec2(
        "CreateLaunchTemplate",
        &[
            ("LaunchTemplateName", "shop"),
            ("LaunchTemplateData.ImageId", &image),
            ("LaunchTemplateData.InstanceType", "t3.micro"),
        ],
    );
    moto.groups(
        "CreateAutoScalingGroup",
        &[
            ("AutoScalingGroupName", "shop-web"),
            ("LaunchTemplate.LaunchTemplateName", "shop"),
            ("MinSize", "3"),
            ("MaxSize", "3"),
            ("DesiredCapacity", "3"),
            ("AvailabilityZones.member.1", "eu-west-1a"),
        ],
    );
    image
}

fn sync<'a>(folder: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let mut all = vec!["fleet", "sync", "--region", REGION, "--run", "one", "-o", folder];
    all.extend(more);
    all
}

fn show(folder: &Path) -> Value {
    let folder = folder.display().to_string();
    let output = yagura(&["fleet", "show", "--quiet", "--format", "json", &folder]);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e} {}", stderr(&output)))
}

#[test]
fn a_fleet_is_saved_page_by_page_and_the_other_verbs_read_it() {
    let Some(moto) = Moto::start() else { return };
    fleet(&moto);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().display().to_string();
    let output = moto.yagura(OWNER, &sync(&path, &[]));
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(
        stderr(&output).contains("autoscaling:DescribeAutoScalingGroups: 1"),
        "{}",
        stderr(&output)
    );
    let told = show(folder.path());
    let all = told["instances"].as_array().unwrap();
    assert_eq!(all.len(), 5, "{told:#}");
    let group = |life: &&Value| life["traits"]["group"] == "shop-web";
    assert_eq!(all.iter().filter(group).count(), 3, "{told:#}");
    for life in all {
        assert_eq!(life["state"], "running");
        assert_eq!(life["traits"]["region"], REGION);
        assert_eq!(life["traits"]["account"], "123456789012");
        assert!(!life["addresses"].as_array().unwrap().is_empty(), "{life:#}");
    }
    // The same run again takes only what is missing.
    let file = folder.path().join("123456789012/eu-west-1/one/ec2-DescribeImages.json");
    std::fs::remove_file(&file).unwrap();
    let again = moto.yagura(OWNER, &sync(&path, &[]));
    assert_eq!(again.status.code(), Some(0));
    assert_eq!(stderr(&again).matches("is there already").count(), 7, "{}", stderr(&again));
    assert!(file.exists());
}

#[test]
fn another_account_is_read_by_its_role_and_a_wrong_one_is_refused() {
    let Some(moto) = Moto::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().display().to_string();
    let role = ["--role-arn", "arn:aws:iam::111122223333:role/yagura", "--external-id", "shop"];
    let output = moto.yagura(OWNER, &sync(&path, &role));
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(folder.path().join("111122223333/eu-west-1/one/ec2-DescribeInstances.json").exists());
    let output = moto.yagura(OWNER, &sync(&path, &["--account", "111122223333"]));
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).contains("account 123456789012, which is not among"),
        "{}",
        stderr(&output)
    );
    let output = moto.yagura(OWNER, &sync(&path, &["--profile", "nobody"]));
    assert!(stderr(&output).contains("there is no profile \"nobody\""), "{}", stderr(&output));
}

/// A user who may do what a policy says; the key.
fn user(moto: &Moto, name: &str, policy: &str) -> (String, String) {
    moto.iam("CreateUser", &[("UserName", name)]);
    let parameters = [("UserName", name), ("PolicyName", "own"), ("PolicyDocument", policy)];
    moto.iam("PutUserPolicy", &parameters);
    let said = moto.iam("CreateAccessKey", &[("UserName", name)]).value;
    let text = |key: &str| said["AccessKey"][key].as_str().unwrap().to_owned();
    (text("AccessKeyId"), text("SecretAccessKey"))
}

#[test]
fn the_printed_policy_is_enough_and_no_line_of_it_is_too_much() {
    let Some(moto) = Moto::start() else { return };
    let printed = stdout(&yagura(&["fleet", "policy"]));
    let policy: Value = serde_json::from_str(&printed).unwrap();
    let actions = policy["Statement"][0]["Action"].as_array().unwrap().clone();
    let whole = user(&moto, "whole", &printed);
    let less: Vec<_> = actions
        .iter()
        .enumerate()
        .map(|(number, missing)| {
            let mut policy = policy.clone();
            policy["Statement"][0]["Action"] =
                actions.iter().filter(|action| *action != missing).cloned().collect();
            let key = user(&moto, &format!("less-{number}"), &policy.to_string());
            (missing.as_str().unwrap().to_owned(), key)
        })
        .collect();
    moto.enforce();
    let run = |(key, secret): &(String, String)| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().display().to_string();
        moto.yagura((key, secret), &sync(&path, &["--quiet"]))
    };
    // Moto takes no signature of a GET for right, boto3's neither: that list always fails here.
    let unchecked = "lambda:ListFunctions";
    let output = run(&whole);
    let told = stderr(&output);
    assert!(told.contains(&format!("{unchecked}: SignatureDoesNotMatch")), "{told}");
    assert!(told.contains("1 list(s) failed"), "{told}");
    for (missing, key) in less.iter().filter(|(missing, _)| missing != unchecked) {
        let output = run(key);
        assert_eq!(output.status.code(), Some(2), "without {missing}");
        let told = stderr(&output);
        assert!(told.contains(&format!("{missing}: ")), "without {missing}: {told}");
        assert!(told.contains("`yagura fleet policy` prints what is needed"), "{told}");
        assert!(told.contains("2 list(s) failed") && told.contains("--run one"), "{told}");
    }
    let output = run(&(whole.0.clone(), "wrong".to_owned()));
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("Renew the credentials"), "{}", stderr(&output));
}
