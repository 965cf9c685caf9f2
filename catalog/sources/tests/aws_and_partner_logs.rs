//! Logs of AWS services, clusters, identity providers and OCSF writers beside the checkout.

#![allow(clippy::disallowed_methods, reason = "the logs are files")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests fail so")]
#![allow(clippy::print_stdout, reason = "the counts are for the person at the terminal")]

use std::path::{Path, PathBuf};

use model::Outcome;
use model::seam::source::ReadSettings;
use testkit::{OwnedEvent, bytes, collect, corpus, files};

/// A source, a file or folder of its logs, how file names end, records and rejects in all.
type Known = (&'static str, &'static str, &'static [&'static str], usize, usize);

const KNOWN: &[Known] = &[
    ("aws.ses", "corpus/mail/ses", &["aws_docs.jsonl"], 28, 0),
    ("aws.cloudfront", "corpus/cloudfront", &["aws_docs.log"], 6, 0),
    ("aws.cloudfront", "corpus/cloudfront", &["made_cloudfront.log"], 385, 0),
    ("container.kubernetes", "corpus/eks_audit/falco", &[".json", "_values.jsonl"], 51, 0),
    ("aws.s3_access", "corpus/s3_access", &["aws_docs.log"], 4, 0),
    ("aws.s3_access", "corpus/s3_access", &["made_s3.log"], 183, 0),
    (
        "ocsf.json",
        "scenarios/federation-mining/findings",
        &["umi-ocsf-detection-findings.jsonl"],
        4,
        0,
    ),
    ("ocsf.json", "corpus/ocsf/pairs", &[".ocsf"], 40, 0),
    ("ocsf.json", "corpus/security_hub/prowler", &[".ocsf.json"], 11, 0),
];

fn read(source: &str, path: &Path) -> (Vec<OwnedEvent>, Vec<String>) {
    let bytes = bytes(path);
    let sample = &bytes[..bytes.len().min(frame::SAMPLE_MAX)];
    let claimed = sources::recognise(sample).map(|(source, _)| source.about().name);
    assert_eq!(claimed, Some(source), "{} is recognised", path.display());
    let own = sources::find(source).unwrap();
    let (events, rejects) = collect(own, &bytes, &ReadSettings::default());
    let place = path.file_name().unwrap().to_string_lossy();
    let rejects = rejects.iter().map(|r| format!("{place}:{} {}", r.at.line, r.why)).collect();
    (events, rejects)
}

/// A document with nothing of an event in it, to try whether readers crash.
const EMPTY: &str = "fal_01_003.json";

fn named(folder: &str, ends: &[&str]) -> Option<Vec<PathBuf>> {
    let ends_so = |path: &PathBuf| ends.iter().any(|end| path.to_string_lossy().ends_with(end));
    let is_log = |path: &PathBuf| ends_so(path) && !path.ends_with(EMPTY);
    Some(files(&corpus(folder)?).into_iter().filter(is_log).collect())
}

/// Every record there is read, valid, and counted as a person counts it.
#[test]
fn every_known_record_is_read() {
    for (source, folder, ends, records, refused) in KNOWN {
        let Some(logs) = named(folder, ends) else { continue };
        let (mut events, mut rejects) = (Vec::new(), Vec::new());
        for log in &logs {
            let (more, why) = read(source, log);
            events.extend(more);
            rejects.extend(why);
        }
        for event in &events {
            assert_eq!(ocsf::validate(&event.ocsf), [], "{folder}: {}", event.raw);
        }
        let outcomes = [Outcome::Success, Outcome::Failure, Outcome::Unknown]
            .map(|o| events.iter().filter(|e| e.outcome == o).count());
        println!("{source} {folder}: {} files, {} events, {outcomes:?}", logs.len(), events.len());
        assert_eq!((events.len(), rejects.len()), (*records, *refused), "{folder}: {rejects:#?}");
    }
}

/// Class, activity and time of the OCSF project's own events stay as they are.
#[test]
fn ocsf_events_keep_what_they_are() {
    let Some(logs) = named("corpus/ocsf/pairs", &[".ocsf"]) else { return };
    let (mut same, mut all) = (0, 0);
    for log in &logs {
        for event in read("ocsf.json", log).0 {
            let theirs: serde_json::Value = serde_json::from_str(&event.raw).unwrap();
            for key in ["class_uid", "activity_id", "severity_id", "status_id", "action_id"] {
                if let Some(value) = theirs.get(key) {
                    all += 1;
                    same += usize::from(event.ocsf.get(key) == Some(value));
                    if event.ocsf.get(key) != Some(value) {
                        println!("{}: {key} {value} {:?}", log.display(), event.ocsf.get(key));
                    }
                }
            }
        }
    }
    println!("{same} of {all} agree");
    assert!(same * 100 >= all * 97, "{same} of {all}");
}

/// Class, activity and status are those of the OCSF project's pairs of raw and mapped events.
#[test]
fn classes_agree_with_the_published_pairs() {
    let Some(raws) = named("corpus/ocsf/pairs", &[".raw"]) else { return };
    let (mut counts, mut compared, mut unlike) = ([0, 0], 0, Vec::new());
    for raw in raws {
        let name = raw.file_name().unwrap().to_string_lossy().into_owned();
        let (source, count) = match &name {
            name if name.starts_with("okta") => ("saas.okta", &mut counts[0]),
            name if name.starts_with("github") => ("saas.github_audit", &mut counts[1]),
            _ => continue,
        };
        let (events, rejects) = read(source, &raw);
        assert_eq!((events.len(), rejects.len()), (1, 0), "{name}: {rejects:?}");
        assert_eq!(ocsf::validate(&events[0].ocsf), [], "{name}");
        let theirs = std::fs::read(raw.with_extension("ocsf")).unwrap();
        let theirs: serde_json::Value = serde_json::from_slice(&theirs).unwrap();
        let paths = [
            "/class_uid",
            "/activity_id",
            "/status_id",
            "/actor/user/name",
            "/actor/user/uid",
            "/actor/user/email_addr",
            "/src_endpoint/ip",
            "/user/name",
            "/group/name",
            "/api/operation",
            "/metadata/uid",
            "/metadata/event_code",
        ];
        for path in paths {
            if let Some(theirs) = theirs.pointer(path) {
                let ours = events[0].ocsf.pointer(path);
                if ours != Some(theirs) {
                    unlike.push(format!("{name} {path}: {ours:?}, theirs {theirs}"));
                }
                compared += 1;
            }
        }
        *count += 1;
    }
    assert_eq!(counts, [6, 5]);
    println!("{} of {compared} attributes agree: {unlike:#?}", compared - unlike.len());
    assert!(unlike.len() <= 3, "{unlike:#?}");
}
