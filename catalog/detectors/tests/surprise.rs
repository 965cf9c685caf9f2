//! How often surprises are told where nothing happens, and whom they find: five invented estates,
//! four weeks learned, four judged. `cargo test -p detectors --test surprise -- --nocapture`.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that prints the table of docs/baseline.md"
)]

mod estate;

use detectors::behavior::Surprise;
use detectors::behavior::baseline::{Baseline, Learner};
use estate::{Call, Estate, Intruder, Marks, attack};
use model::seam::detector::{Detector, Findings, Joined, Judge};
use model::seam::source::LogSource;

const SOURCES: &[(&str, &[LogSource])] = &[("aws.cloudtrail", &[])];
/// Days that are learned, and days that are judged.
const LEARNED: i64 = 28;
const JUDGED: i64 = 28;

fn show(judge: &mut dyn Judge, calls: &[Call], out: &mut dyn Findings) {
    for call in calls {
        call.event(true, &mut |event| judge.observe(event, out));
    }
}

fn learn(calls: &[Call]) -> Baseline {
    let (learner, taught) = Learner::new(SOURCES, Vec::new());
    show(&mut *learner.judge(), calls, &mut Marks::default());
    let mut taught = taught.lock().unwrap();
    std::mem::take(&mut taught.baseline)
}

/// What is told of calls, each day in a log of its own.
fn told(surprise: &Surprise, days: &[Vec<Call>]) -> Vec<Joined> {
    let mut marks = Marks::default();
    for day in days {
        show(&mut *surprise.judge(), day, &mut marks);
    }
    marks.0.sort_by_key(|marked| marked.time.start);
    surprise.join(&marks.0).0
}

/// Findings of one estate: low, medium and high ones.
type Counts = [usize; 3];

fn severity(joined: &Joined) -> usize {
    match joined.rule.id.as_str() {
        "behavior.surprise.strong" => 2,
        "behavior.surprise" => 1,
        _ => 0,
    }
}

fn counts(all: &[Joined]) -> Counts {
    let mut counts = [0; 3];
    for joined in all {
        counts[severity(joined)] += 1;
    }
    counts
}

/// The worst that is told of a role.
fn of(all: &[Joined], who: &str) -> Option<usize> {
    let name = format!("role/{who} ");
    let is = |joined: &&Joined| joined.detail.as_ref().is_some_and(|d| d.text.contains(&name));
    all.iter().filter(is).map(severity).max()
}

/// One estate: what is told of four quiet weeks, and of each intruder.
fn estate(seed: u64) -> (Counts, Vec<(Intruder, Option<usize>)>) {
    let mut estate = Estate::new(seed);
    let mut days: Vec<Vec<Call>> = (0..LEARNED + JUDGED).map(|day| estate.day(day)).collect();
    let judged = days.split_off(LEARNED as usize);
    let surprise = Surprise::new(SOURCES, learn(&days.concat()));
    let quiet = told(&surprise, &judged);
    let kinds =
        [Intruder::Fast, Intruder::SlowFromElsewhere, Intruder::SlowFromInside, Intruder::Mimic];
    let found = kinds.map(|kind| {
        let who = format!("role-{}", seed % 12);
        let usual = days.concat().into_iter().find(|call| call.who == who).unwrap();
        let mut attacked = judged.clone();
        attacked.push(attack(kind, &who, LEARNED + 8, &usual));
        let all = told(&surprise, &attacked);
        // What is told of the role without an intruder does not count.
        let before = of(&quiet, &who);
        let after = of(&all, &who);
        (kind, after.filter(|_| after > before))
    });
    (counts(&quiet), found.to_vec())
}

#[test]
fn quiet_weeks_stay_quiet_and_intruders_are_found() {
    let seeds = 5;
    let mut quiet: Counts = [0; 3];
    let mut found: Vec<(Intruder, Vec<Option<usize>>)> = Vec::new();
    for seed in 1..=seeds {
        let (counts, of_kinds) = estate(seed);
        quiet.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
        for (kind, worst) in of_kinds {
            match found.iter_mut().find(|(known, _)| *known == kind) {
                Some((_, all)) => all.push(worst),
                None => found.push((kind, vec![worst])),
            }
        }
    }
    let days = (seeds as i64 * JUDGED) as f64;
    let a_day = quiet.map(|count| count as f64 / days);
    println!(
        "a day, nothing happens: low {:.2}, medium {:.2}, high {:.2}",
        a_day[0], a_day[1], a_day[2]
    );
    for (kind, all) in &found {
        let at = |least| all.iter().filter(|worst| **worst >= Some(least)).count();
        println!("{kind:?}: told {} of {seeds}, medium or worse {}, high {}", at(0), at(1), at(2));
    }
    assert!(a_day[2] <= 0.02, "an incident of surprise alone once in two months at most");
    assert!(a_day[0] + a_day[1] <= 2.0, "{a_day:?}");
    let at = |kind, least| {
        let (_, all) = found.iter().find(|(known, _)| *known == kind).unwrap();
        all.iter().filter(|worst| **worst >= Some(least)).count()
    };
    assert_eq!(at(Intruder::Fast, 2), 5);
    assert!(at(Intruder::SlowFromElsewhere, 1) >= 4);
    assert!(at(Intruder::SlowFromInside, 1) >= 4);
}

/// What is remembered of calm calls saves time and changes nothing.
#[test]
fn calm_calls_are_remembered_without_a_difference() {
    let mut estate = Estate::new(2);
    let mut days: Vec<Vec<Call>> = (0..LEARNED + 7).map(|day| estate.day(day)).collect();
    let judged = days.split_off(LEARNED as usize).concat();
    let surprise = Surprise::new(SOURCES, learn(&days.concat()));
    let marks = |with_key: bool| {
        let (mut judge, mut out) = (surprise.judge(), Marks::default());
        for call in &judged {
            call.event(with_key, &mut |event| judge.observe(event, &mut out));
        }
        out.0
    };
    let slow = marks(false);
    assert!(slow.len() > 20);
    assert_eq!(marks(true), slow);
    assert_eq!(marks(true), slow, "what an earlier judge remembered changes nothing either");
}

/// An intruder who was there while it was learned is part of what is usual, unless left out.
#[test]
fn a_poisoned_baseline_is_blind_and_leaving_out_gives_sight() {
    let mut estate = Estate::new(9);
    let days: Vec<Vec<Call>> = (0..LEARNED).map(|day| estate.day(day)).collect();
    let calm = days.concat();
    let usual = calm.iter().find(|call| call.who == "role-3").unwrap();
    let mut poisoned = calm.clone();
    for day in 10..LEARNED {
        poisoned.extend(attack(Intruder::Fast, "role-3", day, usual));
    }
    let again = [attack(Intruder::Fast, "role-3", LEARNED + 1, usual)];
    let blind = Surprise::new(SOURCES, learn(&poisoned));
    assert_eq!(of(&told(&blind, &again), "role-3"), None);
    let seeing = Surprise::new(SOURCES, learn(&calm));
    assert_eq!(of(&told(&seeing, &again), "role-3"), Some(2));
}

/// Less than a week, or less than fifty events, say nothing of an entity; a warning says so.
#[test]
fn who_is_hardly_known_is_not_judged_high() {
    let mut estate = Estate::new(4);
    let days: Vec<Vec<Call>> = (0..5).map(|day| estate.day(day)).collect();
    let calls = days.concat();
    let usual = calls.iter().find(|call| call.who == "role-3").unwrap();
    let surprise = Surprise::new(SOURCES, learn(&calls));
    let mut marks = Marks::default();
    let stolen = attack(Intruder::Fast, "role-3", 6, usual);
    show(&mut *surprise.judge(), &stolen, &mut marks);
    let (told, said) = surprise.join(&marks.0);
    assert!(told.is_empty(), "{told:?}");
    assert!(said[0].contains("knows too little of"), "{said:?}");
}
