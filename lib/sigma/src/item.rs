//! One line of a detection: a field, how it is compared, and the values.

use rsigma_parser::{Modifier, SigmaString, SigmaValue};

use crate::cache::{Cache, Kind};
use crate::fields::{FieldId, Fields};
use crate::modifiers::{Operator, Plan};
use crate::probe::Probe;
use crate::problem::Fault;
use crate::values::{Names, probes_of, together};

/// What is asked of a field's values.
#[derive(Clone, Debug)]
pub(crate) enum Check {
    /// The field is there, or is not.
    Exists(bool),
    /// Of every group some probe matches some value; `or_null` if no value at all will do, too.
    /// (There is one group, unless the values are linked by `all`.)
    Values { groups: Vec<Vec<Probe>>, or_null: bool },
}

impl Check {
    /// The groups of probes; none for a question of presence.
    pub fn groups(&self) -> &[Vec<Probe>] {
        match self {
            Check::Exists(_) => &[],
            Check::Values { groups, .. } => groups,
        }
    }
}

/// A compiled line of a detection.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub field: FieldId,
    pub check: Check,
    /// `neq`: there, and not so.
    pub negated: bool,
    folds: bool,
    /// The other fields that it compares with.
    others: Vec<FieldId>,
}

impl Item {
    /// Compiles the values of a field (or of a keyword search) under its modifiers.
    pub fn new(
        field: FieldId,
        modifiers: &[Modifier],
        values: &[SigmaValue],
        names: &mut Names<'_>,
    ) -> Result<Item, Fault> {
        let mut plan = Plan::of(modifiers)?;
        if values.is_empty() {
            return Err(Fault::new(
                "has no values",
                "Give at least one value, or remove the line.",
            ));
        }
        if plan.operator == Operator::Exists {
            return Ok(Item::done(field, Check::Exists(wants_existence(values)?), false));
        }
        if plan.all && values.len() < 2 {
            return Err(Fault::new(
                "has `all` with a single value",
                "Remove `all`, or give it a list of values.",
            ));
        }
        if field == FieldId::KEYWORDS {
            keyword_plan(&mut plan)?;
        }
        let or_null = values.contains(&SigmaValue::Null);
        if or_null && (plan.all || !plan.is_textual() || field == FieldId::KEYWORDS) {
            return Err(Fault::new(
                "has `null` where a value must stand",
                "Put `null` into a detection of its own.",
            ));
        }
        let mut groups = Vec::new();
        for value in values.iter().filter(|value| **value != SigmaValue::Null) {
            // A value with several spellings still counts once.
            groups.push(probes_of(value, &plan, names)?);
        }
        if !plan.all {
            groups = vec![groups.into_iter().flatten().collect()];
        }
        let groups = groups.into_iter().map(together).collect();
        Ok(Item::done(field, Check::Values { groups, or_null }, plan.negated))
    }

    fn done(field: FieldId, check: Check, negated: bool) -> Item {
        let probes = || check.groups().iter().flatten();
        let folds = probes().any(Probe::folds);
        let others = probes().filter_map(|probe| match probe {
            Probe::Field(other, ..) => Some(*other),
            _ => None,
        });
        Item { field, folds, others: others.collect(), negated, check }
    }

    /// A rank by cost: cheap items are asked first.
    pub fn cost(&self) -> u8 {
        let keywords = u8::from(self.field == FieldId::KEYWORDS) * 4;
        self.check.groups().iter().flatten().map(Probe::cost).max().unwrap_or(0) + keywords
    }

    /// Whether the event at hand has it so. `names` are the ruleset's field names by number.
    pub fn holds(&self, cache: &mut Cache, names: &[Box<str>], fields: &dyn Fields) -> bool {
        for field in self.others.iter().chain([&self.field]) {
            cache.load(*field, name_of(names, *field), fields);
            if self.folds {
                cache.fold(*field);
            }
        }
        let held = match &self.check {
            Check::Exists(wanted) => {
                return cache.present(self.field, name_of(names, self.field), fields) == *wanted;
            }
            Check::Values { groups, or_null } => {
                let hit = |group: &Vec<Probe>| {
                    let mut values = cache.values(self.field);
                    values.any(|seen| group.iter().any(|probe| probe.hits(&seen, cache)))
                };
                groups.iter().all(hit) || (*or_null && self.is_null(cache, names, fields))
            }
        };
        if !self.negated {
            return held;
        }
        !held && cache.present(self.field, name_of(names, self.field), fields)
    }

    /// A field is null if it is missing, or if all it holds is null.
    fn is_null(&self, cache: &mut Cache, names: &[Box<str>], fields: &dyn Fields) -> bool {
        if cache.values(self.field).next().is_some() {
            return cache.values(self.field).all(|seen| seen.kind == Kind::Null);
        }
        !cache.present(self.field, name_of(names, self.field), fields)
    }
}

/// A field's name by its number.
pub(crate) fn name_of(names: &[Box<str>], field: FieldId) -> &str {
    names.get(field.index()).map(AsRef::as_ref).unwrap_or_default()
}

/// Keywords are searched in the whole event: containing is what counts.
fn keyword_plan(plan: &mut Plan) -> Result<(), Fault> {
    match plan.operator {
        Operator::Equals => plan.operator = Operator::Contains,
        Operator::Contains | Operator::Regex => {}
        _ => {
            return Err(Fault::new(
                "compares a keyword otherwise than by searching for it",
                "Name the field to compare, or use plain keywords, `all`, `re` or `cased`.",
            ));
        }
    }
    if plan.field_ref || plan.part.is_some() {
        return Err(Fault::new(
            "has a keyword that stands for a field",
            "Name the field to compare.",
        ));
    }
    Ok(())
}

fn wants_existence(values: &[SigmaValue]) -> Result<bool, Fault> {
    let word = |text: &SigmaString| text.as_plain().map(|word| word.to_ascii_lowercase());
    match values {
        [SigmaValue::Bool(wanted)] => Ok(*wanted),
        [SigmaValue::String(text)] if matches!(word(text).as_deref(), Some("true" | "yes")) => {
            Ok(true)
        }
        [SigmaValue::String(text)] if matches!(word(text).as_deref(), Some("false" | "no")) => {
            Ok(false)
        }
        _ => Err(Fault::new("has `exists` without true or false", "Write `true` or `false`.")),
    }
}
