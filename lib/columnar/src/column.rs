//! One column of a row group, decoded batch by batch, with a place in it.

use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{ByteArray, DataType, FixedLenByteArray, Int96};

use crate::leaf::Leaf;
use crate::words;

/// A column being read.
pub(crate) struct Column {
    values: Values,
    /// The definition level of a value that is there.
    full: i16,
    repeats: bool,
    definitions: Vec<i16>,
    repetitions: Vec<i16>,
    /// The next level, and the next value that is there.
    level: usize,
    value: usize,
    /// Levels in the batch.
    levels: usize,
}

/// A decoder and what it gave.
struct Typed<T: DataType>(ColumnReaderImpl<T>, Vec<T::T>);

macro_rules! values {
    ($($name:ident: $reader:ident, $data:ident;)*) => {
        enum Values { $($name(Box<Typed<parquet::data_type::$data>>)),* }

        impl Values {
            fn new(reader: ColumnReader) -> Self {
                match reader {
                    $(ColumnReader::$reader(r) => Values::$name(Box::new(Typed(r, Vec::new())))),*
                }
            }

            fn fill(
                &mut self,
                most: usize,
                definitions: &mut Vec<i16>,
                repetitions: &mut Vec<i16>,
            ) -> Result<(usize, usize), String> {
                match self {
                    $(Values::$name(typed) => {
                        typed.1.clear();
                        let (defs, reps) = (Some(definitions), Some(repetitions));
                        let read = typed.0.read_records(most, defs, reps, &mut typed.1);
                        let (records, _, levels) = read.map_err(words)?;
                        Ok((records, levels))
                    }),*
                }
            }
        }
    };
}

values! {
    Bool: BoolColumnReader, BoolType;
    Int32: Int32ColumnReader, Int32Type;
    Int64: Int64ColumnReader, Int64Type;
    Int96: Int96ColumnReader, Int96Type;
    Float: FloatColumnReader, FloatType;
    Double: DoubleColumnReader, DoubleType;
    Bytes: ByteArrayColumnReader, ByteArrayType;
    Fixed: FixedLenByteArrayColumnReader, FixedLenByteArrayType;
}

impl Column {
    /// A column at its start.
    pub(crate) fn new(reader: ColumnReader, levels: (i16, i16)) -> Self {
        let (full, repetition) = levels;
        Column {
            values: Values::new(reader),
            full,
            repeats: repetition > 0,
            definitions: Vec::new(),
            repetitions: Vec::new(),
            level: 0,
            value: 0,
            levels: 0,
        }
    }

    /// Decodes the next `most` rows, or as many as are left; says how many.
    pub(crate) fn fill(&mut self, most: usize) -> Result<usize, String> {
        self.definitions.clear();
        self.repetitions.clear();
        (self.level, self.value) = (0, 0);
        let (records, levels) =
            self.values.fill(most, &mut self.definitions, &mut self.repetitions)?;
        self.levels = levels;
        Ok(records)
    }

    /// The definition level at its place; none at the end of the batch.
    pub(crate) fn definition(&self) -> Option<i16> {
        match self.full {
            0 => (self.level < self.levels).then_some(0),
            _ => self.definitions.get(self.level).copied(),
        }
    }

    /// The repetition level at its place; none at the end of the batch.
    pub(crate) fn repetition(&self) -> Option<i16> {
        self.repetitions.get(self.level).copied()
    }

    /// Whether it stands at the start of a row.
    pub(crate) fn at_row(&self) -> bool {
        !self.repeats || self.repetition().unwrap_or(0) == 0
    }

    /// Goes on without a look at the value.
    pub(crate) fn pass(&mut self) {
        self.value += usize::from(self.definition() == Some(self.full));
        self.level += 1;
    }

    /// Writes the value at its place as JSON and goes on.
    pub(crate) fn write(&mut self, leaf: Leaf, out: &mut String) {
        let at = self.value;
        let written = match &self.values {
            Values::Bool(of) => {
                of.1.get(at).map(|v| out.push_str(if *v { "true" } else { "false" }))
            }
            Values::Int32(of) => of.1.get(at).map(|v| leaf.whole(i64::from(*v), 32, out)),
            Values::Int64(of) => of.1.get(at).map(|v| leaf.whole(*v, 64, out)),
            Values::Int96(of) => of.1.get(at).map(|v: &Int96| leaf.whole(v.to_nanos(), 64, out)),
            Values::Float(of) => of.1.get(at).map(|v| Leaf::real(short(*v), out)),
            Values::Double(of) => of.1.get(at).map(|v| Leaf::real(*v, out)),
            Values::Bytes(of) => of.1.get(at).map(|v: &ByteArray| leaf.bytes(v.data(), out)),
            Values::Fixed(of) => {
                of.1.get(at).map(|v: &FixedLenByteArray| leaf.bytes(v.data(), out))
            }
        };
        if written.is_none() {
            out.push_str("null");
        }
        self.pass();
    }
}

/// The double that is written with the same digits.
fn short(value: f32) -> f64 {
    format!("{value:?}").parse().unwrap_or(f64::from(value))
}
