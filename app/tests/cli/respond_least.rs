//! The printed policy is enough, and without one of its permissions it is told which.

use std::collections::BTreeSet;
use std::fs;

use serde_json::{Value, json};

use crate::moto::Moto;
use crate::respond::{ACCOUNT, HOME, World, mining};
use crate::respond_waf::shop;
use crate::respond_web::web;
use crate::{stderr, stdout, yagura};

/// A key, and its secret.
type Key = (String, String);

/// A user who may do these actions and nothing else.
fn user(moto: &Moto, name: &str, actions: &[String]) -> Key {
    moto.iam("CreateUser", &[("UserName", name)]);
    let policy = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": actions, "Resource": "*"}]});
    let policy = policy.to_string();
    let with = [("UserName", name), ("PolicyName", "own"), ("PolicyDocument", policy.as_str())];
    moto.iam("PutUserPolicy", &with);
    let said = moto.iam("CreateAccessKey", &[("UserName", name)]).value;
    let text = |name: &str| said["AccessKey"][name].as_str().unwrap().to_owned();
    (text("AccessKeyId"), text("SecretAccessKey"))
}

/// What the plan's policy allows.
fn allowed(plan: &str) -> Vec<String> {
    let policy: Value =
        serde_json::from_str(&stdout(&yagura(&["respond", "policy", plan]))).unwrap();
    let all = policy["Statement"][0]["Action"].as_array().unwrap().iter();
    all.map(|it| it.as_str().unwrap().to_owned()).collect()
}

/// Applies and undoes with the printed policy; each call that changes something is refused first.
fn with_exactly(world: &World, more: &[&str]) {
    let path = world.plan(more);
    let name = path.display().to_string();
    let all = allowed(&name);
    let plan: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    // The first call of each action is made whenever the action is; others only if they must.
    let mut seen = BTreeSet::new();
    let firsts: Vec<String> = plan["steps"].as_array().unwrap().iter().filter_map(first).collect();
    let firsts: Vec<String> = firsts.into_iter().filter(|it| seen.insert(it.clone())).collect();
    let without: Vec<(String, Key)> = firsts
        .iter()
        .enumerate()
        .map(|(at, call)| {
            let rest: Vec<String> = all.iter().filter(|it| *it != call).cloned().collect();
            (call.clone(), user(&world.moto, &format!("without-{at}"), &rest))
        })
        .collect();
    let full = user(&world.moto, "exactly", &all);
    world.approve();
    world.moto.enforce();
    let run = |key: &Key, verb: &str| {
        world.moto.yagura((&key.0, &key.1), &["respond", verb, &name, "--yes-i-approve"])
    };
    for (call, key) in &without {
        let output = run(key, "apply");
        let told = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "without {call}: {told}");
        assert!(told.contains(call.as_str()), "without {call}: {told}");
        assert!(told.contains("yagura respond policy"), "without {call}: {told}");
    }
    let output = run(&full, "apply");
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let output = run(&full, "verify");
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let output = run(&full, "undo");
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
}

/// The first call of a step, if it is made wherever the step has something to do.
fn first(step: &Value) -> Option<String> {
    let action = step["action"].as_str().unwrap();
    // Of a user that has no password, keys or policies there is nothing to take away; servers that
    // are no targets are not deregistered; these have no role.
    let skips = [
        "iam.remove_user",
        "iam.revoke_instance_sessions",
        "elb.deregister",
        "autoscaling.resume",
        "ec2.remove_protection",
    ];
    (!skips.contains(&action)).then(|| step["calls"][0].as_str().unwrap().to_owned())
}

#[test]
fn the_printed_policy_is_enough_for_a_web_server() {
    let Some(world) = web() else { return };
    with_exactly(&world, &["--account", ACCOUNT, "--region", HOME, "--stop"]);
}

#[test]
fn the_printed_policy_is_enough_for_mining() {
    let Some(world) = mining() else { return };
    with_exactly(&world, &[]);
}

#[test]
fn the_printed_policy_is_enough_for_a_web_acl() {
    let Some((world, _)) = shop() else { return };
    with_exactly(&world, &[]);
}
