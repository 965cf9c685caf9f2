//! Sigma rules as a judge of events.

mod effect;
mod join;
mod rule;
mod text;
mod view;

use std::sync::{Arc, OnceLock};

use ::sigma::{Collection, Explained, Matcher, Problem, Route, RuleIndex, Ruleset, Settings};
use model::Event;
use model::finding::{Effect, Rule};
use model::seam::About;
use model::seam::detector::{Detector, Findings, Joined, Judge, Mark, Marked};
use model::seam::source::LogSource;
use ocsf::Path;
use rustc_hash::FxHashMap;

use effect::Effects;
use view::View;

const ABOUT: About = About {
    name: "sigma",
    line: "Sigma rules over the log's own field names or OCSF names",
    spec: "https://github.com/SigmaHQ/sigma-specification",
};

/// Sigma rules, loaded.
pub struct Sigma {
    ruleset: Ruleset,
    /// By rule number: what findings say of the rule, and what its records show.
    rules: Vec<(Arc<Rule>, Effects)>,
    /// The same of the correlations, by their number.
    joins: Vec<(Arc<Rule>, Effects)>,
    /// By field number: the OCSF path of that name.
    paths: Vec<Option<Path>>,
    /// By source name: the rules for it.
    routes: FxHashMap<&'static str, Way>,
    /// The rules for sources that were not named: those that ask for no log source.
    elsewhere: Way,
}

/// The rules for one kind of log, indexed when the first log of the kind is read.
struct Way {
    logs: Vec<::sigma::LogSource>,
    route: OnceLock<Route>,
}

impl Way {
    fn to(logs: Vec<::sigma::LogSource>) -> Self {
        Way { logs, route: OnceLock::new() }
    }

    fn route(&self, ruleset: &Ruleset) -> &Route {
        self.route.get_or_init(|| ruleset.route(&self.logs))
    }
}

impl Sigma {
    /// Loads rule texts (file name, YAML) for sources (name, the log sources they answer to).
    /// What does not load is told, each in a sentence or two with file, line and remedy.
    pub fn load(
        texts: &[(String, String)],
        sources: &[(&'static str, &'static [LogSource])],
    ) -> (Sigma, Vec<String>) {
        let (sigma, problems) = Sigma::load_with(texts, sources, &Settings::default());
        (sigma, problems.iter().map(Problem::to_string).collect())
    }

    /// The same with values for placeholders; problems as they are.
    pub fn load_with(
        texts: &[(String, String)],
        sources: &[(&'static str, &'static [LogSource])],
        settings: &Settings,
    ) -> (Sigma, Vec<Problem>) {
        let mut collection = Collection::default();
        for (file, text) in texts {
            collection.read(file, text);
        }
        Sigma::of(collection, sources, settings)
    }

    /// The same of rule files that are read already.
    pub fn of(
        collection: Collection,
        sources: &[(&'static str, &'static [LogSource])],
        settings: &Settings,
    ) -> (Sigma, Vec<Problem>) {
        let (ruleset, mut problems) = Ruleset::build(collection, settings);
        let mut rules = Vec::with_capacity(ruleset.len());
        for meta in ruleset.rules() {
            let effects = Effects::of(meta, &mut problems);
            rules.push((Arc::new(rule::of(meta, effects.on_success)), effects));
        }
        let joins = join::rules(&ruleset, &mut problems);
        let own = |text: Option<&str>| text.map(str::to_owned);
        let routes = sources.iter().map(|(name, logs)| {
            let logs = logs.iter().map(|log| ::sigma::LogSource {
                product: own(log.product),
                service: own(log.service),
                category: own(log.category),
            });
            (*name, Way::to(logs.collect()))
        });
        let routes = routes.collect();
        let elsewhere = Way::to(vec![::sigma::LogSource::default()]);
        let paths = ruleset.fields().map(Path::find).collect();
        (Sigma { ruleset, rules, joins, paths, routes, elsewhere }, problems)
    }

    /// How many rules loaded, correlations among them.
    pub fn len(&self) -> usize {
        self.rules.len() + self.joins.len()
    }

    /// Whether no rule loaded.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The rules as they were compiled.
    pub fn ruleset(&self) -> &Ruleset {
        &self.ruleset
    }

    /// Why a rule matches an event, or does not, whatever log source it asks for.
    pub fn explain(&self, rule: RuleIndex, event: &Event<'_>) -> Option<Explained> {
        Matcher::new(&self.ruleset).explain(rule, &View::new(event, &self.paths))
    }

    /// The rules that loaded, in order of their files; then the correlations.
    pub fn rules(&self) -> impl Iterator<Item = &Arc<Rule>> {
        self.rules.iter().chain(&self.joins).map(|(rule, _)| rule)
    }
}

impl Detector for Sigma {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn judge(&self) -> Box<dyn Judge + '_> {
        let matcher = Matcher::new(&self.ruleset);
        Box::new(Bench { sigma: self, matcher, matched: Vec::new(), said: Vec::new() })
    }

    fn join(&self, marks: &[Marked]) -> (Vec<Joined>, Vec<String>) {
        join::join(&self.ruleset, &self.joins, marks)
    }
}

/// One thread's judge.
struct Bench<'s> {
    sigma: &'s Sigma,
    matcher: Matcher<'s>,
    matched: Vec<RuleIndex>,
    said: Vec<(&'s Arc<Rule>, Effect)>,
}

impl Judge for Bench<'_> {
    fn observe(&mut self, event: &Event<'_>, out: &mut dyn Findings) {
        let way = self.sigma.routes.get(event.source).unwrap_or(&self.sigma.elsewhere);
        let route = way.route(&self.sigma.ruleset);
        if route.is_empty() {
            return;
        }
        self.matched.clear();
        let view = View::new(event, &self.sigma.paths);
        self.matcher.matches(route, &view, &mut self.matched);
        self.said.clear();
        for matched in &self.matched {
            let Some((rule, effects)) = self.sigma.rules.get(matched.index()) else { continue };
            let effect = effects.shown(event.outcome);
            let correlations = self.sigma.ruleset.correlations();
            if !correlations.silences(*matched) {
                self.said.push((rule, effect));
            }
            if correlations.counts(*matched) {
                for keys in self.matcher.keys(*matched, &view) {
                    let keys = keys.iter().map(|key| (key.group, key.value)).collect();
                    out.mark(
                        event,
                        Mark { rule: matched.index() as u32, effect, keys, note: None },
                    );
                }
            }
        }
        if !self.said.is_empty() {
            out.add(event, &self.said);
        }
    }
}
