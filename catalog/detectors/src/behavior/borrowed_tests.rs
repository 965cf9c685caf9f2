//! Credentials of instances at home and elsewhere.

use model::seam::detector::Keys;

use super::super::homes::testing::{has, nat};
use super::*;

const ONE: &str = "i-0a1b2c3d4e5f60718";
const TWO: &str = "i-0a1b2c3d4e5f60719";
const MINUTE: i64 = 60;

fn own(second: i64, who: &str, ip: &str, service: &str, door: &str) -> Marked {
    let (who, ip) = (id(who).unwrap(), number(ip).unwrap());
    let door = if door.is_empty() { 0 } else { hash(door) };
    let keys = Keys::from_slice(&[halves(who), halves(ip), (hash(service) & !1, door)]);
    let mark = Mark { rule: Kind::Own as u32, effect: Effect::Attempt, keys, note: None };
    Marked { time: Time::seconds(second), uid: 0, mark }
}

/// Calls every ten minutes for so many hours.
fn day(who: &str, ip: &str, service: &str, hours: i64) -> Vec<Marked> {
    (0..hours * 6).map(|at| own(at * 10 * MINUTE, who, ip, service, "")).collect()
}

fn told(mut marks: Vec<Marked>) -> Vec<(Found, String, f64)> {
    marks.sort_by_key(|one| one.time.start);
    let all = finds(&marks).into_iter();
    all.map(|find| (find.found, find.about, find.confidence)).collect()
}

fn theft(from: &str) -> Vec<Marked> {
    (0..5).map(|at| own(5 * 3600 + at, ONE, from, "s3 eu", "")).collect()
}

#[test]
fn a_thief_outside_is_told_by_whose_the_addresses_are() {
    let known = || vec![has(0, ONE, "10.0.0.5"), has(0, ONE, "198.51.100.7")];
    let with = |more: Vec<Marked>| [known(), more].concat();
    let thief = vec![(Found::Borrowed, format!("{ONE} 203.0.113.9"), 0.9)];
    assert_eq!(told(with(theft("203.0.113.9"))), thief, "even if it called first");
    assert!(told(with(theft("198.51.100.7"))).is_empty(), "its own address");
    assert!(told(with(theft("10.0.0.5"))).is_empty(), "its own address inside");
    let mut gateway = with(theft("203.0.113.9"));
    gateway.push(nat(0, "203.0.113.9"));
    assert!(told(gateway).is_empty(), "a gateway of the network");
}

#[test]
fn another_instance_is_named_whose_it_was_at_the_time() {
    let mut marks = vec![has(0, ONE, "10.0.0.5"), has(0, TWO, "10.0.0.6")];
    marks.extend(theft("10.0.0.6"));
    let found = told(marks.clone());
    assert_eq!(found, [(Found::Borrowed, format!("{ONE} 10.0.0.6"), 0.9)]);
    marks.push(has(4 * 3600, ONE, "10.0.0.6"));
    assert!(told(marks).is_empty(), "the address had moved by then");
}

#[test]
fn what_goes_by_the_networks_endpoint_does_not_come_from_outside() {
    let mut marks = day(ONE, "10.0.0.5", "s3 eu", 8);
    marks.extend(theft("203.0.113.9"));
    assert_eq!(told(marks), [(Found::Borrowed, format!("{ONE} 203.0.113.9"), 0.8)]);
    let mut other = day(ONE, "10.0.0.5", "s3 us", 8);
    other.extend(theft("203.0.113.9"));
    assert!(told(other).is_empty(), "other services may go by a gateway");
}

#[test]
fn what_is_only_learned_is_low_and_a_networks_exit_is_nothing() {
    let mut marks = day(ONE, "198.51.100.7", "s3 eu", 12);
    marks.extend(theft("203.0.113.9"));
    assert_eq!(told(marks), [(Found::BorrowedMaybe, format!("{ONE} 203.0.113.9"), 0.4)]);
    let fleet = |n: i64| day(&format!("i-0a1b2c3d4e5f6071{n}"), "203.0.113.9", "s3 eu", 12);
    let mut shared: Vec<Marked> = (1..4).flat_map(fleet).collect();
    shared.extend(day(ONE, "198.51.100.7", "s3 eu", 12));
    shared.extend(theft("203.0.113.9"));
    assert!(told(shared).is_empty(), "three instances come from it all day");
    assert!(told(day(ONE, "198.51.100.7", "s3 eu", 12)).is_empty());
}

#[test]
fn a_new_address_after_a_stop_is_its_own() {
    let mut marks = day(ONE, "198.51.100.7", "s3 eu", 12);
    marks.push(super::super::homes::testing::rests(12 * 3600, ONE));
    let later = (0..60).map(|at| own(13 * 3600 + at * 600, ONE, "198.51.100.8", "s3 eu", ""));
    marks.extend(later);
    assert!(told(marks).is_empty());
}

#[test]
fn another_networks_endpoint_is_low() {
    let one = |at: i64| own(at * 600, ONE, "10.0.0.5", "s3 eu", "vpce-1");
    let mut marks: Vec<Marked> = (0..60).map(one).collect();
    marks.push(own(30_001, ONE, "10.9.9.9", "s3 eu", "vpce-2"));
    assert_eq!(told(marks.clone())[0].0, Found::BorrowedMaybe);
    marks.pop();
    marks.push(own(30_001, ONE, "10.0.0.77", "s3 eu", "vpce-1"));
    assert!(told(marks).is_empty(), "a pod of the instance");
}

#[test]
fn the_sentence_says_whose_it_was_in_two_languages() {
    let mut marks = vec![has(0, ONE, "198.51.100.7")];
    marks.extend(theft("203.0.113.9"));
    let found = finds(&marks);
    let [text, japanese] = &found[0].text;
    assert!(text.contains("(5 calls, 0 refused)") && text.contains("198.51.100.7"), "{text}");
    assert!(japanese.contains("203.0.113.9") && japanese.contains("5 回"), "{japanese}");
    assert_eq!(found[0].cited.len(), 5);
}
