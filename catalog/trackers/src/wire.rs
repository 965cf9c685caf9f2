//! Requests with JSON, and failures as the product tells them.

use std::time::Duration;

use door::{Answer, Client, Method, Request};
use model::{Blame, Error, Retry};
use serde_json::Value;

use crate::settings::Settings;

/// The shortest token that is struck out; shorter ones would strike out ordinary words.
const SECRET_MIN: usize = 4;
/// A wait that is told; shorter ones were waited out.
const LONG: Duration = Duration::from_mins(1);

/// A client with an address and a token.
pub(crate) struct Wire {
    client: Client,
    base: String,
    token: String,
}

impl Wire {
    pub(crate) fn new(
        settings: &Settings,
        token: String,
        authorities: Vec<u8>,
    ) -> Result<Self, Error> {
        let usual = door::Settings::default();
        let client = Client::new(door::Settings {
            authorities,
            proxy: settings.proxy.clone(),
            retries: settings.retries.unwrap_or(usual.retries),
            ..usual
        });
        let base = settings.url.trim_end_matches('/').to_owned();
        Ok(Wire { client: client.map_err(fault)?, base, token })
    }

    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> Request {
        Request::new(method, format!("{}{path}", self.base)).header("accept", "application/json")
    }

    /// Sends; every status but 2xx is an error. The answer as JSON, or null if there is none.
    pub(crate) fn ask(&self, request: Request) -> Result<Value, Error> {
        let answer = self.client.call(&request).map_err(|error| self.fault(error))?;
        json(&request, &answer)
    }

    /// The same; nothing if it is gone.
    pub(crate) fn look(&self, request: Request) -> Result<Option<Value>, Error> {
        match self.client.call(&request) {
            Ok(answer) => json(&request, &answer).map(Some),
            Err(error) if matches!(error.status, Some(404 | 410)) => Ok(None),
            Err(error) => Err(self.fault(error)),
        }
    }

    /// The failure without the token, which the other side may have repeated, and with the time
    /// that it asks for.
    fn fault(&self, error: door::Error) -> Error {
        let mut fault = fault(error);
        if self.token.len() >= SECRET_MIN {
            for secret in [&*self.token].into_iter().chain(self.token.split_once(':').map(|p| p.1))
            {
                fault.what = fault.what.replace(secret, "«redacted»");
            }
        }
        if let Retry::After(time) = fault.retry
            && time > LONG
        {
            let seconds = time.as_secs();
            fault.what = format!("{} (it asks to wait {seconds} s)", fault.what);
        }
        fault
    }
}

/// The same request with JSON as its body.
pub(crate) fn with(request: Request, body: &Value) -> Request {
    request.body("application/json", body.to_string())
}

fn json(request: &Request, answer: &Answer) -> Result<Value, Error> {
    if answer.body.iter().all(u8::is_ascii_whitespace) {
        return Ok(Value::Null);
    }
    serde_json::from_slice(&answer.body).map_err(|_| {
        Error::user(
            format!("{}: the answer is no JSON", request.shown()),
            "Check the address in the settings: it must be that of the API.",
        )
    })
}

fn fault(error: door::Error) -> Error {
    Error {
        blame: match error.blame {
            door::Blame::User => Blame::User,
            door::Blame::Remote => Blame::Remote,
        },
        retry: match error.retry {
            door::Retry::Never => Retry::Never,
            door::Retry::After(time) => Retry::After(time),
        },
        what: error.what,
        remedy: error.remedy,
    }
}

/// A text of an answer by its path; empty if there is none.
pub(crate) fn text(value: &Value, pointer: &str) -> String {
    match value.pointer(pointer) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

/// A list of an answer by its path.
pub(crate) fn list<'v>(value: &'v Value, pointer: &str) -> &'v [Value] {
    value.pointer(pointer).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// Sets a member of an object.
pub(crate) fn set(object: &mut Value, name: &str, value: Value) {
    if let Some(members) = object.as_object_mut() {
        members.insert(name.to_owned(), value);
    }
}
