//! Correlations resolved: who refers to whom, and what a hit of a rule counts for.

use std::collections::{BTreeMap, BTreeSet};

use super::condition::{Test, satisfied};
use super::keys::mixed;
use super::read::CorrelationRule;
use super::{Correlation, Correlations, Kind, Slot};
use crate::fields::FieldId;
use crate::meta::Meta;
use crate::problem::{Fault, Problem, Weight};
use crate::read::Origin;

/// Correlations on correlations, and so on: no deeper than this.
const DEPTH_MAX: usize = 16;
/// Rules of one temporal correlation.
const TEMPORAL_MAX: usize = 64;
/// What the hits of one rule may count for.
const SLOTS_MAX: usize = 256;

/// What is known of the rules that correlations may refer to.
pub(crate) struct Known<'k> {
    /// What the compiled rules say of themselves, by number.
    pub rules: Vec<&'k Meta>,
    /// Gives a field name its number.
    pub number: &'k mut dyn FnMut(&str) -> FieldId,
}

/// What a name stands for: rules and correlations, by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Node {
    Rule(u32),
    Correlation(u32),
}

/// Compiles correlations. What cannot be compiled is left out and told, and what refers to it too.
pub(crate) fn compile(
    documents: &[(Origin, CorrelationRule)],
    mut known: Known<'_>,
    problems: &mut Vec<Problem>,
) -> Correlations {
    let mut out = Correlations {
        slots: vec![Vec::new(); known.rules.len()],
        silent: vec![false; known.rules.len()],
        ..Correlations::default()
    };
    let index = Names::of(&known.rules, documents);
    // Documents in an order in which what is referred to comes first.
    let mut ready: BTreeMap<usize, u32> = BTreeMap::new();
    let mut left: BTreeSet<usize> = (0..documents.len()).collect();
    for _ in 0..DEPTH_MAX {
        let round: Vec<usize> = left.iter().copied().collect();
        for at in round {
            let Some((origin, rule)) = documents.get(at) else { continue };
            match index.resolve(rule, &ready) {
                Resolved::Waits => {}
                Resolved::Fault(fault) => {
                    left.remove(&at);
                    problems.push(origin.problem(Weight::Error, &rule.meta.title, fault));
                }
                Resolved::Nodes(nodes) => {
                    left.remove(&at);
                    match check(rule, &nodes, &known.rules) {
                        Ok(()) => {
                            ready.insert(at, out.all.len() as u32);
                            add(&mut out, rule, &nodes, &mut known);
                        }
                        Err(fault) => {
                            problems.push(origin.problem(Weight::Error, &rule.meta.title, fault));
                        }
                    }
                }
            }
        }
    }
    for (origin, rule) in left.iter().filter_map(|at| documents.get(*at)) {
        let fault = Fault::new(
            "refers to itself, to a correlation that did not load, or too deep into a chain",
            "Let chains end at rules, and mend the correlations that it refers to.",
        );
        problems.push(origin.problem(Weight::Error, &rule.meta.title, fault.near("rules:")));
    }
    silence(&mut out, documents, &index, &ready);
    out.mark = mixed(&[&format!("{:?}{:?}", out.all, out.slots)]);
    out
}

/// Every name that a rule answers to.
struct Names<'n> {
    nodes: BTreeMap<&'n str, BTreeSet<Node>>,
}

enum Resolved {
    Nodes(Vec<Vec<Node>>),
    /// Something that it refers to is not compiled yet.
    Waits,
    Fault(Fault),
}

impl<'n> Names<'n> {
    fn of(rules: &[&'n Meta], documents: &'n [(Origin, CorrelationRule)]) -> Self {
        let mut nodes: BTreeMap<&str, BTreeSet<Node>> = BTreeMap::new();
        let rules = rules.iter().enumerate().map(|(at, meta)| (Node::Rule(at as u32), *meta));
        let more = documents.iter().enumerate();
        let more = more.map(|(at, (_, rule))| (Node::Correlation(at as u32), &rule.meta));
        for (node, meta) in rules.chain(more) {
            for name in names(meta) {
                nodes.entry(name).or_default().insert(node);
            }
        }
        Names { nodes }
    }

    /// The nodes of every reference; correlations by their compiled number.
    fn resolve(&self, rule: &CorrelationRule, ready: &BTreeMap<usize, u32>) -> Resolved {
        let mut out = Vec::new();
        for name in &rule.rules {
            let Some(nodes) = self.nodes.get(name.as_str()) else {
                let what = format!("refers to `{name}`, which no loaded rule is called");
                let remedy = "Load that rule too, and refer to it by its id, name or title.";
                return Resolved::Fault(Fault::new(what, remedy).near(name));
            };
            let compiled = nodes.iter().map(|node| match node {
                Node::Rule(_) => Some(*node),
                Node::Correlation(at) => ready.get(&(*at as usize)).copied().map(Node::Correlation),
            });
            match compiled.collect::<Option<Vec<Node>>>() {
                Some(nodes) => out.push(nodes),
                None => return Resolved::Waits,
            }
        }
        Resolved::Nodes(out)
    }
}

fn names(meta: &Meta) -> impl Iterator<Item = &str> {
    [meta.id.as_deref(), meta.name.as_deref(), Some(meta.title.as_str())].into_iter().flatten()
}

fn check(rule: &CorrelationRule, nodes: &[Vec<Node>], rules: &[&Meta]) -> Result<(), Fault> {
    if rule.kind.is_temporal() && nodes.len() > TEMPORAL_MAX {
        let what = format!("puts more than {TEMPORAL_MAX} rules in relation");
        return Err(Fault::new(what, "Chain several correlations.").near("rules:"));
    }
    if let Test::Expression { expression, .. } = &rule.test
        && satisfied(expression, 0, &reference_names(rule, nodes, rules)).is_none()
    {
        let remedy = "Name rules that stand under `rules`.";
        let what = "has a condition with a rule that it does not refer to";
        return Err(Fault::new(what, remedy).near("condition:"));
    }
    Ok(())
}

/// How each reference may be called in a condition.
fn reference_names(
    rule: &CorrelationRule,
    nodes: &[Vec<Node>],
    rules: &[&Meta],
) -> Vec<Vec<String>> {
    let of = |(name, nodes): (&String, &Vec<Node>)| {
        let metas = nodes.iter().filter_map(|node| match node {
            Node::Rule(number) => rules.get(*number as usize).copied(),
            Node::Correlation(_) => None,
        });
        let more = metas.flat_map(|meta| names(meta).map(str::to_owned).collect::<Vec<_>>());
        std::iter::once(name.clone()).chain(more).collect()
    };
    rule.rules.iter().zip(nodes).map(of).collect()
}

/// Adds a correlation, and what the hits of rules below it count for.
fn add(out: &mut Correlations, rule: &CorrelationRule, nodes: &[Vec<Node>], known: &mut Known<'_>) {
    let number = out.all.len() as u32;
    let mut meta = rule.meta.clone();
    for (reference, nodes) in nodes.iter().enumerate() {
        let reference = reference as u16;
        for node in nodes {
            match node {
                Node::Rule(base) => {
                    let Some(below) = known.rules.get(*base as usize).copied() else { continue };
                    inherit(&mut meta, &rule.meta, below);
                    let slot = slot(rule, number, reference, true, &[below], known);
                    put(out, *base, slot);
                }
                Node::Correlation(child) => {
                    let Some(below) = out.all.get_mut(*child as usize) else { continue };
                    below.parents.push((number, reference));
                    let below = below.meta.clone();
                    inherit(&mut meta, &rule.meta, &below);
                    let reached =
                        out.slots.iter().enumerate().filter(|(_, slots)| {
                            slots.iter().any(|slot| slot.correlation == *child)
                        });
                    for base in reached.map(|(base, _)| base as u32).collect::<Vec<_>>() {
                        let Some(own) = known.rules.get(base as usize).copied() else { continue };
                        let slot = slot(rule, number, reference, false, &[&below, own], known);
                        put(out, base, slot);
                    }
                }
            }
        }
    }
    let names = reference_names(rule, nodes, &known.rules);
    out.all.push(Correlation {
        meta,
        kind: rule.kind,
        span: rule.span,
        test: rule.test.clone(),
        names,
        parents: Vec::new(),
        told: true,
    });
}

/// "Only the outermost correlation rule may define meta information": what it leaves out, the
/// rules that it refers to say.
fn inherit(meta: &mut Meta, own: &Meta, below: &Meta) {
    if own.level.is_none() {
        meta.level = meta.level.max(below.level);
    }
    if own.tags.is_empty() {
        let new = below.tags.iter().filter(|tag| !meta.tags.contains(tag)).cloned();
        let new: Vec<String> = new.collect();
        meta.tags.extend(new);
    }
}

fn put(out: &mut Correlations, base: u32, slot: Slot) {
    let Some(slots) = out.slots.get_mut(base as usize) else { return };
    let same = |known: &Slot| {
        (known.correlation, known.reference, known.direct)
            == (slot.correlation, slot.reference, slot.direct)
    };
    if slots.len() < SLOTS_MAX && !slots.iter().any(same) {
        slots.push(slot);
    }
}

/// The fields of a hit that a correlation looks at, by the aliases of whoever is between.
fn slot(
    rule: &CorrelationRule,
    correlation: u32,
    reference: u16,
    direct: bool,
    below: &[&Meta],
    known: &mut Known<'_>,
) -> Slot {
    let mut field = |name: &String| {
        let fits = |wanted: &str| below.iter().any(|meta| names(meta).any(|own| own == wanted));
        let alias = rule.aliases.iter().find(|(alias, of, _)| alias == name && fits(of));
        (known.number)(alias.map_or(name, |(_, _, field)| field))
    };
    let group_by = rule.group_by.iter().map(&mut field).collect();
    let values = rule.fields.iter().map(&mut field).collect();
    let share = matches!(rule.test, Test::Closed { percentile: None, .. });
    let numeric = match rule.kind {
        Kind::ValueSum | Kind::ValueAvg => true,
        // Without a rank it is the share of each value that counts, whatever the values are.
        Kind::ValuePercentile => !share,
        _ => false,
    };
    Slot { correlation, reference, direct, group_by, values, numeric }
}

/// Rules that are only there for correlations do not stand alone, unless `generate` says so.
fn silence(
    out: &mut Correlations,
    documents: &[(Origin, CorrelationRule)],
    index: &Names<'_>,
    ready: &BTreeMap<usize, u32>,
) {
    let mut referred: BTreeMap<Node, bool> = BTreeMap::new();
    for at in ready.keys() {
        let Some((_, rule)) = documents.get(*at) else { continue };
        let Resolved::Nodes(nodes) = index.resolve(rule, ready) else { continue };
        for node in nodes.into_iter().flatten() {
            *referred.entry(node).or_default() |= rule.generate;
        }
    }
    for (node, stands) in referred {
        match node {
            Node::Rule(number) => {
                if let Some(silent) = out.silent.get_mut(number as usize) {
                    *silent = !stands;
                }
            }
            Node::Correlation(number) => {
                if let Some(one) = out.all.get_mut(number as usize) {
                    one.told = stands;
                }
            }
        }
    }
}
