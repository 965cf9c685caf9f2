//! `yagura.verdict/1`.

use std::io::{self, Write};

use model::Time;
use model::verdict::{Verdict, Vulnerability};
use serde_json::{Value, json};

/// Writes it.
pub fn write(verdict: &Verdict, to: &mut dyn Write) -> io::Result<()> {
    let reasons: Vec<Value> = verdict
        .reasons
        .iter()
        .map(|r| json!({"rule": r.rule, "text": r.text, "remedy": r.remedy}))
        .collect();
    let whole = json!({
        "schema": "yagura.verdict/1",
        "verdict": verdict.answer.to_string(),
        "application": verdict.application,
        "version": verdict.version,
        "environment": verdict.environment,
        "components": {
            "total": verdict.total,
            "unidentified": verdict.unidentified,
            "duplicates": verdict.duplicates,
        },
        "advisories": {
            "total": verdict.advisories,
            "newest": verdict.newest.as_deref().and_then(utc),
            "provenance": verdict.provenance,
        },
        "vulnerabilities": verdict.vulnerabilities.iter().map(vulnerability).collect::<Vec<_>>(),
        "reasons": reasons,
    });
    serde_json::to_writer_pretty(&mut *to, &whole)?;
    writeln!(to)
}

/// The interface speaks of times in UTC only.
fn utc(text: &str) -> Option<String> {
    let time = Time::parse_rfc3339(text)?;
    Some(time.to_string())
}

fn vulnerability(found: &Vulnerability) -> Value {
    let waiver = found.waiver.as_ref();
    let vex = found.vex.as_ref();
    json!({
        "id": found.id,
        "aliases": found.aliases,
        "purl": found.purl,
        "severity": found.severity.to_string(),
        "cvss": found.cvss,
        "epss": found.epss,
        "kev": found.kev.is_some(),
        "fixed_in": found.fixed_in,
        "attacked_here": found.attacked_here,
        "decision": found.decision.to_string(),
        "reason": found.reason,
        "waiver": waiver.map(|w| json!({"owner": w.owner, "reason": w.reason, "until": w.until})),
        "vex": vex.map(|(status, why, from)| json!({"status": status, "why": why, "from": from})),
        "score": found.score,
        "summary": found.summary,
        "rule": found.rule,
        "new": found.new,
        "at": found.at,
    })
}
