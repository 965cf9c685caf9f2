//! The command line of `yagura fleet`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::args::{Lang, Output, Reading};

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  yagura fleet show examples/fleet
  yagura fleet owner 192.0.2.23@2026-05-04T09:30:00Z examples/fleet
  yagura fleet history i-0a1b2c3d4e5f60001 examples/fleet
  yagura fleet coverage examples/fleet
  yagura fleet sync --region eu-west-1 --role-arn arn:aws:iam::111122223333:role/yagura -o fleet/
  yagura fleet licence --month 2026-05 --owned 3 --time-zone Asia/Tokyo examples/fleet

Exit codes: 0 done, 1 over the licence by the scheme of --fail-on, 2 error, 3 nothing was read.")]
pub struct Fleet {
    #[command(subcommand)]
    pub what: What,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum What {
    /// List instances: when they ran, what they are, which addresses they had
    Show(Box<Show>),
    /// Tell the whole life of an instance, or of all instances of a group
    History(Box<History>),
    /// Say which instances ran without any log hearing of them, and which logs cover which
    Coverage(Box<Coverage>),
    /// Say which instance had an address at a time
    Owner(Box<Owner>),
    /// Save what describes a fleet (instances, groups, interfaces, images…) from AWS accounts
    Sync(Box<Sync>),
    /// Print the policy that `fleet sync` needs, or the trust policy of a role for it
    Policy(Policy),
    /// Count a month by every licence scheme, side by side
    Licence(Box<Licence>),
}

/// What is read, which instances, how it is told.
#[derive(Debug, Args)]
pub struct Common {
    /// Logs: CloudTrail, EventBridge, answers of describe calls, flow logs, others
    #[arg(value_name = "PATH")]
    pub paths: Vec<String>,
    #[command(flatten)]
    pub reading: Reading,
    /// Hosts, networks and applications that logs do not name (TOML or JSON)
    #[arg(long, value_name = "FILE")]
    pub assets: Option<PathBuf>,
    /// Only instances of this Auto Scaling group
    #[arg(long, value_name = "NAME")]
    pub group: Option<String>,
    /// Only instances of this application (tag or assets)
    #[arg(long, value_name = "NAME")]
    pub application: Option<String>,
    /// Only instances of this environment (tag or assets)
    #[arg(long, value_name = "NAME")]
    pub environment: Option<String>,
    /// Only instances of this account
    #[arg(long, value_name = "ID")]
    pub account: Option<String>,
    /// Language of sentences
    #[arg(long, value_enum, default_value_t = Lang::En)]
    pub lang: Lang,
    #[command(flatten)]
    pub output: Output,
}

#[derive(Debug, Args)]
pub struct Show {
    #[command(flatten)]
    pub common: Common,
    /// Only instances that ran at this time
    #[arg(long, value_name = "TIME")]
    pub at: Option<String>,
    /// text, json or csv
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: String,
}

#[derive(Debug, Args)]
pub struct History {
    /// An instance (i-…) or an Auto Scaling group
    pub name: String,
    #[command(flatten)]
    pub common: Common,
    /// text or json
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: String,
}

#[derive(Debug, Args)]
pub struct Coverage {
    #[command(flatten)]
    pub common: Common,
    /// text, json or csv
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: String,
}

#[derive(Debug, Args)]
pub struct Owner {
    /// The address and the time: 192.0.2.23@2026-05-04T09:30:00Z; all owners without a time
    #[arg(value_name = "IP[@TIME]")]
    pub question: String,
    #[command(flatten)]
    pub common: Common,
    /// text or json
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: String,
}

#[derive(Debug, Args)]
pub struct Licence {
    #[command(flatten)]
    pub common: Common,
    /// The month, in the zone of --time-zone
    #[arg(long, value_name = "YYYY-MM")]
    pub month: String,
    /// Instances that are licensed
    #[arg(long, value_name = "N")]
    pub owned: Option<u32>,
    /// Hours a month over the licence that are tolerated
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub grace_hours: u32,
    /// Prices: month=, hour=, overage= (of an hour over the licence), each of one instance
    #[arg(long = "price", value_name = "WHAT=N")]
    pub prices: Vec<String>,
    /// Count only instances that this kind of log covers (see `yagura fleet coverage`)
    #[arg(long, value_name = "SOURCE")]
    pub product: Option<String>,
    /// Exit with 1 if this scheme is over the licence (`grace_hours`: if nearly used up)
    #[arg(long, value_name = "SCHEME")]
    pub fail_on: Option<String>,
    /// text, json, csv or html
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: String,
}

#[derive(Debug, Args)]
pub struct Sync {
    /// The folder for what is saved: ACCOUNT/REGION/RUN/*.json, for the other verbs to read
    #[arg(short, long, value_name = "DIR")]
    pub output: PathBuf,
    /// A region (may repeat) [default: AWS_REGION]
    #[arg(long = "region", value_name = "REGION")]
    pub regions: Vec<String>,
    /// A role to take on, in this or another account (may repeat)
    #[arg(long = "role-arn", value_name = "ARN")]
    pub roles: Vec<String>,
    /// What the trust policies of the roles ask for
    #[arg(long, value_name = "ID")]
    pub external_id: Option<String>,
    /// A profile of ~/.aws/config
    #[arg(long, value_name = "NAME")]
    pub profile: Option<String>,
    /// Refuse to read any account but these (may repeat)
    #[arg(long = "account", value_name = "ID")]
    pub accounts: Vec<String>,
    /// The name of this run; with the name of one that failed, it goes on [default: the time]
    #[arg(long, value_name = "NAME")]
    pub run: Option<String>,
    /// Another endpoint for all services [default: AWS_ENDPOINT_URL]
    #[arg(long, value_name = "URL")]
    pub endpoint: Option<String>,
    /// Language of sentences
    #[arg(long, value_enum, default_value_t = Lang::En)]
    pub lang: Lang,
    /// Say only what failed
    #[arg(long)]
    pub quiet: bool,
}

#[derive(Debug, Args)]
pub struct Policy {
    /// Allow taking on these roles, too (may repeat)
    #[arg(long = "role-arn", value_name = "ARN")]
    pub roles: Vec<String>,
    /// Print the trust policy of a role instead: who may take it on
    #[arg(long, value_name = "PRINCIPAL")]
    pub trust: Option<String>,
    /// The external id that the trust policy asks for
    #[arg(long, value_name = "ID", requires = "trust")]
    pub external_id: Option<String>,
}
