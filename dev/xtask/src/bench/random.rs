//! Seeded numbers and calendar dates: the same data on every machine.

/// SplitMix64: number `n` of the sequence that `seed` begins.
pub fn number(seed: u64, n: u64) -> u64 {
    let mut z = seed ^ n.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// A seed from a text.
pub fn seed(text: &str) -> u64 {
    text.bytes().fold(0, |seed, byte| number(seed, u64::from(byte)))
}

/// The moment that all data begins: 2026-01-01T00:00:00Z.
pub const START: u64 = 1_767_225_600;

/// An address of the block for benchmarks (198.18.0.0/15, RFC 2544).
pub fn outside(n: u64) -> String {
    format!("198.{}.{}.{}", 18 + (n >> 16) % 2, (n >> 8) % 256, n % 256)
}

/// Year, month, day, hour, minute, second of a Unix time (Howard Hinnant's `civil_from_days`).
pub fn civil(time: u64) -> (u64, u64, u64, u64, u64, u64) {
    let days = time / 86_400 + 719_468;
    let (era, doe) = (days / 146_097, days % 146_097);
    let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let (day, month) = (doy - (153 * mp + 2) / 5 + 1, if mp < 10 { mp + 3 } else { mp - 9 });
    let year = yoe + era * 400 + u64::from(month <= 2);
    (year, month, day, time / 3_600 % 24, time / 60 % 60, time % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_the_calendars() {
        assert_eq!(civil(START), (2026, 1, 1, 0, 0, 0));
        assert_eq!(civil(1_709_251_199), (2024, 2, 29, 23, 59, 59));
        assert_ne!(number(1, 1), number(1, 2));
    }
}
