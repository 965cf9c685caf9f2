//! Public bills of materials against public advisories, and the second opinion of Python's own
//! order of versions.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::{root, yagura};

fn corpus() -> Option<PathBuf> {
    let path = root().join("../shared/corpus/supply_chain");
    if path.exists() {
        return Some(path);
    }
    eprintln!("skipped: {} is not there", path.display());
    None
}

fn check(sbom: &Path, advisories: &Path) -> Value {
    let output = yagura(&[
        "gate",
        "check",
        "--quiet",
        "--format",
        "json",
        "--now",
        "2026-11-01",
        "--sbom",
        sbom.to_str().unwrap(),
        "--advisories",
        advisories.to_str().unwrap(),
    ]);
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Name as OSV has it, version and advisory of everything that was found.
fn found(verdict: &Value) -> BTreeSet<(String, String, String)> {
    let one = |v: &Value| {
        let purl = versions::Purl::parse(v["purl"].as_str().unwrap()).unwrap();
        let sign = if purl.kind == "maven" { ":" } else { "/" };
        let name = [purl.namespace.as_str(), &purl.name].join(sign);
        let name = name.trim_start_matches(sign).to_owned();
        (name, purl.version, v["id"].as_str().unwrap().to_owned())
    };
    verdict["vulnerabilities"].as_array().unwrap().iter().map(one).collect()
}

#[test]
fn matches_of_public_bills_equal_those_of_an_independent_matcher() {
    let Some(corpus) = corpus() else { return };
    let truth = std::fs::read_to_string(corpus.join("truth_sbom_osv.jsonl")).unwrap();
    let mut by = std::collections::BTreeMap::<String, BTreeSet<_>>::new();
    for line in truth.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        let text = |key: &str| line[key].as_str().unwrap().to_owned();
        by.entry(text("sbom")).or_default().insert((text("package"), text("version"), text("id")));
    }
    for (sbom, wanted) in by {
        let plain = corpus.join("sbom").join(&sbom);
        let packed = plain.with_file_name("bom.json.gz");
        let path = if plain.exists() { plain } else { packed };
        let said = found(&check(&path, &corpus.join("osv")));
        let extra: Vec<_> = said.difference(&wanted).collect();
        assert!(extra.is_empty(), "{sbom}: {extra:?}");
        // The list has pseudo-versions of Go as affected that are newer than the fix; in the
        // order of Semantic Versioning they are not.
        for (name, version, id) in wanted.difference(&said) {
            assert!(name == "golang.org/x/net" && version.starts_with("v0.0.0-20"), "{name}");
            let advisory = corpus.join("osv/Go").join(format!("{id}.json"));
            let advisory = std::fs::read_to_string(advisory).unwrap();
            let advisory: Value = serde_json::from_str(&advisory).unwrap();
            let events = advisory["affected"][0]["ranges"][0]["events"].as_array().unwrap();
            let fixed = events.iter().rev().find_map(|e| e["fixed"].as_str()).unwrap();
            let theirs = |v: &str| semver::Version::parse(v.trim_start_matches('v')).unwrap();
            assert!(theirs(version) >= theirs(fixed), "{sbom}: {name} {version} {id}");
        }
    }
}

/// Reads advisories and versions, and answers with what is affected; by pip's own library.
const ORACLE: &str = r#"
import json, sys
from pip._vendor.packaging.version import Version, InvalidVersion
def read(text):
    try: return Version(text)
    except InvalidVersion: return None
out = []
for path, versions in json.load(sys.stdin):
    advisory = json.load(open(path))
    if advisory.get("withdrawn"): continue
    for text in versions:
        version = read(text)
        if version is None: continue
        hit = False
        for affected in advisory.get("affected", []):
            listed = [read(v) for v in affected.get("versions", [])]
            hit |= version in [v for v in listed if v is not None]
            for span in affected.get("ranges", []):
                if span["type"] == "GIT": continue
                inside = False
                steps = []
                for event in span["events"]:
                    for word, at in event.items():
                        place = Version("0.dev0") if at == "0" else read(at)
                        steps.append((place, 0 if word == "introduced" else 1, word))
                for place, _, word in sorted(steps):
                    if word == "introduced" and place <= version: inside = True
                    if word == "fixed" and place <= version: inside = False
                    if word == "last_affected" and place < version: inside = False
                hit |= inside
        if hit: out.append([advisory["id"], text])
json.dump(out, sys.stdout)
"#;

#[test]
fn advisories_of_pypi_are_read_as_pip_reads_versions() {
    let Some(corpus) = corpus() else { return };
    let mut asked = Vec::new();
    let mut components = Vec::new();
    for file in std::fs::read_dir(corpus.join("osv/PyPI")).unwrap() {
        let path = file.unwrap().path();
        let Ok(advisory) = serde_json::from_slice::<Value>(&std::fs::read(&path).unwrap()) else {
            continue;
        };
        let text = advisory.to_string();
        // Every version that the advisory speaks of, and some that it does not.
        let mut versions = BTreeSet::from(["0.0.1".to_owned(), "999".to_owned()]);
        for piece in text.split('"').filter(|p| versions::Scheme::Pypi.is_version(p)) {
            for end in ["", ".post1", "rc1", ".dev1"] {
                versions.insert(format!("{piece}{end}"));
            }
        }
        versions.retain(|v| versions::Scheme::Pypi.is_version(v));
        let Some(name) = advisory["affected"][0]["package"]["name"].as_str() else { continue };
        for version in &versions {
            components.push(json!({"type": "library", "name": name, "version": version,
                "purl": versions::Purl::new("pypi", "", name, version).unwrap().to_string()}));
        }
        asked.push((path.canonicalize().unwrap(), versions));
    }
    let Some(theirs) = ask(&asked) else { return };
    let folder = tempfile::tempdir().unwrap();
    let bom = folder.path().join("bom.json");
    let whole = json!({"bomFormat": "CycloneDX", "specVersion": "1.5", "components": components});
    std::fs::write(&bom, whole.to_string()).unwrap();
    let ours: BTreeSet<(String, String)> = found(&check(&bom, &corpus.join("osv/PyPI")))
        .into_iter()
        .map(|(_, v, id)| (id, v))
        .collect();
    let missed: Vec<_> = theirs.difference(&ours).collect();
    assert!(
        theirs.len() > 1000 && missed.is_empty(),
        "{} of {}: {missed:?}",
        missed.len(),
        theirs.len()
    );
    // Ours may have more only where a version was asked of another advisory of the same package.
    let asked: BTreeSet<(String, String)> = asked
        .iter()
        .flat_map(|(path, versions)| {
            let id = path.file_stem().unwrap().to_str().unwrap().to_owned();
            versions.iter().map(move |v| (id.clone(), v.to_lowercase()))
        })
        .collect();
    let extra: Vec<_> = ours.difference(&theirs).filter(|pair| asked.contains(pair)).collect();
    assert!(extra.is_empty(), "{}: {extra:?}", extra.len());
}

fn ask(asked: &[(PathBuf, BTreeSet<String>)]) -> Option<BTreeSet<(String, String)>> {
    let mut child = Command::new("python3")
        .args(["-c", ORACLE])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let question = serde_json::to_vec(asked).unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || {
        let _closed = stdin.write_all(&question);
    });
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    let Ok(pairs) = serde_json::from_slice::<Vec<(String, String)>>(&output.stdout) else {
        eprintln!("skipped: python3 with pip is not there");
        return None;
    };
    Some(pairs.into_iter().map(|(id, v)| (id, v.to_lowercase())).collect())
}
