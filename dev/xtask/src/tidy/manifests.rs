//! Manifests: versions, lints and licences come from the workspace; each dependency has a reason.

use super::Broken;
use crate::tree::{File, Tree};

const TABLES: &[&str] = &["dependencies", "dev-dependencies", "build-dependencies"];
/// A workspace of its own: fuzz targets are built with other flags.
const OUTSIDE: &str = "dev/fuzz/Cargo.toml";

/// A crate's manifest, as far as the checks ask.
pub struct Manifest {
    /// Where the manifest is.
    pub path: String,
    /// The folder of the crate.
    pub folder: String,
    /// The crate's name.
    pub name: String,
    /// Table, name and line of each dependency.
    pub dependencies: Vec<(String, String, usize)>,
}

/// The manifests of the workspace's crates.
pub fn members(tree: &Tree) -> Vec<Manifest> {
    tree.files.iter().filter(|file| is_member(file)).filter_map(read).collect()
}

fn is_member(file: &File) -> bool {
    file.path.ends_with("/Cargo.toml") && file.path != OUTSIDE
}

fn read(file: &File) -> Option<Manifest> {
    let table: toml::Table = file.text.parse().ok()?;
    let name = table.get("package")?.get("name")?.as_str()?.to_string();
    let mut dependencies = Vec::new();
    for kind in TABLES {
        for name in dependency_table(&table, kind).keys() {
            dependencies.push(((*kind).to_string(), name.clone(), line_of(file, name)));
        }
    }
    let folder = file.path.trim_end_matches("/Cargo.toml").to_string();
    Some(Manifest { path: file.path.clone(), folder, name, dependencies })
}

fn dependency_table(manifest: &toml::Table, kind: &str) -> toml::Table {
    manifest.get(kind).and_then(toml::Value::as_table).cloned().unwrap_or_default()
}

fn line_of(file: &File, key: &str) -> usize {
    let starts = |line: &str| {
        line.strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with(['.', '=']))
    };
    file.lines().find(|(_, line)| starts(line)).map_or(0, |(number, _)| number)
}

/// Checks the root manifest and every crate's.
pub fn check(tree: &Tree, broken: &mut Broken) {
    if let Some(root) = tree.file("Cargo.toml") {
        check_root(root, broken);
    }
    for file in tree.files.iter().filter(|file| file.path.ends_with("Cargo.toml")) {
        match file.text.parse::<toml::Table>() {
            Ok(table) if is_member(file) => check_member(file, &table, broken),
            Ok(_) => {}
            Err(error) => broken.add(&file.path, 0, format!("no TOML: {error}"), "Mend it."),
        }
        for (number, line) in file.lines() {
            let bare: String = line.split('#').next().unwrap_or("").split_whitespace().collect();
            if bare.contains("git=\"") {
                broken.add(&file.path, number, "a git dependency", "Use a published version.");
            }
            if bare.contains("=\"*\"") {
                broken.add(&file.path, number, "any version will do", "Name the version.");
            }
        }
    }
}

fn check_root(root: &File, broken: &mut Broken) {
    let listed = root.lines().skip_while(|(_, line)| *line != "[workspace.dependencies]").skip(1);
    for (number, line) in listed.take_while(|(_, line)| !line.starts_with('[')) {
        let ours = line.contains("path = \"");
        let entry = !line.trim().is_empty() && !line.starts_with('#');
        let reason = line.rsplit_once('#').is_some_and(|(_, reason)| !reason.trim().is_empty());
        if entry && !ours && !reason {
            broken.add(
                &root.path,
                number,
                "a dependency without a reason",
                "End the line with `# why this one`.",
            );
        }
    }
}

fn check_member(file: &File, table: &toml::Table, broken: &mut Broken) {
    let inherits = |value: Option<&toml::Value>| {
        value.and_then(|v| v.get("workspace")).and_then(toml::Value::as_bool) == Some(true)
    };
    if !inherits(table.get("lints")) {
        broken.add(&file.path, 0, "no workspace lints", "Add `[lints]` with `workspace = true`.");
    }
    let package = table.get("package");
    for key in ["version", "edition", "rust-version", "license", "publish"] {
        if !inherits(package.and_then(|p| p.get(key))) {
            broken.add(
                &file.path,
                0,
                format!("`{key}` is not the workspace's"),
                format!("Write `{key}.workspace = true`."),
            );
        }
    }
    for kind in TABLES {
        for (name, value) in dependency_table(table, kind) {
            if !inherits(Some(&value)) {
                broken.add(
                    &file.path,
                    line_of(file, &name),
                    format!("{name} has a version of its own"),
                    "List it in [workspace.dependencies] and write `workspace = true` here.",
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tidy::verdict;

    const ROOT: &str = "[workspace.dependencies]\na = { path = \"a\" }\nb = \"1\" # for its bees\n";
    const MEMBER: &str = "[package]\nname = \"a\"\nversion.workspace = true\n\
        edition.workspace = true\nrust-version.workspace = true\nlicense.workspace = true\n\
        publish.workspace = true\n[lints]\nworkspace = true\n[dependencies]\nb.workspace = true\n";

    #[test]
    fn everything_comes_from_the_workspace_with_a_reason() {
        let house = [("Cargo.toml", ROOT), ("lib/a/Cargo.toml", MEMBER)];
        assert_eq!(verdict(super::check, &house), Vec::<String>::new());
        let bare = format!("{ROOT}c = \"*\"\nd = {{ git = \"https://example.com\" }} # its dear\n");
        let own = MEMBER.replace("b.workspace = true", "b = \"2\"").replace("[lints]", "[x]");
        let said = verdict(super::check, &[("Cargo.toml", &bare), ("lib/a/Cargo.toml", &own)]);
        assert_eq!(
            said,
            [
                "Cargo.toml:4 a dependency without a reason",
                "Cargo.toml:4 any version will do",
                "Cargo.toml:5 a git dependency",
                "lib/a/Cargo.toml:0 no workspace lints",
                "lib/a/Cargo.toml:11 b has a version of its own",
            ]
        );
    }
}
