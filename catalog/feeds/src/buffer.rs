//! Byte buffers that each thread uses again, and a bound on what all threads hold at a time.

use std::cell::RefCell;
use std::io::{ErrorKind, Read};
use std::sync::atomic::{AtomicU64, Ordering};

/// How much a thread keeps of buffers that are not in use.
const KEPT_MAX: usize = 96 << 20;
/// How much all threads together hold of blobs that were unpacked in one call; past it, packed
/// data are read as streams, which give the same bytes in little memory.
const HELD_MAX: u64 = 512 << 20;
/// A buffer is made larger than asked by this part of its size.
const SLACK: usize = 4;
/// What a buffer grows by at first.
const GROWTH: usize = 64 << 10;

static HELD: AtomicU64 = AtomicU64::new(0);

thread_local! {
    static POOL: RefCell<Vec<Vec<u8>>> = const { RefCell::new(Vec::new()) };
}

/// A buffer that goes back to its thread's pool.
pub(crate) struct Buffer {
    bytes: Vec<u8>,
    filled: usize,
}

/// How reading into a buffer ended.
pub(crate) enum Gathered {
    /// The reader is at its end: the buffer holds everything.
    All,
    /// The buffer is full, there may be more.
    Full,
    /// The reader failed; the buffer holds what came before.
    Failed(std::io::Error),
}

impl Buffer {
    /// An empty buffer.
    pub(crate) fn take() -> Self {
        Buffer::with_room(0)
    }

    /// An empty buffer that holds `size` bytes without growing: of those at hand the smallest
    /// that is large enough, so that packed and unpacked data do not take each other's.
    pub(crate) fn with_room(size: usize) -> Self {
        let bytes = POOL.with_borrow_mut(|pool| {
            let fitting = pool.iter().enumerate().filter(|(_, bytes)| bytes.len() >= size);
            let best = fitting.min_by_key(|(_, bytes)| bytes.len()).map(|(at, _)| at);
            best.or_else(|| pool.len().checked_sub(1)).map(|at| pool.swap_remove(at))
        });
        let mut buffer = Buffer { bytes: bytes.unwrap_or_default(), filled: 0 };
        buffer.make_room(size);
        buffer
    }

    /// What was read into it.
    pub(crate) fn filled(&self) -> &[u8] {
        self.bytes.get(..self.filled).unwrap_or(&self.bytes)
    }

    /// Throws its content away and offers room for `size` bytes; `fill` says how many it wrote.
    pub(crate) fn write<E>(
        &mut self,
        size: usize,
        fill: impl FnOnce(&mut [u8]) -> Result<usize, E>,
    ) -> Result<(), E> {
        self.filled = 0;
        self.make_room(size);
        let room = self.bytes.get_mut(..size).unwrap_or_default();
        self.filled = fill(room)?.min(size);
        Ok(())
    }

    fn make_room(&mut self, size: usize) {
        if self.bytes.len() < size {
            // A fresh allocation comes zeroed from the system; growing would copy. A little more
            // than asked: the next file is seldom of the same size, but often nearly.
            self.bytes = Vec::new();
            self.bytes = vec![0; size + size / SLACK];
        }
    }

    /// Reads on until it holds `limit` bytes or the reader ends.
    pub(crate) fn gather(&mut self, reader: &mut dyn Read, limit: usize) -> Gathered {
        while self.filled < limit {
            if self.filled == self.bytes.len() {
                let size = (self.filled * 2).max(GROWTH).min(limit.max(GROWTH));
                self.bytes.resize(size, 0);
            }
            let end = self.bytes.len().min(limit);
            let room = self.bytes.get_mut(self.filled..end).unwrap_or_default();
            match reader.read(room) {
                Ok(0) => return Gathered::All,
                Ok(count) => self.filled += count,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Gathered::Failed(error),
            }
        }
        Gathered::Full
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        let bytes = std::mem::take(&mut self.bytes);
        // While a thread ends its pool may be gone already: then the buffer just goes too.
        let _ = POOL.try_with(|pool| {
            let mut pool = pool.borrow_mut();
            if pool.iter().map(Vec::len).sum::<usize>() + bytes.len() <= KEPT_MAX {
                pool.push(bytes);
            }
        });
    }
}

/// A share of [`HELD_MAX`], given back when dropped.
pub(crate) struct Held(u64);

impl Held {
    /// Sets `bytes` aside, if there is so much left.
    pub(crate) fn reserve(bytes: u64) -> Option<Held> {
        let fits = |held: u64| held.checked_add(bytes).filter(|sum| *sum <= HELD_MAX);
        HELD.fetch_update(Ordering::Relaxed, Ordering::Relaxed, fits).ok().map(|_| Held(bytes))
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        HELD.fetch_sub(self.0, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gathers_to_the_limit_and_on_to_the_end() {
        let data: Vec<u8> = (0..200_000u32).map(|n| n as u8).collect();
        let mut reader = data.as_slice();
        let mut buffer = Buffer::take();
        assert!(matches!(buffer.gather(&mut reader, 512), Gathered::Full));
        assert_eq!(buffer.filled(), &data[..512]);
        assert!(matches!(buffer.gather(&mut reader, 1 << 20), Gathered::All));
        assert_eq!(buffer.filled(), data);
    }

    #[test]
    fn what_is_held_is_bounded_and_given_back() {
        let held = Held::reserve(HELD_MAX / 2 + 1).unwrap();
        assert!(Held::reserve(HELD_MAX / 2).is_none());
        drop(held);
        assert!(Held::reserve(HELD_MAX / 2).is_some());
        assert!(Held::reserve(u64::MAX).is_none());
    }
}
