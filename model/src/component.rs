//! A component of a build or a machine, and the inventory that lists them.

use versions::{Package, Purl};

use crate::advisory::Statement;

/// A package that is there, in one version.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Component {
    /// Its name, as the list has it.
    pub name: String,
    /// Its version; empty if the list names none.
    pub version: String,
    /// Its package URL; `None` if the list has none that can be read.
    pub purl: Option<Purl>,
    /// The package that it was built from, and that one's version (Debian, Alpine, RPM).
    pub source: Option<(String, String)>,
    /// Where it is listed: file, and place in it.
    pub at: Vec<String>,
}

impl Component {
    /// The packages that advisories may know it by.
    pub fn packages(&self) -> Vec<(Package, &str)> {
        let Some(own) = self.purl.as_ref().and_then(Package::of) else { return Vec::new() };
        let mut out = Vec::new();
        if let Some((name, version)) = &self.source
            && *name != own.name
        {
            let version = if version.is_empty() { &self.version } else { version };
            out.push((Package { name: name.clone(), ..own.clone() }, version.as_str()));
        }
        out.insert(0, (own, self.version.as_str()));
        out
    }

    /// The package URL, or name and version.
    pub fn label(&self) -> String {
        match &self.purl {
            Some(purl) => purl.to_string(),
            None if self.version.is_empty() => self.name.clone(),
            None => format!("{}@{}", self.name, self.version),
        }
    }
}

/// What one list holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inventory {
    /// The format, for people.
    pub format: String,
    /// The components, in the order of the list.
    pub components: Vec<Component>,
    /// What the list says of vulnerabilities (VEX).
    pub statements: Vec<Statement>,
}

impl Inventory {
    /// Adds a component by the parts of its package URL.
    pub fn add(&mut self, kind: &str, namespace: &str, name: &str, version: &str, at: String) {
        self.components.push(Component {
            name: name.to_owned(),
            version: version.to_owned(),
            purl: Purl::new(kind, namespace, name, version).ok(),
            source: None,
            at: vec![at],
        });
    }
}
