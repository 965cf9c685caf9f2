//! Files of the gate: lists of components and advisories, unpacked as logs are.

use std::fs::File;
use std::io::Read as _;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

use advisories::{Book, Builder, Content};
use model::component::Inventory;
use model::frame::Content as Bytes;
use model::seam::feed::{Blob, Feed as _, Opened};

/// The most bytes that are read of one file.
const LARGEST: u64 = 600 << 20;

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

/// Reads lists of components. An error says which file is wrong, and how.
pub fn inventories(paths: &[PathBuf]) -> Result<Vec<Inventory>, String> {
    let mut out = Vec::new();
    for path in paths {
        let (before, mut wrong) = (out.len(), None);
        each(path, inventories::LARGEST as u64 + 1, &mut |name, bytes| {
            let read = match bytes {
                Ok(bytes) => inventories::read(name, bytes),
                Err(why) => Some(Err(why)),
            };
            match read {
                Some(Ok(inventory)) => out.push(inventory),
                Some(Err(why)) => wrong = wrong.take().or(Some(format!("{name}: {why}"))),
                None => {}
            }
        })?;
        if let Some(why) = wrong {
            return Err(why);
        }
        if out.len() == before {
            return Err(format!("{}: no list of components is in it", path.display()));
        }
    }
    Ok(out)
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
