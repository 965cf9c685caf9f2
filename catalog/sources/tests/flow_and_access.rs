//! Public flow logs and access logs beside the checkout: every record of them is read.

#![allow(clippy::disallowed_methods, reason = "the logs are files")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests fail so")]
#![allow(clippy::print_stdout, reason = "the counts are for the person at the terminal")]

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use model::seam::source::ReadSettings;
use testkit::{OwnedEvent, collect, corpus};

/// Every file below a path, in order.
fn files(path: &Path) -> Vec<PathBuf> {
    if path.is_file() {
        return vec![path.to_owned()];
    }
    let mut found: Vec<PathBuf> =
        std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).collect();
    found.sort();
    found.iter().flat_map(|path| files(path)).collect()
}

fn bytes(path: &Path) -> Vec<u8> {
    let raw = std::fs::read(path).unwrap();
    if path.extension().is_none_or(|e| e != "gz") {
        return raw;
    }
    let mut out = Vec::new();
    flate2::read::MultiGzDecoder::new(raw.as_slice()).read_to_end(&mut out).unwrap();
    out
}

/// What stands in files of the corpus that this source is for.
#[derive(Default)]
struct Tally {
    events: usize,
    rejects: Vec<String>,
    outcomes: BTreeMap<String, usize>,
    problems: Vec<String>,
}

fn read(source: &str, path: &Path) -> (Vec<OwnedEvent>, Vec<String>) {
    let bytes = bytes(path);
    let own = sources::find(source).unwrap();
    let sample = &bytes[..bytes.len().min(frame::SAMPLE_MAX)];
    let claimed = sources::recognise(sample).map(|(source, _)| source.about().name);
    assert_eq!(claimed, Some(source), "{} is recognised", path.display());
    let (events, rejects) = collect(own, &bytes, &ReadSettings::default());
    let place = path.file_name().unwrap().to_string_lossy();
    let rejects = rejects.iter().map(|r| format!("{place}:{} {}", r.at.line, r.why)).collect();
    (events, rejects)
}

fn tally(source: &str, paths: &[PathBuf]) -> Tally {
    let mut tally = Tally::default();
    for path in paths {
        let (events, rejects) = read(source, path);
        tally.events += events.len();
        tally.rejects.extend(rejects);
        for event in &events {
            *tally.outcomes.entry(format!("{:?}", event.outcome)).or_default() += 1;
            let wrong = ocsf::validate(&event.ocsf);
            tally.problems.extend(wrong.iter().map(|w| format!("{w} in {}", event.raw)));
        }
    }
    let (events, rejects) = (tally.events, tally.rejects.len());
    println!("{source}: {} files, {events} events, {rejects} rejects", paths.len());
    println!("  outcomes {:?}, rejects {:#?}", tally.outcomes, tally.rejects);
    assert!(tally.problems.is_empty(), "{:#?}", tally.problems.iter().take(5).collect::<Vec<_>>());
    tally
}

#[test]
fn every_public_flow_record_is_read() {
    let Some(folder) = corpus("corpus/vpc_flow") else { return };
    let is_log = |p: &PathBuf| p.extension().is_some_and(|e| e == "log" || e == "jsonl");
    let logs: Vec<PathBuf> = files(&folder).into_iter().filter(is_log).collect();
    let tally = tally("aws.vpc_flow", &logs);
    assert_eq!(tally.rejects, [""; 0]);
    assert_eq!(tally.events, 19 + 3 + 7);
}

#[test]
fn every_flow_record_of_the_labs_is_read() {
    let Some(corpora) = corpus("corpus/db_queries") else { return };
    let Some(scenarios) = corpus("scenarios") else { return };
    let is_flow = |p: &PathBuf| p.to_string_lossy().contains("vpcflow");
    let logs: Vec<PathBuf> =
        [files(&corpora), files(&scenarios)].concat().into_iter().filter(is_flow).collect();
    let tally = tally("aws.vpc_flow", &logs);
    assert!(tally.events > 2050, "{}", tally.events);
    assert_eq!(tally.rejects, [""; 0]);
}

#[test]
fn every_public_access_record_is_read_but_the_broken_one() {
    let Some(folder) = corpus("corpus/web_access/lnav") else { return };
    let Some(balancer) = corpus("corpus/alb") else { return };
    let is_log = |p: &PathBuf| {
        let name = p.file_name().unwrap().to_string_lossy();
        name.starts_with("logfile_") || name.ends_with(".log")
    };
    let logs: Vec<PathBuf> =
        [files(&folder), files(&balancer)].concat().into_iter().filter(is_log).collect();
    let tally = tally("web.access", &logs);
    // One line has no identity and no user between the client and the time.
    let why = "no identity and user between the client and the time";
    assert_eq!(tally.rejects, [format!("logfile_bad_access_log.0:2 {why}")]);
    // Directives of the extended format are no records.
    assert_eq!(tally.events, 3 + 1 + 2 + 39 + 17 + 1000 + 1 + (254 - 44) + 5 + 296);
}

#[test]
fn every_access_record_of_the_labs_is_read() {
    let Some(corpora) = corpus("corpus/db_queries") else { return };
    let Some(scenarios) = corpus("scenarios") else { return };
    let is_access = |p: &PathBuf| {
        let path = p.to_string_lossy();
        let hits = ["nginx-access", "apache-access", "access.log", "/alb/", "elasticloadbalancing"];
        hits.iter().any(|hit| path.contains(hit)) && !path.ends_with("truth.json")
    };
    let logs: Vec<PathBuf> =
        [files(&corpora), files(&scenarios)].concat().into_iter().filter(is_access).collect();
    let tally = tally("web.access", &logs);
    assert!(tally.events > 1000, "{}", tally.events);
    assert_eq!(tally.rejects, [""; 0]);
}

/// What other sources are for must not be taken for ours.
#[test]
fn other_logs_are_not_claimed() {
    for path in [
        "corpus/s3_access/made_s3.log",
        "corpus/cloudfront/made_cloudfront.log",
        "corpus/syslog/lnav",
        "corpus/mail/postfix",
        "corpus/waf",
        "corpus/route53",
        "corpus/mysql",
        "corpus/postgres",
        "corpus/guardduty",
        "corpus/osquery",
        "scenarios/web-spam/logs/ip-10-44-16-23/app.jsonl",
        "scenarios/web-spam/logs/ip-10-44-16-23/nginx-error.log",
        "scenarios/web-spam/logs/ip-10-44-16-23/gunicorn.log",
    ] {
        let Some(found) = corpus(path) else { continue };
        for file in files(&found) {
            let bytes = bytes(&file);
            let sample = &bytes[..bytes.len().min(frame::SAMPLE_MAX)];
            for name in ["aws.vpc_flow", "web.access"] {
                let likeness = sources::find(name).unwrap().recognise(sample);
                let none = model::seam::source::Likeness::No;
                assert_eq!(likeness, none, "{name} claims {}", file.display());
            }
        }
    }
}

/// A line as long as lines are read gives one event or one reject, whatever it is made of.
#[test]
fn long_lines_of_anything_are_one_record_each() {
    const LENGTH: usize = 1 << 20;
    let access = "192.0.2.7 - - [21/Sep/2026:14:13:20 +0000] \"GET /";
    let starts =
        ["", access, "{\"time\":\"", "http 2026-09-21T14:13:20Z ", "2 111122223333 eni-0a "];
    let fillings = [" ", "\"", "\\", "\" ", "[", "{", "a=b ", "\u{1}", "é", "1:1 [", "a|", "%2e"];
    let own = ["aws.vpc_flow", "web.access"].map(|name| sources::find(name).unwrap());
    for start in starts {
        for filling in fillings {
            let line = format!("{start}{}.\n", filling.repeat(LENGTH / filling.len()));
            for source in own {
                let _ = source.recognise(&line.as_bytes()[..frame::SAMPLE_MAX]);
                let (events, rejects) = collect(source, line.as_bytes(), &ReadSettings::default());
                let name = source.about().name;
                assert_eq!(events.len() + rejects.len(), 1, "{name}: {start}{filling}…");
            }
        }
    }
    let beyond = vec![b'x'; frame::LINE_MAX + 10];
    for source in own {
        let (events, rejects) = collect(source, &beyond, &ReadSettings::default());
        assert_eq!((events.len(), rejects[0].why.as_str()), (0, "the line is too long"));
    }
}
