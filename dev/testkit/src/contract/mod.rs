//! What every member of a shelf must do, whoever wrote it.

mod claims;
mod damage;
mod fixture;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

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
    let chosen: Vec<&Fixture<'_>> = fixtures.iter().filter(wanted).collect();
    failures.extend(on_all_cores(&chosen, |fixture| broken(fixture, all)));
    let chosen: Vec<&dyn Source> = all
        .iter()
        .copied()
        .filter(|s| only.as_deref().is_none_or(|name| name == s.about().name))
        .collect();
    failures.extend(on_all_cores(&chosen, |source| {
        let own: Vec<&Fixture<'_>> = fixtures.iter().filter(|f| f.is_of(*source)).collect();
        let name = source.about().name;
        let broken = claims::promises(*source, &own).into_iter();
        broken.chain(damage::garbage(*source, &own)).map(|f| format!("{name}: {f}")).collect()
    }));
    println!("{}", claims::table(&fixtures, all));
    assert!(failures.is_empty(), "{} broken promises:\n{}\n", failures.len(), failures.join("\n"));
}

/// What a fixture's case shows to be broken.
fn broken(fixture: &Fixture<'_>, all: &[&dyn Source]) -> Vec<String> {
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
    broken.into_iter().map(|(what, how)| format!("{}: {what}: {how}", fixture.name)).collect()
}

/// Does work of many items on all cores; what it says comes in the items' order.
fn on_all_cores<T: Sync>(items: &[T], work: impl Fn(&T) -> Vec<String> + Sync) -> Vec<String> {
    let next = AtomicUsize::new(0);
    let one = || {
        let mut said = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(at) else { return said };
            said.push((at, work(item)));
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let mut said: Vec<(usize, Vec<String>)> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(one)).collect();
        let lost = |_| vec![(usize::MAX, vec!["a check panicked (see above)".into()])];
        workers.into_iter().flat_map(|worker| worker.join().unwrap_or_else(lost)).collect()
    });
    said.sort_by_key(|(at, _)| *at);
    said.into_iter().flat_map(|(_, said)| said).collect()
}
