//! From the parser's tree to the graph of logic.

use std::collections::HashMap;

use rsigma_parser::{
    ConditionExpr, Detection, Detections, FieldSpec, Modifier, Quantifier, SelectorPattern,
    SigmaRule, SigmaValue, SpecialChar, StringPart, fieldpath,
};

use crate::condition::{NodeId, Planting};
use crate::explain::{Line, Part};
use crate::fields::FieldId;
use crate::item::Item;
use crate::problem::Fault;
use crate::values::Names;

/// What compiling adds to.
pub(crate) struct Compiler<'c> {
    pub graph: &'c mut Planting,
    pub names: Names<'c>,
    /// The detections of the rule at hand, for explaining; the lines of the one at hand.
    pub parts: Vec<Part>,
    pub lines: Vec<Line>,
}

impl Compiler<'_> {
    /// Compiles a rule's detections and conditions; of several conditions any will do.
    pub fn rule(&mut self, rule: &SigmaRule) -> Result<NodeId, Fault> {
        if rsigma_parser::is_unsupported(rule.sigma_version) {
            return Err(Fault::new(
                "is written for a version of Sigma that is not known here",
                "Write the rule for Sigma 2.1, or remove `sigma-version`.",
            ));
        }
        self.section(&rule.detection)
    }

    /// Adds a filter to a rule: the rule's condition and the filter's must hold.
    pub fn narrow(&mut self, rule: NodeId, filter: &Detections) -> Result<NodeId, Fault> {
        let filter = self.section(filter)?;
        Ok(self.graph.all(vec![rule, filter]))
    }

    /// Compiles a `detection` section.
    fn section(&mut self, section: &Detections) -> Result<NodeId, Fault> {
        let mut sorted: Vec<(&String, &Detection)> = section.named.iter().collect();
        sorted.sort_by_key(|(name, _)| *name);
        let mut known = Vec::with_capacity(sorted.len());
        for (name, part) in sorted {
            self.lines.clear();
            let compiled = self.detection(part).map_err(|fault| Fault {
                what: format!("detection `{name}` {}", fault.what),
                ..fault.near(&format!("{name}:"))
            })?;
            let lines = std::mem::take(&mut self.lines);
            self.parts.push(Part { name: name.clone(), node: compiled, lines });
            known.push((name.as_str(), compiled));
        }
        let conditions = section.conditions.iter().map(|part| self.condition(part, &known));
        let conditions = conditions.collect::<Result<Vec<NodeId>, Fault>>()?;
        if conditions.is_empty() {
            let remedy = "Name the detections to match in `condition`.";
            return Err(Fault::new("has no condition", remedy).near("condition:"));
        }
        Ok(self.graph.any(conditions))
    }

    fn condition(
        &mut self,
        expr: &ConditionExpr,
        known: &[(&str, NodeId)],
    ) -> Result<NodeId, Fault> {
        match expr {
            ConditionExpr::And(parts) => {
                let parts = parts.iter().map(|part| self.condition(part, known));
                let parts = parts.collect::<Result<_, Fault>>()?;
                Ok(self.graph.all(parts))
            }
            ConditionExpr::Or(parts) => {
                let parts = parts.iter().map(|part| self.condition(part, known));
                let parts = parts.collect::<Result<_, Fault>>()?;
                Ok(self.graph.any(parts))
            }
            ConditionExpr::Not(part) => {
                let part = self.condition(part, known)?;
                Ok(self.graph.not(part))
            }
            ConditionExpr::Identifier(name) => {
                let found = known.iter().find(|(known, _)| known == name);
                found.map(|(_, node)| *node).ok_or_else(|| unknown(name))
            }
            ConditionExpr::Selector { quantifier, pattern } => {
                let chosen = known.iter().filter(|(name, _)| is_chosen(pattern, name));
                let parts: Vec<NodeId> = chosen.map(|(_, node)| *node).collect();
                if parts.is_empty() {
                    return Err(nobody(expr));
                }
                Ok(match quantifier {
                    Quantifier::Any => self.graph.any(parts),
                    Quantifier::All => self.graph.all(parts),
                    Quantifier::Count(count) => self.graph.at_least(*count, parts),
                })
            }
        }
    }

    fn detection(&mut self, part: &Detection) -> Result<NodeId, Fault> {
        match part {
            Detection::AllOf(items) if items.is_empty() => Err(empty()),
            Detection::AllOf(items) => {
                let items = items.iter().map(|item| self.line(&item.field, &item.values));
                let items = items.collect::<Result<_, Fault>>()?;
                Ok(self.graph.all(items))
            }
            Detection::AnyOf(parts) | Detection::And(parts) if parts.is_empty() => Err(empty()),
            Detection::AnyOf(parts) => {
                let parts = parts.iter().map(|part| self.detection(part));
                let parts = parts.collect::<Result<_, Fault>>()?;
                Ok(self.graph.any(parts))
            }
            Detection::And(parts) => {
                let parts = parts.iter().map(|part| self.detection(part));
                let parts = parts.collect::<Result<_, Fault>>()?;
                Ok(self.graph.all(parts))
            }
            Detection::Keywords(values) => self.line(&FieldSpec::new(None, Vec::new()), values),
            Detection::ArrayMatch { field, .. } => Err(array(field)),
            Detection::Conditional { named, .. } => Err(array(&first_name(named))),
        }
    }

    /// One line of a detection: a field, or keywords, and the values.
    fn line(&mut self, spec: &FieldSpec, values: &[SigmaValue]) -> Result<NodeId, Fault> {
        let field = match &spec.name {
            None => FieldId::KEYWORDS,
            Some(name) if fieldpath::first_unescaped(name, b'[').is_some() => {
                return Err(array(name));
            }
            Some(name) => (self.names.number)(&fieldpath::unescape_brackets(name)),
        };
        let source = source(field, &spec.modifiers, values);
        let mut note = |node| {
            let text = written(spec, values);
            self.lines.push(Line { text, field, node });
            Ok(node)
        };
        if let Some(known) = self.graph.known_item(&source) {
            return note(known);
        }
        match (Item::new(field, &spec.modifiers, values, &mut self.names), &spec.name) {
            (Ok(item), _) => note(self.graph.item(source, item)),
            (Err(fault), None) => Err(fault),
            (Err(fault), Some(name)) => {
                Err(Fault { what: format!("field `{name}` {}", fault.what), ..fault.near(name) })
            }
        }
    }
}

/// What tells lines apart: the same for the same field, modifiers and values.
fn source(field: FieldId, modifiers: &[Modifier], values: &[SigmaValue]) -> String {
    let mut text = format!("{} {modifiers:?}", field.index());
    let mut add = |mark: char, part: &str| {
        text.push(mark);
        text.push_str(&part.len().to_string());
        text.push(':');
        text.push_str(part);
    };
    for value in values {
        match value {
            SigmaValue::String(string) => {
                add('s', "");
                for part in &string.parts {
                    match part {
                        StringPart::Plain(part) => add('p', part),
                        StringPart::Special(SpecialChar::WildcardMulti) => add('*', ""),
                        StringPart::Special(SpecialChar::WildcardSingle) => add('?', ""),
                    }
                }
            }
            SigmaValue::Integer(number) => add('i', &number.to_string()),
            SigmaValue::Float(number) => add('f', &number.to_string()),
            SigmaValue::Bool(truth) => add('b', if *truth { "1" } else { "0" }),
            SigmaValue::Null => add('n', ""),
        }
    }
    text
}

/// A line as the rule has it, cut short.
fn written(spec: &FieldSpec, values: &[SigmaValue]) -> String {
    const SHOWN_MAX: usize = 12;
    let mut text = spec.name.clone().unwrap_or_else(|| "keywords".to_owned());
    for modifier in &spec.modifiers {
        let word = format!("{modifier:?}").to_ascii_lowercase();
        text.extend(["|", &word]);
    }
    let some = values.iter().take(SHOWN_MAX).map(ToString::to_string);
    let left = values.len().checked_sub(SHOWN_MAX).filter(|left| *left > 0);
    let more = left.map(|left| format!("and {left} more"));
    let some = some.chain(more).collect::<Vec<_>>().join(", ");
    let list = if values.len() == 1 { some } else { format!("[{some}]") };
    format!("{text}: {list}")
}

fn unknown(name: &str) -> Fault {
    Fault::new(
        format!("has a condition that names `{name}`, which is no detection of it"),
        "Name a detection that stands above the condition.",
    )
    .near("condition:")
}

fn nobody(expr: &ConditionExpr) -> Fault {
    Fault::new(
        format!("has a condition with `{expr}`, but no detection is named so"),
        "Correct the pattern, or remove that part of the condition.",
    )
    .near("condition:")
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
