//! What every member of a shelf must do, whoever wrote it.

mod claims;
mod damage;
mod fixture;
mod output;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use model::seam::source::Source;

use fixture::Fixture;

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
        let mut note = |check: &str, run: &dyn Fn() -> Vec<String>| {
            let found = catch_unwind(AssertUnwindSafe(run));
            let found = found.unwrap_or_else(|_| vec!["it panicked (see above)".into()]);
            failures.extend(found.into_iter().map(|f| format!("{}: {check}: {f}", fixture.name)));
        };
        note("output", &|| output::check(fixture));
        note("same again", &|| damage::same_again(fixture));
        note("split", &|| damage::split(fixture));
        note("cut", &|| damage::cut(fixture));
        note("recognise", &|| claims::recognise(fixture, all));
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
