//! Verdicts by statistics where only requests are known: waits that grow with what was asked for,
//! and answers of two sizes that follow a condition.

use std::collections::{BTreeMap, BTreeSet};

use sqli::{Dialect, Kind, language, lex};

use super::class::Class;
use super::marks::Try;

/// Waits that show a slope; waits alike that show one.
const WAITS_MIN: usize = 3;
/// True and false conditions that show a difference, of each.
const SIDES_MIN: usize = 3;
/// A wait asked for is no longer than this, in seconds.
const WAIT_MAX: f64 = 600.0;

/// Path and parameter.
type Door<'t> = (&'t str, &'t str);

/// Parameters that are read as language, as the answers show.
#[derive(Default)]
pub struct Shown<'t> {
    waits: BTreeSet<Door<'t>>,
    sides: BTreeSet<Door<'t>>,
}

impl<'t> Shown<'t> {
    /// Looks at all attempts.
    pub fn of(tries: &'t [Try]) -> Self {
        let mut by: BTreeMap<Door<'t>, Vec<&'t Try>> = BTreeMap::new();
        for one in tries.iter().filter(|one| one.class == Class::Sqli) {
            by.entry((one.path.as_str(), one.parameter.as_str())).or_default().push(one);
        }
        let mut shown = Shown::default();
        for (door, tries) in by {
            if waited(&tries) {
                shown.waits.insert(door);
            }
            if follows(&tries) {
                shown.sides.insert(door);
            }
        }
        shown
    }

    /// Whether this attempt ran, by its wait or by the size of its answer.
    pub fn ran(&self, one: &Try) -> bool {
        let door = (one.path.as_str(), one.parameter.as_str());
        let slept = || wait(&one.value).is_some_and(|wanted| kept(one, wanted));
        let sided = || condition(&one.value).is_some();
        self.waits.contains(&door) && slept() || self.sides.contains(&door) && sided()
    }
}

/// Whether an answer took as long as was asked for.
fn kept(one: &Try, wanted: f64) -> bool {
    one.took as f64 / 1000.0 >= wanted * 0.9
}

/// Whether answers take as long as waits that were asked for, and others do not.
fn waited(tries: &[&Try]) -> bool {
    let (mut points, mut others) = (Vec::new(), Vec::new());
    for one in tries.iter().filter(|one| one.took >= 0) {
        match wait(&one.value) {
            Some(wanted) => points.push((wanted, one.took as f64 / 1000.0)),
            None => others.push(one.took as f64 / 1000.0),
        }
    }
    let quick = |seconds: f64| others.iter().all(|took| *took < seconds);
    let least = points.iter().map(|(wanted, _)| *wanted).fold(f64::MAX, f64::min);
    let alike = points.iter().filter(|(wanted, took)| (took / wanted - 1.0).abs() <= 0.1).count();
    let hits = alike >= WAITS_MIN && others.len() >= 2 && quick(least * 0.7);
    hits || points.len() > WAITS_MIN && slope(&points)
}

/// Whether times grow by the second that was asked for: slope about one, R² over 0.9.
fn slope(points: &[(f64, f64)]) -> bool {
    let n = points.len() as f64;
    let mean = |of: &dyn Fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / n;
    let (x, y) = (mean(&|p| p.0), mean(&|p| p.1));
    let xx = mean(&|p| (p.0 - x).powi(2));
    let yy = mean(&|p| (p.1 - y).powi(2));
    let xy = mean(&|p| (p.0 - x) * (p.1 - y));
    if xx < 0.1 || yy < 0.1 {
        return false;
    }
    (0.8..=1.25).contains(&(xy / xx)) && xy * xy / (xx * yy) > 0.9
}

/// The wait that a value asks a database for, in seconds.
fn wait(value: &str) -> Option<f64> {
    let small = value.to_lowercase();
    let number = |at: usize| -> Option<f64> {
        let rest = small.get(at..)?.trim_start_matches([' ', '(', '\'', '"']);
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        rest.get(..end)?.parse().ok()
    };
    let call = ["sleep(", "sleep (", "receive_message("].iter().find_map(|call| {
        let at = small.find(call)? + call.len();
        if call.starts_with('r') {
            number(at + small.get(at..)?.find(',')? + 1)
        } else {
            number(at)
        }
    });
    let delay = || {
        let rest = small.split_once("delay")?.1.trim_start_matches([' ', '\'']);
        let end = rest.find(['\'', ' ', ';']).unwrap_or(rest.len());
        rest.get(..end)?
            .split(':')
            .try_fold(0.0, |sum, part| Some(sum * 60.0 + part.parse::<f64>().ok()?))
    };
    call.or_else(delay).filter(|seconds| *seconds >= 1.0 && *seconds <= WAIT_MAX)
}

/// Whether answers to true conditions have one size and answers to false ones another.
fn follows(tries: &[&Try]) -> bool {
    let (mut yes, mut no) = (BTreeSet::new(), BTreeSet::new());
    let (mut granted, mut denied) = (BTreeSet::new(), BTreeSet::new());
    for one in tries.iter().filter(|one| (200..500).contains(&one.status) && one.bytes > 0) {
        let answer = (one.status, one.bytes);
        match condition(&one.value) {
            Some(true) => (yes.insert(answer), granted.insert(&one.value)),
            Some(false) => (no.insert(answer), denied.insert(&one.value)),
            None => (false, false),
        };
    }
    let enough = granted.len() >= SIDES_MIN && denied.len() >= SIDES_MIN;
    // A page that shows its parameter has as many sizes as values; of conditions it knows nothing.
    enough && yes.is_disjoint(&no) && yes.len() == 1 && no.len() <= 2
}

/// What the condition in a value comes to, if it compares two constants and nothing else.
fn condition(value: &str) -> Option<bool> {
    let language = language(value);
    let tokens: Vec<_> = lex(language, Dialect::MySql).collect();
    let mut found = None;
    for three in tokens.windows(3) {
        let [left, op, right] = three else { continue };
        let constant = |k| matches!(k, Kind::Number);
        if constant(left.kind) && constant(right.kind) && op.text(language) == "=" {
            found = Some(left.text(language) == right.text(language));
        }
    }
    found
}
