//! What a source says of itself, and who claims what.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;

use frame::{Content, Input};
use model::seam::source::{Likeness, Source};

use super::fixture::{Fixture, list};

/// Name = path = fixture folder = docs page, in both directions.
pub(super) fn folders(all: &[&dyn Source], fixtures_root: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let names: Vec<&str> = all.iter().map(|s| s.about().name).collect();
    if !names.is_sorted() {
        found.push(format!("the register is not in alphabetical order: {names:?}"));
    }
    let shelf = fixtures_root.parent().unwrap_or(fixtures_root);
    let docs = shelf.join("../../docs/sources");
    for (source, name) in all.iter().zip(&names) {
        let code = shelf.join("src").join(name.replacen('.', "/", 1));
        let wanted = [
            (code.with_extension("rs").is_file() || code.join("mod.rs").is_file(), "src file"),
            (docs.join(format!("{name}.md")).is_file(), "page docs/sources/<name>.md"),
            (!source.about().line.is_empty(), "line in its About"),
            (source.about().spec.starts_with("https://"), "link to its definition in its About"),
            (!source.classes().is_empty(), "class"),
        ];
        let missing = wanted.iter().filter(|(is_there, _)| !is_there);
        found.extend(missing.map(|(_, what)| format!("{name}: has no {what}")));
    }
    for family in list(fixtures_root).unwrap_or_default() {
        for folder in list(&family).unwrap_or_default() {
            let name = folder.strip_prefix(fixtures_root).unwrap_or(&folder);
            let name = name.to_string_lossy().replace('/', ".");
            if !names.contains(&name.as_str()) {
                found.push(format!("{}: there is no source {name}", folder.display()));
            }
        }
    }
    found
}

fn likeness(fixture: &Fixture<'_>, source: &dyn Source) -> Likeness {
    source.recognise(Input::new(Content::Whole(&fixture.bytes)).sample())
}

/// What `fields()` and `classes()` promise shows in the fixtures.
pub(super) fn promises(source: &dyn Source, own: &[&Fixture<'_>]) -> Vec<String> {
    let events = || own.iter().flat_map(|f| &f.events);
    let answered: BTreeSet<&str> = events().flat_map(|e| e.fields.keys().copied()).collect();
    let classes: BTreeSet<u64> =
        events().filter_map(|e| e.ocsf.get("class_uid")?.as_u64()).collect();
    let mut found = Vec::new();
    for name in source.fields().iter().filter(|name| !answered.contains(**name)) {
        found.push(format!("fields() promises {name}; no fixture answers to it"));
    }
    for class in source.classes().iter().filter(|c| !classes.contains(&u64::from(c.uid))) {
        found.push(format!("classes() promises {}; no fixture has such an event", class.name));
    }
    found
}

/// Who claims what how strongly, for people.
pub(super) fn table(fixtures: &[Fixture<'_>], all: &[&dyn Source]) -> String {
    let mut text = String::from("who claims what:\n");
    for fixture in fixtures {
        let _ = write!(text, "  {:40}", fixture.name);
        for source in all {
            let claim = likeness(fixture, *source);
            if claim != Likeness::No {
                let _ = write!(text, "  {}={claim:?}", source.about().name);
            }
        }
        text.push('\n');
    }
    text
}
