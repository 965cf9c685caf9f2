//! Public records of agents beside the checkout: every one is recognised and read.

#![allow(
    clippy::case_sensitive_file_extension_comparisons,
    clippy::disallowed_methods,
    reason = "the records are files"
)]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests fail so")]
#![allow(clippy::print_stdout, reason = "the counts are for the person at the terminal")]

use std::path::PathBuf;

use model::seam::source::ReadSettings;
use testkit::{OwnedEvent, bytes, collect, corpus, files};

/// The files of a folder that end so; none if the folder is not there.
fn found(folder: &str, end: &str) -> Vec<PathBuf> {
    let all = corpus(folder).map(|folder| files(&folder)).unwrap_or_default();
    all.into_iter().filter(|path| path.to_string_lossy().ends_with(end)).collect()
}

/// Reads files that `source` must claim: its events and why others were refused.
fn read(source: &str, paths: &[PathBuf]) -> (Vec<OwnedEvent>, Vec<String>) {
    let (mut all, mut refused) = (Vec::new(), Vec::new());
    for path in paths {
        let bytes = bytes(path);
        let sample = &bytes[..bytes.len().min(frame::SAMPLE_MAX)];
        let claimed = sources::recognise(sample).map(|(source, _)| source.about().name);
        assert_eq!(claimed, Some(source), "{} is recognised", path.display());
        let settings = ReadSettings::default();
        let (events, rejects) = collect(sources::find(source).unwrap(), &bytes, &settings);
        for event in &events {
            let wrong = ocsf::validate(&event.ocsf);
            assert!(wrong.is_empty(), "{}:{} {wrong:?}", path.display(), event.at.line);
        }
        all.extend(events);
        refused
            .extend(rejects.iter().map(|r| format!("{}:{} {}", path.display(), r.at.line, r.why)));
    }
    println!("{source}: {} files, {} events, {refused:?}", paths.len(), all.len());
    (all, refused)
}

fn count(events: &[OwnedEvent], class: u16) -> usize {
    events.iter().filter(|event| event.ocsf["class_uid"] == class).count()
}

#[test]
fn every_public_result_of_osquery_is_read() {
    let paths = [found("corpus/osquery", ".jsonl"), found("corpus/osquery/streamalert", ".json")];
    let paths = paths.concat();
    if paths.is_empty() {
        return;
    }
    let (events, rejects) = read("host.osquery", &paths);
    assert_eq!(rejects, [""; 0]);
    // The documentation: 2 + 4 rows of a snapshot + 2 of a batch + 3 events; then 1, 2 and 3.
    assert_eq!(events.len(), 11 + 6);
    assert_eq!([1001, 1007, 4001, 3002].map(|class| count(&events, class)), [1, 1, 1, 3]);
}

#[test]
fn the_alert_of_falco_is_read_as_the_publisher_reads_it() {
    let raw = found("corpus/ocsf/pairs", "/falco.raw");
    if raw.is_empty() {
        return;
    }
    let (events, rejects) = read("host.falco", &raw);
    assert_eq!((events.len(), rejects.len()), (1, 0));
    let golden = bytes(&found("corpus/ocsf/pairs", "/falco.ocsf")[0]);
    let golden: serde_json::Value = serde_json::from_slice(&golden).unwrap();
    let ours = &events[0].ocsf;
    // Theirs is of schema 0.1: class 2001 and `finding` are 2004 and `finding_info` since 1.1.
    assert_eq!((&golden["class_uid"], &ours["class_uid"]), (&2001.into(), &2004.into()));
    for key in ["activity_id", "category_uid", "severity_id", "severity", "time"] {
        assert_eq!(ours[key], golden[key], "{key}");
    }
    for key in ["title", "desc", "uid", "types", "created_time"] {
        let wanted = &golden["finding"][key];
        assert_eq!(&ours["finding_info"][key], wanted, "{key}");
    }
    assert_eq!(ours["device"]["hostname"], "host0.local");
    assert_eq!(ours["metadata"]["labels"], golden["metadata"]["labels"]);
}

#[test]
fn every_public_event_of_tetragon_is_read() {
    let paths = found("corpus/tetragon", ".jsonl");
    if paths.is_empty() {
        return;
    }
    let (events, rejects) = read("host.tetragon", &paths);
    assert_eq!(rejects, [""; 0]);
    let lines = |path: &PathBuf| String::from_utf8(bytes(path)).unwrap().lines().count();
    assert_eq!(events.len(), paths.iter().map(lines).sum::<usize>());
    assert_eq!((count(&events, 1007), count(&events, 4001)), (18 + 9 + 3, 5 + 4 + 2));
    assert!(events.iter().any(|e| e.ocsf["process"]["file"]["name"] == "nsenter"));
}
