//! Files of a host in bulk: renamed to one new ending, as who locks them does, or deleted.

use std::collections::{BTreeMap, BTreeSet};

use model::seam::detector::Marked;
use model::{EntityKind, Event, Outcome, Role};
use ocsf::{Class, Scalar, paths};
use rustc_hash::FxHashMap;

use super::marks::{Kind, Seen, seen};
use super::rules::Found;
use super::tell::{Find, name};
use super::window::{SECOND, burst};
use crate::web::{cut, hash};

/// A text is kept to this length, in bytes.
const TEXT_MAX: usize = 256;
/// All happens within this time.
const WIDTH: i64 = 600 * SECOND;
/// Files that got one new ending, and the share of all new endings that it has.
const LOCKED_MIN: usize = 50;
const SHARE_MIN: f64 = 0.8;
/// Files deleted, and the folders they lay in.
const DELETED_MIN: usize = 500;
const FOLDERS_MIN: usize = 20;
/// One name made in so many folders is a note to the owner.
const NOTES_MIN: usize = 10;
/// Endings that programs give to what they keep, pack, or are about to write.
const USUAL: &[&str] = &[
    "bak", "bz2", "dpkg-new", "dpkg-old", "dpkg-tmp", "gz", "lock", "log", "new", "old", "orig",
    "part", "rpmnew", "rpmsave", "save", "swp", "tmp", "xz", "zst",
];
/// Folders that programs fill and empty.
const FILLED: &[&str] = &[
    "/tmp/",
    "/var/tmp/",
    "/var/cache/",
    "/var/lib/",
    "/run/",
    "/usr/",
    "/node_modules/",
    "/.git/",
];

const HOST: usize = 0;
const PATH: usize = 1;
const DEED: usize = 2;

/// The host, the path, and what was done: `c`reated, `u`pdated, `d`eleted, `r`enamed.
pub fn file(event: &Event<'_>) -> Option<model::seam::detector::Mark> {
    let flat = event.body.ocsf();
    let deed = match flat.get(paths::ACTIVITY_ID) {
        Some(Scalar::Int(1)) => "c",
        Some(Scalar::Int(3)) => "u",
        Some(Scalar::Int(4)) => "d",
        Some(Scalar::Int(5)) => "r",
        _ => return None,
    };
    if flat.class != Class::FILE_ACTIVITY || event.outcome == Outcome::Failure {
        return None;
    }
    let mut entities = Vec::new();
    event.body.entities(&mut entities);
    let of = |kind, role: Option<Role>| {
        let fits = |e: &&model::Entity<'_>| e.kind == kind && role.is_none_or(|r| e.role == r);
        entities.iter().find(fits).map(|entity| cut(&entity.value, TEXT_MAX).to_owned())
    };
    let path = of(EntityKind::File, None)?;
    let host = of(EntityKind::Host, Some(Role::Place)).unwrap_or_default();
    Some(Kind::File.mark(vec![host, path, deed.to_owned()], event.outcome))
}

/// All hosts' files.
pub fn finds(marks: &[Marked]) -> Vec<Find> {
    let mut hosts: BTreeMap<&str, Vec<Seen<'_>>> = BTreeMap::new();
    for one in seen(marks, Kind::File) {
        hosts.entry(one.text(HOST)).or_default().push(one);
    }
    let both = |(host, all): (&&str, &Vec<Seen<'_>>)| [locked(host, all), deleted(host, all)];
    hosts.iter().flat_map(both).flatten().collect()
}

/// The path without its last ending, and that ending.
fn ending(path: &str) -> Option<(&str, &str)> {
    let (base, ending) = path.rsplit_once('.')?;
    let short = (2..=24).contains(&ending.len()) && !ending.contains('/');
    let number = ending.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    let named = !base.ends_with('/') && !base.is_empty();
    let known = USUAL.contains(&ending.to_ascii_lowercase().as_str());
    (short && named && !number && !known).then_some((base, ending))
}

/// Files of which another one was there with the same path but for a new ending.
fn locked(host: &str, all: &[Seen<'_>]) -> Option<Find> {
    let mut last: FxHashMap<&str, i64> = FxHashMap::default();
    for one in all {
        last.insert(one.text(PATH), one.time.start);
    }
    // A file with its ending appears while that without one is written, renamed or deleted.
    let mut endings: BTreeMap<&str, Vec<&Seen<'_>>> = BTreeMap::new();
    for one in all {
        let Some((base, end)) = ending(one.text(PATH)) else { continue };
        let near = last.get(base).is_some_and(|t| t.abs_diff(one.time.start) <= WIDTH as u64);
        if near && matches!(one.text(DEED), "c" | "r") {
            endings.entry(end).or_default().push(one);
        }
    }
    let total: usize = endings.values().map(Vec::len).sum();
    let (end, own) =
        endings.iter().max_by_key(|(end, own)| (own.len(), std::cmp::Reverse(**end)))?;
    let things: Vec<(i64, u64)> =
        own.iter().map(|one| (one.time.start, hash(one.text(PATH)))).collect();
    let burst = burst(&things, WIDTH, LOCKED_MIN)?;
    let members = own.get(burst.from..=burst.to)?;
    if (own.len() as f64) < SHARE_MIN * total as f64 {
        return None;
    }
    let (first, until) = (members.first()?.time, members.last()?.time);
    let note = note(all, (first.start, until.start.saturating_add(WIDTH)));
    let (on, end, count) = (told_host(host), name(end), burst.distinct);
    let [more, more_ja] = note.map_or_else(Default::default, |(note, folders)| {
        let note = name(note);
        [
            format!("; {note} was laid into {folders} folders"),
            format!("。{folders} 個のフォルダーに {note} が置かれた"),
        ]
    });
    Some(Find {
        found: Found::Locked,
        about: host.to_owned(),
        span: (first, until),
        count: members.len(),
        cited: members.iter().map(|one| one.at).collect(),
        confidence: if more.is_empty() { 0.8 } else { 0.9 },
        text: [
            format!("{count} files{} got the ending .{end} within ten minutes{more}", on[0]),
            format!("{}10 分以内に {count} 個のファイルの末尾が .{end} に変わった{more_ja}", on[1]),
        ],
    })
}

/// A file of one name that was made in many folders.
fn note<'m>(all: &[Seen<'m>], (from, until): (i64, i64)) -> Option<(&'m str, usize)> {
    let mut names: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let near = |one: &&Seen<'_>| (from - WIDTH..=until).contains(&one.time.start);
    for one in all.iter().filter(near).filter(|one| one.text(DEED) == "c") {
        if let Some((folder, file)) = one.text(PATH).rsplit_once('/') {
            names.entry(file).or_default().insert(folder);
        }
    }
    let most = names.iter().max_by_key(|(file, all)| (all.len(), std::cmp::Reverse(**file)))?;
    (most.1.len() >= NOTES_MIN).then_some((*most.0, most.1.len()))
}

fn told_host(host: &str) -> [String; 2] {
    if host.is_empty() {
        return Default::default();
    }
    let host = name(host);
    [format!(" of {host}"), format!("{host} で ")]
}

fn deleted(host: &str, all: &[Seen<'_>]) -> Option<Find> {
    let own = |one: &&Seen<'_>| {
        one.text(DEED) == "d" && !FILLED.iter().any(|folder| one.text(PATH).contains(folder))
    };
    let own: Vec<&Seen<'_>> = all.iter().filter(own).collect();
    let things: Vec<(i64, u64)> =
        own.iter().map(|one| (one.time.start, hash(one.text(PATH)))).collect();
    let burst = burst(&things, WIDTH, DELETED_MIN)?;
    let members = own.get(burst.from..=burst.to)?;
    let folder = |one: &&Seen<'_>| hash(one.text(PATH).rsplit_once('/').map_or("", |(f, _)| f));
    let folders: BTreeSet<u64> = members.iter().map(folder).collect();
    let (on, count, folders) = (told_host(host), burst.distinct, folders.len());
    (folders >= FOLDERS_MIN).then_some(Find {
        found: Found::FilesDeleted,
        about: host.to_owned(),
        span: (members.first()?.time, members.last()?.time),
        count: members.len(),
        cited: members.iter().map(|one| one.at).collect(),
        confidence: 0.5,
        text: [
            format!("{count} files{} in {folders} folders were deleted within ten minutes", on[0]),
            format!(
                "{}10 分以内に {folders} 個のフォルダーの {count} 個のファイルが削除された",
                on[1]
            ),
        ],
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::marked;
    use super::*;

    fn done(second: i64, path: &str, deed: &str) -> Marked {
        marked(Kind::File, second, &["web1", path, deed], Outcome::Success)
    }

    fn told(marks: &[Marked]) -> Vec<(Found, String)> {
        finds(marks).into_iter().map(|find| (find.found, find.text[0].clone())).collect()
    }

    fn renamed(count: i64, ending: &str) -> Vec<Marked> {
        let both = |at: i64| {
            let path = format!("/srv/data/d{}/f{at}.docx", at % 15);
            [done(at, &path, "r"), done(at, &format!("{path}.{ending}"), "r")]
        };
        (0..count).flat_map(both).collect()
    }

    #[test]
    fn files_that_get_one_new_ending_are_locked() {
        let found = told(&renamed(60, "k7locked"));
        assert_eq!(found[0].0, Found::Locked);
        assert_eq!(found[0].1, "60 files of web1 got the ending .k7locked within ten minutes");
        let mut noted = renamed(60, "k7locked");
        noted.extend((0..15).map(|d| done(60 + d, &format!("/srv/data/d{d}/READ_ME.txt"), "c")));
        assert!(told(&noted)[0].1.ends_with("; READ_ME.txt was laid into 15 folders"));
        for usual in ["gz", "1", "dpkg-new"] {
            assert_eq!(told(&renamed(60, usual)), [], "{usual}");
        }
        assert_eq!(told(&renamed(40, "k7locked")), []);
    }

    #[test]
    fn many_deleted_files_outside_of_caches() {
        let gone = |root: &str| -> Vec<Marked> {
            let one = |at: i64| done(at, &format!("{root}/d{}/f{at}", at % 30), "d");
            (0..550).map(one).collect()
        };
        let found = told(&gone("/srv/data"));
        assert_eq!(
            found,
            [(
                Found::FilesDeleted,
                "550 files of web1 in 30 folders were deleted within ten minutes".to_owned()
            )]
        );
        assert_eq!(told(&gone("/var/cache/apt")), []);
    }
}
