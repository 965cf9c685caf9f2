//! The command line of `yagura gate`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::args::Output;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  yagura gate check --sbom bom.json --advisories osv/ --app web --version 1.4.2 --env prod
  yagura gate db import osv-all.zip known_exploited_vulnerabilities.json epss.csv.gz
  yagura gate compare PyPI 1.0rc1 1.0

Exit codes: 0 pass or warn, 1 block, 2 error, 4 it could not be decided.")]
pub struct Gate {
    #[command(subcommand)]
    pub what: What,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum What {
    /// Judge a build by its components: pass, warn, block, or undecided
    Check(Box<Check>),
    /// Hold a policy to its cases: exit code 1 if one fails
    Test(Test),
    /// Record that a build was deployed
    Record(Record),
    /// Say what runs where, since when, with which vulnerabilities
    Matrix(Box<Matrix>),
    /// Import advisories into one file, or say what is in it
    Db {
        #[command(subcommand)]
        what: Db,
    },
    /// Compare two versions as their ecosystem does: prints <, = or >
    Compare(Compare),
    /// Write package URLs in their canonical form; exit code 2 if one is none
    Purl {
        /// Package URLs, or - for lines on standard input
        #[arg(required = true)]
        purls: Vec<String>,
    },
}

#[derive(Debug, Args)]
pub struct Test {
    /// The policy (TOML)
    #[arg(long, value_name = "FILE")]
    pub policy: PathBuf,
    /// Its cases (TOML), see docs/gate.md
    #[arg(value_name = "CASES")]
    pub cases: PathBuf,
}

#[derive(Debug, Args)]
pub struct Record {
    /// The lists of components of the build
    #[arg(long, value_name = "FILE", required = true, num_args = 1..)]
    pub sbom: Vec<PathBuf>,
    /// The application
    #[arg(long, value_name = "NAME")]
    pub app: String,
    /// Its version
    #[arg(long, value_name = "V")]
    pub version: String,
    /// Where it runs
    #[arg(long, value_name = "ENV")]
    pub env: String,
    /// The commit that it was built of
    #[arg(long, value_name = "HASH")]
    pub commit: Option<String>,
    /// The digest of its image
    #[arg(long, value_name = "DIGEST")]
    pub image: Option<String>,
    /// Its AMI
    #[arg(long, value_name = "AMI")]
    pub ami: Option<String>,
    /// Who answers for it
    #[arg(long, value_name = "NAME")]
    pub owner: Option<String>,
    /// Who can reach it: internet, internal, none
    #[arg(long, value_name = "WORD")]
    pub exposure: Option<String>,
    /// When it was deployed, RFC 3339 [default: now]
    #[arg(long, value_name = "TIME")]
    pub at: Option<String>,
    /// The file of deployments [default: in the user's data folder]
    #[arg(long, value_name = "FILE")]
    pub deployments: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(mut_arg("sbom", |arg| arg.required(false).hide(true)))]
#[command(mut_arg("baseline", |arg| arg.hide(true)))]
#[command(mut_arg("version", |arg| arg.hide(true)))]
#[command(after_help = "Examples:
  yagura gate matrix --cve CVE-2026-99001 --env prod    where does it run in production
  yagura gate matrix --worse                            what became worse with its last deploy
  yagura gate matrix --to prod                          what may go to production
  yagura gate matrix --incidents prod=incident.json     what was attacked where it runs

Exit codes: 0 done, 2 error, 4 the advisories cannot be read.")]
pub struct Matrix {
    /// Only where this vulnerability runs
    #[arg(long, value_name = "ID")]
    pub cve: Option<String>,
    /// Only what became worse with its last deployment: what it has and the one before had not
    #[arg(long)]
    pub worse: bool,
    /// Judge what runs in other environments as if it were to go to this one
    #[arg(long, value_name = "ENV", conflicts_with = "worse")]
    pub to: Option<String>,
    /// The file of deployments [default: in the user's data folder]
    #[arg(long, value_name = "FILE")]
    pub deployments: Option<PathBuf>,
    #[command(flatten)]
    pub check: Check,
}

#[derive(Debug, Args)]
pub struct Check {
    /// SBOMs, lock files, package databases, image archives, folders of them
    #[arg(long, value_name = "FILE", required = true, num_args = 1..)]
    pub sbom: Vec<PathBuf>,
    /// Advisories: folders, files, zips of OSV, KEV, EPSS, VEX. Instead of the database
    #[arg(long, value_name = "DIR", num_args = 1..)]
    pub advisories: Vec<PathBuf>,
    /// The database of advisories [default: in the user's data folder]
    #[arg(long, value_name = "FILE")]
    pub db: Option<PathBuf>,
    /// Undecided if the newest advisory is older [default: 30 for the database]
    #[arg(long, value_name = "DAYS")]
    pub max_age: Option<i64>,
    /// The application
    #[arg(long, value_name = "NAME")]
    pub app: Option<String>,
    /// Its version
    #[arg(long, value_name = "V")]
    pub version: Option<String>,
    /// Where it is to run
    #[arg(long, value_name = "ENV")]
    pub env: Option<String>,
    /// Who can reach it: internet, internal, none; rules may ask for it
    #[arg(long, value_name = "WORD")]
    pub exposure: Option<String>,
    /// What is allowed where (TOML) [default: see docs/gate.md]
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
    /// What suppliers say of vulnerabilities: OpenVEX, CSAF, CycloneDX (may repeat)
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub vex: Vec<PathBuf>,
    /// A result of `investigate --format json`; with ENV=, of another environment (may repeat)
    #[arg(long, visible_alias = "incidents", value_name = "[ENV=]FILE")]
    pub investigation: Vec<String>,
    /// A vulnerability or package URL that was attacked; with ENV=, elsewhere (may repeat)
    #[arg(long, value_name = "[ENV=]ID")]
    pub attacked: Vec<String>,
    /// The lists of the build before: rules may ask what is new
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub baseline: Vec<PathBuf>,
    /// The day, for waivers and ages [default: today]
    #[arg(long, value_name = "DATE")]
    pub now: Option<String>,
    /// text, json, sarif, junit, markdown, cyclonedx or github-annotations
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: String,
    #[command(flatten)]
    pub output: Output,
}

/// What to do with the database.
#[derive(Debug, Subcommand)]
pub enum Db {
    /// Make the database from folders, files and zips
    #[command(visible_alias = "update")]
    Import {
        /// OSV, KEV, EPSS, VEX
        #[arg(value_name = "PATH", required = true)]
        paths: Vec<PathBuf>,
        /// The database [default: in the user's data folder]
        #[arg(long, value_name = "FILE")]
        db: Option<PathBuf>,
    },
    /// Say what is in it, where from and how old
    Status {
        /// The database [default: in the user's data folder]
        #[arg(long, value_name = "FILE")]
        db: Option<PathBuf>,
        /// text or json
        #[arg(long, value_name = "FORMAT", default_value = "text")]
        format: String,
    },
}

#[derive(Debug, Args)]
pub struct Compare {
    /// Ecosystem, or - to read lines of ecosystem<TAB>a<TAB>b and answer each
    pub ecosystem: String,
    /// The one version
    #[arg(allow_hyphen_values = true)]
    pub a: Option<String>,
    /// The other
    #[arg(allow_hyphen_values = true)]
    pub b: Option<String>,
}
