//! What is measured on: logs made from a seed, as many as asked for, with their true counts.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use super::{at, flow, target, trail, web};

/// Lines of a text log in one file: about 16 MB.
const LINES_PER_FILE: u64 = 120_000;

/// Logs on disk and what is true of them.
#[derive(Clone, Debug, Default)]
pub struct Set {
    /// The folder.
    pub folder: PathBuf,
    /// Bytes, unpacked.
    pub bytes: u64,
    /// Records.
    pub records: u64,
}

/// The kinds of log that are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// CloudTrail delivery files, `.json.gz`.
    Trail,
    /// VPC flow logs, version 2, text.
    Flow,
    /// Access logs, combined format.
    Web,
}

/// The folder that all data lies in.
pub fn home() -> PathBuf {
    target().join("bench")
}

/// At least `megabytes` of a kind; what an earlier bench made is used again.
pub fn set(kind: Kind, megabytes: u64) -> Result<Set, String> {
    let name = format!("{kind:?}-{megabytes}").to_lowercase();
    let folder = home().join(name);
    let stamp = folder.with_extension("stamp");
    let known = fs::read_to_string(&stamp).unwrap_or_default();
    let marks = trail::origin()?.mark;
    let mut words = known.split(' ');
    let same = words.next() == Some(marks.as_str());
    if let (true, Some(Ok(bytes)), Some(Ok(records))) =
        (same, words.next().map(str::parse), words.next().map(str::parse))
    {
        return Ok(Set { folder, bytes, records });
    }
    let _ = fs::remove_dir_all(&folder);
    let made = write(kind, &folder, 0, megabytes)?;
    let words = format!("{marks} {} {}", made.bytes, made.records);
    fs::write(&stamp, words).map_err(at(&stamp))?;
    Ok(made)
}

/// Writes at least `megabytes` of a kind into a folder; the first record has number `first`.
pub fn write(kind: Kind, folder: &Path, first: u64, megabytes: u64) -> Result<Set, String> {
    eprintln!("making {megabytes} MB of {kind:?} in {}", folder.display());
    fs::create_dir_all(folder).map_err(at(folder))?;
    let bytes = megabytes * 1_000_000;
    match kind {
        Kind::Trail => trail::write(folder, first, bytes),
        Kind::Flow => lines(folder, first, bytes, Some(flow::HEADER), flow::line),
        Kind::Web => lines(folder, first, bytes, None, web::line),
    }
}

/// Text logs: files of [`LINES_PER_FILE`] lines each, until there are enough bytes.
fn lines(
    folder: &Path,
    first: u64,
    wanted: u64,
    header: Option<&str>,
    line: fn(u64, &mut String),
) -> Result<Set, String> {
    let mut set = Set { folder: folder.into(), ..Set::default() };
    let mut text = String::new();
    while set.bytes < wanted {
        let path = folder.join(format!("{:012}.log", first + set.records));
        let mut file = BufWriter::with_capacity(1 << 20, File::create(&path).map_err(at(&path))?);
        text.clear();
        text.extend(header);
        for _ in 0..LINES_PER_FILE {
            line(first + set.records, &mut text);
            set.records += 1;
            if text.len() > 1 << 20 {
                set.bytes += text.len() as u64;
                file.write_all(text.as_bytes()).map_err(at(&path))?;
                text.clear();
            }
            if set.bytes + text.len() as u64 >= wanted {
                break;
            }
        }
        set.bytes += text.len() as u64;
        file.write_all(text.as_bytes()).and_then(|()| file.flush()).map_err(at(&path))?;
    }
    Ok(set)
}
