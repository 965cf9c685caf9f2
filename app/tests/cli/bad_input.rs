//! What bad input gets: a clear word, a count, the right exit code; never a panic, never silence.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use crate::{conserved, investigate, stderr, stdout, yagura};

/// A CloudTrail record of our own with this id and time.
fn record(id: &str, time: &str) -> String {
    format!(
        r#"{{"eventVersion":"1.11","userIdentity":{{"type":"IAMUser","arn":"arn:aws:iam::111122223333:user/a","accessKeyId":"AKIAEXAMPLE000000001"}},"eventTime":"{time}","eventSource":"ec2.amazonaws.com","eventName":"DescribeInstances","awsRegion":"us-east-1","sourceIPAddress":"192.0.2.1","eventID":"{id}","eventType":"AwsApiCall","recipientAccountId":"111122223333"}}"#
    )
}

fn write(folder: &Path, name: &str, bytes: &[u8]) -> String {
    let path = folder.join(name);
    fs::write(&path, bytes).unwrap();
    path.to_str().unwrap().to_owned()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

fn counts(json: &serde_json::Value) -> (u64, u64) {
    conserved(json);
    (json["tally"]["events"].as_u64().unwrap(), json["tally"]["rejects"].as_u64().unwrap())
}

#[test]
fn a_missing_path_is_an_error_that_names_it() {
    let output = yagura(&["investigate", "no/such/place"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("no/such/place"));
    assert!(stdout(&output).is_empty());
}

#[test]
fn wrong_arguments_are_errors() {
    for arguments in [
        vec!["investigate"],
        vec!["investigate", "--format", "word", "examples"],
        vec!["investigate", "--source", "no.such=examples", "examples"],
        vec!["investigate", "--time-zone", "Mars/Olympus", "examples"],
        vec!["investigate", "--time-zone", "+25:00", "examples"],
        vec!["investigate", "--time-zone", "+15:00", "examples"],
        vec!["investigate", "--flow-format", "version srcadr dstaddr", "examples"],
        vec!["investigate", "--flow-format", "srcaddr dstaddr srcaddr", "examples"],
        vec!["investigate", "--flow-format", "no fields", "examples"],
        vec!["investigate", "--from", "yesterday", "examples"],
        vec!["investigate", "--rules", "no/such/rules", "examples"],
        vec!["investigate", "s3://bucket/prefix"],
        vec!["frobnicate"],
    ] {
        let output = yagura(&arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(!stderr(&output).is_empty(), "{arguments:?}");
    }
}

#[test]
fn nothing_recognisable_is_never_reported_as_clean() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "notes.txt", b"buy milk\n");
    write(folder.path(), "binary.bin", &(0u8..=255).cycle().take(5000).collect::<Vec<_>>());
    write(folder.path(), "empty.log", b"");
    write(folder.path(), "other.json", b"{\"name\":\"package\",\"version\":\"1.0.0\"}");
    let (code, json) = investigate(&[folder.path().to_str().unwrap()]);
    assert_eq!(code, 3);
    assert_eq!(json["tally"]["skipped_files"], 4, "{json:#}");
    let empty = tempfile::tempdir().unwrap();
    assert_eq!(yagura(&["investigate", empty.path().to_str().unwrap()]).status.code(), Some(3));
}

#[test]
fn a_truncated_gzip_gives_what_it_held_and_a_reject() {
    let records: Vec<String> =
        (0..400).map(|n| record(&format!("id-{n}"), "2026-01-01T00:00:00Z")).collect();
    let whole = gzip(format!("{{\"Records\":[{}]}}", records.join(",")).as_bytes());
    let folder = tempfile::tempdir().unwrap();
    let path = write(folder.path(), "cut.json.gz", &whole[..whole.len() * 2 / 3]);
    let (code, json) = investigate(&[&path]);
    let (events, rejects) = counts(&json);
    assert_eq!(code, 0);
    assert!(events > 50 && events < 400 && rejects >= 1, "{events} {rejects}");
    assert!(
        json["tally"].to_string().contains("breaks off") || json.to_string().contains("breaks off")
    );
}

#[test]
fn a_bomb_is_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bomb.gz");
    let mut packer = flate2::write::GzEncoder::new(
        fs::File::create(&path).unwrap(),
        flate2::Compression::best(),
    );
    let line = record("id-1", "2026-01-01T00:00:00Z");
    writeln!(packer, "{line}").unwrap();
    let zeros = vec![b' '; 1 << 20];
    for _ in 0..600 {
        packer.write_all(&zeros).unwrap();
    }
    packer.finish().unwrap();
    let (_, json) = investigate(&[path.to_str().unwrap()]);
    let (events, rejects) = counts(&json);
    assert!(events == 1 && rejects >= 1, "{}", json["tally"]);
    assert!(json["tally"]["bytes"].as_u64().unwrap() < 500 << 20);
}

#[test]
fn a_line_of_a_hundred_megabytes_is_one_reject() {
    let folder = tempfile::tempdir().unwrap();
    let mut text =
        b"192.0.2.1 - - [01/Jan/2026:00:00:00 +0000] \"GET / HTTP/1.1\" 200 5 \"-\" \"-\"\n"
            .repeat(3);
    text.extend(vec![b'A'; 100 << 20]);
    text.extend(
        b"\n192.0.2.1 - - [01/Jan/2026:00:00:01 +0000] \"GET / HTTP/1.1\" 200 5 \"-\" \"-\"\n",
    );
    let path = write(folder.path(), "access.log", &text);
    let (_, json) = investigate(&[&path]);
    assert_eq!(counts(&json), (4, 1));
}

#[test]
fn encodings_and_line_ends_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let lines = format!(
        "{}\r\n{}\r\n",
        record("a", "2026-01-01T00:00:00Z"),
        record("b", "2026-01-01T00:00:01Z")
    );
    let marked = format!("\u{FEFF}{lines}");
    let little: Vec<u8> = marked.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = marked.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let mut broken = lines.clone().into_bytes();
    let at = broken.windows(6).position(|w| w == b"user/a").unwrap();
    broken[at + 5] = 0xFF;
    for (name, bytes) in [
        ("crlf", lines.as_bytes()),
        ("bom", marked.as_bytes()),
        ("le", &little),
        ("be", &big),
        ("bad", &broken),
    ] {
        let path = write(folder.path(), name, bytes);
        let (code, json) = investigate(&[&path]);
        assert_eq!((code, counts(&json)), (0, (2, 0)), "{name}: {json:#}");
    }
}

#[test]
fn nulls_and_strange_clocks_become_events_or_rejects() {
    let nulls = r#"{"eventVersion":null,"userIdentity":null,"eventTime":null,"eventSource":null,"eventName":null,"awsRegion":null,"sourceIPAddress":null,"requestParameters":null,"responseElements":null,"eventID":null}"#;
    let lines = [
        record("a", "1970-01-01T00:00:00Z"),
        record("b", "2106-02-07T06:28:16Z"),
        record("c", "9999-99-99T99:99:99Z"),
        nulls.to_owned(),
    ];
    let folder = tempfile::tempdir().unwrap();
    let path = write(folder.path(), "odd.jsonl", lines.join("\n").as_bytes());
    let (_, json) = investigate(&[&path]);
    assert_eq!(counts(&json), (2, 2), "{json:#}");
    let source = &json["tally"]["by_source"][0];
    assert_eq!(
        (source["first"].as_str(), source["last"].as_str()),
        (Some("1970-01-01T00:00:00Z"), Some("2106-02-07T06:28:16Z"))
    );
}

#[test]
fn a_bad_rule_is_named_and_the_run_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let bad = "title: Bad\nlogsource: {product: aws, service: cloudtrail}\ndetection:\n  a: {eventName: X}\n  condition: a and (b\n";
    write(folder.path(), "bad.yml", bad.as_bytes());
    write(folder.path(), "worse.yml", b": : [");
    let rules = folder.path().to_str().unwrap();
    let (code, json) = investigate(&["--rules", rules, "examples/stolen-key"]);
    assert_eq!(code, 1);
    let warnings = json["warnings"].to_string();
    assert!(warnings.contains("bad.yml") && warnings.contains("worse.yml"), "{warnings}");
    let doctor = yagura(&["doctor", "--rules", rules]);
    assert_eq!(doctor.status.code(), Some(2));
    assert!(stdout(&doctor).contains("bad.yml"));
}

#[test]
fn log_text_cannot_steer_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let mut line = record("a", "2026-01-01T00:00:00Z").replace("DescribeInstances", "StopLogging");
    line = line.replace("ec2.amazonaws.com", "cloudtrail.amazonaws.com");
    line = line.replace("user/a", "user/\\u001b[2J\\u202e\\nadmin");
    let path = write(folder.path(), "x.jsonl", line.as_bytes());
    for format in ["text", "csv"] {
        let text = stdout(&yagura(&["investigate", "--format", format, &path]));
        assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}'), "{text}");
        assert!(text.contains("StopLogging"), "{text}");
    }
}
