//! ROC curves of judges over generated traffic with known truth:
//! `cargo test -p detectors --lib curve -- --nocapture` prints the tables of docs/behaviour.md.
//!
//! Whoever sets a threshold looks at even seeds; tables are of odd ones.

#![allow(clippy::print_stdout, reason = "tables for the documents")]

use std::cmp::Ordering;

use model::Outcome;
use model::seam::detector::Marked;

use super::marks::Kind;
use super::names::finds_of;
use super::rhythm::rhythm;
use super::rules::Found;
use super::testing::{Dice, marked};

/// A number from 0 to 1.
fn unit(dice: &mut Dice) -> f64 {
    dice.roll(1 << 30) as f64 / f64::from(1 << 30)
}

/// A gap of a memoryless process.
fn exponential(dice: &mut Dice, mean: f64) -> f64 {
    -mean * (1.0 - unit(dice)).max(1e-9).ln()
}

/// The area under the curve, by counting pairs.
fn area(good: &[f64], bad: &[f64]) -> f64 {
    let wins = |one: &f64| -> f64 {
        let of = |other: &f64| match one.total_cmp(other) {
            Ordering::Greater => 1.0,
            Ordering::Equal => 0.5,
            Ordering::Less => 0.0,
        };
        bad.iter().map(of).sum()
    };
    good.iter().map(wins).sum::<f64>() / (good.len() * bad.len()).max(1) as f64
}

fn share(scores: &[f64], from: f64) -> f64 {
    scores.iter().filter(|score| **score >= from).count() as f64 / scores.len().max(1) as f64
}

/// Times and sizes.
type Talk = (Vec<f64>, Vec<f64>);

/// A beacon: its period, jitter, and the share of beats that are lost.
fn beacon(seed: u64, jitter: f64, loss: f64) -> Talk {
    let mut dice = Dice(seed * 7919 + 1);
    let period = [31.0, 60.7, 187.0, 613.0, 1_807.0, 3_611.0][dice.roll(6) as usize];
    let (mut now, mut talk) = (unit(&mut dice) * 1e5, Talk::default());
    let drags = unit(&mut dice);
    while now < 1e5 + 2.0 * 86_400.0 && talk.0.len() < 600 {
        // Most sleep at random between what they are told and a share of it less; some both ways.
        let wide = if drags < 0.7 { -unit(&mut dice) } else { 2.0 * unit(&mut dice) - 1.0 };
        now += period * (1.0 + jitter * wide) + unit(&mut dice) * 0.4;
        if unit(&mut dice) >= loss {
            talk.0.push(now);
            let orders = unit(&mut dice) < 0.05;
            let size =
                if orders { 20_000.0 * unit(&mut dice) } else { 700.0 + 90.0 * unit(&mut dice) };
            talk.1.push(size.round());
        }
    }
    talk
}

/// Honest traffic: people who browse, programs that call when there is work, chatty services.
fn honest(seed: u64) -> Talk {
    let mut dice = Dice(seed * 104_729 + 5);
    let (mut now, mut talk) = (unit(&mut dice) * 1e5, Talk::default());
    let kind = dice.roll(4);
    let mean = 20.0 * (1.0 + 90.0 * unit(&mut dice) * unit(&mut dice));
    let until = now + 2.0 * 86_400.0;
    while now < until && talk.0.len() < 600 {
        match kind {
            // Work that comes by chance.
            0 => now += exponential(&mut dice, mean),
            // Pages: some requests close together, then reading.
            1 => {
                let reads = dice.roll(5) == 0;
                now += if reads {
                    exponential(&mut dice, mean * 8.0)
                } else {
                    1.0 + exponential(&mut dice, 4.0)
                };
            }
            // More by day than by night.
            2 => {
                let day = 1.0 + 0.9 * (now / 86_400.0 * std::f64::consts::TAU).sin();
                now += exponential(&mut dice, mean / day.max(0.05));
            }
            // A worker: takes a job, is done after a time that varies, takes the next.
            _ => {
                let product: f64 = (0..3).map(|_| exponential(&mut dice, mean / 3.0)).sum();
                now += product + 2.0;
            }
        }
        talk.0.push(now);
        talk.1.push((200.0 + exponential(&mut dice, 3_000.0)).round());
    }
    talk
}

/// Scores of odd (or even) seeds.
fn scores(odd: u64, count: u64, talk: impl Fn(u64) -> Talk) -> Vec<f64> {
    let of = |seed: u64| {
        let (times, sizes) = talk(2 * seed + odd);
        rhythm(&times, &sizes).map_or(0.0, |one| one.score)
    };
    (0..count).map(of).collect()
}

#[test]
fn the_curve_of_beacons() {
    let odd = 1;
    let bad = scores(odd, 400, honest);
    println!(
        "| jitter | loss | AUC | found at 0.80 | at 0.84 | at 0.88 |\n|---|---|---|---|---|---|"
    );
    let mut least: f64 = 1.0;
    for jitter in [0.0, 0.1, 0.3, 0.5, 0.9] {
        for loss in [0.0, 0.1, 0.3, 0.5] {
            let good = scores(odd, 60, |seed| beacon(seed, jitter, loss));
            let [a, b, c] = [0.80, 0.84, 0.88].map(|from| share(&good, from));
            let area = area(&good, &bad);
            println!(
                "| {:.0} % | {:.0} % | {area:.3} | {a:.2} | {b:.2} | {c:.2} |",
                jitter * 100.0,
                loss * 100.0
            );
            if jitter <= 0.5 && loss <= 0.3 {
                least = least.min(area);
            }
        }
    }
    let [a, b, c] = [0.80, 0.84, 0.88].map(|from| share(&bad, from));
    println!("| honest | | | {a:.3} | {b:.3} | {c:.3} |");
    assert!(least >= 0.97 && b <= 0.01, "{least} {b}");
}

/// Half an hour of questions of one host below one domain: names by a rule, so many seconds apart.
fn questions(seed: u64, gap: f64, name: impl Fn(&mut Dice, u64) -> String) -> Vec<Marked> {
    let mut dice = Dice(seed * 6_007 + 11);
    let (mut now, mut all) = (0.0, Vec::new());
    for at in 0..2_000 {
        now += exponential(&mut dice, gap);
        if now > 1_800.0 {
            break;
        }
        let name = format!("{}.example.com", name(&mut dice, at));
        let texts = ["10.0.0.5", name.as_str(), ""];
        all.push(marked(Kind::Question, now as i64, &texts, Outcome::Success));
    }
    all
}

fn letters(dice: &mut Dice, of: &[u8], count: u64) -> String {
    (0..count).map(|_| char::from(of[dice.roll(of.len() as u64) as usize])).collect()
}

const HEX: &[u8] = b"0123456789abcdef";
const BASE32: &[u8] = b"abcdefghijklmnopqrstuvwxyz234567";
const BASE64: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Hosts of each row.
const SEEDS: u64 = 12;

/// The share of hosts whose names are told as a tunnel, from so many different ones on.
fn tunnels(min: usize, gap: f64, name: impl Fn(&mut Dice, u64) -> String + Copy) -> f64 {
    let told = |seed: &u64| {
        let found = finds_of(&questions(2 * seed + 1, gap, name), min);
        found.iter().any(|find| find.found == Found::Tunnel)
    };
    (0..SEEDS).filter(told).count() as f64 / SEEDS as f64
}

/// Gives the next name.
type Naming = fn(&mut Dice, u64) -> String;

/// What honest hosts ask for below one domain.
const HONEST: [(&str, Naming); 5] = [
    ("hosts of a site", |dice, _| format!("img{}.cdn", dice.roll(900))),
    ("services found by name", |dice, _| format!("_ldap._tcp.site-{}.dc", dice.roll(40))),
    ("tokens of 12 letters", |dice, _| letters(dice, HEX, 12)),
    ("a customer's id, asked again", |dice, _| format!("{:032x}.metrics", dice.roll(60) * 977)),
    ("a new id of 32 letters each time", |dice, _| letters(dice, HEX, 32)),
];

#[test]
fn the_curve_of_tunnels() {
    println!(
        "| names | seconds between | from 50 on | from 100 on | from 200 on |\n|---|---|---|---|---|"
    );
    let row = |what: &str, gap: f64, name: &dyn Fn(&mut Dice, u64) -> String| {
        let [a, b, c] = [50, 100, 200].map(|min| tunnels(min, gap, |dice, at| name(dice, at)));
        println!("| {what} | {gap} | {a:.2} | {b:.2} | {c:.2} |");
        b
    };
    let (mut fast, mut slow) = (1.0_f64, 0.0_f64);
    for (what, of, length) in
        [("hex, 60", HEX, 60), ("base32, 40", BASE32, 40), ("base64, 24", BASE64, 24)]
    {
        for gap in [1.0, 4.0, 8.0, 12.0, 20.0] {
            let share = row(&format!("tunnel: {what}"), gap, &|dice, _| letters(dice, of, length));
            fast = if gap <= 4.0 { fast.min(share) } else { fast };
            slow = if gap >= 20.0 { slow.max(share) } else { slow };
        }
    }
    let mut wrong = 0.0_f64;
    for (what, name) in HONEST.iter().take(4) {
        wrong = wrong.max(row(&format!("honest: {what}"), 2.0, name));
    }
    for (what, name) in HONEST.iter().skip(4) {
        row(&format!("honest: {what}"), 4.0, name);
    }
    assert!(fast >= 1.0 && wrong <= 0.0 && slow <= 0.0, "{fast} {wrong} {slow}");
}
