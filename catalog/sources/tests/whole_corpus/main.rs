//! Every file of the corpus and the scenarios beside the checkout: who claims it, who reads it,
//! and that nothing of it is lost. What the test expects stands in the tables beside it.

#![allow(clippy::disallowed_methods, reason = "the logs are files")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests fail so")]
#![allow(clippy::print_stdout, reason = "the counts are for the person at the terminal")]

mod look;
mod tables;

use std::collections::BTreeMap;
use std::fmt::Write;

use look::Seen;
use tables::Table;
use testkit::Met;

/// Everything that lies there, looked at once.
fn everything() -> Vec<Met<Seen>> {
    let mut all = Vec::new();
    for part in ["corpus", "scenarios"] {
        let Some(folder) = testkit::corpus(part) else { continue };
        let met = testkit::walk(&folder, &|_, input| look::look(input));
        all.extend(met.into_iter().map(|(name, seen)| (format!("{part}/{name}"), seen)));
    }
    all
}

#[test]
fn every_file_is_read_by_its_own_kind_and_nothing_is_lost() {
    let all = everything();
    if all.is_empty() {
        return;
    }
    let mut wrong: Vec<String> = Vec::new();
    wrong.extend(of_one_kind(&all));
    wrong.extend(unclaimed(&all));
    wrong.extend(refused(&all));
    for (name, seen) in &all {
        if let Ok(seen) = seen {
            wrong.extend(seen.wrong.iter().map(|why| format!("{name}: {why}")));
        }
    }
    print!("{}", told(&all));
    assert!(wrong.is_empty(), "{} things are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// A file is claimed by one kind most strongly, and by one that may lie in its folder.
fn of_one_kind(all: &[Met<Seen>]) -> Vec<String> {
    let folders = Table::read("folders.tsv");
    let mut wrong = Vec::new();
    for (name, seen) in all {
        let kinds = folders.of(name);
        let Ok(seen) = seen else { continue };
        let [(first, how), rest @ ..] = seen.claims.as_slice() else { continue };
        for (other, as_well) in rest.iter().filter(|(_, other)| other >= how) {
            wrong.push(format!(
                "{name}: taken by {first} ({how:?}); {other} claims it: {as_well:?}"
            ));
        }
        if kinds.is_some_and(|kinds| !kinds.split(' ').any(|kind| kind == *first)) {
            let kinds = kinds.unwrap_or_default();
            wrong.push(format!("{name}: is taken by {first}, but there lies: {kinds}"));
        }
    }
    wrong.extend(folders.idle());
    wrong
}

/// A file that nobody takes, or that cannot be unpacked, has its reason in the table.
fn unclaimed(all: &[Met<Seen>]) -> Vec<String> {
    let table = Table::read("nobody.tsv");
    let mut wrong = Vec::new();
    for (name, seen) in all {
        let explained = table.of(name).is_some();
        let why = match seen {
            Ok(seen) if seen.claims.is_empty() => "nobody takes it, and no reason is known",
            Ok(_) => continue,
            Err(why) => why,
        };
        if !explained {
            wrong.push(format!("{name}: {why}"));
        }
    }
    wrong.extend(table.idle());
    wrong
}

/// Of every kind at most one record in a thousand is refused, those left out that the table
/// explains; and of these no more than it says.
fn refused(all: &[Met<Seen>]) -> Vec<String> {
    let table = Table::read("rejects.tsv");
    let mut wrong = Vec::new();
    let mut explained: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut kinds: BTreeMap<&str, (u64, Vec<String>)> = BTreeMap::new();
    for (name, seen) in all.iter().filter_map(|(name, seen)| Some((name, seen.as_ref().ok()?))) {
        let said = table.of(name);
        let Some(kind) = seen.kind() else { continue };
        let (records, unexplained) = kinds.entry(kind).or_default();
        *records += seen.events + seen.rejects();
        let whys = said.map_or(unexplained, |said| explained.entry(said).or_default());
        whys.extend(seen.whys(name));
    }
    for (said, whys) in explained {
        let most = said.split('\t').next().and_then(|count| count.parse().ok()).unwrap_or(0);
        if whys.len() > most {
            wrong.push(format!("{} are refused, more than explained: {said}", whys.len()));
            wrong.extend(whys);
        }
    }
    for (kind, (records, whys)) in kinds {
        if whys.len() as u64 * 1000 > records {
            wrong.push(format!("{kind}: {} of {records} are refused", whys.len()));
            wrong.extend(whys);
        }
    }
    wrong.extend(table.idle());
    wrong
}

/// What was read, kind by kind, for people.
fn told(all: &[Met<Seen>]) -> String {
    let mut kinds: BTreeMap<&str, [u64; 3]> = BTreeMap::new();
    for seen in all.iter().filter_map(|(_, seen)| seen.as_ref().ok()) {
        let count = kinds.entry(seen.kind().unwrap_or("(nobody)")).or_default();
        for (sum, more) in count.iter_mut().zip([1, seen.events, seen.rejects()]) {
            *sum += more;
        }
    }
    let mut text = format!("{:24}{:>8}{:>10}{:>9}\n", "kind", "files", "events", "rejects");
    for (kind, [files, events, rejects]) in kinds {
        let _ = writeln!(text, "{kind:24}{files:>8}{events:>10}{rejects:>9}");
    }
    text
}
