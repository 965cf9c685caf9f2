//! The sample of the quick start, and what every answer promises.

use crate::{conserved, investigate, root, stderr, stdout, yagura, yagura_with};

const SAMPLE: &str = "examples/stolen-key";

#[test]
fn the_first_screen_says_what_how_bad_and_what_next() {
    let output = yagura(&["investigate", SAMPLE]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let text = stdout(&output);
    for wanted in ["203.0.113.66", "support-sync", "i-0beef000000000c01", "AKIAEXAMPLEDEPLOY001"] {
        assert!(text.contains(wanted), "{wanted} is missing in\n{text}");
    }
}

#[test]
fn the_answer_keeps_its_promised_shape() {
    let (code, json) = investigate(&[SAMPLE]);
    assert_eq!(code, 1);
    conserved(&json);
    let schema =
        std::fs::read_to_string(root().join("docs/schema/investigation.schema.json")).unwrap();
    let schema: serde_json::Value = serde_json::from_str(&schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let wrong: Vec<String> =
        validator.iter_errors(&json).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(json["tally"]["duplicates"], 4, "the organisation trail's copies count once");
    assert_eq!(json["incidents"].as_array().unwrap().len(), 1);
    let incident = &json["incidents"][0];
    assert_eq!(incident["outcome"], "impact");
    let refused = incident["steps"].as_array().unwrap().iter();
    assert!(refused.clone().any(|s| s["effect"] == "attempt"), "a refused call is an attempt");
    for step in refused {
        let cited = step["evidence"].as_array().unwrap();
        assert!(!cited.is_empty(), "a sentence without a record: {step}");
        for id in cited {
            assert!(json["evidence"].get(id.as_str().unwrap()).is_some(), "{id} leads nowhere");
        }
    }
}

#[test]
fn citations_lead_back_to_the_record() {
    let (_, json) = investigate(&[SAMPLE]);
    let evidence = json["evidence"].as_object().unwrap();
    assert!(!evidence.is_empty());
    for cited in evidence.values().filter(|e| e["source"] == "aws.cloudtrail") {
        let file = root().join(cited["file"].as_str().unwrap());
        let whole: serde_json::Value =
            serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
        let record = &whole["Records"][cited["record"].as_u64().unwrap() as usize];
        assert_eq!(record["eventID"], cited["event_uid"]);
    }
}

#[test]
fn threads_and_the_order_of_arguments_change_no_byte() {
    let parts = ["cloudtrail/global.json", "cloudtrail/ap-northeast-1.json", "flow", "web"];
    let paths: Vec<String> = parts.iter().map(|part| format!("{SAMPLE}/{part}")).collect();
    let run = |threads: &str, order: &[usize], format: &str| {
        let mut arguments = vec!["investigate", "--threads", threads, "--format", format];
        arguments.extend(order.iter().map(|at| paths[*at].as_str()));
        yagura(&arguments).stdout
    };
    for format in ["json", "jsonl", "text", "csv"] {
        let one = run("1", &[0, 1, 2, 3], format);
        assert!(!one.is_empty());
        assert_eq!(one, run("2", &[3, 1, 0, 2], format), "{format}");
        assert_eq!(one, run("8", &[2, 3, 1, 0], format), "{format}");
    }
}

#[test]
fn standard_input_and_output_files_work() {
    let bytes = std::fs::read(root().join(SAMPLE).join("cloudtrail/global.json")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out.json");
    let out = out.to_str().unwrap();
    let arguments = ["investigate", "--format", "json", "-o", out, "-"];
    let output = yagura_with(&arguments, &bytes);
    assert!(output.stdout.is_empty());
    let json: serde_json::Value = serde_json::from_slice(&std::fs::read(out).unwrap()).unwrap();
    assert_eq!(json["tally"]["records"], 7, "{}", json["tally"]);
    let nowhere = yagura(&["investigate", "-o", "/nonexistent/dir/x", SAMPLE]);
    assert_eq!(nowhere.status.code(), Some(2));
}

#[test]
fn thresholds_windows_and_languages() {
    assert_eq!(
        yagura(&["investigate", "--fail-on", "critical", "--to", "2026-05-12T03:00:00Z", SAMPLE])
            .status
            .code(),
        Some(0)
    );
    let (code, json) = investigate(&["--to", "2026-05-12T03:00:00Z", SAMPLE]);
    assert_eq!((code, json["incidents"].as_array().unwrap().len()), (0, 0));
    assert!(json["tally"]["records"].as_u64().unwrap() > 100, "all is counted, whatever is judged");
    let japanese = stdout(&yagura(&["investigate", "--lang", "ja", SAMPLE]));
    assert!(japanese.contains("アクセスキーを無効化する"), "{japanese}");
}

#[test]
fn own_addresses_are_never_the_attackers() {
    let folder = tempfile::tempdir().unwrap();
    let assets = folder.path().join("assets.toml");
    std::fs::write(&assets, "[[egress]]\ncidr = \"203.0.113.0/24\"\n").unwrap();
    let (_, json) = investigate(&["--assets", assets.to_str().unwrap(), SAMPLE]);
    let entities = json["incidents"][0]["entities"].as_array().unwrap();
    let address = entities.iter().find(|e| e["value"] == "203.0.113.66").unwrap();
    assert_eq!(address["role"], "used");
    let advice = json["incidents"][0]["recommendations"].as_array().unwrap();
    assert!(advice.iter().all(|r| r["id"] != "block_address"));
}

#[test]
fn sources_and_doctor_speak() {
    let list = stdout(&yagura(&["sources"]));
    for name in ["aws.cloudtrail", "aws.vpc_flow", "web.access", "app.json"] {
        assert!(list.contains(name), "{list}");
    }
    let explained = yagura(&["sources", "explain", "examples/stolen-key/web/access.log"]);
    assert_eq!(explained.status.code(), Some(0));
    assert!(stdout(&explained).contains("taken for   web.access"), "{}", stdout(&explained));
    let doctor = yagura(&["doctor", SAMPLE]);
    assert_eq!(doctor.status.code(), Some(0), "{}", stdout(&doctor));
    assert!(stdout(&doctor).contains("conservation"));
}
