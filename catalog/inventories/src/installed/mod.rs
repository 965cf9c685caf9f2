//! What is installed, told by the files that package managers leave behind: of Python, Node, Ruby
//! and Java, and what Go and Rust write into programs.
//!
//! Whatever cannot be read of such a file is told as a component that nothing can name: an
//! image is full of files, and one that is odd must neither vanish nor stop the judgement.

pub mod binary;
mod gem;
mod go;
mod java;
mod node;
mod python;
mod sections;

use model::component::{Component, Inventory};

pub use java::{MANIFEST, jar_of};

/// Reads a file that says what is installed, by its path. `None`: it is none of these.
pub fn read(path: &str, bytes: &[u8]) -> Option<Inventory> {
    if binary::is_program(bytes) {
        return binary::read(path, bytes);
    }
    let parts: Vec<&str> = path.rsplit(['/', '!']).take(6).collect();
    let part = |at: usize| parts.get(at).copied().unwrap_or("");
    let (base, folder) = (part(0), part(1));
    let text = || String::from_utf8_lossy(bytes);
    let one = match base {
        "METADATA" if folder.ends_with(".dist-info") => python::read(path, folder, &text()),
        "PKG-INFO" if folder.ends_with(".egg-info") => python::read(path, folder, &text()),
        _ if base.ends_with(".egg-info") => python::read(path, base, &text()),
        "package.json" if node::folder(path).is_some() => node::read(path, bytes)?,
        "pom.properties" if part(3) == "maven" && part(4) == "META-INF" => {
            java::properties(path, &text())
        }
        "MANIFEST.MF" => java::manifest(path, &text())?,
        _ if is_specification(base, folder, part(2)) => gem::read(path, base, &text()),
        _ => return None,
    };
    Some(one)
}

/// Ruby keeps what is installed in `specifications`, its own gems in `specifications/default`.
fn is_specification(base: &str, folder: &str, above: &str) -> bool {
    let place = folder == "specifications" || (folder == "default" && above == "specifications");
    place && base.ends_with(".gemspec")
}

/// Whether a distribution's package may own a file that says what is installed: those are looked
/// up by the distribution's advisories, which know what was repaired there.
pub fn may_own(path: &str) -> bool {
    let base = path.rsplit('/').next().unwrap_or(path);
    matches!(base, "METADATA" | "PKG-INFO" | "package.json")
        || [".egg-info", ".gemspec", ".jar"].iter().any(|end| base.ends_with(end))
}

/// A list of one component.
fn single(format: &str, component: Component) -> Inventory {
    Inventory { format: format.to_owned(), components: vec![component], ..Inventory::default() }
}

/// One that nothing can name.
fn nameless(format: &str, name: &str, path: &str) -> Inventory {
    single(format, Component::listed(name, "", None, path.to_owned()))
}
