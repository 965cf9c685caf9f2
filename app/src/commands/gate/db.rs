//! `yagura gate db`: advisories in one file, to be looked up without a network.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use advisories::Builder;
use model::Error;
use serde_json::json;

use super::load;
use crate::assemble;
use crate::exit::{DONE, Failure, UNDECIDED};
use crate::gate_args::Db;

/// Runs the verb; gives the exit code.
pub fn run(what: &Db) -> Result<u8, Failure> {
    match what {
        Db::Import { paths, db } => import(paths, db.as_deref()),
        Db::Status { db, format } => status(db.as_deref(), format),
    }
}

/// Where the database lies unless it is said.
pub fn place(given: Option<&Path>) -> Result<PathBuf, Error> {
    if let Some(path) = given {
        return Ok(path.to_owned());
    }
    let data = std::env::var_os("XDG_DATA_HOME").filter(|v| !v.is_empty()).map(PathBuf::from);
    let home = || Some(PathBuf::from(std::env::var_os("HOME")?).join(".local/share"));
    let data = data.or_else(home).ok_or_else(|| {
        Error::user("there is no home folder for the database", "Name it with --db FILE.")
    })?;
    Ok(data.join("yagura").join("advisories.db"))
}

fn import(paths: &[PathBuf], db: Option<&Path>) -> Result<u8, Failure> {
    let target = place(db)?;
    let mut builder = Builder::default();
    let gathered = load::gather(paths, &mut builder);
    let broken =
        gathered.map_err(|why| Error::user(why, "Name files of OSV, KEV, EPSS or VEX."))?;
    for why in broken.iter().take(20) {
        assemble::note(false, &format!("left out: {}", model::text::printable(why, 500)));
    }
    let image = builder.finish(&jiff::Timestamp::now().to_string());
    if let Some(folder) = target.parent() {
        std::fs::create_dir_all(folder)?;
    }
    // There whole or not at all: a pipeline may be reading the old one.
    assemble::deliver(Some(&target), &mut |to| to.write_all(&image))?;
    let book = load::book(&target).map_err(|why| Error::user(why, "Import again."))?;
    let facts = book.facts();
    writeln!(
        io::stdout(),
        "{}: {} advisories, {} facts of CVEs, newest {}, {} bytes, {} files left out",
        target.display(),
        facts.total,
        facts.known,
        if facts.newest.is_empty() { "unknown" } else { &facts.newest },
        image.len(),
        broken.len(),
    )?;
    Ok(DONE)
}

fn status(db: Option<&Path>, format: &str) -> Result<u8, Failure> {
    let as_json = assemble::is_json(format)?;
    let target = place(db)?;
    let book = match load::book(&target) {
        Ok(book) => book,
        Err(why) => {
            assemble::note(false, &format!("{why}\n  Import advisories: yagura gate db import."));
            return Ok(UNDECIDED);
        }
    };
    let facts = book.facts();
    let mut out = io::stdout().lock();
    if as_json {
        let whole = json!({"schema": "yagura.advisories/1", "total": facts.total,
            "known": facts.known, "newest": facts.newest, "made": facts.made,
            "provenance": facts.provenance});
        writeln!(out, "{whole:#}")?;
    } else {
        writeln!(out, "{}", target.display())?;
        writeln!(out, "advisories  {}\nknown CVEs  {}", facts.total, facts.known)?;
        writeln!(out, "newest      {}\nmade        {}", facts.newest, facts.made)?;
        writeln!(out, "from        {}", facts.provenance.join(", "))?;
    }
    Ok(DONE)
}
