//! `yagura gate matrix`: what runs where, since when, with which vulnerabilities.

use std::io::{self, Write};

use engine::gate::{Place, Question, judge};
use model::Error;
use model::component::{Component, Inventory};
use model::text::printable;
use model::verdict::{Decision, Verdict, Vulnerability};
use serde_json::{Value, json};
use versions::Purl;

use super::check::{self, Shelf};
use super::record::{self, Deployment};
use crate::assemble;
use crate::exit::{DONE, Failure, UNDECIDED};
use crate::gate_args::Matrix;

/// Runs the verb; gives the exit code.
pub fn run(options: &Matrix) -> Result<u8, Failure> {
    let as_json = assemble::is_json(&options.check.format)?;
    let path = record::place(options.deployments.as_deref())?;
    let policy = check::policy(options.check.policy.as_deref())?;
    let today = check::today(&options.check)?;
    let (book, _) = match check::library(&options.check) {
        Ok(book) => book,
        Err(undecided) => {
            assemble::note(options.check.output.quiet, &undecided.0.1);
            return Ok(UNDECIDED);
        }
    };
    let statements = book.statements();
    let shelf = Shelf(book);
    let mut rows = Vec::new();
    for one in record::read(&path)? {
        let wanted = |given: &Option<String>, own: &str| given.as_deref().is_none_or(|g| g == own);
        if !wanted(&options.check.env, &one.environment)
            || !wanted(&options.check.app, &one.application)
        {
            continue;
        }
        let attacks = check::attacks(&options.check, Some(&one.environment))?;
        let inventories = [inventory(&one)];
        let place =
            Place { application: &one.application, environment: &one.environment, today: &today };
        let verdict = judge(&Question {
            inventories: &inventories,
            library: &shelf,
            statements: &statements,
            policy: &policy,
            place,
            attacks: &attacks,
            before: None,
        })
        .map_err(|why| Error::user(why, "Import the advisories again."))?;
        rows.push((one, verdict));
    }
    let cve = options.cve.as_deref();
    if let Some(cve) = cve {
        for (_, verdict) in &mut rows {
            verdict.vulnerabilities.retain(|v| named(v, cve));
        }
        rows.retain(|(_, verdict)| !verdict.vulnerabilities.is_empty());
    }
    assemble::deliver(options.check.output.output.as_deref(), &mut |to| {
        if as_json { write_json(&rows, to) } else { write_text(&rows, to) }
    })?;
    Ok(DONE)
}

fn named(found: &Vulnerability, id: &str) -> bool {
    found.id.eq_ignore_ascii_case(id) || found.aliases.iter().any(|a| a.eq_ignore_ascii_case(id))
}

fn inventory(one: &Deployment) -> Inventory {
    let component = |label: &String| {
        let purl = Purl::parse(label).ok();
        let name = purl.as_ref().map_or_else(|| label.clone(), |purl| purl.name.clone());
        Component { at: Vec::new(), ..Component::listed(&name, "", purl, String::new()) }
    };
    let components = one.components.iter().map(component).collect();
    Inventory { format: "deployment".to_owned(), components, statements: Vec::new() }
}

fn write_json(rows: &[(Deployment, Verdict)], to: &mut dyn Write) -> io::Result<()> {
    let row = |(one, verdict): &(Deployment, Verdict)| -> Value {
        let cells: Vec<Value> = verdict
            .vulnerabilities
            .iter()
            .map(|v| {
                json!({"id": v.id, "aliases": v.aliases, "purl": v.purl,
                "severity": v.severity.to_string(), "kev": v.kev.is_some(), "epss": v.epss,
                "attacked_here": v.attacked_here, "fixed_in": v.fixed_in,
                "published": v.published, "decision": v.decision.to_string(),
                "exception": v.waiver.as_ref().map(|w| {
                    json!({"owner": w.owner, "reason": w.reason, "until": w.until})
                })})
            })
            .collect();
        json!({"application": one.application, "version": one.version,
            "environment": one.environment, "since": one.since, "told": one.told,
            "verdict": verdict.answer.to_string(), "components": verdict.total,
            "vulnerabilities": cells})
    };
    let rows: Vec<Value> = rows.iter().map(row).collect();
    serde_json::to_writer_pretty(&mut *to, &json!({"schema": "yagura.matrix/1", "rows": rows}))?;
    writeln!(to)
}

fn write_text(rows: &[(Deployment, Verdict)], to: &mut dyn Write) -> io::Result<()> {
    let show = |text: &str| printable(text, 200).into_owned();
    for (one, verdict) in rows {
        let count =
            |decision| verdict.vulnerabilities.iter().filter(|v| v.decision == decision).count();
        writeln!(
            to,
            "{} {} in {} since {}: {} ({} block, {} warn, {} ignored)",
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
            let fixed = found.fixed_in.first().map_or("no fix known", String::as_str);
            let (id, purl, fixed) = (show(&found.id), show(&found.purl), show(fixed));
            let (decision, severity) = (found.decision.to_string(), found.severity.to_string());
            writeln!(
                to,
                "  {decision:<6} {severity:<8} {id}  {purl}  fixed in: {fixed}{attacked}"
            )?;
        }
    }
    Ok(())
}
