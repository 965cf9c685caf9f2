//! The client: signs, sends, waits when AWS says so, reads answers page by page.

use std::time::{Duration, SystemTime};

use serde_json::Value;

use crate::call::{Call, Protocol};
use crate::chain::Credentials;
use crate::error::{Error, Kind};
use crate::sign::{Signable, signed};
use crate::{names, xml};

/// Tries of one call that AWS throttles.
const TRIES: u32 = 6;
/// The first wait; each one more doubles it.
const WAIT: Duration = Duration::from_millis(400);
/// Pages of one list.
const PAGES_MAX: usize = 10_000;

/// Where calls go.
#[derive(Clone, Debug, Default)]
pub struct Place {
    /// The region, for instance `eu-west-1`.
    pub region: String,
    /// Another endpoint for every service (`http://127.0.0.1:5000`).
    pub endpoint: Option<String>,
}

/// What AWS said.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    /// The answer, in the shape that the AWS CLI prints.
    pub value: Value,
    /// The server's `Date`.
    pub date: Option<String>,
}

/// A client of one account in one region.
pub struct Client {
    door: door::Client,
    credentials: Credentials,
    place: Place,
}

impl Client {
    /// A client.
    pub fn new(
        settings: door::Settings,
        credentials: Credentials,
        place: Place,
    ) -> Result<Self, Error> {
        let door = door::Client::new(settings).map_err(|e| Error::broken(e.what))?;
        Ok(Client { door, credentials, place })
    }

    /// Calls once, and again while AWS throttles.
    pub fn call(&self, call: &Call) -> Result<Said, Error> {
        let mut tried = 0;
        loop {
            match self.once(call) {
                Err(error) if error.kind == Kind::Throttled && tried + 1 < TRIES => {
                    std::thread::sleep(WAIT * 2u32.pow(tried));
                    tried += 1;
                }
                done => return done,
            }
        }
    }

    /// Calls page by page; `token` names the member of the answer with the next page's token and
    /// the parameter that takes it. Each page goes to `each`.
    pub fn pages(
        &self,
        call: &Call,
        (member, parameter): (&str, &str),
        each: &mut dyn FnMut(Said) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut call = call.clone();
        for _ in 0..PAGES_MAX {
            let said = self.call(&call)?;
            let next = said.value.get(member).and_then(Value::as_str).map(str::to_owned);
            each(said)?;
            let Some(next) = next.filter(|next| !next.is_empty()) else { return Ok(()) };
            call.parameters.retain(|(key, _)| key != parameter);
            call = call.with(parameter, next);
        }
        Err(Error::broken(format!("{}: the list does not end", call.name())))
    }

    /// Where a call goes: its URL without path, and the region that it is signed for.
    fn target(&self, call: &Call) -> (String, String) {
        // IAM is one for all regions of a partition.
        let global = call.service == "iam";
        let region = if global { "us-east-1" } else { self.place.region.as_str() };
        if let Some(endpoint) = &self.place.endpoint {
            return (endpoint.trim_end_matches('/').to_owned(), region.to_owned());
        }
        let suffix = if region.starts_with("cn-") { ".com.cn" } else { ".com" };
        let host = call.host.unwrap_or(call.service);
        let own = if global { host.to_owned() } else { format!("{host}.{region}") };
        (format!("https://{own}.amazonaws{suffix}"), region.to_owned())
    }

    fn once(&self, call: &Call) -> Result<Said, Error> {
        let (base, region) = self.target(call);
        let mut headers: Vec<(String, String)> = Vec::new();
        let mut method = door::Method::Post;
        let mut url = format!("{base}/");
        let mut body = String::new();
        let mut kind = "application/x-www-form-urlencoded; charset=utf-8";
        match call.protocol {
            Protocol::Ec2 | Protocol::Query => {
                body = format!("Action={}&Version={}", call.action, call.version);
                if !call.parameters.is_empty() {
                    // A form writes a space as a plus, as AWS's own clients do.
                    body = format!("{body}&{}", call.form().replace("%20", "+"));
                }
            }
            Protocol::Json(prefix) => {
                kind = "application/x-amz-json-1.1";
                headers.push(("x-amz-target".into(), format!("{prefix}.{}", call.action)));
                let members =
                    call.parameters.iter().map(|(k, v)| (k.clone(), Value::from(v.clone())));
                let members = members.chain(call.members.clone());
                body = Value::Object(members.collect()).to_string();
            }
            Protocol::Get(path) => {
                method = door::Method::Get;
                let query = call.form();
                let mark = if query.is_empty() { "" } else { "?" };
                url = format!("{base}{path}{mark}{query}");
            }
        }
        let is_post = method == door::Method::Post;
        if is_post {
            headers.push(("content-type".into(), kind.into()));
        }
        let signable =
            Signable { method: method.word(), url: &url, headers: &headers, body: body.as_bytes() };
        let to = (call.service, region.as_str());
        let added = signed(&signable, &self.credentials, to, SystemTime::now())?;
        let mut request = door::Request::new(method, url);
        if is_post {
            request = request.body(kind, body);
            headers.retain(|(name, _)| name != "content-type");
        }
        for (name, value) in headers.into_iter().chain(added) {
            request = request.header(&name, value);
        }
        let answer = self.door.send(&request).map_err(|e| sent(call, &e))?;
        let text = answer.text();
        if !answer.is_success() {
            return Err(Error::refused(&call.name(), answer.status, &text));
        }
        let value =
            read(call, &text).map_err(|why| Error::broken(format!("{}: {why}", call.name())))?;
        Ok(Said { value, date: answer.header("date").map(str::to_owned) })
    }
}

/// A request that got no answer worth reading; too many requests are told by the status.
fn sent(call: &Call, error: &door::Error) -> Error {
    match error.status {
        Some(status) if status == 429 || status == 503 => Error {
            kind: Kind::Throttled,
            ..Error::broken(format!("{}: {}", call.name(), error.what))
        },
        _ => Error::broken(format!("{}: {}", call.name(), error.what)),
    }
}

/// The answer in the CLI's shape: EC2's names are turned, the query protocol's wrapper taken off.
fn read(call: &Call, text: &str) -> Result<Value, String> {
    match call.protocol {
        Protocol::Json(_) | Protocol::Get(_) => {
            serde_json::from_str(text).map_err(|e| format!("the answer is no JSON: {e}"))
        }
        Protocol::Ec2 => Ok(names::of_ec2(xml::read(text)?)),
        Protocol::Query => {
            let mut value = xml::read(text)?;
            let wrapper = format!("{}Result", call.action);
            Ok(value.get_mut(&wrapper).map(Value::take).unwrap_or(value))
        }
    }
}
