//! One call, before it is signed.

use serde_json::{Map, Value};

/// How a service is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// EC2: a form in, XML out, names of its own.
    Ec2,
    /// The query protocol: a form in, XML out.
    Query,
    /// JSON in and out, the action in a header with this prefix.
    Json(&'static str),
    /// A plain GET of this path, JSON out.
    Get(&'static str),
}

/// A call.
#[derive(Clone, Debug)]
pub struct Call {
    /// The service as it signs itself, for instance `ec2`.
    pub service: &'static str,
    /// The first part of its host name, if it is another.
    pub host: Option<&'static str>,
    /// The version of its API (`2016-11-15`); empty for JSON.
    pub version: &'static str,
    /// The action, for instance `DescribeInstances`.
    pub action: &'static str,
    /// How it is spoken to.
    pub protocol: Protocol,
    /// Parameters: of a form, of a query, members of a JSON object.
    pub parameters: Vec<(String, String)>,
    /// Members of a JSON object that are more than a text.
    pub members: Map<String, Value>,
}

impl Call {
    /// A call without parameters.
    pub fn new(
        service: &'static str,
        version: &'static str,
        action: &'static str,
        protocol: Protocol,
    ) -> Self {
        let (parameters, members) = (Vec::new(), Map::new());
        Call { service, host: None, version, action, protocol, parameters, members }
    }

    /// Adds a parameter.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<String>) -> Self {
        self.parameters.push((key.to_owned(), value.into()));
        self
    }

    /// Adds the members of a JSON object; what is no object adds nothing.
    #[must_use]
    pub fn with_json(mut self, value: Value) -> Self {
        if let Value::Object(members) = value {
            self.members.extend(members);
        }
        self
    }

    /// The name of the action with its service, as policies write it.
    pub fn name(&self) -> String {
        format!("{}:{}", self.service, self.action)
    }

    /// The parameters as a form or query.
    pub(crate) fn form(&self) -> String {
        let parts = self.parameters.iter();
        let parts =
            parts.map(|(key, value)| format!("{}={}", door::encode(key), door::encode(value)));
        parts.collect::<Vec<_>>().join("&")
    }
}
