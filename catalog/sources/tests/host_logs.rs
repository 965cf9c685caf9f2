//! Public logs of Linux hosts beside the checkout: every record of them is read.

#![allow(clippy::disallowed_methods, reason = "the logs are files")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests fail so")]
#![allow(clippy::print_stdout, reason = "the counts are for the person at the terminal")]

use std::path::{Path, PathBuf};

use model::seam::source::ReadSettings;

use testkit::{OwnedEvent, bytes, collect, corpus, files};

/// The files of some folders that a source is for; none if the folders are not there.
fn logs(folders: &[&str], is_log: &dyn Fn(&str) -> bool) -> Vec<PathBuf> {
    let found = folders.iter().filter_map(|folder| corpus(folder));
    let found = found.flat_map(|folder| files(&folder));
    found.filter(|path| is_log(&path.to_string_lossy())).collect()
}

/// Reads a file that `source` must claim: its events and why others were refused.
fn read(source: &str, path: &Path, settings: &ReadSettings) -> (Vec<OwnedEvent>, Vec<String>) {
    let bytes = bytes(path);
    let sample = &bytes[..bytes.len().min(frame::SAMPLE_MAX)];
    let claimed = sources::recognise(sample).map(|(source, _)| source.about().name);
    assert_eq!(claimed, Some(source), "{} is recognised", path.display());
    let (events, rejects) = collect(sources::find(source).unwrap(), &bytes, settings);
    for event in &events {
        let wrong = ocsf::validate(&event.ocsf);
        assert!(wrong.is_empty(), "{}:{} {wrong:?}", path.display(), event.at.line);
    }
    let name = path.file_name().unwrap().to_string_lossy();
    let rejects = rejects.iter().map(|r| format!("{name}:{} {}", r.at.line, r.why)).collect();
    (events, rejects)
}

/// Reads many.
fn read_all(source: &str, paths: &[PathBuf]) -> (Vec<OwnedEvent>, Vec<String>) {
    let (mut events, mut rejects) = (Vec::new(), Vec::new());
    for path in paths {
        let (more, refused) = read(source, path, &ReadSettings::default());
        events.extend(more);
        rejects.extend(refused);
    }
    println!("{source}: {} files, {} events, {rejects:?}", paths.len(), events.len());
    (events, rejects)
}

fn text<'v>(event: &'v OwnedEvent, pointer: &str) -> Option<&'v str> {
    event.ocsf.pointer(pointer)?.as_str()
}

#[test]
fn every_audit_event_of_the_labs_is_read() {
    let paths = logs(&["scenarios"], &|path| path.ends_with("audit.log.gz"));
    if paths.is_empty() {
        return;
    }
    let (events, rejects) = read_all("linux.auditd", &paths);
    assert_eq!(rejects, [""; 0]);
    // As many events as there are serials in each file.
    let mut serials = 0;
    for path in &paths {
        let all = String::from_utf8(bytes(path)).unwrap();
        let stamps =
            all.lines().map(|l| l.split_once("audit(").unwrap().1.split_once(')').unwrap().0);
        serials += stamps.collect::<std::collections::BTreeSet<_>>().len();
    }
    assert_eq!(events.len(), serials);
    assert!(events.iter().any(|e| text(e, "/process/cmd_line").is_some_and(|c| c.contains("zip"))));
}

#[test]
fn every_public_audit_event_is_read_as_laurel_reads_it() {
    let is_log = |path: &str| {
        let name = path.rsplit('/').next().unwrap();
        let is_text = path.ends_with(".txt") && !name.contains("README") && !name.contains(".ref.");
        is_text || (name.starts_with("test") && path.ends_with(".log"))
    };
    let paths = logs(&["corpus/auditd"], &is_log);
    if paths.is_empty() {
        return;
    }
    let (_, rejects) = read_all("linux.auditd", &paths);
    assert_eq!(rejects, [""; 0]);
    let mut compared = 0;
    for path in paths {
        let expected = ["json", "jsonl"].map(|ending| path.with_extension(ending));
        let Some(expected) = expected.iter().find(|p| p.exists()) else { continue };
        let (events, _) = read("linux.auditd", &path, &ReadSettings::default());
        let wanted = String::from_utf8(bytes(expected)).unwrap();
        let wanted = serde_json::Deserializer::from_str(&wanted).into_iter::<serde_json::Value>();
        let wanted: Vec<serde_json::Value> = wanted.map(Result::unwrap).collect();
        assert_eq!(events.len(), wanted.len(), "{}", path.display());
        for (event, wanted) in events.iter().zip(&wanted) {
            assert_eq!(text(event, "/metadata/uid"), wanted["ID"].as_str());
            if let Some(arguments) = wanted.pointer("/EXECVE/ARGV").and_then(|a| a.as_array()) {
                let line: Vec<&str> = arguments.iter().map(|a| a.as_str().unwrap()).collect();
                let line = line.join(" ");
                assert_eq!(text(event, "/process/cmd_line"), Some(line.as_str()));
                compared += 1;
            }
        }
    }
    assert!(compared >= 4, "{compared}");
}
