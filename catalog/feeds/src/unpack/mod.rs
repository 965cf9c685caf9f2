//! Unpacking: layer by layer, by content, until what is left is not packed.

mod codec;
mod decode;
pub(crate) mod meter;
mod salvage;
mod sniff;
mod tarball;
mod whole;
mod zipfile;

use std::io::{BufReader, Cursor, Error, Read, Seek, SeekFrom};

use frame::Content;
use model::seam::feed::{Blob, Opened};

use crate::at::At;
use crate::buffer::{Buffer, Gathered};
use codec::{Bunzip2, Inflate, Unzstd};
use decode::Decode;
use meter::{Consumed, Meter, Metered};
use sniff::{HEAD, Packing, sniff};

/// Packed data up to this size are read whole before they are unpacked.
pub(crate) const PACKED_WHOLE_MAX: usize = 64 << 20;
/// A plain member of an archive up to this size is read whole.
const PLAIN_WHOLE_MAX: usize = 1 << 20;
/// A zip inside something else is kept in memory up to this size, then in a temporary file.
const ZIP_MEMORY_MAX: usize = 8 << 20;
/// What is read from a packed stream at a time.
const BLOCK: usize = 64 << 10;

/// An item being opened.
pub(crate) struct Opening<'o> {
    pub(crate) to: &'o mut dyn Opened,
    pub(crate) meter: &'o Meter,
}

impl<'o> Opening<'o> {
    /// A blob that is in memory.
    pub(crate) fn whole(&mut self, name: &str, bytes: &[u8], depth: u32) {
        let uncounted = if depth == 0 { bytes.len() as u64 } else { 0 };
        match self.packing(name, bytes, depth) {
            Err(()) => {}
            Ok(None) => self.to.blob(Blob { name, content: Content::Whole(bytes) }),
            Ok(Some(Packing::Zip)) => {
                self.zip(name, &mut self.packed(Cursor::new(bytes), depth), depth + 1);
            }
            Ok(Some(Packing::Gzip)) => match whole::gunzip(bytes, uncounted, self.meter) {
                Some(unpacked) => self.whole(name, unpacked.bytes(), depth + 1),
                None => self.flow(name, Some(Packing::Gzip), Box::new(bytes), depth),
            },
            Ok(packing) => self.flow(name, packing, Box::new(bytes), depth),
        }
    }

    /// A blob that is a large file.
    pub(crate) fn file(&mut self, name: &str, mut at: At<'_>, depth: u32) {
        let mut head = Buffer::take();
        let read = head.gather(&mut at, HEAD);
        let back = at.seek(SeekFrom::Start(0));
        if let (Gathered::Failed(error), _) | (_, Err(error)) = (read, back) {
            return self.to.broken(name, &format!("cannot be read: {error}"));
        }
        match self.packing(name, head.filled(), depth) {
            Err(()) => {}
            Ok(None) => {
                let content = Content::File(Box::new(self.packed(at, depth)));
                self.to.blob(Blob { name, content });
            }
            Ok(Some(Packing::Zip)) => self.zip(name, &mut self.packed(at, depth), depth + 1),
            Ok(packing) => self.flow(name, packing, Box::new(at), depth),
        }
    }

    /// A reader of packed bytes: the item's own count as read, those of inner layers came out of
    /// a layer around them.
    fn packed<R>(&self, inner: R, depth: u32) -> Consumed<'o, R> {
        Consumed { inner, meter: (depth == 0).then_some(self.meter) }
    }

    /// A blob that comes as a stream.
    pub(crate) fn stream(&mut self, name: &str, mut reader: Box<dyn Read + '_>, depth: u32) {
        let mut start = Buffer::take();
        let mut gathered = start.gather(&mut reader, HEAD);
        let Ok(packing) = self.packing(name, start.filled(), depth) else { return };
        let limit = match packing {
            None => PLAIN_WHOLE_MAX,
            Some(Packing::Gzip) => PACKED_WHOLE_MAX,
            Some(Packing::Zip) => ZIP_MEMORY_MAX,
            Some(_) => HEAD,
        };
        if matches!(gathered, Gathered::Full) {
            gathered = start.gather(&mut reader, limit);
        }
        let rest: Box<dyn Read + '_> = match gathered {
            Gathered::All => return self.whole(name, start.filled(), depth),
            Gathered::Full => reader,
            Gathered::Failed(error) => Box::new(Failing(Some(error))),
        };
        self.flow(name, packing, Box::new(start.filled().chain(rest)), depth);
    }

    /// What a blob is packed as, unless it is not to be opened, which is told.
    fn packing(&mut self, name: &str, head: &[u8], depth: u32) -> Result<Option<Packing>, ()> {
        let nesting = self.meter.bounds.nesting;
        match sniff(head) {
            Some(Packing::Closed(what)) => {
                let why = format!("is packed by {what}, which is not opened here: unpack it first");
                self.to.broken(name, &why);
                Err(())
            }
            Some(_) if depth >= nesting => {
                let why =
                    format!("the nesting bound was met: more than {nesting} layers of packing");
                self.to.broken(name, &why);
                Err(())
            }
            packing => Ok(packing),
        }
    }

    /// Unpacks one layer of a stream.
    fn flow(
        &mut self,
        name: &str,
        packing: Option<Packing>,
        reader: Box<dyn Read + '_>,
        depth: u32,
    ) {
        let reader: Box<dyn Read + '_> = Box::new(self.packed(reader, depth));
        let input = BufReader::with_capacity(BLOCK, reader);
        let decode: Decode<'_, _> = match packing {
            Some(Packing::Gzip) => Decode::many("gzip", input, Inflate::gzip()),
            Some(Packing::Zstd) => Decode::many("zstd", input, Unzstd::new()),
            Some(Packing::Bzip2) => Decode::many("bzip2", input, Bunzip2::new()),
            Some(Packing::Tar) => return self.tar(name, input.into_inner(), depth + 1),
            Some(Packing::Zip) => return self.spooled_zip(name, input.into_inner(), depth + 1),
            Some(Packing::Closed(_)) | None => {
                let content = Content::Stream(input.into_inner());
                return self.to.blob(Blob { name, content });
            }
        };
        let unpacked = Metered::new(decode, self.meter);
        self.stream(name, Box::new(unpacked), depth + 1);
    }

    /// A zip that comes as a stream: its directory stands at its end, so all of it is kept.
    fn spooled_zip(&mut self, name: &str, mut reader: Box<dyn Read + '_>, depth: u32) {
        let mut kept = match tempfile::tempfile() {
            Ok(file) => file,
            Err(error) => {
                return self
                    .to
                    .broken(name, &format!("there is no temporary file for it: {error}"));
            }
        };
        let copied = std::io::copy(&mut reader, &mut kept);
        let Ok(size) = kept.metadata().map(|data| data.len()) else {
            return self.to.broken(name, "its temporary file cannot be read");
        };
        self.zip(name, &mut At::new(&kept, size), depth);
        if let Err(error) = copied {
            self.to.broken(name, &error.to_string());
        }
    }
}

/// Reads on to the end of what a reader of a blob has left; what broke is told.
fn drain(reader: &mut dyn Read) -> Result<(), Error> {
    std::io::copy(reader, &mut std::io::sink()).map(|_| ())
}

/// The end of a stream that broke off: gives the error once.
pub(crate) struct Failing(pub(crate) Option<Error>);

impl Read for Failing {
    fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

/// Keeps whether the reader of a blob was told that it broke off.
pub(crate) struct Telling<R> {
    pub(crate) inner: R,
    pub(crate) told: bool,
}

impl<R: Read> Read for Telling<R> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let result = self.inner.read(out);
        self.told |= matches!(&result, Err(e) if e.kind() != std::io::ErrorKind::Interrupted);
        result
    }
}

/// A member's bytes, which must be as many as its archive says.
pub(crate) struct Exactly<R> {
    inner: R,
    size: u64,
    read: u64,
    archive: &'static str,
}

impl<R: Read> Exactly<R> {
    pub(crate) fn new(inner: R, size: u64, archive: &'static str) -> Self {
        Exactly { inner, size, read: 0, archive }
    }
}

impl<R: Read> Read for Exactly<R> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let count = self.inner.read(out)?;
        self.read += count as u64;
        if count == 0 && !out.is_empty() && self.read < self.size {
            let (archive, read, size) = (self.archive, self.read, self.size);
            let text = format!("the {archive} archive breaks off: {read} of {size} bytes are here");
            return Err(Error::new(std::io::ErrorKind::UnexpectedEof, text));
        }
        Ok(count)
    }
}
