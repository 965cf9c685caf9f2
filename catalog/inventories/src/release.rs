//! The release of a distribution: `os-release` decides what a package database is of.

use model::component::Inventory;
use versions::Purl;

/// Where it stands, from the root of a system.
const FILES: [&str; 2] = ["etc/os-release", "usr/lib/os-release"];
/// Where databases of packages stand, from the root of a system.
const DATABASES: [&str; 6] = [
    "var/lib/dpkg/status",
    "lib/apk/db/installed",
    "var/lib/rpm/",
    "usr/lib/sysimage/rpm/",
    "usr/share/rpm/",
    "var/lib/rpmmanifest/",
];

/// What `os-release` says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Release {
    /// `debian`, `alpine`, `rhel`.
    pub id: String,
    /// `12`, `3.18.4`; empty for what has no versions.
    pub version: String,
}

/// The root of the system that a file is the `os-release` of.
pub fn root(name: &str) -> Option<&str> {
    FILES.iter().find_map(|file| before(name, file).filter(|_| name.ends_with(file)))
}

/// The root of the system that a file is the package database of.
pub fn root_of_database(name: &str) -> Option<&str> {
    // Alpine has its database under `usr/lib` too, since 3.22.
    DATABASES.iter().find_map(|file| before(name, file)).map(|root| {
        root.strip_suffix("usr/").filter(|_| name.contains("usr/lib/apk/")).unwrap_or(root)
    })
}

/// What stands before a path that begins at a folder's name.
fn before<'a>(name: &'a str, path: &str) -> Option<&'a str> {
    let root = name.rfind(path).and_then(|at| name.get(..at))?;
    (root.is_empty() || root.ends_with(['/', '!'])).then_some(root)
}

impl Release {
    /// Reads the file: `KEY=value`, in quotes or not.
    pub fn read(text: &str) -> Self {
        let value = |key: &str| {
            let mut lines = text.lines().map(str::trim);
            let found = lines.find_map(|line| line.strip_prefix(key)?.strip_prefix('='));
            found.unwrap_or("").trim_matches(['"', '\'']).trim().to_ascii_lowercase()
        };
        Self { id: value("ID"), version: value("VERSION_ID") }
    }

    /// Names the distribution and its release in package URLs of its packages.
    pub fn apply(&self, inventory: &mut Inventory) {
        if self.id.is_empty() {
            return;
        }
        let distro = match self.version.as_str() {
            "" => self.id.clone(),
            version => format!("{}-{version}", self.id),
        };
        for purl in inventory.components.iter_mut().filter_map(|c| c.purl.as_mut()) {
            if matches!(purl.kind.as_str(), "deb" | "apk" | "rpm") {
                self.name(purl);
                purl.set("distro", &distro);
            }
        }
    }

    fn name(&self, purl: &mut Purl) {
        // The types' definitions have these names; `ID` has others.
        let vendor = match self.id.as_str() {
            "rhel" => "redhat",
            "opensuse-leap" | "opensuse-tumbleweed" => "opensuse",
            "sles" | "sled" | "sles_sap" => "suse",
            "amzn" => "amazon",
            "ol" => "oracle",
            other => other,
        };
        vendor.clone_into(&mut purl.namespace);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roots_are_found() {
        assert_eq!(root("i.tar!l.tar!etc/os-release"), Some("i.tar!l.tar!"));
        assert_eq!(root("rootfs/usr/lib/os-release"), Some("rootfs/"));
        assert_eq!(root("rootfs/netc/os-release"), None);
        assert_eq!(root_of_database("r/var/lib/dpkg/status.d/base"), Some("r/"));
        assert_eq!(root_of_database("r/usr/lib/apk/db/installed"), Some("r/"));
        assert_eq!(root_of_database("lib/apk/db/installed"), Some(""));
        assert_eq!(root_of_database("r/home/status"), None);
    }

    #[test]
    fn os_release_is_read() {
        let text = "NAME=\"Example\"\nID=\"rhel\"\nVERSION_ID='9.2'\nID_LIKE=fedora\n";
        let read = Release::read(text);
        assert_eq!((read.id.as_str(), read.version.as_str()), ("rhel", "9.2"));
    }
}
