//! `yagura sources test`: formats of one's own, held to the promises of the built-in ones.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use model::Error;
use model::contract::{Broken, Case, Said, goldens};
use model::seam::source::Source;
use model::text::printable;
use serde_json::{Value, json};

use crate::args::Sources;
use crate::assemble;
use crate::exit::{DONE, ERROR, Failure};
use crate::reading::mappings;

/// One case, tried.
struct Tried {
    source: &'static str,
    case: String,
    records: usize,
    broken: Vec<Broken>,
}

/// Runs the verb; gives the exit code.
pub fn run(path: &Path, update: bool, options: &Sources) -> Result<u8, Failure> {
    let as_json = assemble::is_json(&options.format)?;
    let described = mappings(Some(path))?;
    let all = described.all();
    let folder = if path.is_dir() { path } else { path.parent().unwrap_or(Path::new(".")) };
    let mut tried = Vec::new();
    for (_, source) in &described.sources {
        tried.extend(cases(*source, &all, folder, update)?);
    }
    let sound = tried.iter().all(|case| case.broken.is_empty());
    assemble::deliver(options.output.output.as_deref(), &mut |to| {
        if as_json { write_json(&tried, sound, to) } else { write_text(&tried, to) }
    })?;
    Ok(if sound { DONE } else { ERROR })
}

/// Tries every case of a kind: the folders in `<folder>/<name of the kind>/`.
fn cases(
    source: &'static dyn Source,
    all: &[&'static dyn Source],
    folder: &Path,
    update: bool,
) -> Result<Vec<Tried>, Error> {
    let name = source.about().name;
    let folder = folder.join(name);
    let found = if folder.is_dir() { listed(&folder)? } else { Vec::new() };
    let found: Vec<PathBuf> = found.into_iter().filter(|path| path.is_dir()).collect();
    if found.is_empty() {
        let how = format!("there is no case in {}/", folder.display());
        let broken = vec![("examples", how)];
        return Ok(vec![Tried { source: name, case: "-".into(), records: 0, broken }]);
    }
    found.iter().map(|case| one(source, all, case, update)).collect()
}

fn one(
    source: &'static dyn Source,
    all: &[&'static dyn Source],
    folder: &Path,
    update: bool,
) -> Result<Tried, Error> {
    let inputs: Vec<PathBuf> = listed(folder)?.into_iter().filter(|path| is_input(path)).collect();
    let [input] = inputs.as_slice() else {
        let what = format!("{}: {} files named in.*", folder.display(), inputs.len());
        return Err(Error::user(what, "Put one log into each case: in.log or in.json."));
    };
    let cannot = |path: &Path, error: io::Error| {
        Error::user(format!("{}: {error}", path.display()), "Check that it can be read.")
    };
    let bytes = fs::read(input).map_err(|error| cannot(input, error))?;
    let settings = folder.join("settings.toml");
    let text = if settings.exists() { assemble::read_text(&settings)? } else { String::new() };
    let said = Said::parse(&text).map_err(|why| {
        let remedy = "docs/add-a-source.md lists the settings of a case.";
        Error::user(format!("{}: {why}", settings.display()), remedy)
    })?;
    let case = Case::read(source, &bytes, &said);
    let others: Vec<&dyn Source> = all.iter().map(|source| *source as &dyn Source).collect();
    let mut broken = case.check(&others);
    for (file, text) in goldens(&case) {
        let path = folder.join(file);
        broken.extend(golden(&path, &text, update)?.map(|how| ("golden", how)));
    }
    Ok(Tried {
        source: source.about().name,
        case: folder.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        records: case.events.len() + case.rejects.len(),
        broken,
    })
}

/// Compares with the golden file, or writes it; a golden of nothing is no file.
fn golden(path: &Path, found: &str, update: bool) -> Result<Option<String>, Error> {
    let wanted = fs::read_to_string(path).unwrap_or_default();
    if wanted == found {
        return Ok(None);
    }
    if update {
        let done = if found.is_empty() { fs::remove_file(path) } else { fs::write(path, found) };
        let remedy = "Check that the folder can be written.";
        return done
            .map(|()| None)
            .map_err(|error| Error::user(format!("{}: {error}", path.display()), remedy));
    }
    let line = wanted.lines().zip(found.lines()).position(|(w, f)| w != f);
    let line = line.unwrap_or_else(|| wanted.lines().count().min(found.lines().count()));
    let at = |text: &str| text.lines().nth(line).unwrap_or("(nothing)").to_owned();
    let (wanted, found) = (at(&wanted), at(found));
    Ok(Some(format!("{}:{}: wanted {wanted}, found {found}", path.display(), line + 1)))
}

/// What to do about a broken promise.
fn remedy(promise: &str) -> &'static str {
    match promise {
        "examples" => "Make a folder <kind>/<case>/ with a log in.log in it, then use --update.",
        "golden" => "If what was found is right, run again with --update.",
        "recognise" => {
            "Make recognise more particular, name the other kind in goes_before, or write \
             recognised = false in settings.toml."
        }
        "split" => "Where records take several lines, write split = false in settings.toml.",
        "cut" => "Anchor the pattern with ^ and $, so that half a line is no whole record.",
        _ => "Mend the mapping: see docs/custom-formats.md.",
    }
}

fn write_text(tried: &[Tried], to: &mut dyn Write) -> io::Result<()> {
    for case in tried {
        let word = if case.broken.is_empty() { "ok  " } else { "FAIL" };
        writeln!(to, "{word}  {}/{}: {} records", case.source, case.case, case.records)?;
        for (promise, how) in &case.broken {
            writeln!(to, "      {promise}: {}", printable(how, 2000))?;
            writeln!(to, "        {}", remedy(promise))?;
        }
    }
    if tried.is_empty() {
        writeln!(to, "no mapping describes a kind of log: nothing to test")?;
    }
    Ok(())
}

fn write_json(tried: &[Tried], sound: bool, to: &mut dyn Write) -> io::Result<()> {
    let broken = |(promise, how): &Broken| json!({"promise": promise, "how": how, "remedy": remedy(promise)});
    let cases: Vec<Value> = tried
        .iter()
        .map(|case| {
            let broken: Vec<Value> = case.broken.iter().map(broken).collect();
            json!({"source": case.source, "case": case.case, "records": case.records,
                   "broken": broken})
        })
        .collect();
    let all = json!({"schema": "yagura.sources_test/1", "ok": sound, "cases": cases});
    writeln!(to, "{all:#}")
}

fn is_input(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("in."))
}

/// What a folder holds, in the order of the names.
fn listed(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let cannot = |error: io::Error| {
        Error::user(format!("{}: {error}", folder.display()), "Check the path of --mappings.")
    };
    let entries = fs::read_dir(folder).map_err(cannot)?;
    let mut paths: Vec<PathBuf> =
        entries.map(|entry| entry.map(|e| e.path())).collect::<Result<_, _>>().map_err(cannot)?;
    paths.sort();
    Ok(paths)
}
