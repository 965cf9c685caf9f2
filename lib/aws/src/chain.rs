//! Where credentials come from, in the order of the AWS CLI: environment, web identity, profile,
//! container, instance.

use std::fmt;

use serde_json::Value;

use crate::assume::{Role, granted};
use crate::call::{Call, Protocol};
use crate::client::{Client, Place};
use crate::error::Error;
use crate::files::{self, Profiles};

/// Profiles that lead to each other.
const HOPS_MAX: usize = 5;
/// The address of the instance's metadata.
const METADATA: &str = "http://169.254.169.254";
/// The address of a container's credentials.
const CONTAINER: &str = "http://169.254.170.2";

/// A key with its secret. Debug output shows the key's id only.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The key's id.
    pub key: String,
    /// The secret.
    pub secret: String,
    /// The session's token, if it is temporary.
    pub token: Option<String>,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.key)
    }
}

/// What is around the program: the environment and files.
pub struct Surroundings<'s> {
    /// A variable of the environment.
    pub variable: &'s dyn Fn(&str) -> Option<String>,
    /// A file's text.
    pub file: &'s dyn Fn(&str) -> Option<String>,
    /// The profile that a person named.
    pub profile: Option<String>,
    /// How the door is set.
    pub door: door::Settings,
    /// Where STS is.
    pub place: Place,
}

/// Finds credentials.
pub fn find(around: &Surroundings<'_>) -> Result<Credentials, Error> {
    let named = around.profile.clone();
    if named.is_none()
        && let Some(found) = environment(around)
    {
        return Ok(found);
    }
    if named.is_none()
        && let Some(found) = web_identity(around)
    {
        return found;
    }
    let profiles = profiles(around);
    let name = named.clone().or_else(|| (around.variable)("AWS_PROFILE"));
    let wanted = name.clone().unwrap_or_else(|| "default".to_owned());
    if profiles.contains_key(&wanted) {
        return profile(around, &profiles, &wanted, 0);
    }
    if let Some(name) = name {
        return Err(Error::credentials(
            format!("there is no profile {name:?}"),
            "`aws configure list-profiles` lists those that are there.",
        ));
    }
    if let Some(found) = container(around) {
        return found;
    }
    instance(around)
}

fn environment(around: &Surroundings<'_>) -> Option<Credentials> {
    let text = |name| (around.variable)(name).filter(|text| !text.is_empty());
    Some(Credentials {
        key: text("AWS_ACCESS_KEY_ID")?,
        secret: text("AWS_SECRET_ACCESS_KEY")?,
        token: text("AWS_SESSION_TOKEN"),
    })
}

fn anonymous(around: &Surroundings<'_>) -> Result<Client, Error> {
    // STS takes a web identity without a signature; any key does.
    let nobody = Credentials { key: "none".into(), secret: "none".into(), token: None };
    Client::new(around.door.clone(), nobody, around.place.clone())
}

fn web_identity(around: &Surroundings<'_>) -> Option<Result<Credentials, Error>> {
    let file = (around.variable)("AWS_WEB_IDENTITY_TOKEN_FILE")?;
    let role = (around.variable)("AWS_ROLE_ARN")?;
    let Some(token) = (around.file)(&file) else {
        let remedy = "Check AWS_WEB_IDENTITY_TOKEN_FILE.";
        return Some(Err(Error::credentials(format!("{file}: cannot be read"), remedy)));
    };
    let session = (around.variable)("AWS_ROLE_SESSION_NAME").unwrap_or_else(|| "yagura".to_owned());
    let call = Call::new("sts", "2011-06-15", "AssumeRoleWithWebIdentity", Protocol::Query)
        .with("RoleArn", role)
        .with("RoleSessionName", session)
        .with("WebIdentityToken", token.trim());
    Some(anonymous(around).and_then(|client| granted(&client.call(&call)?.value)))
}

fn profiles(around: &Surroundings<'_>) -> Profiles {
    let home = (around.variable)("HOME").unwrap_or_default();
    let mut all = Profiles::new();
    for (variable, name) in
        [("AWS_CONFIG_FILE", "config"), ("AWS_SHARED_CREDENTIALS_FILE", "credentials")]
    {
        let path = (around.variable)(variable).unwrap_or_else(|| format!("{home}/.aws/{name}"));
        if let Some(text) = (around.file)(&path) {
            files::read(&text, &mut all);
        }
    }
    all
}

fn profile(
    around: &Surroundings<'_>,
    all: &Profiles,
    name: &str,
    hops: usize,
) -> Result<Credentials, Error> {
    let wrong = |what: &str| {
        Error::credentials(
            format!("profile {name:?} {what}"),
            "Mend ~/.aws/config, or use the environment.",
        )
    };
    let settings = all.get(name).ok_or_else(|| wrong("is not there"))?;
    let text = |key: &str| settings.get(key).cloned();
    // The source of a role may be the profile itself, by its keys.
    let keys = || {
        Some(Credentials {
            key: text("aws_access_key_id")?,
            secret: text("aws_secret_access_key")?,
            token: text("aws_session_token"),
        })
    };
    let Some(arn) = text("role_arn") else {
        return keys()
            .ok_or_else(|| wrong("has neither a key nor a role (SSO and processes are not read)"));
    };
    if hops >= HOPS_MAX {
        return Err(wrong("leads in a circle"));
    }
    let source = match (text("source_profile"), text("credential_source").as_deref()) {
        (Some(source), _) if source == name => keys().ok_or_else(|| wrong("has no key"))?,
        (Some(source), _) => profile(around, all, &source, hops + 1)?,
        (None, Some("Environment")) => {
            environment(around).ok_or_else(|| wrong("wants keys in the environment"))?
        }
        (None, Some("EcsContainer")) => {
            container(around).ok_or_else(|| wrong("wants a container's role"))??
        }
        (None, Some("Ec2InstanceMetadata")) => instance(around)?,
        _ => return Err(wrong("names no source for its role")),
    };
    let client = Client::new(around.door.clone(), source, around.place.clone())?;
    Role { arn, external_id: text("external_id") }.assume(&client)
}

/// The answer of a place that hands out credentials.
fn handed(text: &str) -> Result<Credentials, Error> {
    let value: Value = serde_json::from_str(text)
        .map_err(|_| Error::broken("the place that hands out credentials says no JSON"))?;
    let member = |key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
    match (member("AccessKeyId"), member("SecretAccessKey")) {
        (Some(key), Some(secret)) => Ok(Credentials { key, secret, token: member("Token") }),
        _ => Err(Error::broken("the place that hands out credentials gives none")),
    }
}

fn container(around: &Surroundings<'_>) -> Option<Result<Credentials, Error>> {
    let variable = |name| (around.variable)(name);
    let relative =
        variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI").map(|p| format!("{CONTAINER}{p}"));
    let url = relative.or_else(|| variable("AWS_CONTAINER_CREDENTIALS_FULL_URI"))?;
    let file = variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
    let token = file.and_then(|file| (around.file)(&file));
    let token = token.or_else(|| variable("AWS_CONTAINER_AUTHORIZATION_TOKEN"));
    let mut request = door::Request::get(url);
    if let Some(token) = token {
        request = request.header("authorization", token.trim());
    }
    Some(ask(around, &request).and_then(|text| handed(&text)))
}

/// The role of the instance, by version 2 of its metadata only.
fn instance(around: &Surroundings<'_>) -> Result<Credentials, Error> {
    let none = || {
        Error::credentials(
            "no AWS credentials were found",
            "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, or a role of this machine.",
        )
    };
    if (around.variable)("AWS_EC2_METADATA_DISABLED")
        .is_some_and(|v| v.eq_ignore_ascii_case("true"))
    {
        return Err(none());
    }
    let own = (around.variable)("AWS_EC2_METADATA_SERVICE_ENDPOINT");
    let base = own.unwrap_or_else(|| METADATA.to_owned());
    let base = base.trim_end_matches('/');
    let request = door::Request::new(door::Method::Put, format!("{base}/latest/api/token"));
    let request = request.header("x-aws-ec2-metadata-token-ttl-seconds", "300");
    let token = ask(around, &request).map_err(|_| none())?;
    let get = |path: &str| {
        let url = format!("{base}/latest/meta-data/iam/security-credentials/{path}");
        ask(around, &door::Request::get(url).header("x-aws-ec2-metadata-token", token.trim()))
    };
    let role = get("").map_err(|_| none())?;
    let role = role.lines().next().unwrap_or_default().trim();
    handed(&get(role)?)
}

/// Asks a place beside the program: quickly or not at all.
fn ask(around: &Surroundings<'_>, request: &door::Request) -> Result<String, Error> {
    let wait = std::time::Duration::from_secs(2);
    let settings = door::Settings {
        connect_timeout: wait,
        timeout: wait,
        retries: 1,
        proxy: None,
        ..around.door.clone()
    };
    let client = door::Client::new(settings).map_err(|e| Error::broken(e.what))?;
    let answer = client.call(request).map_err(|e| Error::broken(e.what))?;
    Ok(answer.text())
}
