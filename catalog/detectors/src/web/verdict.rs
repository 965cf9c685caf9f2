//! How far each attempt came: by the statement it became, else by how the server answered.

use std::collections::{BTreeMap, BTreeSet};

use model::Reached;
use sqli::{Dialect, Feature, Kind, Verdict, features, language, lex, tables, taint};

use super::class::Class;
use super::known::Known;
use super::marks::{Said, Try};
use super::pages::Pages;
use super::statistics::Shown;

/// Pairs of a value and a statement that are compared.
const PAIRS_MAX: usize = 4_000_000;
/// Clocks agree to this once their offset is known, in nanoseconds.
const NEAR: i64 = 30_000_000_000;
/// Answers of one parameter that show a difference.
const ANSWERS_MIN: usize = 2;

/// What became of an attempt.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    pub reached: Reached,
    pub confidence: f64,
    /// The statement, by number.
    pub statement: Option<usize>,
}

/// A statement, however often logs have it.
struct Statement<'s> {
    of: &'s Said,
    number: usize,
    times: Vec<i64>,
    failed: bool,
    judged: bool,
    error: &'s str,
}

/// The verdicts of all attempts, in their order; the offset of the databases' clock in
/// nanoseconds; and how many pairs were not compared.
pub fn verdicts(tries: &[Try], said: &[Said], known: &Known) -> (Vec<Judged>, i64, usize) {
    let statements = distinct(said);
    let (found, lost) = matches(tries, &statements);
    let offset = offset(tries, &statements, &found);
    let near = |one: &Try, statement: &Statement<'_>| {
        let at = one.time.start.saturating_add(offset);
        statement.times.iter().any(|time| time.saturating_sub(at).abs() <= NEAR)
    };
    let of = |one: &Try| {
        let found = found.get(one.value.as_str()).into_iter().flatten();
        let found = found.filter_map(|(at, verdict)| Some((statements.get(*at)?, *verdict)));
        found.filter(|(s, _)| near(one, s)).max_by_key(|(s, verdict)| (*verdict, !s.failed))
    };
    let seen: BTreeSet<&str> =
        tries.iter().filter(|one| of(one).is_some()).map(|one| one.path.as_str()).collect();
    let answers = Answers::of(tries);
    let shown = Shown::of(tries);
    let pages = Pages::of(tries);
    let judged = tries.iter().map(|one| match of(one) {
        Some((statement, verdict)) => by_statement(one, statement, verdict, &answers),
        None if one.class == Class::Sqli && !seen.contains(one.path.as_str()) => {
            let judged = answers.judge(one);
            // What took as long, or was as long, as asked for has run, whatever was answered.
            if judged.reached < Reached::Executed && !one.blocked && shown.ran(one) {
                Judged { reached: Reached::Executed, confidence: 0.85, statement: None }
            } else {
                judged
            }
        }
        None => pages.judge(one, known),
    });
    (judged.collect(), offset, lost)
}

fn distinct(said: &[Said]) -> Vec<Statement<'_>> {
    let mut by_text: BTreeMap<&str, Statement<'_>> = BTreeMap::new();
    for (number, one) in said.iter().enumerate() {
        let known = by_text.entry(one.sql.as_str()).or_insert_with(|| Statement {
            of: one,
            number,
            times: Vec::new(),
            failed: false,
            judged: false,
            error: "",
        });
        known.times.push(one.time.start);
        known.failed |= one.failed;
        known.judged |= one.judged;
        if known.error.is_empty() {
            known.error = &one.error;
        }
    }
    by_text.into_values().collect()
}

/// By value: the statements that it stands in, and how.
type Found<'t> = BTreeMap<&'t str, Vec<(usize, Verdict)>>;

fn matches<'t>(tries: &'t [Try], statements: &[Statement<'_>]) -> (Found<'t>, usize) {
    let values: BTreeSet<&str> =
        tries.iter().filter(|one| one.class == Class::Sqli).map(|one| one.value.as_str()).collect();
    let mut found = Found::new();
    let (mut room, mut lost) = (PAIRS_MAX, 0);
    for value in values {
        if room < statements.len() {
            lost += statements.len();
            continue;
        }
        room -= statements.len();
        let taints = statements.iter().enumerate().filter_map(|(at, statement)| {
            let found = taint(&statement.of.sql, statement.of.dialect, value)?;
            Some((at, found.verdict))
        });
        found.insert(value, taints.collect());
    }
    (found, lost)
}

/// How far the databases' clock is ahead: the middle of what single pairs say.
fn offset(tries: &[Try], statements: &[Statement<'_>], found: &Found<'_>) -> i64 {
    let mut times: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
    for one in tries {
        times.entry(one.value.as_str()).or_default().push(one.time.start);
    }
    let mut all: Vec<i64> = Vec::new();
    for (value, at) in found {
        let (Some(asked), [(at, _)]) = (times.get(value), at.as_slice()) else { continue };
        let Some(statement) = statements.get(*at) else { continue };
        let (Some(first), Some(said)) = (asked.iter().min(), statement.times.iter().min()) else {
            continue;
        };
        all.push(said.saturating_sub(*first));
    }
    all.sort_unstable();
    all.get(all.len() / 2).copied().unwrap_or_default()
}

fn by_statement(
    one: &Try,
    statement: &Statement<'_>,
    verdict: Verdict,
    answers: &Answers<'_>,
) -> Judged {
    let number = Some(statement.number);
    let judged = |reached, confidence| Judged { reached, confidence, statement: number };
    if verdict != Verdict::Escaped {
        return judged(Reached::Confined, 0.97);
    }
    let failed =
        statement.failed || (!statement.judged && (one.status >= 500 || !is_whole(statement.of)));
    if !failed {
        return judged(ran(one, statement.of.dialect), if statement.judged { 0.98 } else { 0.9 });
    }
    // An error may give away what was asked, where pages show errors.
    if gives_away(&one.value, statement) && answers.errors_vary(one) {
        return judged(Reached::DataReturned, 0.85);
    }
    judged(Reached::EscapedWithError, if statement.judged { 0.98 } else { 0.85 })
}

/// Whether every text and bracket of a statement closes.
fn is_whole(said: &Said) -> bool {
    let mut depth = 0_i32;
    for token in lex(&said.sql, said.dialect) {
        match token.kind {
            Kind::Unfinished => return false,
            Kind::Open => depth += 1,
            Kind::Close => depth -= 1,
            _ => {}
        }
        if depth < 0 {
            return false;
        }
    }
    depth == 0
}

/// What a statement that ran did.
fn ran(one: &Try, dialect: Dialect) -> Reached {
    let value = language(&one.value);
    let found = features(value, dialect);
    let change = [Feature::Change, Feature::FileWrite, Feature::Command];
    if found.any(&change) {
        return Reached::StateChanged;
    }
    let answered = (200..300).contains(&one.status) || one.status == 0;
    let reads = found.has(Feature::Union) && !tables(value, dialect).is_empty();
    if answered && reads { Reached::DataReturned } else { Reached::Executed }
}

fn gives_away(value: &str, statement: &Statement<'_>) -> bool {
    let asks = features(language(value), statement.of.dialect);
    let telling = ["1105", "xpath", "22p02", "invalid input syntax for", "conversion failed"];
    let error = statement.error.to_lowercase();
    asks.any(&[Feature::ErrorFunction, Feature::Subselect])
        && telling.iter().any(|word| error.contains(word))
}

/// How a server answered the attempts on one parameter.
#[derive(Default)]
struct Answer<'t> {
    refused: BTreeSet<&'t str>,
    passed: BTreeSet<&'t str>,
    /// Sizes of the pages that failed.
    errors: BTreeSet<i64>,
}

/// How servers answered, by path and parameter.
struct Answers<'t> {
    by: BTreeMap<(String, String), Answer<'t>>,
}

impl<'t> Answers<'t> {
    fn of(tries: &'t [Try]) -> Self {
        let mut by: BTreeMap<(String, String), Answer<'t>> = BTreeMap::new();
        for one in tries.iter().filter(|one| one.class == Class::Sqli) {
            let answer = by.entry((one.path.clone(), one.parameter.clone())).or_default();
            if one.status >= 500 {
                answer.refused.insert(&one.value);
                answer.errors.insert(one.bytes);
            } else if one.status >= 200 && !is_refusal(one.status) {
                answer.passed.insert(&one.value);
            }
        }
        Answers { by }
    }

    fn with(&self, one: &Try) -> Option<&Answer<'t>> {
        self.by.get(&(one.path.clone(), one.parameter.clone()))
    }

    /// Whether pages that failed differ in size: they show the error's text.
    fn errors_vary(&self, one: &Try) -> bool {
        self.with(one).is_some_and(|answer| answer.errors.len() > 2)
    }

    /// A verdict by answers alone: a parameter where some statements are refused and others are
    /// not is read as language; what was not refused ran.
    fn judge(&self, one: &Try) -> Judged {
        let Some(answer) = self.with(one) else { return by_status(one) };
        let differs = answer.refused.len() >= ANSWERS_MIN && answer.passed.len() >= ANSWERS_MIN;
        if !differs || is_refusal(one.status) || one.blocked {
            return by_status(one);
        }
        let judged = |reached, confidence| Judged { reached, confidence, statement: None };
        if one.status >= 500 {
            return judged(Reached::EscapedWithError, 0.7);
        }
        // Where only values with a quote are refused, a value without one stays a text.
        let quote = |value: &str| value.contains(['\'', '"']);
        if answer.refused.iter().all(|value| quote(value)) && !quote(&one.value) {
            return judged(Reached::Confined, 0.6);
        }
        judged(ran(one, Dialect::MySql), 0.7)
    }
}

fn is_refusal(status: i64) -> bool {
    matches!(status, 400 | 401 | 403 | 405 | 406 | 413 | 414 | 429)
}

/// The verdict where nothing but the answer's number is known.
pub fn by_status(one: &Try) -> Judged {
    let (reached, confidence) = match one.status {
        _ if one.blocked => (Reached::Blocked, 0.99),
        status if is_refusal(status) || status == 404 => (Reached::Rejected, 0.8),
        _ => (Reached::Application, 0.5),
    };
    Judged { reached, confidence, statement: None }
}
