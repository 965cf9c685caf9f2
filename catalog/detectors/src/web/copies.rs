//! Copies: one request that several logs tell of is one attempt.

use std::collections::BTreeMap;

use model::Precision;

use super::block::is_outside;
use super::marks::Try;

/// Two logs tell of one request within this time, in nanoseconds.
const NEAR: i64 = 1_500_000_000;

/// What tells a request's log apart: its kind, how finely it tells time, if it names clients.
type Log = (String, bool, bool);

/// Attempts without the copies that other logs have of them; the one that names its client stays.
/// They are in order of time.
pub fn once(tries: Vec<Try>) -> Vec<Try> {
    let mut by: BTreeMap<(String, String, String), Vec<Try>> = BTreeMap::new();
    for one in tries {
        let key = (one.path.clone(), one.parameter.clone(), one.value.clone());
        by.entry(key).or_default().push(one);
    }
    let mut kept: Vec<Try> = by.into_values().flat_map(of_one_value).collect();
    kept.sort_by_key(|one| one.mark);
    kept
}

fn log(one: &Try) -> Log {
    let seconds = one.time.precision == Precision::Seconds;
    (one.source.clone(), seconds, one.client.is_empty())
}

/// The log that names most clients of the internet leads; what another has of the same moment is
/// a copy.
fn of_one_value(all: Vec<Try>) -> Vec<Try> {
    let mut logs: BTreeMap<Log, (usize, usize)> = BTreeMap::new();
    for one in &all {
        let count = logs.entry(log(one)).or_default();
        count.0 += usize::from(is_outside(&one.client));
        count.1 += usize::from(one.status > 0);
    }
    let Some(lead) = logs.iter().max_by_key(|(_, count)| **count).map(|(log, _)| log.clone())
    else {
        return all;
    };
    let times: Vec<i64> =
        all.iter().filter(|one| log(one) == lead).map(|one| one.time.start).collect();
    let copy = |one: &Try| {
        log(one) != lead
            && times.iter().any(|time| time.saturating_sub(one.time.start).abs() <= NEAR)
    };
    all.into_iter().filter(|one| !copy(one)).collect()
}
