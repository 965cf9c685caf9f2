//! What each type of package asks of its package URL.

use super::{Purl, PurlError};

/// Whether a type has a namespace.
#[derive(Clone, Copy, PartialEq)]
enum Need {
    Never,
    May,
    Must,
}

/// How a part is spelled.
#[derive(Clone, Copy, PartialEq)]
enum Case {
    Kept,
    Lower,
    Upper,
}

/// The rules of a type.
pub struct Rules {
    namespace: (Need, Case),
    name: Case,
    version: Case,
    /// A qualifier without which the URL names nothing.
    qualifier: Option<&'static str>,
}

impl Rules {
    /// The rules of a type; an unknown type has none.
    pub fn of(kind: &str) -> Self {
        use Case::{Kept, Lower, Upper};
        use Need::{May, Must, Never};
        let (namespace, name) = match kind {
            "alpm" | "apk" | "bitbucket" | "composer" | "deb" | "github" | "vscode-extension" => {
                ((Must, Lower), Lower)
            }
            "rpm" | "qpkg" => ((Must, Lower), Kept),
            "gitlab" => ((Must, Lower), Lower),
            "git" | "huggingface" | "maven" | "swift" => ((Must, Kept), Kept),
            "bitnami" | "chrome-extension" | "oci" | "otp" | "pub" | "pypi" => {
                ((Never, Kept), Lower)
            }
            "bazel" | "cargo" | "cocoapods" | "conda" | "cran" | "gem" | "hackage" | "julia"
            | "mlflow" | "nuget" | "opam" | "vcpkg" => ((Never, Kept), Kept),
            "brew" | "hex" | "luarocks" => ((May, Lower), Lower),
            "cpan" => ((May, Upper), Kept),
            "yocto" => ((May, Lower), Kept),
            _ => ((May, Kept), Kept),
        };
        let version = match kind {
            "huggingface" | "oci" | "pypi" | "vscode-extension" => Lower,
            _ => Kept,
        };
        let qualifier = match kind {
            "julia" => Some("uuid"),
            "swid" => Some("tag_id"),
            _ => None,
        };
        Self { namespace, name, version, qualifier }
    }

    /// Brings a package URL to its type's canonical form.
    pub fn apply(&self, purl: &mut Purl) -> Result<(), PurlError> {
        match self.namespace.0 {
            Need::Must if purl.namespace.is_empty() => {
                return Err(PurlError("a type that needs a namespace has none"));
            }
            Need::Never if !purl.namespace.is_empty() => {
                return Err(PurlError("a type without namespaces has one"));
            }
            _ => {}
        }
        if let Some(key) = self.qualifier
            && purl.qualifier(key).is_none()
        {
            return Err(PurlError("a qualifier that the type needs is missing"));
        }
        purl.namespace = self.namespace.1.of(&purl.namespace);
        purl.name = self.name.of(&purl.name);
        purl.version = self.version.of(&purl.version);
        special(purl)
    }
}

impl Case {
    fn of(self, text: &str) -> String {
        match self {
            Self::Kept => text.to_owned(),
            Self::Lower => text.to_lowercase(),
            Self::Upper => text.to_uppercase(),
        }
    }
}

/// What is said of single types in words.
fn special(purl: &mut Purl) -> Result<(), PurlError> {
    let named = |key: &str| purl.qualifier(key).is_some();
    match purl.kind.as_str() {
        "chrome-extension" => chrome(purl)?,
        "otp" => purl.subpath = purl.subpath.to_lowercase(),
        "hackage" | "pypi" => purl.name = purl.name.replace('_', "-"),
        "pub" => {
            let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
            purl.name = purl.name.chars().map(plain).collect();
        }
        // Databricks' registry does not know case; Azure's does.
        "mlflow"
            if purl.qualifier("repository_url").is_some_and(|url| url.contains("databricks")) =>
        {
            purl.name = purl.name.to_lowercase();
        }
        "cpan" if purl.name.contains("::") => {
            return Err(PurlError("the name is a module's, not a distribution's"));
        }
        "conan" if purl.namespace.is_empty() && named("channel") => {
            return Err(PurlError("a Conan channel without its user"));
        }
        "cocoapods"
            if purl.name.starts_with('.')
                || purl.name.contains(|c: char| c.is_whitespace() || c == '+') =>
        {
            return Err(PurlError("the name is none that CocoaPods allows"));
        }
        _ => {}
    }
    Ok(())
}

/// Names of 32 letters from a to p, versions of one to four numbers.
fn chrome(purl: &Purl) -> Result<(), PurlError> {
    let letters = purl.name.len() == 32 && purl.name.bytes().all(|b| (b'a'..=b'p').contains(&b));
    let number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let numbers = purl.version.split('.').all(number) && purl.version.split('.').count() <= 4;
    if letters && (purl.version.is_empty() || numbers) {
        return Ok(());
    }
    Err(PurlError("the name or the version is none of a Chrome extension"))
}
