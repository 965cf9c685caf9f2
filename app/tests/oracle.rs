//! Published rules over published logs, through the sources' own field names: the judge finds what
//! the oracle finds. And rules on OCSF names run on every source.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "tests touch files and fail by panicking"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use detectors::sigma::Sigma;
use model::finding::{Effect, Rule};
use model::seam::detector::{Detector as _, Findings};
use model::seam::feed::{Blob, Feed as _, Opened};
use model::seam::source::{Intake, LogSource, ReadSettings, Source};
use model::{Event, Reject};
use ocsf::Scalar;
use rsigma_eval::Engine;
use rsigma_eval::event::JsonEvent;
use rsigma_parser::{Detection, Modifier, SigmaValue};
use serde_json::{Map, Value as Json};

/// Events of one source that are compared: enough for every kind, few enough for a test.
const EVENTS_MAX: usize = 120;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Hands every event below a folder to `each`, with its source.
struct Walk<'w> {
    counts: BTreeMap<&'static str, usize>,
    source: Option<&'static dyn Source>,
    each: &'w mut dyn FnMut(&'static dyn Source, &Event<'_>),
}

impl Opened for Walk<'_> {
    fn blob(&mut self, blob: Blob<'_>) {
        let mut input = model::frame::Input::new(blob.content);
        let Some((source, _)) = sources::recognise(input.sample()) else { return };
        if self.counts.get(source.about().name).is_some_and(|count| *count >= EVENTS_MAX) {
            return;
        }
        self.source = Some(source);
        source.read(
            &mut input,
            &ReadSettings { year: Some(2026), ..ReadSettings::default() },
            self,
        );
    }

    fn broken(&mut self, _: &str, _: &str) {}
}

impl Intake for Walk<'_> {
    fn event(&mut self, event: &Event<'_>) {
        let count = self.counts.entry(event.source).or_default();
        *count += 1;
        if *count <= EVENTS_MAX {
            (self.each)(self.source.unwrap(), event);
        }
    }

    fn reject(&mut self, _: Reject) {}
}

fn walk(
    folder: &Path,
    each: &mut dyn FnMut(&'static dyn Source, &Event<'_>),
) -> BTreeMap<&'static str, usize> {
    let feed = feeds::Files::new([folder.to_owned()]);
    let mut walk = Walk { counts: BTreeMap::new(), source: None, each };
    for item in feed.items().unwrap() {
        let _unreadable = feed.open(&item, &mut walk);
    }
    walk.counts
}

fn judge(sigma: &Sigma, event: &Event<'_>) -> BTreeSet<String> {
    struct Titles(BTreeSet<String>);
    impl Findings for Titles {
        fn add(&mut self, _: &Event<'_>, spoken: &[(&Arc<Rule>, Effect)]) {
            self.0.extend(spoken.iter().map(|(rule, _)| rule.title.clone()));
        }
    }
    let mut titles = Titles(BTreeSet::new());
    sigma.judge().observe(event, &mut titles);
    titles.0
}

fn log_sources() -> Vec<(&'static str, &'static [LogSource])> {
    sources::all().iter().map(|s| (s.about().name, s.logsources())).collect()
}

fn rule_texts(folder: &Path) -> Vec<(String, String)> {
    let mut texts = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "yml") {
                texts.push((path.display().to_string(), std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    texts.sort();
    texts
}

/// What the oracle is shown: the fields that rules ask for, as the source answers them, and the
/// record as a text for keywords.
fn shown(event: &Event<'_>, names: &[&str]) -> Json {
    let mut map = Map::new();
    map.insert("_record".to_owned(), event.raw.into());
    let flat = event.body.ocsf();
    for name in names.iter().filter(|name| !name.is_empty()) {
        let mut values = Vec::new();
        event.body.field(name, &mut |scalar| {
            values.push(json(&scalar));
            true
        });
        if values.is_empty()
            && let Some(path) = ocsf::Path::find(name)
        {
            values.extend(flat.all(path).map(json));
        }
        match values.len() {
            0 if event.body.has(name) => map.insert((*name).to_owned(), Json::Object(Map::new())),
            0 => continue,
            1 => map.insert((*name).to_owned(), values.remove(0)),
            _ => map.insert((*name).to_owned(), Json::Array(values)),
        };
    }
    Json::Object(map)
}

fn json(scalar: &Scalar<'_>) -> Json {
    match scalar {
        Scalar::Null => Json::Null,
        Scalar::Bool(truth) => Json::from(*truth),
        Scalar::Int(number) => Json::from(*number),
        Scalar::Float(number) => Json::from(*number),
        Scalar::Str(text) => Json::from(text.as_ref()),
    }
}

/// What `docs/decisions/2026-11-22-sigma-semantics.md` decides against the oracle. Keywords search
/// the record as it is written; the oracle sees what its fields decode to.
fn is_decided(detection: &Detection) -> bool {
    match detection {
        Detection::AllOf(items) => items.iter().any(|item| {
            let edge = [Modifier::StartsWith, Modifier::EndsWith];
            let edge = edge.iter().any(|modifier| item.field.has_modifier(*modifier));
            let wild =
                |v: &SigmaValue| matches!(v, SigmaValue::String(s) if s.contains_wildcards());
            item.field.name.is_none() || (edge && item.values.iter().any(wild))
        }),
        Detection::AnyOf(parts) | Detection::And(parts) => parts.iter().any(is_decided),
        Detection::Keywords(_) => true,
        _ => false,
    }
}

fn owned(log: &LogSource) -> sigma::LogSource {
    let own = |text: Option<&str>| text.map(str::to_owned);
    sigma::LogSource {
        product: own(log.product),
        service: own(log.service),
        category: own(log.category),
    }
}

#[test]
fn published_rules_find_on_every_source_what_the_oracle_finds() {
    let corpus = root().join("../shared/corpus");
    if !corpus.is_dir() {
        eprintln!("skipped: {} is not here", corpus.display());
        return;
    }
    let texts = rule_texts(&corpus.join("sigma/rules"));
    let (sigma, _) = Sigma::load(&texts, &log_sources());
    let mut engine = Engine::new();
    let mut decided = BTreeSet::new();
    for (_, text) in &texts {
        for rule in rsigma_parser::parse_sigma_yaml(text).unwrap().rules {
            if rule.detection.named.values().any(is_decided) {
                decided.insert(rule.title.clone());
            }
            let _refused = engine.add_rule(&rule);
        }
    }
    let names: Vec<&str> = sigma.ruleset().fields().collect();
    let mut differences: BTreeMap<(String, &str, bool), String> = BTreeMap::new();
    let mut found: BTreeMap<&str, usize> = BTreeMap::new();
    let mut compare = |source: &'static dyn Source, event: &Event<'_>| {
        let logs: Vec<sigma::LogSource> = source.logsources().iter().map(owned).collect();
        let ours = judge(&sigma, event);
        let seen = shown(event, &names);
        let asked = |title: &str| {
            let metas = sigma.ruleset().rules().filter(|meta| meta.title == title);
            let mut asked = metas.map(|meta| logs.iter().any(|log| meta.log_source.accepts(log)));
            asked.any(|asked| asked)
        };
        let theirs = engine.evaluate(&JsonEvent::borrow(&seen));
        let theirs: BTreeSet<String> = theirs
            .iter()
            .map(|one| one.header.rule_title.clone())
            .filter(|title| asked(title))
            .collect();
        *found.entry(event.source).or_default() += ours.len();
        for title in ours.symmetric_difference(&theirs).filter(|title| !decided.contains(*title)) {
            let key = (title.clone(), event.source, ours.contains(title));
            differences.entry(key).or_insert_with(|| event.raw.chars().take(600).collect());
        }
    };
    let counts = walk(&corpus, &mut compare);
    found.retain(|_, count| *count > 0);
    eprintln!("{} rules; events: {counts:?}; matches: {found:?}", sigma.len());
    assert!(differences.is_empty(), "{differences:#?}");
    for kind in ["aws.cloudtrail", "linux.auditd", "web.access", "container.kubernetes_audit"] {
        let kinds = || counts.keys().filter(|name| name.contains(kind) || kind.contains(**name));
        assert!(kinds().count() > 0, "{kind} is not compared: {counts:?}");
    }
    assert!(found.len() >= 3, "{found:?}");
}

/// A rule for every OCSF class there is, and one on what every event has.
#[test]
fn rules_on_ocsf_names_run_on_every_source() {
    let classes: BTreeSet<u16> =
        sources::all().iter().flat_map(|s| s.classes()).map(|class| class.uid).collect();
    let rule = |title: &str, line: &str| {
        format!(
            "title: is {title}\nlogsource:\n  definition: any\ndetection:\n  s:\n    {line}\n  \
             condition: s\n"
        )
    };
    let mut texts: Vec<(String, String)> = classes
        .iter()
        .map(|class| {
            (format!("{class}.yml"), rule(&class.to_string(), &format!("class_uid: {class}")))
        })
        .collect();
    for (title, line) in [("time", "time|gte: 0"), ("activity", "activity_id|gte: 0")] {
        texts.push((format!("{title}.yml"), rule(title, line)));
    }
    let (sigma, problems) = Sigma::load(&texts, &log_sources());
    assert!(problems.is_empty(), "{problems:?}");
    let counts = walk(&root().join("catalog/sources/fixtures"), &mut |_, event| {
        let class = event.body.ocsf().class.uid;
        let wanted: BTreeSet<String> =
            [format!("is {class}"), "is time".to_owned(), "is activity".to_owned()].into();
        // A log whose own fields have these names answers with its own.
        let names = ["class_uid", "time", "activity_id"];
        if names.iter().any(|name| event.body.has(name)) {
            return;
        }
        assert_eq!(judge(&sigma, event), wanted, "{}: {}", event.source, event.raw);
    });
    let missing: Vec<&str> = sources::all()
        .iter()
        .map(|source| source.about().name)
        .filter(|name| !counts.contains_key(name))
        .collect();
    assert!(missing.len() * 4 < counts.len(), "not recognised by content: {missing:?}");
}
