//! The bounds on unpacking, and the meter that holds one item to them.

use std::cell::{Cell, RefCell};
use std::io::{Error, Read, Result, Seek, SeekFrom};

use crate::names;

/// What is unpacked out of one item at most; met bounds are told by their names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Unpacked bytes for one packed byte. An honest, very repetitive log stays under 150; gzip
    /// can reach 1032.
    pub ratio: u64,
    /// Unpacked bytes that are let through before the ratio is looked at.
    pub grace: u64,
    /// Unpacked bytes of one item, all its members and layers together.
    pub bytes: u64,
    /// Members of archives in one item, nested archives' members included.
    pub members: u64,
    /// Layers of packing around each other: a gzip in a tar in a zip is three.
    pub nesting: u32,
}

impl Bounds {
    /// What holds unless a caller says otherwise. A month of CloudTrail of one account is some
    /// 150 000 files, so members are many.
    pub const STANDARD: Bounds =
        Bounds { ratio: 400, grace: 64 << 20, bytes: 64 << 30, members: 1_000_000, nesting: 8 };
}

/// Counts what goes into and comes out of the unpacking of one item.
pub(crate) struct Meter {
    pub(crate) bounds: Bounds,
    size: u64,
    consumed: Cell<u64>,
    produced: Cell<u64>,
    members: Cell<u64>,
    stopped: RefCell<Option<String>>,
}

impl Meter {
    /// A meter for an item of `size` packed bytes.
    pub(crate) fn new(bounds: Bounds, size: u64) -> Self {
        Meter {
            bounds,
            size,
            consumed: Cell::new(0),
            produced: Cell::new(0),
            members: Cell::new(0),
            stopped: RefCell::new(None),
        }
    }

    /// Packed bytes were read. What is read twice counts once: a zip whose members share their
    /// data expands no less for it.
    pub(crate) fn consume(&self, bytes: u64) {
        self.consumed.set((self.consumed.get() + bytes).min(self.size));
    }

    /// Whether `produced` more bytes could come out of `consumed` more without meeting a bound.
    pub(crate) fn allows(&self, produced: u64, consumed: u64) -> bool {
        let consumed = self.consumed.get().saturating_add(consumed).min(self.size);
        self.met(self.produced.get().saturating_add(produced), consumed).is_none()
    }

    /// Bytes came out.
    pub(crate) fn produce(&self, bytes: u64) -> Result<()> {
        let produced = self.produced.get().saturating_add(bytes);
        self.produced.set(produced);
        match self.met(produced, self.consumed.get()) {
            Some(bound) => Err(self.stop(bound)),
            None => Ok(()),
        }
    }

    /// One more member of an archive.
    pub(crate) fn member(&self) -> Result<()> {
        self.members.set(self.members.get() + 1);
        let max = self.bounds.members;
        if self.members.get() <= max {
            return Ok(());
        }
        Err(self.stop(format!("the bound on members was met: more than {max} in one item")))
    }

    /// The bound that was met, if one was: then nothing more comes out of this item.
    pub(crate) fn stopped(&self) -> Option<String> {
        self.stopped.borrow().clone()
    }

    fn stop(&self, bound: String) -> Error {
        let mut stopped = self.stopped.borrow_mut();
        Error::other(stopped.get_or_insert(bound).clone())
    }

    fn met(&self, produced: u64, packed: u64) -> Option<String> {
        let Bounds { ratio, grace, bytes, .. } = self.bounds;
        if produced > bytes {
            let bytes = names::size(bytes);
            return Some(format!("the size bound was met: more than {bytes} unpacked of one item"));
        }
        if produced > grace && produced > packed.saturating_mul(ratio) {
            return Some(format!(
                "the expansion bound was met: more than {ratio} unpacked bytes for one packed \
                 byte, {produced} out of {packed}"
            ));
        }
        None
    }
}

/// A reader of packed bytes, which are counted as going in if they are the item's own.
pub(crate) struct Consumed<'m, R> {
    pub(crate) inner: R,
    pub(crate) meter: Option<&'m Meter>,
}

impl<R: Read> Read for Consumed<'_, R> {
    fn read(&mut self, out: &mut [u8]) -> Result<usize> {
        let count = self.inner.read(out)?;
        if let Some(meter) = self.meter {
            meter.consume(count as u64);
        }
        Ok(count)
    }
}

impl<R: Seek> Seek for Consumed<'_, R> {
    fn seek(&mut self, to: SeekFrom) -> Result<u64> {
        self.inner.seek(to)
    }
}

/// A reader whose bytes are counted as coming out.
pub(crate) struct Metered<'m, R> {
    inner: R,
    meter: &'m Meter,
}

impl<'m, R: Read> Metered<'m, R> {
    pub(crate) fn new(inner: R, meter: &'m Meter) -> Self {
        Metered { inner, meter }
    }
}

impl<R: Read> Read for Metered<'_, R> {
    fn read(&mut self, out: &mut [u8]) -> Result<usize> {
        if let Some(bound) = self.meter.stopped() {
            return Err(Error::other(bound));
        }
        let count = self.inner.read(out)?;
        self.meter.produce(count as u64)?;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_bound_is_told_by_its_name_and_stays_met() {
        let bounds = Bounds { ratio: 10, grace: 100, bytes: 5000, members: 2, nesting: 8 };
        let meter = Meter::new(bounds, 400);
        meter.consume(20);
        assert!(meter.produce(200).is_ok() && !meter.allows(1, 0) && meter.allows(1, 1));
        assert!(meter.produce(1).unwrap_err().to_string().contains("expansion bound"));
        meter.consume(10_000);
        assert!(
            meter.allows(4000 - 201, 0) && !meter.allows(4000, 999),
            "400 packed bytes count once"
        );
        assert!(meter.stopped().is_some());

        let meter = Meter::new(bounds, 4000);
        meter.consume(4000);
        assert!(meter.produce(5001).unwrap_err().to_string().contains("size bound"));
        let meter = Meter::new(bounds, 1);
        assert!(meter.member().is_ok() && meter.member().is_ok());
        assert!(meter.member().unwrap_err().to_string().contains("bound on members"));
    }
}
