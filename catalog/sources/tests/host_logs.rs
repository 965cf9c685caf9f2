//! Public logs of Linux hosts beside the checkout: every record of them is read.

#![allow(
    clippy::case_sensitive_file_extension_comparisons,
    clippy::disallowed_methods,
    reason = "the logs are files"
)]
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

#[test]
fn every_mail_of_the_labs_can_be_counted() {
    let paths = logs(&["scenarios"], &|path| path.ends_with("exim-mainlog"));
    if paths.is_empty() {
        return;
    }
    let (events, rejects) = read_all("mail.exim", &paths);
    assert_eq!(rejects, [""; 0]);
    for (action, flag) in [
        ("mail arrived", " <= "),
        ("mail delivered", " => "),
        ("mail bounced", " ** "),
        ("mail deferred", " == "),
        ("mail completed", " Completed"),
    ] {
        let lines: usize = paths
            .iter()
            .map(|p| {
                String::from_utf8(bytes(p)).unwrap().lines().filter(|l| l.contains(flag)).count()
            })
            .sum();
        assert_eq!(events.iter().filter(|e| e.action == action).count(), lines, "{action}");
    }
    let arrived = events.iter().filter(|e| e.action == "mail arrived");
    assert!(arrived.clone().all(|e| text(e, "/metadata/correlation_uid").is_some()));
    // Only bounces have no sender.
    let sent = |e: &OwnedEvent| text(e, "/email/from").is_some() != e.raw.contains(" <= <> ");
    assert!(arrived.clone().all(sent));
}

#[test]
fn every_public_line_of_exim_is_read() {
    let paths = logs(&["corpus/crowdsec"], &|path| path.contains("/exim-"));
    if paths.is_empty() {
        return;
    }
    let (events, rejects) = read_all("mail.exim", &paths);
    assert_eq!(rejects, [""; 0]);
    assert!(events.iter().all(|e| e.outcome == model::Outcome::Failure));
    assert!(events.iter().all(|e| e.address.is_some()));
}

#[test]
fn every_syslog_line_of_the_labs_is_read() {
    let paths = logs(&["scenarios"], &|path| path.ends_with("/syslog"));
    if paths.is_empty() {
        return;
    }
    let (events, rejects) = read_all("linux.syslog", &paths);
    assert_eq!(rejects, [""; 0]);
    let lines: usize =
        paths.iter().map(|p| String::from_utf8(bytes(p)).unwrap().lines().count()).sum();
    assert_eq!(events.len(), lines);
    assert!(events.iter().any(|e| e.action == "job table replaced"));
    // A person who says year and zone gets the times that the other logs have.
    let zone = jiff::tz::TimeZone::get("Asia/Tokyo").unwrap();
    let said = ReadSettings { year: Some(2026), zone: Some(zone), ..ReadSettings::default() };
    let (events, _) = read("linux.syslog", &paths[0], &said);
    assert!(events.iter().all(|e| e.time.to_string().starts_with("2026-1")));
}

#[test]
fn every_public_syslog_line_is_read() {
    let lnav = logs(&["corpus/syslog/lnav"], &|path| {
        path.contains("logfile_syslog") || path.ends_with("bad_syslog.0")
    });
    let names = [
        "/ssh-",
        "/iptables-logs",
        "/pam-logs",
        "/segfault",
        "/CVE-2021-4034",
        "/configserver-lfd",
        "/dovecot-logs",
        "/pureftpd-",
        "/synology-dsm-",
        "/wireguard-logs",
        "/amavis-",
    ];
    let hub = logs(&["corpus/crowdsec"], &|path| {
        path.ends_with(".log") && names.iter().any(|name| path.contains(name))
    });
    if lnav.is_empty() {
        return;
    }
    let (events, rejects) = read_all("linux.syslog", &[lnav, hub].concat());
    assert_eq!(rejects, [""; 0]);
    let failed = events.iter().filter(|e| e.outcome == model::Outcome::Failure).count();
    assert!(failed > 40, "{failed}");
}

#[test]
fn every_entry_of_every_integrity_report_is_read() {
    let is_report = |path: &str| path.contains("/aide") && !path.ends_with(".md");
    let paths = logs(&["scenarios", "corpus/host_fim_av"], &is_report);
    if paths.is_empty() {
        return;
    }
    let (events, rejects) = read_all("fim.aide", &paths);
    assert_eq!(rejects, [""; 0]);
    // As many entries as the summaries count.
    let mut counted = 0;
    for path in paths.iter().filter(|p| p.extension().is_none_or(|e| e != "json")) {
        let all = String::from_utf8(bytes(path)).unwrap();
        for line in all.lines() {
            let count = ["  Added entries:", "  Removed entries:", "  Changed entries:"];
            let count = count.iter().find_map(|key| line.strip_prefix(key));
            counted += count.map_or(0, |count| count.trim().parse::<usize>().unwrap());
        }
    }
    let of_json = 3 + 1 + 9;
    let entries = events.iter().filter(|e| e.action.starts_with("file ")).count();
    assert_eq!(entries, counted + of_json);
    assert!(
        events.iter().any(|e| e.ocsf["file_diff"].as_str().is_some_and(|d| d.contains("-rws")))
    );
}

#[test]
fn every_line_of_every_virus_scan_is_read() {
    let paths = logs(&["scenarios", "corpus/host_fim_av"], &|path| path.contains("/clamscan"));
    if paths.is_empty() {
        return;
    }
    let (events, rejects) = read_all("av.clamav", &paths);
    assert_eq!(rejects, [""; 0]);
    let all: Vec<String> = paths.iter().map(|p| String::from_utf8(bytes(p)).unwrap()).collect();
    let lines = |end: &str| all.iter().flat_map(|t| t.lines()).filter(|l| l.ends_with(end)).count();
    let found = events.iter().filter(|e| e.ocsf["class_uid"] == 2004).count();
    assert_eq!(found, lines(" FOUND"));
    let summaries = events.iter().filter(|e| e.action == "scan summary").count();
    assert_eq!(summaries, lines("SCAN SUMMARY -----------"));
}

#[test]
fn every_line_of_inotify_and_of_the_journal_is_read() {
    let inotify = logs(&["corpus/host_fim_av"], &|path| path.ends_with("inotify.log"));
    let journal = logs(&["corpus/syslog/lnav"], &|path| path.ends_with("journald.jsonl"));
    if inotify.is_empty() || journal.is_empty() {
        return;
    }
    let (events, rejects) = read_all("fim.inotify", &inotify);
    assert_eq!((events.len(), rejects.len()), (34, 0));
    let (events, rejects) = read_all("linux.journald", &journal);
    assert_eq!((events.len(), rejects.len()), (2, 0));
}

/// One line for each case of the corpus, behind a head of syslog.
#[test]
fn lines_of_postfix_are_read_as_its_parsers_expect() {
    let Some(path) = corpus("corpus/mail/postfix/grok_cases.jsonl") else {
        return;
    };
    let cases = String::from_utf8(bytes(&path)).unwrap();
    let year = ReadSettings { year: Some(2026), ..ReadSettings::default() };
    let source = sources::find("mail.postfix").unwrap();
    let (mut fields, mut wrong) = (0, Vec::new());
    for case in cases.lines() {
        let case: serde_json::Value = serde_json::from_str(case).unwrap();
        let service = case["test"].as_str().unwrap().rsplit_once('_').unwrap().0;
        let data = case["data"].as_str().unwrap();
        let line = format!("Oct  6 09:00:00 mx-1 postfix/{service}[1]: {data}\n");
        let (events, rejects) = collect(source, line.as_bytes(), &year);
        assert_eq!((events.len(), rejects.len()), (1, 0), "{line}");
        for (expected, pointer) in [
            ("postfix_queueid", "/metadata/correlation_uid"),
            ("postfix_from", "/email/from"),
            ("postfix_to", "/email/to/0"),
            ("postfix_size", "/email/size"),
            ("postfix_status", "/status_code"),
            ("postfix_client_ip", "/src_endpoint/ip"),
            ("postfix_relay_ip", "/dst_endpoint/ip"),
        ] {
            let wanted = case["expect"][expected].clone();
            let whole = match wanted.as_str() {
                Some(text) if expected.ends_with("_from") || expected.ends_with("_to") => {
                    text.contains('@') && text.contains('.')
                }
                Some(text) => text != "NOQUEUE" && !text.is_empty(),
                None => wanted.is_number(),
            };
            let class = events[0].ocsf["class_uid"].as_u64();
            // A Base Event has no mail and no ends: its message has them.
            let told = class != Some(0) || pointer.starts_with("/metadata");
            if whole && told {
                fields += 1;
                if events[0].ocsf.pointer(pointer) != Some(&wanted) {
                    wrong.push(format!("{expected} {wanted}: {data}"));
                }
            }
        }
    }
    println!("mail.postfix: {fields} expected fields, {} differ: {wrong:#?}", wrong.len());
    assert!(fields > 100 && wrong.len() * 20 <= fields, "{fields} fields");
}

#[test]
fn every_public_line_of_postfix_is_read() {
    let is_log = |path: &str| path.contains("/postfix-") || path.contains("/postscreen-");
    let paths = logs(&["corpus/crowdsec"], &is_log);
    if paths.is_empty() {
        return;
    }
    let (events, rejects) = read_all("mail.postfix", &paths);
    assert_eq!(rejects, [""; 0]);
    let without: Vec<&str> =
        events.iter().filter(|e| e.address.is_none()).map(|e| e.raw.as_str()).collect();
    println!("without a client: {without:#?}");
    assert!(without.len() * 4 < events.len(), "nearly each is about a client");
}
