//! What was attacked, by investigations: vulnerabilities and packages that incidents name.

use std::collections::BTreeSet;

use model::verdict::Vulnerability;
use serde_json::Value;
use versions::{Package, Purl};

/// Members of an investigation that quote logs at length: what an attacker wrote there must not
/// decide about a build.
const QUOTES: [&str; 2] = ["evidence", "similar"];
/// The deepest nesting that is looked into.
const DEEPEST: usize = 32;

/// What incidents name.
#[derive(Clone, Debug, Default)]
pub struct Attacks {
    here: Named,
    elsewhere: Named,
    /// Incidents in this environment: title, and the things that were hit.
    pub incidents: Vec<(String, Vec<String>)>,
}

#[derive(Clone, Debug, Default)]
struct Named {
    ids: BTreeSet<String>,
    packages: BTreeSet<(String, String)>,
}

impl Attacks {
    /// Adds an investigation (`yagura.investigation/1`).
    pub fn add(&mut self, investigation: &Value, here: bool) {
        let named = if here { &mut self.here } else { &mut self.elsewhere };
        for key in ["incidents", "findings"] {
            named.walk(investigation.get(key).unwrap_or(&Value::Null), 0);
        }
        let incidents = investigation.get("incidents").and_then(Value::as_array);
        for incident in incidents.into_iter().flatten().filter(|_| here) {
            let text =
                |v: &Value, key: &str| v.get(key).and_then(Value::as_str).unwrap_or("").to_owned();
            let entities = incident.get("entities").and_then(Value::as_array);
            let hit = entities.into_iter().flatten().filter(|e| text(e, "role") != "attacker");
            let hit = hit.map(|entity| text(entity, "value")).collect();
            self.incidents.push((text(incident, "title"), hit));
        }
    }

    /// Adds the name of a vulnerability, or a package URL, as a person gives it.
    pub fn name(&mut self, text: &str, here: bool) {
        if here { self.here.take(text) } else { self.elsewhere.take(text) }
    }

    /// Whether a vulnerability was attacked here, and elsewhere.
    pub fn of(&self, found: &Vulnerability) -> (bool, bool) {
        (self.here.has(found), self.elsewhere.has(found))
    }
}

impl Named {
    fn walk(&mut self, value: &Value, depth: usize) {
        match value {
            Value::String(text) => self.take(text),
            Value::Array(list) if depth < DEEPEST => {
                for v in list {
                    self.walk(v, depth + 1);
                }
            }
            Value::Object(members) if depth < DEEPEST => {
                let told = members.iter().filter(|(key, _)| !QUOTES.contains(&key.as_str()));
                for (_, v) in told {
                    self.walk(v, depth + 1);
                }
            }
            _ => {}
        }
    }

    fn take(&mut self, text: &str) {
        let word = |c: char| c.is_ascii_alphanumeric() || c == '-';
        for part in text.split(|c| !word(c)) {
            let upper = part.to_ascii_uppercase();
            let known = ["CVE-", "GHSA-", "RUSTSEC-", "PYSEC-", "GO-"];
            if known.iter().any(|start| upper.starts_with(start)) && part.len() > 8 {
                self.ids.insert(upper);
            }
        }
        for part in text.split(|c: char| c.is_whitespace() || "\"'`(),;<>".contains(c)) {
            if !part.starts_with("pkg:") {
                continue;
            }
            let Ok(purl) = Purl::parse(part.trim_end_matches('.')) else { continue };
            if let Some(package) = Package::of(&purl) {
                self.packages.insert((package.key(), purl.version));
            }
        }
    }

    fn has(&self, found: &Vulnerability) -> bool {
        let ids = std::iter::once(&found.id).chain(&found.aliases);
        if ids.into_iter().any(|id| self.ids.contains(&id.to_ascii_uppercase())) {
            return true;
        }
        let package = Purl::parse(&found.purl).ok().and_then(|purl| Package::of(&purl));
        package.is_some_and(|package| {
            let key = package.key();
            self.packages.iter().any(|(k, v)| *k == key && (v.is_empty() || *v == found.version))
        })
    }
}
