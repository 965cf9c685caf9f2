//! `yagura gate test`: a policy held to its cases.

use std::io::{self, Write as _};

use engine::gate::Place;
use model::Error;
use model::verdict::{Rating, Vulnerability};
use toml::Value;

use super::check;
use crate::exit::{DONE, FOUND, Failure};
use crate::gate_args::Test;

/// Runs the verb; gives the exit code.
pub fn run(options: &Test) -> Result<u8, Failure> {
    let policy = check::policy(Some(&options.policy))?;
    let wrong = |why: String| {
        let what = format!("{}: {why}", options.cases.display());
        Error::user(what, "Write [[case]] with `expect`; docs/gate.md has an example.")
    };
    let text = std::fs::read_to_string(&options.cases).map_err(|e| wrong(e.to_string()))?;
    let table: toml::Table = text.parse().map_err(|e| wrong(format!("broken TOML: {e}")))?;
    let cases = table.get("case").and_then(Value::as_array);
    let cases = cases.filter(|list| !list.is_empty()).ok_or_else(|| wrong("no case".to_owned()))?;
    let mut failed = 0;
    let mut out = io::stdout().lock();
    for (number, case) in cases.iter().enumerate() {
        let told = |why: String| wrong(format!("case {}: {why}", number + 1));
        let case = Case::read(case).map_err(told)?;
        let place = Place {
            application: &case.application,
            environment: &case.environment,
            exposure: &case.exposure,
            today: &case.today,
        };
        let (decision, rule, _) = policy.decide(&case.found, &place);
        let waived = policy.waiver(&case.found, &place).is_some_and(|(_, counts)| counts);
        let said = if waived { "ignore".to_owned() } else { decision.to_string() };
        let word = if said == case.expect { "ok  " } else { "FAIL" };
        failed += usize::from(said != case.expect);
        let rule = if waived { "waiver" } else { rule };
        let name = model::text::printable(&case.name, 200);
        writeln!(out, "{word}  {name}: {said} (rule {rule:?}), expected {}", case.expect)?;
    }
    writeln!(out, "{} cases, {failed} failed", cases.len())?;
    Ok(if failed == 0 { DONE } else { FOUND })
}

#[derive(Default)]
struct Case {
    name: String,
    application: String,
    environment: String,
    exposure: String,
    today: String,
    expect: String,
    found: Vulnerability,
}

impl Case {
    fn read(value: &Value) -> Result<Self, String> {
        let mut case = Self { today: "2026-01-01".to_owned(), ..Self::default() };
        for (key, value) in value.as_table().ok_or("write [[case]]")? {
            let text = || {
                let bare = value.as_datetime().map(ToString::to_string);
                let text = value.as_str().map(ToOwned::to_owned).or(bare);
                text.ok_or_else(|| format!("`{key}` is a text"))
            };
            let truth = || value.as_bool().ok_or_else(|| format!("`{key}` is true or false"));
            let number = || {
                let whole = value.as_integer().map(|n| n as f64);
                value.as_float().or(whole).ok_or_else(|| format!("`{key}` is a number"))
            };
            let found = &mut case.found;
            match key.as_str() {
                "name" => case.name = text()?,
                "application" => case.application = text()?,
                "environment" => case.environment = text()?,
                "exposure" => case.exposure = text()?,
                "today" => case.today = text()?,
                "expect" => case.expect = text()?,
                "id" => found.id = text()?,
                "package" => found.purl = text()?,
                "published" => found.published = text()?,
                "severity" => found.severity = Rating::parse(&text()?),
                "cvss" => found.cvss = Some(text()?),
                "fixed_in" => found.fixed_in = vec![text()?],
                "score" => found.score = Some(number()?),
                "epss" => found.epss = Some(number()?),
                "kev" => found.kev = truth()?.then(String::new),
                "attacked_here" => found.attacked_here = truth()?,
                "attacked_elsewhere" => found.attacked_elsewhere = truth()?,
                "new" => found.new = truth()?,
                other => return Err(format!("nothing is called `{other}`")),
            }
        }
        let known = ["block", "warn", "ignore"].contains(&case.expect.as_str());
        if known { Ok(case) } else { Err("`expect` is block, warn or ignore".to_owned()) }
    }
}
