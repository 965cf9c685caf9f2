//! A rule's values under their modifiers, compiled into probes.

use std::net::IpAddr;

use aho_corasick::AhoCorasick;
use ipnet::IpNet;
use memchr::memmem::Finder;
use rsigma_parser::{Modifier, SigmaValue};

use crate::expression::Expression;
use crate::fields::FieldId;
use crate::fold::fold;
use crate::glob::Glob;
use crate::modifiers::{Operator, Plan};
use crate::number::{Number, Order};
use crate::pattern::{Draft, Piece, Utf16};
use crate::probe::{Cased, Needle, Probe};
use crate::problem::Fault;
use crate::ruleset::Settings;

/// From this many values on, values are looked up together, not one by one.
const TOGETHER_MIN: usize = 4;

/// What compiling an item needs to know.
pub(crate) struct Names<'n> {
    /// Gives a field name its number.
    pub number: &'n mut dyn FnMut(&str) -> FieldId,
    /// What placeholders stand for.
    pub settings: &'n Settings,
}

/// Compiles one value: the probes of which any will do.
pub(crate) fn probes_of(
    value: &SigmaValue,
    plan: &Plan,
    names: &mut Names<'_>,
) -> Result<Vec<Probe>, Fault> {
    if let Some(part) = plan.part {
        return Ok(vec![Probe::Part(part, order_of(plan), number_of(value)?)]);
    }
    if plan.field_ref {
        let name = plain(value, "names a field with wildcards")?;
        let other = (names.number)(&name);
        return Ok(vec![Probe::Field(other, plan.operator, Cased::from(plan.cased))]);
    }
    match plan.operator {
        Operator::Regex => {
            regex(&plain(value, "has wildcards in a regular expression")?, &plan.flags)
        }
        Operator::Cidr => network(&plain(value, "has wildcards in a network")?),
        Operator::Compare(order) => Ok(vec![Probe::Number(order, number_of(value)?)]),
        _ => match value {
            SigmaValue::Integer(_) | SigmaValue::Float(_)
                if plan.operator == Operator::Equals && plan.transforms.is_empty() =>
            {
                Ok(vec![Probe::Number(Order::Equal, number_of(value)?)])
            }
            SigmaValue::Bool(truth) if plan.operator == Operator::Equals => {
                Ok(vec![Probe::Bool(*truth)])
            }
            SigmaValue::String(text) => texts(Draft::of(text), plan, names),
            other => texts(Draft::literal(other.to_string()), plan, names),
        },
    }
}

fn order_of(plan: &Plan) -> Order {
    match plan.operator {
        Operator::Compare(order) => order,
        _ => Order::Equal,
    }
}

fn number_of(value: &SigmaValue) -> Result<Number, Fault> {
    let number = match value {
        SigmaValue::Integer(number) => Some(Number::Int(*number)),
        SigmaValue::Float(number) => Some(Number::Real(*number)),
        SigmaValue::String(text) => text.as_plain().and_then(|text| Number::parse(&text)),
        SigmaValue::Bool(_) | SigmaValue::Null => None,
    };
    number.ok_or_else(|| {
        Fault::new(format!("compares with {value}, which is no number"), "Write a number.")
    })
}

fn plain(value: &SigmaValue, fault: &str) -> Result<String, Fault> {
    match value {
        SigmaValue::String(text) => {
            text.as_plain().ok_or_else(|| Fault::new(fault, "Write the value without `*` and `?`."))
        }
        other => Ok(other.to_string()),
    }
}

fn regex(pattern: &str, flags: &str) -> Result<Vec<Probe>, Fault> {
    let regex = Expression::new(pattern, flags);
    regex.map(|regex| vec![Probe::Regex(Box::new(regex))]).map_err(|why| {
        let last = why.lines().last().unwrap_or("it cannot be read").trim();
        Fault::new(
            format!("has the regular expression {pattern:?} that does not compile: {last}"),
            "Use the plain syntax of the specification: no look-around, no back references.",
        )
    })
}

fn network(text: &str) -> Result<Vec<Probe>, Fault> {
    let network = text.parse().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
    network.map(|network| vec![Probe::Cidr(network)]).map_err(|_| {
        Fault::new(
            format!("has the network {text:?} that cannot be read"),
            "Write it as 192.0.2.0/24.",
        )
    })
}

/// Sends a text through the modifiers that change it, then makes probes of what comes out.
fn texts(draft: Draft, plan: &Plan, names: &Names<'_>) -> Result<Vec<Probe>, Fault> {
    let mut drafts = vec![draft];
    let mut operator = plan.operator;
    for transform in &plan.transforms {
        let mut next = Vec::new();
        for draft in drafts {
            match transform {
                Modifier::WindAsh => next.push(draft.windash()),
                Modifier::Wide => next.extend(draft.utf16(Utf16::Little)?),
                Modifier::Utf16be => next.extend(draft.utf16(Utf16::Big)?),
                Modifier::Utf16 => next.extend(draft.utf16(Utf16::LittleWithMark)?),
                Modifier::Base64 => next.extend(draft.base64()?),
                Modifier::Base64Offset => next.extend(draft.base64_offsets()?),
                Modifier::Expand => next.extend(draft.expand(names.settings)?),
                _ => next.push(draft),
            }
        }
        // Parts of a Base64 text can only be searched for.
        if *transform == Modifier::Base64Offset && operator == Operator::Equals {
            operator = Operator::Contains;
        }
        drafts = next;
    }
    drafts.into_iter().map(|draft| text_probe(draft, operator, plan.cased)).collect()
}

fn text_probe(draft: Draft, operator: Operator, cased: bool) -> Result<Probe, Fault> {
    let mut pieces = match draft {
        Draft::Pattern(pieces) => pieces,
        Draft::Bytes(bytes) => vec![Piece::Text(String::from_utf8(bytes).map_err(|_| {
            Fault::new(
                "searches for bytes that no text can hold",
                "Add `base64` or `base64offset`.",
            )
        })?)],
    };
    let literal = pieces.iter().map(|piece| match piece {
        Piece::Text(text) => Some(text.as_str()),
        _ => None,
    });
    if let Some(text) = literal.collect::<Option<String>>() {
        let text = if cased { text } else { fold(&text) };
        let needle = Needle { text: text.into(), cased };
        return Ok(match operator {
            Operator::Contains => {
                let finder = Finder::new(needle.text.as_bytes()).into_owned();
                Probe::Contains(needle, Box::new(finder))
            }
            Operator::Starts => Probe::Starts(needle),
            Operator::Ends => Probe::Ends(needle),
            _ => Probe::Exact(needle),
        });
    }
    if matches!(operator, Operator::Contains | Operator::Ends) {
        pieces.insert(0, Piece::Many);
    }
    if matches!(operator, Operator::Contains | Operator::Starts) {
        pieces.push(Piece::Many);
    }
    Ok(Probe::Glob(Box::new(Glob::new(&pieces, cased)), Cased::from(cased)))
}

/// Puts many like probes together into one that asks for all of them at once.
pub(crate) fn together(mut probes: Vec<Probe>) -> Vec<Probe> {
    for cased in [false, true] {
        let is_exact =
            |probe: &Probe| matches!(probe, Probe::Exact(needle) if needle.cased == cased);
        if probes.iter().filter(|probe| is_exact(probe)).count() >= TOGETHER_MIN {
            let exact: Vec<Probe> = probes.extract_if(.., |probe| is_exact(probe)).collect();
            let texts = exact.into_iter().filter_map(|probe| match probe {
                Probe::Exact(needle) => Some(needle.text),
                _ => None,
            });
            probes.push(Probe::Among(texts.collect(), Cased::from(cased)));
        }
        let is_part =
            |probe: &Probe| matches!(probe, Probe::Contains(needle, _) if needle.cased == cased);
        if probes.iter().filter(|probe| is_part(probe)).count() >= TOGETHER_MIN {
            let literals = literals(&mut probes, cased);
            probes.extend(any_part(literals, cased));
        }
    }
    probes.sort_by_key(Probe::cost);
    probes
}

/// Takes the literals of all `contains` probes out of a list.
fn literals(probes: &mut Vec<Probe>, cased: bool) -> Vec<Box<str>> {
    let is_part =
        |probe: &mut Probe| matches!(probe, Probe::Contains(needle, _) if needle.cased == cased);
    let taken = probes.extract_if(.., is_part).collect::<Vec<_>>().into_iter();
    let texts = taken.filter_map(|probe| match probe {
        Probe::Contains(needle, _) => Some(needle.text),
        _ => None,
    });
    texts.collect()
}

fn any_part(literals: Vec<Box<str>>, cased: bool) -> Vec<Probe> {
    match AhoCorasick::new(literals.iter().map(AsRef::as_ref).collect::<Vec<&str>>()) {
        Ok(finder) => vec![Probe::AnyPart(Box::new(finder), literals, Cased::from(cased))],
        // Too many literals for one automaton: search for them one by one.
        Err(_) => literals
            .into_iter()
            .map(|text| {
                let finder = Finder::new(text.as_bytes()).into_owned();
                Probe::Contains(Needle { text, cased }, Box::new(finder))
            })
            .collect(),
    }
}
