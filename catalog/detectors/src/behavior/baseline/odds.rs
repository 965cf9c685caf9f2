//! How likely a value is: from the entity itself, back to those like it, to everybody, and to
//! what is shipped (Witten–Bell).

use super::book::Baseline;
use super::feature::Feature;
use super::sketch::Seen;
use super::slot::mark;

/// How usual a value is at one level.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Word {
    /// Never seen.
    Unseen,
    /// On one day, or on less than one day in twenty.
    Rare,
    /// On one or two days, or on less than one day in four.
    Infrequent,
    /// On more.
    Frequent,
}

impl Word {
    /// The word, as GuardDuty has it.
    pub fn word(self) -> &'static str {
        match self {
            Word::Unseen => "UNSEEN",
            Word::Rare => "RARE",
            Word::Infrequent => "INFREQUENT",
            Word::Frequent => "FREQUENT",
        }
    }

    /// Of `days` on which the value was seen, and `active` on which anything was.
    pub fn of(days: u32, active: u32) -> Word {
        match days {
            0 => Word::Unseen,
            _ if (days == 1 && active > 3) || days * 20 < active => Word::Rare,
            // Two days are no custom yet.
            1 | 2 => Word::Infrequent,
            _ if days * 4 < active => Word::Infrequent,
            _ => Word::Frequent,
        }
    }
}

/// A value at one level.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Level {
    /// The mark of the entity or group.
    pub mark: u64,
    /// How usual the value is here.
    pub word: Word,
    /// On how many days the value was seen.
    pub days: u32,
    /// On how many days this feature had any value.
    pub active: u32,
    /// How many different values there are.
    pub distinct: f64,
    /// The share of values that were never seen before: distinct / (days of values + distinct).
    pub fresh: f64,
    /// The first minute that this feature was seen.
    pub since: u32,
}

/// How likely a value is, and why.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Odds {
    /// The probability, of all levels together.
    pub likely: f64,
    /// The entity itself, those like it, everybody; `None` where nothing is known.
    pub levels: [Option<Level>; 3],
}

impl Odds {
    /// The surprise in bits.
    pub fn bits(&self) -> f64 {
        -self.likely.log2()
    }

    /// How usual the value is for the entity itself.
    pub fn own(&self) -> Word {
        self.levels.first().copied().flatten().map_or(Word::Unseen, |level| level.word)
    }
}

impl Baseline {
    /// How likely a value is for an entity, given the marks of the entity, those like it and
    /// everybody.
    pub fn odds(&self, places: [Option<u64>; 3], feature: Feature, value: &str) -> Odds {
        let value = mark(&[value]);
        let mut odds = Odds { likely: 1.0 / feature.spread(), levels: [None; 3] };
        for (at, place) in places.into_iter().enumerate().rev() {
            let Some(place) = place else { continue };
            let Some((level, weight, total)) = self.level(place, feature, value) else { continue };
            let types = level.distinct;
            odds.likely = (weight + types * odds.likely) / (total + types);
            if let Some(slot) = odds.levels.get_mut(at) {
                *slot = Some(level);
            }
        }
        odds
    }

    fn level(&self, place: u64, feature: Feature, value: u64) -> Option<(Level, f64, f64)> {
        let sketch = self.profile(place)?.feature(feature)?;
        let (since, _) = sketch.span()?;
        let today = self.today();
        let (active, distinct, total) = (sketch.days(), sketch.distinct(), sketch.total(today));
        let (days, word) = match sketch.seen(value) {
            Seen::Known(slot) => (slot.count(), Word::of(slot.count(), active)),
            Seen::Beyond => (1, Word::Infrequent),
            Seen::Never => (0, Word::Unseen),
        };
        let fresh = distinct / (total + distinct);
        let level = Level { mark: place, word, days, active, distinct, fresh, since };
        Some((level, sketch.weight(value, today), total))
    }
}

#[cfg(test)]
mod tests {
    use super::super::facts::Facts;
    use super::super::feature::Kind;
    use super::super::slot::DAY;
    use super::*;

    fn learn(baseline: &mut Baseline, who: &str, day: u32, actions: &[&str]) {
        for action in actions {
            let mut facts = Facts::default();
            facts.begin(Kind::Principal, who);
            facts.everybody(&["111122223333"]);
            facts.add(Feature::Action, &[action]);
            baseline.count(day * DAY);
            baseline.learn(&facts, day * DAY);
        }
    }

    fn places(who: &str) -> [Option<u64>; 3] {
        let mut facts = Facts::default();
        facts.begin(Kind::Principal, who);
        facts.everybody(&["111122223333"]);
        facts.places().map(|place| place.map(|place| place.mark))
    }

    #[test]
    fn what_others_do_surprises_less_and_habits_not_at_all() {
        let mut baseline = Baseline::default();
        for day in 0..30 {
            learn(&mut baseline, "deploy", day, &["s3:PutObject", "ec2:DescribeInstances"]);
            learn(&mut baseline, "admin", day, &["iam:ListUsers"]);
        }
        let bits = |action| baseline.odds(places("deploy"), Feature::Action, action).bits();
        let (usual, others, nobody) =
            (bits("s3:PutObject"), bits("iam:ListUsers"), bits("iam:CreateUser"));
        assert!(usual < 2.0, "{usual}");
        assert!(others > usual + 2.0, "{others}");
        assert!(nobody > others + 3.0, "{nobody}");
        let odds = baseline.odds(places("deploy"), Feature::Action, "iam:ListUsers");
        assert_eq!(odds.own(), Word::Unseen);
        assert_eq!(odds.levels[2].unwrap().word, Word::Frequent);
        // Witten–Bell by hand: 30 days of 2 values, decayed, and what everybody does.
        let day = |n: i32| (-f64::from(n) / 14.0).exp2();
        let days: f64 = (0..30).map(day).sum();
        let everybody = (days + 3.0 / 64.0) / (3.0 * days + 3.0);
        let own = (0.0 + 2.0 * everybody) / (2.0 * days + 2.0);
        assert!((odds.likely - own).abs() < 1e-9, "{} {own}", odds.likely);
    }

    #[test]
    fn probabilities_of_all_values_sum_to_one() {
        let mut baseline = Baseline::default();
        let actions: Vec<String> = (0..64).map(|n| format!("a{n}")).collect();
        for (n, action) in actions.iter().enumerate() {
            learn(&mut baseline, if n % 3 == 0 { "x" } else { "y" }, n as u32 % 20, &[action]);
        }
        let sum: f64 = actions
            .iter()
            .map(|action| baseline.odds(places("x"), Feature::Action, action).likely)
            .sum();
        assert!((sum - 1.0).abs() < 1e-9, "64 values are all that the prior has room for: {sum}");
    }
}
