//! Many seeds: each made, investigated by the program, scored; the sums as a table.
#![allow(clippy::disallowed_methods, reason = "it runs the program on folders that it writes")]

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::case::{Case, Options, case};
use crate::output;
use crate::score::{Score, Whole, score};
use crate::story::Story;

/// All scores.
#[derive(Debug, Default)]
pub struct Sums {
    /// By family.
    pub by_family: BTreeMap<String, Score>,
    /// Over all.
    pub whole: Whole,
    /// Cases; cases without an attack.
    pub cases: u64,
    /// See `cases`.
    pub quiet: u64,
}

/// The case of a seed: mostly one attack, every eighth seed two at once, every sixteenth none.
pub fn of_seed(seed: u64, stories: &[Story]) -> Case {
    let count = stories.len().max(1) as u64;
    let nth = |n: u64| stories.get((n % count) as usize).cloned();
    let mut chosen: Vec<Story> = nth(seed).into_iter().collect();
    // Every family meets everything: from turn to turn the same family gets another lot.
    let turn = seed / count;
    match (seed + turn * 3) % 16 {
        5 | 13 => chosen.extend(nth(seed + 1 + turn % (count - 1).max(1))),
        11 => chosen.clear(),
        _ => {}
    }
    let loss = [0, 0, 5, 0, 0, 20, 0, 2].get((seed + turn) as usize % 8).copied().unwrap_or(0);
    let options = Options { noise: 60 + seed % 5 * 60, loss, skew: (seed / 3) % 4 * 500 };
    case(seed, &chosen, &options)
}

/// Writes a case, has it investigated, scores the answer.
pub fn run(program: &Path, case: &Case) -> Result<(Vec<Score>, Whole), String> {
    let folder = tempfile::tempdir().map_err(|why| why.to_string())?;
    output::write(case, folder.path()).map_err(|why| why.to_string())?;
    let answer = Command::new(program)
        .args(["investigate", "--format", "json", "--year", "2026", "--time-zone", "UTC"])
        .arg(folder.path().join("logs"))
        .output()
        .map_err(|why| format!("{}: {why}", program.display()))?;
    let json: Value = serde_json::from_slice(&answer.stdout)
        .map_err(|why| format!("{why}: {}", String::from_utf8_lossy(&answer.stderr)))?;
    Ok(score(case, &json))
}

impl Sums {
    /// Adds a case's scores.
    pub fn add(&mut self, case: &Case, (scores, whole): (Vec<Score>, Whole)) {
        self.cases += 1;
        self.quiet += u64::from(case.truths.is_empty());
        for (truth, score) in case.truths.iter().zip(scores) {
            self.by_family.entry(truth.family.clone()).or_default().take(score);
        }
        self.whole.false_incidents += whole.false_incidents;
        self.whole.mixed += whole.mixed;
        self.whole.wrong_owner += whole.wrong_owner;
        self.whole.evidence.take(whole.evidence);
    }

    /// Over all families.
    pub fn all(&self) -> Score {
        let mut all = Score::default();
        self.by_family.values().for_each(|score| all.take(score.clone()));
        all
    }

    /// The table, as Markdown.
    pub fn table(&self) -> String {
        let mut out = String::from(
            "| family | attacks | one incident | cause top-1 | top-3 | step F1 | order τ | \
attackers P / R | hit P / R | damage exact |\n|---|---|---|---|---|---|---|---|---|---|\n",
        );
        let all = self.all();
        let rows = self.by_family.iter().map(|(name, score)| (name.as_str(), score));
        for (name, score) in rows.chain([("**all**", &all)]) {
            out += &row(name, score);
        }
        let Whole { false_incidents, mixed, wrong_owner, evidence } = &self.whole;
        let _ = write!(
            out,
            "\n{} cases, {} of them without an attack. Incidents about nothing: {false_incidents}; \
about two attacks at once: {mixed}; honest machines and people blamed: {wrong_owner}; cited \
records found again: {:.0} of {:.0}.\n",
            self.cases, self.quiet, evidence.right, evidence.all
        );
        out
    }
}

fn row(name: &str, score: &Score) -> String {
    let Score { one, top1, top3, f1, order, attackers, affected, damage, .. } = score;
    let [a, b] = attackers.map(|share| share.of());
    let [c, d] = affected.map(|share| share.of());
    format!(
        "| {name} | {:.0} | {:.2} | {:.2} | {:.2} | {:.3} | {:.3} | {a:.2} / {b:.2} | \
{c:.2} / {d:.2} | {:.2} |\n",
        one.all,
        one.of(),
        top1.of(),
        top3.of(),
        f1.of(),
        order.of(),
        damage.of()
    )
}

impl Score {
    /// Adds another one.
    pub fn take(&mut self, other: Score) {
        self.one.take(other.one);
        self.top1.take(other.top1);
        self.top3.take(other.top3);
        self.f1.take(other.f1);
        self.order.take(other.order);
        for (own, more) in self.attackers.iter_mut().zip(other.attackers) {
            own.take(more);
        }
        for (own, more) in self.affected.iter_mut().zip(other.affected) {
            own.take(more);
        }
        self.damage.take(other.damage);
        self.notes.extend(other.notes);
    }
}
