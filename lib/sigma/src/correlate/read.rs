//! A correlation document: YAML in, its parts out.
//!
//! Read here and not by the parser of rules: thresholds may be real numbers, a percentile needs
//! its own reading, and what is wrong is told with the key that is.

use rsigma_parser::{Timespan, parse_condition};
use yaml_serde::{Mapping, Value};

use super::Kind;
use super::condition::{Bound, Test};
use crate::meta::{LogSource, Meta};
use crate::number::Order;
use crate::problem::{Fault, Weight};

/// Rules that one correlation may refer to.
const REFERENCES_MAX: usize = 1_000;
/// Fields that one correlation may group by, or count values of.
const FIELDS_MAX: usize = 16;

/// A correlation as its document has it.
#[derive(Clone, Debug)]
pub(crate) struct CorrelationRule {
    pub meta: Meta,
    pub kind: Kind,
    pub rules: Vec<String>,
    pub group_by: Vec<String>,
    /// Nanoseconds.
    pub span: i64,
    pub test: Test,
    /// The fields whose values count.
    pub fields: Vec<String>,
    /// Alias, rule, field.
    pub aliases: Vec<(String, String, String)>,
    pub generate: bool,
}

const SCHEMA: &str = "Write it as the Sigma correlation specification has it.";

/// Reads one document. Faults beside the logic go to `told`.
pub(crate) fn read(
    file: &str,
    document: &Value,
    told: &mut Vec<(Weight, Fault)>,
) -> Result<CorrelationRule, Fault> {
    let top = document.as_mapping().ok_or_else(|| Fault::new("is no mapping", SCHEMA))?;
    let section = top.get("correlation").and_then(Value::as_mapping);
    let section = section.ok_or_else(|| wrong("correlation", "is no mapping"))?;
    let meta = meta(file, top, told);
    let kind = kind(section)?;
    let rules = texts(section, "rules")?;
    if rules.is_empty() || rules.len() > REFERENCES_MAX {
        return Err(wrong("rules", format!("must name 1 to {REFERENCES_MAX} rules")));
    }
    let group_by = texts(section, "group-by")?;
    if group_by.len() > FIELDS_MAX {
        return Err(wrong("group-by", format!("has more than {FIELDS_MAX} fields")));
    }
    let span = span(section)?;
    let (test, fields) = test(section, kind, rules.len())?;
    let aliases = aliases(section)?;
    if let Some(key) = ["window", "gap"].iter().find(|key| section.contains_key(**key)) {
        let what = format!("`{key}` is no key of the specification, and would change the meaning");
        return Err(Fault::new(what, "Remove it: windows are chosen by the condition.").near(key));
    }
    for key in section.keys().filter_map(Value::as_str).filter(|key| !KEYS.contains(key)) {
        let what = format!("has `{key}` under `correlation`, which says nothing here");
        told.push((Weight::Warning, Fault::new(what, SCHEMA).near(key)));
    }
    let flag = |map: &Mapping| map.get("generate").and_then(Value::as_bool);
    let generate = flag(top).or_else(|| flag(section)).unwrap_or(false);
    Ok(CorrelationRule { meta, kind, rules, group_by, span, test, fields, aliases, generate })
}

/// The keys of a correlation section.
const KEYS: &[&str] =
    &["type", "rules", "group-by", "timespan", "timeframe", "condition", "aliases", "generate"];
/// The keys of the document that are not attributes of its own.
const TOP: &[&str] = &[
    "title",
    "id",
    "name",
    "description",
    "level",
    "tags",
    "falsepositives",
    "correlation",
    "generate",
    "status",
    "author",
    "date",
    "modified",
    "references",
    "taxonomy",
    "license",
    "related",
    "fields",
    "scope",
    "sigma-version",
];

fn meta(file: &str, top: &Mapping, told: &mut Vec<(Weight, Fault)>) -> Meta {
    let text = |key: &str| top.get(key).and_then(plain);
    let list = |key: &str| {
        let items = top.get(key).and_then(Value::as_sequence).into_iter().flatten();
        items.filter_map(plain).collect::<Vec<String>>()
    };
    let level = text("level");
    let known = level.as_deref().and_then(|word| word.parse::<rsigma_parser::Level>().ok());
    if let (Some(word), None) = (&level, known) {
        let what = format!("has the level `{word}`, which is none");
        told.push((Weight::Warning, Fault::new(what, "Use a word of the specification.")));
    }
    let title = text("title").unwrap_or_else(|| {
        let what = "has no title; its name or id is taken";
        told.push((Weight::Warning, Fault::new(what, "Give it a title.").near("correlation:")));
        text("name").or_else(|| text("id")).unwrap_or_else(|| format!("Correlation in {file}"))
    });
    let own = top.iter().filter_map(|(key, value)| Some((key.as_str()?, plain(value)?)));
    let own = own.filter(|(key, _)| !TOP.contains(key));
    Meta {
        file: file.to_owned(),
        id: text("id"),
        title,
        name: text("name"),
        description: text("description").unwrap_or_default(),
        level: known.map(crate::Level::from),
        tags: list("tags"),
        false_positives: list("falsepositives"),
        log_source: LogSource::default(),
        attributes: own.map(|(key, value)| (key.to_owned(), value)).collect(),
    }
}

fn kind(section: &Mapping) -> Result<Kind, Fault> {
    let word = section.get("type").and_then(Value::as_str);
    match word.ok_or_else(|| missing("type"))? {
        "event_count" => Ok(Kind::EventCount),
        "value_count" => Ok(Kind::ValueCount),
        "temporal" => Ok(Kind::Temporal),
        "temporal_ordered" => Ok(Kind::TemporalOrdered),
        "value_sum" => Ok(Kind::ValueSum),
        "value_avg" => Ok(Kind::ValueAvg),
        "value_percentile" => Ok(Kind::ValuePercentile),
        other => Err(wrong("type", format!("is {other:?}, which is no type of correlation"))),
    }
}

fn span(section: &Mapping) -> Result<i64, Fault> {
    let text = section.get("timespan").or_else(|| section.get("timeframe")).and_then(plain);
    let text = text.ok_or_else(|| missing("timespan"))?;
    let seconds = Timespan::parse(&text).ok().map(|span| span.seconds).filter(|s| *s > 0);
    let nanos = seconds.and_then(|s| i64::try_from(s).ok()?.checked_mul(1_000_000_000));
    nanos.ok_or_else(|| wrong("timespan", format!("is {text:?}; write a number and s, m, h or d")))
}

/// The condition and the fields whose values it counts.
fn test(section: &Mapping, kind: Kind, rules: usize) -> Result<(Test, Vec<String>), Fault> {
    let condition = match section.get("condition") {
        None if kind.is_temporal() => return Ok((Test::all(rules), Vec::new())),
        None => return Err(missing("condition")),
        Some(Value::String(text)) if kind == Kind::Temporal => {
            let expression = parse_condition(text)
                .map_err(|error| wrong("condition", format!("cannot be read: {error}")))?;
            return Ok((Test::of_expression(expression), Vec::new()));
        }
        Some(Value::Mapping(condition)) => condition,
        Some(_) => return Err(wrong("condition", "is no mapping of a comparison and a number")),
    };
    let mut bounds = Vec::new();
    for (key, value) in condition {
        let key = key.as_str().unwrap_or("");
        let order = match key {
            "gt" => Bound::Is(Order::Above),
            "gte" => Bound::Is(Order::AtLeast),
            "lt" => Bound::Is(Order::Below),
            "lte" => Bound::Is(Order::AtMost),
            "eq" => Bound::Is(Order::Equal),
            "neq" => Bound::Differs,
            "field" | "percentile" => continue,
            other => return Err(wrong("condition", format!("has the unknown key {other:?}"))),
        };
        let number = plain(value).and_then(|text| text.parse::<f64>().ok());
        let number = number.filter(|number| number.is_finite());
        bounds.push((order, number.ok_or_else(|| wrong(key, "is no number"))?));
    }
    if bounds.is_empty() {
        return Err(wrong("condition", "has no comparison (gt, gte, lt, lte, eq, neq)"));
    }
    let fields = texts(condition, "field")?;
    let wants = !kind.is_temporal() && kind != Kind::EventCount;
    if fields.is_empty() && wants {
        return Err(wrong("condition", "names no `field` whose values count"));
    }
    if fields.len() > FIELDS_MAX || (fields.len() > 1 && kind != Kind::ValueCount) {
        return Err(wrong("field", "names too many fields"));
    }
    let percentile = match condition.get("percentile").and_then(plain) {
        Some(text) => {
            let rank = text.parse::<f64>().ok().filter(|rank| (0.0..=100.0).contains(rank));
            Some(rank.ok_or_else(|| wrong("percentile", "is no number between 0 and 100"))?)
        }
        None => None,
    };
    Ok((Test::of_bounds(kind, bounds, percentile, rules)?, fields))
}

fn aliases(section: &Mapping) -> Result<Vec<(String, String, String)>, Fault> {
    let Some(aliases) = section.get("aliases") else { return Ok(Vec::new()) };
    let aliases = aliases.as_mapping().ok_or_else(|| wrong("aliases", "is no mapping"))?;
    let mut out = Vec::new();
    for (alias, rules) in aliases {
        let rules = rules.as_mapping().ok_or_else(|| wrong("aliases", "is no mapping by rule"))?;
        for (rule, field) in rules {
            let triple = (plain(alias), plain(rule), plain(field));
            let (Some(alias), Some(rule), Some(field)) = triple else {
                return Err(wrong("aliases", "must map rules to names of fields"));
            };
            out.push((alias, rule, field));
        }
    }
    Ok(out)
}

/// One text, or a list of texts; nothing if the key is missing.
fn texts(map: &Mapping, key: &str) -> Result<Vec<String>, Fault> {
    let all = match map.get(key) {
        None => Some(Vec::new()),
        Some(Value::Sequence(items)) => items.iter().map(plain).collect(),
        Some(other) => plain(other).map(|text| vec![text]),
    };
    all.ok_or_else(|| wrong(key, "is no list of texts"))
}

fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
}

fn missing(key: &str) -> Fault {
    Fault::new(format!("`{key}` is missing"), SCHEMA).near("correlation:")
}

fn wrong(key: &str, what: impl Into<String>) -> Fault {
    Fault::new(format!("`{key}` {}", what.into()), SCHEMA).near(&format!("{key}:"))
}
