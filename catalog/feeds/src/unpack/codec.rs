//! The codecs, each as one step from packed to unpacked bytes, so that one reader serves all.

use flate2::{Decompress, FlushDecompress};
use zstd::stream::raw::{Decoder, InBuffer, Operation, OutBuffer};

/// What a step did.
pub(crate) struct Step {
    /// Packed bytes taken.
    pub(crate) taken: usize,
    /// Unpacked bytes given; they stand even when the step failed.
    pub(crate) given: usize,
    /// Whether the member is complete, or why it cannot be.
    pub(crate) complete: Result<bool, String>,
}

/// A codec at work on one member (gzip), frame (zstd) or stream (bzip2).
pub(crate) trait Codec {
    /// Unpacks as much of `input` as fits into `output`.
    fn step(&mut self, input: &[u8], output: &mut [u8]) -> Step;
    /// Starts over for a further member.
    fn restart(&mut self);
}

/// RFC 1951, bare or in RFC 1952's gzip, whose checksum and length it holds.
pub(crate) struct Inflate {
    inner: Decompress,
    gzip: bool,
}

impl Inflate {
    /// Bare deflate data, as in zip.
    pub(crate) fn bare() -> Self {
        Inflate { inner: Decompress::new(false), gzip: false }
    }

    /// A gzip member.
    pub(crate) fn gzip() -> Self {
        Inflate { inner: Decompress::new_gzip(15), gzip: true }
    }
}

impl Codec for Inflate {
    fn step(&mut self, input: &[u8], output: &mut [u8]) -> Step {
        let before = (self.inner.total_in(), self.inner.total_out());
        let result = self.inner.decompress(input, output, FlushDecompress::None);
        let complete = match result {
            Ok(status) => Ok(status == flate2::Status::StreamEnd),
            Err(error) => Err(error.message().unwrap_or("it is damaged here").to_owned()),
        };
        Step {
            taken: (self.inner.total_in() - before.0) as usize,
            given: (self.inner.total_out() - before.1) as usize,
            complete,
        }
    }

    fn restart(&mut self) {
        *self = if self.gzip { Inflate::gzip() } else { Inflate::bare() };
    }
}

/// bzip2.
pub(crate) struct Bunzip2(bzip2::Decompress);

impl Bunzip2 {
    pub(crate) fn new() -> Self {
        Bunzip2(bzip2::Decompress::new(false))
    }
}

impl Codec for Bunzip2 {
    fn step(&mut self, input: &[u8], output: &mut [u8]) -> Step {
        let before = (self.0.total_in(), self.0.total_out());
        let result = self.0.decompress(input, output);
        let complete = match result {
            Ok(status) => Ok(status == bzip2::Status::StreamEnd),
            Err(error) => Err(error.to_string()),
        };
        Step {
            taken: (self.0.total_in() - before.0) as usize,
            given: (self.0.total_out() - before.1) as usize,
            complete,
        }
    }

    fn restart(&mut self) {
        *self = Bunzip2::new();
    }
}

/// RFC 8878. A window of more than 128 MiB is refused by the library, which bounds memory.
pub(crate) struct Unzstd {
    inner: std::io::Result<Decoder<'static>>,
    hint: usize,
}

/// The least a zstd frame header takes, in bytes (RFC 8878, 3.1.1: magic and descriptor).
const FRAME_START: usize = 5;

impl Unzstd {
    pub(crate) fn new() -> Self {
        Unzstd { inner: Decoder::new(), hint: FRAME_START }
    }
}

impl Codec for Unzstd {
    fn step(&mut self, input: &[u8], output: &mut [u8]) -> Step {
        let decoder = match &mut self.inner {
            Ok(decoder) => decoder,
            Err(error) => return Step { taken: 0, given: 0, complete: Err(error.to_string()) },
        };
        // The library forgets what it has written when it fails. Given no more than it asks for,
        // it works block by block, and a damaged block takes no sound one with it.
        let input = input.get(..self.hint).unwrap_or(input);
        let mut packed = InBuffer::around(input);
        let mut unpacked = OutBuffer::around(output);
        let result = decoder.run(&mut packed, &mut unpacked);
        let complete = match result {
            Ok(hint) => {
                self.hint = if hint == 0 { FRAME_START } else { hint };
                Ok(hint == 0)
            }
            Err(error) => Err(error.to_string()),
        };
        Step { taken: packed.pos(), given: unpacked.pos(), complete }
    }

    fn restart(&mut self) {
        self.hint = FRAME_START;
    }
}
