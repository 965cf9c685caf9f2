//! The gate, as a pipeline runs it: an incident's package is blocked where it was attacked.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::{root, yagura};

const DAY: &str = "2026-05-20";

struct Bench {
    folder: TempDir,
}

impl Bench {
    fn new() -> Self {
        let bench = Self { folder: tempfile::tempdir().unwrap() };
        bench.write("osv/EX-2026-1.json", &advisory().to_string());
        bench.write("osv/EX-2026-2.json", &medium().to_string());
        bench.write("bom-1.4.2.json", &bom("1.4.2", "2.3.0").to_string());
        bench.write("bom-1.4.3.json", &bom("1.4.3", "2.3.7").to_string());
        bench
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) -> String {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// Exit code and verdict.
    fn check(&self, bom: &str, more: &[&str]) -> (i32, Value) {
        let (bom, osv) = (self.path(bom), self.path("osv"));
        let mut arguments = vec!["gate", "check", "--quiet", "--format", "json", "--now", DAY];
        arguments.extend(["--sbom", bom.to_str().unwrap()]);
        if !more.contains(&"--db") {
            arguments.extend(["--advisories", osv.to_str().unwrap()]);
        }
        arguments.extend(more);
        let output = yagura(&arguments);
        let code = output.status.code().unwrap();
        let verdict = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
        (code, verdict)
    }
}

impl Bench {
    /// Records a deployment of the shop.
    fn record(&self, log: &str, version: &str, env: &str, at: &str) {
        let bom = self.path(&format!("bom-{version}.json"));
        let bom = bom.to_str().unwrap();
        let mut arguments = vec!["gate", "record", "--sbom", bom, "--app", "shop"];
        arguments.extend(["--version", version, "--env", env, "--at", at, "--deployments", log]);
        arguments.extend(["--owner", "ops@example.com", "--exposure", "internet"]);
        let output = yagura(&arguments);
        assert!(output.status.success(), "{output:?}");
    }
}

fn advisory() -> Value {
    json!({
        "schema_version": "1.6.0", "id": "EX-2026-1", "modified": "2026-05-01T10:00:00Z",
        "published": "2026-04-30T10:00:00Z", "aliases": ["CVE-2026-99001"],
        "summary": "Templates may run code",
        "affected": [{
            "package": {"ecosystem": "npm", "name": "@example/render"},
            "ranges": [
                {"type": "SEMVER", "events": [{"introduced": "2.0.0"}, {"fixed": "2.3.5"}]},
                {"type": "GIT", "repo": "https://git.example/render", "events": [{"introduced": "0"}]}
            ]
        }]
    })
}

fn medium() -> Value {
    json!({
        "id": "EX-2026-2", "modified": "2026-05-02T10:00:00Z",
        "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:L/I:N/A:N"}],
        "affected": [{
            "package": {"ecosystem": "npm", "name": "@example/render"},
            "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}, {"last_affected": "2.3.5"}]}]
        }]
    })
}

fn bom(version: &str, render: &str) -> Value {
    let component = json!({"type": "library", "name": "render", "group": "@example",
        "version": render, "purl": format!("pkg:npm/%40example/render@{render}"), "bom-ref": "r"});
    json!({
        "bomFormat": "CycloneDX", "specVersion": "1.5",
        "metadata": {"component": {"type": "application", "name": "shop", "version": version}},
        "components": [component, component,
            {"type": "library", "name": "left", "version": "1.0.0", "purl": "pkg:npm/left@1.0.0"}]
    })
}

fn investigation() -> Value {
    json!({
        "schema": "yagura.investigation/1",
        "incidents": [{
            "uid": "i", "title": "Web compromise of shop", "severity": "critical",
            "entities": [{"type": "host", "value": "shop", "role": "victim"}],
            "steps": [{"n": 1, "text": "CVE-2026-99001 was exploited on shop", "evidence": ["E1"]}]
        }],
        "findings": [], "evidence": {"E1": {"raw": "GET /?q=CVE-2026-99002"}}
    })
}

#[test]
fn what_was_attacked_in_production_is_blocked_there() {
    let bench = Bench::new();
    let incident = bench.write("incident.json", &investigation().to_string());
    let in_prod = format!("prod={incident}");
    let ask = |bom, env| {
        let more = ["--app", "shop", "--env", env, "--investigation", &in_prod];
        bench.check(bom, &more)
    };

    // Nobody rated it: without the incident it is worth a warning only.
    let (code, before) = bench.check("bom-1.4.2.json", &["--env", "prod"]);
    assert_eq!((code, &before["verdict"]), (0, &json!("warn")));
    assert_eq!(before["components"], json!({"total": 2, "unidentified": 0, "duplicates": 1}));

    let (code, prod) = ask("bom-1.4.2.json", "prod");
    assert_eq!((code, &prod["verdict"]), (1, &json!("block")));
    let first = &prod["vulnerabilities"][0];
    assert_eq!(first["id"], "EX-2026-1");
    assert_eq!(first["attacked_here"], true);
    assert_eq!(first["severity"], "unknown");
    assert_eq!(first["fixed_in"], json!(["2.3.5"]));
    // 2.3.5 clears this one, but not the other.
    assert!(!prod["reasons"].to_string().contains("Upgrade to 2.3.5"), "{prod:#}");

    let (code, dev) = ask("bom-1.4.2.json", "dev");
    assert_eq!((code, &dev["verdict"]), (0, &json!("warn")));
    let (code, fixed) = ask("bom-1.4.3.json", "prod");
    assert_eq!((code, &fixed["verdict"]), (0, &json!("pass")));
}

#[test]
fn a_waiver_counts_until_its_day() {
    let bench = Bench::new();
    let incident = bench.write("incident.json", &investigation().to_string());
    for (until, code, decision) in [("2026-05-20", 0, "ignore"), ("2026-05-19", 1, "block")] {
        let policy = format!(
            "[[waiver]]\nid = \"CVE-2026-99001\"\nowner = \"ops@example.com\"\n\
             reason = \"no templates from users\"\nuntil = \"{until}\"\n"
        );
        let policy = bench.write("policy.toml", &policy);
        let more = ["--env", "prod", "--policy", &policy, "--investigation", &incident];
        let (got, verdict) = bench.check("bom-1.4.2.json", &more);
        assert_eq!(got, code, "{verdict:#}");
        let all = verdict["vulnerabilities"].as_array().unwrap();
        let found = all.iter().find(|v| v["id"] == "EX-2026-1").unwrap();
        assert_eq!(found["decision"], decision);
    }
    let policy = bench.write("policy.toml", "[[rule]]\nname = \"x\"\nseverty = \"high\"\n");
    let sbom = bench.path("bom-1.4.2.json");
    let output = yagura(&["gate", "check", "--policy", &policy, "--sbom", sbom.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("severty"));
}

#[test]
fn suppliers_exploits_and_scores_count() {
    let bench = Bench::new();
    let vex = json!({"@context": "https://openvex.dev/ns/v0.2.0", "statements": [{
        "vulnerability": {"name": "CVE-2026-99001"}, "status": "not_affected",
        "products": [{"@id": "pkg:npm/%40example/render"}],
        "justification": "vulnerable_code_not_in_execute_path"}]});
    let vex = bench.write("vex.json", &vex.to_string());
    let (_, verdict) = bench.check("bom-1.4.2.json", &["--vex", &vex]);
    let all = verdict["vulnerabilities"].as_array().unwrap();
    let found = all.iter().find(|v| v["id"] == "EX-2026-1").unwrap();
    assert_eq!(found["decision"], "ignore");
    assert_eq!(found["vex"]["status"], "not_affected");

    let kev = json!({"catalogVersion": "2026.05.01", "vulnerabilities":
        [{"cveID": "CVE-2026-99001", "dateAdded": "2026-05-01"}]});
    bench.write("osv/kev.json", &kev.to_string());
    bench.write("osv/epss.csv", "#model_version:v1\ncve,epss,percentile\nCVE-2026-99001,0.5,0.9\n");
    let (code, verdict) = bench.check("bom-1.4.2.json", &["--env", "prod"]);
    let first = &verdict["vulnerabilities"][0];
    assert_eq!((code, &first["kev"], &first["epss"]), (1, &json!(true), &json!(0.5)));
}

#[test]
fn what_cannot_be_read_is_never_clean() {
    let bench = Bench::new();
    let deep = "[".repeat(100_000);
    let bomb = "<!DOCTYPE bom [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]>\
        <bom xmlns=\"http://cyclonedx.org/schema/bom/1.4\"><components/></bom>";
    let half = bom("1", "2.3.0").to_string();
    let half = half.get(..half.len() / 2).unwrap();
    for (name, text) in [
        ("empty.json", ""),
        ("empty-bom.json", r#"{"bomFormat":"CycloneDX","specVersion":"1.5","components":[]}"#),
        ("half.json", half),
        ("bomb.xml", bomb),
        ("other.json", r#"{"hello": 1}"#),
        ("deep.json", &format!("{{\"bomFormat\":\"CycloneDX\",\"a\":{deep}")),
        ("edition.json", r#"{"bomFormat":"CycloneDX","specVersion":"9.9","components":[]}"#),
        ("nameless.json", r#"{"spdxVersion":"SPDX-2.3","packages":[{"versionInfo":"1"}]}"#),
        ("yarn.lock", "not a lock file at all\n"),
    ] {
        bench.write(name, text);
        let (code, verdict) = bench.check(name, &[]);
        assert_eq!((code, &verdict["verdict"]), (4, &json!("undecided")), "{name}");
        assert!(!verdict["reasons"].as_array().unwrap().is_empty(), "{name}");
    }
    // A list of 100 MB, one that is all doubles, and one of which nothing can be told.
    let one = r#"{"type":"library","name":"left","purl":"pkg:npm/left@1.0.0"},"#;
    let doubles = |times: usize| {
        let all = one.repeat(times);
        let all = all.trim_end_matches(',');
        format!(r#"{{"bomFormat":"CycloneDX","specVersion":"1.5","components":[{all}]}}"#)
    };
    bench.write("large.json", &doubles(100_000_000 / one.len()));
    let (code, verdict) = bench.check("large.json", &[]);
    assert_eq!(code, 4);
    assert!(verdict["reasons"][0]["text"].as_str().unwrap().contains("larger than 64 MiB"));
    bench.write("doubles.json", &doubles(5000));
    let (code, verdict) = bench.check("doubles.json", &[]);
    assert_eq!((code, &verdict["components"]["duplicates"]), (0, &json!(4999)));
    let nameless = one.replace("pkg:npm/left@1.0.0", "").repeat(3);
    let nameless = nameless.trim_end_matches(',');
    bench.write(
        "nameless-all.json",
        &format!(r#"{{"bomFormat":"CycloneDX","specVersion":"1.5","components":[{nameless}]}}"#),
    );
    let (code, verdict) = bench.check("nameless-all.json", &[]);
    assert_eq!((code, &verdict["components"]["unidentified"]), (4, &json!(1)));
    let nowhere = bench.path("none.db").to_str().unwrap().to_owned();
    assert_eq!(bench.check("bom-1.4.3.json", &["--db", &nowhere]).0, 4);
    assert_eq!(bench.check("bom-1.4.3.json", &["--max-age", "5"]).0, 4);
    assert_eq!(bench.check("bom-1.4.3.json", &["--max-age", "30"]).0, 0);
    bench.write("osv/broken.json", "{\"id\": ");
    assert_eq!(bench.check("bom-1.4.3.json", &[]).0, 4);
}

#[test]
fn a_database_answers_as_the_folder_does_until_it_is_damaged() {
    let bench = Bench::new();
    let db = bench.path("a.db").to_str().unwrap().to_owned();
    let osv = bench.path("osv").to_str().unwrap().to_owned();
    assert!(yagura(&["gate", "db", "import", "--db", &db, &osv]).status.success());
    assert!(yagura(&["gate", "db", "status", "--db", &db]).status.success());
    let (code, from_db) = bench.check("bom-1.4.2.json", &["--db", &db]);
    let (same, from_folder) = bench.check("bom-1.4.2.json", &[]);
    assert_eq!((code, &from_db["vulnerabilities"]), (same, &from_folder["vulnerabilities"]));

    let whole = std::fs::read(&db).unwrap();
    for at in [3, 20, 60, 100, whole.len() - 5] {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x55;
        std::fs::write(&db, &bytes).unwrap();
        assert_eq!(bench.check("bom-1.4.2.json", &["--db", &db]).0, 4, "byte {at}");
    }
    std::fs::write(&db, &whole[..whole.len() / 2]).unwrap();
    assert_eq!(bench.check("bom-1.4.2.json", &["--db", &db]).0, 4);
}

#[test]
fn a_baseline_tells_what_is_new() {
    let bench = Bench::new();
    let policy = "[[rule]]\nname = \"new\"\nnew = true\ndecision = \"block\"\n\
                  [[rule]]\nname = \"known\"\ndecision = \"warn\"\n";
    let policy = bench.write("policy.toml", policy);
    for (before, code) in [("bom-1.4.3.json", 1), ("bom-1.4.2.json", 0)] {
        let before = bench.path(before).to_str().unwrap().to_owned();
        let more = ["--policy", &policy, "--baseline", &before];
        assert_eq!(bench.check("bom-1.4.2.json", &more).0, code);
    }
}

#[test]
fn every_format_is_well_formed() {
    let bench = Bench::new();
    let (bom, osv) = (bench.path("bom-1.4.2.json"), bench.path("osv"));
    let write = |format: &str| {
        let output = yagura(&[
            "gate",
            "check",
            "--sbom",
            bom.to_str().unwrap(),
            "--advisories",
            osv.to_str().unwrap(),
            "--now",
            DAY,
            "--format",
            format,
        ]);
        String::from_utf8(output.stdout).unwrap()
    };
    let verdict: Value = serde_json::from_str(&write("json")).unwrap();
    let schema: Value =
        serde_json::from_str(&read(&root().join("docs/schema/verdict.schema.json"))).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let wrong: Vec<String> = validator.iter_errors(&verdict).map(|e| e.to_string()).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
    let sarif: Value = serde_json::from_str(&write("sarif")).unwrap();
    assert_eq!(sarif["runs"][0]["results"].as_array().unwrap().len(), 2);
    assert_eq!(sarif["runs"][0]["results"][0]["level"], "warning");
    // What we write as CycloneDX, we read as CycloneDX.
    let cyclonedx = write("cyclonedx");
    bench.write("vex.cdx.json", &cyclonedx);
    let (_, again) = bench.check("vex.cdx.json", &[]);
    assert_eq!(again["vulnerabilities"].as_array().unwrap().len(), 2);
    assert!(write("junit").contains("<testsuite name=\"yagura gate\" tests=\"3\" failures=\"0\""));
    assert!(write("markdown").contains("| warn | unknown | EX-2026-1 |"));
    let annotations = write("github-annotations");
    assert!(annotations.lines().all(|line| line.starts_with("::")), "{annotations}");
    assert!(write("text").starts_with("WARN: this build"));
}

#[test]
fn what_was_deployed_stands_in_the_matrix() {
    let bench = Bench::new();
    let incident = bench.write("incident.json", &investigation().to_string());
    let (log, osv) = (bench.path("d.jsonl"), bench.path("osv"));
    let (log, osv) = (log.to_str().unwrap(), osv.to_str().unwrap());
    let record = |version: &str, env: &str, at: &str| bench.record(log, version, env, at);
    let matrix = |cve: &str| -> Value {
        let given = format!("prod={incident}");
        let output = yagura(&[
            "gate",
            "matrix",
            "--deployments",
            log,
            "--advisories",
            osv,
            "--now",
            DAY,
            "--format",
            "json",
            "--cve",
            cve,
            "--investigation",
            &given,
        ]);
        assert!(output.status.success(), "{output:?}");
        serde_json::from_slice(&output.stdout).unwrap()
    };
    record("1.4.2", "prod", "2026-05-03T10:00:00+02:00");
    record("1.4.2", "dev", "2026-05-02T10:00:00Z");
    let rows = matrix("CVE-2026-99001")["rows"].clone();
    assert_eq!(rows.as_array().unwrap().len(), 2);
    assert_eq!(rows[0]["environment"], "dev");
    assert_eq!(rows[0]["vulnerabilities"][0]["attacked_here"], false);
    assert_eq!(rows[1]["since"], "2026-05-03T08:00:00Z");
    assert_eq!(rows[1]["told"]["owner"], "ops@example.com");
    assert_eq!(rows[1]["vulnerabilities"][0]["attacked_here"], true);
    // The repaired version takes the place of the one before it; an older record does not.
    record("1.4.3", "prod", "2026-05-04T10:00:00Z");
    record("1.4.2", "prod", "2026-05-01T10:00:00Z");
    let rows = matrix("CVE-2026-99001")["rows"].clone();
    assert_eq!(rows.as_array().unwrap().len(), 1);
    assert_eq!(rows[0]["environment"], "dev");
}

#[test]
fn a_policy_is_held_to_its_cases() {
    let bench = Bench::new();
    let policy = "[[rule]]\nname = \"remote\"\nseverity = \"high\"\ncvss = [\"AV:N\"]\n\
                  environments = [\"prod*\"]\ngrace_days = 7\ndecision = \"block\"\n";
    let policy = bench.write("policy.toml", policy);
    let case = |published: &str, env: &str, expect: &str| {
        format!(
            "[[case]]\nname = \"c\"\nseverity = \"critical\"\ncvss = \"CVSS:3.1/AV:N/AC:L\"\n\
             published = {published}\ntoday = 2026-05-20\nenvironment = \"{env}\"\n\
             expect = \"{expect}\"\n"
        )
    };
    let good = [
        case("2026-05-01", "prod-eu", "block"),
        case("2026-05-14", "prod-eu", "warn"),
        case("2026-05-01", "dev", "ignore"),
    ];
    let run = |text: &str| {
        let cases = bench.write("cases.toml", text);
        yagura(&["gate", "test", "--policy", &policy, &cases]).status.code()
    };
    assert_eq!(run(&good.concat()), Some(0));
    assert_eq!(run(&case("2026-05-01", "prod", "warn")), Some(1));
    assert_eq!(run(""), Some(2));
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}
