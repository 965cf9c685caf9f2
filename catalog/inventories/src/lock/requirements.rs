//! pip's requirements and constraints: one a line, with options, hashes and markers.

use model::component::{Component, Include, Inventory};

use crate::Kind;

/// The format of a list that installs nothing by itself.
pub const CONSTRAINED: &str = "constraints.txt";
/// Requirements with exact versions.
pub const REQUIREMENTS: Kind =
    Kind { name: "requirements.txt", recognise: |name, _| is_text(name) && is_named(name), read };
/// Versions that are taken of what others ask for.
pub const CONSTRAINTS: Kind = Kind {
    name: CONSTRAINED,
    recognise: |name, _| is_text(name) && name.starts_with("constraints"),
    read,
};

fn is_text(name: &str) -> bool {
    name.rsplit('.').next() == Some("txt")
}

/// `requirements-dev.txt`, `dev-requirements.txt`.
fn is_named(name: &str) -> bool {
    name.starts_with("requirements") || name.ends_with("requirements.txt")
}

/// Reads a list.
pub fn read(path: &str, given: &str) -> Result<Inventory, String> {
    let mut inventory = Inventory::default();
    for (number, line) in lines(given) {
        let line = bare(&line);
        if line.is_empty() {
            continue;
        }
        let at = format!("{path}:{number}");
        if line.starts_with('-') {
            option(line, at, &mut inventory);
        } else {
            requirement(line, at, &mut inventory).map_err(|why| format!("line {number}: {why}"))?;
        }
    }
    Ok(inventory)
}

/// Whole lines with the number of their first one; a backslash at the end goes on.
fn lines(given: &str) -> Vec<(usize, String)> {
    let mut out: Vec<(usize, String)> = Vec::new();
    let mut open = false;
    for (number, line) in given.lines().enumerate() {
        let (text, more) = match line.trim_end().strip_suffix('\\') {
            Some(text) => (text, true),
            None => (line, false),
        };
        match out.last_mut().filter(|_| open) {
            Some((_, last)) => {
                last.push(' ');
                last.push_str(text.trim());
            }
            None => out.push((number + 1, text.to_owned())),
        }
        open = more;
    }
    out
}

/// Without comments, markers of environments and hashes.
fn bare(line: &str) -> &str {
    let line = if line.trim_start().starts_with('#') { "" } else { line };
    let line = line.split(" #").next().unwrap_or("");
    let line = line.split(" --hash").next().unwrap_or("").trim();
    if line.starts_with('-') || line.contains("://") {
        return line;
    }
    line.split(';').next().unwrap_or("").trim()
}

/// `-r other.txt`, `--constraint=other.txt`, `-e folder`; what else is an option names no package.
fn option(line: &str, at: String, to: &mut Inventory) {
    let value = |names: [&str; 2]| {
        let rest = names.iter().find_map(|name| line.strip_prefix(name))?;
        let rest = rest.trim_start_matches([' ', '=', '\t']).trim();
        (!rest.is_empty()).then(|| rest.to_owned())
    };
    if let Some(name) = value(["--requirement", "-r"]) {
        to.includes.push(Include { name, constraint: false });
    } else if let Some(name) = value(["--constraint", "-c"]) {
        to.includes.push(Include { name, constraint: true });
    } else if let Some(place) = value(["--editable", "-e"]) {
        // A folder is one's own code; an address is not.
        if place.contains("://") {
            to.components.push(Component::listed(&place, "", None, at));
        }
    }
}

fn requirement(line: &str, at: String, to: &mut Inventory) -> Result<(), &'static str> {
    // `name @ address` has a name; an address or a file alone names no package of the index.
    let (front, _) = line.split_once('@').unwrap_or((line, ""));
    let file = [".whl", ".tar.gz", ".zip"].iter().any(|end| front.ends_with(end));
    if file || front.starts_with(['.', '/']) || front.contains("://") {
        to.components.push(Component::listed(line, "", None, at));
        return Ok(());
    }
    let end = line.find(|c: char| "=<>!~[ @(".contains(c)).unwrap_or(line.len());
    let name = line.get(..end).unwrap_or("");
    let version = line.split_once("==").map_or("", |(_, v)| v.trim_start_matches('=').trim());
    let version = version.split([' ', ',', ')']).next().unwrap_or("");
    // `1.2.*` is a range, of which the installation chooses.
    let version = if version.ends_with('*') { "" } else { version };
    if name.is_empty() {
        return Err("not a requirement");
    }
    to.add("pypi", "", name, version, at);
    Ok(())
}
