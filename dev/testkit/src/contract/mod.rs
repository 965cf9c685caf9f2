//! What every member of a shelf must do, whoever wrote it.

mod claims;
mod damage;
mod fixture;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use model::contract::goldens;
use model::seam::source::Source;

use fixture::Fixture;

use crate::golden::golden;

/// Runs the suite of sources: every fixture of every source, everything that docs/add-a-source.md
/// promises. All that fails is told at the end, in one message.
///
/// `ONLY=app.json` looks at the fixtures of one source; `UPDATE=1` writes the goldens anew.
///
/// # Panics
/// If a source breaks a promise.
pub fn sources(all: &[&dyn Source], fixtures_root: &Path) {
    let only = std::env::var("ONLY").ok();
    let mut failures = claims::folders(all, fixtures_root);
    let mut fixtures = Vec::new();
    for source in all {
        match fixture::of(*source, fixtures_root) {
            Ok(found) => fixtures.extend(found),
            Err(why) => failures.push(why),
        }
    }
    let wanted =
        |f: &&Fixture<'_>| only.as_deref().is_none_or(|name| name == f.source.about().name);
    for fixture in fixtures.iter().filter(wanted) {
        let run = || {
            let case = fixture.case();
            let mut broken = case.check(all);
            let written = goldens(&case).into_iter();
            let differ =
                written.filter_map(|(file, text)| golden(&fixture.folder.join(file), &text).err());
            broken.extend(differ.map(|how| ("output", how)));
            broken
        };
        let broken = catch_unwind(AssertUnwindSafe(run))
            .unwrap_or_else(|_| vec![("reading", "it panicked (see above)".into())]);
        failures.extend(
            broken.into_iter().map(|(what, how)| format!("{}: {what}: {how}", fixture.name)),
        );
    }
    for source in all.iter().filter(|s| only.as_deref().is_none_or(|name| name == s.about().name)) {
        let own: Vec<&Fixture<'_>> = fixtures.iter().filter(|f| f.is_of(*source)).collect();
        let name = source.about().name;
        failures
            .extend(claims::promises(*source, &own).into_iter().map(|f| format!("{name}: {f}")));
        failures.extend(damage::garbage(*source, &own).into_iter().map(|f| format!("{name}: {f}")));
    }
    println!("{}", claims::table(&fixtures, all));
    assert!(failures.is_empty(), "{} broken promises:\n{}\n", failures.len(), failures.join("\n"));
}
