//! The matrix written: as JSON, and as text for people.

use std::io::{self, Write};

use model::text::printable;
use model::verdict::Decision;
use serde_json::{Value, json};

use super::matrix::Row;

/// Writes `yagura.matrix/1`.
pub fn write_json(rows: &[Row], to: &mut dyn Write) -> io::Result<()> {
    let rows: Vec<Value> = rows.iter().map(row).collect();
    serde_json::to_writer_pretty(&mut *to, &json!({"schema": "yagura.matrix/1", "rows": rows}))?;
    writeln!(to)
}

fn row(row: &Row) -> Value {
    let Row { one, verdict, .. } = row;
    let cells: Vec<Value> = verdict
        .vulnerabilities
        .iter()
        .map(|v| {
            json!({"id": v.id, "aliases": v.aliases, "purl": v.purl,
            "severity": v.severity.to_string(), "kev": v.kev.is_some(), "epss": v.epss,
            "attacked_here": v.attacked_here, "fixed_in": v.fixed_in,
            "published": v.published, "decision": v.decision.to_string(), "new": v.new,
            "exception": v.waiver.as_ref().map(|w| {
                json!({"owner": w.owner, "reason": w.reason, "until": w.until})
            })})
        })
        .collect();
    let gone: Vec<Value> =
        row.gone.iter().map(|(id, name)| json!({"id": id, "name": name})).collect();
    let reasons: Vec<Value> = verdict
        .reasons
        .iter()
        .map(|r| json!({"rule": r.rule, "text": r.text, "remedy": r.remedy}))
        .collect();
    json!({"application": one.application, "version": one.version,
        "environment": one.environment, "judged_for": row.judged_for, "before": row.before,
        "since": one.since, "told": one.told, "verdict": verdict.answer.to_string(),
        "components": verdict.total, "vulnerabilities": cells, "gone": gone, "reasons": reasons})
}

/// Writes lines for people.
pub fn write_text(rows: &[Row], to: &mut dyn Write) -> io::Result<()> {
    for row in rows {
        write_row(row, to)?;
    }
    Ok(())
}

fn write_row(row: &Row, to: &mut dyn Write) -> io::Result<()> {
    let show = |text: &str| printable(text, 200).into_owned();
    let Row { one, verdict, .. } = row;
    let count =
        |decision| verdict.vulnerabilities.iter().filter(|v| v.decision == decision).count();
    let onwards = if row.judged_for == one.environment {
        String::new()
    } else {
        format!(", to {}", show(&row.judged_for))
    };
    let against =
        row.before.as_ref().map_or(String::new(), |version| format!(", after {}", show(version)));
    writeln!(
        to,
        "{} {} in {} since {}{onwards}{against}: {} ({} block, {} warn, {} ignored)",
        show(&one.application),
        show(&one.version),
        show(&one.environment),
        show(&one.since),
        verdict.answer,
        count(Decision::Block),
        count(Decision::Warn),
        count(Decision::Ignore),
    )?;
    for (key, value) in &one.told {
        writeln!(to, "  {key}: {}", show(value))?;
    }
    for found in &verdict.vulnerabilities {
        let attacked = if found.attacked_here { "  ATTACKED HERE" } else { "" };
        let new = if found.new { "  new" } else { "" };
        let fixed = found.fixed_in.first().map_or("no fix known", String::as_str);
        let (id, purl, fixed) = (show(&found.id), show(&found.purl), show(fixed));
        let (decision, severity) = (found.decision.to_string(), found.severity.to_string());
        writeln!(
            to,
            "  {decision:<6} {severity:<8} {id}  {purl}  fixed in: {fixed}{attacked}{new}"
        )?;
    }
    for (id, name) in &row.gone {
        writeln!(to, "  gone            {}  {}", show(id), show(name))?;
    }
    Ok(())
}
