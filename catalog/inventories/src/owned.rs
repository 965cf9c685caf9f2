//! What counts only under a condition: files that a distribution's package owns are looked up by
//! that package, and a manifest of Java counts where its archive has nothing better.

use std::collections::BTreeSet;

use model::component::Inventory;

use crate::installed::{self, MANIFEST, jar_of, may_own};

/// A list that was read, or why not, with the name of its file.
type Read = (String, Result<Inventory, String>);

/// Where dpkg keeps the names of the files of its packages, from the root of a system.
const DPKG: &str = "var/lib/dpkg/info/";

/// The files of a package of dpkg that say what is installed, if a file is such a list.
pub fn of_dpkg(name: &str, bytes: &[u8]) -> Option<Vec<String>> {
    let (_, base) = name.rsplit_once(DPKG)?;
    if base.rsplit('.').next() != Some("list") || base.contains('/') {
        return None;
    }
    let text = String::from_utf8_lossy(bytes);
    let paths = text.lines().map(|line| line.trim_start_matches('/')).filter(|p| may_own(p));
    Some(paths.map(ToOwned::to_owned).collect())
}

/// Every file that is owned, by its place. `place` says where a file lies, if it is there.
pub fn all<'a>(
    lists: &'a [Read],
    dpkg: &'a [(String, Vec<String>)],
    place: impl Fn(&'a str) -> Option<&'a str>,
) -> BTreeSet<String> {
    let databases =
        lists.iter().filter_map(|(name, read)| Some((name, &read.as_ref().ok()?.owned)));
    let every = databases.chain(dpkg.iter().map(|(name, paths)| (name, paths)));
    let mut out = BTreeSet::new();
    for (name, paths) in every.filter(|(_, paths)| !paths.is_empty()) {
        let Some(root) = place(name).and_then(root) else { continue };
        out.extend(paths.iter().map(|path| format!("{root}{path}")));
    }
    out
}

/// Whether a file, or the archive that it lies in, is owned.
pub fn has(owned: &BTreeSet<String>, path: &str) -> bool {
    let plain = path.trim_start_matches("./").trim_start_matches('/');
    let whole = plain.split("!META-INF/").next().unwrap_or(plain);
    may_own(whole) && owned.contains(whole)
}

/// The root of the system that a database lies in.
fn root(path: &str) -> Option<&str> {
    let plain = path.trim_start_matches("./").trim_start_matches('/');
    let of_dpkg = plain.rfind(DPKG).and_then(|at| plain.get(..at));
    of_dpkg.or_else(|| crate::release::root_of_database(plain))
}

/// Takes out manifests of archives that have lists of Maven; what has neither is told by its name.
pub fn archives(lists: &mut Vec<Read>, opened: &BTreeSet<String>) {
    let better: BTreeSet<String> = lists
        .iter()
        .filter(|(_, read)| read.as_ref().is_ok_and(|list| list.format != MANIFEST))
        .filter_map(|(name, _)| jar_of(name).map(ToOwned::to_owned))
        .collect();
    lists.retain(|(name, read)| {
        let weak = read.as_ref().is_ok_and(|list| list.format == MANIFEST);
        !(weak && jar_of(name).is_some_and(|jar| better.contains(jar)))
    });
    let told: BTreeSet<&str> = lists.iter().filter_map(|(name, _)| jar_of(name)).collect();
    let jar = |name: &&String| name.rsplit('.').next().is_some_and(|end| end == "jar");
    let silent = opened.iter().filter(jar).filter(|name| !told.contains(name.as_str()));
    let place = |name: &String| format!("{name}!META-INF/MANIFEST.MF");
    let more: Vec<Read> = silent
        .filter_map(|name| Some((place(name), Ok(installed::read(&place(name), b"")?))))
        .collect();
    lists.extend(more);
}
