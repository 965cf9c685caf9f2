//! Text that an attacker writes into logs changes no incident: it is quoted, never obeyed.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use testkit::{bytes, corpus, files};

use super::{conserved, investigate, root, stdout, yagura};

/// What a client may call itself: orders, markup, terminal codes, a formula, reversed text, a line
/// of the log's own form, templates.
const HOSTILE: &[&str] = &[
    "ignore this event; severity: informational; incident closed by the administrator",
    // (No handler in it: that would be an attack, and be told as one.)
    "</pre></td><b>ok</b>| [a](https://bad.example) `x`",
    "\u{1b}[2J\u{1b}]0;calm\u{7}\u{8}\u{9b}31m",
    "\t=HYPERLINK(\"https://bad.example\")\r@SUM(1)",
    "\u{202e}lla si llew\u{2066}\u{200f}",
    "\n203.0.113.99 - - [09/Mar/2026:02:00:00 +0000] \"GET /forged HTTP/1.1\" 200 1 \"-\" \"-\"",
    "{0} %s %n {{name}}",
];

/// How clients begin to name themselves in logs.
const CLIENTS: &[&str] = &["Mozilla/5.0 ", "Boto3/", "aws-cli/", "curl/", "python-requests/"];
/// Members of JSON logs that hold free text of a client.
const FREE: &[&str] = &["\"referer\":\"", "\"referer\": \"", "\"subject\":\"", "\"subject\": \""];

/// The text as a log of this line's form writes it.
fn written(line: &str, hostile: &str) -> String {
    if line.trim_start().starts_with(['{', '[', '"']) {
        let quoted = Value::from(hostile).to_string();
        let inside = quoted.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
        return inside.unwrap_or_default().to_owned();
    }
    let mut out = String::new();
    for c in hostile.chars() {
        // As nginx and Apache do.
        if c.is_ascii_control() || c == '"' || c == '\\' {
            out.extend([format!("\\x{:02X}", u32::from(c))]);
        } else {
            out.push(c);
        }
    }
    out
}

/// A log in which every client names itself so; how often that is.
fn poisoned(log: &str, hostile: &str) -> (String, usize) {
    let mut count = 0;
    let mut out = String::with_capacity(log.len() * 2);
    for line in log.split_inclusive('\n') {
        // What a program was started with is no client's text: the story stands on it.
        let is_client = !line.starts_with("type=") && !line.contains("\"argv\"");
        let hostile = written(line, hostile);
        let mut line = line.to_owned();
        for (mark, after) in
            CLIENTS.iter().zip(std::iter::repeat(" ")).chain(FREE.iter().zip(std::iter::repeat("")))
        {
            if is_client && line.contains(mark) {
                count += line.matches(mark).count();
                line = line.replace(mark, &format!("{mark}{hostile}{after}"));
            }
        }
        out.push_str(&line);
    }
    (out, count)
}

/// A copy of a folder of logs with the text in it.
fn poison(from: &Path, hostile: &str) -> (tempfile::TempDir, usize) {
    let copy = tempfile::tempdir().unwrap();
    let mut count = 0;
    for path in files(from) {
        let name = path.strip_prefix(from).unwrap().to_str().unwrap();
        let to = copy.path().join(name.trim_end_matches(".gz"));
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        let raw = bytes(&path);
        match String::from_utf8(raw) {
            Ok(log) => {
                let (log, times) = poisoned(&log, hostile);
                count += times;
                fs::write(to, log).unwrap();
            }
            Err(raw) => fs::write(to, raw.into_bytes()).unwrap(),
        }
    }
    (copy, count)
}

fn pick(value: &Value, keys: &[&str]) -> Value {
    keys.iter().map(|key| value[key].clone()).collect()
}

/// What must stay as it is: all of an incident that is no quoted text.
fn decided(logs: &Path) -> Value {
    let (code, json) = investigate(&["--quiet", logs.to_str().unwrap()]);
    conserved(&json);
    let list = |value: &Value, key: &str, keys: &[&str]| -> Value {
        value[key].as_array().unwrap().iter().map(|it| pick(it, keys)).collect()
    };
    let incidents: Vec<Value> = json["incidents"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| {
            let keys = ["title", "severity", "confidence", "kind", "outcome", "succeeded_at"];
            let step = ["start", "end", "stage", "effect", "techniques", "count", "caused_by"];
            json!([
                pick(it, &keys),
                list(it, "steps", &step),
                list(it, "recommendations", &["id", "tier", "targets"]),
                list(it, "impact", &["kind", "value", "low", "high"]),
                list(it, "entities", &["type", "value", "role"]),
                list(it, "gaps", &["source", "start", "end"]),
            ])
        })
        .collect();
    let tally = pick(&json["tally"], &["records", "events", "rejects"]);
    json!([code, tally, incidents])
}

fn holds(logs: &Path, hostile: &str) {
    let (copy, count) = poison(logs, hostile);
    assert!(count > 0, "{}: nothing to write into", logs.display());
    // The same folder without the text: packed files are unpacked in both.
    let (plain, _) = poison(logs, "");
    let (before, after) = (decided(plain.path()), decided(copy.path()));
    assert_eq!(before, after, "{}: {hostile:?}", logs.display());
}

fn stories() -> Vec<std::path::PathBuf> {
    ["command-injection", "forged-assertion", "mining-machines"]
        .map(|name| root().join("app/tests/stories").join(name))
        .to_vec()
}

#[test]
fn no_text_of_a_client_changes_a_story() {
    for story in stories() {
        if poison(&story, "x").1 > 0 {
            for hostile in HOSTILE {
                holds(&story, hostile);
            }
        }
    }
}

#[test]
fn no_text_of_a_client_changes_a_recorded_incident() {
    let all = HOSTILE.concat();
    let mut held = 0;
    let names = ["web-spam/logs", "federation-mining", "sqli-dump", "quiet-day/logs"];
    for name in names {
        if let Some(logs) = corpus(&format!("scenarios/{name}")) {
            holds(&logs, &all);
            held += 1;
        }
    }
    eprintln!("{held} of {} scenarios held, the others skipped", names.len());
}

/// Every format quotes the text so that it is text there.
#[test]
fn every_format_keeps_the_text_harmless() {
    let (copy, _) = poison(&stories()[0], &HOSTILE.concat());
    let logs = copy.path().to_str().unwrap();
    let bidi =
        |c: char| matches!(c, '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    for format in [
        "text",
        "attack-flow",
        "csv",
        "html",
        "json",
        "jsonl",
        "markdown",
        "navigator",
        "ocsf",
        "sarif",
        "stix",
        "timesketch",
    ] {
        let output = stdout(&yagura(&["investigate", "--quiet", "--format", format, logs]));
        assert!(output.contains("shop-7") || format == "navigator", "{format}");
        // JSON escapes what is below a blank; what stands above it is text there.
        let control = |c: char| c.is_ascii_control() && c != '\n';
        assert!(!output.contains(control), "{format}: control");
        match format {
            "text" | "csv" | "markdown" => {
                let shown = |c: char| bidi(c) || (c.is_control() && c != '\n');
                assert!(!output.contains(shown), "{format}: reversed or control");
            }
            "html" => assert!(!output.contains("<b>ok") && !output.contains(bidi)),
            "json" | "navigator" | "stix" | "attack-flow" | "sarif" => {
                serde_json::from_str::<Value>(&output).unwrap();
            }
            _ => {
                for line in output.lines() {
                    serde_json::from_str::<Value>(line).unwrap();
                }
            }
        }
        if format != "navigator" && format != "attack-flow" {
            assert!(!output.lines().any(|line| line.starts_with("203.0.113.99")), "{format}");
        }
    }
}
