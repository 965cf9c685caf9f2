//! Honest people and programs: what happens in an account while nobody attacks it.

use serde_json::{Value, json};

use crate::cloudtrail::{Call, identity, record, write};
use crate::hosts;
use crate::story::Story;
use crate::world::{Credential, World};

/// What people of an office look at in a console.
const LOOKS: &[(&str, &str)] = &[
    ("ec2", "DescribeInstances"),
    ("s3", "ListBuckets"),
    ("cloudwatch", "DescribeAlarms"),
    ("rds", "DescribeDBInstances"),
    ("lambda", "ListFunctions20150331"),
    ("logs", "DescribeLogGroups"),
];

fn credential(world: &mut World, kind: &str, who: String, session: &str) -> Credential {
    let user = kind == "user";
    Credential {
        kind: kind.into(),
        key: world.random.draw(if user { "key" } else { "session-key" }),
        who,
        id: world.random.draw(if user { "user-id" } else { "role-id" }),
        session: session.into(),
        account: world.get("account"),
        made: world.now,
    }
}

fn call(world: &World, service: &str, name: &str, ip: &str, agent: &str) -> Call {
    Call {
        service: format!("{service}.amazonaws.com"),
        name: name.into(),
        region: world.get("region"),
        ip: ip.into(),
        agent: agent.into(),
        ..Call::default()
    }
}

fn say(world: &mut World, call: &Call, who: Value) {
    let account = world.get("account");
    let record = record(world, call, who, &account);
    write(world, &call.region, &account, &record);
}

fn any_time(world: &mut World, start: i64, end: i64) {
    world.now = start + world.random.within(0, (end - start).max(1) as u64) as i64;
}

/// What goes on beside one attack: rightful use of the credentials it abuses, customers of the
/// site it breaks into.
pub fn beside(world: &mut World, story: &Story, start: i64, end: i64, much: u64) {
    for own in story.credential.iter().filter(|own| !own.rightful.is_empty()) {
        let Some(credential) = world.credentials.get(&own.name).cloned() else { continue };
        let bucket = world.random.draw("bucket");
        // A machine's own calls come from its network, people's and builds' from outside.
        let ip = match own.rightful.as_str() {
            "inside" => world.fill("10.20.7.{20..250}"),
            _ => world.random.outside(),
        };
        for _ in 0..=much / 8 {
            any_time(world, start, end);
            let mut put =
                call(world, "s3", "PutObject", &ip, "aws-sdk-go/1.55.5 (go1.22.5; linux)");
            let key = world.fill("builds/{word}-{digits}.zip");
            put.request = json!({"bucketName": bucket, "key": key});
            put.extra = json!({"bytesTransferredIn": world.random.within(10_000, 90_000),
                "bytesTransferredOut": 0});
            say(world, &put, identity(&credential));
        }
    }
    if let Some(site) = &story.site {
        hosts::customers(world, site, start, end, much);
    }
}

/// What goes on in the account: people who look around, an application that reads, a fleet that
/// grows and shrinks and uses addresses again. Gives names that no attack has to do with.
pub fn account(world: &mut World, start: i64, end: i64, much: u64) -> Vec<String> {
    let mut honest = Vec::new();
    let office = world.random.outside();
    for _ in 0..3 {
        world.now = start - 3_600_000;
        let name = world.random.draw("user");
        let who = credential(world, "user", name.clone(), "");
        honest.push(name);
        for _ in 0..much / 4 {
            any_time(world, start, end);
            let at = world.random.number() as usize % LOOKS.len();
            let Some((service, name)) = LOOKS.get(at) else { continue };
            let look = call(world, service, name, &office, "console.amazonaws.com");
            say(world, &look, identity(&who));
        }
    }
    application(world, start, end, much);
    honest.extend(fleet(world, start, end, much));
    honest
}

/// An application on an instance reads and writes objects with its role.
fn application(world: &mut World, start: i64, end: i64, much: u64) {
    world.now = start - 600_000;
    let (role, instance) = (world.fill("{word}-app"), world.random.draw("instance"));
    let who = credential(world, "instance", role, &instance);
    let bucket = world.random.draw("bucket");
    let ip = format!("10.20.{}.{}", world.random.within(0, 9), world.random.within(4, 250));
    for _ in 0..much {
        any_time(world, start, end);
        let name = if world.random.percent(70) { "GetObject" } else { "PutObject" };
        let mut data = call(world, "s3", name, &ip, "aws-sdk-java/2.25.60 Linux/6.1 OpenJDK");
        let key = world.fill("media/{word}-{digits}.jpg");
        data.request = json!({"bucketName": bucket, "key": key});
        data.extra = json!({"bytesTransferredIn": 0,
            "bytesTransferredOut": world.random.within(1_000, 200_000)});
        say(world, &data, identity(&who));
    }
}

/// A group that starts and ends machines; a new one may get the address of one that is gone.
fn fleet(world: &mut World, start: i64, end: i64, much: u64) -> Vec<String> {
    let mut honest = Vec::new();
    let mut free: Vec<String> = (20..26).map(|n| format!("10.20.3.{n}")).collect();
    let (image, group) = (world.random.draw("image"), world.fill("{word}-web"));
    let turns = (much / 10).clamp(4, 40) as i64;
    for turn in 0..turns {
        world.now = start + (end - start) * turn / turns;
        let (instance, address) = (world.random.draw("instance"), free.remove(0));
        let who = json!({"type": "AWSService", "invokedBy": "autoscaling.amazonaws.com"});
        let own = "autoscaling.amazonaws.com";
        let mut launch = call(world, "ec2", "RunInstances", own, own);
        launch.request = json!({"instancesSet": {"items": [{"imageId": image, "minCount": 1,
            "maxCount": 1}]}, "instanceType": "m7g.large",
            "tagSpecificationSet": {"items": [{"resourceType": "instance", "tags":
            [{"key": "aws:autoscaling:groupName", "value": group}]}]}});
        launch.response = json!({"instancesSet": {"items": [{"instanceId": instance,
            "imageId": image, "instanceType": "m7g.large", "privateIpAddress": address}]}});
        say(world, &launch, who.clone());
        world.now += (end - start) / turns / 2;
        let mut ending = call(world, "ec2", "TerminateInstances", own, own);
        ending.request = json!({"instancesSet": {"items": [{"instanceId": instance}]}});
        ending.response = json!({"instancesSet": {"items": [{"instanceId": instance,
            "currentState": {"code": 32, "name": "shutting-down"},
            "previousState": {"code": 16, "name": "running"}}]}});
        say(world, &ending, who);
        free.push(address);
        honest.push(instance);
    }
    honest
}
