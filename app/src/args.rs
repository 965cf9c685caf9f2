//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// The AWS security analyst that finishes the job.
#[derive(Debug, Parser)]
#[command(name = "yagura", version, about, max_term_width = 100)]
pub struct Arguments {
    #[command(subcommand)]
    pub verb: Verb,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Read logs and say what an intruder did
    Investigate(Box<Investigate>),
    /// Show the evidence chain of an incident, or why something is not in it
    Explain(Box<Explain>),
    /// Learn what is usual here, keep it in a file, and show it
    Baseline(crate::baseline_args::Baseline),
    /// List the kinds of log that can be read, or explain what a file was taken for
    Sources(Sources),
    /// List, check, test and explain rules
    Rules(RulesVerb),
    /// Decide whether a build may be deployed, by its components and what is known of them
    Gate(crate::gate_args::Gate),
    /// Follow instances through their lives, by logs alone; count licences
    Fleet(crate::fleet_args::Fleet),
    /// Cases: what was found and kept, and the work on it
    Case(crate::case_args::CaseVerb),
    /// Plan a response to an incident, and, once people have approved it, do, check or undo it
    Respond(Box<crate::respond_args::Respond>),
    /// Check this installation, its rules, and, for given logs, that nothing is lost
    Doctor(Doctor),
}

/// How much shows on the terminal.
#[derive(Debug, Args)]
pub struct Output {
    /// Write the result to a file instead of stdout
    #[arg(short, long, value_name = "PATH")]
    #[allow(clippy::struct_field_names, reason = "the name of the option")]
    pub output: Option<PathBuf>,
    /// No progress, no warnings on stderr
    #[arg(long)]
    pub quiet: bool,
    /// No colours, even on a terminal
    #[arg(long)]
    pub no_color: bool,
}

/// How logs are read.
#[derive(Debug, Args)]
pub struct Reading {
    /// Read PATH as the kind of log NAME (see `yagura sources`), whatever it looks like
    #[arg(long = "source", value_name = "NAME=PATH")]
    pub sources: Vec<String>,
    /// Time zone of logs that name none, for instance Asia/Tokyo or +09:00 [default: UTC]
    #[arg(long, value_name = "ZONE")]
    pub time_zone: Option<String>,
    /// Year of logs that name none
    #[arg(long, value_name = "Y")]
    pub year: Option<i16>,
    /// Field order of VPC flow logs without a header line, as AWS writes it
    #[arg(long, value_name = "FORMAT")]
    pub flow_format: Option<String>,
    /// Folder or file with TOML mappings: formats of one's own, names of applications' fields
    #[arg(long, value_name = "DIR")]
    pub mappings: Option<PathBuf>,
    /// Threads that read [default: one for each core]
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
}

/// What judges.
#[derive(Debug, Args)]
#[allow(clippy::struct_field_names, reason = "the names of the options")]
pub struct Rules {
    /// More Sigma rules: a file or a folder (may repeat)
    #[arg(long, value_name = "DIR")]
    pub rules: Vec<PathBuf>,
    /// Values of placeholders in rules: a file with `vars`, as pySigma's pipelines (may repeat)
    #[arg(long = "pipeline", value_name = "FILE")]
    pub pipelines: Vec<PathBuf>,
    /// Leave the built-in rules out
    #[arg(long)]
    pub no_builtin_rules: bool,
    /// Where addresses are and whose networks: a database in MaxMind's format (may repeat)
    #[arg(long, value_name = "FILE")]
    pub geoip: Vec<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  yagura investigate examples/stolen-key
  yagura investigate --format json -o result.json s3-export/ /var/log/nginx/access.log
  yagura investigate --baseline usual.baseline examples/baseline/night
  zcat logs.json.gz | yagura investigate --from 2026-05-01T00:00:00Z -

Exit codes: 0 nothing at or above --fail-on, 1 an incident at or above it, 2 error,
3 nothing was read.")]
pub struct Investigate {
    /// Files, folders, or - for standard input; packed files are opened
    #[arg(value_name = "PATH")]
    pub paths: Vec<String>,
    #[command(flatten)]
    pub reading: Reading,
    #[command(flatten)]
    pub rules: Rules,
    /// Judge only events at or after this time (RFC 3339, or a date)
    #[arg(long, value_name = "TIME")]
    pub from: Option<String>,
    /// Judge only events before or at this time
    #[arg(long, value_name = "TIME")]
    pub to: Option<String>,
    /// Hosts, networks and own addresses that logs do not name (TOML or JSON)
    #[arg(long, value_name = "FILE")]
    pub assets: Option<PathBuf>,
    /// What an hour of a machine costs (TOML), instead of the built-in table
    #[arg(long, value_name = "FILE")]
    pub prices: Option<PathBuf>,
    /// What is usual here (`yagura baseline build`): what is unusual for whoever does it is found
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Leave out findings below this severity
    #[arg(long, value_name = "SEVERITY", default_value = "informational")]
    pub min_severity: Level,
    /// Exit with 1 for an incident of this severity or worse
    #[arg(long, value_name = "SEVERITY", default_value = "high")]
    pub fail_on: Level,
    /// Language of sentences
    #[arg(long, value_enum, default_value_t = Lang::En)]
    pub lang: Lang,
    /// Keep the incidents as cases (see `yagura case`), in the usual folder or that of --state
    #[arg(long)]
    pub save: bool,
    /// Folder of the cases; names it and keeps the incidents there
    #[arg(long, value_name = "DIR")]
    pub state: Option<PathBuf>,
    /// Format of the result: text, attack-flow, csv, html, json, jsonl, markdown,
    /// navigator, ocsf, sarif, stix, timesketch
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: String,
    #[command(flatten)]
    pub output: Output,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  yagura explain 1 examples/stolen-key
  yagura explain 1 --step 3 examples/stolen-key
  yagura explain 1 --why-not 192.0.2.15 examples/stolen-key
  yagura investigate --format json -o result.json logs/; yagura explain 1 result.json

Exit codes: 0 told, 1 the entity is not in the incident (--why-not), 2 error.")]
pub struct Explain {
    /// The incident: its number in the report, or the start of its id
    #[arg(value_name = "INCIDENT")]
    pub incident: String,
    /// The logs again, or one result of `investigate --format json`
    #[arg(value_name = "PATH", required = true)]
    pub paths: Vec<String>,
    /// Only this step, with all that led to it and its records
    #[arg(long, value_name = "N")]
    pub step: Option<usize>,
    /// Say why this address, name or id is not in the incident (needs the logs)
    #[arg(long, value_name = "ENTITY", conflicts_with = "step")]
    pub why_not: Option<String>,
    #[command(flatten)]
    pub reading: Reading,
    #[command(flatten)]
    pub rules: Rules,
    /// Hosts, networks and own addresses that logs do not name, as for investigate
    #[arg(long, value_name = "FILE")]
    pub assets: Option<PathBuf>,
    /// What is usual here, as for investigate
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Language of sentences
    #[arg(long, value_enum, default_value_t = Lang::En)]
    pub lang: Lang,
    /// text or json
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: String,
    #[command(flatten)]
    pub output: Output,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  yagura sources
  yagura sources explain /var/log/nginx/access.log
  yagura sources --mappings examples/custom-formats
  yagura sources test --mappings examples/custom-formats")]
pub struct Sources {
    #[command(subcommand)]
    pub what: Option<SourcesWhat>,
    /// List formats of one's own, too: a folder or file with TOML mappings
    #[arg(long, value_name = "DIR")]
    pub mappings: Option<PathBuf>,
    /// text or json
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: String,
    #[command(flatten)]
    pub output: Output,
}

#[derive(Debug, Subcommand)]
pub enum SourcesWhat {
    /// Say what a file is taken for, with its first records as events
    Explain {
        /// The file
        path: String,
        /// Your own hosts, as for investigate: logs are tied to them (docs/hosts.md)
        #[arg(long, value_name = "FILE")]
        assets: Option<PathBuf>,
        #[command(flatten)]
        reading: Reading,
    },
    /// Hold formats of one's own to the promises of the built-in ones, by examples beside them
    Test {
        /// Folder with TOML mappings and a folder of cases for each kind
        #[arg(long, value_name = "DIR")]
        mappings: PathBuf,
        /// Write events.jsonl and rejects.jsonl of the cases anew
        #[arg(long)]
        update: bool,
    },
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  yagura rules list
  yagura rules lint --rules my-rules/
  yagura rules test --no-builtin-rules --rules my-rules/
  yagura rules explain 'Trust policy of a role changed' cloudtrail.json
  yagura rules coverage -o layer.json

Exit codes: 0 all is well, 1 a rule did not load, a case failed, or the rule did not match,
2 error, 3 nothing was read.")]
pub struct RulesVerb {
    #[command(subcommand)]
    pub what: RulesWhat,
}

/// What to do with rules.
#[derive(Debug, Subcommand)]
pub enum RulesWhat {
    /// List the rules
    List(Chosen),
    /// Say what is wrong with rules: file, line, remedy
    Lint(Chosen),
    /// Try each rule on the records of the page beside it (rule.yml, rule.md)
    Test(Chosen),
    /// Say why a rule matches the events of a log, or does not
    Explain {
        /// A rule: its id, name, title or file
        rule: String,
        /// A log
        path: String,
        #[command(flatten)]
        reading: Box<Reading>,
        #[command(flatten)]
        chosen: Chosen,
    },
    /// Write what the rules cover as a layer for the ATT&CK Navigator (JSON), or as text
    Coverage(Chosen),
}

/// Which rules, and how to tell.
#[derive(Debug, Args)]
pub struct Chosen {
    #[command(flatten)]
    pub rules: Rules,
    /// text or json [default: text; of coverage json]
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<String>,
    #[command(flatten)]
    pub output: Output,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  yagura doctor
  yagura doctor --rules my-rules/ logs/")]
pub struct Doctor {
    /// Logs to count: files, folders, or -
    #[arg(value_name = "PATH")]
    pub paths: Vec<String>,
    #[command(flatten)]
    pub reading: Reading,
    #[command(flatten)]
    pub rules: Rules,
    /// text or json
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: String,
    #[command(flatten)]
    pub output: Output,
}

/// A severity on the command line.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Level {
    Informational,
    Low,
    Medium,
    High,
    Critical,
}

impl From<Level> for model::Severity {
    fn from(level: Level) -> Self {
        match level {
            Level::Informational => Self::Informational,
            Level::Low => Self::Low,
            Level::Medium => Self::Medium,
            Level::High => Self::High,
            Level::Critical => Self::Critical,
        }
    }
}

/// A language on the command line.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Lang {
    En,
    Ja,
}
