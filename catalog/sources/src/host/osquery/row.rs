//! One row of a result: whose, of which form, and the deed that it tells.

use std::borrow::Cow;
use std::net::IpAddr;

use model::{Outcome, Time};
use sonic_rs::Value;

use super::{said, tables};
use crate::host::deed::Deed;
use crate::json;

/// How a row came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// It is new since the last run.
    Added,
    /// It is gone since the last run.
    Removed,
    /// The whole answer of one run.
    Snapshot,
    /// A line of osquery's own log.
    Status,
    /// Something that the log calls otherwise.
    Other,
}

impl Form {
    /// By the word of the log; a batch without rows has none.
    pub fn of(word: Option<&str>) -> Form {
        match word {
            Some("added") => Form::Added,
            Some("removed") => Form::Removed,
            Some("snapshot") => Form::Snapshot,
            _ => Form::Other,
        }
    }

    /// The word of the log.
    pub fn word(self) -> &'static str {
        match self {
            Form::Added => "added",
            Form::Removed => "removed",
            Form::Snapshot => "snapshot",
            Form::Status => "status",
            Form::Other => "result",
        }
    }
}

/// One row.
pub struct Row<'v> {
    /// What stands around it: query, host, time.
    pub frame: &'v Value,
    /// The row; `None` for a result without any, and for a line of the status log.
    pub columns: Option<&'v Value>,
    /// How it came.
    pub form: Form,
    /// When it happened, as far as the row says, else when it was told.
    pub time: Time,
}

impl<'v> Row<'v> {
    /// A column, as text. Numbers below zero are what tables of events have for "not known".
    pub fn text(&self, name: &str) -> Option<Cow<'v, str>> {
        let text = said(json::at(self.columns?, &[name])?)?;
        Some(text).filter(|text| !matches!(text.as_ref(), "-1" | "null"))
    }

    /// A column, as number.
    pub fn number(&self, name: &str) -> Option<i64> {
        self.text(name)?.parse().ok()
    }

    /// Whether there is a column.
    pub fn has(&self, name: &str) -> bool {
        self.columns.is_some_and(|columns| json::at(columns, &[name]).is_some())
    }

    /// The query's name.
    pub fn query(&self) -> Option<&'v str> {
        json::text(self.frame, &["name"]).filter(|name| !name.trim().is_empty())
    }

    /// The machine: what decorations call it, else the identifier.
    pub fn host(&self) -> Option<&'v str> {
        let places: [&[&str]; 5] = [
            &["decorations", "hostname"],
            &["decorations", "computer_name"],
            &["hostname"],
            &["hostIdentifier"],
            &["host_identifier"],
        ];
        let texts = places.iter().filter_map(|path| json::text(self.frame, path));
        texts.map(str::trim).find(|text| !text.is_empty())
    }

    /// Where a login came from.
    pub fn address(&self) -> Option<&'v str> {
        let columns = self.columns.filter(|_| tables::is_login(self))?;
        let host = json::text(columns, &["host"]).or(json::text(columns, &["address"]))?;
        host.parse::<IpAddr>().is_ok().then_some(host)
    }

    /// Events of sockets, of system calls and of logins say it.
    pub fn outcome(&self) -> Outcome {
        let status = self.text("status");
        match status.as_deref() {
            Some("succeeded" | "success") => return Outcome::Success,
            Some("failed" | "no_status") if self.has("remote_address") => return Outcome::Failure,
            Some("in_progress") => return Outcome::Unknown,
            _ => {}
        }
        if let Some(code) = self.number("exit_code").filter(|_| self.has("probe_error")) {
            return if code == 0 { Outcome::Success } else { Outcome::Failure };
        }
        let message = self.text("message");
        match message.as_deref() {
            Some(text) if text.contains("res=success") => Outcome::Success,
            Some(text) if text.contains("res=failed") => Outcome::Failure,
            _ if self.form == Form::Added && self.columns.is_some_and(tables::is_event) => {
                Outcome::Success
            }
            _ => Outcome::Unknown,
        }
    }

    /// What the row tells.
    pub fn deed(&self) -> Deed<'v> {
        let mut deed = Deed::new(("osquery", "osquery"), self.time);
        deed.outcome = self.outcome();
        deed.host = self.host().map(Cow::Borrowed);
        deed.code = self.query().map(Cow::Borrowed);
        deed.called = Some(Cow::Borrowed(self.form.word()));
        if self.form == Form::Status {
            deed.message = json::text(self.frame, &["message"]).map(Cow::Borrowed);
            let level = json::at(self.frame, &["severity"]).and_then(said);
            deed.severity = match level.as_deref() {
                Some("1") => 2,
                Some("2") => 3,
                Some("3") => 4,
                _ => 1,
            };
            return deed;
        }
        deed.labels.push(Cow::Borrowed(self.form.word()));
        if self.columns.is_some() {
            tables::tell(self, &mut deed);
        }
        deed
    }
}
