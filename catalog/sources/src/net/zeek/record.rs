//! One record of any Zeek log, whichever form it is written in.

use model::Time;
use model::time::Precision;
use ocsf::Scalar;
use sonic_rs::{JsonContainerTrait, JsonValueTrait, Value};

use super::table::{Sort, Table};
use crate::net::ends::Ends;
use crate::net::web::Request;
use crate::{clock, json};

/// The most elements of a set that are looked at.
pub(super) const LIST_MAX: usize = 128;
/// No connection lasts longer, in seconds: about thirty years.
const DURATION_MAX: f64 = 1e9;

/// What tells the logs apart whose records do not name theirs.
const SIGNS: &[(&str, &[&str])] = &[
    ("conn", &["conn_state"]),
    ("x509", &["certificate.serial"]),
    ("ftp", &["command", "user"]),
    ("mysql", &["cmd", "arg"]),
    ("notice", &["note"]),
    ("weird", &["name", "notice"]),
    ("ssh", &["auth_attempts"]),
    ("ssh", &["host_key_alg"]),
    ("ssl", &["ssl_history"]),
    ("ssl", &["established", "resumed"]),
    ("smtp", &["helo"]),
    ("smtp", &["mailfrom"]),
    ("smtp", &["trans_depth", "last_reply"]),
    ("rdp", &["security_protocol"]),
    ("rdp", &["cookie", "result"]),
    ("http", &["trans_depth", "request_body_len"]),
    ("http", &["method", "uri"]),
    ("dns", &["trans_id", "rejected"]),
    ("dns", &["query", "qtype"]),
    ("kerberos", &["request_type", "service"]),
    ("smb_files", &["action", "path"]),
    ("smb_mapping", &["path", "share_type"]),
    ("ntlm", &["server_nb_computer_name"]),
    ("dce_rpc", &["endpoint", "operation"]),
    ("dhcp", &["msg_types"]),
    ("files", &["fuid", "seen_bytes"]),
    ("intel", &["seen.indicator"]),
];

/// Whether an object is a record: it has a time, and a connection or a log's own names.
pub(super) fn is_zeek(value: &Value) -> bool {
    if !json::has(value, "ts") {
        return false;
    }
    let has = |name: &str| json::present(value, name);
    has("id.orig_h")
        || has("_path") && (has("uid") || has("_write_ts") || sign(value).is_some())
        || has("certificate.serial")
        || has("fuid") && (has("source") || has("seen_bytes"))
        || has("note") && has("msg") && has("suppress_for")
        || has("name") && has("notice") && has("peer")
}

fn sign(value: &Value) -> Option<&'static str> {
    let bears = |keys: &&[&str]| keys.iter().all(|key| json::present(value, key));
    SIGNS.iter().find(|(_, keys)| bears(keys)).map(|(path, _)| *path)
}

/// A record's own form.
#[derive(Clone, Copy)]
pub(super) enum Own<'v> {
    Json(&'v Value),
    Row { table: &'v Table, cells: &'v [&'v str] },
}

/// One record.
pub(super) struct Record<'v> {
    pub(super) own: Own<'v>,
    pub(super) path: &'v str,
    pub(super) time: Time,
}

impl<'v> Record<'v> {
    /// The record, with the time still to be set.
    pub(super) fn new(own: Own<'v>) -> Self {
        let path = match own {
            Own::Json(value) => match json::text(value, &["_path"]) {
                Some(path) => path,
                None => sign(value).unwrap_or(""),
            },
            Own::Row { table, .. } => &table.path,
        };
        Record { own, path, time: Time::seconds(0) }
    }

    /// A text as the log has it.
    pub(super) fn text(&self, name: &str) -> Option<&'v str> {
        let text = match self.own {
            Own::Json(value) => member(value, name)?.as_str(),
            Own::Row { table, cells } => table.cell(cells, name).map(|(cell, _)| cell),
        };
        text.filter(|text| !text.is_empty())
    }

    pub(super) fn number(&self, name: &str) -> Option<i64> {
        match self.own {
            Own::Json(value) => member(value, name)?.as_i64(),
            Own::Row { table, cells } => table.cell(cells, name)?.0.parse().ok(),
        }
    }

    /// A real number, which may be negative.
    pub(super) fn signed(&self, name: &str) -> Option<f64> {
        let real = match self.own {
            Own::Json(value) => member(value, name)?.as_f64(),
            Own::Row { table, cells } => table.cell(cells, name)?.0.parse().ok(),
        };
        real.filter(|real: &f64| real.is_finite())
    }

    fn real(&self, name: &str) -> Option<f64> {
        self.signed(name).filter(|real| *real >= 0.0)
    }

    pub(super) fn truth(&self, name: &str) -> Option<bool> {
        match self.own {
            Own::Json(value) => member(value, name)?.as_bool(),
            Own::Row { table, cells } => match table.cell(cells, name)?.0 {
                "T" => Some(true),
                "F" => Some(false),
                _ => None,
            },
        }
    }

    /// The elements of a set, or the one text that stands in its place.
    pub(super) fn list(&self, name: &str) -> Vec<&'v str> {
        match self.own {
            Own::Json(value) => match member(value, name) {
                Some(one) if one.is_str() => one.as_str().into_iter().collect(),
                Some(many) => {
                    let items = many.as_array().into_iter().flatten();
                    items.filter_map(|item| item.as_str()).take(LIST_MAX).collect()
                }
                None => Vec::new(),
            },
            Own::Row { table, cells } => match table.cell(cells, name) {
                Some((cell, Sort::Many)) if !table.inner.is_empty() => {
                    cell.split(table.inner.as_str()).take(LIST_MAX).collect()
                }
                Some((cell, _)) => vec![cell],
                None => Vec::new(),
            },
        }
    }

    pub(super) fn time_of(&self, name: &str) -> Option<Time> {
        match self.own {
            Own::Json(value) => json::time(member(value, name)?),
            Own::Row { .. } => {
                let text = self.text(name)?;
                clock::epoch(text).or_else(|| Time::parse_rfc3339(text))
            }
        }
    }

    /// When it began.
    pub(super) fn time(&self) -> Option<Time> {
        self.time_of("ts")
    }

    pub(super) fn duration(&self) -> Option<f64> {
        self.real("duration").filter(|seconds| *seconds <= DURATION_MAX)
    }

    /// A connection from its first to its last packet; anything else when it was seen.
    pub(super) fn interval(&self) -> Time {
        let Some(seconds) = self.duration().filter(|_| self.path == "conn") else {
            return self.time;
        };
        let end = self.time.end.saturating_add((seconds * 1e9) as i64);
        self.time.until(Time::point(end, Precision::Nanos))
    }

    /// Who began the connection, and with whom.
    pub(super) fn ends(&self) -> Ends<'v> {
        let (src, dst) = (self.text("id.orig_h"), self.text("id.resp_h"));
        let (mut src, mut dst) =
            (src.or(self.text("client_addr")), dst.or(self.text("server_addr")));
        if src.or(dst).is_none() && matches!(self.path, "files" | "x509" | "notice") {
            // Older logs of files list who sent and who received; notices name their ends.
            let first = |name: &str| self.list(name).first().copied();
            let sent = first("tx_hosts").or_else(|| self.text("tx"));
            let got = first("rx_hosts").or_else(|| self.text("rx"));
            (src, dst) =
                if self.truth("is_orig") == Some(true) { (sent, got) } else { (got, sent) };
            (src, dst) = (src.or(self.text("src")), dst.or(self.text("dst")));
        }
        let ends = Ends {
            src,
            src_port: self.number("id.orig_p"),
            dst,
            dst_port: self.number("id.resp_p").or_else(|| self.number("p")),
            proto: self.text("proto"),
        };
        ends.checked()
    }

    /// The web request of a record of `http`.
    pub(super) fn request(&self) -> Request<'v> {
        if self.path != "http" {
            return Request::default();
        }
        Request {
            method: self.text("method"),
            host: self.text("host"),
            target: self.text("uri"),
            version: self.text("version"),
            referrer: self.text("referrer"),
            agent: self.text("user_agent"),
            status: self.number("status_code"),
            status_text: self.text("status_msg").filter(|text| *text != "<empty>"),
            received: self.number("response_body_len"),
            sent: self.number("request_body_len"),
        }
    }

    /// Hands every value of a field under the log's own name to `each`; says whether there is any.
    pub(super) fn visit(&self, name: &str, each: &mut dyn FnMut(Scalar<'_>) -> bool) -> bool {
        match self.own {
            Own::Json(value) => {
                json::visit(value, name, each);
                json::present(value, name)
            }
            Own::Row { table, cells } => {
                let Some((cell, sort)) = table.cell(cells, name) else { return false };
                if sort == Sort::Many {
                    self.list(name).into_iter().all(|item| each(item.into()));
                } else {
                    each(scalar(cell, sort));
                }
                true
            }
        }
    }
}

/// A member by its dotted name, which some writers keep as one key and others nest.
fn member<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    let object = value.as_object()?;
    object.get(&name).or_else(|| {
        let (head, rest) = name.split_once('.')?;
        object.get(&head)?.as_object()?.get(&rest)
    })
}

fn scalar(cell: &str, sort: Sort) -> Scalar<'_> {
    let known = match sort {
        Sort::Whole => cell.parse().ok().map(Scalar::Int),
        Sort::Real => cell.parse().ok().map(Scalar::Float),
        Sort::Truth => Some(Scalar::Bool(cell == "T")),
        Sort::Text | Sort::Many => None,
    };
    known.unwrap_or_else(|| cell.into())
}
