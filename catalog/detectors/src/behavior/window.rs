//! Sliding windows over things in order of time: how many different ones fit into one.

use rustc_hash::FxHashMap;

/// A second in nanoseconds.
pub const SECOND: i64 = 1_000_000_000;
/// An hour in nanoseconds.
pub const HOUR: i64 = 3600 * SECOND;

/// Where windows hold enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Burst {
    /// The first thing of the first such window.
    pub from: usize,
    /// The last thing of the last such window.
    pub to: usize,
    /// The most different values in one window.
    pub distinct: usize,
}

/// Where windows of `width` hold at least `min` different values; `None` if none does. Things are
/// (time, value), in order of time.
pub fn burst(things: &[(i64, u64)], width: i64, min: usize) -> Option<Burst> {
    let mut counts: FxHashMap<u64, usize> = FxHashMap::default();
    let (mut from, mut found): (usize, Option<Burst>) = (0, None);
    for (to, (time, value)) in things.iter().enumerate() {
        *counts.entry(*value).or_insert(0) += 1;
        while let Some((old, gone)) = things.get(from) {
            if time.saturating_sub(*old) <= width {
                break;
            }
            if let Some(count) = counts.get_mut(gone) {
                *count -= 1;
                if *count == 0 {
                    counts.remove(gone);
                }
            }
            from += 1;
        }
        let distinct = counts.len();
        if distinct >= min {
            let known = found.get_or_insert(Burst { from, to, distinct });
            known.to = to;
            known.distinct = known.distinct.max(distinct);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every window, counted one by one.
    fn slow(things: &[(i64, u64)], width: i64, min: usize) -> Option<Burst> {
        let mut found: Option<Burst> = None;
        for (to, (time, _)) in things.iter().enumerate() {
            let from = things.iter().position(|(old, _)| time - old <= width).unwrap();
            let values: std::collections::BTreeSet<u64> =
                things[from..=to].iter().map(|(_, value)| *value).collect();
            if values.len() >= min {
                let known = found.get_or_insert(Burst { from, to, distinct: 0 });
                (known.to, known.distinct) = (to, known.distinct.max(values.len()));
            }
        }
        found
    }

    #[test]
    fn bursts_are_those_that_counting_every_window_gives() {
        let mut state = 7_u64;
        let mut next = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) % below
        };
        for _ in 0..50 {
            let mut time = 0;
            let things: Vec<(i64, u64)> = (0..80)
                .map(|_| {
                    time += next(9) as i64;
                    (time, next(12))
                })
                .collect();
            for min in [2, 5, 8] {
                assert_eq!(burst(&things, 20, min), slow(&things, 20, min));
            }
        }
        assert_eq!(burst(&[], 5, 1), None);
    }
}
