//! Public CloudTrail records beside the checkout: all are read, and nothing else is taken for one.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "the logs are files, and a test fails by panicking"
)]

use std::collections::BTreeMap;
use std::path::Path;

use model::Outcome;
use model::seam::source::ReadSettings;
use serde_json::Value;
use testkit::{OwnedEvent, bytes, collect, corpus, files};

const NAME: &str = "aws.cloudtrail";

/// Whether the blob is claimed for CloudTrail, its events, and why records were refused.
fn read(path: &Path) -> (bool, Vec<OwnedEvent>, Vec<String>) {
    let bytes = bytes(path);
    let sample = &bytes[..bytes.len().min(frame::SAMPLE_MAX)];
    let claimed = sources::recognise(sample).is_some_and(|(source, _)| source.about().name == NAME);
    let (events, rejects) = collect(sources::find(NAME).unwrap(), &bytes, &ReadSettings::default());
    (claimed, events, rejects.into_iter().map(|r| r.why).collect())
}

fn problems(events: &[OwnedEvent]) -> Vec<String> {
    events.iter().flat_map(|e| ocsf::validate(&e.ocsf)).map(|v| v.to_string()).collect()
}

/// Events and refused records of each folder. The refused ones have no time, or `...` in its place
/// (a program that only looks for the names counts 24 records in custodian and 57 in streamalert).
#[test]
fn every_public_record_is_read() {
    let Some(folder) = corpus("corpus/cloudtrail") else { return };
    let mut counts: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for path in files(&folder) {
        let (claimed, events, why) = read(&path);
        if !claimed {
            continue;
        }
        assert_eq!(problems(&events), [] as [String; 0], "{}", path.display());
        for why in &why {
            assert!(why.starts_with("eventTime "), "{}: {why}", path.display());
        }
        let folder = path.parent().unwrap().file_name().unwrap().to_string_lossy().into_owned();
        let count = counts.entry(folder).or_default();
        *count = (count.0 + events.len(), count.1 + why.len());
    }
    let wanted = [
        ("aws_docs", (23, 0)),
        ("custodian", (23, 1)),
        ("stratus", (144, 0)),
        ("streamalert", (43, 14)),
        ("traildiscover", (314, 0)),
    ];
    let wanted: BTreeMap<String, (usize, usize)> =
        wanted.into_iter().map(|(folder, count)| (folder.to_owned(), count)).collect();
    assert_eq!(counts, wanted);
}

#[test]
fn other_documents_are_left_alone() {
    for folder in
        ["cloudtrail", "guardduty", "waf", "eks_audit", "delivery", "security_hub", "crowdsec"]
    {
        let Some(folder) = corpus(&format!("corpus/{folder}")) else { return };
        for path in files(&folder).iter().filter(|p| !p.ends_with("LICENSE")) {
            let name = path.file_name().unwrap().to_string_lossy();
            let ours =
                ["event-cloud-trail", "event-appmesh", "event-transit", "aws.", "community."];
            let ours = ours.iter().any(|start| name.starts_with(start))
                || name.starts_with("classifier.cloudtrail")
                || name == "classifier.cloudwatch_cloudtrail.json"
                || (name.starts_with("records.jsonl")
                    && path.to_string_lossy().contains("cloudtrail"));
            assert_eq!(
                read(path).0,
                ours && path.to_string_lossy().contains("/cloudtrail/"),
                "{name}"
            );
        }
    }
}

/// 248 of the 314 calls were refused, and the labels say which.
#[test]
fn refused_calls_are_failures() {
    let Some(labels) = corpus("corpus/cloudtrail/traildiscover/truth.jsonl") else { return };
    let (_, events, _) = read(&labels.with_file_name("records.jsonl.gz"));
    let by_id: BTreeMap<&str, &OwnedEvent> =
        events.iter().filter_map(|e| Some((e.ocsf["metadata"]["uid"].as_str()?, e))).collect();
    let labels = String::from_utf8(bytes(&labels)).unwrap();
    let mut failures = 0;
    for line in labels.lines() {
        let label: Value = serde_json::from_str(line).unwrap();
        let event = by_id[label["eventID"].as_str().unwrap()];
        assert_eq!(event.outcome == Outcome::Failure, !label["errorCode"].is_null(), "{label}");
        failures += usize::from(event.outcome == Outcome::Failure);
    }
    assert_eq!((events.len(), failures), (314, 248));
}

/// Three copies have one id; a file cut short keeps what stands before the cut.
#[test]
fn copies_and_cuts() {
    let Some(folder) = corpus("corpus/robustness") else { return };
    let (_, events, why) = read(&folder.join("cloudtrail_duplicate_ids.json"));
    assert_eq!((events.len(), why.len()), (3, 0));
    assert!(events.iter().all(|e| e.id == events[0].id));
}

/// The leaves that the OCSF project's own examples have, but for the few named here.
#[test]
fn agrees_with_the_published_pairs() {
    let Some(folder) = corpus("corpus/ocsf/pairs") else { return };
    for (pair, differs) in [
        (
            "account_change",
            // Times as texts, empty texts, and fields without a place in the schema.
            &[
                "actor.session.created_time_dt",
                "api.response.data",
                "metadata.profiles.1",
                "src_endpoint.uid",
                "time_dt",
                "unmapped",
            ][..],
        ),
        ("authentication", &["metadata.profiles.1", "time_dt", "unmapped"]),
    ] {
        let file = folder.join(format!("aws_cloudtrail_{pair}_v1.5.ocsf"));
        let theirs: Value = serde_json::from_slice(&bytes(&file)).unwrap();
        let (_, events, _) = read(&file.with_extension("raw"));
        let ours = leaves(&events[0].ocsf);
        let mut unlike: Vec<String> = leaves(&theirs)
            .into_iter()
            .filter(|(path, value)| ours.get(path) != Some(value))
            .map(|(path, _)| {
                path.split_inclusive('.')
                    .next()
                    .filter(|p| *p == "unmapped.")
                    .map_or(path.clone(), |_| "unmapped".into())
            })
            .collect();
        unlike.dedup();
        assert_eq!(unlike, differs, "{pair}");
    }
}

fn leaves(value: &Value) -> BTreeMap<String, Value> {
    fn walk(path: String, value: &Value, out: &mut BTreeMap<String, Value>) {
        let join = |key: &str| if path.is_empty() { key.into() } else { format!("{path}.{key}") };
        match value {
            Value::Object(map) => map.iter().for_each(|(k, v)| walk(join(k), v, out)),
            Value::Array(list) => {
                list.iter().enumerate().for_each(|(at, v)| walk(join(&at.to_string()), v, out));
            }
            leaf => {
                out.insert(path, leaf.clone());
            }
        }
    }
    let mut out = BTreeMap::new();
    walk(String::new(), value, &mut out);
    out
}
