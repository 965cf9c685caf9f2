//! The feed `file`: files, folders and standard input, unpacked.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::PathBuf;
use std::sync::OnceLock;

use model::Error;
use model::seam::About;
use model::seam::feed::{Feed, Item, Opened};

use crate::at::At;
use crate::buffer::{Buffer, Gathered};
use crate::spool::{Kept, Spool};
use crate::unpack::meter::{Bounds, Meter};
use crate::unpack::{Failing, Opening, PACKED_WHOLE_MAX};
use crate::walk::{self, Place};

/// What the feed says of itself.
pub(crate) const ABOUT: About = About {
    name: "file",
    line: "Files, folders and standard input; gzip, zstd, bzip2, zip and tar are unpacked.",
    spec: "docs/feeds.md",
};

/// Files, folders and standard input (`-`), as a person named them.
///
/// The list of items is made once, when it is first asked for. Standard input and named pipes are
/// kept when they are first opened (in memory, or in a temporary file without a name), so that
/// they can be opened again.
pub struct Files {
    paths: Vec<PathBuf>,
    bounds: Bounds,
    listing: OnceLock<BTreeMap<String, Listed>>,
}

struct Listed {
    size: Option<u64>,
    place: Place,
    spool: OnceLock<Spool>,
}

impl Files {
    /// The files that these paths stand for, with [`Bounds::STANDARD`].
    pub fn new(paths: impl IntoIterator<Item = PathBuf>) -> Self {
        Files::bounded(paths, Bounds::STANDARD)
    }

    /// The files that these paths stand for, unpacked within these bounds.
    pub fn bounded(paths: impl IntoIterator<Item = PathBuf>, bounds: Bounds) -> Self {
        Files { paths: paths.into_iter().collect(), bounds, listing: OnceLock::new() }
    }

    fn listing(&self) -> Result<&BTreeMap<String, Listed>, Error> {
        if let Some(listing) = self.listing.get() {
            return Ok(listing);
        }
        let mut listing = BTreeMap::new();
        for found in walk::list(&self.paths)? {
            let mut name = found.name;
            // Two places never share a name: a name is what a citation leads back by.
            while listing.contains_key(&name) {
                name.push('\'');
            }
            let listed = Listed { size: found.size, place: found.place, spool: OnceLock::new() };
            listing.insert(name, listed);
        }
        Ok(self.listing.get_or_init(|| listing))
    }

    fn open_file(&self, name: &str, file: &File, to: &mut dyn Opened) -> std::io::Result<()> {
        let size = file.metadata()?.len();
        let meter = Meter::new(self.bounds, size);
        if size > PACKED_WHOLE_MAX as u64 {
            Opening { to, meter: &meter }.file(name, At::new(file, size), 0);
            return Ok(());
        }
        // One byte more than there should be, to see the end; a file may grow meanwhile.
        let room = size as usize + 1;
        let mut bytes = Buffer::with_room(room);
        let gathered = bytes.gather(&mut At::new(file, size), room);
        let mut opening = Opening { to, meter: &meter };
        match gathered {
            Gathered::All => opening.whole(name, bytes.filled(), 0),
            Gathered::Full => opening.file(name, At::new(file, size), 0),
            Gathered::Failed(error) => {
                let rest = Failing(Some(error));
                opening.stream(name, Box::new(std::io::Read::chain(bytes.filled(), rest)), 0);
            }
        }
        Ok(())
    }

    fn open_spool(&self, name: &str, spool: &Spool, to: &mut dyn Opened) {
        match &spool.kept {
            Kept::Memory(bytes) => {
                let meter = Meter::new(self.bounds, bytes.len() as u64);
                Opening { to: &mut *to, meter: &meter }.whole(name, bytes, 0);
            }
            Kept::File(file, size) => {
                let meter = Meter::new(self.bounds, *size);
                let at = At::new(file, *size);
                Opening { to: &mut *to, meter: &meter }.file(name, at, 0);
            }
        }
        if let Some(why) = &spool.broken {
            to.broken(name, why);
        }
    }
}

impl Feed for Files {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn items(&self) -> Result<Vec<Item>, Error> {
        let item =
            |(name, listed): (&String, &Listed)| Item { name: name.clone(), size: listed.size };
        Ok(self.listing()?.iter().map(item).collect())
    }

    fn open(&self, item: &Item, to: &mut dyn Opened) -> Result<(), Error> {
        let name = item.name.as_str();
        let Some(listed) = self.listing()?.get(name) else {
            return Err(Error::us(format!(
                "the feed `file` was asked for {name}, which it never named"
            )));
        };
        let opened = match &listed.place {
            Place::Broken(why) => {
                to.broken(name, why);
                return Ok(());
            }
            Place::File(path) => File::open(path).and_then(|file| self.open_file(name, &file, to)),
            Place::Input => {
                let spool = listed.spool.get_or_init(|| Spool::read(std::io::stdin().lock()));
                self.open_spool(name, spool, to);
                Ok(())
            }
            // A pipe that was read once must not be opened again: nobody writes to it any more.
            Place::Pipe(path) => {
                let spool = listed.spool.get_or_init(|| match File::open(path) {
                    Ok(pipe) => Spool::read(pipe),
                    Err(error) => Spool::read(Failing(Some(error))),
                });
                self.open_spool(name, spool, to);
                Ok(())
            }
        };
        if let Err(error) = opened {
            to.broken(name, &format!("cannot be read: {error}"));
        }
        Ok(())
    }
}
