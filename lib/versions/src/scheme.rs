//! Which order an ecosystem has.

use std::cmp::Ordering;

use crate::order::{alpine, composer, debian, dotted, gem, maven, nuget, pypi, rpm, semver};

/// How the versions of an ecosystem are ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scheme {
    /// Semantic Versioning 2.0.0; incomplete versions are filled with zeros.
    Semver,
    /// Semantic Versioning, and build metadata counts (Dart).
    Pub,
    /// PEP 440.
    Pypi,
    /// Maven's ComparableVersion.
    Maven,
    /// RubyGems' Gem::Version.
    Gem,
    /// NuGet: four numbers, labels without regard to case.
    Nuget,
    /// Composer over PHP's version_compare.
    Composer,
    /// Debian policy, with epochs and `~`.
    Debian,
    /// RPM, with epochs, `~` and `^`.
    Rpm,
    /// Alpine's apk-tools.
    Alpine,
    /// Lists of numbers; the longer list is the later one (CRAN, Hackage).
    Dotted,
}

/// An ecosystem without the release after the colon: `Debian:12` is of the family `debian`.
///
/// Types of package URLs and common names give OSV's family, in lower case.
pub fn family(ecosystem: &str) -> String {
    let mut name = ecosystem.split(':').next().unwrap_or("").trim().to_ascii_lowercase();
    if name == "root" {
        let inner = ecosystem.split(':').nth(1).unwrap_or("");
        name = inner.trim().to_ascii_lowercase();
    }
    let known = match name.as_str() {
        "cargo" | "crates" | "rust" | "rustsec" => "crates.io",
        "golang" => "go",
        "gem" | "ruby" => "rubygems",
        "composer" | "php" => "packagist",
        "deb" | "dpkg" => "debian",
        "apk" => "alpine",
        "dart" => "pub",
        "pip" | "python" | "pep440" => "pypi",
        "java" | "gradle" => "maven",
        "erlang" | "elixir" => "hex",
        "javascript" | "node" => "npm",
        "r" => "cran",
        "haskell" => "hackage",
        "swift" => "swifturl",
        "actions" | "githubactions" => "github actions",
        "generic" => "oss-fuzz",
        "conan" => "conancenter",
        "vscode-extension" => "vscode",
        other => other,
    };
    known.to_owned()
}

impl Scheme {
    /// The order of an ecosystem, by any of its names; `None` where nothing is known of it.
    pub fn of(ecosystem: &str) -> Option<Self> {
        Some(match family(ecosystem).as_str() {
            "semver" | "npm" | "crates.io" | "go" | "hex" | "bitnami" | "github actions"
            | "kubernetes" | "swifturl" | "julia" | "vscode" | "conancenter" | "ghc" | "linux" => {
                Self::Semver
            }
            "pub" => Self::Pub,
            "pypi" => Self::Pypi,
            "maven" => Self::Maven,
            "rubygems" | "cocoapods" => Self::Gem,
            "nuget" => Self::Nuget,
            "packagist" => Self::Composer,
            "debian" | "ubuntu" | "echo" | "opam" => Self::Debian,
            "rpm" | "red hat" | "redhat" | "almalinux" | "rocky linux" | "suse" | "opensuse"
            | "fedora" | "centos" | "amazon linux" | "oracle linux" | "mageia" | "photon os"
            | "openeuler" | "azure linux" => Self::Rpm,
            "alpine"
            | "alpaquita"
            | "wolfi"
            | "chainguard"
            | "minimos"
            | "bellsoft hardened containers" => Self::Alpine,
            "cran" | "bioconductor" | "hackage" => Self::Dotted,
            _ => return None,
        })
    }

    /// Compares two versions. Total: what is no version at all still has a fixed place.
    pub fn compare(self, a: &str, b: &str) -> Ordering {
        let (a, b) = (a.trim(), b.trim());
        match self {
            Self::Semver => semver::compare(a, b, false),
            Self::Pub => semver::compare(a, b, true),
            Self::Pypi => pypi::compare(a, b),
            Self::Maven => maven::compare(a, b),
            Self::Gem => gem::compare(a, b),
            Self::Nuget => nuget::compare(a, b),
            Self::Composer => composer::compare(a, b),
            Self::Debian => debian::compare(a, b),
            Self::Rpm => rpm::compare(a, b),
            Self::Alpine => alpine::compare(a, b),
            Self::Dotted => dotted::compare(a, b),
        }
    }

    /// Sorts versions; those that are the same by their texts. Never panics: the order of hostile
    /// texts may be inconsistent, on which the library's sorting may.
    pub fn sort(self, mut versions: Vec<String>) -> Vec<String> {
        if versions.len() < 2 {
            return versions;
        }
        let right = versions.split_off(versions.len() / 2);
        let mut left = self.sort(versions).into_iter().peekable();
        let mut right = self.sort(right).into_iter().peekable();
        let mut out = Vec::with_capacity(left.len() + right.len());
        while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
            let first = self.compare(a, b).then_with(|| a.cmp(b)).is_le();
            out.extend(if first { left.next() } else { right.next() });
        }
        out.extend(left);
        out.extend(right);
        out
    }

    /// Whether a text can be put in order at all: a branch name or `latest` cannot.
    pub fn is_version(self, text: &str) -> bool {
        let text = text.trim();
        if text.is_empty() || text.len() > LONGEST || is_commit(text) {
            return false;
        }
        match self {
            Self::Pypi => pypi::is_version(text),
            Self::Composer => {
                let bare = text.trim_start_matches(['v', 'V']);
                bare.starts_with(|c: char| c.is_ascii_digit())
            }
            // Java's release trains have names: `Finchley.SR2`.
            Self::Maven => text.bytes().any(|b| b.is_ascii_digit()),
            Self::Gem => gem::is_version(text),
            _ => {
                let bare = text.trim_start_matches(['v', 'V', '=']);
                let bare = bare.strip_prefix("go").unwrap_or(bare);
                bare.starts_with(|c: char| c.is_ascii_digit())
            }
        }
    }
}

/// Whether a text is the hash of a commit (SHA-1 or SHA-256), which has no place in an order.
fn is_commit(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|b| b.is_ascii_hexdigit())
}

/// The longest text that is taken for a version, in bytes.
const LONGEST: usize = 512;
