//! From the parser's tree to a rule's logic.

use std::collections::HashMap;

use rsigma_parser::{
    ConditionExpr, Detection, DetectionItem, Detections, Quantifier, SelectorPattern, SigmaRule,
    fieldpath,
};

use crate::condition::{Expr, Logic};
use crate::fields::FieldId;
use crate::item::Item;
use crate::problem::Fault;
use crate::values::Names;

/// Compiles a rule's detections and conditions; of several conditions any will do.
pub(crate) fn rule(rule: &SigmaRule, names: &mut Names<'_>) -> Result<Logic, Fault> {
    if rsigma_parser::is_unsupported(rule.sigma_version) {
        return Err(Fault::new(
            "is written for a version of Sigma that is not known here",
            "Write the rule for Sigma 2.1, or remove `sigma-version`.",
        ));
    }
    let mut detections = Vec::new();
    let condition = section(&rule.detection, &mut detections, names)?;
    Ok(Logic { detections, condition })
}

/// Adds a filter to a rule: the rule's condition and the filter's must hold.
pub(crate) fn narrow(
    logic: &mut Logic,
    filter: &Detections,
    names: &mut Names<'_>,
) -> Result<(), Fault> {
    let condition = section(filter, &mut logic.detections, names)?;
    let own = std::mem::replace(&mut logic.condition, Expr::All(Vec::new()));
    logic.condition = Expr::All(vec![own, condition]);
    Ok(())
}

/// Compiles a `detection` section; its detections are added to the table.
fn section(
    section: &Detections,
    table: &mut Vec<Expr>,
    names: &mut Names<'_>,
) -> Result<Expr, Fault> {
    let mut sorted: Vec<(&String, &Detection)> = section.named.iter().collect();
    sorted.sort_by_key(|(name, _)| *name);
    let mut known = Vec::with_capacity(sorted.len());
    for (name, part) in sorted {
        known.push((name.as_str(), table.len()));
        let compiled = detection(part, names).map_err(|fault| Fault {
            what: format!("detection `{name}` {}", fault.what),
            ..fault.near(&format!("{name}:"))
        })?;
        table.push(compiled);
    }
    let conditions = section.conditions.iter().map(|part| condition(part, &known));
    let mut conditions = conditions.collect::<Result<Vec<Expr>, Fault>>()?;
    match (conditions.pop(), conditions.is_empty()) {
        (Some(only), true) => Ok(only),
        (Some(last), false) => {
            conditions.push(last);
            Ok(Expr::any(conditions))
        }
        (None, _) => {
            Err(Fault::new("has no condition", "Name the detections to match in `condition`.")
                .near("condition:"))
        }
    }
}

fn condition(expr: &ConditionExpr, known: &[(&str, usize)]) -> Result<Expr, Fault> {
    let list = |parts: &[ConditionExpr]| {
        parts.iter().map(|part| condition(part, known)).collect::<Result<Vec<Expr>, Fault>>()
    };
    match expr {
        ConditionExpr::And(parts) => Ok(Expr::All(list(parts)?)),
        ConditionExpr::Or(parts) => Ok(Expr::Any(list(parts)?)),
        ConditionExpr::Not(part) => Ok(Expr::Not(Box::new(condition(part, known)?))),
        ConditionExpr::Identifier(name) => {
            let found = known.iter().find(|(known, _)| known == name);
            found.map(|(_, number)| Expr::Detection(*number)).ok_or_else(|| {
                Fault::new(
                    format!("has a condition that names `{name}`, which is no detection of it"),
                    "Name a detection that stands above the condition.",
                )
                .near("condition:")
            })
        }
        ConditionExpr::Selector { quantifier, pattern } => {
            let chosen = known.iter().filter(|(name, _)| is_chosen(pattern, name));
            let parts: Vec<Expr> = chosen.map(|(_, number)| Expr::Detection(*number)).collect();
            if parts.is_empty() {
                return Err(Fault::new(
                    format!("has a condition with `{expr}`, but no detection is named so"),
                    "Correct the pattern, or remove that part of the condition.",
                )
                .near("condition:"));
            }
            Ok(match quantifier {
                Quantifier::Any => Expr::Any(parts),
                Quantifier::All => Expr::All(parts),
                Quantifier::Count(count) => Expr::AtLeast(*count, parts),
            })
        }
    }
}

/// Whether a pattern chooses a detection. `*` stands for any characters, anywhere, and `them` for
/// every detection whose name does not start with an underscore (section "Condition").
fn is_chosen(pattern: &SelectorPattern, name: &str) -> bool {
    let pattern = match pattern {
        SelectorPattern::Them => return !name.starts_with('_'),
        SelectorPattern::Pattern(pattern) => pattern,
    };
    let Some((start, rest)) = pattern.split_once('*') else { return pattern == name };
    let (middle, end) = rest.rsplit_once('*').unwrap_or(("", rest));
    let inner = name.strip_prefix(start).and_then(|name| name.strip_suffix(end));
    let mut inner = inner.into_iter();
    inner.any(|mut left| {
        middle.split('*').all(|part| match left.split_once(part) {
            Some((_, after)) => {
                left = after;
                true
            }
            None => false,
        })
    })
}

fn detection(part: &Detection, names: &mut Names<'_>) -> Result<Expr, Fault> {
    match part {
        Detection::AllOf(items) if items.is_empty() => Err(empty()),
        Detection::AllOf(items) => {
            Ok(Expr::all(items.iter().map(|i| item(i, names)).collect::<Result<_, _>>()?))
        }
        Detection::AnyOf(parts) | Detection::And(parts) if parts.is_empty() => Err(empty()),
        Detection::AnyOf(parts) => {
            Ok(Expr::any(parts.iter().map(|p| detection(p, names)).collect::<Result<_, _>>()?))
        }
        Detection::And(parts) => {
            Ok(Expr::all(parts.iter().map(|p| detection(p, names)).collect::<Result<_, _>>()?))
        }
        Detection::Keywords(values) => {
            Ok(Expr::Item(Item::new(FieldId::KEYWORDS, &[], values, names)?))
        }
        Detection::ArrayMatch { field, .. } => Err(array(field)),
        Detection::Conditional { named, .. } => Err(array(&first_name(named))),
    }
}

fn item(item: &DetectionItem, names: &mut Names<'_>) -> Result<Expr, Fault> {
    let field = match &item.field.name {
        None => FieldId::KEYWORDS,
        Some(name) if fieldpath::first_unescaped(name, b'[').is_some() => return Err(array(name)),
        Some(name) => (names.number)(&fieldpath::unescape_brackets(name)),
    };
    let compiled = Item::new(field, &item.field.modifiers, &item.values, names);
    compiled.map(Expr::Item).map_err(|fault| match &item.field.name {
        Some(name) => Fault { what: format!("field `{name}` {}", fault.what), ..fault.near(name) },
        None => fault,
    })
}

fn first_name(named: &HashMap<String, Detection>) -> String {
    named.keys().min().cloned().unwrap_or_default()
}

fn empty() -> Fault {
    Fault::new("is empty", "Give it a field or a keyword, or remove it.")
}

fn array(field: &str) -> Fault {
    Fault::new(
        format!("field `{field}` uses array selectors, a draft of Sigma 3"),
        "Write the field without brackets: it matches if any element does.",
    )
    .near(field)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_choose_detections() {
        let chosen =
            |pattern: &str, name| is_chosen(&SelectorPattern::Pattern(pattern.into()), name);
        for (pattern, name, wanted) in [
            ("selection", "selection", true),
            ("selection_*", "selection_a", true),
            ("selection_*", "filter_a", false),
            ("*_main", "selection_main", true),
            ("sel*main", "selection_main", true),
            ("a*a", "a", false),
            ("s*lec*n", "selection", true),
            ("s*x*n", "selection", false),
            ("*", "x", true),
        ] {
            assert_eq!(chosen(pattern, name), wanted, "{pattern} on {name}");
        }
        assert!(!is_chosen(&SelectorPattern::Them, "_hidden"));
    }
}
