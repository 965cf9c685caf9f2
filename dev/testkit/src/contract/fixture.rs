//! Fixtures: `fixtures/<family>/<name>/<case>/in.<ext>`, with settings and goldens beside it.

use std::path::{Path, PathBuf};

use model::Reject;
use model::seam::source::{ReadSettings, Source};
use toml::{Table, Value};

use crate::read::{OwnedEvent, collect};

/// One case of one source.
pub(super) struct Fixture<'a> {
    /// The source whose folder it lies in.
    pub source: &'a dyn Source,
    /// `aws.vpc_flow/custom_order`.
    pub name: String,
    /// The case's folder.
    pub folder: PathBuf,
    /// The log.
    pub bytes: Vec<u8>,
    /// What the person says of it.
    pub settings: ReadSettings,
    /// Whether two halves cut at a line end read as the whole does (`split = false`: the format
    /// has a head or documents over several lines).
    pub splits: bool,
    /// Whether its content tells its kind (`recognised = false`: only `--source` does).
    pub recognised: bool,
    /// How many records a person counts in it, if said (`records = 3`).
    pub records: Option<usize>,
    /// How many records stand open at once (`open = 2`: their lines are mixed): so many of the
    /// last ones before a cut may lack their ends.
    pub open: usize,
    /// What the source makes of it.
    pub events: Vec<OwnedEvent>,
    /// What the source refuses.
    pub rejects: Vec<Reject>,
}

impl Fixture<'_> {
    /// Whether it lies in the folder of `source`.
    pub fn is_of(&self, source: &dyn Source) -> bool {
        self.source.about().name == source.about().name
    }
}

/// The cases of a source, in the order of their names.
pub(super) fn of<'a>(source: &'a dyn Source, root: &Path) -> Result<Vec<Fixture<'a>>, String> {
    let name = source.about().name;
    let folder = root.join(name.replacen('.', "/", 1));
    let mut cases: Vec<PathBuf> = list(&folder)?.into_iter().filter(|p| p.is_dir()).collect();
    cases.sort();
    if cases.is_empty() {
        return Err(format!("{name}: no case in {}", folder.display()));
    }
    cases.into_iter().map(|case| load(source, case)).collect()
}

fn load(source: &dyn Source, folder: PathBuf) -> Result<Fixture<'_>, String> {
    let case = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let name = format!("{}/{case}", source.about().name);
    let inputs: Vec<PathBuf> = list(&folder)?.into_iter().filter(|p| is_input(p)).collect();
    let [input] = inputs.as_slice() else {
        return Err(format!("{name}: wants exactly one file in.*, has {}", inputs.len()));
    };
    let bytes = std::fs::read(input).map_err(|e| format!("{}: {e}", input.display()))?;
    let text = std::fs::read_to_string(folder.join("settings.toml")).unwrap_or_default();
    let said = settings(&text).map_err(|e| format!("{name}/settings.toml: {e}"))?;
    let (events, rejects) = collect(source, &bytes, &said.read);
    Ok(Fixture {
        source,
        name,
        folder,
        bytes,
        settings: said.read,
        splits: said.splits,
        recognised: said.recognised,
        records: said.records,
        open: said.open,
        events,
        rejects,
    })
}

struct Said {
    read: ReadSettings,
    splits: bool,
    recognised: bool,
    records: Option<usize>,
    open: usize,
}

fn settings(text: &str) -> Result<Said, String> {
    let table: Table = text.parse().map_err(|e| format!("{e}"))?;
    let mut said = Said {
        read: ReadSettings::default(),
        splits: true,
        recognised: true,
        records: None,
        open: 1,
    };
    for (key, value) in table {
        match (key.as_str(), value) {
            ("time_zone", Value::String(zone)) => {
                let zone = jiff::tz::TimeZone::get(&zone).map_err(|e| e.to_string())?;
                said.read.zone = Some(zone);
            }
            ("year", Value::Integer(year)) => said.read.year = i16::try_from(year).ok(),
            ("flow_format", Value::String(format)) => said.read.flow_format = Some(format),
            ("app_fields", Value::Table(names)) => {
                let text =
                    |v: Value| v.as_str().map(str::to_owned).ok_or("app_fields: wants texts");
                for (ours, theirs) in names {
                    said.read.app_fields.insert(ours, text(theirs)?);
                }
            }
            ("split", Value::Boolean(splits)) => said.splits = splits,
            ("recognised", Value::Boolean(recognised)) => said.recognised = recognised,
            ("records", Value::Integer(count)) => said.records = usize::try_from(count).ok(),
            ("open", Value::Integer(count)) => said.open = usize::try_from(count).unwrap_or(1),
            (other, _) => return Err(format!("{other} is no setting, or of the wrong type")),
        }
    }
    Ok(said)
}

fn is_input(path: &Path) -> bool {
    path.file_name().is_some_and(|n| n.to_string_lossy().starts_with("in."))
}

/// The paths in a folder, in the order of their names.
pub(super) fn list(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let entries = std::fs::read_dir(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let mut paths: Vec<PathBuf> = entries.filter_map(|e| e.ok().map(|e| e.path())).collect();
    paths.sort();
    Ok(paths)
}
