//! What the values of one column mean, and how they are written as JSON.

use std::fmt::{Display, Write as _};

use parquet::basic::{ConvertedType, LogicalType, TimeUnit, Type as Physical};
use parquet::schema::types::Type;

use crate::row::quote;
use crate::stamp::{self, Unit};

/// The most digits behind the point of a decimal.
const SCALE_MAX: usize = 76;

/// The meaning of a column's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Leaf {
    /// What the physical type says: a truth, a number, bytes that are a text.
    Plain,
    /// A whole number without a sign, which Parquet keeps as one with a sign.
    Unsigned,
    /// Days since 1970.
    Date,
    /// A time of day.
    Clock(Unit),
    /// A time since 1970; as number of milliseconds, or as text.
    Stamp(Unit, bool),
    /// A number with so many digits behind the point.
    Decimal(usize),
    /// Sixteen bytes.
    Uuid,
    /// Bytes that are no text.
    Bytes,
}

impl Leaf {
    /// The meaning of a column.
    pub(crate) fn new(of: &Type, in_millis: fn(&str) -> bool) -> Self {
        let info = of.get_basic_info();
        let instant = |unit| Leaf::Stamp(unit, in_millis(of.name()));
        let scale = || usize::try_from(of.get_scale()).unwrap_or(0).min(SCALE_MAX);
        let logical = info.logical_type_ref().and_then(|logical| match logical {
            LogicalType::Integer(int) if !int.is_signed => Some(Leaf::Unsigned),
            LogicalType::Date => Some(Leaf::Date),
            LogicalType::Time(time) => Some(Leaf::Clock(unit(time.unit))),
            LogicalType::Timestamp(time) => Some(instant(unit(time.unit))),
            LogicalType::Decimal(_) => Some(Leaf::Decimal(scale())),
            LogicalType::Uuid => Some(Leaf::Uuid),
            LogicalType::Bson | LogicalType::Float16 | LogicalType::Geometry(_) => {
                Some(Leaf::Bytes)
            }
            _ => None,
        });
        let converted = || match info.converted_type() {
            ConvertedType::UINT_8
            | ConvertedType::UINT_16
            | ConvertedType::UINT_32
            | ConvertedType::UINT_64 => Leaf::Unsigned,
            ConvertedType::DATE => Leaf::Date,
            ConvertedType::TIME_MILLIS => Leaf::Clock(Unit::Millis),
            ConvertedType::TIME_MICROS => Leaf::Clock(Unit::Micros),
            ConvertedType::TIMESTAMP_MILLIS => instant(Unit::Millis),
            ConvertedType::TIMESTAMP_MICROS => instant(Unit::Micros),
            ConvertedType::DECIMAL => Leaf::Decimal(scale()),
            ConvertedType::BSON | ConvertedType::INTERVAL => Leaf::Bytes,
            // Twelve bytes that only ever were an instant.
            _ if of.get_physical_type() == Physical::INT96 => instant(Unit::Nanos),
            _ => Leaf::Plain,
        };
        logical.unwrap_or_else(converted)
    }

    /// Writes a whole number of `bits` bits.
    pub(crate) fn whole(self, value: i64, bits: u32, out: &mut String) {
        match self {
            Leaf::Unsigned if bits == 32 => number(value as u32, out),
            Leaf::Unsigned => number(value as u64, out),
            Leaf::Decimal(scale) if scale > 0 => decimal(&value.to_string(), scale, out),
            Leaf::Date => in_quotes(out, |out| stamp::date(value, out)),
            Leaf::Clock(unit) => in_quotes(out, |out| stamp::clock(value, unit, out)),
            Leaf::Stamp(unit, in_millis) => match stamp::whole_millis(value, unit) {
                Some(millis) if in_millis => number(millis, out),
                _ => in_quotes(out, |out| stamp::instant(value, unit, out)),
            },
            _ => number(value, out),
        }
    }

    /// Writes a real number; one that JSON does not have as text.
    pub(crate) fn real(value: f64, out: &mut String) {
        let _infallible =
            if value.is_finite() { write!(out, "{value:?}") } else { write!(out, "\"{value}\"") };
    }

    /// Writes bytes: a text where they are one.
    pub(crate) fn bytes(self, bytes: &[u8], out: &mut String) {
        match (self, std::str::from_utf8(bytes)) {
            (Leaf::Decimal(scale), _) if bytes.len() <= 16 => {
                decimal(&big_endian(bytes).to_string(), scale, out);
            }
            (Leaf::Uuid, _) if bytes.len() == 16 => {
                in_quotes(out, |out| uuid(bytes, out));
            }
            (Leaf::Plain, Ok(text)) => quote(text, out),
            _ => in_quotes(out, |out| hex(bytes, out)),
        }
    }
}

fn unit(of: TimeUnit) -> Unit {
    match of {
        TimeUnit::MILLIS => Unit::Millis,
        TimeUnit::MICROS => Unit::Micros,
        TimeUnit::NANOS => Unit::Nanos,
    }
}

fn number(value: impl Display, out: &mut String) {
    let _infallible = write!(out, "{value}");
}

fn in_quotes(out: &mut String, write: impl FnOnce(&mut String)) {
    out.push('"');
    write(out);
    out.push('"');
}

/// A number in two's complement, the first byte the highest.
fn big_endian(bytes: &[u8]) -> i128 {
    let negative = bytes.first().is_some_and(|first| first & 0x80 != 0);
    let start = if negative { -1 } else { 0 };
    bytes.iter().fold(start, |value, byte| value << 8 | i128::from(*byte))
}

/// Sets the point into a whole number.
fn decimal(digits: &str, scale: usize, out: &mut String) {
    let (sign, digits) = digits.strip_prefix('-').map_or(("", digits), |rest| ("-", rest));
    let padded = format!("{digits:0>width$}", width = scale + 1);
    let (whole, part) = padded.split_at_checked(padded.len() - scale).unwrap_or((&padded, ""));
    out.push_str(sign);
    out.push_str(whole);
    if !part.is_empty() {
        out.push('.');
        out.push_str(part);
    }
}

fn hex(bytes: &[u8], out: &mut String) {
    for byte in bytes {
        let _infallible = write!(out, "{byte:02x}");
    }
}

fn uuid(bytes: &[u8], out: &mut String) {
    for (at, byte) in bytes.iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            out.push('-');
        }
        let _infallible = write!(out, "{byte:02x}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(write: impl FnOnce(&mut String)) -> String {
        let mut text = String::new();
        write(&mut text);
        text
    }

    #[test]
    fn values_as_json() {
        for (leaf, value, bits, text) in [
            (Leaf::Plain, -5, 32, "-5"),
            (Leaf::Unsigned, -1, 32, "4294967295"),
            (Leaf::Unsigned, -1, 64, "18446744073709551615"),
            (Leaf::Decimal(2), -5, 32, "-0.05"),
            (Leaf::Decimal(0), 5, 64, "5"),
            (Leaf::Date, 0, 32, "\"1970-01-01\""),
            (Leaf::Clock(Unit::Millis), 3_661_001, 32, "\"01:01:01.001\""),
            (Leaf::Stamp(Unit::Micros, true), 1_000, 64, "1"),
            (Leaf::Stamp(Unit::Micros, true), 1, 64, "\"1970-01-01T00:00:00.000001Z\""),
            (Leaf::Stamp(Unit::Millis, false), 1, 64, "\"1970-01-01T00:00:00.001Z\""),
        ] {
            assert_eq!(told(|out| leaf.whole(value, bits, out)), text);
        }
        assert_eq!(told(|out| Leaf::real(0.5, out)), "0.5");
        assert_eq!(told(|out| Leaf::real(1e300, out)), "1e300");
        assert_eq!(told(|out| Leaf::real(f64::NAN, out)), "\"NaN\"");
        assert_eq!(told(|out| Leaf::Plain.bytes(b"a\"b", out)), r#""a\"b""#);
        assert_eq!(told(|out| Leaf::Plain.bytes(b"\xFF\0", out)), "\"ff00\"");
        assert_eq!(told(|out| Leaf::Decimal(1).bytes(&[0xFF, 0xF6], out)), "-1.0");
        let id = told(|out| Leaf::Uuid.bytes(&[0x11; 16], out));
        assert_eq!(id, "\"11111111-1111-1111-1111-111111111111\"");
    }
}
