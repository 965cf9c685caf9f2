//! Fixtures: `fixtures/<family>/<name>/<case>/in.<ext>`, with settings and goldens beside it.

use std::path::{Path, PathBuf};

use model::contract::{Case, OwnedEvent, Said, collect};
use model::seam::source::Source;

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
    /// What stands in its `settings.toml`.
    pub said: Said,
    /// What the source makes of it.
    pub events: Vec<OwnedEvent>,
}

impl Fixture<'_> {
    /// The case that it is.
    pub fn case(&self) -> Case<'_> {
        Case::read(self.source, &self.bytes, &self.said)
    }

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
    let said = Said::parse(&text).map_err(|e| format!("{name}/settings.toml: {e}"))?;
    let (events, _) = collect(source, &bytes, &said.read);
    Ok(Fixture { source, name, folder, bytes, said, events })
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
