//! Rules: found in folders and files, read, loaded.

use std::fs;
use std::io;
use std::num::NonZero;
use std::path::{Path, PathBuf};

use detectors::behavior::Places;
use detectors::sigma::Sigma;
use model::Error;
use model::seam::source::{LogSource, Source};
use sigma::{Collection, Problem, Settings, Weight};

use crate::args;
use crate::assemble::read_text;

/// Fewer rule files than this are not worth a thread.
const PART_MIN: usize = 32;

/// Loaded rules.
pub struct Rules {
    /// Their judge.
    pub sigma: Sigma,
    /// What is wrong with rules, those that did not load among them.
    pub problems: Vec<Problem>,
}

impl Rules {
    /// How many documents did not load.
    pub fn broken(&self) -> usize {
        self.problems.iter().filter(|problem| problem.weight == Weight::Error).count()
    }

    /// The problems as sentences; where rules did not load, first how many.
    pub fn told(&self) -> Vec<String> {
        let broken = self.broken();
        let count = (broken > 0)
            .then(|| format!("{broken} rules did not load, {} did", self.sigma.len()))
            .into_iter();
        count.chain(self.problems.iter().map(Problem::to_string)).collect()
    }
}

/// Loads databases of where addresses are.
pub fn places(files: &[PathBuf]) -> Result<Places, Error> {
    let mut places = Places::default();
    for path in files {
        let wrong = |what: String| {
            let remedy = "Give a file in MaxMind's format, for instance GeoLite2-City.mmdb.";
            Error::user(format!("{}: {what}", path.display()), remedy)
        };
        let bytes = fs::read(path).map_err(|error| wrong(error.to_string()))?;
        places.add(bytes).map_err(wrong)?;
    }
    Ok(places)
}

/// Loads the built-in rules and those of the folders given, for these kinds of log.
pub fn load(options: &args::Rules, sources: &[&'static dyn Source]) -> Result<Rules, Error> {
    let texts = texts(options)?;
    let (settings, mut problems) = settings(options)?;
    let (sigma, more) = Sigma::of(read(&texts), &log_sources(sources), &settings);
    problems.extend(more);
    if sigma.is_empty() && !texts.is_empty() {
        let problems: Vec<String> = problems.iter().map(Problem::to_string).collect();
        return Err(Error::user(
            format!(
                "none of the {} rule files could be loaded: {}",
                texts.len(),
                problems.join(" ")
            ),
            "Mend the rules, or leave --no-builtin-rules out.",
        ));
    }
    Ok(Rules { sigma, problems })
}

/// Reads rule files, on all cores: it is most of what there is to do before the first log.
fn read(texts: &[(String, String)]) -> Collection {
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    let part = texts.len().div_ceil(threads).max(PART_MIN);
    let read = |texts: &[(String, String)]| {
        let mut collection = Collection::default();
        for (file, text) in texts {
            collection.read(file, text);
        }
        collection
    };
    std::thread::scope(|scope| {
        let (first, others) = texts.split_at(part.min(texts.len()));
        let others: Vec<_> =
            others.chunks(part).map(|texts| scope.spawn(move || read(texts))).collect();
        let mut all = read(first);
        for other in others {
            match other.join() {
                Ok(later) => all.append(later),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        all
    })
}

/// Each kind of log, with the log sources that it answers to.
pub fn log_sources(sources: &[&'static dyn Source]) -> Vec<(&'static str, &'static [LogSource])> {
    sources.iter().map(|s| (s.about().name, s.logsources())).collect()
}

/// The rule files, name and text: the built-in ones, then those of the folders given.
pub fn texts(options: &args::Rules) -> Result<Vec<(String, String)>, Error> {
    let mut texts: Vec<(String, String)> = Vec::new();
    if !options.no_builtin_rules {
        let builtin = detectors::builtin_rules();
        texts.extend(builtin.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())));
    }
    for path in &options.rules {
        let found = rule_files(path)?;
        if found.is_empty() {
            return Err(Error::user(
                format!("no rule files (.yml, .yaml) in {}", path.display()),
                "Give a Sigma rule file or a folder that holds some.",
            ));
        }
        for file in found {
            texts.push((file.display().to_string(), read_text(&file)?));
        }
    }
    Ok(texts)
}

/// What rules leave to whoever runs them, out of the pipeline files given.
pub fn settings(options: &args::Rules) -> Result<(Settings, Vec<Problem>), Error> {
    let (mut settings, mut problems) = (Settings::default(), Vec::new());
    for file in &options.pipelines {
        let text = read_text(file)?;
        problems.extend(settings.read_pipeline(&file.display().to_string(), &text));
    }
    Ok((settings, problems))
}

/// Every rule file below a path, sorted.
fn rule_files(path: &Path) -> Result<Vec<PathBuf>, Error> {
    let cannot = |error: io::Error| {
        Error::user(format!("{}: {error}", path.display()), "Check the path given with --rules.")
    };
    if path.metadata().map_err(cannot)?.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let mut out = Vec::new();
    for entry in fs::read_dir(path).map_err(cannot)? {
        let entry = entry.map_err(cannot)?.path();
        let is_rule = entry.extension().is_some_and(|e| e == "yml" || e == "yaml");
        if entry.is_dir() && !entry.is_symlink() {
            out.extend(rule_files(&entry)?);
        } else if is_rule {
            out.push(entry);
        }
    }
    out.sort();
    Ok(out)
}
