//! One EVE record: its type, its ends, its verdict.

use model::{Outcome, Time};
use sonic_rs::{JsonValueTrait, Value};

use super::alert::Alert;
use crate::json;
use crate::net::ends::Ends;
use crate::net::web::Request;

/// The port of name servers.
const DNS: i64 = 53;

/// Whether a value is an EVE record: its type says what else stands in it.
pub(super) fn is_eve(value: &Value) -> bool {
    let Some(kind) = json::text(value, &["event_type"]) else { return false };
    let has = |name: &str| json::has(value, name);
    let has_ends = has("src_ip") || has("dest_ip");
    has("timestamp") && (has_ends || has("flow_id") || has(kind) || has("in_iface"))
}

/// When the sensor wrote it down: `2026-10-20T04:10:22.315742+0000`.
pub(super) fn time(value: &Value) -> Option<Time> {
    json::at(value, &["timestamp"]).and_then(json::time)
}

/// One record.
pub(super) struct Eve<'v> {
    pub(super) value: &'v Value,
    pub(super) time: Time,
    pub(super) kind: &'v str,
    pub(super) ends: Ends<'v>,
}

impl<'v> Eve<'v> {
    pub(super) fn new(value: &'v Value, time: Time) -> Self {
        let kind = json::text(value, &["event_type"]).unwrap_or("");
        let number = |key| json::at(value, &[key]).and_then(JsonValueTrait::as_i64);
        let ends = Ends {
            src: json::text(value, &["src_ip"]),
            src_port: number("src_port"),
            dst: json::text(value, &["dest_ip"]),
            dst_port: number("dest_port"),
            proto: json::text(value, &["proto"]),
        };
        Eve { value, time, kind, ends: ends.checked() }
    }

    pub(super) fn text(&self, path: &[&str]) -> Option<&'v str> {
        json::text(self.value, path).filter(|text| !text.is_empty())
    }

    pub(super) fn number(&self, path: &[&str]) -> Option<i64> {
        json::at(self.value, path)?.as_i64()
    }

    /// A text inside the object that is named like the record's type.
    pub(super) fn own(&self, key: &str) -> Option<&'v str> {
        self.text(&[self.kind, key])
    }

    /// Who began the talk with whom. An alert on an answer has the server as its source, and so
    /// has an answer of a name server in old versions.
    pub(super) fn parties(&self) -> Ends<'v> {
        let answers = self.kind == "dns"
            && self.ends.src_port == Some(DNS)
            && self.ends.dst_port != Some(DNS);
        let began = self.text(&["flow", "src_ip"]);
        let is_turned = began.is_some() && began == self.ends.dst && began != self.ends.src;
        if answers || is_turned { self.ends.turned() } else { self.ends }
    }

    /// A flow from its first to its last packet; anything else when it was seen.
    pub(super) fn interval(&self) -> Time {
        if !matches!(self.kind, "flow" | "netflow") {
            return self.time;
        }
        let at = |key| json::at(self.value, &[self.kind, key]).and_then(json::time);
        match (at("start"), at("end")) {
            (Some(start), Some(end)) if end.start >= start.start => start.until(end),
            (Some(start), _) => start,
            _ => self.time,
        }
    }

    pub(super) fn is_blocked(&self) -> bool {
        let said = |path| matches!(self.text(path), Some("blocked" | "drop" | "reject"));
        self.kind == "drop" || said(&["alert", "action"]) || said(&["verdict", "action"])
    }

    pub(super) fn outcome(&self) -> Outcome {
        match self.kind {
            _ if self.is_blocked() => Outcome::Failure,
            "http" => self.request().outcome(),
            "dns" => match self.answer_code() {
                Some("NOERROR") => Outcome::Success,
                Some(_) => Outcome::Failure,
                None => Outcome::Unknown,
            },
            "flow" if self.text(&["flow", "action"]) == Some("drop") => Outcome::Failure,
            "flow" => match self.text(&["flow", "state"]) {
                Some("established" | "closed") => Outcome::Success,
                _ => Outcome::Unknown,
            },
            _ => Outcome::Unknown,
        }
    }

    /// The web request of the record, wherever it came from.
    pub(super) fn request(&self) -> Request<'v> {
        let text = |key| self.text(&["http", key]);
        let number = |key| self.number(&["http", key]);
        Request {
            method: text("http_method"),
            host: text("hostname"),
            target: text("url"),
            version: text("protocol"),
            referrer: text("http_refer"),
            agent: text("http_user_agent"),
            status: number("status"),
            status_text: None,
            received: number("length"),
            sent: None,
        }
    }

    /// The signature that matched, of records that tell of one.
    pub(super) fn alert(&self) -> Option<Alert<'v>> {
        let number = |key| self.number(&["alert", key]).unwrap_or(0);
        json::at(self.value, &["alert"]).filter(|_| self.kind == "alert")?;
        Some(Alert {
            time: self.time,
            signature: self.text(&["alert", "signature"]).unwrap_or(""),
            gid: self.number(&["alert", "gid"]).unwrap_or(1),
            sid: number("signature_id"),
            rev: number("rev"),
            category: self.text(&["alert", "category"]),
            severity: self.number(&["alert", "severity"]),
            is_blocked: self.is_blocked(),
            ends: self.ends,
        })
    }

    /// The file that the record is of.
    pub(super) fn file(&self) -> Option<&'v str> {
        let first = json::at(self.value, &["files"]).and_then(|files| {
            use sonic_rs::JsonContainerTrait;
            files.as_array()?.iter().next()
        });
        let listed = first.and_then(|file| json::text(file, &["filename"]));
        let named = self.text(&["fileinfo", "filename"]).or(listed);
        named.or_else(|| self.text(&["smb", "filename"])).filter(|name| !name.trim().is_empty())
    }
}
