//! The accounts and regions of a plan: one client each, of the account that the step names.

use std::collections::BTreeMap;
use std::rc::Rc;

use aws::{Call, Client, Credentials, Place, Protocol, Role, Surroundings};
use model::Error;
use model::response::Step;
use model::seam::responder::Responder;
use serde_json::Value;

use crate::commands::fleet::sync::{door, told, variable};
use crate::exit::Failure;
use crate::respond_args::Cloud;

/// Where the first call goes: STS is everywhere.
const FIRST: &str = "us-east-1";

/// Clients by account and region, made when they are asked for.
pub struct Clients<'o> {
    options: &'o Cloud,
    ready: BTreeMap<(String, String), Rc<Client>>,
}

impl<'o> Clients<'o> {
    pub fn new(options: &'o Cloud) -> Self {
        Clients { options, ready: BTreeMap::new() }
    }

    /// The responder of a step, in its account and region.
    pub fn responder(&mut self, step: &Step) -> Result<Box<dyn Responder>, Error> {
        let key = (step.account.clone(), step.region.clone());
        let client = if let Some(client) = self.ready.get(&key) {
            Rc::clone(client)
        } else {
            let client = Rc::new(self.client(step).map_err(error)?);
            self.ready.insert(key, Rc::clone(&client));
            client
        };
        responders::make(&step.action, client)
            .ok_or_else(|| Error::us(format!("no responder does {}", step.action)))
    }

    /// A client that was asked whose it is.
    fn client(&self, step: &Step) -> Result<Client, Failure> {
        let around = Surroundings {
            variable: &variable,
            file: &|path| std::fs::read_to_string(path).ok(),
            profile: self.options.profile.clone(),
            door: door(),
            place: self.place(FIRST),
        };
        let mut credentials = aws::find(&around).map_err(told)?;
        let own = format!(":{}:", step.account);
        if let Some(arn) = self.options.roles.iter().find(|arn| arn.contains(&own)) {
            let role = Role { arn: arn.clone(), external_id: self.options.external_id.clone() };
            credentials = role.assume(&self.make(credentials, FIRST)?).map_err(told)?;
        }
        let client = self.make(credentials, &step.region)?;
        let ask = Call::new("sts", "2011-06-15", "GetCallerIdentity", Protocol::Query);
        let said = client.call(&ask).map_err(told)?.value;
        let account = said.get("Account").and_then(Value::as_str).unwrap_or_default();
        if account != step.account {
            let what = format!(
                "{}: these credentials are of account {account:?}, the step is in {}",
                step.id, step.account
            );
            let remedy = format!("Name a role of the account {}: --role-arn ARN.", step.account);
            return Err(Error::user(what, remedy).into());
        }
        Ok(client)
    }

    fn place(&self, region: &str) -> Place {
        let endpoint = self.options.endpoint.clone().or_else(|| variable("AWS_ENDPOINT_URL"));
        Place { region: region.to_owned(), endpoint }
    }

    fn make(&self, credentials: Credentials, region: &str) -> Result<Client, Failure> {
        Client::new(door(), credentials, self.place(region)).map_err(told)
    }
}

fn error(failure: Failure) -> Error {
    match failure {
        Failure::Error(error) => error,
        Failure::Closed => Error::us("the output was closed while calling"),
    }
}
