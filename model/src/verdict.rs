//! The gate's answer: what is wrong with a build, and whether it may be deployed.

use std::fmt;

/// The answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Answer {
    /// Nothing stands against it.
    #[default]
    Pass,
    /// Allowed, with something to look at.
    Warn,
    /// Not allowed.
    Block,
    /// It could not be decided.
    Undecided,
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pass => "pass",
            Self::Warn => "warn",
            Self::Block => "block",
            Self::Undecided => "undecided",
        })
    }
}

/// What a policy does about one vulnerability.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Decision {
    /// Nothing.
    #[default]
    Ignore,
    /// It is told.
    Warn,
    /// It stands against the build.
    Block,
}

impl Decision {
    /// By its name in a policy.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "ignore" => Self::Ignore,
            "warn" => Self::Warn,
            "block" => Self::Block,
            _ => return None,
        })
    }
}

impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ignore => "ignore",
            Self::Warn => "warn",
            Self::Block => "block",
        })
    }
}

/// How bad a vulnerability is. Unknown is not low: nobody said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rating {
    /// Nobody said.
    #[default]
    Unknown,
    /// Low, or none.
    Low,
    /// Medium; others say moderate.
    Medium,
    /// High; others say important.
    High,
    /// Critical.
    Critical,
}

impl Rating {
    /// By a publisher's word.
    pub fn parse(text: &str) -> Self {
        match text.to_ascii_lowercase().as_str() {
            "critical" => Self::Critical,
            "high" | "important" => Self::High,
            "medium" | "moderate" => Self::Medium,
            "low" | "negligible" | "none" | "unimportant" => Self::Low,
            _ => Self::Unknown,
        }
    }
}

impl fmt::Display for Rating {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unknown => "unknown",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        })
    }
}

/// A vulnerability of a component.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Vulnerability {
    /// The advisory's id.
    pub id: String,
    /// Other names of it.
    pub aliases: Vec<String>,
    /// The component: its package URL.
    pub purl: String,
    /// The component's name.
    pub name: String,
    /// The component's version.
    pub version: String,
    /// Where the component is listed.
    pub at: Vec<String>,
    /// One line about it.
    pub summary: String,
    /// When it was published, RFC 3339; empty if unknown.
    pub published: String,
    /// How bad.
    pub severity: Rating,
    /// The CVSS vector.
    pub cvss: Option<String>,
    /// The base score of the vector.
    pub score: Option<f64>,
    /// The probability of exploitation, by EPSS.
    pub epss: Option<f64>,
    /// When it was added to CISA's catalogue of exploited ones.
    pub kev: Option<String>,
    /// Versions that do not have it, the nearest first.
    pub fixed_in: Vec<String>,
    /// Whether an incident shows an attack on it in this environment.
    pub attacked_here: bool,
    /// Whether one shows it elsewhere.
    pub attacked_elsewhere: bool,
    /// Whether the build that it is compared with did not have it.
    pub new: bool,
    /// What is done about it.
    pub decision: Decision,
    /// The rule of the policy that says so.
    pub rule: String,
    /// Why, in a sentence.
    pub reason: String,
    /// The waiver that applied: owner, reason, end.
    pub waiver: Option<Waived>,
    /// The supplier's statement that applied: status, why, from.
    pub vex: Option<(String, String, String)>,
}

/// An exception that was granted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Waived {
    /// Who answers for it.
    pub owner: String,
    /// Why.
    pub reason: String,
    /// The last day that it counts, `2026-12-31`.
    pub until: String,
}

/// Something that bears on the answer, with what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The rule's name.
    pub rule: String,
    /// What is the matter.
    pub text: String,
    /// What to do.
    pub remedy: String,
}

/// The verdict.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Verdict {
    /// The answer.
    pub answer: Answer,
    /// The application, as given.
    pub application: Option<String>,
    /// Its version, as given.
    pub version: Option<String>,
    /// Where it is to run, as given.
    pub environment: Option<String>,
    /// Components, each once.
    pub total: usize,
    /// Components that no advisory could name.
    pub unidentified: usize,
    /// Components that were listed again.
    pub duplicates: usize,
    /// Advisories that were at hand.
    pub advisories: u64,
    /// When the newest of them was changed, RFC 3339.
    pub newest: Option<String>,
    /// Where they come from.
    pub provenance: Vec<String>,
    /// What was found.
    pub vulnerabilities: Vec<Vulnerability>,
    /// Why the answer is what it is.
    pub reasons: Vec<Reason>,
}
