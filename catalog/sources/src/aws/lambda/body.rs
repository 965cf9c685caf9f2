//! One line of Lambda as an event: invocations as OCSF Application Lifecycle (6002), faults and
//! errors as Application Error (6008), all else that a function says as Base Event (0).

use std::borrow::Cow;

use model::text::printable;
use model::{Body, Entity, EntityKind, Outcome, Role, Time};
use ocsf::{Class, Flat, Scalar, paths};
use sonic_rs::Value;

use crate::aws::shared::{push, put_cloud, put_severity, put_status};
use crate::json;

type Text<'a> = Option<Cow<'a, str>>;

/// The longest message that an event carries, in bytes.
const MESSAGE_MAX: usize = 4096;

/// One line.
pub(super) struct Record<'a> {
    /// `platform.…`, or `function` for what the function wrote.
    pub kind: &'a str,
    /// Its own time, or that of its delivery.
    pub time: Option<Time>,
    /// The invocation's id; all its lines share it.
    pub request: Text<'a>,
    /// `success`, `error`, `failure`, `timeout`.
    pub status: Text<'a>,
    /// What the error is called.
    pub error: Text<'a>,
    /// The level of a function's line.
    pub level: Text<'a>,
    /// What it says.
    pub message: Cow<'a, str>,
    /// Names and values of a platform line.
    pub fields: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    /// The record's JSON, if it is some.
    pub own: Option<&'a Value>,
    /// The function's name.
    pub function: Option<&'a str>,
    /// The account that owns the log group.
    pub account: Option<&'a str>,
}

impl Default for Record<'_> {
    fn default() -> Self {
        Record {
            kind: "function",
            time: None,
            request: None,
            status: None,
            error: None,
            level: None,
            message: Cow::Borrowed(""),
            fields: Vec::new(),
            own: None,
            function: None,
            account: None,
        }
    }
}

impl Record<'_> {
    /// Whether it was done, as far as the line says.
    pub(super) fn outcome(&self) -> Outcome {
        match (self.status.as_deref(), self.level.as_deref()) {
            (Some("success"), _) => Outcome::Success,
            (Some("error" | "failure" | "timeout"), _)
            | (_, Some("ERROR" | "FATAL" | "CRITICAL")) => Outcome::Failure,
            _ if self.kind == "platform.report" => Outcome::Success,
            _ => Outcome::Unknown,
        }
    }

    fn is_platform(&self) -> bool {
        self.kind.starts_with("platform.")
    }

    /// A value of a platform line by its name as text or in JSON, its unit left out.
    fn value(&self, names: &[&str]) -> Option<&str> {
        let found = self.fields.iter().find(|(name, _)| names.contains(&name.as_ref()))?;
        found.1.split(' ').next()
    }

    fn class(&self) -> (Class, i64) {
        let activity = match self.kind {
            "platform.start" | "platform.initStart" | "platform.restoreStart" => 3,
            "platform.end" | "platform.runtimeDone" => 4,
            _ => 99,
        };
        match self.outcome() {
            Outcome::Failure if self.kind == "platform.fault" => (Class::APPLICATION_ERROR, 1),
            Outcome::Failure if !self.is_platform() => (Class::APPLICATION_ERROR, 1),
            _ if self.is_platform() => (Class::APPLICATION_LIFECYCLE, activity),
            _ => (Class::BASE_EVENT, 0),
        }
    }
}

impl Body for Record<'_> {
    fn ocsf(&self) -> Flat<'_> {
        let (class, activity) = self.class();
        let mut flat = Flat::new(class, activity);
        if activity == 99 {
            flat.put(paths::ACTIVITY_NAME, self.kind.trim_start_matches("platform."));
        }
        let severity = match (self.outcome(), self.level.as_deref()) {
            (_, Some("FATAL" | "CRITICAL")) => 5,
            (Outcome::Failure, _) => 4,
            (_, Some("WARN" | "WARNING")) => 3,
            _ => 1,
        };
        put_severity(&mut flat, severity);
        let time = self.time.unwrap_or_else(|| Time::seconds(0));
        put_cloud(&mut flat, "AWS Lambda", time, self.account, None);
        put_status(&mut flat, self.outcome());
        flat.put_some(paths::STATUS_CODE, self.status.as_deref());
        flat.put_some(paths::STATUS_DETAIL, self.error.as_deref());
        flat.put(paths::METADATA_EVENT_CODE, self.kind);
        flat.put_some(paths::METADATA_CORRELATION_UID, self.request.as_deref());
        flat.put_some(paths::METADATA_LOG_LEVEL, self.level.as_deref());
        flat.put_some(paths::METADATA_PRODUCT_FEATURE_NAME, self.function);
        if class == Class::APPLICATION_LIFECYCLE {
            flat.put(paths::APP_NAME, self.function.unwrap_or("Lambda function"));
            flat.put(paths::APP_VENDOR_NAME, "AWS");
        }
        let end = self.message.floor_char_boundary(MESSAGE_MAX);
        let message = self.message.get(..end).unwrap_or("").trim();
        flat.put_some(paths::MESSAGE, Some(message));
        let duration = self.value(&["Duration", "durationMs"]).and_then(|ms| ms.parse().ok());
        let whole = |ms: f64| (0.0..1e12).contains(&ms).then(|| ms.round() as i64);
        if let Some(duration) = duration.and_then(whole) {
            flat.put(paths::DURATION, duration);
        }
        ocsf::fitted(flat)
    }

    fn field(&self, name: &str, each: &mut dyn FnMut(Scalar<'_>) -> bool) {
        // The names that CloudWatch Logs Insights finds in these logs, then the line's own.
        let text = match name {
            "@requestId" | "requestId" => self.request.as_deref(),
            "@type" => Some(self.kind),
            "@message" | "message" => Some(self.message.as_ref()),
            "level" => self.level.as_deref(),
            "@duration" => self.value(&["Duration", "durationMs"]),
            "@billedDuration" => self.value(&["Billed Duration", "billedDurationMs"]),
            "@initDuration" => self.value(&["Init Duration", "initDurationMs"]),
            "@memorySize" => self.value(&["Memory Size", "memorySizeMB"]),
            "@maxMemoryUsed" => self.value(&["Max Memory Used", "maxMemoryUsedMB"]),
            _ => self.fields.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_ref()),
        };
        if let Some(text) = text {
            each(text.into());
        } else if let Some(own) = self.own {
            json::visit(own, name, each);
        }
    }

    fn entities<'s>(&'s self, out: &mut Vec<Entity<'s>>) {
        push(out, EntityKind::Account, self.account, Role::Place);
    }

    fn action(&self) -> String {
        let first = self.message.lines().next().unwrap_or("");
        let phrase = match (self.is_platform(), self.kind) {
            (true, "platform.fault") | (false, _) => printable(first, 120),
            (true, kind) => Cow::Borrowed(kind),
        };
        let phrase = phrase.trim();
        if phrase.is_empty() { "lambda:function".into() } else { format!("lambda:{phrase}") }
    }
}
