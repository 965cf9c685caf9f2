//! What is known of vulnerabilities: advisories (OSV), and statements about products (VEX).

use versions::{Bound, Package};

/// An advisory.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Advisory {
    /// Its id.
    pub id: String,
    /// Other names of the same vulnerability.
    pub aliases: Vec<String>,
    /// One line.
    pub summary: String,
    /// When it was last changed, RFC 3339; empty if unknown.
    pub modified: String,
    /// When it was published, RFC 3339; empty if unknown.
    pub published: String,
    /// Whether it was taken back.
    pub withdrawn: bool,
    /// CVSS vectors, the newest standard first.
    pub cvss: Vec<String>,
    /// The publisher's word: `HIGH`, `moderate`; empty if there is none.
    pub rating: String,
    /// What is affected.
    pub affected: Vec<Affected>,
}

/// A package with the versions that are affected.
#[derive(Clone, Debug, PartialEq)]
pub struct Affected {
    /// The package.
    pub package: Package,
    /// The ecosystem as the advisory writes it: it names the order of versions.
    pub ecosystem: String,
    /// Ranges of versions; of each the events.
    pub ranges: Vec<Vec<(Bound, String)>>,
    /// Versions by name.
    pub versions: Vec<String>,
    /// CVSS vectors for this package alone.
    pub cvss: Vec<String>,
    /// A rating for this package alone.
    pub rating: String,
}

/// What a supplier says of a vulnerability in a product (VEX).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Statement {
    /// The vulnerability's names.
    pub ids: Vec<String>,
    /// Package URLs of the products; without a version, every version. Empty: this very list.
    pub products: Vec<String>,
    /// `not_affected`, `affected`, `fixed` or `under_investigation`, as OpenVEX has it.
    pub status: String,
    /// Why, in the supplier's words.
    pub why: String,
    /// Where it was said.
    pub from: String,
}

/// What is known beside advisories: of a CVE.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Known {
    /// When it was added to CISA's catalogue of exploited vulnerabilities.
    pub kev: Option<String>,
    /// The probability of exploitation, by EPSS.
    pub epss: Option<f64>,
}
