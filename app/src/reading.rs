//! The options that say how logs are read: kinds that a person named, zones, years, formats.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use model::Error;
use model::seam::feed::Feed;
use model::seam::source::{ReadSettings, Source};

use crate::args;

/// Where on earth clocks stand, in seconds east of UTC.
const OFFSETS: std::ops::RangeInclusive<i64> = -12 * 3600..=14 * 3600;

/// What is read, and how.
pub struct Reading {
    /// Paths as given.
    pub paths: Vec<String>,
    /// Kinds that a person named, by path.
    named: Vec<(PathBuf, &'static dyn Source)>,
    /// What logs do not say themselves.
    pub settings: ReadSettings,
    /// Threads.
    pub threads: usize,
}

impl Reading {
    /// Reads the options.
    pub fn new(paths: &[String], options: &args::Reading) -> Result<Self, Error> {
        let mut paths = paths.to_vec();
        let mut named = Vec::new();
        for pair in &options.sources {
            let (name, path) = pair.split_once('=').ok_or_else(|| {
                Error::user(format!("--source {pair}"), "Write --source NAME=PATH.")
            })?;
            let source = sources::find(name).ok_or_else(|| {
                Error::user(
                    format!("there is no kind of log named {name:?}"),
                    "`yagura sources` lists the names.",
                )
            })?;
            named.push((real(path), source));
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
        Ok(Reading { paths, named, settings: settings(options)?, threads: threads.clamp(1, 256) })
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

fn settings(options: &args::Reading) -> Result<ReadSettings, Error> {
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
    let mut settings = ReadSettings {
        zone,
        year: options.year,
        flow_format: options.flow_format.clone(),
        app_fields: BTreeMap::new(),
    };
    if let Some(path) = &options.mappings {
        mappings(path, &mut settings)?;
    }
    Ok(settings)
}

/// A zone by name or offset.
fn zone(text: &str) -> Result<TimeZone, Error> {
    let by_offset = model::time::offset_seconds(text.as_bytes())
        .filter(|seconds| OFFSETS.contains(seconds))
        .and_then(|seconds| jiff::tz::Offset::from_seconds(seconds as i32).ok())
        .map(TimeZone::fixed);
    by_offset.or_else(|| TimeZone::get(text).ok()).ok_or_else(|| {
        Error::user(
            format!("--time-zone: there is no time zone {text:?}"),
            "Give a name such as Asia/Tokyo, or an offset such as +09:00 (-12:00 to +14:00).",
        )
    })
}

/// Reads mapping files: the table `["app.json"]` of TOML files, ours = theirs.
fn mappings(path: &Path, settings: &mut ReadSettings) -> Result<(), Error> {
    let files = if path.is_dir() {
        let list = fs::read_dir(path)
            .map_err(|e| Error::user(format!("{}: {e}", path.display()), "Check --mappings."))?;
        let mut files: Vec<PathBuf> =
            list.filter_map(Result::ok).map(|entry| entry.path()).collect();
        files.retain(|file| file.extension().is_some_and(|e| e == "toml"));
        files.sort();
        files
    } else {
        vec![path.to_owned()]
    };
    for file in files {
        let wrong = |what: String| {
            let remedy =
                "Write a table [\"app.json\"] of lines such as time = \"when\" (ours = theirs).";
            Error::user(format!("{}: {what}", file.display()), remedy)
        };
        let tables: toml::Table = crate::assemble::read_text(&file)?
            .parse()
            .map_err(|e: toml::de::Error| wrong(e.to_string()))?;
        for (name, table) in tables {
            let fields = table.as_table().filter(|_| name == "app.json");
            let fields = fields
                .ok_or_else(|| wrong(format!("{name:?} is not a table of a mapped source")))?;
            for (ours, theirs) in fields {
                let theirs =
                    theirs.as_str().ok_or_else(|| wrong(format!("{ours} is not a text")))?;
                settings.app_fields.insert(ours.clone(), theirs.to_owned());
            }
        }
    }
    Ok(())
}
