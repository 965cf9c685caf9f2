//! A package as advisories name it: ecosystem, name and release.

use crate::{Purl, family};

/// A package in the words of OSV.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Package {
    /// The ecosystem without its release, in lower case, as [`family`] gives it.
    pub family: String,
    /// The name, spelled as the ecosystem compares names.
    pub name: String,
    /// The release of a distribution (`12`, `v3.18`, `22.04`), or empty.
    pub release: String,
}

impl Package {
    /// From an advisory's ecosystem (`Debian:12`) and name.
    pub fn named(ecosystem: &str, name: &str) -> Self {
        let family = family(ecosystem);
        let release = ecosystem.split_once(':').map_or("", |(_, rest)| rest);
        let release = if family == "maven" { "" } else { release };
        let name = spelled(&family, name);
        Self { family, name, release: release.trim().to_owned() }
    }

    /// From a package URL; `None` for types of which no advisories are known.
    pub fn of(purl: &Purl) -> Option<Self> {
        let joined = |sign: &str| {
            if purl.namespace.is_empty() {
                purl.name.clone()
            } else {
                format!("{}{sign}{}", purl.namespace, purl.name)
            }
        };
        let (ecosystem, name) = match purl.kind.as_str() {
            "maven" => ("maven", joined(":")),
            "vscode-extension" => ("vscode", joined(".")),
            "npm" | "golang" | "composer" | "swift" => (purl.kind.as_str(), joined("/")),
            "github" | "githubactions" => ("github actions", joined("/")),
            "cargo" | "pypi" | "gem" | "nuget" | "pub" | "hex" | "cran" | "hackage" | "conan"
            | "julia" | "opam" | "bitnami" | "cocoapods" | "bioconductor" | "generic" => {
                (purl.kind.as_str(), purl.name.clone())
            }
            "deb" => {
                (if purl.namespace == "ubuntu" { "ubuntu" } else { "debian" }, purl.name.clone())
            }
            "apk" => (apk(&purl.namespace), purl.name.clone()),
            "rpm" => (rpm(&purl.namespace), purl.name.clone()),
            _ => return None,
        };
        let family = family(ecosystem);
        let release = release(purl.qualifier("distro").unwrap_or(""));
        Some(Self { name: spelled(&family, &name), family, release })
    }

    /// What two packages of the same name share in an index.
    pub fn key(&self) -> String {
        format!("{}\u{1f}{}", self.family, self.name)
    }

    /// Whether an advisory's package is this one. Where one of them names no release, it may be.
    pub fn is(&self, other: &Self) -> bool {
        self.family == other.family
            && self.name == other.name
            && (self.release.is_empty()
                || other.release.is_empty()
                || same_release(&self.release, &other.release))
    }
}

fn same_release(a: &str, b: &str) -> bool {
    let (a, b) = (number_of(a), number_of(b));
    // `12.4` is a point release of `12`; `3.18.2` one of `3.18`.
    a == b || a.starts_with(&format!("{b}.")) || b.starts_with(&format!("{a}."))
}

/// The number in a release's name: `Pro:18.04:LTS`, `v3.18`, `enterprise_linux:9::baseos`, `Linux
/// Enterprise Server 15 SP5` (15.5). What has none is its own name.
fn number_of(release: &str) -> String {
    let lower = release.to_ascii_lowercase();
    let Some((_, rest)) =
        lower.find(|c: char| c.is_ascii_digit()).and_then(|at| lower.split_at_checked(at))
    else {
        return lower;
    };
    let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
    let (number, rest) = rest.split_at_checked(end).unwrap_or((rest, ""));
    let pack: String = match rest.split_once("sp") {
        Some((before, pack)) if before.trim_matches(['-', ' ']).is_empty() => {
            pack.chars().take_while(char::is_ascii_digit).collect()
        }
        _ => String::new(),
    };
    let number = number.trim_end_matches('.');
    if pack.is_empty() { number.to_owned() } else { format!("{number}.{pack}") }
}

/// `debian-12`, `alpine-3.18.4`, `bookworm`, `ubuntu-22.04`.
fn release(distro: &str) -> String {
    let text = distro.rsplit('-').next().unwrap_or("");
    let code = match text {
        "jessie" => "8",
        "stretch" => "9",
        "buster" => "10",
        "bullseye" => "11",
        "bookworm" => "12",
        "trixie" => "13",
        "forky" => "14",
        "trusty" => "14.04",
        "xenial" => "16.04",
        "bionic" => "18.04",
        "focal" => "20.04",
        "jammy" => "22.04",
        "noble" => "24.04",
        other => other,
    };
    if code.starts_with(|c: char| c.is_ascii_digit()) { code.to_owned() } else { String::new() }
}

fn apk(namespace: &str) -> &str {
    match namespace {
        "wolfi" | "chainguard" | "alpaquita" | "minimos" => namespace,
        _ => "alpine",
    }
}

fn rpm(namespace: &str) -> &str {
    match namespace {
        "almalinux" | "alma" => "almalinux",
        "rocky" | "rockylinux" | "rocky-linux" => "rocky linux",
        "suse" | "sles" => "suse",
        "opensuse" => "opensuse",
        "fedora" => "fedora",
        "centos" => "centos",
        "amzn" | "amazon" | "amazonlinux" => "amazon linux",
        "ol" | "oracle" | "oraclelinux" => "oracle linux",
        "mageia" => "mageia",
        "photon" => "photon os",
        "openeuler" => "openeuler",
        "azurelinux" | "mariner" => "azure linux",
        _ => "red hat",
    }
}

fn spelled(family: &str, name: &str) -> String {
    match family {
        // PEP 503.
        "pypi" => {
            let lower = name.to_ascii_lowercase();
            let parts = lower.split(['-', '_', '.']).filter(|part| !part.is_empty());
            parts.collect::<Vec<_>>().join("-")
        }
        "nuget" | "go" | "packagist" | "hex" | "github actions" | "vscode" | "swifturl"
        | "bitnami" | "pub" => {
            let lower = name.to_ascii_lowercase();
            lower.trim_start_matches("https://").trim_end_matches(".git").to_owned()
        }
        _ => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_are_held_against_each_other_by_their_numbers() {
        let package = |text: &str| Package::of(&Purl::parse(text).unwrap()).unwrap();
        let cases = [
            ("pkg:rpm/redhat/a@1?distro=rhel-9.2", "Red Hat:enterprise_linux:9::baseos", true),
            ("pkg:rpm/redhat/a@1?distro=rhel-8.4", "Red Hat:enterprise_linux:9::baseos", false),
            ("pkg:rpm/suse/a@1?distro=sles-15.5", "SUSE:Linux Enterprise Server 15 SP5", true),
            ("pkg:rpm/suse/a@1?distro=sles-15.5", "SUSE:Linux Enterprise Server 15 SP4", false),
            ("pkg:rpm/opensuse/a@1?distro=opensuse-leap-15.5", "openSUSE:Leap 15.5", true),
            ("pkg:deb/ubuntu/a@1?distro=ubuntu-18.04", "Ubuntu:Pro:18.04:LTS", true),
            ("pkg:deb/debian/a@1?distro=bookworm", "Debian:12", true),
            ("pkg:deb/debian/a@1?distro=debian-12.4", "Debian:13", false),
            ("pkg:apk/alpine/a@1?distro=alpine-3.18.4", "Alpine:v3.18", true),
            ("pkg:apk/alpine/a@1?distro=alpine-3.18.4", "Alpine:v3.1", false),
            ("pkg:deb/debian/a@1", "Debian:13", true),
        ];
        for (purl, ecosystem, wanted) in cases {
            assert_eq!(
                package(purl).is(&Package::named(ecosystem, "a")),
                wanted,
                "{purl} {ecosystem}"
            );
        }
    }
}
