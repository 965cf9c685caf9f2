//! Files of the gate: lists of components and advisories, unpacked as logs are.

use std::fs::File;
use std::io::Read;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

use advisories::{Book, Builder, Content};
use inventories::Pile;
use model::component::Inventory;
use model::frame::Content as Bytes;
use model::seam::feed::{Blob, Feed as _, Opened};

/// The most bytes that are read of one file.
const LARGEST: u64 = 600 << 20;
/// How much of a large file is read before it is known whether it may be a list.
const HEAD: u64 = 4096;

/// How deep lists of requirements may name each other.
const INCLUDES: usize = 16;
/// The most bytes that are read of a list that another one names.
const INCLUDED: u64 = 16 << 20;

/// Takes a file: its name, its bytes or why there are none.
type Take<'a> = dyn FnMut(&str, Result<&[u8], String>) + 'a;

struct Each<'a, 'b> {
    most: u64,
    take: &'a mut Take<'b>,
}

impl Opened for Each<'_, '_> {
    fn blob(&mut self, blob: Blob<'_>) {
        let mut bytes = Vec::new();
        let read = match blob.content {
            Bytes::Whole(bytes) => return (self.take)(blob.name, Ok(bytes)),
            Bytes::Stream(stream) => stream.take(self.most).read_to_end(&mut bytes),
            Bytes::File(file) => file.take(self.most).read_to_end(&mut bytes),
        };
        match read {
            Ok(_) => (self.take)(blob.name, Ok(&bytes)),
            Err(error) => (self.take)(blob.name, Err(error.to_string())),
        }
    }

    fn broken(&mut self, name: &str, why: &str) {
        (self.take)(name, Err(why.to_owned()));
    }
}

/// Hands over every file under a path, unpacked.
pub fn each(path: &Path, most: u64, take: &mut Take<'_>) -> Result<(), String> {
    let feed = feeds::Files::new([path.to_owned()]);
    let mut each = Each { most, take };
    for item in feed.items().map_err(|error| error.what)? {
        feed.open(&item, &mut each).map_err(|error| error.what)?;
    }
    Ok(())
}

/// Hands files to a pile; what is large and no list is not read to its end.
struct Piled<'a>(&'a mut Pile);

impl Opened for Piled<'_> {
    fn blob(&mut self, blob: Blob<'_>) {
        let mut stream: Box<dyn Read + '_> = match blob.content {
            Bytes::Whole(bytes) => return self.0.file(blob.name, bytes),
            Bytes::Stream(stream) => stream,
            Bytes::File(file) => file,
        };
        let mut bytes = Vec::new();
        let mut read = stream.by_ref().take(HEAD).read_to_end(&mut bytes);
        if read.is_ok() && inventories::may_be(blob.name, &bytes) {
            let most = inventories::LARGEST_DATABASE as u64 + 1 - HEAD;
            read = stream.take(most).read_to_end(&mut bytes);
        }
        match read {
            Ok(_) => self.0.file(blob.name, &bytes),
            Err(error) => self.0.broken(blob.name, &error.to_string()),
        }
    }

    fn broken(&mut self, name: &str, why: &str) {
        self.0.broken(name, why);
    }

    fn archive(&mut self, name: &str) {
        self.0.archive(name);
    }
}

/// Reads lists of components. An error says which file is wrong, and how.
pub fn inventories(paths: &[PathBuf]) -> Result<Vec<Inventory>, String> {
    let mut out = Vec::new();
    for path in paths {
        let mut pile = Pile::default();
        let feed = feeds::Files::new([path.clone()]);
        for item in feed.items().map_err(|error| error.what)? {
            feed.open(&item, &mut Piled(&mut pile)).map_err(|error| error.what)?;
        }
        journal(path, &mut pile);
        included(&mut pile);
        let lists = pile.finish()?;
        if lists.is_empty() {
            return Err(format!("{}: no list of components is in it", path.display()));
        }
        out.extend(lists);
    }
    Ok(out)
}

/// Reads the files that lists of requirements name, and those that these name.
fn included(pile: &mut Pile) {
    for _ in 0..INCLUDES {
        let wanted = pile.wanted().into_iter().filter_map(|name| {
            let file = File::open(&name).ok()?;
            let mut bytes = Vec::new();
            file.take(INCLUDED).read_to_end(&mut bytes).ok()?;
            Some((name, bytes))
        });
        let found: Vec<(String, Vec<u8>)> = wanted.collect();
        if found.is_empty() {
            return;
        }
        for (name, bytes) in found {
            pile.wanted_file(&name, &bytes);
        }
    }
}

/// A database that is given by its name has its journal beside it.
fn journal(path: &Path, pile: &mut Pile) {
    let beside = path.with_file_name("rpmdb.sqlite-wal");
    let named = path.file_name().is_some_and(|name| name == "rpmdb.sqlite");
    if named && std::fs::metadata(&beside).is_ok_and(|data| data.len() > 0) {
        pile.file(&beside.display().to_string(), b"-");
    }
}

/// Gathers advisories. What is broken is told; it is an error only if nothing could be read.
pub fn gather(paths: &[PathBuf], builder: &mut Builder) -> Result<Vec<String>, String> {
    let mut broken = Vec::new();
    let mut files = 0;
    for path in paths {
        each(path, LARGEST, &mut |name, bytes| {
            let read = match &bytes {
                Ok(bytes) => advisories::read(name, bytes),
                Err(why) => Some(Err(why.clone())),
            };
            match read {
                Some(Ok(content)) => {
                    files += 1;
                    builder.add(content);
                }
                Some(Err(why)) => broken.push(format!("{name}: {why}")),
                None => statements(name, bytes, builder),
            }
        })?;
        builder.provenance(&path.display().to_string());
    }
    if files == 0 {
        let why = broken.first().map_or("no advisories are in it", String::as_str);
        return Err(why.to_owned());
    }
    Ok(broken)
}

/// CycloneDX says VEX in a list of components.
fn statements(name: &str, bytes: Result<&[u8], String>, builder: &mut Builder) {
    if let Some(Ok(list)) = bytes.ok().and_then(|bytes| inventories::read(name, bytes)) {
        builder.add(Content::Statements(list.statements));
    }
}

/// Opens a database.
pub fn book(path: &Path) -> Result<Book<'static>, String> {
    let file = File::open(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let read = move |at: u64, length: usize| {
        let mut bytes = vec![0; length];
        file.read_exact_at(&mut bytes, at).map_err(|error| error.to_string())?;
        Ok(bytes)
    };
    Book::open(Box::new(read)).map_err(|why| format!("{}: {why}", path.display()))
}
