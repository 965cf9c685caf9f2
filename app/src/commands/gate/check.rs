//! `yagura gate check`: the question put together, the verdict written.

use std::collections::BTreeSet;
use std::path::Path;

use advisories::{Book, Builder};
use engine::gate::{Attacks, Library, Place, Policy, Question, age, judge};
use model::Error;
use model::advisory::{Advisory, Known, Statement};
use model::component::Inventory;
use model::verdict::{Answer, Reason, Verdict};
use versions::Package;

use super::{db, load};
use crate::assemble;
use crate::exit::{DONE, FOUND, Failure, UNDECIDED};
use crate::gate_args::Check;

/// How old the newest advisory of a database may be, in days.
const MAX_AGE: i64 = 30;

/// A book as the judge looks into it.
pub struct Shelf<'a>(pub Book<'a>);

impl Library for Shelf<'_> {
    fn advisories(&self, package: &Package) -> Result<Vec<Advisory>, String> {
        self.0.advisories(package)
    }

    fn known(&self, cve: &str) -> Result<Known, String> {
        self.0.known(cve)
    }
}

/// Why nothing can be decided: the rule, what is the matter, what to do.
pub struct Stop(pub &'static str, pub String, pub &'static str);

/// Runs the verb; gives the exit code.
pub fn run(options: &Check) -> Result<u8, Failure> {
    let Some(write) = reports::verdict::find(&options.format) else {
        let names: Vec<&str> = reports::verdict::ALL.iter().map(|(name, _)| *name).collect();
        let what = format!("there is no format {:?} here", options.format);
        return Err(Error::user(what, format!("Choose one of {}.", names.join(", "))).into());
    };
    let policy = policy(options.policy.as_deref())?;
    let today = today(options)?;
    let attacks = attacks(options, options.env.as_deref())?;
    let mut verdict = match decide(options, &policy, &today, &attacks) {
        Ok(verdict) => verdict,
        Err((Stop(rule, text, remedy), mut verdict)) => {
            verdict.answer = Answer::Undecided;
            let (rule, remedy) = (rule.to_owned(), remedy.to_owned());
            assemble::note(options.output.quiet, &format!("{text}\n  {remedy}"));
            verdict.reasons.push(Reason { rule, text, remedy });
            *verdict
        }
    };
    verdict.application.clone_from(&options.app);
    verdict.version.clone_from(&options.version);
    verdict.environment.clone_from(&options.env);
    assemble::deliver(options.output.output.as_deref(), &mut |to| write(&verdict, to))?;
    Ok(match verdict.answer {
        Answer::Pass | Answer::Warn => DONE,
        Answer::Block => FOUND,
        Answer::Undecided => UNDECIDED,
    })
}

/// The day that counts.
pub fn today(options: &Check) -> Result<String, Error> {
    match &options.now {
        Some(day) if age(day, day).is_some() => Ok(day.get(..10).unwrap_or(day).to_owned()),
        Some(day) => Err(Error::user(format!("{day:?} is no date"), "Write 2026-05-01.")),
        None => Ok(jiff::Timestamp::now().to_string().chars().take(10).collect()),
    }
}

/// Reads a policy; the standard one if none is named.
pub fn policy(path: Option<&Path>) -> Result<Policy, Error> {
    let remedy = "Mend the policy; docs/gate.md has all of its words.";
    let Some(path) = path else {
        return Policy::standard().map_err(|why| Error::user(why, remedy));
    };
    let wrong = |why: String| Error::user(format!("{}: {why}", path.display()), remedy);
    let text = std::fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
    Policy::parse(&text).map_err(wrong)
}

/// `ENV=` before a name says where; without it, it is here.
fn placed<'a>(text: &'a str, environment: Option<&str>) -> (bool, &'a str) {
    match text.split_once('=') {
        Some((word, rest)) if !word.contains(['/', ':', '.']) => {
            (environment.is_none_or(|here| here == word), rest)
        }
        _ => (true, text),
    }
}

/// What was attacked, as seen from an environment.
pub fn attacks(options: &Check, environment: Option<&str>) -> Result<Attacks, Error> {
    let mut attacks = Attacks::default();
    for given in &options.investigation {
        let (here, path) = placed(given, environment);
        let wrong = |why: String| {
            Error::user(format!("{path}: {why}"), "Name a result of investigate --format json.")
        };
        let text = std::fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
        let value: serde_json::Value =
            serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
        if value.get("schema").and_then(serde_json::Value::as_str) != Some("yagura.investigation/1")
        {
            return Err(wrong("no yagura.investigation/1".to_owned()));
        }
        attacks.add(&value, here);
    }
    for given in &options.attacked {
        let (here, name) = placed(given, environment);
        attacks.name(name, here);
    }
    Ok(attacks)
}

/// A stop, with what was known before it.
pub type Undecided = (Stop, Box<Verdict>);

fn stop(rule: &'static str, remedy: &'static str) -> impl Fn(String) -> Undecided {
    move |why| (Stop(rule, why, remedy), Box::default())
}

/// The advisories, and whether they are the database's.
pub fn library(options: &Check) -> Result<(Book<'static>, bool), Undecided> {
    let missing = stop("no-advisories", "Name --advisories, or run yagura gate db import.");
    if options.advisories.is_empty() {
        let path = db::place(options.db.as_deref()).map_err(|error| missing(error.what))?;
        return Ok((load::book(&path).map_err(missing)?, true));
    }
    let mut builder = Builder::default();
    let broken = load::gather(&options.advisories, &mut builder).map_err(&missing)?;
    if let Some(why) = broken.first() {
        let remedy = "Mend or take out the file: what it would say is not known.";
        return Err(stop("broken-advisories", remedy)(why.clone()));
    }
    Ok((Book::of(builder.finish("")).map_err(missing)?, false))
}

fn decide(
    options: &Check,
    policy: &Policy,
    today: &str,
    attacks: &Attacks,
) -> Result<Verdict, Undecided> {
    let stop =
        |rule, remedy| move |why: String| (Stop(rule, why, remedy), Box::new(Verdict::default()));
    let unreadable = stop("unreadable-sbom", "Make the list again; nothing was judged.");
    let lists = load::inventories(&options.sbom).map_err(unreadable)?;
    let (book, from_db) = library(options)?;
    let facts = book.facts().clone();
    let about = Verdict {
        advisories: facts.total,
        newest: Some(facts.newest.clone()).filter(|newest| !newest.is_empty()),
        provenance: facts.provenance.clone(),
        ..Verdict::default()
    };
    if let Some(stopped) = too_old(options, from_db, &about, today) {
        return Err((stopped, Box::new(about)));
    }
    let mut statements = book.statements();
    statements.extend(lists.iter().flat_map(|list| list.statements.iter().cloned()));
    let bad_vex = stop("unreadable-vex", "Mend the file, or leave it out.");
    statements.extend(vex(&options.vex).map_err(bad_vex)?);
    let shelf = Shelf(book);
    let place = Place {
        application: options.app.as_deref().unwrap_or(""),
        environment: options.env.as_deref().unwrap_or(""),
        exposure: options.exposure.as_deref().unwrap_or(""),
        today,
    };
    let ask = |lists: &[Inventory], before: Option<&BTreeSet<(String, String)>>| {
        let (library, statements) = (&shelf as &dyn Library, statements.as_slice());
        let (inventories, place) = (lists, place.clone());
        judge(&Question { inventories, library, statements, policy, place, attacks, before })
            .map_err(stop("damaged-advisories", "Import the advisories again."))
    };
    let before = if options.baseline.is_empty() {
        None
    } else {
        let bad = stop("unreadable-baseline", "Make the list of the build before again.");
        let old = ask(&load::inventories(&options.baseline).map_err(bad)?, None)?;
        Some(old.vulnerabilities.into_iter().map(|v| (v.id, v.name)).collect())
    };
    let judged = ask(&lists, before.as_ref())?;
    let Verdict { advisories, newest, provenance, .. } = about;
    Ok(Verdict { advisories, newest, provenance, ..judged })
}

fn too_old(options: &Check, from_db: bool, about: &Verdict, today: &str) -> Option<Stop> {
    let most = options.max_age.or(from_db.then_some(MAX_AGE))?;
    let old = about.newest.as_deref().and_then(|newest| age(newest, today));
    if old.is_some_and(|days| days <= most) {
        return None;
    }
    let told = old.map_or("of unknown age".to_owned(), |days| format!("{days} days old"));
    let text = format!("the newest advisory is {told}; at most {most} days are allowed");
    Some(Stop("old-advisories", text, "Import newer ones, or allow more with --max-age."))
}

fn vex(paths: &[std::path::PathBuf]) -> Result<Vec<Statement>, String> {
    let mut out = Vec::new();
    for path in paths {
        let mut builder = Builder::default();
        let broken = load::gather(std::slice::from_ref(path), &mut builder);
        match broken {
            Ok(broken) if broken.is_empty() => {}
            Ok(broken) => return Err(broken.into_iter().next().unwrap_or_default()),
            // A bill of materials that says VEX is no file of advisories.
            Err(why) => {
                let lists = load::inventories(std::slice::from_ref(path)).map_err(|_| why)?;
                out.extend(lists.into_iter().flat_map(|list| list.statements));
                continue;
            }
        }
        let image = builder.finish("");
        out.extend(Book::of(image)?.statements());
    }
    Ok(out)
}
