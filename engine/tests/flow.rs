//! The flows over a made-up log: nothing is lost, nothing depends on threads, the story is one.

#![allow(
    clippy::unwrap_used,
    clippy::float_cmp,
    reason = "a test fails by panicking; whole numbers are exact"
)]

use std::collections::BTreeMap;
use std::sync::Arc;

use model::finding::{Effect, Rule, RuleKind, Severity};
use model::incident::{Link, Reason};
use model::seam::About;
use model::seam::correlator::Correlator;
use model::seam::detector::{Detector, Findings, Judge};
use model::seam::feed::{Blob, Feed, Item, Opened};
use model::seam::report::Language;
use model::seam::source::{Intake, Likeness, LogSource, ReadSettings, Source};
use model::session::{Grant, Sessions};
use model::{
    Assets, Body, Entity, EntityKind, Error, Event, Finding, Investigation, Outcome, Position,
    Role, Time,
};

/// Lines `toy uid time credential address action outcome [child]`.
struct Toy;

struct ToyBody<'a> {
    words: Vec<&'a str>,
}

impl ToyBody<'_> {
    fn word(&self, at: usize) -> &str {
        self.words.get(at).copied().unwrap_or("")
    }
}

impl Body for ToyBody<'_> {
    fn ocsf(&self) -> ocsf::Flat<'_> {
        ocsf::Flat::new(ocsf::Class::API_ACTIVITY, 99)
    }
    fn field(&self, _: &str, _: &mut dyn FnMut(ocsf::Scalar<'_>) -> bool) {}
    fn entities<'s>(&'s self, out: &mut Vec<Entity<'s>>) {
        out.push(Entity::new(EntityKind::Ip, self.word(4), Role::Actor));
        if self.word(5) == "launch" && self.words.len() > 7 {
            out.push(Entity::new(EntityKind::Instance, self.word(7), Role::Created));
        }
    }
    fn grant(&self) -> Option<Grant> {
        (self.word(5) == "assume").then(|| Grant {
            child: self.word(7).to_owned(),
            parent: Some(self.word(3).to_owned()),
            principal: "role".into(),
            subject: None,
            by: "assume".into(),
            address: Some(self.word(4).to_owned()),
            assertion: None,
        })
    }
    fn action(&self) -> String {
        self.word(5).to_owned()
    }
    fn reads_only(&self) -> Option<bool> {
        Some(self.word(5).starts_with("get"))
    }
}

impl Source for Toy {
    fn about(&self) -> &'static About {
        &About { name: "toy.log", line: "a toy", spec: "" }
    }
    fn classes(&self) -> &'static [ocsf::Class] {
        &[ocsf::Class::API_ACTIVITY]
    }
    fn logsources(&self) -> &'static [LogSource] {
        &[]
    }
    fn recognise(&self, sample: &[u8]) -> Likeness {
        if sample.starts_with(b"toy ") { Likeness::Name } else { Likeness::No }
    }
    fn read(&self, input: &mut frame::Input<'_>, _: &ReadSettings, out: &mut dyn Intake) {
        let mut record = 0;
        while let Some(line) = input.line() {
            let at = Position { line: line.number, record };
            record += 1;
            let words: Vec<&str> = line.text.split(' ').collect();
            assert!(words.get(1) != Some(&"panic"), "a defect");
            let Some(time) = words.get(2).and_then(|w| Time::parse_rfc3339(w)) else {
                out.refuse(at, "no time", &line.text);
                continue;
            };
            let body = ToyBody { words };
            out.event(&Event {
                source: "toy.log",
                time,
                uid: Some(body.word(1)),
                at,
                outcome: if body.word(6) == "ok" { Outcome::Success } else { Outcome::Failure },
                credential: Some(body.word(3)),
                address: Some(body.word(4)),
                raw: &line.text,
                body: &body,
            });
        }
    }
}

struct Launches(Arc<Rule>);

impl Detector for Launches {
    fn about(&self) -> &'static About {
        &About { name: "launches", line: "", spec: "" }
    }
    fn judge(&self) -> Box<dyn Judge + '_> {
        Box::new(LaunchJudge(&self.0))
    }
}

struct LaunchJudge<'r>(&'r Arc<Rule>);

impl Judge for LaunchJudge<'_> {
    fn observe(&mut self, event: &Event<'_>, out: &mut dyn Findings) {
        if event.body.action() == "launch" {
            let worked = event.outcome == Outcome::Success;
            out.add(event, &[(self.0, if worked { Effect::Impact } else { Effect::Attempt })]);
        }
    }
}

struct SameRoot;

impl Correlator for SameRoot {
    fn about(&self) -> &'static About {
        &About { name: "root", line: "", spec: "" }
    }
    fn link(&self, findings: &[Finding], sessions: &Sessions) -> Vec<Link> {
        let mut roots: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (at, finding) in findings.iter().enumerate() {
            roots
                .entry(sessions.root(finding.credential.as_deref().unwrap_or("")))
                .or_default()
                .push(at);
        }
        let link = |findings| Link { findings, reason: Reason::Root("K1".into()), weight: 1.0 };
        roots.into_values().map(link).collect()
    }
}

struct Memory(Vec<(&'static str, String)>);

impl Feed for Memory {
    fn about(&self) -> &'static About {
        &About { name: "memory", line: "", spec: "" }
    }
    fn items(&self) -> Result<Vec<Item>, Error> {
        Ok(self.0.iter().map(|(name, _)| Item { name: (*name).into(), size: None }).collect())
    }
    fn open(&self, item: &Item, to: &mut dyn Opened) -> Result<(), Error> {
        for (name, text) in self.0.iter().filter(|(name, _)| *name == item.name) {
            to.blob(Blob { name, content: frame::Content::Whole(text.as_bytes()) });
        }
        Ok(())
    }
}

struct Silent;

impl engine::Progress for Silent {
    fn advance(&self, _: u64, _: u64, _: u64) {}
}

fn run(blobs: &[(&'static str, &str)], threads: usize, window: engine::Window) -> Investigation {
    let feed = Memory(blobs.iter().map(|(name, text)| (*name, (*text).to_owned())).collect());
    let rule = Rule {
        id: "r1".into(),
        title: "Machine started".into(),
        title_ja: None,
        kind: RuleKind::Sigma,
        severity: Severity::High,
        effect: Effect::Impact,
        techniques: vec!["T1496".into()],
        tactics: vec!["impact".into()],
        description: String::new(),
    };
    let detectors: Vec<Box<dyn Detector>> = vec![Box::new(Launches(Arc::new(rule)))];
    let assets = Assets::default();
    let plan = engine::Plan {
        feed: &feed,
        sources: vec![&Toy],
        forced: BTreeMap::new(),
        detectors: &detectors,
        settings: ReadSettings::default(),
        hosts: engine::Hosts { assets: &assets, is_own_log: |name| name == "toy.log" },
        window,
        threads,
        progress: &Silent,
    };
    let prices = engine::Prices::default();
    let settings = engine::Settings {
        prices: &prices,
        correlators: &[&SameRoot],
        language: Language::English,
        min_severity: Severity::Informational,
        cite: true,
        assets: &Assets::default(),
    };
    engine::investigate(&plan, &settings).unwrap()
}

const STORY: &[(&str, &str)] = &[
    (
        "a",
        "toy u1 2026-01-01T00:00:00Z K1 192.0.2.1 get ok\ntoy u2 2026-01-01T00:01:00Z K1 192.0.2.1 assume ok K2\nnonsense\n",
    ),
    (
        "b",
        "toy u3 2026-01-01T00:02:00Z K2 192.0.2.1 launch no\ntoy u4 2026-01-01T00:03:00Z K2 192.0.2.1 launch ok i-1\ntoy u5 2026-01-01T00:04:00Z K2 192.0.2.1 erase ok\n",
    ),
    (
        "c",
        "toy u4 2026-01-01T00:03:00Z K2 192.0.2.1 launch ok i-1\ntoy u2 2026-01-01T00:01:00Z K1 192.0.2.1 assume ok K2\n",
    ),
    ("d", "something else\n"),
    ("e", "toy u9 2026-01-01T00:03:00Z K9 192.0.2.9 get ok\n"),
];

#[test]
fn every_record_is_counted_once() {
    let found = run(STORY, 2, engine::Window::default());
    let total = found.tally.total();
    assert_eq!((total.records, total.events, total.duplicates, total.rejects), (9, 6, 2, 1));
    assert_eq!(total.records, total.events + total.duplicates + total.rejects);
    assert_eq!(found.tally.skipped.len(), 1);
    assert_eq!(found.tally.rejects[0].1.at.line, 3);
}

#[test]
fn the_story_is_one_incident_with_causes_and_citations() {
    let found = run(STORY, 1, engine::Window::default());
    assert_eq!(found.incidents.len(), 1);
    let incident = &found.incidents[0];
    assert_eq!(incident.outcome, Effect::Impact);
    assert_eq!(incident.kind, "resource_hijacking");
    assert_eq!(incident.impact[0].value, 1.0, "a copy of a record is not a second machine");
    let told: Vec<&str> = incident.steps.iter().map(|s| s.text.as_str()).collect();
    assert_eq!(told.len(), 4, "{told:#?}");
    assert!(told[0].contains("handed out K2"), "{told:#?}");
    assert!(told[1].contains("did not succeed"));
    assert!(told[3].contains("erase"));
    assert_eq!(incident.steps[2].caused_by[0].0, 1);
    assert_eq!(incident.succeeded_at, Some(incident.steps[0].start));
    for evidence in incident.steps.iter().flat_map(|s| &s.evidence) {
        let citation = &found.evidence[evidence];
        assert!(citation.raw.starts_with("toy u"), "{citation:?}");
        assert_eq!(citation.sha256.len(), 64);
    }
}

#[test]
fn threads_change_nothing() {
    let mut story = STORY.to_vec();
    let noise: Vec<String> = (0..40)
        .map(|n| {
            format!("toy n{n} 2026-01-01T01:{n:02}:00Z K{} 192.0.2.{n} launch ok i-n{n}\n", n % 7)
        })
        .collect();
    let names: Vec<&'static str> =
        (0..40).map(|n| &*Box::leak(format!("n{n:02}").into_boxed_str())).collect();
    story.extend(names.iter().zip(&noise).map(|(name, text)| (*name, text.as_str())));
    let one = format!("{:?}", run(&story, 1, engine::Window::default()));
    for threads in [2, 3, 8] {
        assert_eq!(one, format!("{:?}", run(&story, threads, engine::Window::default())));
    }
}

#[test]
fn a_defect_in_a_reader_costs_its_file_only_and_is_said() {
    let found = run(&[("bad", "toy panic x\n"), STORY[1]], 2, engine::Window::default());
    assert_eq!(found.tally.total().events, 3);
    assert!(found.tally.skipped[0].why.contains("defect"));
}

#[test]
fn a_window_limits_what_is_judged_not_what_is_counted() {
    let until = Time::parse_rfc3339("2026-01-01T00:02:30Z").map(|t| t.start);
    let found = run(STORY, 1, engine::Window { from: None, to: until });
    assert_eq!(found.tally.total().records, 9);
    assert_eq!(found.findings.len(), 1);
    assert_eq!(found.findings[0].effect, Effect::Attempt);
}

#[test]
fn the_name_of_a_folder_ties_a_host_and_the_evidence_says_so() {
    let blobs = [("case/web-01/b", STORY[1].1), ("case/day-1/a", STORY[0].1)];
    let found = run(&blobs, 1, engine::Window::default());
    let tied = |entity: &Entity<'_>| entity.value == "web-01";
    assert!(found.findings.iter().any(|finding| finding.entities.iter().any(tied)));
    let hosts: Vec<_> = found
        .evidence
        .iter()
        .map(|(evidence, citation)| {
            let host = citation.host.as_ref().map(|host| (host.value.as_str(), host.by.word()));
            (found.files[evidence.file as usize].as_str(), host)
        })
        .collect();
    assert!(hosts.contains(&("case/web-01/b", Some(("web-01", "path")))), "{hosts:?}");
    assert!(hosts.contains(&("case/day-1/a", None)), "{hosts:?}");
}
