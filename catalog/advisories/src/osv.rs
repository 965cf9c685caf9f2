//! OSV's JSON, one advisory or a list of them.

use std::borrow::Cow;

use model::advisory::{Advisory, Affected};
use serde::Deserialize;
use versions::{Bound, Package};

#[derive(Deserialize)]
struct Raw<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow, default)]
    modified: Cow<'a, str>,
    #[serde(borrow, default)]
    published: Cow<'a, str>,
    withdrawn: Option<String>,
    #[serde(default)]
    summary: Option<String>,
    #[serde(default)]
    aliases: Option<Vec<String>>,
    #[serde(default)]
    upstream: Option<Vec<String>>,
    #[serde(default)]
    severity: Option<Vec<RawSeverity>>,
    affected: Option<Vec<RawAffected>>,
    #[serde(default)]
    database_specific: Option<Specific>,
    schema_version: Option<String>,
}

#[derive(Deserialize)]
struct RawSeverity {
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default)]
    score: String,
}

#[derive(Deserialize)]
struct RawAffected {
    package: Option<RawPackage>,
    #[serde(default)]
    ranges: Option<Vec<RawRange>>,
    #[serde(default)]
    versions: Option<Vec<String>>,
    #[serde(default)]
    severity: Option<Vec<RawSeverity>>,
    #[serde(default)]
    ecosystem_specific: Option<Specific>,
    #[serde(default)]
    database_specific: Option<Specific>,
}

#[derive(Deserialize)]
struct RawPackage {
    #[serde(default)]
    ecosystem: String,
    #[serde(default)]
    name: String,
}

#[derive(Deserialize)]
struct RawRange {
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default)]
    events: Vec<RawEvent>,
}

#[derive(Deserialize)]
struct RawEvent {
    introduced: Option<String>,
    fixed: Option<String>,
    last_affected: Option<String>,
    limit: Option<String>,
}

/// Publishers keep their own rating under several shapes; only a text is one. Debian calls it
/// `urgency`.
#[derive(Deserialize)]
#[serde(untagged)]
enum Specific {
    Rated {
        #[serde(alias = "urgency")]
        severity: String,
    },
    Other(serde::de::IgnoredAny),
}

fn rating(specific: Option<&Specific>) -> String {
    match specific {
        Some(Specific::Rated { severity }) => severity.clone(),
        Some(Specific::Other(_)) | None => String::new(),
    }
}

/// Reads advisories. None: JSON of another kind. A wrong shape is an error of data.
pub fn read(bytes: &[u8]) -> Result<Vec<Advisory>, serde_json::Error> {
    if bytes.iter().find(|b| !b.is_ascii_whitespace()) == Some(&b'[') {
        let all: Vec<Raw<'_>> = serde_json::from_slice(bytes)?;
        return Ok(all.into_iter().filter(Raw::is_one).map(advisory).collect());
    }
    let one: Raw<'_> = serde_json::from_slice(bytes)?;
    Ok(Some(one).filter(Raw::is_one).map(advisory).into_iter().collect())
}

impl Raw<'_> {
    /// OSV asks for `id` and `modified`; other JSON has ids as well.
    fn is_one(&self) -> bool {
        let marks = self.affected.is_some() || self.schema_version.is_some();
        marks || self.withdrawn.is_some() || !self.modified.is_empty()
    }
}

fn advisory(raw: Raw<'_>) -> Advisory {
    let severity = raw.severity.unwrap_or_default();
    let mut stated = rating(raw.database_specific.as_ref());
    if stated.is_empty() {
        stated = word(&severity);
    }
    let mut aliases = raw.aliases.unwrap_or_default();
    // Debian and others put the CVE that they fix under `upstream`.
    aliases.extend(raw.upstream.unwrap_or_default());
    aliases.sort();
    aliases.dedup();
    Advisory {
        id: raw.id.into_owned(),
        aliases,
        summary: raw.summary.unwrap_or_default(),
        modified: raw.modified.into_owned(),
        published: raw.published.into_owned(),
        withdrawn: raw.withdrawn.is_some_and(|w| !w.is_empty()),
        cvss: vectors(&severity),
        rating: stated,
        affected: raw.affected.unwrap_or_default().into_iter().filter_map(affected).collect(),
    }
}

/// Newest standard first.
fn vectors(severity: &[RawSeverity]) -> Vec<String> {
    let mut all: Vec<&RawSeverity> =
        severity.iter().filter(|s| s.kind.starts_with("CVSS")).collect();
    all.sort_by(|a, b| b.kind.cmp(&a.kind));
    all.into_iter().map(|s| s.score.clone()).collect()
}

fn word(severity: &[RawSeverity]) -> String {
    let own = severity.iter().find(|s| !s.kind.starts_with("CVSS"));
    own.map_or(String::new(), |s| s.score.clone())
}

fn affected(raw: RawAffected) -> Option<Affected> {
    let package = raw.package?;
    let severity = raw.severity.unwrap_or_default();
    let mut stated = rating(raw.ecosystem_specific.as_ref());
    if stated.is_empty() {
        stated = rating(raw.database_specific.as_ref());
    }
    if stated.is_empty() {
        stated = word(&severity);
    }
    let ranges = raw.ranges.unwrap_or_default();
    // Commits of Git have no order that a version could be held against.
    let ordered = ranges.into_iter().filter(|range| range.kind != "GIT");
    Some(Affected {
        package: Package::named(&package.ecosystem, &package.name),
        ranges: ordered.map(|range| range.events.into_iter().flat_map(events).collect()).collect(),
        ecosystem: package.ecosystem,
        versions: raw.versions.unwrap_or_default(),
        cvss: vectors(&severity),
        rating: stated,
    })
}

fn events(raw: RawEvent) -> impl Iterator<Item = (Bound, String)> {
    [
        (Bound::Introduced, raw.introduced),
        (Bound::Fixed, raw.fixed),
        (Bound::LastAffected, raw.last_affected),
        (Bound::Limit, raw.limit),
    ]
    .into_iter()
    .filter_map(|(bound, version)| Some((bound, version?)))
}
