//! A feed: where bytes come from. It never looks inside beyond packing (gzip, tar, …).

use super::About;
use crate::error::Error;

/// One thing to open: a file, standard input, later an object of a bucket.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Item {
    /// The name for people and citations: the path as given.
    pub name: String,
    /// Its size as stored, if known.
    pub size: Option<u64>,
}

/// An unpacked blob.
pub struct Blob<'a> {
    /// The item's name; members of archives add `!member`.
    pub name: &'a str,
    /// Its bytes.
    pub content: frame::Content<'a>,
}

/// What opening an item tells.
pub trait Opened {
    /// A blob to read. What the stream reports as an error while it is read is a damaged blob.
    fn blob(&mut self, blob: Blob<'_>);
    /// A part that could not be unpacked (a broken archive, a bound that was met): where and why.
    fn broken(&mut self, name: &str, why: &str);
    /// An archive was opened: its members follow, if it has any.
    fn archive(&mut self, _name: &str) {}
}

/// Where bytes come from.
pub trait Feed: Sync {
    /// What it is.
    fn about(&self) -> &'static About;
    /// Every item, in a fixed order, without doubles.
    fn items(&self) -> Result<Vec<Item>, Error>;
    /// Opens an item and hands its blobs over, in a fixed order. May be called again.
    fn open(&self, item: &Item, to: &mut dyn Opened) -> Result<(), Error>;
}
