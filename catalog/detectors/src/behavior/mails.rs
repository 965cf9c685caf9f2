//! Bursts of mail: a host that suddenly writes to very many people.

use std::collections::BTreeMap;

use model::seam::detector::Marked;

use super::marks::{Kind, Seen, seen};
use super::rules::Found;
use super::tell::{Find, name};
use super::window::{HOUR, SECOND, burst};
use crate::web::hash;

const MINUTE: i64 = 60 * SECOND;
/// So many recipients in an hour at least.
const RECIPIENTS_MIN: usize = 200;
/// And so many times those of the busiest of the quiet hours.
const TIMES: usize = 5;
/// With so many hours known, the busiest of them is the measure; with fewer, the floor.
const HOURS_MIN: usize = 3;

/// Hosts that write to many more people in an hour than they are wont to.
pub fn bursts(marks: &[Marked]) -> Vec<Find> {
    let all = seen(marks, Kind::Mail);
    let mut hosts: BTreeMap<&str, Vec<&Seen<'_>>> = BTreeMap::new();
    for one in &all {
        hosts.entry(one.text(0)).or_default().push(one);
    }
    hosts.iter().filter_map(|(host, mails)| find(host, mails)).collect()
}

/// Recipients in a usual hour: the 99th percentile, as far as hours before the last are known.
fn usual(things: &[(i64, u64)]) -> usize {
    let mut hours: BTreeMap<i64, std::collections::BTreeSet<u64>> = BTreeMap::new();
    for (time, value) in things {
        hours.entry(time.div_euclid(HOUR)).or_default().insert(*value);
    }
    let mut counts: Vec<usize> = hours.values().map(std::collections::BTreeSet::len).collect();
    counts.sort_unstable();
    // The middle: a burst of some hours does not raise it.
    if counts.len() < HOURS_MIN { 0 } else { counts.get(counts.len() / 2).copied().unwrap_or(0) }
}

/// The mails without those of the quiet time before: from the first minute that has a quarter of
/// what the fullest has.
fn dense<'a, 'm>(mails: &'a [&'m Seen<'m>]) -> &'a [&'m Seen<'m>] {
    let minute = |one: &Seen<'_>| one.time.start.div_euclid(MINUTE);
    let mut minutes: BTreeMap<i64, usize> = BTreeMap::new();
    for one in mails {
        *minutes.entry(minute(one)).or_insert(0) += 1;
    }
    let fullest = minutes.values().max().copied().unwrap_or(0);
    let full = minutes.iter().find(|(_, count)| **count * 4 >= fullest).map(|(at, _)| *at);
    let from = mails.partition_point(|one| full.is_some_and(|full| minute(one) < full));
    mails.get(from..).unwrap_or(mails)
}

fn find(host: &str, mails: &[&Seen<'_>]) -> Option<Find> {
    let things: Vec<(i64, u64)> =
        mails.iter().map(|one| (one.time.start, hash(one.text(1)))).collect();
    let usual = usual(&things);
    let burst = burst(&things, HOUR, RECIPIENTS_MIN.max(TIMES * usual))?;
    let members = dense(mails.get(burst.from..=burst.to)?);
    let (first, last) = (members.first()?, members.last()?);
    let (who, people, count) = (name(host), burst.distinct, members.len());
    Some(Find {
        found: Found::MailBurst,
        about: host.to_owned(),
        span: (first.time, last.time),
        count,
        cited: members.iter().map(|one| one.at).collect(),
        confidence: 0.75,
        text: [
            format!(
                "mail of {who} went to {people} different people within an hour; in a usual hour: {usual}"
            ),
            format!(
                "{who} のメールが 1 時間に {people} の宛先へ送られた（通常は 1 時間に {usual}）"
            ),
        ],
    })
}

#[cfg(test)]
mod tests {
    use model::Outcome;

    use super::super::testing::marked;
    use super::*;

    fn mails(from: i64, count: i64, step: i64) -> Vec<Marked> {
        let mail = |at| {
            let to = format!("p{at}@example.com");
            marked(Kind::Mail, from + at * step, &["h", &to], Outcome::Success)
        };
        (0..count).map(mail).collect()
    }

    #[test]
    fn a_burst_is_much_more_than_a_usual_hour() {
        assert_eq!(bursts(&mails(0, 300, 5)).len(), 1);
        assert!(bursts(&mails(0, 150, 5)).is_empty());
        // A newsletter's host writes 250 every hour.
        assert!(bursts(&mails(0, 3000, 14)).is_empty());
        let again: Vec<Marked> = (0..400)
            .map(|at| marked(Kind::Mail, at, &["h", "one@example.com"], Outcome::Success))
            .collect();
        assert!(bursts(&again).is_empty(), "one person");
    }
}
