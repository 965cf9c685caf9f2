//! Every meter on a small month whose figures can be counted by hand.

use model::seam::meter::{Grace, Reading, Terms};
use model::usage::{Bucket, Usage};

use super::ALL;

/// Ten hours: two instances always, in the fourth hour seven, in the last two five.
fn usage() -> Usage {
    let counts = [2, 2, 2, 7, 2, 2, 2, 2, 5, 5];
    let hour = |(at, count): (usize, &u32)| Bucket {
        start: at as i64 * 3600,
        end: (at as i64 + 1) * 3600,
        at_start: 2,
        max: *count,
        min: 2,
        seconds: u64::from(*count) * 3600,
        unique: *count,
        expected: false,
    };
    let week =
        |start: i64, unique| Bucket { start, end: start + 604_800, unique, ..Bucket::default() };
    let day = Bucket { end: 36_000, max: 7, seconds: 31 * 3600, unique: 9, ..Bucket::default() };
    Usage {
        hours: counts.iter().enumerate().map(hour).collect(),
        minutes: Vec::new(),
        days: vec![day],
        weeks: (0..5).map(|n| week(n * 604_800, 10 + n as u32)).collect(),
        part_weeks: Vec::new(),
        peak: Some((3 * 3600, 7)),
        levels: vec![(2, 7 * 3600), (5, 2 * 3600), (7, 3600)],
        seconds: 31 * 3600,
        started_hours: 33,
        growth: 1.0,
    }
}

fn terms() -> Terms {
    Terms { owned: Some(4), grace_hours: 1, month: Some(10.0), hour: Some(0.5), overage: Some(2.0) }
}

fn read(usage: &Usage, terms: &Terms) -> Vec<Reading> {
    ALL.iter().flat_map(|meter| meter.read(usage, terms)).collect()
}

#[test]
fn figures_and_costs() {
    let readings = read(&usage(), &terms());
    let told: Vec<(&str, f64, Option<f64>, Option<f64>)> =
        readings.iter().map(|r| (r.scheme.as_str(), r.figure, r.over, r.cost)).collect();
    assert_eq!(
        told,
        [
            ("average_90d.mean", 3.1, Some(0.0), Some(31.0)),
            ("average_90d.max", 7.0, Some(3.0), Some(70.0)),
            ("average_90d.unique", 9.0, Some(5.0), Some(90.0)),
            // Three hours over four; the first is tolerated, one instance over in each other.
            ("grace_hours", 2.0, Some(2.0), Some(44.0)),
            ("hour_started", 33.0, None, Some(16.5)),
            ("peak", 7.0, Some(3.0), Some(70.0)),
            ("per_second", 31.0, None, Some(15.5)),
            ("percentile.p95_hourly_max", 7.0, Some(3.0), Some(70.0)),
            ("percentile.p95_hourly_at_start", 2.0, Some(0.0), Some(20.0)),
            ("percentile.p99_hourly_max", 7.0, Some(3.0), Some(70.0)),
            ("percentile.p99_hourly_at_start", 2.0, Some(0.0), Some(20.0)),
            ("percentile.lower_99_hourly_max", 5.0, Some(1.0), Some(50.0)),
            ("reserved", 5.0, Some(5.0), Some(50.0)),
            ("weekly_unique", 12.5, Some(8.5), Some(125.0)),
        ]
    );
}

#[test]
fn the_grace_is_used_up_by_the_first_hours_over() {
    let grace = |allowed| {
        let readings = read(&usage(), &Terms { grace_hours: allowed, ..terms() });
        let found = readings.into_iter().find(|r| r.scheme == "grace_hours").unwrap();
        (found.figure, found.grace.unwrap())
    };
    assert_eq!(grace(2), (1.0, Grace { used: 3, allowed: 2, used_up: Some(8 * 3600) }));
    assert_eq!(grace(0), (5.0, Grace { used: 3, allowed: 0, used_up: Some(3 * 3600) }));
    assert_eq!(grace(9), (0.0, Grace { used: 3, allowed: 9, used_up: None }));
}

#[test]
fn without_terms_nothing_is_said_of_money_or_licences() {
    let none = Terms { owned: None, grace_hours: 0, month: None, hour: None, overage: None };
    let readings = read(&usage(), &none);
    assert!(readings.iter().all(|r| r.cost.is_none() && r.over.is_none()));
    assert!(readings.iter().all(|r| r.scheme != "reserved" && r.scheme != "grace_hours"));
    assert!(read(&Usage::default(), &terms()).iter().all(|r| r.figure == 0.0));
}

#[test]
fn names_are_in_order() {
    assert!(ALL.is_sorted_by_key(|meter| meter.about().name));
}
