//! The options that say how logs are read: kinds that a person named, zones, years, formats.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use model::Error;
use model::seam::feed::Feed;
use model::seam::source::{ReadSettings, Source};
use sources::Mappings;

use crate::args;
use crate::assemble::read_text;

/// What is read, and how.
pub struct Reading {
    /// Paths as given.
    pub paths: Vec<String>,
    /// Kinds that a person named, by path.
    named: Vec<(PathBuf, &'static dyn Source)>,
    /// Every kind of log, those of mappings too.
    pub sources: Vec<&'static dyn Source>,
    /// What logs do not say themselves.
    pub settings: ReadSettings,
    /// Threads.
    pub threads: usize,
}

impl Reading {
    /// Reads the options.
    pub fn new(paths: &[String], options: &args::Reading) -> Result<Self, Error> {
        let mappings = mappings(options.mappings.as_deref())?;
        let all = mappings.all();
        let mut paths = paths.to_vec();
        let mut named = Vec::new();
        for pair in &options.sources {
            let (name, path) = pair.split_once('=').ok_or_else(|| {
                Error::user(format!("--source {pair}"), "Write --source NAME=PATH.")
            })?;
            let source = all.iter().find(|s| s.about().name == name).ok_or_else(|| {
                Error::user(
                    format!("there is no kind of log named {name:?}"),
                    "`yagura sources` lists the names.",
                )
            })?;
            named.push((real(path), *source));
            paths.push(path.to_owned());
        }
        if let Some(remote) = paths.iter().find(|path| path.starts_with("s3://")) {
            return Err(Error::user(
                format!("{remote}: this build cannot read from S3"),
                "Copy the objects first (aws s3 sync) and give the folder.",
            ));
        }
        if paths.is_empty() {
            return Err(Error::user(
                "no input given",
                "Give files or folders, or - for standard input; `yagura investigate --help` has examples.",
            ));
        }
        let threads = options.threads.unwrap_or_else(|| {
            std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get)
        });
        Ok(Reading {
            paths,
            named,
            sources: all,
            settings: settings(options, mappings.app_fields)?,
            threads: threads.clamp(1, 256),
        })
    }
}

/// A path as the system knows it, however it was written.
fn real(path: &str) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.into())
}

impl Reading {
    /// The items whose kind a person named, themselves or by a folder around them.
    pub fn forced(&self, feed: &dyn Feed) -> Result<BTreeMap<String, &'static dyn Source>, Error> {
        let mut forced: BTreeMap<String, &'static dyn Source> = BTreeMap::new();
        if self.named.is_empty() {
            return Ok(forced);
        }
        for item in feed.items()? {
            let place = real(&item.name);
            for (path, source) in self.named.iter().filter(|(path, _)| place.starts_with(path)) {
                let (name, before) =
                    (source.about().name, forced.insert(item.name.clone(), *source));
                if let Some(other) = before.filter(|other| other.about().name != name) {
                    return Err(Error::user(
                        format!("{}: named both {name} and {}", path.display(), other.about().name),
                        "Name one kind for each file.",
                    ));
                }
            }
        }
        Ok(forced)
    }
}

fn settings(
    options: &args::Reading,
    app_fields: BTreeMap<String, String>,
) -> Result<ReadSettings, Error> {
    let zone = options.time_zone.as_deref().map(zone).transpose()?;
    if let Some(year) = options.year
        && !(1970..=2200).contains(&year)
    {
        return Err(Error::user(format!("--year {year}"), "Give a year between 1970 and 2200."));
    }
    if let Some(format) = &options.flow_format {
        sources::check_flow_format(format).map_err(|why| {
            let remedy = "Write the fields as AWS does: '${version} ${srcaddr} ${dstaddr} …'.";
            Error::user(format!("--flow-format: {why}"), remedy)
        })?;
    }
    Ok(ReadSettings {
        zone,
        year: options.year,
        flow_format: options.flow_format.clone(),
        app_fields,
    })
}

/// A zone by name or offset.
fn zone(text: &str) -> Result<TimeZone, Error> {
    model::time::zone(text).ok_or_else(|| {
        Error::user(
            format!("--time-zone: there is no time zone {text:?}"),
            "Give a name such as Asia/Tokyo, or an offset such as +09:00 (-12:00 to +14:00).",
        )
    })
}

/// Reads the mapping files of a folder, in the order of their names, or one file.
pub fn mappings(path: Option<&Path>) -> Result<Mappings, Error> {
    let mut mappings = Mappings::default();
    let Some(path) = path else { return Ok(mappings) };
    let files = toml_files(path)?;
    if files.is_empty() {
        return Err(Error::user(
            format!("no mapping files (.toml) in {}", path.display()),
            "Give a TOML file or a folder that holds some (docs/custom-formats.md).",
        ));
    }
    for file in files {
        mappings.add(&file.display().to_string(), &read_text(&file)?)?;
    }
    Ok(mappings)
}

fn toml_files(path: &Path) -> Result<Vec<PathBuf>, Error> {
    let cannot = |error: std::io::Error| {
        Error::user(format!("{}: {error}", path.display()), "Check the path given with --mappings.")
    };
    if path.metadata().map_err(cannot)?.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(path).map_err(cannot)? {
        let file = entry.map_err(cannot)?.path();
        if file.is_file() && file.extension().is_some_and(|e| e == "toml") {
            files.push(file);
        }
    }
    files.sort();
    Ok(files)
}
