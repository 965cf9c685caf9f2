//! Plans of small incidents.

use model::case::Kept;
use serde_json::{Value, json};

use super::*;

fn call(event: &str, key: &str, more: &Value) -> Value {
    let mut call = json!({"eventName": event, "awsRegion": "eu-west-1",
        "recipientAccountId": "111122223333", "userIdentity": {"accessKeyId": key}});
    for (name, value) in more.as_object().unwrap() {
        call[name] = value.clone();
    }
    json!({"source": "aws.cloudtrail", "file": "a.json", "sha256": "00", "raw": call.to_string()})
}

fn incident() -> Kept {
    let entity =
        |kind: &str, value: &str, role: &str| json!({"type": kind, "value": value, "role": role});
    let role = "arn:aws:iam::111122223333:role/deploy";
    let report = json!({"incidents": [{
    "uid": "0011", "title": "Mining", "kind": "resource_hijacking", "findings": [],
    "entities": [
        entity("access_key", "ASIAEXAMPLE", "used"),
        entity("instance", "i-0aa", "created"), entity("instance", "i-0bb", "created"),
        entity("instance", "i-0cc", "bystander"), entity("instance", "i-0dd", "created"),
        entity("ip", "198.51.100.7", "attacker")],
    "recommendations": [{"id": "revoke_role_sessions",
        "targets": [{"type": "role", "value": role}]}],
    "steps": [{"evidence": ["E1", "E2", "E3", "E4"]}]}],
    "findings": [],
    "evidence": {
        "E1": call("AssumeRole", "ASIAEXAMPLE", &json!({"requestParameters": {"roleArn": role}})),
        "E2": call("RunInstances", "ASIAEXAMPLE",
            &json!({"responseElements": {"ids": ["i-0aa", "i-0bb"]}})),
        "E3": call("CreateLaunchTemplate", "ASIAEXAMPLE",
            &json!({"responseElements": {"launchTemplate": {"launchTemplateId": "lt-1"}}})),
        "E4": call("CreateLaunchTemplate", "AKIAOTHER",
            &json!({"responseElements": {"launchTemplate": {"launchTemplateId": "lt-2"}}})),
    }});
    Kept::all(&report).remove(0)
}

fn settings() -> Settings {
    Settings {
        language: Language::English,
        place: None,
        web_acls: Vec::new(),
        choices: Choices::default(),
    }
}

#[test]
fn only_what_is_the_intruders_is_acted_on_in_order() {
    let plan = plan(&incident(), &settings());
    let steps: Vec<String> =
        plan.steps.iter().map(|s| format!("{} {}", s.action, s.target.value)).collect();
    assert_eq!(
        steps,
        [
            "iam.revoke_sessions arn:aws:iam::111122223333:role/deploy",
            "ec2.tag i-0aa",
            "ec2.tag i-0bb",
            "ec2.snapshot i-0aa",
            "ec2.remove_protection i-0aa",
            "ec2.remove_protection i-0bb",
            "ec2.terminate i-0aa",
            "ec2.terminate i-0bb",
            "ec2.delete_launch_template lt-1",
        ]
    );
    assert!(plan.steps.iter().all(|s| !s.evidence.is_empty() && s.account == "111122223333"));
    let left: Vec<&str> = plan.left_out.iter().map(|l| l.target.value.as_str()).collect();
    assert_eq!(left, ["i-0dd", "198.51.100.7"], "no record says where it is");
    assert_eq!(plan.digest(), plan.hash);
    let policy = policy(&plan, None).to_string();
    assert!(policy.contains("ec2:TerminateInstances") && !policy.contains("autoscaling:"));
}

#[test]
fn a_server_that_was_broken_into_is_saved_before_it_ends() {
    let report = json!({"incidents": [{"uid": "0022", "title": "Web", "kind": "web_compromise",
        "findings": [], "entities": [
            {"type": "instance", "value": "i-0ee", "role": "victim"},
            {"type": "ip", "value": "198.51.100.7", "role": "attacker"},
            {"type": "ip", "value": "10.0.0.9", "role": "attacker"}],
        "recommendations": [], "steps": [{"evidence": ["E1"]}]}],
        "evidence": {"E1": {"source": "web.access", "file": "l", "sha256": "00",
            "raw": "198.51.100.7 10.0.0.9 i-0ee"}}});
    let kept = Kept::all(&report).remove(0);
    assert!(plan(&kept, &settings()).steps.is_empty());
    let place = Place { account: "111122223333".into(), region: "eu-west-1".into() };
    let settings = Settings { place: Some(place), ..settings() };
    let plan = plan(&kept, &settings);
    let actions: Vec<&str> = plan.steps.iter().map(|step| step.action.as_str()).collect();
    assert_eq!(
        actions,
        [
            "autoscaling.suspend",
            "ec2.tag",
            "ec2.protect",
            "ec2.deny_address",
            "ec2.snapshot",
            "autoscaling.detach",
            "elb.deregister",
            "ec2.untrack",
            "ec2.isolate",
            "iam.revoke_instance_sessions",
            "autoscaling.resume",
            "ec2.remove_protection",
            "ec2.terminate"
        ]
    );
    assert_eq!(plan.steps[3].expires_after, Some(7 * 24 * 3600));
    assert_eq!(plan.steps[10].parameters["ends"], "S1");
}
