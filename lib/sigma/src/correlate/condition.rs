//! When a correlation matches.

use rsigma_parser::{ConditionExpr, Quantifier, SelectorPattern};

use super::Kind;
use crate::number::{Number, Order};
use crate::problem::Fault;

/// More events or values than this are not waited for.
const THRESHOLD_MAX: f64 = 100_000.0;

/// One comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bound {
    Is(Order),
    Differs,
}

/// What must be so in a window.
#[derive(Clone, Debug)]
pub(crate) enum Test {
    /// At least so many: told as soon as it is so, in every window that ends with an event.
    AtLeast(usize),
    /// A sum of at least, or of more than: told as soon as it is so.
    Sum { bound: Order, least: f64 },
    /// Which rules matched must satisfy it; without `not` told as soon as it does.
    Expression { expression: ConditionExpr, closes: bool },
    /// Told when a window is over: all bounds hold for the number that the window gives.
    Closed { bounds: Vec<(Bound, f64)>, percentile: Option<f64> },
}

impl Test {
    /// Every rule matched.
    pub fn all(rules: usize) -> Test {
        Test::AtLeast(rules)
    }

    pub fn of_expression(expression: ConditionExpr) -> Test {
        let closes = denies(&expression);
        Test::Expression { expression, closes }
    }

    /// From comparisons. A number that only grows while events come is told as soon as it is
    /// reached; all else can only be said of a window that is over.
    pub fn of_bounds(
        kind: Kind,
        bounds: Vec<(Bound, f64)>,
        percentile: Option<f64>,
        rules: usize,
    ) -> Result<Test, Fault> {
        if percentile.is_some() && kind != Kind::ValuePercentile {
            let remedy = "Use it with value_percentile only.";
            return Err(Fault::new("`percentile` says nothing here", remedy).near("percentile:"));
        }
        let grows = |bound: &(Bound, f64)| {
            matches!(bound.0, Bound::Is(Order::Above | Order::AtLeast)) && bound.1 >= 0.0
        };
        let counts = matches!(kind, Kind::EventCount | Kind::ValueCount) || kind.is_temporal();
        if counts && bounds.iter().all(grows) {
            let least = bounds.iter().map(least).fold(1.0, f64::max);
            if least > THRESHOLD_MAX {
                let remedy = "Wait for at most 100,000, or chain two correlations.";
                return Err(Fault::new("waits for too many", remedy).near("condition:"));
            }
            if kind.is_temporal() && least > rules as f64 {
                let remedy = "A count of rules cannot be above the number of rules.";
                return Err(Fault::new("can never match", remedy).near("condition:"));
            }
            if kind == Kind::TemporalOrdered && least < rules as f64 {
                return Err(ordered());
            }
            return Ok(Test::AtLeast(least as usize));
        }
        if kind == Kind::TemporalOrdered {
            let all = |(bound, number): &(Bound, f64)| {
                *bound == Bound::Is(Order::Equal) && (*number - rules as f64).abs() < 0.5
            };
            let whole = bounds.iter().all(all);
            return if whole { Ok(Test::all(rules)) } else { Err(ordered()) };
        }
        if let (Kind::ValueSum, [(Bound::Is(order), least)]) = (kind, bounds.as_slice())
            && grows(&(Bound::Is(*order), *least))
        {
            return Ok(Test::Sum { bound: *order, least: *least });
        }
        Ok(Test::Closed { bounds, percentile })
    }

    /// Whether windows follow one another and are judged when they are over.
    pub fn closes(&self) -> bool {
        matches!(self, Test::Closed { .. } | Test::Expression { closes: true, .. })
    }

    /// Whether a number is within all bounds.
    pub fn holds(&self, number: f64) -> bool {
        let Test::Closed { bounds, .. } = self else { return false };
        bounds.iter().all(|(bound, wanted)| {
            let stands = |order| Number::Real(number).stands(order, Number::Real(*wanted));
            match bound {
                Bound::Is(order) => stands(*order),
                Bound::Differs => !stands(Order::Equal),
            }
        })
    }
}

/// The smallest whole number above a bound.
fn least((bound, number): &(Bound, f64)) -> f64 {
    if *bound == Bound::Is(Order::Above) { number.floor() + 1.0 } else { number.ceil() }
}

fn ordered() -> Fault {
    Fault::new(
        "counts rules, but their order has a meaning only if all of them match",
        "Remove the condition of a temporal_ordered correlation.",
    )
    .near("condition:")
}

/// Whether an expression can become false when more happens.
fn denies(expression: &ConditionExpr) -> bool {
    match expression {
        ConditionExpr::And(parts) | ConditionExpr::Or(parts) => parts.iter().any(denies),
        ConditionExpr::Not(_) => true,
        ConditionExpr::Identifier(_) | ConditionExpr::Selector { .. } => false,
    }
}

/// Whether rules that matched satisfy an expression; `names` are those of each reference, and
/// `matched` has a bit for each. `None` if the expression names a rule that is not referred to.
pub(crate) fn satisfied(
    expression: &ConditionExpr,
    matched: u64,
    names: &[Vec<String>],
) -> Option<bool> {
    let bit = |at: usize| matched & (1 << at) != 0;
    let of = |part: &ConditionExpr| satisfied(part, matched, names);
    Some(match expression {
        ConditionExpr::And(parts) => {
            parts.iter().map(of).collect::<Option<Vec<_>>>()?.iter().all(|b| *b)
        }
        ConditionExpr::Or(parts) => {
            parts.iter().map(of).collect::<Option<Vec<_>>>()?.contains(&true)
        }
        ConditionExpr::Not(part) => !of(part)?,
        ConditionExpr::Identifier(name) => bit(names.iter().position(|all| all.contains(name))?),
        ConditionExpr::Selector { quantifier, pattern } => {
            let chosen = |all: &Vec<String>| match pattern {
                SelectorPattern::Them => true,
                SelectorPattern::Pattern(pattern) => match pattern.split_once('*') {
                    None => all.contains(pattern),
                    Some((start, end)) => {
                        let fits = |name: &String| {
                            name.strip_prefix(start).is_some_and(|rest| rest.ends_with(end))
                        };
                        all.iter().any(fits)
                    }
                },
            };
            let numbers: Vec<usize> =
                (0..names.len()).filter(|at| names.get(*at).is_some_and(chosen)).collect();
            let held = numbers.iter().filter(|at| bit(**at)).count();
            match (numbers.is_empty(), quantifier) {
                (true, _) => return None,
                (_, Quantifier::Any) => held > 0,
                (_, Quantifier::All) => held == numbers.len(),
                (_, Quantifier::Count(count)) => held as u64 >= *count,
            }
        }
    })
}
