//! An investigation's answer held against the truth.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::case::{Case, Happened, Truth};

/// Times of logs that write whole seconds, and clocks that are a little wrong. Milliseconds.
const SLACK: i64 = 4_000;
/// Parts of entities that an answer calls hit.
const HIT: &[&str] = &["victim", "affected", "created"];

/// Right ones of so many.
#[derive(Clone, Copy, Debug, Default)]
pub struct Share {
    /// Right.
    pub right: f64,
    /// All.
    pub all: f64,
}

impl Share {
    /// Counts one.
    pub fn add(&mut self, right: bool) {
        self.right += f64::from(u8::from(right));
        self.all += 1.0;
    }

    /// Takes another one in.
    pub fn take(&mut self, other: Share) {
        self.right += other.right;
        self.all += other.all;
    }

    /// The share, 1 where nothing was asked.
    pub fn of(&self) -> f64 {
        if self.all > 0.0 { self.right / self.all } else { 1.0 }
    }
}

/// How good the answer about one attack is, or the sum over several.
#[derive(Clone, Debug, Default)]
pub struct Score {
    /// Attacks told by exactly one incident.
    pub one: Share,
    /// The first cause is right; one of the first three is.
    pub top1: Share,
    /// See `top1`.
    pub top3: Share,
    /// F1 of steps, order (Kendall's τ), summed over attacks.
    pub f1: Share,
    /// See `f1`.
    pub order: Share,
    /// Addresses called attackers that are; attackers that are named.
    pub attackers: [Share; 2],
    /// Things called hit that are; things hit that are named.
    pub affected: [Share; 2],
    /// Numbers of the damage that are exact.
    pub damage: Share,
    /// What was wrong.
    pub notes: Vec<String>,
}

/// What concerns a whole answer.
#[derive(Clone, Debug, Default)]
pub struct Whole {
    /// Incidents of level medium and more that are about no attack.
    pub false_incidents: u64,
    /// Incidents about two attacks at once.
    pub mixed: u64,
    /// Honest machines and people called attacker or hit.
    pub wrong_owner: u64,
    /// Cited records that can be read back and are what was written.
    pub evidence: Share,
}

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn time(value: &Value, key: &str) -> i64 {
    text(value, key).parse().map_or(0, |at: jiff::Timestamp| at.as_millisecond())
}

/// Scores an answer: one score for each attack, and what concerns all of it.
pub fn score(case: &Case, answer: &Value) -> (Vec<Score>, Whole) {
    let mut whole = Whole::default();
    let labels = Labels::new(case);
    let mut about: Vec<Vec<&Value>> = vec![Vec::new(); case.truths.len()];
    let loud = |one: &&Value| ["critical", "high", "medium"].contains(&text(one, "severity"));
    for incident in list(answer, "incidents").iter().filter(loud) {
        let cited = labels.cited(answer, incident, &mut whole.evidence);
        whole.mixed += u64::from(cited.len() > 1);
        match cited.iter().max_by_key(|(attack, count)| (**count, usize::MAX - **attack)) {
            Some((attack, _)) => about.get_mut(*attack).into_iter().for_each(|all| {
                all.push(incident);
            }),
            None => whole.false_incidents += 1,
        }
        for entity in list(incident, "entities") {
            let blamed = HIT.contains(&text(entity, "role")) || text(entity, "role") == "attacker";
            let honest = case.honest.iter().any(|name| name == text(entity, "value"));
            whole.wrong_owner += u64::from(blamed && honest);
        }
    }
    let scores = case.truths.iter().zip(&about).enumerate();
    let of = |(at, (truth, incidents)): (usize, (&Truth, &Vec<&Value>))| {
        let mut score = one(truth, incidents, &labels.texts(at));
        let name = |note: &String| format!("seed {} ({}): {note}", case.seed, truth.family);
        score.notes = score.notes.iter().map(name).collect();
        score
    };
    (scores.map(of).collect(), whole)
}

/// What a line is known by: its id where it has one, for secrets in it may be blackened.
fn mark(line: &str) -> &str {
    let id = line.split_once("\"eventID\":\"").and_then(|(_, rest)| rest.split('"').next());
    id.unwrap_or(line)
}

/// Which attack a line of a log belongs to.
struct Labels<'c> {
    case: &'c Case,
    by_line: BTreeMap<&'c str, Option<usize>>,
}

impl<'c> Labels<'c> {
    fn new(case: &'c Case) -> Self {
        let mut by_line = BTreeMap::new();
        for line in &case.lines {
            for piece in line.text.lines() {
                by_line.insert(mark(piece), line.step.map(|(attack, _)| attack));
            }
        }
        Labels { case, by_line }
    }

    /// How many records of each attack an incident cites.
    fn cited(
        &self,
        answer: &Value,
        incident: &Value,
        evidence: &mut Share,
    ) -> BTreeMap<usize, usize> {
        let claims = list(incident, "steps").iter().chain(list(incident, "root_cause"));
        let claims = claims.chain(list(incident, "impact")).chain(incident.get("entry"));
        let ids = claims.flat_map(|claim| list(claim, "evidence"));
        let ids: BTreeSet<&str> = ids.filter_map(Value::as_str).collect();
        let mut out = BTreeMap::new();
        for id in ids {
            let record = answer.get("evidence").and_then(|all| all.get(id));
            let raw = record.map(|record| text(record, "raw")).unwrap_or_default();
            let known = raw.lines().find_map(|line| self.by_line.get(mark(line.trim_end())));
            evidence.add(known.is_some());
            if let Some(Some(attack)) = known {
                *out.entry(*attack).or_insert(0) += 1;
            }
        }
        out
    }

    fn texts(&self, attack: usize) -> Vec<&'c str> {
        let mine = |line: &&crate::world::Line| line.step.is_some_and(|(of, _)| of == attack);
        self.case.lines.iter().filter(mine).map(|line| line.text.as_str()).collect()
    }
}

fn one(truth: &Truth, incidents: &[&Value], texts: &[&str]) -> Score {
    let mut score = Score::default();
    score.one.add(incidents.len() == 1);
    if incidents.len() != 1 {
        score.notes.push(format!("{} incidents", incidents.len()));
    }
    let nothing = Value::Null;
    let most = incidents.iter().max_by_key(|one| list(one, "steps").len());
    let incident = most.copied().unwrap_or(&nothing);
    causes(truth, incident, &mut score);
    steps(truth, incident, &mut score);
    people(truth, incident, texts, &mut score);
    for (kind, value) in &truth.damage {
        let told = list(incident, "impact").iter().find(|one| text(one, "kind") == kind);
        let told = told.and_then(|one| one.get("value")).and_then(Value::as_f64);
        let right = told.is_some_and(|told| (told - value).abs() < 0.05);
        score.damage.add(right);
        if !right {
            score.notes.push(format!("{kind} is {value}, told {told:?}"));
        }
    }
    score
}

fn causes(truth: &Truth, incident: &Value, score: &mut Score) {
    if truth.cause.is_empty() {
        return;
    }
    let told: Vec<&str> =
        list(incident, "root_cause").iter().take(3).map(|one| text(one, "text")).collect();
    let right = |told: &&str| truth.cause.iter().all(|name| told.contains(name.as_str()));
    score.top1.add(told.first().is_some_and(right));
    score.top3.add(told.iter().any(right));
    if !told.first().is_some_and(right) {
        score.notes.push(format!("cause {:?}, told {:?}", truth.cause, told.first()));
    }
}

fn steps(truth: &Truth, incident: &Value, score: &mut Score) {
    let told = list(incident, "steps");
    let hits: Vec<Option<usize>> =
        truth.steps.iter().map(|step| told.iter().position(|told| is(step, told))).collect();
    let (mut found, mut asked) = (0.0, 0.0);
    for (step, hit) in truth.steps.iter().zip(&hits).filter(|(step, _)| !step.optional) {
        asked += 1.0;
        if hit.is_some() {
            found += 1.0;
        } else {
            let names = step.names.join(" ");
            score.notes.push(format!("missing {:?} {:?} {names}", step.stage, step.techniques));
        }
    }
    let mut right = 0.0;
    for step in told {
        if truth.steps.iter().any(|happened| is(happened, step)) {
            right += 1.0;
        } else {
            let (stage, what) = (text(step, "stage"), text(step, "text"));
            score.notes.push(format!("wrong step {stage} {}: {what}", text(step, "start")));
        }
    }
    let recall = if asked > 0.0 { found / asked } else { 1.0 };
    let precision = if told.is_empty() { 0.0 } else { right / told.len() as f64 };
    let sum = recall + precision;
    score.f1.take(Share {
        right: if sum > 0.0 { 2.0 * recall * precision / sum } else { 0.0 },
        all: 1.0,
    });
    score.order.take(Share { right: tau(&truth.steps, &hits), all: 1.0 });
}

/// Whether a told step is this one: the kind, the time, and a name.
fn is(step: &Happened, told: &Value) -> bool {
    let near = time(told, "start") <= step.last + SLACK && time(told, "end") >= step.first - SLACK;
    let technique = |told: &Value| {
        let told = told.as_str().unwrap_or_default();
        step.techniques.iter().any(|t| t.starts_with(told) || told.starts_with(t.as_str()))
    };
    let kind = step.stage.iter().any(|stage| stage == text(told, "stage"))
        || list(told, "techniques").iter().any(technique);
    let named = |name: &String| {
        text(told, "text").contains(name.as_str())
            || list(told, "entities").iter().any(|e| text(e, "value").contains(name.as_str()))
    };
    near && kind && (step.names.is_empty() || step.names.iter().any(named))
}

/// Kendall's τ between the order of the truth and the order told.
fn tau(steps: &[Happened], hits: &[Option<usize>]) -> f64 {
    let mut known: Vec<(i64, usize)> =
        steps.iter().zip(hits).filter_map(|(step, hit)| Some((step.first, (*hit)?))).collect();
    known.sort_unstable();
    let (mut sum, mut pairs) = (0.0, 0.0);
    for (at, (first, a)) in known.iter().enumerate() {
        for (second, b) in known.iter().skip(at + 1) {
            if first != second && a != b {
                sum += if a < b { 1.0 } else { -1.0 };
                pairs += 1.0;
            }
        }
    }
    if pairs > 0.0 { sum / pairs } else { 1.0 }
}

fn people(truth: &Truth, incident: &Value, texts: &[&str], score: &mut Score) {
    let entities = list(incident, "entities");
    let attackers = || entities.iter().filter(|e| text(e, "role") == "attacker");
    for told in attackers().filter(|e| text(e, "type") == "ip") {
        let right = truth.attackers.iter().any(|known| known == text(told, "value"));
        score.attackers[0].add(right);
        if !right {
            score.notes.push(format!("{} is no attacker", text(told, "value")));
        }
    }
    for known in &truth.attackers {
        let right = attackers().any(|told| text(told, "value") == known);
        score.attackers[1].add(right);
        if !right {
            score.notes.push(format!("attacker {known} is not named"));
        }
    }
    let hit = || entities.iter().filter(|e| HIT.contains(&text(e, "role")));
    for told in hit() {
        // A name may have two parts that stand apart in the log: a pod and its namespace.
        let mut parts = text(told, "value").split('/');
        let right = texts.iter().any(|line| line.contains(text(told, "value")))
            || parts.all(|part| texts.iter().any(|line| line.contains(part)));
        score.affected[0].add(right);
        if !right {
            score.notes.push(format!("{} was not hit", text(told, "value")));
        }
    }
    for known in &truth.affected {
        let right = hit().any(|told| text(told, "value").contains(known.as_str()));
        score.affected[1].add(right);
        if !right {
            score.notes.push(format!("{known} is not named as hit"));
        }
    }
}
