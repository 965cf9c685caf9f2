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
    /// As a list names it. The version of its package URL counts where that has one.
    pub fn listed(name: &str, version: &str, purl: Option<Purl>, at: String) -> Self {
        let stated = purl.as_ref().map_or("", |purl| purl.version.as_str());
        let version = if stated.is_empty() { version.trim() } else { stated };
        let version = match purl.as_ref().and_then(epoch) {
            Some(epoch) if !version.is_empty() && !version.contains(':') => {
                format!("{epoch}:{version}")
            }
            _ => version.to_owned(),
        };
        let mut source = purl.as_ref().and_then(|purl| purl.qualifier("upstream")).map(upstream);
        // The name of a source RPM has no epoch; nearly always it is that of its packages.
        if let (Some((_, built)), Some(epoch)) = (&mut source, purl.as_ref().and_then(epoch))
            && !built.is_empty()
            && !built.contains(':')
        {
            *built = format!("{epoch}:{built}");
        }
        Self { name: name.to_owned(), version, source, at: vec![at], purl }
    }

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
    /// Files that belong to packages of this list, of those that say by themselves what is
    /// installed: paths from the root of the system, without a slash at the front.
    pub owned: Vec<String>,
    /// Other files that this list takes in, as it names them.
    pub includes: Vec<Include>,
}

/// A file that a list takes in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Include {
    /// Its name, as the list has it: from the folder of the list.
    pub name: String,
    /// Whether it only says which versions are taken of what others ask for.
    pub constraint: bool,
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

/// RPM's package URLs have the epoch beside the version.
fn epoch(purl: &Purl) -> Option<&str> {
    purl.qualifier("epoch").filter(|epoch| purl.kind == "rpm" && *epoch != "0")
}

/// The source package: `name`, `name@version`, or the file name of an RPM.
fn upstream(text: &str) -> (String, String) {
    let file = text.strip_suffix(".src.rpm").and_then(|text| {
        let (rest, release) = text.rsplit_once('-')?;
        let (name, version) = rest.rsplit_once('-')?;
        Some((name, format!("{version}-{release}")))
    });
    let (name, version) = match file {
        Some((name, version)) => (name, version),
        None => text.split_once('@').map_or((text, String::new()), |(n, v)| (n, v.to_owned())),
    };
    (name.to_owned(), version)
}
