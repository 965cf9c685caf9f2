//! A pile of files out of folders, archives and images: which lists there are in it.
//!
//! Of an image only what its topmost layers let through counts; `os-release` beside a package
//! database names the distribution.

use std::collections::{BTreeMap, BTreeSet};

use model::component::Inventory;
use serde_json::Value;

use crate::image::{self, Tree, WHITEOUT};
use crate::lock::requirements;
use crate::release::{self, Release};
use crate::{includes, owned};

/// The largest manifest of an image that is read, in bytes (OCI's registries allow 4 MiB).
const MANIFEST: usize = 4 << 20;
/// The most names of files in archives that are kept.
const NAMES: usize = 4_000_000;
/// Changes of an SQLite database that are not in it yet.
const JOURNAL: &str = "rpmdb.sqlite-wal";

/// Files, as they come.
#[derive(Default)]
pub struct Pile {
    lists: Vec<(String, Result<Inventory, String>)>,
    marks: BTreeMap<String, Value>,
    releases: BTreeMap<String, Release>,
    /// Files in archives: they may be layers.
    names: BTreeSet<String>,
    broken: Vec<(String, String)>,
    /// Archives that were opened.
    archives: BTreeSet<String>,
    /// Lists of files that dpkg's packages own, of those that say what is installed.
    owned: Vec<(String, Vec<String>)>,
    full: bool,
}

impl Pile {
    /// An archive was opened, by its name.
    pub fn archive(&mut self, name: &str) {
        self.archives.insert(plain(name));
    }

    /// A part could not be unpacked.
    pub fn broken(&mut self, name: &str, why: &str) {
        self.broken.push((name.to_owned(), why.to_owned()));
    }

    /// Takes a file.
    pub fn file(&mut self, name: &str, bytes: &[u8]) {
        let plain = plain(name);
        let name = plain.as_str();
        if name.contains('!') {
            self.full |= self.names.len() >= NAMES;
            if !self.full {
                self.names.insert(name.to_owned());
            }
        }
        let base = name.rsplit(['/', '!']).next().unwrap_or(name);
        if base.starts_with(WHITEOUT) {
            return;
        }
        if release::root(name).is_some() {
            let release = Release::read(&String::from_utf8_lossy(bytes));
            self.releases.insert(name.to_owned(), release);
        }
        if bytes.len() <= MANIFEST
            && is_mark(name, base, bytes)
            && let Ok(value) = serde_json::from_slice(bytes)
        {
            self.marks.insert(name.to_owned(), value);
        }
        if base == JOURNAL && !bytes.is_empty() {
            let why = "changes that are not in the database yet; hand over rpm -qa instead";
            self.lists.push((name.to_owned(), Err(why.to_owned())));
        }
        if let Some(owned) = owned::of_dpkg(name, bytes) {
            self.owned.push((name.to_owned(), owned));
        } else if let Some(read) = crate::read(name, bytes) {
            self.lists.push((name.to_owned(), read));
        }
    }

    /// Files that lists of requirements name and that were not taken yet.
    pub fn wanted(&self) -> Vec<String> {
        includes::wanted(&self.lists)
    }

    /// Takes a file that a list of requirements names, whatever its own name.
    pub fn wanted_file(&mut self, name: &str, bytes: &[u8]) {
        let text = String::from_utf8_lossy(bytes);
        let read = requirements::read(name, &text).map(|mut list| {
            requirements::REQUIREMENTS.name.clone_into(&mut list.format);
            list
        });
        self.lists.push((name.to_owned(), read));
    }

    /// The lists. An error says which file is wrong, and how.
    pub fn finish(mut self) -> Result<Vec<Inventory>, String> {
        if self.full {
            return Err(format!("more than {NAMES} files in archives"));
        }
        includes::settle(&mut self.lists);
        owned::archives(&mut self.lists, &self.archives);
        let images = image::all(&self.marks)?;
        for layers in &images {
            self.complete(layers)?;
        }
        let layered =
            |name: &str| images.iter().any(|layers| image::layer_of(name, layers).is_some());
        // What cannot be unpacked inside of an image is a file of it like others.
        if let Some((name, why)) = self.broken.iter().find(|(name, _)| !layered(name)) {
            return Err(format!("{name}: {why}"));
        }
        let (inside, outside): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.lists).into_iter().partition(|(name, _)| layered(name));
        let mut out = Vec::new();
        let all = owned::all(&outside, &self.owned, Some);
        for (name, read) in outside.into_iter().filter(|(name, _)| !owned::has(&all, name)) {
            let beside = |root: &str| self.beside(root, |_| true);
            out.push(placed(&name, read, beside)?);
        }
        for layers in &images {
            self.image(layers, &inside, &mut out)?;
        }
        Ok(out)
    }

    /// A layer that is named and not there must not pass for an empty one.
    fn complete(&self, layers: &[String]) -> Result<(), String> {
        let there = |layer: &&String| {
            let start = format!("{layer}!");
            let within = self.names.range(start.clone()..).next();
            self.archives.contains(*layer)
                || self.names.contains(*layer)
                || within.is_some_and(|name| name.starts_with(&start))
        };
        let missing = layers.iter().find(|layer| !there(layer));
        missing.map_or(Ok(()), |layer| Err(format!("{layer}: the layer of an image is missing")))
    }

    fn image(
        &self,
        layers: &[String],
        lists: &[(String, Result<Inventory, String>)],
        out: &mut Vec<Inventory>,
    ) -> Result<(), String> {
        let tree = Tree::of(layers, &self.names);
        let seen = |name| seen(&tree, layers, name);
        let owned = owned::all(lists, &self.owned, seen);
        for (name, read) in lists {
            let Some(path) = seen(name).filter(|path| !owned::has(&owned, path)) else { continue };
            if in_a_part(path) {
                continue;
            }
            let root = release::root_of_database(name).and_then(|root| root.rsplit_once('!'));
            let root = root.map_or("", |(_, root)| root);
            let beside = |_: &str| {
                let all = self.releases.iter().filter(|(name, _)| seen(name).is_some());
                let own = all.filter(|(name, _)| {
                    let inner = release::root(name).and_then(|r| r.rsplit_once('!'));
                    inner.is_some_and(|(_, inner)| inner == root)
                });
                own.map(|(_, release)| release.clone()).next()
            };
            out.push(placed(name, read.clone(), beside)?);
        }
        Ok(())
    }

    fn beside(&self, root: &str, fits: impl Fn(&str) -> bool) -> Option<Release> {
        let mut all = self.releases.iter();
        let own = all.find(|(name, _)| release::root(name) == Some(root) && fits(name));
        own.map(|(_, release)| release.clone())
    }
}

/// Some write `./etc` into archives, some `etc`, some `/etc`.
fn plain(name: &str) -> String {
    name.replace("!./", "!").replace("!/", "!")
}

/// Whether a file is a part's own lock file, which is not what was installed of it.
fn in_a_part(path: &str) -> bool {
    let told = ["/.package-lock.json", "/package.json"].iter().any(|end| path.ends_with(end));
    path.contains("node_modules/") && !told
}

/// A file's place in an image, if it is seen there.
fn seen<'a>(tree: &Tree, layers: &[String], name: &'a str) -> Option<&'a str> {
    let (layer, path) = image::layer_of(name, layers)?;
    tree.sees(layer, path).then_some(path)
}

/// A list with the name of its distribution, if there is one beside it.
fn placed(
    name: &str,
    read: Result<Inventory, String>,
    beside: impl Fn(&str) -> Option<Release>,
) -> Result<Inventory, String> {
    let mut inventory = read.map_err(|why| format!("{name}: {why}"))?;
    let release = release::root_of_database(name).and_then(beside);
    if let Some(release) = release {
        release.apply(&mut inventory);
    }
    Ok(inventory)
}

/// Whether a file may tell of an image: by its name, or by being a small blob of JSON.
fn is_mark(name: &str, base: &str, bytes: &[u8]) -> bool {
    matches!(base, "manifest.json" | "index.json")
        || (name.contains("blobs/sha") && bytes.first() == Some(&b'{'))
}
