//! What judging behaviour costs for each event: an invented estate's calls and flows, in memory,
//! on one core.

use std::fmt::Write;
use std::hint::black_box;
use std::sync::Arc;

use detectors::behavior::baseline::{Baseline, Learner};
use detectors::behavior::{Behavior, Surprise};
use frame::{Content, Input};
use model::record::Reject;
use model::seam::detector::{Detector, Findings, Judge, Mark, Marked};
use model::seam::source::{Intake, LogSource, ReadSettings, Source};
use model::{Effect, Event, Rule};

use crate::measure::{Counted, least};

const SOURCES: &[(&str, &[LogSource])] = &[("aws.cloudtrail", &[]), ("aws.vpc_flow", &[])];
/// Days that are learned.
const DAYS: u64 = 14;

/// Judges as a run has them, and what they say.
struct Desk<'d> {
    judge: Box<dyn Judge + 'd>,
    out: Marks,
}

#[derive(Default)]
struct Marks(Vec<Marked>);

impl Findings for Marks {
    fn add(&mut self, _event: &Event<'_>, _said: &[(&Arc<Rule>, Effect)]) {}

    fn mark(&mut self, event: &Event<'_>, mark: Mark) {
        self.0.push(Marked { time: event.time, uid: 0, mark });
    }
}

impl Intake for Desk<'_> {
    fn event(&mut self, event: &Event<'_>) {
        self.judge.observe(event, &mut self.out);
    }

    fn reject(&mut self, _: Reject) {}
}

/// Reads with a detector; what is marked is joined.
fn judge(source: &dyn Source, bytes: &[u8], detector: &dyn Detector) -> usize {
    let mut desk = Desk { judge: detector.judge(), out: Marks::default() };
    source.read(&mut Input::new(Content::Whole(bytes)), &ReadSettings::default(), &mut desk);
    let Desk { judge, out } = desk;
    drop(judge);
    black_box(detector.join(&out.0)).0.len()
}

fn learn(source: &dyn Source, bytes: &[u8]) -> Baseline {
    let (learner, taught) = Learner::new(SOURCES, Vec::new());
    judge(source, bytes, &learner);
    let mut taught = taught.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    std::mem::take(&mut taught.baseline)
}

/// `name events`, then seconds: reading alone, learning, judging as always, judging by a baseline.
pub fn lines(events: u64, repetitions: usize) -> Vec<String> {
    let kinds: [(&str, Make); 2] = [("aws.cloudtrail", calls), ("aws.vpc_flow", flows)];
    kinds.into_iter().filter_map(|(name, make)| line(name, make, events, repetitions)).collect()
}

/// Makes logs: from which event on, and how many.
type Make = fn(u64, u64) -> String;

fn line(name: &str, make: Make, events: u64, repetitions: usize) -> Option<String> {
    let all = sources::all();
    let source = *all.iter().find(|source| source.about().name == name)?;
    let (old, new) = (make(0, events), make(events * DAYS, events));
    let surprise = Surprise::new(SOURCES, learn(source, old.as_bytes()));
    let behavior = Behavior::new(SOURCES);
    let bytes = new.as_bytes();
    let mut counted = Counted::default();
    let read = |to: &mut dyn Intake| {
        source.read(&mut Input::new(Content::Whole(bytes)), &ReadSettings::default(), to);
    };
    read(&mut counted);
    let alone = least(repetitions, || read(&mut Counted::default()));
    let learned = least(repetitions, || {
        black_box(learn(source, bytes).len());
    });
    let always = least(repetitions, || {
        black_box(judge(source, bytes, &behavior));
    });
    let by_baseline = least(repetitions, || {
        black_box(judge(source, bytes, &surprise));
    });
    Some(format!("{name}\t{}\t{alone}\t{learned}\t{always}\t{by_baseline}", counted.events))
}

/// Numbers that look random and are the same on every run.
fn roll(event: u64, salt: u64, below: u64) -> u64 {
    let mixed = (event ^ salt << 40).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    ((mixed ^ mixed >> 29).wrapping_mul(0xBF58_476D_1CE4_E5B9) >> 33) % below
}

const ACTIONS: &[(&str, &str)] = &[
    ("s3", "GetObject"),
    ("ec2", "DescribeInstances"),
    ("sts", "AssumeRole"),
    ("ecs", "UpdateService"),
    ("logs", "PutLogEvents"),
    ("kms", "Decrypt"),
    ("sqs", "ReceiveMessage"),
    ("iam", "ListUsers"),
];

/// Calls of 500 roles over 14 days, each with a few actions.
fn calls(from: u64, count: u64) -> String {
    let mut out = String::from("{\"Records\":[");
    for event in from..from + count {
        let role = roll(event, 1, 500);
        let action = (role + roll(event, 2, 3)) as usize % ACTIONS.len();
        let (service, action) = ACTIONS.get(action).copied().unwrap_or(("s3", "GetObject"));
        let (day, minute) = (1 + event * DAYS / count % 28, roll(event, 3, 1440));
        let (hour, minute, host) = (minute / 60, minute % 60, roll(event, 4, 200));
        let comma = if event == from { "" } else { "," };
        let _written = write!(
            out,
            r#"{comma}{{"eventVersion":"1.11","userIdentity":{{"type":"AssumedRole","principalId":"AROAEXAMPLE{role}:s","arn":"arn:aws:sts::111122223333:assumed-role/role-{role}/s","accountId":"111122223333","accessKeyId":"ASIAEXAMPLE{role:09}","sessionContext":{{"sessionIssuer":{{"type":"Role","principalId":"AROAEXAMPLE{role}","arn":"arn:aws:iam::111122223333:role/app/role-{role}","accountId":"111122223333","userName":"role-{role}"}},"attributes":{{"creationDate":"2026-05-{day:02}T00:00:00Z","mfaAuthenticated":"false"}}}}}},"eventTime":"2026-05-{day:02}T{hour:02}:{minute:02}:00Z","eventSource":"{service}.amazonaws.com","eventName":"{action}","awsRegion":"eu-west-1","sourceIPAddress":"203.0.113.{host}","userAgent":"Boto3/1.40.11 md/Botocore#1.40.11 lang/python#3.13.4","requestParameters":{{"name":"thing-{event}","limit":100}},"responseElements":null,"requestID":"00000000-0000-4000-8000-{event:012}","eventID":"00000000-0000-4000-9000-{event:012}","readOnly":true,"eventType":"AwsApiCall","managementEvent":true,"recipientAccountId":"111122223333","eventCategory":"Management"}}"#
        );
    }
    out.push_str("]}");
    out
}

/// Flows of 200 machines with a few peers and many clients.
fn flows(from: u64, count: u64) -> String {
    let mut out = String::from(
        "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status\n",
    );
    for event in from..from + count {
        let host = roll(event, 1, 200);
        let start = 1_777_593_600 + event * DAYS * 86_400 / count % (28 * 86_400);
        let (client, port) = (roll(event, 2, 250), 40_000 + roll(event, 3, 20_000));
        let net = host % 4;
        let ends = match event % 3 {
            0 => format!("10.0.{net}.{host} 203.0.113.{client} 443 {port}"),
            1 => format!("203.0.113.{client} 10.0.{net}.{host} {port} 443"),
            _ => format!("10.0.{net}.{host} 10.0.9.{} {port} 5432", client % 3),
        };
        let _written = writeln!(
            out,
            "2 111122223333 eni-0a1b2c3d4e5f6{host:04} {ends} 6 12 4800 {start} {} ACCEPT OK",
            start + 60
        );
    }
    out
}
