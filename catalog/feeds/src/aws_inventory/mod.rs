//! `aws_inventory`: takes the lists that describe a fleet out of an account and saves them as the
//! AWS CLI prints them, so that the source `aws.describe` reads them, now and in a year.

mod calls;

use std::fs;
use std::io::Write as _;
use std::path::Path;

use serde_json::{Value, json};

pub use calls::{ALL, Listing};

/// What was done with one list.
#[derive(Debug)]
pub enum Done {
    /// Taken, with so many things.
    Taken(usize),
    /// It was there from an earlier try.
    Kept,
    /// AWS refused, or the file could not be written.
    Failed(aws::Error),
}

/// The policy that allows the lists and nothing else, and the roles that may be taken on for them.
pub fn policy(roles: &[String]) -> Value {
    let mut actions: Vec<&str> = ALL.iter().map(|listing| listing.permission).collect();
    actions.sort_unstable();
    let mut statements = vec![json!({
        "Sid": "YaguraFleet", "Effect": "Allow", "Action": actions, "Resource": "*"
    })];
    if !roles.is_empty() {
        statements.push(json!({
            "Sid": "YaguraRoles", "Effect": "Allow", "Action": "sts:AssumeRole", "Resource": roles
        }));
    }
    json!({"Version": "2012-10-17", "Statement": statements})
}

/// The account that credentials belong to.
pub fn account(client: &aws::Client) -> Result<String, aws::Error> {
    let call = aws::Call::new("sts", "2011-06-15", "GetCallerIdentity", aws::Protocol::Query);
    let said = client.call(&call)?;
    let account = said.value.get("Account").and_then(Value::as_str);
    // The answer names a folder: nothing but digits may come of it.
    let fits = |id: &&str| id.len() == 12 && id.bytes().all(|b| b.is_ascii_digit());
    account
        .filter(fits)
        .map(str::to_owned)
        .ok_or_else(|| aws::Error::broken("sts: the answer names no account"))
}

/// Takes every list into a folder. A list that is there already is kept: who runs it again after
/// a failure goes on where it stopped. One list that fails does not stop the others.
pub fn take(client: &aws::Client, folder: &Path, with_global: bool) -> Vec<(&'static str, Done)> {
    let wanted = ALL.iter().filter(|listing| with_global || !listing.global);
    wanted.map(|listing| (listing.permission, take_one(client, folder, listing))).collect()
}

fn take_one(client: &aws::Client, folder: &Path, listing: &Listing) -> Done {
    let path = folder.join(format!("{}.json", listing.permission.replace(':', "-")));
    if path.exists() {
        return Done::Kept;
    }
    let mut all: Vec<Value> = Vec::new();
    let mut date = None;
    let call = (listing.call)();
    let read = client.pages(&call, listing.token, &mut |mut said| {
        match said.value.get_mut(listing.list).map(Value::take) {
            Some(Value::Array(mut items)) => all.append(&mut items),
            // An empty list of XML is an empty text.
            None | Some(Value::Null | Value::String(_)) => {}
            Some(_) => return Err(aws::Error::broken(format!("{}: no list", listing.permission))),
        }
        // The list is as old as its first page.
        date = date.take().or(said.date);
        Ok(())
    });
    if let Err(error) = read {
        return Done::Failed(error);
    }
    let count = all.len();
    let headers = json!({"HTTPHeaders": {"date": date}});
    let mut whole = serde_json::Map::new();
    whole.insert(listing.list.to_owned(), Value::Array(all));
    whole.insert("ResponseMetadata".to_owned(), headers);
    match save(folder, &path, &Value::Object(whole)) {
        Ok(()) => Done::Taken(count),
        Err(error) => Done::Failed(aws::Error {
            remedy: "Choose a folder that can be written.".to_owned(),
            ..aws::Error::broken(format!("{}: {error}", path.display()))
        }),
    }
}

/// Writes a file that is there whole or not at all.
fn save(folder: &Path, path: &Path, value: &Value) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    serde_json::to_writer(&mut file, value)?;
    file.flush()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}
