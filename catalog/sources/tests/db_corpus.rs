//! Public and lab logs of databases beside the checkout: recognised by content, and read.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::case_sensitive_file_extension_comparisons,
    reason = "the logs are files, and the counts are for the person at the terminal"
)]

use std::collections::BTreeMap;
use std::path::Path;

use model::seam::source::ReadSettings;
use testkit::{OwnedEvent, bytes, collect, corpus, files};

/// Of so many events of a file at most it is asked whether they are valid.
const VALIDATED_MAX: usize = 250;

/// What came of some files.
#[derive(Default)]
struct Tally {
    files: usize,
    events: Vec<OwnedEvent>,
    rejects: Vec<String>,
}

/// Reads every file below `folders` that `wanted` names, after its content has told its kind.
fn read(source: &str, folders: &[&str], wanted: &dyn Fn(&str) -> bool) -> Option<Tally> {
    let mut tally = Tally::default();
    for folder in folders {
        for path in files(&corpus(folder)?) {
            let name = path.to_string_lossy().into_owned();
            if wanted(&name) {
                one(source, &path, &mut tally);
            }
        }
    }
    let (events, rejects) = (tally.events.len(), tally.rejects.len());
    println!("{source}: {} files, {events} events, {rejects} rejects", tally.files);
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for reject in &tally.rejects {
        *reasons.entry(reject.split_once(": ").map_or("", |r| r.1)).or_default() += 1;
    }
    println!("  {reasons:#?}");
    assert!(tally.files > 0, "no file of {source}");
    Some(tally)
}

fn one(source: &str, path: &Path, tally: &mut Tally) {
    let whole = bytes(path);
    let sample = &whole[..whole.len().min(frame::SAMPLE_MAX)];
    let claimed = sources::recognise(sample).map(|(source, _)| source.about().name);
    assert_eq!(claimed, Some(source), "{} is recognised", path.display());
    let settings = ReadSettings::default();
    let (events, rejects) = collect(sources::find(source).unwrap(), &whole, &settings);
    let name = path.file_name().unwrap().to_string_lossy();
    for event in events.iter().step_by(1 + events.len() / VALIDATED_MAX) {
        let wrong = ocsf::validate(&event.ocsf);
        assert_eq!(wrong, [], "{}:{} {}", path.display(), event.at.line, event.raw);
    }
    println!("  {name}: {} events, {} rejects", events.len(), rejects.len());
    tally.files += 1;
    tally.events.extend(events);
    tally.rejects.extend(rejects.iter().map(|r| format!("{name}:{}: {}", r.at.line, r.why)));
}

fn statements(tally: &Tally, words: &str) -> usize {
    let query = |e: &OwnedEvent| e.ocsf["query_info"]["query_string"].as_str().map(str::to_owned);
    tally.events.iter().filter_map(query).filter(|query| query.contains(words)).count()
}

#[test]
fn logs_of_postgresql_are_read() {
    let folders = ["corpus/postgres", "corpus/db_queries", "scenarios"];
    let ours = |name: &str| {
        let packed_otherwise = name.ends_with(".bz2");
        let other = name.contains("labels") || name.ends_with("LICENSE") || packed_otherwise;
        !other && (name.contains("/postgres/") || name.contains("postgresql."))
    };
    let Some(tally) = read("db.postgres", &folders, &ours) else { return };
    // Lines of systemd in a syslog, and of CloudNativePG's own programs among its records.
    let share = tally.rejects.len() as f64 / (tally.events.len() + tally.rejects.len()) as f64;
    assert!(share < 0.001, "{share}");
    assert!(statements(&tally, "public.users") > 0);
}

#[test]
fn general_logs_are_read() {
    let folders = ["corpus/mysql/lnav", "corpus/db_queries", "scenarios/sqli-dump"];
    let ours = |name: &str| name.ends_with("general.log") || name.ends_with("_gen.0");
    let Some(tally) = read("db.mysql_general", &folders, &ours) else { return };
    assert_eq!(tally.rejects, [""; 0]);
    assert!(statements(&tally, "UNION") > 0);
}

#[test]
fn logs_of_the_audit_plugin_are_read() {
    let folders = ["corpus/db_queries", "scenarios/sqli-dump"];
    let ours = |name: &str| name.contains("server_audit.log");
    let Some(tally) = read("db.mariadb_audit", &folders, &ours) else { return };
    assert_eq!(tally.rejects, [""; 0]);
    let failed = tally.events.iter().filter(|e| e.outcome == model::Outcome::Failure).count();
    assert!(failed > 0 && statements(&tally, "UNION") > 0);
}

#[test]
fn slow_logs_are_read() {
    let folders = ["corpus/mysql", "corpus/db_queries", "scenarios/sqli-dump"];
    let ours = |name: &str| {
        let file = name.rsplit('/').next().unwrap_or(name);
        let slow = name.contains("slowlogs/slow") || name.contains("slowlogs/m");
        // Not logs: the queries of sessions, and what a tool wrote without any time.
        let other = ["-session-", "-rewritten", "slowlogwriter"].iter().any(|w| file.contains(w));
        let lab = file.ends_with("slow.log") || file.ends_with("_slow.0");
        (slow && !other) || lab
    };
    let Some(tally) = read("db.mysql_slow", &folders, &ours) else { return };
    for reject in &tally.rejects {
        // Percona Toolkit tests its parser on heads without a time, and on files that break off.
        let known = ["no time in it", "a head without a statement", "a time that no clock shows"];
        assert!(known.iter().any(|why| reject.contains(why)), "{reject}");
    }
}

#[test]
fn error_logs_of_mysql_are_read() {
    let folders = ["corpus/mysql", "corpus/db_queries/sqli-mariadb-php", "scenarios/sqli-dump"];
    let ours = |name: &str| {
        let lab = name.ends_with("/error.log") || name.ends_with("mariadb-error.log");
        lab || name.contains("/errlog0") || name.ends_with("_error.0")
    };
    let Some(tally) = read("db.mysql_error", &folders, &ours) else { return };
    assert_eq!(tally.rejects, [""; 0]);
}

#[test]
fn error_logs_of_web_servers_are_read() {
    let folders = ["corpus/db_queries", "scenarios"];
    let ours = |name: &str| {
        ["nginx-error", "apache-error", "gunicorn.log"].iter().any(|log| name.contains(log))
    };
    let Some(tally) = read("web.error", &folders, &ours) else { return };
    assert_eq!(tally.rejects, [""; 0]);
    assert!(tally.events.iter().any(|e| e.address.is_some()));
}

/// Files of the corpus that one of these sources claims, and no place says that they are of it.
#[test]
fn other_logs_are_left_alone() {
    let ours = ["db.", "web.error", "waf.", "app.logfmt", "aws.rds_das"];
    let places = [
        "/postgres/",
        "/mysql/",
        "/db_queries/",
        "/db-",
        "error.log",
        "gunicorn.log",
        // The audit log of Aurora in a CloudWatch envelope.
        "cloudwatch_rds_aurora",
        // CrowdSec tests its parsers on error logs of nginx and on a pool of PostgreSQL.
        "crowdsec/nginx",
        "crowdsec/npmplus",
        "crowdsec/supavisor",
    ];
    for root in ["corpus", "scenarios"].into_iter().filter_map(corpus) {
        for path in files(&root) {
            const SIZE_MAX: u64 = 8 << 20;
            let name = path.to_string_lossy().into_owned();
            let other =
                [".bz2", ".zst", ".zip", ".parquet", ".mmdb"].iter().any(|e| name.ends_with(e));
            if other || name.contains("/robustness/") || path.metadata().unwrap().len() > SIZE_MAX {
                continue;
            }
            let whole = bytes(&path);
            let sample = &whole[..whole.len().min(frame::SAMPLE_MAX)];
            let Some((source, likeness)) = sources::recognise(sample) else { continue };
            let source = source.about().name;
            // CrowdSec tests its parsers on logfmt of several applications.
            if source == "app.logfmt" && name.contains("/crowdsec/") {
                continue;
            }
            if ours.iter().any(|own| source.starts_with(own)) {
                assert!(places.iter().any(|p| name.contains(p)), "{name}: {source} {likeness:?}");
            }
        }
    }
}

#[test]
fn logfmt_of_applications_is_read() {
    let ours = |name: &str| ["authelia-bf", "authelia-logs"].iter().any(|log| name.contains(log));
    let Some(tally) = read("app.logfmt", &["corpus/crowdsec"], &ours) else { return };
    assert_eq!(tally.rejects, [""; 0]);
    assert!(tally.events.iter().any(|event| event.address.is_some()));
}

/// Lines that go on for ever with what opens nothing cost no more than other lines.
#[test]
fn endless_records_are_read_in_linear_time() {
    const LINES: usize = 50_000;
    let starts = [
        "2026-09-08 02:10:04.100 UTC,\"a\",\"b\",4,\"192.0.2.1:5\",68be3c8c.4,1,\"",
        "2026-09-08 02:10:04.100 UTC [4] a@b LOG:  statement: ",
        "# User@Host: a[a] @  [192.0.2.1]",
        "--a1b2c3d4-A--\n[08/Sep/2026:02:10:04 +0000] x 192.0.2.1 1 192.0.2.2 2\n--a1b2c3d4-C--",
        "260908 02:10:04\t     3 Query\tselect",
        "<AUDIT_RECORD><TIMESTAMP>2026-09-08T02:10:04Z</TIMESTAMP><SQLTEXT>",
        "[08-Sep-2026 02:10:04 UTC] PHP Warning:  x",
    ];
    let lines = ["x", "# Query_time: 1", "--ffffffff-A--", "\tDETAIL:  x", "# User@Host: y"];
    let ours = [
        "db.postgres",
        "db.mysql_slow",
        "waf.modsecurity",
        "db.mysql_general",
        "db.mysql_audit",
        "web.error",
        "db.mysql_error",
        "db.mariadb_audit",
        "app.logfmt",
    ];
    for start in starts {
        for line in lines {
            let log = format!("{start}\n{}", format!("{line}\n").repeat(LINES));
            for name in ours {
                let source = sources::find(name).unwrap();
                let (events, rejects) = collect(source, log.as_bytes(), &ReadSettings::default());
                assert!(!events.is_empty() || !rejects.is_empty(), "{name}: {start} {line}");
            }
        }
    }
}
