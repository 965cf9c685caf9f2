//! From the incident to the repair, as a team goes through it: the package that was exploited in
//! production is blocked there, warned of in development, waived for a time, and repaired.

use serde_json::{Value, json};

use super::{root, yagura};

struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    fn write(&self, name: &str, text: &str) -> String {
        std::fs::write(self.folder.path().join(name), text).unwrap();
        self.path(name)
    }

    fn run(&self, arguments: &[&str]) -> (i32, Value) {
        let (osv, log) = (self.path("osv.json"), self.path("deployments.jsonl"));
        let mut all = vec!["gate"];
        all.extend(arguments);
        if arguments[0] != "record" {
            all.extend(["--format", "json", "--quiet", "--advisories", &osv]);
        }
        if arguments[0] != "check" {
            all.extend(["--deployments", &log]);
        }
        let output = yagura(&all);
        let value = serde_json::from_slice(&output.stdout).unwrap_or(Value::Null);
        (output.status.code().unwrap(), value)
    }

    fn check(&self, version: &str, env: &str, day: &str, more: &[&str]) -> (i32, Value) {
        let bom = self.path(&format!("bom-{version}.json"));
        let mut all = vec!["check", "--app", "shop", "--sbom", &bom, "--version", version];
        all.extend(["--env", env, "--now", day]);
        all.extend(more);
        self.run(&all)
    }

    fn record(&self, version: &str, env: &str, at: &str) {
        let bom = self.path(&format!("bom-{version}.json"));
        let (code, _) = self.run(&[
            "record",
            "--app",
            "shop",
            "--sbom",
            &bom,
            "--version",
            version,
            "--env",
            env,
            "--at",
            at,
            "--owner",
            "shop-team",
            "--exposure",
            "internet",
        ]);
        assert_eq!(code, 0);
    }

    fn matrix(&self, more: &[&str]) -> Vec<Value> {
        let mut all = vec!["matrix", "--now", "2026-05-20"];
        all.extend(more);
        let (code, value) = self.run(&all);
        assert_eq!((code, &value["schema"]), (0, &json!("yagura.matrix/1")), "{value}");
        let wrong: Vec<String> =
            matrix_schema().iter_errors(&value).map(|e| e.to_string()).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
        value["rows"].as_array().unwrap().clone()
    }
}

/// What programs are promised of the matrix; every object is closed, so that a member which the
/// page does not name is an error.
fn matrix_schema() -> jsonschema::Validator {
    fn close(value: &mut Value) {
        if let Some(map) = value.as_object_mut() {
            if map.contains_key("properties") {
                map.insert("additionalProperties".to_owned(), json!(false));
            }
            map.values_mut().for_each(close);
        } else if let Some(items) = value.as_array_mut() {
            items.iter_mut().for_each(close);
        }
    }
    let text = std::fs::read_to_string(root().join("docs/schema/matrix.schema.json")).unwrap();
    let mut schema: Value = serde_json::from_str(&text).unwrap();
    close(&mut schema);
    jsonschema::validator_for(&schema).unwrap()
}

fn bom(render: &str) -> String {
    json!({"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [
        {"type": "library", "name": "render", "version": render,
         "purl": format!("pkg:npm/%40example/render@{render}")}]})
    .to_string()
}

fn desk() -> Desk {
    let desk = Desk { folder: tempfile::tempdir().unwrap() };
    desk.write("bom-1.3.0.json", &bom("1.9.0"));
    desk.write("bom-1.4.2.json", &bom("2.3.0"));
    desk.write("bom-1.4.3.json", &bom("2.3.5"));
    let advisory = json!({"id": "EX-2026-1", "modified": "2026-05-01T10:00:00Z",
        "published": "2026-04-30T10:00:00Z", "aliases": ["CVE-2026-99001"],
        "database_specific": {"severity": "MODERATE"},
        "affected": [{"package": {"ecosystem": "npm", "name": "@example/render"},
            "ranges": [{"type": "SEMVER", "events": [{"introduced": "2.0.0"}, {"fixed": "2.3.5"}]}]}]});
    desk.write("osv.json", &advisory.to_string());
    let incident = json!({"schema": "yagura.investigation/1", "incidents": [{
        "uid": "i", "title": "Web compromise of shop", "severity": "critical",
        "entities": [{"type": "host", "value": "shop", "role": "victim"}],
        "steps": [{"n": 1, "text": "CVE-2026-99001 was exploited on shop", "evidence": ["E1"]}]}],
        "findings": [], "evidence": {}});
    desk.write("incident.json", &incident.to_string());
    desk
}

#[test]
fn the_incident_closes_production_and_the_repair_opens_it() {
    let desk = desk();
    let incidents = format!("prod={}", desk.path("incident.json"));
    let attacked = ["--incidents", incidents.as_str()];
    // Of medium severity: allowed, until it is seen that it is exploited here.
    assert_eq!(desk.check("1.4.2", "prod", "2026-05-20", &[]).1["verdict"], "warn");
    let (code, prod) = desk.check("1.4.2", "prod", "2026-05-20", &attacked);
    assert_eq!((code, &prod["verdict"]), (1, &json!("block")));
    assert_eq!(prod["vulnerabilities"][0]["attacked_here"], true);
    assert_eq!(prod["reasons"][0]["rule"], "attacked-here");
    assert!(prod["reasons"][0]["remedy"].as_str().unwrap().contains("Upgrade to 2.3.5"));
    let (code, dev) = desk.check("1.4.2", "dev", "2026-05-20", &attacked);
    assert_eq!((code, &dev["verdict"]), (0, &json!("warn")));
    let (code, fixed) = desk.check("1.4.3", "prod", "2026-05-20", &attacked);
    assert_eq!((code, &fixed["verdict"]), (0, &json!("pass")));

    // Somebody answers for it until the 22nd; on the 23rd it counts no more, which is said.
    let policy = desk.write(
        "policy.toml",
        "[[waiver]]\nid = \"CVE-2026-99001\"\nowner = \"ops@example.com\"\n\
         reason = \"users cannot write templates\"\nuntil = 2026-05-22\nenvironments = [\"prod\"]\n",
    );
    let with = ["--incidents", incidents.as_str(), "--policy", &policy];
    let (code, waived) = desk.check("1.4.2", "prod", "2026-05-22", &with);
    assert_eq!(
        (code, &waived["vulnerabilities"][0]["waiver"]["owner"]),
        (0, &json!("ops@example.com"))
    );
    let (code, ended) = desk.check("1.4.2", "prod", "2026-05-23", &with);
    assert_eq!(code, 1);
    assert!(ended["vulnerabilities"][0]["reason"].as_str().unwrap().contains("ended 2026-05-22"));

    // While the incident is open, a policy may stop every deployment of the application there.
    let frozen = desk.write("freeze.toml", "freeze = true\n");
    let with = ["--incidents", incidents.as_str(), "--policy", &frozen];
    let (code, stopped) = desk.check("1.4.3", "prod", "2026-05-20", &with);
    assert_eq!((code, &stopped["reasons"][0]["rule"]), (1, &json!("freeze")));
    assert_eq!(desk.check("1.4.3", "dev", "2026-05-20", &with).0, 0);
}

#[test]
fn the_matrix_says_where_it_runs_what_became_worse_and_what_may_go_on() {
    let desk = desk();
    let incidents = format!("prod={}", desk.path("incident.json"));
    desk.record("1.3.0", "prod", "2026-05-01T08:00:00Z");
    desk.record("1.4.2", "prod", "2026-05-10T08:00:00Z");
    desk.record("1.4.2", "dev", "2026-05-09T08:00:00Z");
    // Where does it run in production?
    let rows =
        desk.matrix(&["--cve", "cve-2026-99001", "--env", "prod", "--incidents", &incidents]);
    assert_eq!(rows.len(), 1);
    let row = &rows[0];
    assert_eq!((&row["version"], &row["since"]), (&json!("1.4.2"), &json!("2026-05-10T08:00:00Z")));
    assert_eq!(row["told"]["exposure"], "internet");
    assert_eq!(row["vulnerabilities"][0]["attacked_here"], true);
    assert_eq!(row["verdict"], "block");
    // What became worse with the last deployment? Nothing is known before the one in dev.
    let rows = desk.matrix(&["--worse"]);
    assert_eq!(rows.len(), 1);
    assert_eq!((&rows[0]["before"], &rows[0]["environment"]), (&json!("1.3.0"), &json!("prod")));
    assert_eq!(rows[0]["vulnerabilities"][0]["id"], "EX-2026-1");
    // The repair is in dev: may it go to production?
    desk.record("1.4.3", "dev", "2026-05-12T08:00:00Z");
    let rows = desk.matrix(&["--to", "prod", "--incidents", &incidents]);
    assert_eq!(rows.len(), 1);
    let row = &rows[0];
    assert_eq!((&row["version"], &row["verdict"]), (&json!("1.4.3"), &json!("pass")));
    assert_eq!((&row["before"], &row["gone"][0]["id"]), (&json!("1.4.2"), &json!("EX-2026-1")));
    desk.record("1.4.3", "prod", "2026-05-13T08:00:00Z");
    assert!(desk.matrix(&["--worse"]).is_empty());
    assert!(desk.matrix(&["--to", "prod"]).is_empty(), "it is there already");
    assert!(desk.matrix(&["--cve", "CVE-2026-99001"]).is_empty());
    // Rules may ask who can reach it.
    let policy = desk.write(
        "exposed.toml",
        "[[rule]]\nname = \"exposed\"\nexposures = [\"internet\"]\nseverity = \"medium\"\ndecision = \"block\"\n",
    );
    let open = ["--policy", &policy, "--exposure", "internet"];
    assert_eq!(desk.check("1.4.2", "prod", "2026-05-20", &open).0, 1);
    assert_eq!(desk.check("1.4.2", "prod", "2026-05-20", &["--policy", &policy]).0, 0);
}
