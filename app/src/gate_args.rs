//! The command line of `yagura gate`.

use clap::{Args, Subcommand};

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  yagura gate compare PyPI 1.0rc1 1.0
  yagura gate compare - < pairs.tsv")]
pub struct Gate {
    #[command(subcommand)]
    pub what: What,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum What {
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
