//! How many instances ran when, by hours, days and weeks of a month in the customer's zone.

use std::collections::BTreeMap;

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Span, ToSpan as _};
use model::usage::{Bucket, Usage};

use super::life::{Life, Moment, Run};

/// Days that a mean over ninety days looks at.
const DAYS: i32 = 90;
/// A day and a week in seconds.
const DAY: i64 = 86_400;

/// A month in a zone.
#[derive(Clone, Debug)]
pub struct Month {
    /// Its first day.
    pub first: Date,
    /// The zone.
    pub zone: TimeZone,
}

impl Month {
    /// Reads `2026-08`.
    pub fn parse(text: &str, zone: TimeZone) -> Option<Month> {
        let (year, month) = text.split_once('-')?;
        let fits = year.len() == 4 && month.len() == 2;
        let first = Date::new(year.parse().ok()?, month.parse().ok()?, 1).ok()?;
        fits.then_some(Month { first, zone })
    }

    /// Its first second and the first that is no longer in it.
    pub fn span(&self) -> (i64, i64) {
        (self.midnight(self.first), self.midnight(shift(self.first, 1.month())))
    }

    /// The first second of a day.
    fn midnight(&self, day: Date) -> i64 {
        let zoned = day.to_zoned(self.zone.clone());
        zoned.map_or(0, |zoned| zoned.timestamp().as_second())
    }

    /// The first seconds of days from one to another, `step` apart, and of the day that ends them.
    fn edges(&self, from: Date, to: Date, step: Span) -> Vec<i64> {
        let mut edges = vec![self.midnight(from)];
        let mut day = from;
        while day < to {
            let next = shift(day, step);
            if next <= day {
                break;
            }
            day = next;
            edges.push(self.midnight(day));
        }
        edges
    }
}

fn shift(day: Date, by: Span) -> Date {
    day.checked_add(by).unwrap_or(day)
}

/// Which of the times that a moment may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bounds {
    /// The best word.
    Best,
    /// Runs as short as they can have been.
    Short,
    /// Runs as long as they can have been.
    Long,
}

impl Bounds {
    fn span(self, run: &Run, until: i64) -> (i64, i64) {
        let pick = |moment: Moment, early: bool| match (self, early) {
            (Bounds::Best, _) => moment.at,
            (Bounds::Short, true) | (Bounds::Long, false) => moment.high,
            (Bounds::Short, false) | (Bounds::Long, true) => {
                // Nothing is known of a start before all records.
                if moment.low == i64::MIN { moment.at } else { moment.low }
            }
        };
        (pick(run.from, true), run.to.map_or(until, |to| pick(to, false).min(until)))
    }
}

/// What ran, counted. `known` is from when to when records tell of lives.
pub fn usage<'l>(
    lives: impl Iterator<Item = &'l Life>,
    month: &Month,
    known: (i64, i64),
    bounds: Bounds,
) -> Usage {
    let (from, to) = month.span();
    let end = to.min(known.1);
    let mut spans: Vec<(i64, i64, u32)> = Vec::new();
    for (number, life) in lives.enumerate() {
        for run in &life.runs {
            let (start, stop) = bounds.span(run, known.1);
            if start < stop {
                spans.push((start, stop, number as u32));
            }
        }
    }
    let whole = |all: Vec<Bucket>| -> Vec<Bucket> {
        all.into_iter().filter(|b| b.start >= known.0 && b.end <= known.1).collect()
    };
    let first_day = shift(month.first, 1.month()).checked_sub(DAYS.days()).unwrap_or(month.first);
    let days = month.edges(first_day, shift(month.first, 1.month()), 1.day());
    let monday = monday(month.first);
    let weeks = month.edges(monday, shift(month.first, 1.month()), 1.week());
    let (part_weeks, weeks) = buckets(&spans, &weeks)
        .into_iter()
        .filter(|week| week.unique > 0)
        .partition(|week| week.start < known.0 || week.end > known.1);
    let hour_edges = steps(from, to, 3600);
    let hours: Vec<Bucket> = buckets(&spans, &hour_edges);
    let hours: Vec<Bucket> =
        hours.into_iter().filter(|hour| hour.end > known.0 && hour.start < end).collect();
    let minutes = samples(&spans, from.max(known.0), end);
    let levels = levels(&spans, (from, end));
    let (seconds, started_hours) = within(&spans, (from, end));
    let mut usage = Usage {
        peak: peak(&levels),
        levels: durations(&levels),
        days: whole(buckets(&spans, &days)),
        hours,
        minutes,
        weeks,
        part_weeks,
        seconds,
        started_hours,
        growth: 1.0,
    };
    expect(&mut usage, end, to);
    usage
}

/// The Monday on or before a day.
fn monday(day: Date) -> Date {
    let back = i64::from(day.weekday().since(Weekday::Monday));
    day.checked_sub(back.days()).unwrap_or(day)
}

fn steps(from: i64, to: i64, step: i64) -> Vec<i64> {
    let mut edges: Vec<i64> =
        std::iter::successors(Some(from), |at| Some(at + step)).take_while(|at| *at < to).collect();
    edges.push(to);
    edges
}

/// Starts and ends in order: at one second, ends come first.
fn edges(spans: &[(i64, i64, u32)]) -> Vec<(i64, i32)> {
    let mut edges: Vec<(i64, i32)> = Vec::with_capacity(spans.len() * 2);
    for (from, to, _) in spans {
        edges.push((*from, 1));
        edges.push((*to, -1));
    }
    edges.sort_unstable();
    edges
}

/// Counts for each stretch between two edges.
fn buckets(spans: &[(i64, i64, u32)], bounds: &[i64]) -> Vec<Bucket> {
    let changes = edges(spans);
    let unique = unique(spans, bounds);
    let mut next = 0;
    let mut count = 0i32;
    let mut all = Vec::with_capacity(bounds.len());
    for (number, (start, end)) in bounds.iter().zip(bounds.iter().skip(1)).enumerate() {
        while let Some((_, change)) = changes.get(next).filter(|(at, _)| at <= start) {
            count += change;
            next += 1;
        }
        let (mut max, mut min, mut seconds, mut at) = (count, count, 0i64, *start);
        let at_start = count;
        while let Some((when, _)) = changes.get(next).filter(|(when, _)| when < end) {
            seconds += i64::from(count) * (when - at);
            at = *when;
            // All that happens in one second counts together.
            while let Some((_, change)) = changes.get(next).filter(|(same, _)| *same == at) {
                count += change;
                next += 1;
            }
            (max, min) = (max.max(count), min.min(count));
        }
        seconds += i64::from(count) * (end - at);
        all.push(Bucket {
            start: *start,
            end: *end,
            at_start: at_start.max(0) as u32,
            max: max.max(0) as u32,
            min: min.max(0) as u32,
            seconds: seconds.max(0) as u64,
            unique: unique.get(number).copied().unwrap_or(0),
            expected: false,
        });
    }
    all
}

/// How many different instances ran in each stretch.
fn unique(spans: &[(i64, i64, u32)], bounds: &[i64]) -> Vec<u32> {
    let mut changes = vec![0i32; bounds.len() + 1];
    let mut ordered: Vec<(u32, i64, i64)> = spans.iter().map(|s| (s.2, s.0, s.1)).collect();
    ordered.sort_unstable();
    // The last stretch in which the instance at hand was counted.
    let mut last: Option<(u32, usize)> = None;
    for (who, from, to) in ordered {
        let first = bounds.partition_point(|edge| *edge <= from).saturating_sub(1);
        let stop = bounds.partition_point(|edge| *edge < to).min(bounds.len().saturating_sub(1));
        let first = match last {
            Some((same, counted)) if same == who => first.max(counted),
            _ => first,
        };
        if to <= bounds.first().copied().unwrap_or(to) || first >= stop {
            continue;
        }
        if let Some(change) = changes.get_mut(first) {
            *change += 1;
        }
        if let Some(change) = changes.get_mut(stop) {
            *change -= 1;
        }
        last = Some((who, stop));
    }
    let mut count = 0;
    changes
        .iter()
        .map(|change| {
            count += change;
            count.max(0) as u32
        })
        .collect()
}

/// How many ran at each full minute.
fn samples(spans: &[(i64, i64, u32)], from: i64, to: i64) -> Vec<Bucket> {
    let changes = edges(spans);
    let (mut next, mut count) = (0, 0i32);
    let mut all = Vec::new();
    for start in std::iter::successors(Some(from), |at| Some(at + 60)).take_while(|at| *at < to) {
        while let Some((_, change)) = changes.get(next).filter(|(at, _)| *at <= start) {
            count += change;
            next += 1;
        }
        let at_start = count.max(0) as u32;
        all.push(Bucket { start, end: start + 60, at_start, ..Bucket::default() });
    }
    all
}

/// Each stretch of a window in which the count stood still: from, to, count. What ran before the
/// window counts from its first second on.
fn levels(spans: &[(i64, i64, u32)], (from, to): (i64, i64)) -> Vec<(i64, i64, u32)> {
    let changes = edges(spans);
    let (mut next, mut count) = (0, 0i32);
    let mut all = Vec::new();
    while let Some((at, _)) = changes.get(next).copied().filter(|(at, _)| *at < to) {
        while let Some((_, change)) = changes.get(next).filter(|(same, _)| *same == at) {
            count += change;
            next += 1;
        }
        let until = changes.get(next).map_or(to, |(at, _)| *at).min(to);
        if until > from {
            all.push((at.max(from), until, count.max(0) as u32));
        }
    }
    all
}

/// When the most ran at once, the first time.
fn peak(levels: &[(i64, i64, u32)]) -> Option<(i64, u32)> {
    let most = levels.iter().max_by_key(|(from, _, count)| (*count, std::cmp::Reverse(*from)))?;
    (most.2 > 0).then_some((most.0, most.2))
}

/// For how long each count stood.
fn durations(levels: &[(i64, i64, u32)]) -> Vec<(u32, u64)> {
    let mut all: BTreeMap<u32, u64> = BTreeMap::new();
    for (from, to, count) in levels {
        *all.entry(*count).or_default() += (to - from).max(0) as u64;
    }
    all.into_iter().collect()
}

/// Seconds in a window, and each instance's own in whole hours.
fn within(spans: &[(i64, i64, u32)], (from, to): (i64, i64)) -> (u64, u64) {
    let (mut seconds, mut hours) = (0u64, 0u64);
    for (start, stop, _) in spans {
        let own = ((*stop).min(to) - (*start).max(from)).max(0) as u64;
        seconds += own;
        hours += own.div_ceil(3600);
    }
    (seconds, hours)
}

/// Fills what is left of the month with what was a week before, or a day before.
fn expect(usage: &mut Usage, known: i64, to: i64) {
    let last_whole = usage.hours.partition_point(|hour| hour.end <= known);
    if known >= to || last_whole < 24 {
        return;
    }
    let part = usage.hours.split_off(last_whole);
    let mut start = part.first().map_or(known, |hour| hour.start);
    let first = usage.hours.first().map_or(start, |hour| hour.start);
    while start < to {
        let back = [7 * DAY, DAY].into_iter().find(|back| start - back >= first);
        let model = back.and_then(|back| {
            let at = usage.hours.binary_search_by_key(&(start - back), |hour| hour.start).ok()?;
            usage.hours.get(at).copied()
        });
        let Some(model) = model else { break };
        usage.hours.push(Bucket { start, end: start + 3600, expected: true, ..model });
        start += 3600;
    }
    let sum = |expected: bool| -> u64 {
        usage.hours.iter().filter(|h| h.expected == expected).map(|h| h.seconds).sum()
    };
    let (told, expected) = (sum(false).max(1) as f64, sum(true) as f64);
    usage.growth = (told + expected) / told;
}
