//! Objects of S3 in bulk: read in an hour as never before, locked with a foreign key, deleted.

use std::collections::{BTreeMap, BTreeSet};

use model::seam::detector::Marked;
use rustc_hash::FxHashSet;

use super::hll::Distinct;
use super::objects::{ByBucket, Deed, Done, done};
use super::rules::Found;
use super::tell::{Find, name};
use super::window::{HOUR, burst};

/// Different objects read in an hour, and how many times the most of the hours before.
const READ_MIN: f64 = 100.0;
const TIMES: f64 = 5.0;
/// The logs must go back so many hours before.
const KNOWN_MIN: i64 = 24;
/// Objects locked within an hour; the share of them that was there before.
const LOCKED_MIN: usize = 50;
const THERE_MIN: f64 = 0.5;
/// Objects deleted within an hour.
const DELETED_MIN: usize = 100;
/// Who did it in so many different hours does it as a habit.
const HABIT: usize = 6;
const CITED_MAX: usize = 64;

/// All three.
pub fn finds(marks: &[Marked]) -> Vec<Find> {
    let all = done(marks);
    let first = |deeds: &Vec<Done>| deeds.first().map(|one| one.time.start);
    let begin = all.values().filter_map(first).min().unwrap_or_default();
    let mut finds = Vec::new();
    for (who, deeds) in &all {
        finds.extend(read(*who, deeds, begin));
        finds.extend(locked(*who, deeds, &all));
        finds.extend(deleted(*who, deeds));
    }
    finds
}

fn hour(one: &Done) -> i64 {
    one.time.start.div_euclid(HOUR)
}

/// What one caller read of one bucket in an hour.
#[derive(Default)]
struct Hour {
    objects: Distinct,
    bytes: u64,
    cited: Vec<usize>,
    span: Option<(model::Time, model::Time)>,
}

fn read((caller, bucket): (&str, &str), deeds: &[Done], begin: i64) -> Option<Find> {
    let mut hours: BTreeMap<i64, Hour> = BTreeMap::new();
    for one in deeds.iter().filter(|one| one.deed == Deed::Read) {
        let of = hours.entry(hour(one)).or_default();
        of.objects.add(one.key);
        of.bytes += one.bytes;
        of.span = Some((of.span.map_or(one.time, |(first, _)| first), one.time));
        if of.cited.len() < CITED_MAX {
            of.cited.push(one.at);
        }
    }
    let (mut most, mut before) = (0.0_f64, 0_usize);
    for (now, of) in &hours {
        let count = of.objects.count();
        let known = now - begin.div_euclid(HOUR) >= KNOWN_MIN;
        if known && count >= READ_MIN && count > TIMES * most {
            let (who, what) = (name(caller), name(bucket));
            let mega = of.bytes as f64 / 1e6;
            let [ever, ever_ja] = match before {
                0 => ["never before".to_owned(), "以前の読み取りはない".to_owned()],
                _ => [
                    format!("at most {most:.0} in one of {before} hours before"),
                    format!("以前の {before} 時間帯では最大 {most:.0} 個"),
                ],
            };
            return Some(Find {
                found: Found::ReadMuch,
                about: format!("{caller} {bucket}"),
                span: of.span?,
                count: count as usize,
                cited: of.cited.clone(),
                confidence: 0.55,
                text: [
                    format!(
                        "{who} read about {count:.0} different objects of {what} within an hour ({mega:.1} MB), {ever}"
                    ),
                    format!(
                        "{who} が 1 時間に {what} の約 {count:.0} 個の異なるオブジェクトを読み取った（{mega:.1} MB、{ever_ja}）"
                    ),
                ],
            });
        }
        (most, before) = (most.max(count), before + 1);
    }
    None
}

/// The hour in which most things of one deed were done, if it is no habit.
fn rush(deeds: &[Done], deed: Deed, min: usize) -> Option<(Vec<&Done>, usize)> {
    let own: Vec<&Done> = deeds.iter().filter(|one| one.deed == deed).collect();
    let things: Vec<(i64, u64)> = own.iter().map(|one| (one.time.start, one.key)).collect();
    let burst = burst(&things, HOUR, min)?;
    let hours: BTreeSet<i64> = own.iter().map(|one| hour(one)).collect();
    let members = own.get(burst.from..=burst.to)?.to_vec();
    (hours.len() <= HABIT).then_some((members, burst.distinct))
}

fn locked((caller, bucket): (&str, &str), deeds: &[Done], all: &ByBucket<'_>) -> Option<Find> {
    let (members, distinct) = rush(deeds, Deed::Locked, LOCKED_MIN)?;
    let begin = members.first()?.time.start;
    // Who locks what was there before takes it from its owner; a new backup writes new objects.
    let of_bucket = all.iter().filter(|((_, other), _)| *other == bucket);
    let earlier = of_bucket.flat_map(|(_, deeds)| deeds);
    let mut there: FxHashSet<u64> = FxHashSet::default();
    let mut first: BTreeMap<u64, i64> = BTreeMap::new();
    for one in &members {
        first.entry(one.key).or_insert(one.time.start);
    }
    for one in earlier.filter(|one| one.deed != Deed::Locked) {
        if first.get(&one.key).is_some_and(|locked| one.time.start <= *locked) {
            there.insert(one.key);
        }
    }
    let share = there.len() as f64 / first.len().max(1) as f64;
    if share < THERE_MIN {
        return None;
    }
    let (who, what, old) = (name(caller), name(bucket), there.len());
    let minutes = members.last()?.time.start.saturating_sub(begin) / 60_000_000_000;
    Some(Find {
        found: Found::Locked,
        about: format!("{caller} {bucket}"),
        span: (members.first()?.time, members.last()?.time),
        count: members.len(),
        cited: members.iter().map(|one| one.at).collect(),
        confidence: 0.85,
        text: [
            format!(
                "{who} wrote {distinct} objects of {what} within {minutes} minutes with a key that the account does not have (SSE-C, or KMS of another account); {old} of them were there before, and cannot be read without it"
            ),
            format!(
                "{who} が {minutes} 分以内に {what} の {distinct} 個のオブジェクトをアカウントにない鍵（SSE-C または他アカウントの KMS）で書き換えた。うち {old} 個は以前から存在し、その鍵なしでは読めない"
            ),
        ],
    })
}

fn deleted((caller, bucket): (&str, &str), deeds: &[Done]) -> Option<Find> {
    let (members, distinct) = rush(deeds, Deed::Deleted, DELETED_MIN)?;
    let read: FxHashSet<u64> =
        deeds.iter().filter(|one| one.deed == Deed::Read).map(|one| one.key).collect();
    let taken = members.iter().filter(|one| read.contains(&one.key)).count();
    let (who, what) = (name(caller), name(bucket));
    Some(Find {
        found: Found::Deletion,
        about: format!("{caller} {bucket}"),
        span: (members.first()?.time, members.last()?.time),
        count: members.len(),
        cited: members.iter().map(|one| one.at).collect(),
        confidence: 0.6,
        text: [
            format!(
                "{who} deleted {distinct} objects of {what} within an hour; it had read {taken} of them before"
            ),
            format!(
                "{who} が 1 時間以内に {what} の {distinct} 個のオブジェクトを削除した（うち {taken} 個は事前に読み取っていた）"
            ),
        ],
    })
}

#[cfg(test)]
mod tests {
    use super::super::objects::testing::{deed, named};
    use super::*;

    const WHO: &str = "arn:aws:iam::111122223333:user/mika";
    const DAY: i64 = 86_400;

    fn told(mut marks: Vec<Marked>) -> Vec<(Found, String)> {
        marks.extend([WHO, "somebody", "media", "other"].map(named));
        marks.sort_by_key(|one| one.time.start);
        finds(&marks).into_iter().map(|find| (find.found, find.text[0].clone())).collect()
    }

    /// Objects handled from a second on, one a second.
    fn many(from: i64, bucket: &str, what: Deed, keys: std::ops::Range<u64>) -> Vec<Marked> {
        keys.map(|key| deed(from + key as i64, WHO, bucket, what, key)).collect()
    }

    #[test]
    fn a_bucket_read_as_never_before() {
        let early = || vec![deed(0, "somebody", "other", Deed::Read, 1)];
        let found = told([early(), many(2 * DAY, "media", Deed::Read, 0..400)].concat());
        assert_eq!(found[0].0, Found::ReadMuch);
        assert!(found[0].1.contains("of media within an hour (0.4 MB), never before"), "{found:?}");
        let every: Vec<Marked> =
            (0..72).flat_map(|hour| many(hour * 3600, "media", Deed::Read, 0..150)).collect();
        assert_eq!(told(every), [], "as always");
        assert_eq!(told(many(0, "media", Deed::Read, 0..400)), [], "nothing known before");
        let more = (0..40).flat_map(|hour| many(hour * 3600, "media", Deed::Read, 0..20));
        let found = told(more.chain(many(2 * DAY, "media", Deed::Read, 0..400)).collect());
        assert!(found[0].1.contains("at most 20 in one of 40 hours before"), "{found:?}");
    }

    #[test]
    fn objects_that_were_there_are_locked() {
        let lock = || many(5000, "media", Deed::Locked, 0..80);
        let found = told([many(0, "media", Deed::Read, 0..80), lock()].concat());
        assert_eq!(found[0].0, Found::Locked);
        assert!(found[0].1.contains("80 of them were there before"), "{found:?}");
        assert_eq!(told(lock()), [], "a new backup");
        let few = [many(0, "media", Deed::Read, 0..40), many(5000, "media", Deed::Locked, 0..40)];
        assert_eq!(told(few.concat()), []);
    }

    #[test]
    fn objects_read_and_then_deleted() {
        let both = [many(0, "media", Deed::Read, 0..50), many(900, "media", Deed::Deleted, 0..120)];
        let found = told(both.concat());
        assert!(found[0].1.contains("deleted 120 objects of media"), "{found:?}");
        assert!(found[0].1.contains("had read 50 of them"), "{found:?}");
        let habit = (0..9).flat_map(|h| many(h * 3600, "media", Deed::Deleted, 0..120)).collect();
        assert_eq!(told(habit), []);
    }
}
