//! `yagura case`: the work on what was found.

mod alike;
mod change;
mod except;
mod sync;
mod words;
mod write;

use model::Error;
use model::case::{Case, Status};
use model::seam::ledger::Ledger;
use model::seam::report::Language;
use serde_json::{Value, json};
use stores::Local;

use crate::args::Lang;
use crate::case_args::{CaseVerb, CaseWhat, Common};
use crate::exit::{DONE, Failure};
use crate::{assemble, state};

/// The shape of a case for other programs, and its version.
const SCHEMA: &str = "yagura.case/1";
/// Similar cases that are shown with a case.
const SHOWN_MAX: usize = 3;

/// Runs the verb; gives the exit code.
pub fn run(options: &CaseVerb) -> Result<u8, Failure> {
    match &options.what {
        CaseWhat::List { status, owner, common } => {
            list(status.as_deref(), owner.as_deref(), common)
        }
        CaseWhat::Show { case, common } => show(case, common),
        CaseWhat::Export { common } => export(common),
        CaseWhat::Similar { case, most, common } => alike::run(case, usize::from(*most), common),
        CaseWhat::Except { except, common } => except::add(except, common),
        CaseWhat::Exceptions { common } => except::list(common),
        CaseWhat::Sync { config, only, common } => sync::run(config, only, common),
        what => change::run(what),
    }
}

fn open(common: &Common) -> Result<Local, Error> {
    Local::existing(&state::folder(common.state.as_deref())?)
}

fn language(common: &Common) -> Language {
    match common.lang {
        Lang::En => Language::English,
        Lang::Ja => Language::Japanese,
    }
}

fn number(name: &str) -> Result<u64, Error> {
    Case::parse_name(name).ok_or_else(|| {
        Error::user(format!("{name:?} is not a case"), "Write its number, for instance C-1.")
    })
}

fn find(ledger: &Local, name: &str) -> Result<Case, Error> {
    ledger
        .case(number(name)?)?
        .ok_or_else(|| Error::user(format!("there is no case {name}"), "See `yagura case list`."))
}

fn status(word: &str) -> Result<Status, Error> {
    Status::parse(word).ok_or_else(|| {
        let known: Vec<&str> = Status::ALL.iter().map(|status| status.word()).collect();
        let remedy = format!("Choose one of: {}.", known.join(", "));
        Error::user(format!("there is no status {word:?}"), remedy)
    })
}

fn list(wanted: Option<&str>, owner: Option<&str>, common: &Common) -> Result<u8, Failure> {
    let wanted = wanted.map(status).transpose()?;
    let mut cases = open(common)?.cases()?;
    cases.retain(|case| {
        wanted.is_none_or(|wanted| case.status == wanted)
            && owner.is_none_or(|owner| case.owner.as_deref() == Some(owner))
    });
    cases.sort_by_key(|case| {
        let bad = std::cmp::Reverse(case.incident.severity());
        (case.is_closed(), bad, case.number)
    });
    let json = assemble::is_json(&common.format)?;
    assemble::deliver(common.output.output.as_deref(), &mut |to| {
        if json {
            let all: Vec<Value> = cases.iter().map(write::brief).collect();
            return writeln!(to, "{:#}", json!({"schema": SCHEMA, "cases": all}));
        }
        write::table(&cases, language(common), to)
    })?;
    Ok(DONE)
}

fn show(name: &str, common: &Common) -> Result<u8, Failure> {
    let ledger = open(common)?;
    let case = find(&ledger, name)?;
    let audit = ledger.audit(case.number)?;
    let alike = alike::Alike::of(&ledger.cases()?, &case, SHOWN_MAX);
    let json = assemble::is_json(&common.format)?;
    assemble::deliver(common.output.output.as_deref(), &mut |to| {
        if json {
            let mut whole = write::whole(&case, &audit);
            alike.add_to(&mut whole);
            return writeln!(to, "{whole:#}");
        }
        write::page(&case, &audit, language(common), to)?;
        alike.page(language(common), to)
    })?;
    Ok(DONE)
}

fn export(common: &Common) -> Result<u8, Failure> {
    let ledger = open(common)?;
    let mut all = Vec::new();
    for case in ledger.cases()? {
        all.push(write::whole(&case, &ledger.audit(case.number)?));
    }
    let exceptions: Vec<Value> = ledger.exceptions()?.iter().map(write::value).collect();
    assemble::deliver(common.output.output.as_deref(), &mut |to| {
        writeln!(to, "{:#}", json!({"schema": SCHEMA, "cases": all, "exceptions": exceptions}))
    })?;
    Ok(DONE)
}
