//! A rule's logic as a tree, and whether an event satisfies it.

use crate::cache::Cache;
use crate::fields::Fields;
use crate::item::Item;

/// A node of a rule's logic. Detections are kept beside the condition, so that a condition which
/// names one many times does not hold it many times.
#[derive(Clone, Debug)]
pub(crate) enum Expr {
    All(Vec<Expr>),
    Any(Vec<Expr>),
    AtLeast(u64, Vec<Expr>),
    Not(Box<Expr>),
    /// The detection of that number.
    Detection(usize),
    Item(Item),
}

/// A rule's logic.
#[derive(Clone, Debug)]
pub(crate) struct Logic {
    pub detections: Vec<Expr>,
    pub condition: Expr,
}

/// What evaluation needs at hand.
pub(crate) struct Scene<'a> {
    pub logic: &'a Logic,
    pub cache: &'a mut Cache,
    pub names: &'a [Box<str>],
    pub fields: &'a dyn Fields,
}

impl Expr {
    /// All of them, the cheap ones first (the order does not change the outcome).
    pub fn all(mut parts: Vec<Expr>) -> Expr {
        parts.sort_by_key(Expr::cost);
        Expr::All(parts)
    }

    /// Any of them, the cheap ones first.
    pub fn any(mut parts: Vec<Expr>) -> Expr {
        parts.sort_by_key(Expr::cost);
        Expr::Any(parts)
    }

    fn cost(&self) -> u8 {
        match self {
            Expr::All(parts) | Expr::Any(parts) | Expr::AtLeast(_, parts) => {
                parts.iter().map(Expr::cost).max().unwrap_or(0)
            }
            Expr::Not(part) => part.cost(),
            Expr::Detection(_) => 0,
            Expr::Item(item) => item.cost(),
        }
    }
}

impl Scene<'_> {
    /// Whether the event satisfies the rule.
    pub fn satisfied(&mut self) -> bool {
        self.holds(&self.logic.condition)
    }

    fn holds(&mut self, expr: &Expr) -> bool {
        match expr {
            Expr::All(parts) => parts.iter().all(|part| self.holds(part)),
            Expr::Any(parts) => parts.iter().any(|part| self.holds(part)),
            Expr::AtLeast(count, parts) => {
                let held = parts.iter().filter(|part| self.holds(part)).take(*count as usize);
                held.count() as u64 == *count
            }
            Expr::Not(part) => !self.holds(part),
            Expr::Detection(number) => {
                let logic = self.logic;
                logic.detections.get(*number).is_some_and(|detection| self.holds(detection))
            }
            Expr::Item(item) => item.holds(self.cache, self.names, self.fields),
        }
    }
}
