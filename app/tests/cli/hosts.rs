//! A host's own log is tied to its host, and the evidence says how.

use std::fs;

use crate::{conserved, investigate, stdout, yagura};

const RULE: &str = "title: Shell history cleared\nid: 0b1d3f6a-2f0e-4c9e-9a52-6f5f0f8f8a22\n\
                    logsource: {product: linux}\n\
                    detection:\n  keywords: ['history -c', 'Failed password']\n\
                    \u{20} condition: keywords\nlevel: high\n";
const HISTORY: &str = "#1791244801\nls\n#1791244802\nhistory -c\n";
const AUTH: &str = "2026-10-06T00:00:01+00:00 mail-7 sshd[9]: Failed password for root from \
                    203.0.113.9 port 4000 ssh2\n";
const TRAIL: &str = r#"{"Records":[{"eventVersion":"1.08","eventTime":"2026-10-06T00:00:01Z",
    "eventSource":"sts.amazonaws.com","eventName":"GetCallerIdentity","awsRegion":"us-east-1",
    "sourceIPAddress":"203.0.113.9","eventID":"0b1d3f6a-2f0e-4c9e-9a52-6f5f0f8f8a23",
    "userIdentity":{"type":"Root","accountId":"111122223333"}}]}"#;

#[test]
fn record_assets_and_path_in_that_order() {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("rules/a.yml", RULE);
    write("assets.toml", "[[host]]\nname = \"alpha\"\ninstance = \"i-0a1b2c3d4e5f60718\"\n");
    write("logs/alpha/bash_history", HISTORY);
    write("logs/web-01/bash_history", HISTORY);
    write("logs/web-02/auth.log", AUTH);
    write("logs/day-1/bash_history", HISTORY);
    let at = |path: &str| folder.path().join(path).to_str().unwrap().to_owned();
    let (rules, assets, logs) = (at("rules"), at("assets.toml"), at("logs"));
    let arguments = ["--rules", &rules, "--assets", &assets, &logs];
    let (_, json) = investigate(&arguments);
    conserved(&json);
    let told = |end: &str| {
        let all = json["evidence"].as_object().unwrap().values();
        let mut of = all.filter(|e| e["file"].as_str().unwrap().ends_with(end));
        of.next().unwrap_or_else(|| panic!("{end} is not cited: {json:#}"))["host"].clone()
    };
    let tie = |value: &str, by: &str| serde_json::json!({"type": "host", "value": value, "by": by});
    assert_eq!(told("alpha/bash_history"), tie("alpha", "assets"));
    assert_eq!(told("web-01/bash_history"), tie("web-01", "path"));
    assert_eq!(told("web-02/auth.log"), tie("mail-7", "record"));
    assert_eq!(told("day-1/bash_history"), serde_json::Value::Null);
    let findings = json["findings"].to_string();
    assert!(findings.contains("i-0a1b2c3d4e5f60718"), "{findings}");
    let mut all = vec!["investigate"];
    all.extend(arguments);
    let text = stdout(&yagura(&all));
    assert!(!text.contains("web-02 ("), "{text}");
}

#[test]
fn explain_says_to_which_host_a_log_is_tied_and_by_what() {
    let folder = tempfile::tempdir().unwrap();
    let at = |path: &str| folder.path().join(path).to_str().unwrap().to_owned();
    fs::write(at("assets.toml"), "[[host]]\nname = \"alpha\"\n").unwrap();
    let cases = [
        ("alpha/bash_history", HISTORY, "host alpha (by assets)"),
        ("web-01/bash_history", HISTORY, "host web-01 (by path)"),
        ("web-02/auth.log", AUTH, "host mail-7 (by record)"),
        ("day-1/bash_history", HISTORY, ""),
        // Not a log that a host writes: its folder says nothing.
        ("web-03/trail.json", TRAIL, ""),
    ];
    for (path, log, told) in cases {
        let path = at(path);
        fs::create_dir_all(std::path::Path::new(&path).parent().unwrap()).unwrap();
        fs::write(&path, log).unwrap();
        let assets = at("assets.toml");
        let explained = |format: &str| {
            let arguments = ["sources", "--format", format, "explain", "--assets", &assets, &path];
            stdout(&yagura(&arguments))
        };
        let text = explained("text");
        let line = text.lines().find_map(|line| line.trim().strip_prefix("log of "));
        assert_eq!(line.unwrap_or(""), told, "{text}");
        let json: serde_json::Value = serde_json::from_str(&explained("json")).unwrap();
        let event = &json[0]["first_events"][0];
        assert!(event.is_object(), "{json:#}");
        assert_eq!(event["host"].is_null(), told.is_empty(), "{json:#}");
    }
}
