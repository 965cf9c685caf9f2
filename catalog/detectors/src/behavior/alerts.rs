//! Runs of rare alerts: what other products say all day is weighed by how rarely they say it.
//!
//! Ten-minute windows; each sort of alert counts once in a window and by its surprise; the rarest
//! counts full, each next one less (Σ sᵢ/i), so that floods do not pay.

use std::collections::{BTreeMap, BTreeSet};

use model::Time;
use model::seam::detector::Marked;
use rustc_hash::FxHashMap;

use super::marks::{Kind, Seen, seen};
use super::rules::Found;
use super::tell::{CITED_MAX, Find, name, names};
use super::window::{HOUR, SECOND};
use crate::web::hash;

/// A window.
const WIDTH: i64 = 600 * SECOND;
/// Nothing is judged before so much was seen.
const WARM_UP: i64 = 24 * HOUR;
/// Bits from which a window stands out: where a study of eight sites of the data set AIT-ADS
/// had one false run in five days.
const SCORE_MIN: f64 = 20.0;
/// Windows no further apart are one run.
const GAP: i64 = HOUR;
/// Runs a day that are told; the most surprising.
const RUNS_A_DAY: usize = 2;

/// One sort of alert on one host, within one window.
struct Sort<'m> {
    name: &'m str,
    host: &'m str,
    first: (usize, Time),
    last: (usize, Time),
    count: usize,
    surprise: f64,
}

struct Run<'m> {
    score: f64,
    sorts: Vec<Sort<'m>>,
}

/// How often each sort was in a window so far.
#[derive(Default)]
struct Known {
    windows: f64,
    on_host: FxHashMap<u64, f64>,
    anywhere: FxHashMap<u64, f64>,
}

impl Known {
    /// Bits of surprise: half of a sort on this host, half of it anywhere.
    fn surprise(&self, sort: &Sort<'_>) -> f64 {
        let bits = |count: Option<&f64>| {
            -((count.copied().unwrap_or(0.0) + 0.5) / (self.windows + 1.0)).log2()
        };
        let on_host = self.on_host.get(&key(sort.name, sort.host));
        f64::midpoint(bits(on_host), bits(self.anywhere.get(&hash(sort.name))))
    }

    fn learn(&mut self, sorts: &[Sort<'_>]) {
        self.windows += 1.0;
        let names: BTreeSet<&str> = sorts.iter().map(|sort| sort.name).collect();
        for name in names {
            *self.anywhere.entry(hash(name)).or_insert(0.0) += 1.0;
        }
        for sort in sorts {
            *self.on_host.entry(key(sort.name, sort.host)).or_insert(0.0) += 1.0;
        }
    }
}

fn key(name: &str, host: &str) -> u64 {
    hash(name) ^ hash(host).rotate_left(17)
}

/// The sorts of alert in a window.
fn sorts<'m>(alerts: &[Seen<'m>]) -> Vec<Sort<'m>> {
    let mut all: BTreeMap<(&str, &str), Sort<'m>> = BTreeMap::new();
    for one in alerts {
        let (name, host, here) = (one.text(0), one.text(1), (one.at, one.time));
        let new = Sort { name, host, first: here, last: here, count: 0, surprise: 0.0 };
        let sort = all.entry((name, host)).or_insert(new);
        (sort.last, sort.count) = (here, sort.count + 1);
    }
    all.into_values().collect()
}

/// Runs of windows with alerts that are rare here, and what could not be judged.
pub fn runs(marks: &[Marked]) -> (Vec<Find>, Vec<String>) {
    let alerts = seen(marks, Kind::Alert);
    let Some(begin) = alerts.first().map(|one| one.time.start) else {
        return (Vec::new(), Vec::new());
    };
    let (mut known, mut runs) = (Known::default(), Vec::<Run<'_>>::new());
    let window = |one: &Seen<'_>| one.time.start.div_euclid(WIDTH);
    for alerts in alerts.chunk_by(|a, b| window(a) == window(b)) {
        let mut sorts = sorts(alerts);
        for sort in &mut sorts {
            sort.surprise = known.surprise(sort);
        }
        known.learn(&sorts);
        sorts.sort_by(|a, b| b.surprise.total_cmp(&a.surprise));
        let ranked = sorts.iter().enumerate();
        let score: f64 = ranked.map(|(rank, sort)| sort.surprise / (rank + 1) as f64).sum();
        let started = alerts.first().map_or(begin, |one| one.time.start);
        if started.saturating_sub(begin) >= WARM_UP && score >= SCORE_MIN {
            extend(&mut runs, Run { score, sorts });
        }
    }
    let last = alerts.last().map_or(begin, |one| one.time.start);
    let told = (last.saturating_sub(begin) < WARM_UP).then(|| {
        "alerts of less than a day: how rare each is here cannot be said, none is weighed"
            .to_owned()
    });
    (daily(runs).iter().filter_map(find).collect(), told.into_iter().collect())
}

/// Adds a window to the last run if it is near, else begins one.
fn extend<'m>(runs: &mut Vec<Run<'m>>, window: Run<'m>) {
    let begin = window.sorts.iter().map(|sort| sort.first.1.start).min().unwrap_or(i64::MAX);
    let near = |run: &Run<'_>| {
        let end = run.sorts.iter().map(|sort| sort.last.1.start).max().unwrap_or(i64::MIN);
        begin.saturating_sub(end) <= GAP
    };
    match runs.last_mut().filter(|run| near(run)) {
        Some(run) => {
            run.score = run.score.max(window.score);
            run.sorts.extend(window.sorts);
        }
        None => runs.push(window),
    }
}

/// The most surprising runs of each day.
fn daily(runs: Vec<Run<'_>>) -> Vec<Run<'_>> {
    let mut days: BTreeMap<i64, Vec<Run<'_>>> = BTreeMap::new();
    for run in runs {
        let begin = run.sorts.iter().map(|sort| sort.first.1.start).min().unwrap_or_default();
        days.entry(begin.div_euclid(24 * HOUR)).or_default().push(run);
    }
    for runs in days.values_mut() {
        runs.sort_by(|a, b| b.score.total_cmp(&a.score));
        runs.truncate(RUNS_A_DAY);
    }
    days.into_values().flatten().collect()
}

fn find(run: &Run<'_>) -> Option<Find> {
    let first = run.sorts.iter().map(|sort| sort.first).min()?;
    let last = run.sorts.iter().map(|sort| sort.last).max()?;
    let mut rare: Vec<&Sort<'_>> = run.sorts.iter().collect();
    rare.sort_by(|a, b| b.surprise.total_cmp(&a.surprise));
    let mut cited = vec![first.0, last.0];
    cited.extend(rare.iter().map(|sort| sort.first.0).take(CITED_MAX - 2));
    let mut told: Vec<&str> = Vec::new();
    for sort in &rare {
        if !told.contains(&sort.name) {
            told.push(sort.name);
        }
    }
    let hosts: BTreeSet<&str> = rare.iter().take(CITED_MAX).map(|sort| sort.host).collect();
    let (score, sorts) = (run.score, told.len());
    let (what, hosts) = (names(told.into_iter()), hosts.into_iter().map(name).collect::<Vec<_>>());
    let hosts = hosts.join(", ");
    Some(Find {
        found: Found::AlertRun,
        about: format!("{} {}", first.1.start, last.1.start),
        span: (first.1, last.1),
        count: run.sorts.iter().map(|sort| sort.count).sum(),
        cited,
        confidence: 0.6,
        text: [
            format!(
                "{sorts} sorts of alert came together that are rare here ({score:.1} bits; from 20 on it counts), first of all {what}, on {hosts}"
            ),
            format!(
                "この環境ではまれな {sorts} 種類のアラートが続いた（{score:.1} ビット、20 以上で検知）。主なもの：{what}（{hosts}）"
            ),
        ],
    })
}

#[cfg(test)]
mod tests {
    use model::Outcome;

    use super::super::testing::{Dice, marked};
    use super::*;

    fn alert(second: i64, name: &str, host: &str) -> Marked {
        marked(Kind::Alert, second, &[name, host], Outcome::Unknown)
    }

    /// Two days of what is said all day.
    fn usual() -> Vec<Marked> {
        let mut dice = Dice(2);
        let hosts = ["a", "b", "c"];
        let one = |at: i64| alert(at * 60, &format!("n{}", dice.roll(6)), hosts[at as usize % 3]);
        (0..2880).map(one).collect()
    }

    fn told(mut marks: Vec<Marked>) -> Vec<Find> {
        marks.sort_by_key(|one| one.time.start);
        runs(&marks).0
    }

    #[test]
    fn rare_alerts_together_stand_out_and_a_flood_does_not() {
        assert!(told(usual()).is_empty());
        let mut attacked = usual();
        attacked.extend((0..8).map(|at| alert(150_000 + at * 40, &format!("rare{at}"), "b")));
        let found = told(attacked);
        assert_eq!(found.len(), 1);
        assert!(found[0].span.0.start >= 149_400 * SECOND && found[0].text[0].contains("rare"));
        let mut flood = usual();
        flood.extend((0..5000).map(|at| alert(150_000 + at / 20, "n1", "b")));
        assert!(told(flood).is_empty());
    }

    #[test]
    fn the_first_day_is_for_learning_and_it_is_said() {
        let all: Vec<Marked> = (0..200).map(|at| alert(at, &format!("x{at}"), "a")).collect();
        let (found, said) = runs(&all);
        assert!(found.is_empty());
        assert_eq!(said.len(), 1);
    }
}
