//! One compiled value of a rule, and whether a value of an event matches it.

use std::net::IpAddr;

use aho_corasick::AhoCorasick;
use ipnet::IpNet;
use memchr::memmem::Finder;
use rustc_hash::FxHashSet;

use crate::cache::{Cache, Kind, Seen};
use crate::expression::Expression;
use crate::fields::FieldId;
use crate::glob::Glob;
use crate::modifiers::Operator;
use crate::number::{Number, Order};
use crate::part::DatePart;

/// A text that a rule looks for. Folded, unless it is cased.
#[derive(Clone, Debug)]
pub(crate) struct Needle {
    pub text: Box<str>,
    pub cased: bool,
}

/// A compiled value.
#[derive(Clone, Debug)]
pub(crate) enum Probe {
    Exact(Needle),
    /// Many exact values at once.
    Among(FxHashSet<Box<str>>, Cased),
    Contains(Needle, Box<Finder<'static>>),
    /// Many substrings at once, with the literals.
    AnyPart(Box<AhoCorasick>, Vec<Box<str>>, Cased),
    Starts(Needle),
    Ends(Needle),
    Glob(Box<Glob>, Cased),
    Regex(Box<Expression>),
    Cidr(IpNet),
    Number(Order, Number),
    Bool(bool),
    /// Compared with the values of another field.
    Field(FieldId, Operator, Cased),
    Part(DatePart, Order, Number),
}

/// Whether case counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cased {
    Yes,
    No,
}

impl From<bool> for Cased {
    fn from(cased: bool) -> Self {
        if cased { Cased::Yes } else { Cased::No }
    }
}

impl Cased {
    fn pick<'a>(self, seen: &Seen<'a>) -> &'a str {
        if self == Cased::Yes { seen.raw } else { seen.folded }
    }
}

impl Needle {
    fn side<'a>(&self, seen: &Seen<'a>) -> &'a str {
        Cased::from(self.cased).pick(seen)
    }
}

impl Probe {
    /// Whether it looks at folded text.
    pub fn folds(&self) -> bool {
        match self {
            Probe::Exact(n) | Probe::Contains(n, _) | Probe::Starts(n) | Probe::Ends(n) => !n.cased,
            Probe::Among(_, cased)
            | Probe::AnyPart(_, _, cased)
            | Probe::Glob(_, cased)
            | Probe::Field(_, _, cased) => *cased == Cased::No,
            _ => false,
        }
    }

    /// A rank by cost: cheap ones are asked first.
    pub fn cost(&self) -> u8 {
        match self {
            Probe::Exact(_) | Probe::Among(..) | Probe::Bool(_) => 0,
            Probe::Starts(_) | Probe::Ends(_) | Probe::Number(..) => 1,
            Probe::Contains(..) | Probe::Cidr(_) | Probe::Field(..) => 2,
            Probe::AnyPart(..) | Probe::Glob(..) | Probe::Part(..) => 3,
            Probe::Regex(..) => 4,
        }
    }

    /// Whether a value matches. A null matches nothing here: [`crate::item::Item`] sees to it.
    pub fn hits(&self, seen: &Seen<'_>, cache: &Cache) -> bool {
        if seen.kind == Kind::Null {
            return false;
        }
        match self {
            Probe::Exact(needle) => needle.side(seen) == needle.text.as_ref(),
            Probe::Among(set, cased) => set.contains(cased.pick(seen)),
            Probe::Contains(needle, finder) => finder.find(needle.side(seen).as_bytes()).is_some(),
            Probe::AnyPart(finder, _, cased) => finder.is_match(cased.pick(seen)),
            Probe::Starts(needle) => needle.side(seen).starts_with(needle.text.as_ref()),
            Probe::Ends(needle) => needle.side(seen).ends_with(needle.text.as_ref()),
            Probe::Glob(glob, cased) => glob.matches(cased.pick(seen)),
            Probe::Regex(regex) => regex.is_match(seen.raw),
            Probe::Cidr(network) => seen.raw.parse().is_ok_and(|address| within(network, address)),
            Probe::Number(order, number) => {
                seen.number().is_some_and(|found| found.stands(*order, *number))
            }
            Probe::Bool(truth) => seen.truth() == Some(*truth),
            Probe::Field(other, operator, cased) => cache.values(*other).any(|known| {
                known.kind != Kind::Null && compare(*operator, cased.pick(seen), cased.pick(&known))
            }),
            Probe::Part(part, order, number) => {
                seen.part(*part).is_some_and(|found| Number::Int(found).stands(*order, *number))
            }
        }
    }
}

/// Whether an address lies in a network; IPv4 written as IPv6 counts as IPv4.
fn within(network: &IpNet, address: IpAddr) -> bool {
    network.contains(&address) || network.contains(&address.to_canonical())
}

fn compare(operator: Operator, text: &str, other: &str) -> bool {
    match operator {
        Operator::Contains => text.contains(other),
        Operator::Starts => text.starts_with(other),
        Operator::Ends => text.ends_with(other),
        _ => text == other,
    }
}

impl Seen<'_> {
    /// The value as a number, if it is one or reads as one.
    pub fn number(&self) -> Option<Number> {
        match self.kind {
            Kind::Int(number) => Some(Number::Int(number)),
            Kind::Real(number) => Some(Number::Real(number)),
            Kind::Text => Number::parse(self.raw),
            Kind::Null | Kind::Bool(_) => None,
        }
    }

    fn truth(&self) -> Option<bool> {
        let is = |words: &[&str]| words.iter().any(|word| self.raw.eq_ignore_ascii_case(word));
        match self.kind {
            Kind::Bool(truth) => Some(truth),
            Kind::Text if is(&["true", "yes", "1"]) => Some(true),
            Kind::Text if is(&["false", "no", "0"]) => Some(false),
            _ => None,
        }
    }

    fn part(&self, part: DatePart) -> Option<i64> {
        match self.kind {
            Kind::Text => part.of_text(self.raw),
            Kind::Int(count) => part.of_count(count),
            Kind::Real(count) => part.of_count(count as i64),
            Kind::Null | Kind::Bool(_) => None,
        }
    }
}
