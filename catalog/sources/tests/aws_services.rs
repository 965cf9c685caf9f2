//! Records of AWS services beside the checkout: all are recognised by content and read.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "the logs are files, and a test fails by panicking"
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use model::Outcome;
use model::seam::source::ReadSettings;
use testkit::{OwnedEvent, bytes, collect, corpus, files};

/// The source that claims a file.
fn claimant(path: &Path) -> Option<&'static str> {
    let bytes = bytes(path);
    let sample = &bytes[..bytes.len().min(frame::SAMPLE_MAX)];
    sources::recognise(sample).map(|(source, _)| source.about().name)
}

/// Every log below a folder whose path holds `part`.
fn logs(folder: &str, part: &str) -> Option<Vec<PathBuf>> {
    let wanted = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let is_note = ["LICENSE", "NOTICE", "README", "truth", "labels"];
        path.to_string_lossy().contains(part) && !is_note.iter().any(|note| name.contains(note))
    };
    Some(files(&corpus(folder)?).into_iter().filter(wanted).collect())
}

/// Reads files of one source: all are claimed by it and all their events are valid OCSF.
fn read(source: &'static str, paths: &[PathBuf]) -> (Vec<OwnedEvent>, Vec<String>) {
    let (mut events, mut rejects) = (Vec::new(), Vec::new());
    for path in paths {
        assert_eq!(claimant(path), Some(source), "{}", path.display());
        let all = collect(sources::find(source).unwrap(), &bytes(path), &ReadSettings::default());
        let problems: Vec<String> =
            all.0.iter().flat_map(|e| ocsf::validate(&e.ocsf)).map(|v| v.to_string()).collect();
        assert_eq!(problems, [""; 0], "{}", path.display());
        events.extend(all.0);
        rejects.extend(all.1.into_iter().map(|r| r.why));
    }
    (events, rejects)
}

/// How many lines the files have that are not empty.
fn lines(paths: &[PathBuf]) -> usize {
    paths.iter().map(|p| String::from_utf8_lossy(&bytes(p)).lines().count()).sum()
}

#[test]
fn resolver_queries() {
    for (folder, part, wanted) in
        [("scenarios", "resolver", None), ("corpus/route53", "made_resolver", Some((450, 10)))]
    {
        let Some(paths) = logs(folder, part) else { continue };
        let (events, rejects) = read("aws.route53_resolver", &paths);
        assert_eq!(rejects, [""; 0]);
        assert_eq!(events.len(), lines(&paths));
        let firewall = events.iter().filter(|e| !e.ocsf["firewall_rule"].is_null()).count();
        if let Some(wanted) = wanted {
            assert_eq!((events.len(), firewall), wanted);
        }
    }
    let Some(paths) = logs("corpus/route53", "public_dns") else { return };
    let (events, rejects) = read("aws.route53_public", &paths);
    assert_eq!((events.len(), rejects.len()), (5, 0));
}

#[test]
fn web_acl_verdicts() {
    for (folder, part) in [("scenarios", "waflogs"), ("corpus/waf", "waf.jsonl")] {
        let Some(paths) = logs(folder, part) else { continue };
        let (events, rejects) = read("aws.waf", &paths);
        assert_eq!(rejects, [""; 0]);
        assert_eq!(events.len(), lines(&paths));
    }
}

/// The leaves that the OCSF project's own example has, but for those named here.
#[test]
fn web_acl_verdicts_agree_with_the_published_pair() {
    let Some(file) = corpus("corpus/ocsf/pairs/aws_waf_v1.5.ocsf") else { return };
    let theirs: serde_json::Value = serde_json::from_slice(&bytes(&file)).unwrap();
    let (events, _) = read("aws.waf", &[file.with_extension("raw")]);
    let (mut agree, mut differ) = (0, Vec::new());
    leaves(String::new(), &theirs, &mut |path, value| {
        if events[0].ocsf.pointer(&path) == Some(value) {
            agree += 1;
        } else if !["/unmapped", "/observables", "/time_dt"].iter().any(|p| path.starts_with(p)) {
            differ.push(path);
        }
    });
    // Theirs calls an allowed request denied, and takes the host from a header where there is a
    // field for it.
    let known = [
        "/action",
        "/action_id",
        "/disposition",
        "/disposition_id",
        "/firewall_rule/name",
        "/firewall_rule/rate_limit",
        "/http_request/referrer",
        "/http_request/url/hostname",
        "/http_status",
        "/metadata/labels",
        "/metadata/profiles/2",
        "/tls/version",
        "/type_name",
    ];
    assert_eq!(differ, known);
    assert_eq!(agree, 63);
}

#[test]
fn instances_that_come_and_go() {
    if let Some(paths) = logs("scenarios/autoscaling/events", ".jsonl") {
        let (events, rejects) = read("aws.autoscaling", &paths);
        assert_eq!(rejects, [""; 0]);
        assert_eq!(events.len(), lines(&paths));
        // Some were delivered twice.
        let ids: BTreeSet<_> = events.iter().map(|e| e.id).collect();
        assert_eq!(events.len() - ids.len(), 101);
    }
    for (file, wanted) in [
        ("event-asg-instance-failed.json", Outcome::Failure),
        ("event-instance-state.json", Outcome::Success),
        ("event-phd-ec2-retire.json", Outcome::Unknown),
    ] {
        let Some(path) = corpus(&format!("corpus/cloudtrail/custodian/{file}")) else { continue };
        let (events, _) = read("aws.autoscaling", &[path]);
        assert_eq!((events.len(), events[0].outcome), (1, wanted), "{file}");
    }
}

#[test]
fn findings_of_guardduty() {
    if let Some(paths) = logs("scenarios/federation-mining/findings", "guardduty") {
        let (events, rejects) = read("aws.guardduty", &paths);
        assert_eq!((events.len(), rejects), (lines(&paths), Vec::new()));
        assert!(events.iter().all(|e| e.ocsf["class_uid"] == 2004 && e.uid.is_some()));
    }
    for (folder, wanted) in [("aws_samples", 3), ("custodian", 2)] {
        let Some(paths) = logs(&format!("corpus/guardduty/{folder}"), "") else { continue };
        let (events, rejects) = read("aws.guardduty", &paths);
        assert_eq!((events.len(), rejects), (wanted, Vec::new()), "{folder}");
    }
    // An event whose finding was left out.
    let Some(paths) = logs("corpus/guardduty/streamalert", "") else { return };
    let (events, rejects) = read("aws.guardduty", &paths);
    assert_eq!((events.len(), rejects.len()), (0, 1));
}

#[test]
fn saved_answers() {
    let Some(paths) = logs("scenarios/autoscaling/snapshots", ".json") else { return };
    let (events, rejects) = read("aws.describe", &paths);
    assert_eq!(rejects, [""; 0]);
    let instances: usize = paths
        .iter()
        .map(|p| String::from_utf8_lossy(&bytes(p)).matches("\"ImageId\"").count())
        .sum();
    assert_eq!((paths.len(), events.len()), (125, instances));
    // The same machine in two answers is told twice.
    let ids: BTreeSet<_> = events.iter().map(|e| e.id).collect();
    assert!(ids.len() > events.len() * 9 / 10, "{} of {}", ids.len(), events.len());
}

#[test]
fn findings_of_security_hub() {
    for (folder, part, wanted) in [
        ("corpus/security_hub/asr", ".jsonl", 109),
        ("corpus/security_hub/custodian", ".json", 4),
        ("corpus/guardduty/aws_docs", ".jsonl", 1),
    ] {
        let Some(paths) = logs(folder, part) else { continue };
        let (events, rejects) = read("aws.security_hub", &paths);
        assert_eq!((events.len(), rejects), (wanted, Vec::new()), "{folder}");
    }
    // Findings of other tools in OCSF are not ours.
    let Some(paths) = logs("corpus/security_hub/prowler", ".ocsf") else { return };
    assert!(paths.iter().all(|path| claimant(path) != Some("aws.security_hub")));
}

/// Class, activity, time and all that the OCSF project's own examples say, but for what we leave
/// out.
#[test]
fn findings_of_security_hub_agree_with_the_published_pairs() {
    for (pair, wanted, differ) in PAIRS {
        let Some(file) = corpus(&format!("corpus/ocsf/pairs/aws_securityhub_{pair}_v1.1.ocsf"))
        else {
            return;
        };
        let theirs: serde_json::Value = serde_json::from_slice(&bytes(&file)).unwrap();
        let (events, _) = read("aws.security_hub", &[file.with_extension("raw")]);
        let (mut agree, mut unlike) = (0, Vec::new());
        leaves(String::new(), &theirs, &mut |path, value| {
            let is_text_time = path.ends_with("_dt");
            // Version 1.5 has a list where 1.1 had one resource.
            let path = path.replace("/resource/", "/resources/0/");
            if events[0].ocsf.pointer(&path) == Some(value) {
                agree += 1;
            } else if !is_text_time && !ELSEWHERE.iter().any(|p| path.starts_with(p)) {
                unlike.push(path);
            }
        });
        assert_eq!((agree, unlike.len()), (*wanted, *differ), "{pair}: {unlike:?}");
        assert!(unlike.iter().all(|path| LEFT_OUT.iter().any(|p| path.contains(p))), "{unlike:?}");
    }
}

/// Differences of versions and of writing, not of what is said.
const ELSEWHERE: &[&str] = &[
    "/metadata/extensions",
    "/metadata/profiles",
    "/metadata/version",
    "/observables",
    "/type_name",
    "/unmapped",
];

/// What the record tells and we leave to it: places on the map, scores, most of packages.
const LEFT_OUT: &[&str] = &[
    "/affected_packages/0/",
    "/cve/cvss/",
    "/evidences/0/data",
    "/location/c",
    "/metadata/product/version",
    "/references/",
    "/vulnerabilities/0/remediation",
];

/// The pair, how many leaves agree, how many do not.
const PAIRS: &[(&str, usize, usize)] =
    &[("compliance_pci", 35, 0), ("guardduty", 34, 4), ("inspector", 37, 17)];

#[test]
fn configuration_items() {
    for file in [
        "sqs-discover.json",
        "event-config-rule-instance.json",
        "event-config-rule-security-group.json",
    ] {
        let Some(path) = corpus(&format!("corpus/cloudtrail/custodian/{file}")) else { continue };
        let (events, rejects) = read("aws.config", &[path]);
        assert_eq!((events.len(), rejects), (1, Vec::new()), "{file}");
        assert_eq!(events[0].ocsf["class_uid"], 5023, "{file}");
    }
}

/// Whose files our sources claim: their own, of all that lies there.
#[test]
fn no_file_of_others_is_claimed() {
    let own: &[(&str, &[&str])] = &[
        ("aws.access_analyzer", &[]),
        ("aws.autoscaling", &["/autoscaling/events/", "/custodian/event-", "/lambda-go/"]),
        (
            "aws.config",
            &["/custodian/sqs-discover", "/custodian/event-config-rule", "/lambda-go/config"],
        ),
        ("aws.describe", &["/snapshots/"]),
        ("aws.guardduty", &["/corpus/guardduty/", "/findings/guardduty-"]),
        ("aws.inspector", &[]),
        ("aws.macie", &[]),
        ("aws.route53_public", &["/public_dns_query"]),
        ("aws.route53_resolver", &["resolver"]),
        ("aws.security_hub", &["/security_hub/", "/guardduty/aws_docs/", "/aws_securityhub_"]),
        ("aws.waf", &["waf"]),
    ];
    for folder in ["corpus", "scenarios"] {
        let Some(folder) = corpus(folder) else { continue };
        // Archives there are broken on purpose.
        let whole = |path: &PathBuf| !path.to_string_lossy().contains("/robustness/");
        for path in files(&folder).into_iter().filter(whole) {
            let claimed = claimant(&path);
            let Some((name, parts)) = own.iter().find(|(name, _)| Some(*name) == claimed) else {
                continue;
            };
            let text = path.to_string_lossy();
            assert!(parts.iter().any(|part| text.contains(part)), "{name} claims {text}");
        }
    }
}

/// Hands every leaf to `each` with its JSON pointer.
fn leaves(
    path: String,
    value: &serde_json::Value,
    each: &mut dyn FnMut(String, &serde_json::Value),
) {
    use serde_json::Value;
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                leaves(format!("{path}/{key}"), value, each);
            }
        }
        Value::Array(list) => {
            for (at, value) in list.iter().enumerate() {
                leaves(format!("{path}/{at}"), value, each);
            }
        }
        leaf => each(path, leaf),
    }
}
