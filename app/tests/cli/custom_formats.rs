//! Formats of one's own: `--mappings` in every verb that reads, and `yagura sources test`.

use std::fs;
use std::path::Path;

use crate::{conserved, investigate, stderr, stdout, yagura};

const EXAMPLE: &str = "examples/custom-formats";

#[test]
fn the_example_keeps_every_promise() {
    let output = yagura(&["sources", "test", "--mappings", EXAMPLE]);
    assert_eq!(output.status.code(), Some(0), "{}{}", stdout(&output), stderr(&output));
    assert_eq!(stdout(&output).matches("ok  ").count(), 3);
}

#[test]
fn described_kinds_are_listed_recognised_and_judged() {
    let list = stdout(&yagura(&["sources", "--mappings", EXAMPLE]));
    assert!(list.contains("acme.gate            Door controllers of Acme"), "{list}");
    let log = "examples/custom-formats/acme.gate/day/in.log";
    let explained = stdout(&yagura(&["sources", "explain", "--mappings", EXAMPLE, log]));
    assert!(explained.contains("taken for   acme.gate: Door controllers"), "{explained}");
    assert!(explained.contains("rejected    2 × no pattern fits"), "{explained}");
    assert!(explained.contains("src_endpoint.ip = 203.0.113.7"), "{explained}");
    let folder = tempfile::tempdir().unwrap();
    let rule = "title: Door fault\nid: 5f3c2c1e-6f0b-4c55-9d53-0d5f0f8f8a11\n\
                logsource: {product: acme, service: gate}\n\
                detection:\n  fault: {verb: FAULT}\n  condition: fault\nlevel: high\n";
    fs::write(folder.path().join("door.yml"), rule).unwrap();
    let rules = folder.path().to_str().unwrap();
    let (_, json) = investigate(&["--mappings", EXAMPLE, "--rules", rules, log]);
    conserved(&json);
    assert_eq!(json["tally"]["by_source"][0]["source"], "acme.gate");
    assert_eq!(json["findings"][0]["rule"]["title"], "Door fault", "{}", json["warnings"]);
    // By word alone, too; and without the mapping nobody knows it.
    let named = format!("acme.gate={log}");
    let (_, json) = investigate(&["--mappings", EXAMPLE, "--source", &named]);
    assert_eq!(json["tally"]["records"], 8);
    assert_eq!(yagura(&["investigate", log]).status.code(), Some(3));
}

/// The example with one thing replaced; what the test of it says.
fn changed(file: &str, from: &str, to: &str) -> (Option<i32>, String) {
    let folder = tempfile::tempdir().unwrap();
    copy(&crate::root().join(EXAMPLE), folder.path());
    let path = folder.path().join(file);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{file} has no {from}");
    fs::write(&path, text.replace(from, to)).unwrap();
    let output = yagura(&["sources", "test", "--mappings", folder.path().to_str().unwrap()]);
    (output.status.code(), stdout(&output) + &stderr(&output))
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            fs::create_dir(&target).unwrap();
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

#[test]
fn broken_promises_are_named_with_what_to_do() {
    let day = "acme.gate/day/events.jsonl";
    for (file, from, to, wanted) in [
        (day, "tanaka", "takana", "golden: "),
        (
            "acme.toml",
            "role = \"actor\", field = \"client\"",
            "role = \"place\", field = \"client\"",
            "run again with --update",
        ),
        (
            "acme.toml",
            "[\"vault_request\", \"caller.name\"]",
            "[\"no_such_name\"]",
            "recognise: its own source does not",
        ),
        ("acme.gate/day/in.log", "\n20261006T090002", "\n\n20261006T090002", "golden: "),
        ("acme.toml", "[\"acme.vault\"", "[\"acme.safe\"", "there is no case in"),
        (
            "acme.toml",
            "action = \"{verb} {door}\"",
            "acton = \"{verb} {door}\"",
            "Is \"action\" meant?",
        ),
    ] {
        let (code, told) = changed(file, from, to);
        assert_eq!(code, Some(2), "{from} -> {to}: {told}");
        assert!(told.contains(wanted), "{from} -> {to}: {told}");
    }
}

#[test]
fn mapping_files_that_mean_nothing_stop_the_run() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    let run = || yagura(&["investigate", "--mappings", path, "examples"]);
    assert!(stderr(&run()).contains("no mapping files"));
    fs::write(folder.path().join("a.toml"), "[\"app.json\"]\n\nuzer = \"who\"\n").unwrap();
    let output = run();
    assert_eq!(output.status.code(), Some(2));
    let told = stderr(&output);
    assert!(told.contains("a.toml:3: app.json has no field \"uzer\""), "{told}");
    assert!(told.contains("Is \"user\" meant?"), "{told}");
}

#[test]
fn a_log_without_years_is_said_to_be_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("auth.log");
    let line =
        "Oct  6 09:00:00 mail-7 sshd[9]: Failed password for root from 203.0.113.9 port 1 ssh2\n";
    fs::write(&path, line).unwrap();
    let path = path.to_str().unwrap();
    let explained =
        |more: &[&str]| stdout(&yagura(&[&["sources", "explain", path], more].concat()));
    assert!(explained(&[]).contains("note        some times name no year"));
    assert!(!explained(&["--year", "2026"]).contains("note"));
}
