//! `yagura gate matrix`: what runs where, since when, with which vulnerabilities; what became
//! worse with a deployment, and what may go on to another environment.

use std::collections::BTreeSet;

use advisories::Book;
use engine::gate::{Place, Policy, Question, judge};
use model::Error;
use model::advisory::Statement;
use model::component::{Component, Inventory};
use model::verdict::{Decision, Verdict, Vulnerability};
use versions::Purl;

use super::check::{self, Shelf};
use super::matrix_rows::{write_json, write_text};
use super::record::{self, Deployment};
use crate::assemble;
use crate::exit::{DONE, Failure, UNDECIDED};
use crate::gate_args::Matrix;

/// A deployment, judged.
pub struct Row {
    /// What runs.
    pub one: Deployment,
    /// The environment that it was judged for.
    pub judged_for: String,
    /// The version that it is held against, if there is one.
    pub before: Option<String>,
    /// Vulnerabilities that the one before had, and it has not: id and name.
    pub gone: Vec<(String, String)>,
    /// What the gate says.
    pub verdict: Verdict,
}

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
    let judge = Judge::new(book, &policy, &today, options);
    let all = record::read(&path)?;
    let mut rows = match &options.to {
        Some(target) => judge.to(&all, target)?,
        None => judge.here(&all)?,
    };
    if options.worse {
        for row in &mut rows {
            row.verdict.vulnerabilities.retain(|v| v.new && v.decision != Decision::Ignore);
        }
        rows.retain(|row| !row.verdict.vulnerabilities.is_empty());
    }
    if let Some(cve) = options.cve.as_deref() {
        for row in &mut rows {
            row.verdict.vulnerabilities.retain(|v| named(v, cve));
        }
        rows.retain(|row| !row.verdict.vulnerabilities.is_empty());
    }
    assemble::deliver(options.check.output.output.as_deref(), &mut |to| {
        if as_json { write_json(&rows, to) } else { write_text(&rows, to) }
    })?;
    Ok(DONE)
}

/// A deployment and the one before it.
type Pair = (Deployment, Option<Deployment>);

struct Judge<'a> {
    shelf: Shelf<'static>,
    statements: Vec<Statement>,
    policy: &'a Policy,
    today: &'a str,
    options: &'a Matrix,
}

impl<'a> Judge<'a> {
    fn new(book: Book<'static>, policy: &'a Policy, today: &'a str, options: &'a Matrix) -> Self {
        Self { statements: book.statements(), shelf: Shelf(book), policy, today, options }
    }

    fn wanted(&self, one: &Deployment) -> bool {
        let is = |given: &Option<String>, own: &str| given.as_deref().is_none_or(|g| g == own);
        let check = &self.options.check;
        is(&check.env, &one.environment) && is(&check.app, &one.application)
    }

    /// What runs, where it runs; held against the deployment before it.
    fn here(&self, all: &[Pair]) -> Result<Vec<Row>, Error> {
        let wanted = all.iter().filter(|(one, _)| self.wanted(one));
        wanted.map(|(one, before)| self.row(one, &one.environment, before.as_ref())).collect()
    }

    /// What runs elsewhere, as if it were to go to an environment; held against what runs there.
    fn to(&self, all: &[Pair], target: &str) -> Result<Vec<Row>, Error> {
        let mut rows = Vec::new();
        for (one, _) in all.iter().filter(|(one, _)| self.wanted(one)) {
            let there = |(other, _): &&Pair| {
                other.application == one.application && other.environment == target
            };
            let there = all.iter().find(there).map(|(other, _)| other);
            let same = there.is_some_and(|other| other.version == one.version);
            if one.environment != target && !same {
                rows.push(self.row(one, target, there)?);
            }
        }
        Ok(rows)
    }

    fn row(
        &self,
        one: &Deployment,
        environment: &str,
        before: Option<&Deployment>,
    ) -> Result<Row, Error> {
        let names = |verdict: &Verdict| -> BTreeSet<(String, String)> {
            verdict.vulnerabilities.iter().map(|v| (v.id.clone(), v.name.clone())).collect()
        };
        let old = before.map(|before| self.ask(before, environment, None)).transpose()?;
        let old = old.as_ref().map(names);
        let verdict = self.ask(one, environment, old.as_ref())?;
        let now = names(&verdict);
        Ok(Row {
            one: one.clone(),
            judged_for: environment.to_owned(),
            before: before.map(|before| before.version.clone()),
            gone: old.unwrap_or_default().difference(&now).cloned().collect(),
            verdict,
        })
    }

    fn ask(
        &self,
        one: &Deployment,
        environment: &str,
        before: Option<&BTreeSet<(String, String)>>,
    ) -> Result<Verdict, Error> {
        let attacks = check::attacks(&self.options.check, Some(environment))?;
        let exposure = one.told.get("exposure").map_or("", String::as_str);
        let question = Question {
            inventories: &[inventory(one)],
            library: &self.shelf,
            statements: &self.statements,
            policy: self.policy,
            place: Place {
                application: &one.application,
                environment,
                exposure,
                today: self.today,
            },
            attacks: &attacks,
            before,
        };
        judge(&question).map_err(|why| Error::user(why, "Import the advisories again."))
    }
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
    Inventory { format: "deployment".to_owned(), components, ..Inventory::default() }
}
