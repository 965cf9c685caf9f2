//! The command line of `yagura case`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::args::{Lang, Output};

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  yagura investigate --state cases/ logs/
  yagura case list --state cases/
  yagura case show C-1 --state cases/ --format json
  yagura case note C-1 --state cases/ 'Key revoked, waiting for the owner'
  yagura case similar C-1 --state cases/
  yagura case close C-1 --state cases/ --resolution true_positive

Exit codes: 0 done, 2 error.")]
pub struct CaseVerb {
    #[command(subcommand)]
    pub what: CaseWhat,
}

/// What to do with cases.
#[derive(Debug, Subcommand)]
pub enum CaseWhat {
    /// List cases, open ones first
    List {
        /// Only with this status: new, investigating, contained, resolved, closed
        #[arg(long, value_name = "STATUS")]
        status: Option<String>,
        /// Only those of this owner
        #[arg(long, value_name = "NAME")]
        owner: Option<String>,
        #[command(flatten)]
        common: Common,
    },
    /// Show a case: incident, checklist, notes, actions, links, tickets, history
    Show {
        /// The case, for instance C-1
        case: String,
        #[command(flatten)]
        common: Common,
    },
    /// Write a note
    Note {
        /// The case
        case: String,
        /// The note
        text: String,
        #[command(flatten)]
        common: Common,
    },
    /// Say that something was done (or failed, or was undone), for instance a recommended action
    Act {
        /// The case
        case: String,
        /// A line of the checklist by its slug, or a text
        action: String,
        /// done, failed or undone
        #[arg(long, default_value = "done")]
        outcome: String,
        #[command(flatten)]
        common: Common,
    },
    /// Give a case to somebody
    Assign {
        /// The case
        case: String,
        /// The owner; an empty name takes it away
        owner: String,
        #[command(flatten)]
        common: Common,
    },
    /// Say how far the work is: new, investigating, contained, resolved
    Status {
        /// The case
        case: String,
        /// The status
        status: String,
        #[command(flatten)]
        common: Common,
    },
    /// Close a case
    Close {
        /// The case
        case: String,
        /// true_positive, benign, false_positive or duplicate
        #[arg(long, value_name = "RESOLUTION")]
        resolution: String,
        /// Why; becomes a note
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
        /// The case that it is a duplicate of
        #[arg(long, value_name = "CASE")]
        of: Option<String>,
        #[command(flatten)]
        common: Common,
    },
    /// Except one rule for one thing until a day: it is no attack. Shown in every later report
    Except {
        #[command(flatten)]
        except: ExceptWhat,
        #[command(flatten)]
        common: Common,
    },
    /// List the exceptions, also those that have ended
    Exceptions {
        #[command(flatten)]
        common: Common,
    },
    /// Find past cases and public incidents of the same shape, and what helped there
    Similar {
        /// The case
        case: String,
        /// How many of each
        #[arg(long, value_name = "N", default_value_t = 5)]
        #[arg(value_parser = clap::value_parser!(u16).range(1..=100))]
        most: u16,
        #[command(flatten)]
        common: Common,
    },
    /// Bring tickets in line with the cases, and take back what people did there
    Sync {
        /// Trackers (TOML; see docs/trackers.md)
        #[arg(long, value_name = "FILE")]
        config: PathBuf,
        /// Only this tracker of the configuration (may repeat)
        #[arg(long = "tracker", value_name = "NAME")]
        only: Vec<String>,
        #[command(flatten)]
        common: Common,
    },
    /// Write every case with its history as JSON, for a backup or another program
    Export {
        #[command(flatten)]
        common: Common,
    },
}

/// What is to be excepted.
#[derive(Debug, Args)]
pub struct ExceptWhat {
    /// The case that it was learnt from
    pub case: String,
    /// The rule's id, one of the case's
    #[arg(long, value_name = "ID")]
    pub rule: String,
    /// The thing: its type and value, as in the case's findings, for instance ip=192.0.2.7
    #[arg(long, value_name = "TYPE=VALUE")]
    pub entity: String,
    /// The last day, in UTC; at most 366 days away
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub until: String,
    /// Why it is no attack
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
}

/// Where the cases are, who works on them, how to tell.
#[derive(Debug, Args)]
pub struct Common {
    /// Folder of the cases [default: $YAGURA_STATE, or ~/.local/state/yagura]
    #[arg(long, value_name = "DIR")]
    pub state: Option<PathBuf>,
    /// Who does this [default: the user of the machine]
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
    /// Language of the text
    #[arg(long, value_enum, default_value_t = Lang::En)]
    pub lang: Lang,
    /// text or json
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: String,
    #[command(flatten)]
    pub output: Output,
}
