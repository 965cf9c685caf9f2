//! What is read: the cases of a source, each repeated until it is large enough to be measured.

use std::fs;
use std::path::{Path, PathBuf};

use frame::{Content, Input};
use model::contract::Said;
use model::seam::source::Source;

use crate::measure::Counted;

/// One case, repeated.
pub struct Blob {
    /// What a person says of it.
    pub said: Said,
    /// The bytes of one reading.
    pub bytes: Vec<u8>,
    /// How often they are read, each time as a blob of its own.
    pub times: usize,
}

/// The most readings of one small blob.
const TIMES_MAX: usize = 20_000;
/// How a Parquet file starts: it is measured by its columns, elsewhere.
const PARQUET: &[u8] = b"PAR1";

/// The cases of a source that hold no damage, or all if each does. Together they have about as
/// many megabytes as asked for.
pub fn of(source: &dyn Source, folder: &Path, megabytes: usize) -> Vec<Blob> {
    let cases: Vec<(Said, Vec<u8>)> = folders(folder).iter().filter_map(|f| case(f)).collect();
    let whole = |(said, bytes): &&(Said, Vec<u8>)| {
        let found = count(source, said, bytes);
        found.rejects == 0 && found.events > 0
    };
    let mut chosen: Vec<&(Said, Vec<u8>)> = cases.iter().filter(whole).collect();
    if chosen.is_empty() {
        chosen = cases.iter().collect();
    }
    let share = megabytes * 1_000_000 / chosen.len().max(1);
    chosen.iter().map(|(said, bytes)| repeat(source, said, bytes, share)).collect()
}

fn folders(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    paths
}

fn case(folder: &Path) -> Option<(Said, Vec<u8>)> {
    let is_input = |path: &&PathBuf| {
        path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("in."))
    };
    let files = folders(folder);
    let bytes = fs::read(files.iter().find(is_input)?).ok()?;
    let settings = fs::read_to_string(folder.join("settings.toml")).unwrap_or_default();
    let said = Said::parse(&settings).ok()?;
    (!bytes.is_empty() && !bytes.starts_with(PARQUET)).then_some((said, bytes))
}

/// What a source makes of a blob.
pub fn count(source: &dyn Source, said: &Said, bytes: &[u8]) -> Counted {
    let mut counted = Counted::default();
    source.read(&mut Input::new(Content::Whole(bytes)), &said.read, &mut counted);
    counted
}

/// The case many times in one blob where that gives the same records many times; else, for
/// records that belong together and formats with one document a file, blob by blob.
fn repeat(source: &dyn Source, said: &Said, bytes: &[u8], share: usize) -> Blob {
    let times = share.div_ceil(bytes.len()).max(1);
    let mut joined = Vec::with_capacity(times * (bytes.len() + 1));
    for _ in 0..times {
        joined.extend_from_slice(bytes);
        if !bytes.ends_with(b"\n") {
            joined.push(b'\n');
        }
    }
    let (one, many) = (count(source, said, bytes), count(source, said, &joined));
    if one.events * times == many.events && many.rejects == one.rejects * times {
        return Blob { said: said.clone(), bytes: joined, times: 1 };
    }
    Blob { said: said.clone(), bytes: bytes.to_vec(), times: times.min(TIMES_MAX) }
}
