//! Which logs heard of which instance while it ran, and when none did.

use std::collections::BTreeMap;

use model::EntityKind;

use super::ledger::{Ledger, NAMES};
use super::life::Life;
use super::spans::{QUIET, join, uncovered};

/// One kind of log, as it covers one instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product {
    /// The kind of log.
    pub source: &'static str,
    /// Seconds of the instance's runs in which it heard of it.
    pub seconds: i64,
}

/// How one instance is covered.
#[derive(Clone, Debug)]
pub struct Coverage<'l> {
    /// The instance.
    pub life: &'l Life,
    /// Seconds that it ran.
    pub ran: i64,
    /// Kinds of log that heard of it, by name.
    pub products: Vec<Product>,
    /// When it ran and no log heard of it, in seconds since 1970.
    pub silent: Vec<(i64, i64)>,
}

/// How each instance is covered, in the order of the ledger. A silence of less than ten minutes
/// is none. Runs that nobody ended end with the records.
pub fn coverage(ledger: &Ledger) -> Vec<Coverage<'_>> {
    let end = ledger.heard.values().filter_map(|spans| spans.settled().last().map(|l| l.1)).max();
    let end = end.into_iter().chain(ledger.span.map(|span| span.1)).max().unwrap_or(0);
    let mut by_name = ByName::new();
    for ((source, kind, name), spans) in &ledger.heard {
        by_name.entry((*kind, name)).or_default().push((source, spans.settled()));
    }
    ledger.lives.iter().map(|life| cover(life, &by_name, end)).collect()
}

/// What each kind of log heard of a thing, and when.
type HeardBy = Vec<(&'static str, Vec<(i64, i64)>)>;
type ByName<'l> = BTreeMap<(EntityKind, &'l str), HeardBy>;

fn cover<'l>(life: &'l Life, by_name: &ByName<'_>, end: i64) -> Coverage<'l> {
    let mut heard: BTreeMap<&'static str, Vec<(i64, i64)>> = BTreeMap::new();
    for (kind, name, from, to) in names(life) {
        for (source, spans) in by_name.get(&(kind, name.as_str())).into_iter().flatten() {
            let within = spans.iter().filter(|(start, stop)| *stop >= from && *start <= to);
            heard.entry(source).or_default().extend(within);
        }
    }
    let runs: Vec<(i64, i64)> =
        life.runs.iter().map(|run| (run.from.at, run.to.map_or(end, |to| to.at))).collect();
    let ran: i64 = runs.iter().map(|(from, to)| (to - from).max(0)).sum();
    let mut all = Vec::new();
    let mut products = Vec::new();
    for (source, spans) in heard {
        let spans = join(spans, QUIET);
        let free: i64 = runs
            .iter()
            .flat_map(|(from, to)| uncovered(*from, *to, &spans))
            .map(|(from, to)| to - from)
            .sum();
        products.push(Product { source, seconds: (ran - free).max(0) });
        all.extend(spans);
    }
    let all = join(all, QUIET);
    let silent = runs.iter().flat_map(|(from, to)| uncovered(*from, *to, &all));
    let silent = silent.filter(|(from, to)| to - from >= QUIET || all.is_empty()).collect();
    Coverage { life, ran, products, silent }
}

/// By what logs may name it, and from when to when that name is its own.
fn names(life: &Life) -> Vec<(EntityKind, String, i64, i64)> {
    let [instance, eni, host] = NAMES;
    let mut all = vec![(instance, life.id.clone(), i64::MIN, i64::MAX)];
    for binding in &life.bindings {
        let (from, to) = (binding.from, binding.to.unwrap_or(i64::MAX));
        if let Some(name) = &binding.eni {
            all.push((eni, name.clone(), i64::MIN, i64::MAX));
        }
        if !binding.public && !binding.ip.contains(':') {
            // The name that EC2 gives a host by its address.
            all.push((host, format!("ip-{}", binding.ip.replace('.', "-")), from, to));
        }
    }
    all.sort();
    all.dedup();
    all
}
