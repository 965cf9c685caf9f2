//! The command line of `yagura respond`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::args::{Lang, Output, Reading, Rules};

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  yagura respond plan 1 examples/stolen-key -o plan.json
  yagura respond show plan.json
  yagura respond policy plan.json
  yagura respond approve plan.json --by asa
  yagura respond apply plan.json
  yagura respond apply plan.json --yes-i-approve
  yagura respond verify plan.json
  yagura respond undo plan.json --yes-i-approve

Exit codes: 0 done, 1 something is still to be done or does not hold, 2 error.")]
pub struct Respond {
    #[command(subcommand)]
    pub what: RespondWhat,
}

/// What to do with a plan.
#[derive(Debug, Subcommand)]
pub enum RespondWhat {
    /// Write a plan for an incident; changes nothing
    Plan(Box<Plan>),
    /// Approve a plan as it stands: one person for R2, two different ones for R3
    Approve {
        /// The plan
        plan: PathBuf,
        /// Who approves [default: the user of the machine]
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
    /// Do what was approved; without consent, only look and say what would be done
    Apply {
        #[command(flatten)]
        cloud: Cloud,
        /// At most this many steps this time
        #[arg(long, value_name = "N")]
        steps: Option<usize>,
    },
    /// Look whether every step that was done still holds; changes nothing
    Verify(Box<Verify>),
    /// Bring back what was there before, last step first
    Undo {
        #[command(flatten)]
        cloud: Cloud,
        /// Only blocks whose time has passed
        #[arg(long)]
        expired: bool,
    },
    /// Show a plan, who approved it, and how far it is
    Show {
        /// The plan
        plan: PathBuf,
        /// text or json
        #[arg(long, value_name = "FORMAT", default_value = "text")]
        format: String,
        #[command(flatten)]
        output: Output,
    },
    /// Print the permissions that a plan needs, as a policy
    Policy {
        /// The plan
        plan: PathBuf,
        /// Only for this account
        #[arg(long, value_name = "ID")]
        account: Option<String>,
    },
}

/// Of what a plan is made.
#[derive(Debug, Args)]
pub struct Plan {
    /// The incident: its number in the report, the start of its id, or with --state a case (C-1)
    #[arg(value_name = "INCIDENT")]
    pub incident: String,
    /// Logs, or one result of `investigate --format json`
    #[arg(value_name = "PATH")]
    pub paths: Vec<String>,
    /// Folder of the cases, to plan for a kept one
    #[arg(long, value_name = "DIR", conflicts_with = "paths")]
    pub state: Option<PathBuf>,
    /// The account of instances that no record places
    #[arg(long, value_name = "ID", requires = "region")]
    pub account: Option<String>,
    /// The region of instances that no record places
    #[arg(long, value_name = "NAME", requires = "account")]
    pub region: Option<String>,
    /// Logs to count over who else uses what the plan acts on [default: PATH] (may repeat)
    #[arg(long = "logs", value_name = "PATH")]
    pub logs: Vec<String>,
    /// A web ACL to block addresses at, besides those of the records (may repeat)
    #[arg(long = "web-acl", value_name = "ARN")]
    pub web_acls: Vec<String>,
    /// Stop machines instead of terminating them
    #[arg(long)]
    pub stop: bool,
    /// Keep servers in their group on standby instead of detaching them
    #[arg(long)]
    pub standby: bool,
    /// Set the capacity of a group (may repeat)
    #[arg(long, value_name = "GROUP=N")]
    pub desired: Vec<String>,
    /// Let a launch template start a clean image (may repeat)
    #[arg(long = "image", value_name = "TEMPLATE=IMAGE")]
    pub images: Vec<String>,
    /// Replace the instances of a group one after the other (may repeat)
    #[arg(long, value_name = "GROUP")]
    pub refresh: Vec<String>,
    /// Hosts, networks and own addresses that logs do not name, as for investigate
    #[arg(long, value_name = "FILE")]
    pub assets: Option<PathBuf>,
    /// Language of sentences
    #[arg(long, value_enum, default_value_t = Lang::En)]
    pub lang: Lang,
    #[command(flatten)]
    pub reading: Reading,
    #[command(flatten)]
    pub rules: Rules,
    #[command(flatten)]
    pub output: Output,
}

/// What is looked at once more.
#[derive(Debug, Args)]
pub struct Verify {
    #[command(flatten)]
    pub cloud: Cloud,
    /// Newer logs, to see whether the intruder still acts (may repeat)
    #[arg(long = "logs", value_name = "PATH")]
    pub logs: Vec<String>,
    #[command(flatten)]
    pub reading: Reading,
    #[command(flatten)]
    pub rules: Rules,
}

/// The plan, and how the accounts are reached.
#[derive(Debug, Args)]
pub struct Cloud {
    /// The plan
    pub plan: PathBuf,
    /// Really change something; without it nothing is changed
    #[arg(long)]
    pub yes_i_approve: bool,
    /// Who does this [default: the user of the machine]
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
    /// A role to act by, one for each account (may repeat)
    #[arg(long = "role-arn", value_name = "ARN")]
    pub roles: Vec<String>,
    /// The external id that the roles ask for
    #[arg(long, value_name = "ID")]
    pub external_id: Option<String>,
    /// A profile of ~/.aws
    #[arg(long, value_name = "NAME")]
    pub profile: Option<String>,
    /// Another endpoint for every service [default: $AWS_ENDPOINT_URL]
    #[arg(long, value_name = "URL")]
    pub endpoint: Option<String>,
}
