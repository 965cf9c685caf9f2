//! Calls to AWS: bursts of large machines and of deletions by one caller.

use std::collections::{BTreeMap, BTreeSet};

use model::seam::detector::Marked;

use super::marks::{Kind, Seen, seen};
use super::rules::Found;
use super::tell::{Find, name, names};
use super::window::{HOUR, burst};
use crate::web::hash;

/// Large machines by one caller in a day.
const LARGE_MIN: usize = 3;
const DAY: i64 = 24 * HOUR;
/// Things removed within an hour.
const REMOVED_MIN: usize = 25;
/// Families with accelerators, and sizes from which a machine is large.
const FAMILIES: &[&str] =
    &["p2", "p3", "p4", "p5", "p6", "g3", "g4", "g5", "g6", "trn", "inf", "dl"];
const LARGE: u32 = 12;

/// The caller, the call, the region, the large machines that were launched, what was removed.
const CALLER: usize = 0;
const ACTION: usize = 1;
const REGION: usize = 2;
const SIZES: usize = 3;
const WHAT: usize = 4;

/// Whether a call takes something away for good.
pub fn removes(action: &str) -> bool {
    const VERBS: &[&str] = &["Delete", "Terminate", "ScheduleKeyDeletion", "DisableKey"];
    VERBS.iter().any(|verb| action.starts_with(verb))
}

/// Whether a machine of this type is large, or has an accelerator.
pub fn is_large(kind: &str) -> bool {
    let (family, size) = kind.split_once('.').unwrap_or((kind, ""));
    let times = size.strip_suffix("xlarge").and_then(|times| times.parse::<u32>().ok());
    let accelerated = FAMILIES.iter().any(|start| family.starts_with(start));
    accelerated || size.starts_with("metal") || times.is_some_and(|times| times >= LARGE)
}

/// The role or user behind a caller; sessions of one role are one caller.
pub fn role(caller: &str) -> &str {
    match caller.contains(":assumed-role/").then(|| caller.rsplit_once('/')).flatten() {
        Some((role, _)) => role,
        None => caller,
    }
}

/// All bursts.
pub fn finds(marks: &[Marked]) -> Vec<Find> {
    let all = seen(marks, Kind::Call);
    let mut callers: BTreeMap<&str, Vec<&Seen<'_>>> = BTreeMap::new();
    for one in all.iter().filter(|one| !one.text(CALLER).is_empty()) {
        callers.entry(one.text(CALLER)).or_default().push(one);
    }
    let mut roles: BTreeMap<(&str, &str), Vec<&Seen<'_>>> = BTreeMap::new();
    for one in all.iter().filter(|one| !one.text(SIZES).is_empty()) {
        roles.entry((role(one.text(CALLER)), one.text(REGION))).or_default().push(one);
    }
    let mut finds = Vec::new();
    for (caller, calls) in &callers {
        finds.extend(deletion(caller, calls));
    }
    finds.extend(roles.iter().filter_map(|(place, calls)| launch(*place, calls)));
    finds
}

fn deletion(caller: &str, calls: &[&Seen<'_>]) -> Option<Find> {
    let removed = calls.iter().filter(|one| one.text(SIZES).is_empty());
    let calls: Vec<&Seen<'_>> = removed.copied().collect();
    let things: Vec<(i64, u64)> = calls
        .iter()
        .map(|one| (one.time.start, hash(one.text(ACTION)) ^ hash(one.text(WHAT))))
        .collect();
    let burst = burst(&things, HOUR, REMOVED_MIN)?;
    let members = calls.get(burst.from..=burst.to)?;
    // A build's role creates and removes all day; who only did it once means it.
    let hours: BTreeSet<i64> = calls.iter().map(|one| one.time.start.div_euclid(HOUR)).collect();
    let spread = hours.len() > 6;
    let actions: BTreeSet<&str> = members.iter().map(|one| one.text(ACTION)).collect();
    let (who, distinct, actions) = (name(caller), burst.distinct, names(actions.into_iter()));
    (!spread).then_some(Find {
        found: Found::Deletion,
        about: caller.to_owned(),
        span: (members.first()?.time, members.last()?.time),
        count: members.len(),
        cited: members.iter().map(|one| one.at).collect(),
        confidence: 0.6,
        text: [
            format!("{who} removed {distinct} things within an hour ({actions})"),
            format!("{who} が 1 時間以内に {distinct} 個のリソースを削除した（{actions}）"),
        ],
    })
}

/// Large machines within a day of this role's first in this region.
fn launch((role, region): (&str, &str), calls: &[&Seen<'_>]) -> Option<Find> {
    let large = |one: &Seen<'_>| one.text(SIZES).split_whitespace().count();
    let calls: Vec<(&Seen<'_>, usize)> = calls.iter().map(|one| (*one, large(one))).collect();
    let since = calls.first()?.0.time.start;
    let is_new = |one: &Seen<'_>| one.time.start.saturating_sub(since) <= DAY;
    let fresh: Vec<&(&Seen<'_>, usize)> = calls.iter().filter(|(one, _)| is_new(one)).collect();
    let count: usize = fresh.iter().map(|(_, count)| count).sum();
    // Scaling launches the same kind again and again: that is no burst, but a habit.
    let habit = calls.len() > 4 * fresh.len();
    if count < LARGE_MIN || habit {
        return None;
    }
    let kinds: BTreeSet<&str> =
        fresh.iter().flat_map(|(one, _)| one.text(SIZES).split_whitespace()).collect();
    let (who, kinds, places) = (name(role), names(kinds.into_iter()), name(region));
    Some(Find {
        found: Found::LaunchBurst,
        about: format!("{role} {region}"),
        span: (fresh.first()?.0.time, fresh.last()?.0.time),
        count: fresh.len(),
        cited: fresh.iter().map(|(one, _)| one.at).collect(),
        confidence: 0.65,
        text: [
            format!(
                "{count} large machines ({kinds}) were launched by {who} in {places}, where these logs know of none before"
            ),
            format!(
                "{who} が {places} で {count} 台の大型インスタンス（{kinds}）を起動した（ログの範囲ではこの地域で初めて）"
            ),
        ],
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::marked;
    use super::*;
    use model::Outcome;

    const WHO: &str = "arn:aws:sts::111122223333:assumed-role/deploy/s1";

    fn call(second: i64, texts: [&str; 4]) -> Marked {
        let texts: Vec<&str> = std::iter::once(WHO).chain(texts).collect();
        marked(Kind::Call, second, &texts, Outcome::Success)
    }

    fn launch(second: i64, kinds: &str, region: &str) -> Marked {
        call(second, ["RunInstances", region, kinds, ""])
    }

    #[test]
    fn large_machines_in_a_new_region() {
        let burst = [launch(0, "g5.12xlarge g5.12xlarge g5.12xlarge ", "eu-west-3")];
        let found = finds(&burst);
        assert_eq!(found[0].found, Found::LaunchBurst);
        assert!(
            found[0].text[0].starts_with("3 large machines (g5.12xlarge)"),
            "{:?}",
            found[0].text
        );
        assert!(!is_large("m5.large") && is_large("m5.16xlarge") && is_large("p4d.xlarge"));
        let scaling: Vec<Marked> =
            (0..60).map(|at| launch(at * 7200, "g5.xlarge ", "us-east-1")).collect();
        assert!(finds(&scaling).is_empty(), "a habit");
    }

    #[test]
    fn many_deletions_are_told_once() {
        let one = |at: i64| {
            let what = format!("bucket-{at}");
            call(at, ["DeleteBucket", "us-east-1", "", what.as_str()])
        };
        let found = finds(&(0..40).map(one).collect::<Vec<_>>());
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].found, Found::Deletion);
    }
}
