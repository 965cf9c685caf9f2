//! Purity: dry crates touch no clock, dice, environment, files, network or threads.

use super::Broken;
use super::manifests::members;
use crate::rust_text::{code_only, without_tests};
use crate::tree::{File, Tree};

/// Crates that may touch the world; everything else under lib/, model/, catalog/, engine/ is dry.
const WET: &[&str] = &[
    "app",
    "catalog/feeds",
    "catalog/stores",
    "catalog/trackers",
    "lib/aws",
    "lib/http",
    "server",
];
/// Dry, but it keeps the threads (in a scope) for all others.
const THREADED: &str = "engine";

/// Packages that bring the world in.
const WORLDLY_PACKAGES: &[&str] = &[
    "async-std",
    "chrono",
    "fastrand",
    "getrandom",
    "hyper",
    "notify",
    "num_cpus",
    "rand",
    "rayon",
    "reqwest",
    "rusqlite",
    "smol",
    "socket2",
    "sqlx",
    "tempfile",
    "tokio",
    "ureq",
    "uuid",
    "walkdir",
];
/// Names that reach out. A name in the standard library is also found in `use std::{…}`.
const WORLDLY_NAMES: &[&str] = &[
    "std::env",
    "std::fs",
    "TcpListener",
    "TcpStream",
    "ToSocketAddrs",
    "UdpSocket",
    "std::process",
    "std::thread",
    "SystemTime",
    "Instant",
    "RandomState",
    "collections::HashMap",
    "collections::HashSet",
    "Timestamp::now",
    "Zoned::now",
    "TimeZone::system",
    "tokio::",
    "rand::",
];

/// Files that may name one of these, each with its reason.
const EXCUSED: &[(&str, &str, &str)] = &[(
    "lib/sigma/src/compile.rs",
    "collections::HashMap",
    "the rule parser's type; what is taken from it is put in order first",
)];

/// Checks manifests and sources of dry crates.
pub fn check(tree: &Tree, broken: &mut Broken) {
    for member in members(tree) {
        let dry = !WET.contains(&member.folder.as_str()) && !member.folder.starts_with("dev/");
        if !dry {
            continue;
        }
        for (table, name, line) in &member.dependencies {
            if table != "dev-dependencies" && WORLDLY_PACKAGES.contains(&name.as_str()) {
                broken.add(
                    &member.path,
                    *line,
                    format!("{name} in a dry crate"),
                    "Take the thing as an argument; only feeds, server and app touch the world.",
                );
            }
        }
        let prefix = format!("{}/src/", member.folder);
        for file in tree.under(&prefix).filter(|f| f.is("rs") && !is_test(&f.path)) {
            check_source(file, member.folder == THREADED, broken);
        }
    }
}

fn is_test(path: &str) -> bool {
    path.ends_with("/tests.rs") || path.contains("/tests/")
}

fn check_source(file: &File, threads: bool, broken: &mut Broken) {
    let code = without_tests(&unfold_std(&code_only(&file.text)));
    for (at, line) in code.lines().enumerate() {
        for name in WORLDLY_NAMES.iter().filter(|name| !(threads && **name == "std::thread")) {
            let excused = |(path, word, _): &(&str, &str, &str)| *path == file.path && word == name;
            if mentions(line, name) && !EXCUSED.iter().any(excused) {
                broken.add(
                    &file.path,
                    at + 1,
                    format!("`{name}` in a dry crate"),
                    "Same input, same bytes out: hand it in from feeds, server or app \
                     (maps: rustc_hash for lookups, BTreeMap for what is written).",
                );
            }
        }
    }
}

/// Writes `use std::{a, b::c}` as `use {std::a, std::b::c}`, nested lists included.
fn unfold_std(code: &str) -> String {
    let mut out = String::with_capacity(code.len());
    let mut rest = code;
    while let Some((before, list)) = rest.split_once("std::{") {
        out.push_str(before);
        let end = crate::rust_text::block_end(&format!("{{{list}"), 0).saturating_sub(1);
        let (inside, after) = list.split_at_checked(end).unwrap_or((list, ""));
        out.push('{');
        for piece in inside.split_inclusive([',', '{']) {
            let gap = piece.len() - piece.trim_start().len();
            let (space, name) = piece.split_at_checked(gap).unwrap_or(("", piece));
            out.push_str(space);
            out.push_str(if name.starts_with(['}', ',']) { "" } else { "std::" });
            out.push_str(name);
        }
        rest = after;
    }
    out + rest
}

/// Whether a line has the name as a whole word.
fn mentions(line: &str, name: &str) -> bool {
    let part_of_name = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(name).any(|(at, _)| {
        let before = line.get(..at).and_then(|b| b.chars().next_back());
        let after = line.get(at + name.len()..).and_then(|a| a.chars().next());
        let open_ended = name.ends_with("::");
        !before.is_some_and(part_of_name) && (open_ended || !after.is_some_and(part_of_name))
    })
}

#[cfg(test)]
mod tests {
    use crate::tidy::verdict;

    fn look(folder: &str, code: &str) -> Vec<String> {
        let manifest = (format!("{folder}/Cargo.toml"), "[package]\nname = \"x\"\n");
        let source = format!("{folder}/src/lib.rs");
        verdict(super::check, &[(&manifest.0, manifest.1), (&source, code)])
    }

    #[test]
    fn the_world_is_found_in_dry_code_only() {
        for dirty in [
            "use std::fs;",
            "use std::{fmt, fs::File};",
            "use std::{\n    fmt,\n    time::{Duration, Instant},\n};",
            "fn f() { std::thread::sleep(d) }",
            "use std::collections::HashMap;",
            "use std::net::TcpStream;",
            "let t = SystemTime::now();",
        ] {
            assert_eq!(look("catalog/sources", dirty).len(), 1, "{dirty}");
            assert!(look("catalog/feeds", dirty).is_empty(), "{dirty}");
        }
        for clean in [
            "use std::time::Duration; // std::fs",
            "let s = \"std::env\";",
            "fn instant() {} struct InstantNoodles;",
            "use std::{fmt, io, net::IpAddr};",
            "#[cfg(test)]\nmod tests { use std::fs; }",
        ] {
            assert!(look("catalog/sources", clean).is_empty(), "{clean}");
        }
        assert!(look("engine", "std::thread::scope(|s| {})").is_empty());
    }

    #[test]
    fn worldly_packages_are_found() {
        let manifest = "[package]\nname = \"x\"\n[dependencies]\ntokio.workspace = true\n";
        let said = verdict(super::check, &[("engine/Cargo.toml", manifest)]);
        assert_eq!(said, ["engine/Cargo.toml:4 tokio in a dry crate"]);
    }
}
