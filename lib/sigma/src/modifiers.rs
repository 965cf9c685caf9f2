//! A field's modifiers, read in order and checked for sense.

use rsigma_parser::Modifier;

use crate::number::Order;
use crate::part::DatePart;
use crate::problem::Fault;

/// How a value and a field are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    Equals,
    Contains,
    Starts,
    Ends,
    Regex,
    Cidr,
    Compare(Order),
    Exists,
}

/// What a field's modifiers ask for.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub operator: Operator,
    /// The value names another field.
    pub field_ref: bool,
    /// The part of a date to compare.
    pub part: Option<DatePart>,
    /// All values must match, not just one.
    pub all: bool,
    pub cased: bool,
    /// `neq`: the field is there and none of the values matches.
    pub negated: bool,
    /// `i`, `m` and `s`, as a regular expression writes them.
    pub flags: String,
    /// What changes the value, in the order given.
    pub transforms: Vec<Modifier>,
}

const ONE: &str = "Keep the one that says what the rule means, and remove the other.";

impl Plan {
    /// Reads modifiers in the order given.
    pub fn of(modifiers: &[Modifier]) -> Result<Plan, Fault> {
        let mut plan = Plan {
            operator: Operator::Equals,
            field_ref: false,
            part: None,
            all: false,
            cased: false,
            negated: false,
            flags: String::new(),
            transforms: Vec::new(),
        };
        for modifier in modifiers {
            plan.take(*modifier)?;
        }
        plan.check()?;
        Ok(plan)
    }

    fn take(&mut self, modifier: Modifier) -> Result<(), Fault> {
        match modifier {
            Modifier::Contains => self.operate(Operator::Contains)?,
            Modifier::StartsWith => self.operate(Operator::Starts)?,
            Modifier::EndsWith => self.operate(Operator::Ends)?,
            Modifier::Re => self.operate(Operator::Regex)?,
            Modifier::Cidr => self.operate(Operator::Cidr)?,
            Modifier::Exists => self.operate(Operator::Exists)?,
            Modifier::Gt => self.operate(Operator::Compare(Order::Above))?,
            Modifier::Gte => self.operate(Operator::Compare(Order::AtLeast))?,
            Modifier::Lt => self.operate(Operator::Compare(Order::Below))?,
            Modifier::Lte => self.operate(Operator::Compare(Order::AtMost))?,
            Modifier::Neq => self.negated = true,
            Modifier::All => self.all = true,
            Modifier::Cased => self.cased = true,
            Modifier::FieldRef if self.operator != Operator::Equals => {
                return Err(Fault::new(
                    "puts a modifier before `fieldref`",
                    "Write `fieldref` first, then `contains`, `startswith` or `endswith`.",
                ));
            }
            Modifier::FieldRef => self.field_ref = true,
            Modifier::IgnoreCase => self.flags.push('i'),
            Modifier::Multiline => self.flags.push('m'),
            Modifier::DotAll => self.flags.push('s'),
            Modifier::Minute => self.date(DatePart::Minute)?,
            Modifier::Hour => self.date(DatePart::Hour)?,
            Modifier::Day => self.date(DatePart::Day)?,
            Modifier::Week => self.date(DatePart::Week)?,
            Modifier::Month => self.date(DatePart::Month)?,
            Modifier::Year => self.date(DatePart::Year)?,
            Modifier::Base64
            | Modifier::Base64Offset
            | Modifier::Wide
            | Modifier::Utf16
            | Modifier::Utf16be
            | Modifier::WindAsh
            | Modifier::Expand => self.transforms.push(modifier),
        }
        Ok(())
    }

    fn operate(&mut self, operator: Operator) -> Result<(), Fault> {
        if self.operator != Operator::Equals && self.operator != operator {
            return Err(Fault::new("has two modifiers that each say how to compare", ONE));
        }
        self.operator = operator;
        Ok(())
    }

    fn date(&mut self, part: DatePart) -> Result<(), Fault> {
        if self.part.is_some_and(|known| known != part) {
            return Err(Fault::new("has two modifiers that each take a part of a date", ONE));
        }
        self.part = Some(part);
        Ok(())
    }

    /// Whether the comparison is one of texts.
    pub fn is_textual(&self) -> bool {
        let textual = [Operator::Equals, Operator::Contains, Operator::Starts, Operator::Ends];
        textual.contains(&self.operator) && self.part.is_none()
    }

    fn check(&self) -> Result<(), Fault> {
        if !self.transforms.is_empty() && (!self.is_textual() || self.field_ref) {
            return Err(Fault::new(
                "changes a value that is not compared as text",
                "Use the encoding modifiers, `windash` and `expand` with plain values only.",
            ));
        }
        if !self.flags.is_empty() && self.operator != Operator::Regex {
            return Err(Fault::new(
                "has `i`, `m` or `s` without `re`",
                "Put `re` before them, or remove them: plain values ignore case anyway.",
            ));
        }
        let compares_dates = matches!(self.operator, Operator::Equals | Operator::Compare(_));
        if self.part.is_some() && (!compares_dates || self.field_ref) {
            return Err(Fault::new(
                "compares a part of a date as text",
                "Use `gt`, `gte`, `lt`, `lte` or no further modifier after the part of a date.",
            ));
        }
        if self.field_ref && !self.is_textual() {
            return Err(Fault::new(
                "compares two fields other than as text",
                "Use `contains`, `startswith`, `endswith` or no further modifier after `fieldref`.",
            ));
        }
        if self.operator == Operator::Exists && (self.all || self.negated) {
            return Err(Fault::new("mixes `exists` with other modifiers", ONE));
        }
        Ok(())
    }
}
