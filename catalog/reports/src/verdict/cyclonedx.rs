//! The verdict as CycloneDX 1.6 with VEX: the vulnerabilities and what was decided of each.

use std::collections::BTreeMap;
use std::io::{self, Write};

use model::verdict::{Decision, Rating, Verdict, Vulnerability};
use serde_json::{Value, json};

use super::set;

/// Writes it.
pub fn write(verdict: &Verdict, to: &mut dyn Write) -> io::Result<()> {
    let mut components: BTreeMap<&str, Value> = BTreeMap::new();
    for found in &verdict.vulnerabilities {
        components.entry(&found.purl).or_insert_with(|| {
            json!({"type": "library", "bom-ref": found.purl, "name": found.name,
                   "version": found.version, "purl": found.purl})
        });
    }
    let mut whole = json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "components": components.values().collect::<Vec<_>>(),
        "vulnerabilities": verdict.vulnerabilities.iter().map(vulnerability).collect::<Vec<_>>(),
    });
    if let Some(name) = &verdict.application {
        let version = verdict.version.as_deref().unwrap_or("");
        set(
            &mut whole,
            "metadata",
            json!({"component": {"type": "application", "name": name, "version": version}}),
        );
    }
    serde_json::to_writer_pretty(&mut *to, &whole)?;
    writeln!(to)
}

fn vulnerability(found: &Vulnerability) -> Value {
    let state = match (&found.vex, found.decision) {
        (Some((status, _, _)), Decision::Ignore) if status == "fixed" => "resolved",
        (Some(_), Decision::Ignore) => "not_affected",
        _ if found.attacked_here => "exploitable",
        _ => "in_triage",
    };
    let severity = match found.severity {
        Rating::Unknown => "unknown".to_owned(),
        rating => rating.to_string(),
    };
    let mut rating = json!({"severity": severity});
    if let Some(score) = found.score {
        set(&mut rating, "score", json!(score));
    }
    if let Some(vector) = &found.cvss {
        set(&mut rating, "vector", json!(vector));
        let method = match vector.get(..8) {
            Some("CVSS:4.0") => "CVSSv4",
            Some("CVSS:3.1") => "CVSSv31",
            Some("CVSS:3.0") => "CVSSv3",
            _ => "CVSSv2",
        };
        set(&mut rating, "method", json!(method));
    }
    let mut analysis = json!({"state": state, "detail": found.reason});
    if !found.fixed_in.is_empty() {
        set(&mut analysis, "response", json!(["update"]));
    }
    json!({
        "id": found.id,
        "references": found.aliases.iter()
            .map(|id| json!({"id": id, "source": {"name": "OSV"}})).collect::<Vec<_>>(),
        "ratings": [rating],
        "description": found.summary,
        "recommendation": found.fixed_in.first().map_or(String::new(), |v| format!("Upgrade to {v}.")),
        "analysis": analysis,
        "affects": [{"ref": found.purl}],
        "properties": [{"name": "yagura:decision", "value": found.decision.to_string()}],
    })
}
