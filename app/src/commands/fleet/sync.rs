//! `yagura fleet sync`: takes the lists that describe a fleet out of accounts and regions.

use std::path::PathBuf;

use aws::{Client, Credentials, Place, Role, Surroundings};
use feeds::aws_inventory::{self, Done};
use model::Error;
use serde_json::json;

use super::load::say;
use crate::assemble;
use crate::exit::{DONE, ERROR, Failure};
use crate::fleet_args::{Policy, Sync};

/// What one account and region gave: the names of the lists, and what was done with each.
type Lists = Vec<(&'static str, Done)>;

/// Runs the verb; gives the exit code.
pub fn run(options: &Sync) -> Result<u8, Failure> {
    let run = options.run.clone().unwrap_or_else(now);
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if run.is_empty() || !run.chars().all(fits) {
        let what = format!("--run {run:?}");
        return Err(Error::user(what, "Write letters, digits, - and _ only.").into());
    }
    let regions = regions(options)?;
    let own = credentials(options, regions.first().map_or("us-east-1", String::as_str))?;
    let mut failed = 0;
    for found in accounts(options, &regions, &own)? {
        let mut clients = Vec::new();
        for region in &regions {
            clients.push((region, client(options, found.clone(), region)?));
        }
        let Some((_, first)) = clients.first() else { continue };
        let account = aws_inventory::account(first).map_err(told)?;
        if !options.accounts.is_empty() && !options.accounts.contains(&account) {
            let what =
                format!("these credentials are of account {account}, which is not among --account");
            return Err(Error::user(what, "Choose other credentials, or name the account.").into());
        }
        for (number, (region, client)) in clients.iter().enumerate() {
            let folder: PathBuf = options.output.join(&account).join(region).join(&run);
            let lists = aws_inventory::take(client, &folder, number == 0);
            failed += tell(options, &account, region, &lists);
        }
    }
    if failed > 0 {
        let text = match options.lang {
            crate::args::Lang::En => format!(
                "{failed} list(s) failed; the others are saved. To go on: the same command with --run {run}"
            ),
            crate::args::Lang::Ja => format!(
                "{failed} 件の取得に失敗しました。他は保存済みです。続きは --run {run} を付けて再実行してください"
            ),
        };
        assemble::note(false, &text);
        return Ok(ERROR);
    }
    Ok(DONE)
}

/// The time of this run, as the name of its folder.
fn now() -> String {
    jiff::Timestamp::now().strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// The same failure as the product tells it.
pub fn told(error: aws::Error) -> Failure {
    Failure::Error(Error::user(error.what, error.remedy))
}

/// A variable of the environment that is set.
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|text| !text.is_empty())
}

fn regions(options: &Sync) -> Result<Vec<String>, Error> {
    let mut all = options.regions.clone();
    if all.is_empty() {
        all.extend(variable("AWS_REGION").or_else(|| variable("AWS_DEFAULT_REGION")));
    }
    let fits = |region: &String| {
        !region.is_empty() && region.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    if all.is_empty() || !all.iter().all(fits) {
        let what = format!("no region, or a strange one: {all:?}");
        return Err(Error::user(what, "Name regions: --region eu-west-1 --region us-east-1."));
    }
    Ok(all)
}

/// How the door is set: the machine's proxy and authorities.
pub fn door() -> door::Settings {
    let proxy = ["HTTPS_PROXY", "https_proxy"].iter().find_map(|name| variable(name));
    let without = ["NO_PROXY", "no_proxy"].iter().find_map(|name| variable(name));
    let without = without.unwrap_or_default();
    let authorities = variable("AWS_CA_BUNDLE").and_then(|path| std::fs::read(path).ok());
    door::Settings {
        proxy,
        no_proxy: without.split(',').map(|host| host.trim().to_owned()).collect(),
        authorities: authorities.unwrap_or_default(),
        body_max: 64 << 20,
        ..door::Settings::default()
    }
}

fn place(options: &Sync, region: &str) -> Place {
    let endpoint = options.endpoint.clone().or_else(|| variable("AWS_ENDPOINT_URL"));
    Place { region: region.to_owned(), endpoint }
}

fn credentials(options: &Sync, region: &str) -> Result<Credentials, Failure> {
    let around = Surroundings {
        variable: &variable,
        file: &|path| std::fs::read_to_string(path).ok(),
        profile: options.profile.clone(),
        door: door(),
        place: place(options, region),
    };
    aws::find(&around).map_err(told)
}

fn client(options: &Sync, credentials: Credentials, region: &str) -> Result<Client, Failure> {
    Client::new(door(), credentials, place(options, region)).map_err(told)
}

/// The credentials of every account: one's own, or those of the roles.
fn accounts(
    options: &Sync,
    regions: &[String],
    own: &Credentials,
) -> Result<Vec<Credentials>, Failure> {
    if options.roles.is_empty() {
        return Ok(vec![own.clone()]);
    }
    let region = regions.first().map_or("us-east-1", String::as_str);
    let client = client(options, own.clone(), region)?;
    let role = |arn: &String| {
        let role = Role { arn: arn.clone(), external_id: options.external_id.clone() };
        role.assume(&client).map_err(told)
    };
    options.roles.iter().map(role).collect()
}

/// Tells what was done in a region; how many lists failed.
fn tell(options: &Sync, account: &str, region: &str, lists: &Lists) -> usize {
    let mut failed = 0;
    for (name, done) in lists {
        let text = match done {
            Done::Taken(count) => format!("{account} {region} {name}: {count}"),
            Done::Kept => {
                let kept = say(options.lang, "is there already", "取得済み");
                format!("{account} {region} {name}: {kept}")
            }
            Done::Failed(error) => {
                failed += 1;
                format!("{account} {region} {error}")
            }
        };
        let quiet = options.quiet && !matches!(done, Done::Failed(_));
        assemble::note(quiet, &text);
    }
    failed
}

/// `yagura fleet policy`: what `sync` needs, and nothing else.
pub fn policy(options: &Policy) -> Result<u8, Failure> {
    let mut policy = aws_inventory::policy(&options.roles);
    if let Some(principal) = &options.trust {
        let condition = options
            .external_id
            .as_ref()
            .map_or_else(|| json!({}), |id| json!({"StringEquals": {"sts:ExternalId": id}}));
        policy = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
            "Principal": {"AWS": principal}, "Action": "sts:AssumeRole", "Condition": condition}]});
    }
    assemble::deliver(None, &mut |to| {
        serde_json::to_writer_pretty(&mut *to, &policy)?;
        writeln!(to)
    })?;
    Ok(DONE)
}
