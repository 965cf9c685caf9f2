//! Responses are planned, approved, done, checked and undone, against a server that answers as AWS
//! does.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::Duration;

use serde_json::{Value, json};

use crate::moto::Moto;
use crate::{root, stderr, stdout, yagura};

pub const OWNER: (&str, &str) = ("testing", "testing");
pub const ACCOUNT: &str = "123456789012";
pub const HOME: &str = "eu-west-1";
const AWAY: &str = "us-east-1";

/// A world, and the folder with the report and the plan.
pub struct World {
    pub moto: Moto,
    pub folder: tempfile::TempDir,
    pub evil: Vec<(&'static str, String)>,
    pub decoys: Vec<(&'static str, String)>,
}

fn start(moto: &Moto, region: &str, count: &str) -> Vec<String> {
    let images = moto.ec2_in(region, "DescribeImages", &[("Owner.1", "amazon")]).value;
    let image = images["Images"][0]["ImageId"].as_str().unwrap().to_owned();
    let with = [("ImageId", image.as_str()), ("MinCount", count), ("MaxCount", count)];
    let said = moto.ec2_in(region, "RunInstances", &with).value;
    let all = said["Instances"].as_array().unwrap();
    all.iter().map(|it| it["InstanceId"].as_str().unwrap().to_owned()).collect()
}

pub fn state(moto: &Moto, (region, id): &(&str, String)) -> String {
    let said = moto.ec2_in(region, "DescribeInstances", &[("InstanceId.1", id)]).value;
    let it = &said["Reservations"][0]["Instances"][0];
    it["State"]["Name"].as_str().unwrap().to_owned()
}

fn call(event: &str, region: &str, key: &str, answer: &Value) -> Value {
    let raw = json!({"eventName": event, "awsRegion": region, "recipientAccountId": ACCOUNT,
        "userIdentity": {"accessKeyId": key}, "requestParameters": answer,
        "responseElements": answer});
    json!({"source": "aws.cloudtrail", "file": "trail.json", "sha256": "00", "raw": raw.to_string()})
}

pub fn entity(kind: &str, value: &str, role: &str) -> Value {
    json!({"type": kind, "value": value, "role": role})
}

/// A federated role starts machines in two regions, and plants a user, a key and a template.
pub fn mining() -> Option<World> {
    let moto = Moto::start()?;
    let (home, away) = (start(&moto, HOME, "3"), start(&moto, AWAY, "2"));
    let protect = [("InstanceId", home[0].as_str()), ("DisableApiTermination.Value", "true")];
    moto.ec2("ModifyInstanceAttribute", &protect);
    let trust = "{\"Version\":\"2012-10-17\",\"Statement\":[]}";
    for role in ["deploy", "honest"] {
        moto.iam("CreateRole", &[("RoleName", role), ("AssumeRolePolicyDocument", trust)]);
    }
    for user in ["planted", "staff"] {
        moto.iam("CreateUser", &[("UserName", user)]);
        moto.iam("CreateLoginProfile", &[("UserName", user), ("Password", "Example-1-Only")]);
    }
    let said = moto.iam("CreateAccessKey", &[("UserName", "planted")]).value;
    let key = said["AccessKey"]["AccessKeyId"].as_str().unwrap().to_owned();
    moto.ec2("CreateKeyPair", &[("KeyName", "way-back")]);
    moto.ec2("CreateKeyPair", &[("KeyName", "ours")]);
    let role = format!("arn:aws:iam::{ACCOUNT}:role/deploy");
    let user = format!("arn:aws:iam::{ACCOUNT}:user/planted");
    let stolen = "ASIAIOSFODNN7EXAMPLE";
    let evil = [&home[0], &home[1]].map(|id| (HOME, id.clone()));
    let evil: Vec<_> = evil.into_iter().chain([(AWAY, away[0].clone())]).collect();
    let mut entities: Vec<Value> =
        evil.iter().map(|(_, id)| entity("instance", id, "created")).collect();
    entities.extend([
        entity("access_key", stolen, "used"),
        entity("access_key", &key, "created"),
        entity("user", &user, "created"),
        entity("role", &role, "affected"),
        entity("instance", &home[2], "bystander"),
    ]);
    let report = json!({"schema": "yagura.investigation/1", "findings": [], "incidents": [{
    "uid": "00112233445566778899aabbccddeeff", "title": "Mining", "kind": "federation_abuse",
    "entities": entities, "findings": [],
    "recommendations": [
        {"id": "revoke_role_sessions", "targets": [{"type": "role", "value": role}]},
        {"id": "deactivate_access_key", "targets": [{"type": "access_key", "value": key}]}],
    "steps": [{"evidence": ["E1", "E2", "E3", "E4", "E5"]}]}],
    "evidence": {
        "E1": call("AssumeRole", AWAY, stolen, &json!({"roleArn": role})),
        "E2": call("RunInstances", HOME, stolen, &json!({"ids": [home[0], home[1]]})),
        "E3": call("RunInstances", AWAY, stolen, &json!({"ids": [away[0]]})),
        "E4": call("CreateUser", AWAY, stolen, &json!({"arn": user, "accessKeyId": key})),
        "E5": call("CreateKeyPair", HOME, stolen, &json!({"keyName": "way-back"})),
    }});
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("report.json"), report.to_string()).unwrap();
    let decoys = vec![(HOME, home[2].clone()), (AWAY, away[1].clone())];
    Some(World { moto, folder, evil, decoys })
}

impl World {
    pub fn plan(&self, more: &[&str]) -> PathBuf {
        let path = self.folder.path().join("plan.json");
        let (to, from) = (path.display().to_string(), self.folder.path().join("report.json"));
        let from = from.display().to_string();
        let mut all = vec!["respond", "plan", "1", &from, "-o", &to];
        all.extend(more);
        let output = yagura(&all);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        path
    }

    pub fn run(&self, verb: &str, more: &[&str]) -> Output {
        let plan = self.folder.path().join("plan.json").display().to_string();
        let mut all = vec!["respond", verb, plan.as_str()];
        all.extend(more);
        self.moto.yagura(OWNER, &all)
    }

    pub fn apply(&self, more: &[&str], code: i32) -> String {
        let mut all = vec!["--yes-i-approve", "--by", "asa"];
        all.extend(more);
        let output = self.run("apply", &all);
        assert_eq!(output.status.code(), Some(code), "{}", stderr(&output));
        stderr(&output)
    }

    pub fn approve(&self) {
        for who in ["asa", "ben"] {
            let output = self.run("approve", &["--by", who]);
            assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        }
    }

    /// Everything of the intruder is gone, everything else is there.
    fn assert_end_of_mining(&self) {
        for it in &self.evil {
            assert_eq!(state(&self.moto, it), "terminated");
        }
        for it in &self.decoys {
            assert_eq!(state(&self.moto, it), "running");
        }
        let pairs = self.moto.ec2("DescribeKeyPairs", &[]).value.to_string();
        assert!(pairs.contains("ours") && !pairs.contains("way-back"), "{pairs}");
        let users = self.moto.iam("ListUsers", &[]).value.to_string();
        assert!(users.contains("staff") && !users.contains("planted"), "{users}");
        for (role, count) in [("deploy", 1), ("honest", 0)] {
            let said = self.moto.iam("ListRolePolicies", &[("RoleName", role)]).value;
            let all = said["PolicyNames"].as_array().map_or(0, Vec::len);
            assert_eq!(all, count, "{role} {said}");
        }
        for region in [HOME, AWAY] {
            let said = self.moto.ec2_in(region, "DescribeSnapshots", &[("Owner.1", "self")]).value;
            let text = said.to_string();
            assert_eq!(text.matches("\"yagura:instance\"").count(), 1, "{region} {text}");
        }
    }
}

fn counted(all: &[String]) -> BTreeMap<&str, usize> {
    let mut out = BTreeMap::new();
    for action in all {
        *out.entry(action.as_str()).or_default() += 1;
    }
    out
}

pub fn schema_holds(plan: &Path) {
    let read = |path: &Path| -> Value {
        serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
    };
    let schema = read(&root().join("docs/schema/plan.schema.json"));
    let checker = jsonschema::validator_for(&schema).unwrap();
    let wrong: Vec<String> =
        checker.iter_errors(&read(plan)).map(|error| error.to_string()).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn mining_is_ended_after_two_approvals_and_nothing_else_is_touched() {
    let Some(world) = mining() else { return };
    let plan = world.plan(&[]);
    schema_holds(&plan);
    let text = fs::read_to_string(&plan).unwrap();
    for (_, id) in &world.evil {
        assert!(text.contains(id.as_str()));
    }
    for (_, id) in &world.decoys {
        assert!(!text.contains(id.as_str()), "{id} is nobody's business");
    }
    world.moto.record();
    // Without consent, and without approval, nothing changes.
    let output = world.run("apply", &[]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stderr(&output).contains("would be done"), "{}", stderr(&output));
    assert!(world.apply(&[], 1).contains("waits for approval"));
    assert_eq!(world.moto.writes(), Vec::<String>::new());
    world.run("approve", &["--by", "asa"]);
    world.run("approve", &["--by", "asa"]);
    let told = world.apply(&[], 1);
    assert!(told.contains("R3 needs 2 different people, 1 approved"), "{told}");
    for it in &world.evil {
        assert_eq!(state(&world.moto, it), "running");
    }
    world.approve();
    world.apply(&[], 0);
    world.assert_end_of_mining();
    let writes = world.moto.writes();
    let wanted: BTreeMap<&str, usize> = [
        ("PutRolePolicy", 1),
        ("UpdateAccessKey", 1),
        ("CreateTags", 3),
        ("CreateSnapshots", 2),
        ("ModifyInstanceAttribute", 1),
        ("TerminateInstances", 3),
        ("DeleteKeyPair", 1),
        ("DeleteLoginProfile", 1),
        ("DeleteAccessKey", 1),
        ("DeleteUser", 1),
    ]
    .into();
    assert_eq!(counted(&writes), wanted);
    // Again changes nothing; what was done holds.
    world.apply(&[], 0);
    assert_eq!(world.moto.writes(), writes);
    let output = world.run("verify", &[]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
}

#[test]
fn stopped_after_any_step_it_goes_on_to_the_same_end() {
    let Some(world) = mining() else { return };
    let plan = world.plan(&[]);
    world.approve();
    world.moto.record();
    let journal = format!("{}.journal", plan.display());
    let steps = serde_json::from_str::<Value>(&fs::read_to_string(&plan).unwrap()).unwrap();
    for _ in steps["steps"].as_array().unwrap() {
        let before = fs::read_to_string(&journal).unwrap();
        let output = world.run("apply", &["--yes-i-approve", "--steps", "1"]);
        assert_ne!(output.status.code(), Some(2), "{}", stderr(&output));
        // Stopped when the step was done, but not yet said to be; half of the line was written.
        let after = fs::read_to_string(&journal).unwrap();
        let lines: Vec<&str> = after.get(before.len()..).unwrap().lines().collect();
        let half = lines.last().unwrap();
        let cut = after.len() - 1 - half.len() / 2;
        fs::write(&journal, after.get(..cut).unwrap()).unwrap();
        let output = world.run("apply", &["--yes-i-approve", "--steps", "1"]);
        assert_ne!(output.status.code(), Some(2), "{}", stderr(&output));
    }
    world.apply(&[], 0);
    world.assert_end_of_mining();
    let writes = world.moto.writes();
    let all = counted(&writes);
    assert_eq!((all["CreateSnapshots"], all["TerminateInstances"]), (2, 3), "{all:?}");
}

#[test]
fn killed_again_and_again_it_comes_to_the_same_end() {
    let Some(world) = mining() else { return };
    let plan = world.plan(&[]).display().to_string();
    world.approve();
    let program = assert_cmd::cargo::cargo_bin("yagura");
    for round in 1..40 {
        let mut child = std::process::Command::new(&program)
            .env_clear()
            .env("AWS_ACCESS_KEY_ID", OWNER.0)
            .env("AWS_SECRET_ACCESS_KEY", OWNER.1)
            .env("AWS_ENDPOINT_URL", &world.moto.url)
            .args(["respond", "apply", &plan, "--yes-i-approve", "--by", "asa"])
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(60 * round));
        let ended = child.try_wait().unwrap();
        let _gone = child.kill();
        let _status = child.wait();
        if ended.is_some_and(|status| status.success()) {
            break;
        }
    }
    world.apply(&[], 0);
    world.assert_end_of_mining();
}

#[test]
fn a_changed_plan_and_a_wrong_account_are_refused() {
    let Some(world) = mining() else { return };
    let plan = world.plan(&[]);
    world.approve();
    let text = fs::read_to_string(&plan).unwrap();
    fs::write(&plan, text.replace(&world.evil[1].1, &world.decoys[0].1)).unwrap();
    let output = world.run("apply", &["--yes-i-approve"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("its hash does not fit"), "{}", stderr(&output));
    let report = world.folder.path().join("report.json");
    let other = fs::read_to_string(&report).unwrap().replace(ACCOUNT, "111122223333");
    fs::write(&report, other).unwrap();
    world.plan(&["--lang", "ja"]);
    // An approval is of one plan, not of the next.
    assert!(world.apply(&[], 1).contains("waits for approval"));
    world.approve();
    let told = world.apply(&[], 2);
    assert!(told.contains("credentials are of account \"123456789012\""), "{told}");
    assert!(told.contains("--role-arn"), "{told}");
    let shown = stdout(&world.run("show", &["--format", "json"]));
    let shown: Value = serde_json::from_str(&shown).unwrap();
    let last = shown["journal"].as_array().unwrap().last().unwrap();
    assert_eq!(last["word"], "failed", "{last}");
    for it in world.evil.iter().chain(&world.decoys) {
        assert_eq!(state(&world.moto, it), "running");
    }
}
