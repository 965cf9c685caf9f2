//! How long the machines ran that an intruder started, and what that costs.

use std::collections::{BTreeMap, BTreeSet};

use model::finding::Evidence;
use model::fleet::Trait;
use model::incident::Impact;
use model::seam::report::Language;

use crate::fleet::{Ledger, Life};
use crate::gaps::Coverage;
use crate::prices::Prices;

const SECOND: i64 = 1_000_000_000;
/// Types named whose price is not known.
const NAMES_MAX: usize = 4;

/// What the hours are drawn from.
pub(crate) struct Clock<'c> {
    pub(crate) ledger: &'c Ledger,
    pub(crate) coverage: &'c Coverage,
    /// When machines were last seen to send something, by instance or interface.
    pub(crate) seen: &'c BTreeMap<String, i64>,
    pub(crate) prices: &'c Prices,
    pub(crate) language: Language,
}

/// Hours: at least, as far as the records go, at most.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Hours {
    low: f64,
    best: f64,
    high: f64,
}

/// The hours of an incident's machines and their price.
pub(crate) fn impact(clock: &Clock<'_>, ids: &BTreeSet<String>, cited: &[Evidence]) -> Vec<Impact> {
    let (mut hours, mut cost) = (Hours::default(), Hours::default());
    let (mut ran, mut runs_on, mut unknown) = (0_u64, 0_u64, BTreeSet::new());
    let end = clock.coverage.last().map_or(0, |nanos| nanos.div_euclid(SECOND));
    for life in clock.ledger.lives.iter().filter(|life| ids.contains(&life.id)) {
        let mut own = Hours::default();
        for run in &life.runs {
            let to = run.to.map_or([end; 3], |to| [to.low, to.at, to.high]);
            // A hole in the records may hide an end.
            let sure = match run.to {
                Some(_) => to[0],
                None => clock.sure(life, run.from.at * SECOND, end * SECOND) / SECOND,
            };
            let span = |from: i64, to: i64| to.saturating_sub(from).max(0) as f64 / 3_600.0;
            own.low += span(run.from.high, sure);
            own.best += span(run.from.at, to[1]);
            own.high += span(run.from.low, to[2]);
            runs_on += u64::from(run.to.is_none());
        }
        ran += u64::from(!life.runs.is_empty());
        add(&mut hours, own, 1.0);
        let kind = life.is(Trait::Type).unwrap_or("?");
        match clock.prices.hour(kind) {
            Some(price) => add(&mut cost, own, price),
            None => {
                unknown.insert(kind);
            }
        }
    }
    if ran == 0 || hours.high <= 0.0 {
        return Vec::new();
    }
    let cited = |text: String, kind: &'static str, unit: &'static str, sum: Hours| Impact {
        kind,
        value: rounded(sum.best),
        low: rounded(sum.low.min(sum.best)),
        high: rounded(sum.high.max(sum.best)),
        unit,
        text,
        evidence: cited.to_vec(),
    };
    let ran_for = ran_for(clock.language, ran, runs_on, hours.best);
    let mut out = vec![cited(ran_for, "instance_hours", "hours", hours)];
    if cost.best > 0.0 {
        let text = costs(clock, cost.best, &unknown);
        out.push(cited(text, "cost_usd", "USD", cost));
    }
    out
}

impl Clock<'_> {
    /// Until when a machine that no record ends ran for sure.
    fn sure(&self, life: &Life, from: i64, end: i64) -> i64 {
        let interfaces = life.bindings.iter().filter_map(|binding| binding.eni.as_ref());
        let names = std::iter::once(&life.id).chain(interfaces);
        let seen = names.filter_map(|name| self.seen.get(name)).max().copied().unwrap_or(from);
        self.coverage.calls_until(from, end).max(seen).min(end)
    }
}

fn add(sum: &mut Hours, own: Hours, price: f64) {
    sum.low += own.low * price;
    sum.best += own.best * price;
    sum.high += own.high * price;
}

fn rounded(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}

fn ran_for(language: Language, ran: u64, runs_on: u64, hours: f64) -> String {
    let english = language == Language::English;
    let rest = match (runs_on, english) {
        (0, _) => String::new(),
        (n, true) => format!("; {n} of them still ran when the records end"),
        (n, false) => format!("（うち {n} 台は記録の終わりの時点で稼働中）"),
    };
    if english {
        return format!("The {ran} instances ran for {hours:.1} hours in all{rest}.");
    }
    format!("インスタンス {ran} 台の稼働時間は合計 {hours:.1} 時間{rest}。")
}

fn costs(clock: &Clock<'_>, cost: f64, unknown: &BTreeSet<&str>) -> String {
    let english = clock.language == Language::English;
    let names: Vec<&str> = unknown.iter().take(NAMES_MAX).copied().collect();
    let of = &clock.prices.of;
    let rest = match (names.is_empty(), english) {
        (true, _) => String::new(),
        (false, true) => format!("; without {}, whose price is not in the table", names.join(", ")),
        (false, false) => format!("。{} は価格表になく、含まない", names.join("、")),
    };
    if english {
        return format!("That costs about {cost:.0} USD ({of}{rest}).");
    }
    format!("費用は約 {cost:.0} 米ドル（{of}{rest}）。")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_in_the_table_is_named() {
        let (ledger, coverage) = (Ledger::default(), Coverage::default());
        let (prices, seen) = (Prices::default(), BTreeMap::new());
        let clock = |language| Clock {
            ledger: &ledger,
            coverage: &coverage,
            seen: &seen,
            prices: &prices,
            language,
        };
        let unknown = BTreeSet::from(["x9.large"]);
        let told = costs(&clock(Language::English), 12.3, &unknown);
        assert!(told.starts_with("That costs about 12 USD") && told.contains("x9.large"), "{told}");
        let told = costs(&clock(Language::Japanese), 12.3, &BTreeSet::new());
        assert!(told.contains("約 12 米ドル"), "{told}");
        assert!(impact(&clock(Language::English), &BTreeSet::new(), &[]).is_empty());
    }
}
