//! What files there are: paths as given, folders walked, each file once.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs::{self, File, FileType, Metadata};
use std::path::{Path, PathBuf};

use model::Error;

use crate::names;

/// A place to read from.
pub(crate) enum Place {
    /// A regular file.
    File(PathBuf),
    /// Standard input.
    Input,
    /// A named pipe that was given by name.
    Pipe(PathBuf),
    /// Something that was found but cannot be read, and why.
    Broken(String),
}

/// A place with its name for people.
pub(crate) struct Found {
    pub(crate) name: String,
    pub(crate) size: Option<u64>,
    pub(crate) place: Place,
    /// Whether it was found by a link in a folder.
    linked: bool,
}

impl Found {
    fn new(name: String, size: Option<u64>, place: Place) -> Self {
        Found { name, size, place, linked: false }
    }

    /// What a folder holds that is no folder.
    fn inside(path: PathBuf, data: &Metadata) -> Self {
        if data.is_file() {
            return Found::new(shown(&path), Some(data.len()), Place::File(path));
        }
        let kind = kind(data.file_type());
        let why = format!("is {kind}, which is not read unless its name is given");
        Found::new(shown(&path), None, Place::Broken(why))
    }
}

/// Names of standard input.
const INPUT: &[&str] = &["-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"];

/// Everything that the paths stand for, by name; the order of the paths does not matter.
pub(crate) fn list(paths: &[PathBuf]) -> Result<Vec<Found>, Error> {
    let mut walk = Walk::default();
    let mut folders = BTreeMap::new();
    for path in paths {
        if INPUT.iter().any(|name| path.as_os_str() == *name) {
            walk.add(PathBuf::from("-"), Found::new("-".into(), None, Place::Input));
        } else if let Some(folder) = walk.given(path)? {
            folders.insert(order(&shown(path)), (folder, path.clone()));
        }
    }
    for (canonical, path) in folders.into_values() {
        // Told as an error here, for its name was given; folders inside are told when opened.
        fs::read_dir(&path).map_err(|error| unreadable(&path, &error))?;
        walk.folder(canonical, path);
    }
    // Linked folders come last, so that a file's own place gives it its name.
    while let Some((_, (canonical, path))) = walk.links.pop_first() {
        walk.folder(canonical, path);
    }
    Ok(walk.found())
}

#[derive(Default)]
struct Walk {
    /// By the one path that stands for the file.
    places: BTreeMap<PathBuf, Found>,
    visited: BTreeSet<PathBuf>,
    /// Links to folders that are still to be walked, in the order of their names.
    links: BTreeMap<(usize, String), (PathBuf, PathBuf)>,
}

impl Walk {
    /// Takes a path that was given; a folder's canonical path comes back.
    fn given(&mut self, path: &Path) -> Result<Option<PathBuf>, Error> {
        let data = fs::metadata(path).map_err(|error| unreadable(path, &error))?;
        let canonical = path.canonicalize();
        if data.is_dir() {
            return canonical.map(Some).map_err(|error| unreadable(path, &error));
        }
        let name = shown(path);
        // A pipe behind /dev/fd has no canonical path.
        let key = canonical.unwrap_or_else(|_| path.to_owned());
        if data.is_file() {
            File::open(path).map_err(|error| unreadable(path, &error))?;
            let place = Place::File(path.to_owned());
            self.add(key, Found::new(name, Some(data.len()), place));
        } else if kind(data.file_type()) == PIPE {
            self.add(key, Found::new(name, None, Place::Pipe(path.to_owned())));
        } else {
            return Err(Error::user(
                format!("{name} is {}, which holds no logs", kind(data.file_type())),
                "Give a file, a folder, a pipe, or - for standard input.",
            ));
        }
        Ok(None)
    }

    /// Walks a folder, whose name for people is `path`, and the folders inside.
    fn folder(&mut self, canonical: PathBuf, path: PathBuf) {
        let mut waiting = vec![(canonical, path)];
        while let Some((canonical, path)) = waiting.pop() {
            if !self.visited.insert(canonical.clone()) {
                continue;
            }
            let entries = match fs::read_dir(&path) {
                Ok(entries) => entries,
                Err(error) => {
                    self.broken(canonical, &path, format!("cannot be read: {error}"));
                    continue;
                }
            };
            for entry in entries {
                let entry = match entry {
                    Ok(entry) => entry,
                    Err(error) => {
                        let why = format!("its list of files breaks off: {error}");
                        self.broken(canonical.clone(), &path, why);
                        break;
                    }
                };
                let (key, path) = (canonical.join(entry.file_name()), entry.path());
                // What is there by its own, before a link is followed.
                match fs::symlink_metadata(&path) {
                    Err(error) => self.broken(key, &path, format!("cannot be read: {error}")),
                    Ok(data) if data.is_symlink() => self.link(key, path),
                    Ok(data) if !data.is_dir() => self.add(key, Found::inside(path, &data)),
                    Ok(_) if entry.file_name() != ".git" => waiting.push((key, path)),
                    Ok(_) => {}
                }
            }
        }
    }

    fn link(&mut self, key: PathBuf, path: PathBuf) {
        match fs::metadata(&path).and_then(|data| Ok((data, path.canonicalize()?))) {
            Err(error) => self.broken(key, &path, format!("leads nowhere: {error}")),
            Ok((data, _)) if data.is_dir() && path.file_name() == Some(OsStr::new(".git")) => {}
            Ok((data, target)) if data.is_dir() => {
                self.links.insert(order(&shown(&path)), (target, path));
            }
            Ok((data, target)) => {
                self.add(target, Found { linked: true, ..Found::inside(path, &data) });
            }
        }
    }

    fn broken(&mut self, key: PathBuf, path: &Path, why: String) {
        self.add(key, Found::new(shown(path), None, Place::Broken(why)));
    }

    /// Of two ways to one place the readable one counts, then the one that is no link, then the
    /// shorter name, then the one that comes first.
    fn add(&mut self, key: PathBuf, found: Found) {
        let broken = |found: &Found| matches!(found.place, Place::Broken(_));
        let rank = |found: &Found| (broken(found), found.linked, order(&found.name));
        match self.places.get(&key) {
            Some(had) if rank(had) <= rank(&found) => {}
            _ => {
                self.places.insert(key, found);
            }
        }
    }

    fn found(self) -> Vec<Found> {
        let mut found: Vec<Found> = self.places.into_values().collect();
        found.sort_by(|a, b| a.name.cmp(&b.name));
        found
    }
}

fn shown(path: &Path) -> String {
    names::shown(path.as_os_str().as_encoded_bytes())
}

/// The order in which names are preferred.
fn order(name: &str) -> (usize, String) {
    (name.len(), name.to_owned())
}

fn unreadable(path: &Path, error: &std::io::Error) -> Error {
    let remedy = match error.kind() {
        std::io::ErrorKind::NotFound => {
            "Give the path of a file or folder that exists, or - for standard input."
        }
        std::io::ErrorKind::PermissionDenied => {
            "Make it readable for the user who runs this, or leave it out."
        }
        _ => "Check the path, or leave it out.",
    };
    Error::user(format!("{} cannot be read: {error}", shown(path)), remedy)
}

const PIPE: &str = "a named pipe";

/// What something is that is neither file nor folder.
#[cfg(unix)]
fn kind(kind: FileType) -> &'static str {
    use std::os::unix::fs::FileTypeExt;
    if kind.is_fifo() {
        PIPE
    } else if kind.is_socket() {
        "a socket"
    } else {
        "a device"
    }
}

#[cfg(not(unix))]
fn kind(_: FileType) -> &'static str {
    "no regular file"
}
