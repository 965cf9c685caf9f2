//! Floors: a crate imports only from floors below its own; `dev/` may import anything.

use std::collections::BTreeMap;

use super::Broken;
use super::manifests::{Manifest, members};
use crate::tree::Tree;

/// The crates that tests of every floor may lean on.
const FOR_TESTS: &[&str] = &["testkit", "sim"];

/// Doors that stand on a door: what is signed goes out as everything else does.
const DOORS: &[(&str, &str)] = &[("aws", "door")];

/// The floor of a folder; `None` for `dev/`, which stands outside the house.
fn floor(folder: &str) -> Option<u8> {
    match folder.split('/').next().unwrap_or(folder) {
        "lib" => Some(0),
        "model" => Some(1),
        "catalog" | "engine" => Some(2),
        "server" => Some(3),
        "app" => Some(4),
        _ => None,
    }
}

/// Checks every edge between our crates.
pub fn check(tree: &Tree, broken: &mut Broken) {
    let members = members(tree);
    let folders: BTreeMap<&str, &str> =
        members.iter().map(|m| (m.name.as_str(), m.folder.as_str())).collect();
    for member in &members {
        let Some(own) = floor(&member.folder) else {
            if !member.folder.starts_with("dev/") {
                broken.add(
                    &member.path,
                    0,
                    format!("`{}` stands on no floor", member.folder),
                    "Crates live in app/, server/, catalog/, engine/, model/, lib/ or dev/.",
                );
            }
            continue;
        };
        for (table, name, line) in &member.dependencies {
            let Some(theirs) = folders.get(name.as_str()) else { continue };
            // A crate may turn its own features on for its tests.
            let for_tests = table == "dev-dependencies"
                && (FOR_TESTS.contains(&name.as_str()) || *name == member.name);
            let is_door = DOORS.contains(&(member.name.as_str(), name.as_str()));
            if !for_tests && !is_door && floor(theirs).is_none_or(|theirs| theirs >= own) {
                complain(member, name, theirs, *line, broken);
            }
        }
    }
}

fn complain(member: &Manifest, name: &str, theirs: &str, line: usize, broken: &mut Broken) {
    broken.add(
        &member.path,
        line,
        format!("{} imports {name} ({theirs}), which is no floor below it", member.folder),
        "Floors: app > server > {catalog, engine} > model > lib; crates of one floor do not see \
         each other. Pass the thing in from above, or move the noun to model/.",
    );
}

#[cfg(test)]
mod tests {
    use crate::tidy::verdict;

    fn crate_at(folder: &'static str, name: &str, rest: &str) -> (String, String) {
        (format!("{folder}/Cargo.toml"), format!("[package]\nname = \"{name}\"\n{rest}"))
    }

    fn look(crates: &[(String, String)]) -> Vec<String> {
        let files: Vec<(&str, &str)> =
            crates.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        verdict(super::check, &files)
    }

    #[test]
    fn arrows_point_down() {
        let mut house = vec![
            crate_at("app", "yagura", "[dependencies]\nsources.workspace = true\n"),
            crate_at("catalog/sources", "sources", "[dependencies]\nmodel.workspace = true\n"),
            crate_at("catalog/feeds", "feeds", "[dev-dependencies]\ntestkit.workspace = true\n"),
            crate_at("model", "model", "[dev-dependencies]\nmodel.workspace = true\n"),
            crate_at("dev/testkit", "testkit", "[dependencies]\nmodel.workspace = true\n"),
        ];
        assert_eq!(look(&house), Vec::<String>::new());
        house.push(crate_at("engine", "engine", "[dependencies]\nsources.workspace = true\n"));
        house.push(crate_at("lib/x", "x", "[dependencies]\ntestkit = { workspace = true }\n"));
        house.push(crate_at("attic", "attic", ""));
        let said = look(&house);
        assert_eq!(said.len(), 3, "{said:?}");
        assert!(said[1].starts_with("engine/Cargo.toml:4 engine imports sources"), "{said:?}");
    }
}
