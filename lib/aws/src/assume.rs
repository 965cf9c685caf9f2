//! Roles: credentials for a role in another account, with an external id.

use std::fmt;

use serde_json::Value;

use crate::call::{Call, Protocol};
use crate::chain::Credentials;
use crate::client::Client;
use crate::error::Error;

/// A role to take on.
#[derive(Clone, PartialEq, Eq)]
pub struct Role {
    /// Its ARN.
    pub arn: String,
    /// What its trust policy asks for.
    pub external_id: Option<String>,
}

impl fmt::Debug for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.arn)
    }
}

impl Role {
    /// Takes the role on.
    pub fn assume(&self, client: &Client) -> Result<Credentials, Error> {
        let mut call = Call::new("sts", "2011-06-15", "AssumeRole", Protocol::Query)
            .with("RoleArn", self.arn.clone())
            .with("RoleSessionName", "yagura");
        if let Some(id) = &self.external_id {
            call = call.with("ExternalId", id.clone());
        }
        granted(&client.call(&call)?.value)
    }
}

/// The credentials of an answer of STS.
pub(crate) fn granted(value: &Value) -> Result<Credentials, Error> {
    let text = |key: &str| value.get("Credentials")?.get(key)?.as_str().map(str::to_owned);
    match (text("AccessKeyId"), text("SecretAccessKey")) {
        (Some(key), Some(secret)) => Ok(Credentials { key, secret, token: text("SessionToken") }),
        _ => Err(Error::broken("sts: the answer has no credentials")),
    }
}
