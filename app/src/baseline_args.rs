//! The command line of `yagura baseline`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::args::{Lang, Output, Reading};

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  yagura baseline build --out usual.baseline examples/baseline
  yagura baseline show usual.baseline
  yagura baseline explain usual.baseline deploy

Exit codes: 0 done, 1 nothing is known of the entity (explain), 2 error, 3 nothing was read.")]
pub struct Baseline {
    #[command(subcommand)]
    pub what: What,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum What {
    /// Learn what is usual from logs
    Build(Box<Build>),
    /// List who is known, and how well
    Show(Show),
    /// Say what is usual of an entity: its values, how often, since when
    Explain(Explain),
}

#[derive(Debug, Args)]
pub struct Build {
    /// Logs: files, folders, or -
    #[arg(value_name = "PATH")]
    pub paths: Vec<String>,
    /// The baseline, a file
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Add to this baseline (may repeat: baselines of parts become one)
    #[arg(long = "with", value_name = "FILE")]
    pub with: Vec<PathBuf>,
    /// Learn only from events at or after this time (RFC 3339, or a date)
    #[arg(long, value_name = "TIME")]
    pub from: Option<String>,
    /// Learn only from events before or at this time
    #[arg(long, value_name = "TIME")]
    pub to: Option<String>,
    /// Do not learn from this span of time, for instance an attack's: TIME/TIME (may repeat)
    #[arg(long, value_name = "TIME/TIME")]
    pub leave_out: Vec<String>,
    /// Do not learn from whom the incidents of this result are about, while they lasted: JSON of
    /// `yagura investigate --format json` (may repeat)
    #[arg(long, value_name = "FILE")]
    pub incidents: Vec<PathBuf>,
    /// Do not learn from whom the cases kept in this folder are about, while they lasted, but for
    /// those closed as harmless
    #[arg(long, value_name = "DIR")]
    pub state: Option<PathBuf>,
    /// Learn countries and operators of networks, too: a database in MaxMind's format (may repeat)
    #[arg(long, value_name = "FILE")]
    pub geoip: Vec<PathBuf>,
    #[command(flatten)]
    pub reading: Reading,
    /// No progress, no warnings on stderr
    #[arg(long)]
    pub quiet: bool,
}

#[derive(Debug, Args)]
pub struct Show {
    /// The baseline
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    #[command(flatten)]
    pub told: Telling,
}

#[derive(Debug, Args)]
pub struct Explain {
    /// The baseline
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The entity: its name, or a part of it
    #[arg(value_name = "ENTITY")]
    pub entity: String,
    #[command(flatten)]
    pub told: Telling,
}

/// How it is told.
#[derive(Debug, Args)]
pub struct Telling {
    /// Language of sentences
    #[arg(long, value_enum, default_value_t = Lang::En)]
    pub lang: Lang,
    /// text or json
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: String,
    #[command(flatten)]
    pub output: Output,
}
