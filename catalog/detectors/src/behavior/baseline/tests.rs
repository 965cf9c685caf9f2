//! A baseline is the same whatever the order and the parts, and comes back from its file.

use super::book::Baseline;
use super::facts::Facts;
use super::feature::{Feature, Kind};
use super::slot::DAY;
use crate::behavior::testing::Dice;

/// What one event taught: whom, what, when.
fn lesson(dice: &mut Dice) -> (String, String, u32) {
    let who = format!("arn:aws:iam::111122223333:role/r{}", dice.roll(40));
    let what = format!("s3:Action{}", dice.roll(dice_range(&who)));
    (who, what, (20_000 + dice.roll(90) as u32) * DAY + dice.roll(1440) as u32)
}

/// Some do a few things, some do hundreds.
fn dice_range(who: &str) -> u64 {
    if who.ends_with('7') { 300 } else { 9 }
}

fn learn<'l>(lessons: impl Iterator<Item = &'l (String, String, u32)>) -> Baseline {
    let mut baseline = Baseline::default();
    let mut facts = Facts::default();
    for (who, what, minute) in lessons {
        facts.begin(Kind::Principal, who);
        facts.everybody(&["111122223333 AssumedRole"]);
        facts.add(Feature::Action, &[what]);
        facts.add(Feature::Service, &["s3"]);
        baseline.learn(&facts, *minute);
        baseline.count(*minute);
    }
    baseline.settle();
    baseline
}

fn lessons() -> Vec<(String, String, u32)> {
    let mut dice = Dice(11);
    (0..20_000).map(|_| lesson(&mut dice)).collect()
}

#[test]
fn any_split_in_any_order_gives_the_same_bytes() {
    let lessons = lessons();
    let whole = learn(lessons.iter()).to_bytes();
    for parts in [2, 5, 16] {
        let mut merged = Baseline::default();
        for part in (0..parts).rev() {
            let mine = lessons.iter().rev().enumerate().filter(|(at, _)| at % parts == part);
            merged.merge(learn(mine.map(|(_, lesson)| lesson)));
        }
        merged.settle();
        assert!(merged.to_bytes() == whole, "{parts} parts");
    }
}

#[test]
fn a_baseline_comes_back_and_a_damaged_one_is_refused() {
    let bytes = learn(lessons().iter()).to_bytes();
    let back = Baseline::from_bytes(&bytes).unwrap();
    assert!(back.to_bytes() == bytes);
    assert_eq!(back.events(), 20_000);
    for cut in [0, 7, 9, 40, bytes.len() / 2, bytes.len() - 1] {
        assert!(Baseline::from_bytes(&bytes[..cut]).is_err(), "{cut}");
    }
    let mut changed = bytes.clone();
    changed[100] ^= 1;
    assert!(Baseline::from_bytes(&changed).is_err());
    let mut newer = bytes;
    newer[8] = 9;
    let why = Baseline::from_bytes(&newer).unwrap_err();
    assert!(why.contains("version 9"), "{why}");
}

/// Damage that a checksum does not tell: whoever wrote it, reading must neither fail nor hang.
#[test]
fn any_bytes_are_read_without_harm() {
    let good = learn(lessons().iter().take(300)).to_bytes();
    let mut dice = Dice(5);
    for _ in 0..300 {
        let mut bytes = good[..good.len() - 8].to_vec();
        for _ in 0..=dice.roll(4) {
            let at = 9 + dice.roll(bytes.len() as u64 - 9) as usize;
            bytes[at] = dice.roll(256) as u8;
        }
        let sum = siphasher::sip::SipHasher13::new().hash(&bytes);
        bytes.extend_from_slice(&sum.to_le_bytes());
        if let Ok(baseline) = Baseline::from_bytes(&bytes) {
            for one in baseline.entities() {
                for (_, sketch) in one.profile.all() {
                    assert!(baseline.fresh(sketch).is_finite());
                }
            }
        }
    }
}

#[test]
fn a_hundred_thousand_principals_fit() {
    // Eight features of three values each: what a role mostly has.
    let mut baseline = Baseline::default();
    let mut facts = Facts::default();
    for n in 0..2_000 {
        for value in ["a", "b", "c"] {
            facts.begin(Kind::Principal, &format!("arn:aws:iam::111122223333:role/role-{n}"));
            for feature in Feature::ALL.iter().take(8) {
                facts.add(*feature, &[value]);
            }
            baseline.learn(&facts, n * 60);
        }
    }
    let each = baseline.bytes() / baseline.len();
    assert!(each <= 3_000, "{each} bytes for each of 100,000 are more than 300 MB");
}
