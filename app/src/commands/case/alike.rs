//! `yagura case similar`: past cases and public incidents of the same shape, and what helped.

use std::io::{self, Write};

use engine::similar::{Like, Public, Tried, like, public, tried};
use model::case::Case;
use model::seam::ledger::Ledger;
use model::seam::report::Language;
use model::text::printable;
use serde_json::{Value, json};

use super::{SCHEMA, find, language, open, words, write};
use crate::assemble;
use crate::case_args::Common;
use crate::exit::{DONE, Failure};

/// The longest sentence that is shown, in characters.
const LINE_MAX: usize = 400;

/// Runs the verb; gives the exit code.
pub fn run(name: &str, most: usize, common: &Common) -> Result<u8, Failure> {
    let json = assemble::is_json(&common.format)?;
    let ledger = open(common)?;
    let case = find(&ledger, name)?;
    let alike = Alike::of(&ledger.cases()?, &case, most);
    assemble::deliver(common.output.output.as_deref(), &mut |to| {
        if json {
            let mut all = json!({"schema": SCHEMA, "case": case.name()});
            alike.add_to(&mut all);
            return writeln!(to, "{all:#}");
        }
        let language = language(common);
        write::table(std::slice::from_ref(&case), language, to)?;
        if alike.cases.is_empty() {
            writeln!(to, "\n{}", words::of(language).none_similar)?;
        }
        alike.page(language, to)
    })?;
    Ok(DONE)
}

/// What is like a case.
pub struct Alike {
    cases: Vec<(Like, Case)>,
    public: Vec<Public>,
    tried: Vec<Tried>,
}

impl Alike {
    /// Looks among all that are kept, and among what ships with the program.
    pub fn of(all: &[Case], case: &Case, most: usize) -> Alike {
        let found = like(all, &case.incident, Some(case.number), most);
        let tried = tried(case, &found, all);
        let with = |like: Like| {
            let other = all.iter().find(|other| other.number == like.case)?.clone();
            Some((like, other))
        };
        let cases = found.into_iter().filter_map(with).collect();
        Alike { cases, public: public(&case.incident, most), tried }
    }

    /// Adds `similar`, `public` and `helped` to a case in JSON.
    pub fn add_to(&self, whole: &mut Value) {
        let Some(whole) = whole.as_object_mut() else { return };
        let similar = self.cases.iter().map(|(like, other)| {
            json!({"case": other.name(), "title": other.incident.title(), "score": like.score,
                "because": like.because, "past": like.past,
                "resolution": other.resolution.map(model::case::Resolution::word)})
        });
        whole.insert("similar".into(), similar.collect());
        let public = self.public.iter().map(|one| {
            json!({"name": one.name, "told_by": one.told, "score": one.score,
                "because": one.because, "external": true})
        });
        whole.insert("public".into(), public.collect());
        let helped = self.tried.iter().map(|one| {
            json!({"action": one.action, "worked": one.worked, "tried": one.tried,
                "chance": (one.chance * 1000.0).round() / 1000.0})
        });
        whole.insert("helped".into(), helped.collect());
    }

    /// The same for people.
    pub fn page(&self, language: Language, to: &mut dyn Write) -> io::Result<()> {
        let words = words::of(language);
        let cases = self.cases.iter().map(|(like, other)| {
            let state = match other.resolution {
                Some(resolution) => words::resolution(resolution, language),
                None => words::status(other.status, language),
            };
            let head = format!("{}  {:.2}  {state}", other.name(), like.score);
            let why = like.because.iter().chain(&like.past).map(String::as_str).collect();
            (head, other.incident.title(), why)
        });
        part(words.similar, cases, to)?;
        let helped = self.tried.iter().map(|one| {
            let of = format!("{}/{} {}", one.worked, one.tried, words.of_cases);
            (of, one.action.as_str(), Vec::new())
        });
        part(words.helped, helped, to)?;
        let public = self.public.iter().map(|one| {
            let why = one.because.iter().map(String::as_str).chain([one.told.as_str()]).collect();
            (format!("{:.2}", one.score), one.name.as_str(), why)
        });
        part(words.public, public, to)
    }
}

/// A part: entries with a head, a title and reasons.
fn part<'a>(
    heading: &str,
    entries: impl Iterator<Item = (String, &'a str, Vec<&'a str>)>,
    to: &mut dyn Write,
) -> io::Result<()> {
    for (at, (head, title, why)) in entries.enumerate() {
        if at == 0 {
            writeln!(to, "\n{heading}")?;
        }
        writeln!(to, "  {head}  {}", printable(title, LINE_MAX))?;
        for why in why {
            writeln!(to, "      {}", printable(why, LINE_MAX))?;
        }
    }
    Ok(())
}
