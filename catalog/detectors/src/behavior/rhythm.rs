//! How regular contacts are: their gaps and sizes, as RITA scores them (Bowley's skewness and the
//! median deviation), with gaps in which beats were missed folded back.

/// Fewer contacts have no rhythm.
pub const BEATS_MIN: usize = 20;
/// A gap may hold so many beats of which all but the last are missing.
const MISSED_MAX: f64 = 6.0;
/// A gap holds missed beats if its share is that near the usual gap.
const NEAR: f64 = 0.25;
/// Parts of the whole time in which contacts are counted.
const BINS: usize = 24;
/// A beat that a clock gives falls within this much of the same second of its period. Seconds.
const CLOCK: f64 = 2.5;

/// A rhythm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rhythm {
    /// Seconds from beat to beat.
    pub period: f64,
    /// How far gaps are off it, as a share of it: the median deviation.
    pub jitter: f64,
    /// Beats that were missed.
    pub missed: usize,
    /// From 0 to 1: how regular all is.
    pub score: f64,
    /// The beats come at full minutes, as a timetable has it.
    pub clock: bool,
}

/// The value at a share of sorted values.
fn at(sorted: &[f64], share: f64) -> f64 {
    let place = share * sorted.len().saturating_sub(1) as f64;
    let (low, high) = (place.floor() as usize, place.ceil() as usize);
    let (a, b) = (sorted.get(low).copied(), sorted.get(high).copied());
    let (a, b) = (a.unwrap_or_default(), b.unwrap_or_default());
    a + (b - a) * (place - place.floor())
}

fn sorted(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut all: Vec<f64> = values.collect();
    all.sort_by(f64::total_cmp);
    all
}

/// How alike values are, from 0 to 1, and their median and median deviation.
fn alike(values: &[f64]) -> (f64, f64, f64) {
    let (low, median, high) = (at(values, 0.25), at(values, 0.5), at(values, 0.75));
    let off = at(&sorted(values.iter().map(|value| (value - median).abs())), 0.5);
    // Where all are alike, which way the rest leans says nothing.
    let wide = high - low > 0.05 * median;
    let skew = if wide { ((low + high - 2.0 * median) / (high - low)).abs() } else { 0.0 };
    let narrow = if median > 0.0 { (1.0 - off / median).max(0.0) } else { 0.0 };
    (0.5 * (1.0 - skew) + 0.5 * narrow, median, off)
}

/// How evenly contacts lie over the whole time, from 0 to 1.
fn even(times: &[f64]) -> f64 {
    let (Some(first), Some(last)) = (times.first(), times.last()) else { return 0.0 };
    let mut bins = [0.0_f64; BINS];
    for time in times {
        let place = (time - first) / (last - first).max(1.0) * BINS as f64;
        if let Some(bin) = bins.get_mut((place as usize).min(BINS - 1)) {
            *bin += 1.0;
        }
    }
    let mean = times.len() as f64 / BINS as f64;
    let spread = (bins.iter().map(|bin| (bin - mean).powi(2)).sum::<f64>() / BINS as f64).sqrt();
    // Few contacts in each part vary by their number alone.
    let chance = if mean < 4.0 { 0.5 * spread } else { spread };
    (1.0 - chance / mean).clamp(0.0, 1.0)
}

/// Whether beats come at full minutes, and always at the same second.
fn is_clock(times: &[f64], period: f64) -> bool {
    let minutes = (period / 60.0).round().max(1.0);
    let off = (period - minutes * 60.0).abs();
    let phases = sorted(times.iter().map(|time| time.rem_euclid(60.0)));
    let (low, high) = (at(&phases, 0.1), at(&phases, 0.9));
    off <= CLOCK && high - low <= 2.0 * CLOCK
}

/// The rhythm of contacts: when (seconds, in order) and how large each was (may be empty).
pub fn rhythm(times: &[f64], sizes: &[f64]) -> Option<Rhythm> {
    if times.len() < BEATS_MIN {
        return None;
    }
    let gaps: Vec<f64> =
        times.windows(2).filter_map(|pair| Some(pair.last()? - pair.first()?)).collect();
    let usual = at(&sorted(gaps.iter().copied()), 0.5);
    if usual < 1.0 {
        return None;
    }
    let mut missed = 0;
    let fold = |gap: &f64| {
        let beats = (gap / usual).round();
        let one = gap / beats.max(1.0);
        let holds = (2.0..=MISSED_MAX).contains(&beats) && (one - usual).abs() <= NEAR * usual;
        if holds {
            missed += beats as usize - 1;
        }
        if holds { one } else { *gap }
    };
    let folded: Vec<f64> = gaps.iter().map(fold).collect();
    let folded = sorted(folded.into_iter());
    let (gaps, period, off) = alike(&folded);
    // The share of gaps that are of the rhythm at all: the tails that quartiles do not see.
    let fits = folded.iter().filter(|gap| (*gap - period).abs() <= 0.6 * period).count();
    let fits = fits as f64 / folded.len() as f64;
    let sizes = if sizes.is_empty() { gaps } else { alike(&sorted(sizes.iter().copied())).0 };
    let score = 0.4 * gaps + 0.25 * fits + 0.2 * sizes + 0.15 * even(times);
    let clock = is_clock(times, period);
    Some(Rhythm { period, jitter: off / period, missed, score, clock })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn beats(count: usize, step: impl Fn(usize) -> f64) -> Vec<f64> {
        let mut now = 1_000.3;
        (0..count)
            .map(|at| {
                now += step(at);
                now
            })
            .collect()
    }

    #[test]
    fn a_beat_that_is_missed_is_counted_and_changes_nothing() {
        let times = beats(40, |at| if at % 7 == 3 { 146.0 } else { 73.0 });
        let found = rhythm(&times, &[]).unwrap();
        assert_eq!((found.period, found.missed), (73.0, 6));
        assert!(found.score > 0.95 && !found.clock, "{found:?}");
    }

    #[test]
    fn a_timetable_is_known_by_its_clock() {
        let at_minutes: Vec<f64> = (0..40).map(|at| f64::from(at) * 300.0 + 1.0).collect();
        assert!(rhythm(&at_minutes, &[]).unwrap().clock);
        let drifts = beats(40, |_| 300.9);
        assert!(!rhythm(&drifts, &[]).unwrap().clock);
        assert!(rhythm(&at_minutes[..19], &[]).is_none());
    }
}
