//! Slow ones: an entity that does something unusual again on other days.

use std::collections::BTreeMap;

use super::case::{Case, One};
use super::rules::Found;

/// Days on which something has to be unusual.
const DAYS_MIN: usize = 3;
/// How far apart the first and the last of them may be, in days.
const SPAN_MAX: u32 = 28;
/// Bits of the days together: the greatest of the most surprising day counts full, that of the
/// next a half, the next a third.
const BITS_MIN: f64 = 25.0;
/// Different things among them that intruders do.
const RISKY_MIN: usize = 2;

/// Cases over many days, of entities that no single day gives away.
pub fn slow(cases: &[Case]) -> Vec<Case> {
    let mut entities: BTreeMap<u64, Vec<&Case>> = BTreeMap::new();
    for case in cases.iter().filter(|case| !case.ones.is_empty() && !case.cold) {
        entities.entry(case.mark).or_default().push(case);
    }
    entities.into_values().filter_map(over_days).collect()
}

fn over_days(mut days: Vec<&Case>) -> Option<Case> {
    let first = *days.iter().min_by_key(|case| case.day)?;
    days.retain(|case| case.day - first.day <= SPAN_MAX);
    if days.len() < DAYS_MIN || days.iter().any(|case| case.found == Found::Strong) {
        return None;
    }
    let risky: Vec<&One> =
        days.iter().flat_map(|case| &case.ones).filter(|one| one.is_risky_deed()).collect();
    let mut values: Vec<&String> =
        risky.iter().filter_map(|one| Some(&one.value.as_ref()?.1)).collect();
    values.sort();
    values.dedup();
    if values.len() < RISKY_MIN {
        return None;
    }
    let mut tops: Vec<&One> = days.iter().filter_map(|case| case.ones.first()).collect();
    tops.sort_by(|a, b| b.bits.total_cmp(&a.bits).then(a.span.0.cmp(&b.span.0)));
    let bits = tops.iter().zip(1..).map(|(one, rank)| one.bits / f64::from(rank)).sum();
    if bits < BITS_MIN {
        return None;
    }
    // What intruders do is told first.
    let mut ones: Vec<One> = risky.into_iter().cloned().collect();
    ones.sort_by(|a, b| b.bits.total_cmp(&a.bits).then(a.span.0.cmp(&b.span.0)));
    let rest = tops.into_iter().filter(|one| !one.is_risky_deed()).cloned();
    ones.extend(rest);
    Some(Case { ones, bits, days: days.len(), found: Found::Several, ..first.clone() })
}
