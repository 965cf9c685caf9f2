//! Hosts that send as always, and hosts that send too much.

use super::super::testing::{Dice, flow};
use super::*;

const HOST: &str = "10.0.0.5";

fn upload(hour: i64, to: &str, bytes: u64) -> Marked {
    let at = hour * 3600 + 60;
    flow((at, at + 50), (HOST, 40_000), (to, 443), (bytes / 1400, bytes), false)
}

/// Days of small uploads to many places.
fn usual(days: i64, seed: u64) -> Vec<Marked> {
    let mut dice = Dice(seed);
    let one = |hour: i64| {
        let of_day = if (8..18).contains(&(hour % 24)) { 8_000_000 } else { 1_000_000 };
        let to = format!("192.0.2.{}", dice.roll(40));
        upload(hour, &to, of_day / 2 + dice.roll(of_day))
    };
    (0..days * 24).map(one).collect()
}

fn told(mut marks: Vec<Marked>) -> Vec<(Found, String)> {
    marks.sort_by_key(|one| one.time.start);
    finds(&marks).into_iter().map(|find| (find.found, find.text[0].clone())).collect()
}

#[test]
fn usual_days_are_silent() {
    for seed in 0..20 {
        assert_eq!(told(usual(6, seed)), [], "{seed}");
    }
}

#[test]
fn much_at_once_to_a_new_place_is_told() {
    let mut marks = usual(4, 1);
    marks.push(upload(80, "203.0.113.9", 4_000_000_000));
    let found = told(marks);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].0, Found::Sent);
    assert!(
        found[0].1.starts_with("10.0.0.5 sent 4.0 GB to 203.0.113.9 within 1 hours"),
        "{found:?}"
    );
    assert!(found[0].1.contains("it got nothing before"), "{found:?}");
}

#[test]
fn a_little_every_hour_adds_up() {
    let mut marks = usual(6, 2);
    marks.extend((96..120).map(|hour| upload(hour, "203.0.113.9", 30_000_000)));
    let found = told(marks);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].1.contains("203.0.113.9"), "{found:?}");
}

#[test]
fn a_backup_of_every_night_is_none() {
    let mut marks = usual(6, 3);
    marks.extend((0..6).map(|day| upload(day * 24 + 3, "198.51.100.7", 3_000_000_000)));
    assert_eq!(told(marks), []);
}

#[test]
fn short_logs_say_that_they_are() {
    let found = told(vec![upload(0, "203.0.113.9", 2_000_000_000), upload(1, "192.0.2.7", 1000)]);
    assert_eq!(found[0].0, Found::SentLarge);
    assert!(found[0].1.contains("too short to say"), "{found:?}");
    let back = |hour: i64| {
        let at = hour * 3600;
        flow((at, at + 9), ("203.0.113.9", 443), (HOST, 40_000), (9, 900_000_000), false)
    };
    let both = vec![upload(0, "203.0.113.9", 2_000_000_000), back(0)];
    assert_eq!(told(both), [], "as much came back");
}
