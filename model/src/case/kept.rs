//! An incident as it is kept: the machine interface's own JSON, cut out of a report.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::finding::Severity;
use crate::id::Id;
use crate::time::Time;

/// `{"incident": …, "findings": […], "evidence": {…}}`, each as `docs/interface.md` has it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Kept(Value);

impl Kept {
    /// Every incident of a report of the shape `yagura.investigation/1`.
    pub fn all(report: &Value) -> Vec<Kept> {
        list(report, "incidents").iter().map(|incident| Kept::cut(report, incident)).collect()
    }

    /// From an incident alone, without findings and evidence.
    pub fn bare(incident: Value) -> Kept {
        Kept(json!({"incident": incident, "findings": [], "evidence": {}}))
    }

    fn cut(report: &Value, incident: &Value) -> Kept {
        let wanted: BTreeSet<&str> =
            list(incident, "findings").iter().filter_map(Value::as_str).collect();
        let findings: Vec<&Value> = list(report, "findings")
            .iter()
            .filter(|finding| wanted.contains(text(finding, "uid")))
            .collect();
        let mut cited = BTreeSet::new();
        for finding in &findings {
            collect(finding, &mut cited);
        }
        collect(incident, &mut cited);
        let evidence: BTreeMap<&str, &Value> = cited
            .into_iter()
            .filter_map(|id| Some((id, report.get("evidence")?.get(id)?)))
            .collect();
        Kept(json!({"incident": incident, "findings": findings, "evidence": evidence}))
    }

    /// The incident alone.
    pub fn incident(&self) -> &Value {
        self.0.get("incident").unwrap_or(&Value::Null)
    }

    /// A text of the incident; empty if there is none.
    pub fn text(&self, key: &str) -> &str {
        text(self.incident(), key)
    }

    /// A list of the incident; empty if there is none.
    pub fn list(&self, key: &str) -> &[Value] {
        list(self.incident(), key)
    }

    /// The incident's id.
    pub fn uid(&self) -> &str {
        self.text("uid")
    }

    /// The title.
    pub fn title(&self) -> &str {
        self.text("title")
    }

    /// How bad.
    pub fn severity(&self) -> Severity {
        Severity::parse(self.text("severity")).unwrap_or(Severity::Medium)
    }

    /// When it began and ended, in seconds since 1970.
    pub fn span(&self) -> (i64, i64) {
        let read = |key| Time::parse_rfc3339(self.text(key)).map_or(0, |t| t.start / 1_000_000_000);
        (read("first"), read("last"))
    }

    /// The findings.
    pub fn findings(&self) -> &[Value] {
        list(&self.0, "findings")
    }

    /// Cited records: their number in the report and what is known of them.
    pub fn evidence(&self) -> Vec<(&str, &Value)> {
        let cited = self.0.get("evidence").and_then(Value::as_object);
        cited.into_iter().flatten().map(|(id, record)| (id.as_str(), record)).collect()
    }

    /// Slug and text of what is to be done, in order.
    pub fn recommendations(&self) -> Vec<(String, String)> {
        let all = self.list("recommendations").iter();
        all.map(|one| (text(one, "id").to_owned(), text(one, "text").to_owned())).collect()
    }

    /// Hashes of the cited records: what tells that two reports speak of the same thing.
    pub fn marks(&self) -> BTreeSet<String> {
        let hash = |(_, record): (&str, &Value)| text(record, "sha256").to_owned();
        self.evidence().into_iter().map(hash).filter(|hash| !hash.is_empty()).collect()
    }

    /// Rule ids, most severe first, each once.
    pub fn rules(&self) -> Vec<&str> {
        let mut all: Vec<(Option<Severity>, &str)> = self
            .findings()
            .iter()
            .map(|finding| {
                let rule = finding.get("rule").map_or("", |rule| text(rule, "id"));
                (Severity::parse(text(finding, "severity")), rule)
            })
            .collect();
        all.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
        let mut seen = BTreeSet::new();
        all.retain(|(_, rule)| seen.insert(*rule));
        all.into_iter().map(|(_, rule)| rule).collect()
    }

    /// Type and value of entities with one of these roles.
    pub fn entities(&self, roles: &[&str]) -> Vec<(&str, &str)> {
        let wanted = |e: &&Value| roles.is_empty() || roles.contains(&text(e, "role"));
        let pair = |e| (text(e, "type"), text(e, "value"));
        self.list("entities").iter().filter(wanted).map(pair).collect()
    }

    /// What kind of attack on whom: kind, tactics, the three worst rules, and the things that
    /// were attacked. Two incidents with the same one within a day are the same trouble.
    pub fn fingerprint(&self) -> String {
        let stages: BTreeSet<&str> =
            self.list("steps").iter().map(|step| text(step, "stage")).collect();
        let victims: BTreeSet<String> = self
            .entities(&["victim", "affected", "used"])
            .into_iter()
            .filter(|(kind, _)| {
                !matches!(*kind, "ip" | "account" | "region" | "url" | "access_key")
            })
            .map(|(kind, value)| format!("{kind}:{value}"))
            .collect();
        let mut parts: Vec<&[u8]> = vec![self.text("kind").as_bytes()];
        parts.extend(stages.iter().map(|stage| stage.as_bytes()));
        parts.push(b"rules");
        parts.extend(self.rules().into_iter().take(3).map(str::as_bytes));
        parts.push(b"victims");
        parts.extend(victims.iter().map(String::as_bytes));
        Id::derive("fingerprint", &parts).to_string()
    }
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// Every id in every list `evidence`, at any depth.
fn collect<'v>(value: &'v Value, to: &mut BTreeSet<&'v str>) {
    match value {
        Value::Object(map) => {
            for (key, inner) in map {
                match inner {
                    Value::Array(ids) if key == "evidence" => {
                        to.extend(ids.iter().filter_map(Value::as_str));
                    }
                    _ => collect(inner, to),
                }
            }
        }
        Value::Array(all) => all.iter().for_each(|inner| collect(inner, to)),
        _ => {}
    }
}
