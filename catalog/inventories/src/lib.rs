//! Kinds of lists of components: SBOMs, lock files, package databases of hosts, and what is
//! installed in images.
//!
//! A list is recognised by its content; lock files, which have no mark of their own, by their
//! name as well. What is broken is an error with its reason, never an empty list.

mod image;
mod includes;
mod installed;
mod lock;
mod os;
mod owned;
mod pile;
mod release;
mod rpmdb;
mod sbom;
mod xml;

pub use pile::Pile;

use model::component::Inventory;

/// The largest list that is read, in bytes.
pub const LARGEST: usize = 64 << 20;
/// The largest package database that is read, in bytes.
pub const LARGEST_DATABASE: usize = rpmdb::LARGEST;
/// The most components that are taken from one list.
pub const MOST: usize = 1_000_000;

/// How much of a file is looked at before all of it is read, in bytes.
const HEAD: usize = 4096;

/// Whether a file may be a list, by its first bytes: one with zeros is no text, but programs may
/// tell what was built into them.
pub fn may_be(name: &str, head: &[u8]) -> bool {
    let base = name.rsplit(['/', '!']).next().unwrap_or(name).to_ascii_lowercase();
    rpmdb::read(name, &base, head).is_some()
        || installed::binary::is_program(head)
        || !head.iter().take(HEAD).any(|byte| *byte == 0)
}

/// A kind of list.
pub struct Kind {
    /// Its name.
    pub name: &'static str,
    /// Whether a file is one, by its name (the last part, in lower case) and its text.
    pub recognise: fn(&str, &str) -> bool,
    /// Reads it. An error says what is wrong.
    pub read: fn(&str, &str) -> Result<Inventory, String>,
}

/// Every kind; the first that recognises a file reads it.
pub const ALL: &[Kind] = &[
    sbom::cyclonedx::JSON,
    sbom::cyclonedx::XML,
    sbom::spdx::JSON,
    sbom::spdx3::JSON,
    sbom::spdx::TAGS,
    sbom::syft::JSON,
    lock::rust::CARGO,
    lock::node::NPM,
    lock::node::YARN,
    lock::node::PNPM,
    lock::python::PIPFILE,
    lock::python::TOML,
    lock::requirements::REQUIREMENTS,
    lock::requirements::CONSTRAINTS,
    lock::go::SUM,
    lock::go::MOD,
    lock::java::GRADLE,
    lock::java::POM,
    lock::trees::MAVEN,
    lock::trees::MAVEN_JSON,
    lock::trees::GRADLE,
    lock::others::GEMFILE,
    lock::others::COMPOSER,
    lock::others::NUGET,
    lock::others::NUGET_CONFIG,
    lock::others::PUB,
    lock::others::HEX,
    lock::dotnet::DEPS,
    lock::dotnet::PAKET,
    lock::apple::SWIFT,
    lock::apple::PODS,
    lock::more::CONAN,
    lock::more::RENV,
    lock::more::CABAL,
    lock::more::BUN,
    os::DPKG,
    os::APK,
    os::RPM,
];

/// Reads a list. `None`: it is no kind of list that we know.
pub fn read(path: &str, bytes: &[u8]) -> Option<Result<Inventory, String>> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let name = path.rsplit(['/', '!']).next().unwrap_or(path).to_ascii_lowercase();
    if let Some(read) = rpmdb::read(path, &name, bytes) {
        return Some(read);
    }
    if let Some(inventory) = installed::read(path, bytes) {
        return Some(Ok(inventory));
    }
    if bytes.len() > LARGEST {
        // What is large and no text is no list; a list that is too large is told.
        if bytes.iter().take(HEAD).any(|byte| *byte == 0) {
            return None;
        }
        return Some(Err(format!("larger than {} MiB", LARGEST >> 20)));
    }
    if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") {
        return Some(Err("UTF-16 text: save it as UTF-8".to_owned()));
    }
    let Ok(text) = std::str::from_utf8(bytes) else {
        let listed = matches!(name.rsplit('.').next(), Some("json" | "xml" | "spdx"));
        return listed.then(|| Err("not UTF-8 text".to_owned()));
    };
    let kind = ALL.iter().find(|kind| (kind.recognise)(&name, text))?;
    let read = (kind.read)(path, text).and_then(|mut inventory| {
        if inventory.components.len() > MOST {
            return Err(format!("more than {MOST} components"));
        }
        kind.name.clone_into(&mut inventory.format);
        Ok(inventory)
    });
    Some(read.map_err(|why| format!("{}: {why}", kind.name)))
}

/// Whether a member of a JSON document stands near its beginning or its end.
pub(crate) fn mentions(text: &str, word: &str) -> bool {
    /// How far a mark of a format may be from either end, in bytes.
    const NEAR: usize = 1 << 16;
    let bytes = text.as_bytes();
    let find = |part: &[u8]| memchr::memmem::find(part, word.as_bytes()).is_some();
    find(bytes.get(..NEAR).unwrap_or(bytes))
        || find(bytes.get(bytes.len().saturating_sub(NEAR)..).unwrap_or_default())
}

/// A JSON document, or why it is none.
pub(crate) fn json(text: &str) -> Result<serde_json::Value, String> {
    serde_json::from_str(text).map_err(|error| format!("broken JSON: {error}"))
}

/// A member that is a text; empty if there is none.
pub(crate) fn text<'a>(value: &'a serde_json::Value, key: &str) -> &'a str {
    value.get(key).and_then(serde_json::Value::as_str).unwrap_or("")
}

/// A member that is a list; empty if there is none.
pub(crate) fn list<'a>(value: &'a serde_json::Value, key: &str) -> &'a [serde_json::Value] {
    value.get(key).and_then(serde_json::Value::as_array).map_or(&[], Vec::as_slice)
}
