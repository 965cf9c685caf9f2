//! The suite of sources must fail on a source that breaks a promise, and name the promise.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    reason = "the fixtures of a made-up source are files, and its flaws are panics"
)]

use std::path::Path;

use frame::Input;
use model::seam::About;
use model::seam::source::{Intake, Likeness, LogSource, ReadSettings, Source};
use model::{Body, Entity, EntityKind, Event, Outcome, Position, Role, Time};
use ocsf::{Class, Flat, Scalar, paths};

/// The promise that a source breaks.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Flaw {
    None,
    LosesALine,
    Panics,
    NotOcsf,
    EmptyEntity,
    AlwaysNamesItself,
    PromisesAField,
    DependsOnTheStart,
}

struct Flawed(Flaw, &'static About);

impl Source for Flawed {
    fn about(&self) -> &'static About {
        self.1
    }

    fn classes(&self) -> &'static [Class] {
        &[Class::BASE_EVENT]
    }

    fn logsources(&self) -> &'static [LogSource] {
        &[]
    }

    fn fields(&self) -> &'static [&'static str] {
        if self.0 == Flaw::PromisesAField { &["word", "nobody"] } else { &["word"] }
    }

    fn recognise(&self, sample: &[u8]) -> Likeness {
        let is_own = sample.starts_with(self.1.name.as_bytes());
        if is_own || self.0 == Flaw::AlwaysNamesItself { Likeness::Name } else { Likeness::No }
    }

    fn read(&self, input: &mut Input<'_>, _: &ReadSettings, out: &mut dyn Intake) {
        let mut record = 0;
        while let Some(line) = input.line() {
            let text = line.text.as_ref();
            if text.trim().is_empty() || (self.0 == Flaw::LosesALine && line.number == 2) {
                record += u64::from(line.number == 2);
                continue;
            }
            assert!(self.0 != Flaw::Panics || text.len() != 3, "made up");
            let at = Position { line: line.number, record };
            record += 1;
            let seconds = if self.0 == Flaw::DependsOnTheStart { line.number } else { 1 };
            let word = Word { text, flaw: self.0 };
            out.event(&Event {
                source: self.1.name,
                time: Time::seconds(seconds as i64),
                uid: None,
                at,
                outcome: Outcome::Unknown,
                credential: None,
                address: None,
                raw: text,
                body: &word,
            });
        }
    }
}

struct Word<'a> {
    text: &'a str,
    flaw: Flaw,
}

impl Body for Word<'_> {
    fn ocsf(&self) -> Flat<'_> {
        let mut flat = Flat::new(Class::BASE_EVENT, 0);
        flat.put(paths::METADATA_PRODUCT_NAME, "made up");
        flat.put(paths::TIME, 1000);
        if self.flaw != Flaw::NotOcsf {
            flat.put(paths::SEVERITY_ID, 1);
        }
        flat
    }

    fn field(&self, name: &str, each: &mut dyn FnMut(Scalar<'_>) -> bool) {
        if name == "word" {
            each(self.text.into());
        }
    }

    fn entities<'s>(&'s self, out: &mut Vec<Entity<'s>>) {
        let value = if self.flaw == Flaw::EmptyEntity { "" } else { self.text };
        out.push(Entity::new(EntityKind::Host, value, Role::Place));
    }

    fn action(&self) -> String {
        "say".into()
    }
}

const ONE: About = About { name: "made.one", line: "made up", spec: "https://example.com/" };
const TWO: About = About { name: "made.two", line: "made up", spec: "https://example.com/" };

/// A shelf with two sources that have a fixture each.
fn shelf(root: &Path) {
    for name in ["one", "two"] {
        let case = root.join("catalog/sources/fixtures/made").join(name).join("case");
        let code = root.join("catalog/sources/src/made");
        for folder in [&case, &code, &root.join("docs/sources")] {
            std::fs::create_dir_all(folder).unwrap();
        }
        std::fs::write(code.join(format!("{name}.rs")), "").unwrap();
        std::fs::write(root.join(format!("docs/sources/made.{name}.md")), "").unwrap();
        let text = format!("made.{name} says\nhello\nworld\n");
        std::fs::write(case.join("in.log"), text).unwrap();
        std::fs::write(case.join("events.jsonl"), golden(name)).unwrap();
    }
}

/// The goldens of a source without a flaw.
fn golden(name: &str) -> String {
    let about = if name == "one" { &ONE } else { &TWO };
    let text = format!("made.{name} says\nhello\nworld\n");
    let source = Flawed(Flaw::None, about);
    let (events, _) = testkit::collect(&source, text.as_bytes(), &ReadSettings::default());
    events.iter().map(|e| e.golden().to_string() + "\n").collect()
}

fn verdict(flaw: Flaw) -> Result<(), String> {
    let root = tempfile::tempdir().unwrap();
    shelf(root.path());
    let fixtures = root.path().join("catalog/sources/fixtures");
    let suite = || {
        let (one, two) = (Flawed(flaw, &ONE), Flawed(Flaw::None, &TWO));
        testkit::contract::sources(&[&one, &two], &fixtures);
    };
    std::panic::catch_unwind(suite)
        .map_err(|why| why.downcast_ref::<String>().cloned().unwrap_or_default())
}

#[test]
fn every_broken_promise_is_found_and_named() {
    assert_eq!(verdict(Flaw::None), Ok(()));
    for (flaw, wanted) in [
        (Flaw::LosesALine, "record 1 is missing"),
        (Flaw::Panics, "panics when cut after 3 bytes"),
        (Flaw::NotOcsf, "not OCSF: severity_id: required, but missing (3 events"),
        (Flaw::EmptyEntity, "an entity is empty"),
        (Flaw::AlwaysNamesItself, "made.two/case: recognise: made.one claims it as Name"),
        (Flaw::PromisesAField, "fields() promises nobody"),
        (Flaw::DependsOnTheStart, "split after byte"),
    ] {
        let told = verdict(flaw).expect_err("a flaw");
        assert!(told.contains(wanted), "{flaw:?}: {told}");
    }
}
