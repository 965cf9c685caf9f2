//! Calls, their answers, and failures as the product tells them.

use std::rc::Rc;
use std::time::Duration;

use aws::{Call, Client, Kind, Protocol};
use model::response::Step;
use model::{Blame, Error, Retry};
use serde_json::Value;

/// What throttling is waited out with.
const LATER: Duration = Duration::from_secs(30);

/// A client, and calls of the services.
pub(crate) struct Wire(pub(crate) Rc<Client>);

impl Wire {
    pub(crate) fn ec2(&self, action: &'static str, with: &[(&str, &str)]) -> Result<Value, Error> {
        self.call(Call::new("ec2", "2016-11-15", action, Protocol::Ec2), with, &[])?
            .ok_or_else(|| gone(action))
    }

    pub(crate) fn iam(&self, action: &'static str, with: &[(&str, &str)]) -> Result<Value, Error> {
        self.call(Call::new("iam", "2010-05-08", action, Protocol::Query), with, &[])?
            .ok_or_else(|| gone(action))
    }

    pub(crate) fn groups(
        &self,
        action: &'static str,
        with: &[(&str, &str)],
    ) -> Result<Value, Error> {
        self.call(Call::new("autoscaling", "2011-01-01", action, Protocol::Query), with, &[])?
            .ok_or_else(|| gone(action))
    }

    /// A call of EC2; nothing if AWS answers with one of these codes.
    pub(crate) fn ec2_if(
        &self,
        action: &'static str,
        with: &[(&str, &str)],
        absent: &[&str],
    ) -> Result<Option<Value>, Error> {
        self.call(Call::new("ec2", "2016-11-15", action, Protocol::Ec2), with, absent)
    }

    /// A call of IAM; nothing if there is no such thing.
    pub(crate) fn iam_if(
        &self,
        action: &'static str,
        with: &[(&str, &str)],
    ) -> Result<Option<Value>, Error> {
        let call = Call::new("iam", "2010-05-08", action, Protocol::Query);
        self.call(call, with, &["NoSuchEntity"])
    }

    /// A call of a service that speaks JSON, with AWS's own failure.
    pub(crate) fn json(
        &self,
        (service, prefix): (&'static str, &'static str),
        action: &'static str,
        members: Value,
    ) -> Result<Value, aws::Error> {
        let call = Call::new(service, "", action, Protocol::Json(prefix)).with_json(members);
        self.0.call(&call).map(|said| said.value)
    }

    pub(crate) fn call(
        &self,
        call: Call,
        with: &[(&str, &str)],
        absent: &[&str],
    ) -> Result<Option<Value>, Error> {
        let call = with.iter().fold(call, |call, (key, value)| call.with(key, *value));
        match self.0.call(&call) {
            Ok(said) => Ok(Some(said.value)),
            Err(error) if absent.contains(&error.code.as_str()) => Ok(None),
            Err(error) => Err(told(error)),
        }
    }
}

fn gone(action: &str) -> Error {
    told(aws::Error::broken(format!("{action}: no answer")))
}

/// The same failure as the product tells it.
pub(crate) fn told(error: aws::Error) -> Error {
    let retry = match error.kind {
        Kind::Throttled | Kind::Broken => Retry::After(LATER),
        _ => Retry::Never,
    };
    let remedy = match error.kind {
        Kind::Denied => "`yagura respond policy PLAN` prints what the role must be allowed.".into(),
        _ => error.remedy,
    };
    Error { blame: Blame::Remote, retry, what: error.what, remedy }
}

/// A text of an answer by its path; empty if there is none.
pub(crate) fn text<'v>(value: &'v Value, pointer: &str) -> &'v str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

/// A list of an answer by its path.
pub(crate) fn list<'v>(value: &'v Value, pointer: &str) -> &'v [Value] {
    value.pointer(pointer).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// A parameter of a step; empty if there is none.
pub(crate) fn parameter<'s>(step: &'s Step, name: &str) -> &'s str {
    step.parameters.get(name).map_or("", String::as_str)
}

/// The failure of a step that no member knows.
pub(crate) fn unknown(step: &Step) -> Error {
    Error::us(format!("no responder does {}", step.action))
}

/// An instance as EC2 has it; nothing if it is ended or was forgotten.
pub(crate) fn instance(wire: &Wire, id: &str) -> Result<Option<Value>, Error> {
    let absent = ["InvalidInstanceID.NotFound"];
    let said = wire.ec2_if("DescribeInstances", &[("InstanceId.1", id)], &absent)?;
    let found = said.and_then(|said| said.pointer("/Reservations/0/Instances/0").cloned());
    Ok(found.filter(|it| !matches!(text(it, "/State/Name"), "terminated" | "shutting-down" | "")))
}
