//! Package URLs: parsing, the rules of each type, and the canonical form.

mod percent;
mod types;

use std::fmt;

use percent::{decode, encode};
use types::Rules;

/// The longest package URL that is read, in bytes.
const LONGEST: usize = 8192;

/// A package URL in canonical form; parts are decoded.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Purl {
    /// The type, in lower case.
    pub kind: String,
    /// Segments joined by `/`; empty if there is none.
    pub namespace: String,
    /// The name.
    pub name: String,
    /// The version; empty if there is none.
    pub version: String,
    /// Keys and values, sorted by key.
    pub qualifiers: Vec<(String, String)>,
    /// Segments joined by `/`; empty if there is none.
    pub subpath: String,
}

/// Why a text is no package URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PurlError(pub &'static str);

impl fmt::Display for PurlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for PurlError {}

impl Purl {
    /// Reads a package URL by the specification's steps, then the rules of its type.
    pub fn parse(text: &str) -> Result<Self, PurlError> {
        if text.len() > LONGEST {
            return Err(PurlError("longer than 8 KiB"));
        }
        let (rest, subpath) = text.split_once('#').unwrap_or((text, ""));
        let (rest, qualifiers) = rest.split_once('?').unwrap_or((rest, ""));
        let (scheme, rest) = rest.split_once(':').ok_or(PurlError("no scheme `pkg:`"))?;
        if !scheme.eq_ignore_ascii_case("pkg") {
            return Err(PurlError("the scheme is not `pkg`"));
        }
        let rest = rest.trim_matches('/');
        let (kind, rest) = rest.split_once('/').ok_or(PurlError("no name after the type"))?;
        let rest = rest.trim_matches('/');
        let (path, version) = match rest.rsplit_once('@') {
            // An `@` at the front of a segment is a scope's that should have been encoded.
            Some((path, version)) if scoped(path) => (path, version),
            _ => (rest, ""),
        };
        let path = path.trim_end_matches('/');
        let (namespace, name) = path.rsplit_once('/').unwrap_or(("", path));
        if name.starts_with('@') {
            return Err(PurlError("no name before the version"));
        }
        let mut purl = Self {
            kind: kind.to_ascii_lowercase(),
            namespace: segments(namespace, false)?,
            name: decode(name)?,
            version: decode(version)?,
            qualifiers: pairs(qualifiers)?,
            subpath: segments(subpath, true)?,
        };
        purl.settle()?;
        Ok(purl)
    }

    /// Makes one from decoded parts, under the rules of its type.
    pub fn new(kind: &str, namespace: &str, name: &str, version: &str) -> Result<Self, PurlError> {
        let mut purl = Self {
            kind: kind.to_ascii_lowercase(),
            namespace: namespace.trim_matches('/').to_owned(),
            name: name.to_owned(),
            version: version.to_owned(),
            ..Self::default()
        };
        purl.settle()?;
        Ok(purl)
    }

    /// The value of a qualifier.
    pub fn qualifier(&self, key: &str) -> Option<&str> {
        self.qualifiers.iter().find(|(k, _)| k == key).map(|(_, value)| value.as_str())
    }

    /// Sets a qualifier in place of what it was; an empty value takes it away.
    pub fn set(&mut self, key: &str, value: &str) {
        self.qualifiers.retain(|(known, _)| known != key);
        if !value.is_empty() {
            self.qualifiers.push((key.to_owned(), value.to_owned()));
            self.qualifiers.sort();
        }
    }

    fn settle(&mut self) -> Result<(), PurlError> {
        let letter = |c: char| c.is_ascii_alphanumeric() || ".-".contains(c);
        if !self.kind.starts_with(|c: char| c.is_ascii_alphabetic())
            || !self.kind.chars().all(letter)
        {
            return Err(PurlError("the type is not of letters, digits, `.` and `-`"));
        }
        if self.name.is_empty() {
            return Err(PurlError("no name"));
        }
        Rules::of(&self.kind).apply(self)
    }
}

/// Whether an `@` after this path may begin a version: the name has begun.
fn scoped(path: &str) -> bool {
    !path.is_empty() && !path.ends_with('/')
}

fn segments(text: &str, relative: bool) -> Result<String, PurlError> {
    let mut out = String::new();
    for part in text.split('/').filter(|part| !part.is_empty()) {
        let part = decode(part)?;
        if relative && (part == "." || part == "..") {
            continue;
        }
        if part.contains('/') {
            return Err(PurlError("a segment contains a slash"));
        }
        if !out.is_empty() {
            out.push('/');
        }
        out.push_str(&part);
    }
    Ok(out)
}

fn pairs(text: &str) -> Result<Vec<(String, String)>, PurlError> {
    let mut out = Vec::new();
    for pair in text.split('&').filter(|pair| !pair.is_empty()) {
        // Some generators write XML's `&amp;` into JSON.
        let pair = pair.strip_prefix("amp;").unwrap_or(pair);
        let (key, value) = pair.split_once('=').ok_or(PurlError("a qualifier without `=`"))?;
        let key = key.to_ascii_lowercase();
        let letter = |c: char| c.is_ascii_alphanumeric() || ".-_".contains(c);
        if !key.starts_with(|c: char| c.is_ascii_alphabetic()) || !key.chars().all(letter) {
            return Err(PurlError("the key of a qualifier has forbidden characters"));
        }
        let value = decode(value)?;
        if !value.is_empty() {
            out.push((key, value));
        }
    }
    out.sort();
    if out.windows(2).any(|two| matches!(two, [a, b] if a.0 == b.0)) {
        return Err(PurlError("a qualifier is given twice"));
    }
    Ok(out)
}

impl fmt::Display for Purl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "pkg:{}/", self.kind)?;
        for part in self.namespace.split('/').filter(|part| !part.is_empty()) {
            write!(f, "{}/", encode(part))?;
        }
        f.write_str(&encode(&self.name))?;
        if !self.version.is_empty() {
            write!(f, "@{}", encode(&self.version))?;
        }
        for (n, (key, value)) in self.qualifiers.iter().enumerate() {
            write!(f, "{}{key}={}", if n == 0 { '?' } else { '&' }, encode(value))?;
        }
        for (n, part) in self.subpath.split('/').filter(|part| !part.is_empty()).enumerate() {
            write!(f, "{}{}", if n == 0 { '#' } else { '/' }, encode(part))?;
        }
        Ok(())
    }
}
