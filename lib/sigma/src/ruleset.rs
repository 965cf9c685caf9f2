//! Compiled rules.

use std::collections::{BTreeMap, BTreeSet};

use rsigma_parser::{FilterRuleTarget, SigmaRule};
use rustc_hash::FxHashMap;

use crate::compile::Compiler;
use crate::condition::{Graph, NodeId, Planting};
use crate::correlate::{Correlations, Known, compile};
use crate::explain::Part;
use crate::fields::FieldId;
use crate::meta::{LogSource, Meta};
use crate::pin::{Pins, pins};
use crate::pipeline::Wildcards;
use crate::problem::{Fault, Problem, Weight};
use crate::read::{Collection, Filter};
use crate::route::Route;
use crate::values::Names;

/// A rule of a ruleset, by its number in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RuleIndex(pub(crate) u32);

impl RuleIndex {
    /// The number, for tables beside the ruleset: `0..ruleset.len()`.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// What the rules leave to whoever runs them.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The values of placeholders (`expand`), by name without the percent signs.
    pub placeholders: BTreeMap<String, Vec<String>>,
    /// Which placeholders without values become `*`.
    pub wildcards: Wildcards,
}

/// Compiled rules.
#[derive(Debug, Default)]
pub struct Ruleset {
    names: Vec<Box<str>>,
    graph: Graph,
    rules: Vec<Compiled>,
    correlations: Correlations,
}

/// A rule, compiled.
#[derive(Debug)]
struct Compiled {
    meta: Meta,
    /// Where its logic begins.
    root: NodeId,
    pins: Pins,
    /// For explaining: conditions and detections.
    conditions: Vec<String>,
    parts: Vec<Part>,
}

impl Ruleset {
    /// Compiles a collection. What cannot be compiled is left out and told, with the collection's
    /// own problems, in order of file and line.
    pub fn build(collection: Collection, settings: &Settings) -> (Ruleset, Vec<Problem>) {
        let mut numbers = Numbers::default();
        let mut number = |name: &str| numbers.of(name);
        let names = Names { number: &mut number, settings };
        let mut graph = Planting::default();
        let mut compiler =
            Compiler { graph: &mut graph, names, parts: Vec::new(), lines: Vec::new() };
        let (mut rules, mut problems, mut ids) = (Vec::new(), Vec::new(), BTreeSet::new());
        for (origin, rule) in &collection.rules {
            compiler.parts.clear();
            let mut root = match compiler.rule(rule) {
                Ok(root) => root,
                Err(fault) => {
                    problems.push(origin.problem(Weight::Error, &rule.title, fault));
                    continue;
                }
            };
            for filter in collection.filters.iter().filter(|filter| filter.is_for(rule)) {
                match compiler.narrow(root, &filter.rule.detection) {
                    Ok(narrowed) => root = narrowed,
                    Err(fault) => problems.push(filter.problem(Weight::Error, fault)),
                }
            }
            if let Some(id) = rule.id.as_ref().filter(|id| !ids.insert(*id)) {
                problems.push(origin.problem(Weight::Warning, &rule.title, same_id(id)));
            }
            if let Some(other) = rule.taxonomy.as_deref().filter(|name| !is_spoken(name)) {
                problems.push(origin.problem(Weight::Warning, &rule.title, taxonomy(other)));
            }
            let pins = pins(root, compiler.graph.graph());
            let parts = std::mem::take(&mut compiler.parts);
            let conditions = rule.detection.condition_strings.clone();
            let meta = Meta::of(&origin.file, rule);
            rules.push(Compiled { meta, root, pins, conditions, parts });
        }
        let graph = graph.done();
        let metas = rules.iter().map(|rule: &Compiled| &rule.meta).collect();
        let known = Known { rules: metas, number: &mut |name| numbers.of(name) };
        let correlations = compile(&collection.correlations, known, &mut problems);
        problems.extend(unused_filters(&collection));
        problems.extend(collection.problems);
        problems.sort_by(|a, b| (&a.file, a.line, &a.what).cmp(&(&b.file, b.line, &b.what)));
        // A broken filter is found again for each rule that it is for.
        problems.dedup();
        (Ruleset { names: numbers.names, graph, rules, correlations }, problems)
    }

    /// How many rules were compiled.
    pub fn len(&self) -> usize {
        self.rules.len()
    }

    /// Whether there is no rule.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// What the rules say of themselves, in order.
    pub fn rules(&self) -> impl ExactSizeIterator<Item = &Meta> {
        self.rules.iter().map(|rule| &rule.meta)
    }

    /// What a rule says of itself.
    pub fn rule(&self, rule: RuleIndex) -> Option<&Meta> {
        self.rules.get(rule.index()).map(|rule| &rule.meta)
    }

    /// The rules on many matches.
    pub fn correlations(&self) -> &Correlations {
        &self.correlations
    }

    /// Every field name the rules use, in order of [`FieldId::index`]. The first is the nameless
    /// field of keyword searches.
    pub fn fields(&self) -> impl ExactSizeIterator<Item = &str> {
        self.names.iter().map(AsRef::as_ref)
    }

    /// The rules for a log that answers to these log sources. Make it once for each kind of log.
    pub fn route(&self, logs: &[LogSource]) -> Route {
        let fits = |meta: &Meta| logs.iter().any(|log| meta.log_source.accepts(log));
        self.index(&fits)
    }

    /// All rules, whatever their log source.
    pub fn route_all(&self) -> Route {
        self.index(&|_| true)
    }

    fn index(&self, fits: &dyn Fn(&Meta) -> bool) -> Route {
        let rules = self.rules.iter().enumerate().filter(|(_, rule)| fits(&rule.meta));
        Route::new(&rules.map(|(n, rule)| (n as u32, &rule.pins)).collect::<Vec<_>>())
    }

    pub(crate) fn names(&self) -> &[Box<str>] {
        &self.names
    }

    pub(crate) fn graph(&self) -> &Graph {
        &self.graph
    }

    /// Where a rule's logic begins, its conditions, its detections.
    pub(crate) fn anatomy(&self, rule: RuleIndex) -> Option<(NodeId, &[String], &[Part])> {
        let rule = self.rules.get(rule.index())?;
        Some((rule.root, &rule.conditions, &rule.parts))
    }

    /// The rules that go by a name: an id, a name, a title, or a file. For a correlation, the
    /// rules below it.
    pub fn find(&self, name: &str) -> Vec<RuleIndex> {
        let is = |meta: &Meta| {
            meta.title == name
                || meta.file == name
                || [&meta.id, &meta.name].iter().any(|own| own.as_deref() == Some(name))
        };
        let found = self.rules.iter().enumerate().filter(|(_, rule)| is(&rule.meta));
        let found: Vec<RuleIndex> = found.map(|(at, _)| RuleIndex(at as u32)).collect();
        if !found.is_empty() {
            return found;
        }
        let correlations = self.correlations.rules().enumerate();
        let called: Vec<usize> = correlations.filter(|(_, m)| is(m)).map(|(at, _)| at).collect();
        let rules = (0..self.rules.len()).map(|at| RuleIndex(at as u32));
        rules.filter(|rule| called.iter().any(|one| self.correlations.uses(*one, *rule))).collect()
    }

    pub(crate) fn root(&self, number: u32) -> Option<NodeId> {
        self.rules.get(number as usize).map(|rule| rule.root)
    }
}

/// Field names and their numbers.
struct Numbers {
    names: Vec<Box<str>>,
    known: FxHashMap<Box<str>, FieldId>,
}

impl Default for Numbers {
    /// Number 0 is for keywords ([`FieldId::KEYWORDS`]).
    fn default() -> Self {
        Numbers { names: vec!["".into()], known: FxHashMap::default() }
    }
}

impl Numbers {
    fn of(&mut self, name: &str) -> FieldId {
        if let Some(known) = self.known.get(name) {
            return *known;
        }
        let number = FieldId(self.names.len() as u32);
        self.names.push(name.into());
        self.known.insert(name.into(), number);
        number
    }
}

impl Filter {
    fn problem(&self, weight: Weight, fault: Fault) -> Problem {
        self.origin.problem(weight, &self.rule.title, fault)
    }

    /// Whether the filter is for a rule: by id, name or title, and by log source.
    fn is_for(&self, rule: &SigmaRule) -> bool {
        let named = match &self.rule.rules {
            FilterRuleTarget::Any => true,
            FilterRuleTarget::Specific(names) => names.iter().any(|wanted| {
                [Some(&rule.title), rule.id.as_ref(), rule.name.as_ref()].contains(&Some(wanted))
            }),
        };
        let wanted = self.rule.logsource.as_ref().map(LogSource::from).unwrap_or_default();
        named && wanted.accepts(&LogSource::from(&rule.logsource))
    }
}

fn unused_filters(collection: &Collection) -> Vec<Problem> {
    let used = |filter: &&Filter| !collection.rules.iter().any(|(_, rule)| filter.is_for(rule));
    let fault = || {
        Fault::new(
            "is a filter that no loaded rule is named in",
            "Name rules by id, name or title, and load them together with the filter.",
        )
    };
    let unused = collection.filters.iter().filter(used);
    unused.map(|filter| filter.problem(Weight::Warning, fault())).collect()
}

/// Whether a taxonomy's names are those that events answer to.
fn is_spoken(taxonomy: &str) -> bool {
    ["sigma", "ocsf"].iter().any(|known| known.eq_ignore_ascii_case(taxonomy))
}

fn taxonomy(name: &str) -> Fault {
    Fault::new(
        format!("is written in the taxonomy `{name}`, which is not translated"),
        "Use the log's own names, those of Sigma's taxonomy, or OCSF names.",
    )
    .near("taxonomy:")
}

fn same_id(id: &str) -> Fault {
    Fault::new(
        format!("has the id {id}, as another rule has"),
        "Give each rule an id of its own, or load it once.",
    )
    .near(id)
}
