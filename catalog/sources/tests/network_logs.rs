//! Logs of network sensors and alert exports beside the checkout.

#![allow(clippy::disallowed_methods, reason = "the logs are files")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests fail so")]
#![allow(clippy::print_stdout, reason = "the counts are for the person at the terminal")]

use model::seam::source::ReadSettings;
use testkit::{OwnedEvent, bytes, collect, corpus};

/// A source, one of its logs, records and rejects in it.
type Known = (&'static str, &'static str, usize, usize);

const KNOWN: &[Known] = &[
    ("net.suricata", "crowdsec/suricata-eve-detect.log", 4, 0),
    ("net.suricata", "crowdsec/suricata-logs-evelog.log", 8, 0),
    ("net.suricata", "crowdsec/suricata-logs-fastlog.log", 4, 0),
    ("net.zeek", "zeek/conn.log.gz", 1250, 0),
    ("net.zeek", "zeek/dns.log.gz", 167, 0),
    ("net.zeek", "zeek/files.log.gz", 334, 0),
    ("net.zeek", "zeek/ftp.log.gz", 1391, 0),
    ("net.zeek", "zeek/http.log.gz", 222, 0),
    ("net.zeek", "zeek/mysql.log.gz", 58, 0),
    ("net.zeek", "zeek/smtp.log.gz", 19, 0),
    ("net.zeek", "zeek/ssh.log.gz", 40, 0),
    ("net.zeek", "zeek/ssl.log.gz", 69, 0),
    ("net.zeek", "zeek/weird.log.gz", 134, 0),
    ("net.zeek", "zeek/x509.log.gz", 81, 0),
];

/// A log as it lies there, unpacked; `None` where there is none.
fn log(path: &str) -> Option<Vec<u8>> {
    Some(bytes(&corpus(&format!("corpus/{path}"))?))
}

fn read(source: &str, path: &str, bytes: &[u8]) -> (Vec<OwnedEvent>, Vec<String>) {
    let sample = &bytes[..bytes.len().min(frame::SAMPLE_MAX)];
    let claimed = sources::recognise(sample).map(|(source, _)| source.about().name);
    assert_eq!(claimed, Some(source), "{path} is recognised");
    let own = sources::find(source).unwrap();
    let (events, rejects) = collect(own, bytes, &ReadSettings::default());
    let rejects = rejects.iter().map(|r| format!("{path}:{} {}", r.at.line, r.why)).collect();
    (events, rejects)
}

/// Every record there is read, valid, and counted as a person counts it.
#[test]
fn every_known_record_is_read() {
    for (source, path, records, refused) in KNOWN {
        let Some(bytes) = log(path) else { continue };
        let (events, rejects) = read(source, path, &bytes);
        for event in &events {
            assert_eq!(ocsf::validate(&event.ocsf), [], "{path}: {}", event.raw);
        }
        println!("{source} {path}: {} events, {} rejects", events.len(), rejects.len());
        assert_eq!((events.len(), rejects.len()), (*records, *refused), "{path}: {rejects:#?}");
    }
}

const PAIRS: &[&str] = &[
    "zeek_v1.3.0_conn_log",
    "zeek_v1.3.0_dns_log",
    "zeek_v1.3.0_ftp_log",
    "zeek_v1.3.0_http_log",
    "zeek_v1.3.0_rdp_log",
    "zeek_v1.3.0_smtp_log",
    "zeek_v1.3.0_ssh_log",
    "zeek_v1.3.0_ssl_log",
    "zeek_v1.4.0_conn_log",
    "zeek_v1.4.0_x509_log",
];

const COMPARED: &[&str] = &[
    "/class_uid",
    "/activity_id",
    "/severity_id",
    "/metadata/uid",
    "/metadata/log_name",
    "/src_endpoint/ip",
    "/src_endpoint/port",
    "/src_endpoint/hostname",
    "/dst_endpoint/ip",
    "/dst_endpoint/port",
    "/status_id",
    "/status_code",
    "/status_detail",
    "/connection_info/protocol_name",
    "/connection_info/flag_history",
    "/traffic/bytes",
    "/traffic/bytes_in",
    "/traffic/packets_out",
    "/traffic/bytes_missed",
    "/app_name",
    "/query/hostname",
    "/query/type",
    "/rcode",
    "/answers/1/rdata",
    "/http_request/http_method",
    "/http_request/url/path",
    "/http_response/code",
    "/email/from",
    "/email/smtp_to",
    "/smtp_hello",
    "/tls/sni",
    "/tls/version",
    "/tls/ja3_hash/value",
    "/tls/certificate/issuer",
    "/tls/certificate/subject",
    "/tls/certificate/serial_number",
    "/client_hassh/fingerprint/value",
    "/identifier_cookie",
    "/protocol_ver",
    "/command",
    "/count",
];

/// Attributes stand where the OCSF project's pairs of raw and mapped records have them. Times are
/// left out: none of theirs is that of its raw record. So are durations: theirs are in seconds.
#[test]
fn zeek_agrees_with_the_published_pairs() {
    let (mut compared, mut unlike) = (0, Vec::new());
    for name in PAIRS {
        let Some(raw) = log(&format!("ocsf/pairs/{name}.raw")) else { continue };
        let (events, rejects) = read("net.zeek", name, &raw);
        assert!(rejects.is_empty(), "{rejects:?}");
        let theirs = log(&format!("ocsf/pairs/{name}.ocsf")).unwrap();
        let theirs: serde_json::Value = serde_json::from_slice(&theirs).unwrap();
        let theirs = theirs.as_array().cloned().unwrap_or_else(|| vec![theirs]);
        assert_eq!(events.len(), theirs.len(), "{name}");
        for (event, theirs) in events.iter().zip(&theirs) {
            assert_eq!(ocsf::validate(&event.ocsf), [], "{name}");
            for path in COMPARED {
                if let Some(theirs) = theirs.pointer(path) {
                    compared += 1;
                    let ours = event.ocsf.pointer(path);
                    if ours != Some(theirs) {
                        unlike.push(format!("{name} {path}: {ours:?}, theirs {theirs}"));
                    }
                }
            }
        }
    }
    println!("{} of {compared} agree: {unlike:#?}", compared - unlike.len());
    assert!(unlike.len() <= 4, "{unlike:#?}");
}
