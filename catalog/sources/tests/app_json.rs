//! `app.json` on public logs where they lie beside the checkout: every record is read.

use std::path::Path;

use frame::{Content, Input};
use model::seam::source::{Likeness, ReadSettings};
use testkit::{bytes, collect, corpus, files};

#[test]
fn application_logs_of_whole_scenarios_are_read_without_a_reject() {
    let Some(root) = corpus("scenarios") else { return };
    let mut count = 0;
    for path in files(&root) {
        if !is_application(&path) || path.is_dir() {
            continue;
        }
        let bytes = bytes(&path);
        let source = sources::find("app.json").expect("the source");
        let claim = source.recognise(Input::new(Content::Whole(&bytes)).sample());
        assert_eq!(claim, Likeness::Shape, "{}", path.display());
        let (events, rejects) = collect(source, &bytes, &ReadSettings::default());
        assert_eq!(rejects, [], "{}", path.display());
        let lines = bytes.split(|b| *b == b'\n').filter(|l| !l.trim_ascii().is_empty()).count();
        assert_eq!(events.len(), lines, "{}", path.display());
        for event in &events {
            assert_eq!(ocsf::validate(&event.ocsf), [], "{}", event.raw);
        }
        count += events.len();
    }
    assert!(count > 0, "no application log found");
}

#[test]
fn no_other_kind_of_log_is_taken_for_an_application() {
    let source = sources::find("app.json").expect("the source");
    for root in ["corpus", "scenarios"].into_iter().filter_map(corpus) {
        let strange: Vec<_> = files(&root)
            .into_iter()
            .filter(|path| is_small_json(path) && !is_application(path))
            .filter(|path| {
                let whole = bytes(path);
                source.recognise(Input::new(Content::Whole(&whole)).sample()) != Likeness::No
            })
            .collect();
        assert!(strange.is_empty(), "taken for logs of applications: {strange:#?}");
    }
}

/// Whether a file is quickly looked at, and not one that is broken on purpose.
fn is_small_json(path: &Path) -> bool {
    const LENGTH_MAX: u64 = 4 << 20;
    let name = path.to_string_lossy();
    let ends = [".json", ".jsonl", ".json.gz", ".jsonl.gz", ".log", ".log.gz"];
    !name.contains("/robustness/")
        && path.metadata().is_ok_and(|m| m.len() < LENGTH_MAX)
        && ends.iter().any(|end| name.ends_with(end))
}

/// Whether an application wrote it, by the name it has there.
fn is_application(path: &Path) -> bool {
    let name = path.to_string_lossy();
    let ends = ["app.jsonl", "deploy.jsonl", "mado-sso.jsonl.gz", "/app.log.gz", "cloudsql.log.gz"];
    // CrowdSec tests its parsers on the logs of many applications.
    name.contains("/crowdsec/") || ends.iter().any(|end| name.ends_with(end))
}
