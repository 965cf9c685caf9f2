//! Parquet files, as Security Lake delivers them: told, cited and led back to, row by row.

use std::fs;

use crate::{conserved, investigate, root, stderr, stdout, yagura};

const FIXTURES: &str = "catalog/sources/fixtures";

/// Calls for a key, in the words of OCSF.
const RULE: &str = "
title: A key for another user
id: 5f6f2e1c-3a4b-4c5d-8e6f-7a8b9c0d1e2f
status: test
logsource:
    product: ocsf
detection:
    selection:
        api.operation: CreateAccessKey
    condition: selection
level: high
tags:
    - attack.persistence
    - attack.t1098
";

#[test]
fn a_cited_row_leads_back_to_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let rules = folder.path().join("rules");
    fs::create_dir(&rules).unwrap();
    fs::write(rules.join("key.yml"), RULE).unwrap();
    // Folders as Security Lake names them.
    let lake = folder.path().join("region=eu-west-1/accountId=111122223333/eventDay=20261007");
    fs::create_dir_all(&lake).unwrap();
    let from = root().join(FIXTURES).join("ocsf/parquet/security_lake_2");
    fs::copy(from.join("in.parquet"), lake.join("part-0.zstd.parquet")).unwrap();
    let (code, json) =
        investigate(&["--rules", rules.to_str().unwrap(), folder.path().to_str().unwrap()]);
    assert_eq!(code, 1, "{json:#}");
    conserved(&json);
    let count = &json["tally"]["sources"]["ocsf.parquet"];
    assert!(json["tally"].to_string().contains("ocsf.parquet"), "{count} {}", json["tally"]);
    let evidence = json["evidence"].as_object().unwrap();
    let cited = evidence.values().find(|e| e["source"] == "ocsf.parquet").unwrap();
    assert!(cited["file"].as_str().unwrap().ends_with("part-0.zstd.parquet"));
    assert_eq!((&cited["line"], &cited["record"]), (&1.into(), &0.into()), "{cited}");
    let row: serde_json::Value = serde_json::from_str(cited["raw"].as_str().unwrap()).unwrap();
    let rows = fs::read_to_string(from.join("rows.jsonl")).unwrap();
    let made: serde_json::Value = serde_json::from_str(rows.lines().next().unwrap()).unwrap();
    assert_eq!(row["metadata"], made["metadata"]);
    assert_eq!(row["time_dt"], "2026-10-07T00:00:01.000000Z");
}

#[test]
fn what_is_wrong_with_a_file_is_said() {
    for (case, why) in [
        ("ocsf/parquet/encrypted", "its index is encrypted"),
        ("ocsf/parquet/other_columns", "id, customer, amount"),
        ("ocsf/parquet/truncated", "breaks off"),
    ] {
        let path = format!("{FIXTURES}/{case}/in.parquet");
        let output = yagura(&["sources", "explain", &path]);
        let said = stdout(&output);
        assert!(said.contains(why), "{said}{}", stderr(&output));
    }
    let flow =
        yagura(&["sources", "explain", &format!("{FIXTURES}/aws/vpc_flow/parquet/in.parquet")]);
    assert!(stdout(&flow).contains("taken for   aws.vpc_flow"), "{}", stdout(&flow));
}
