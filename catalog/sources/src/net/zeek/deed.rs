//! Which class a record is of, and whether what it tells came off.

use model::Outcome;
use ocsf::Class;

use super::conn;
use super::record::Record;
use crate::db::sql;
use crate::net::web;

impl<'v> Record<'v> {
    /// Class, activity, and the activity's name where the class does not list it.
    pub(super) fn class(&self) -> (Class, i64, Option<&'v str>) {
        let ends = self.ends();
        let has_ends = ends.src.is_some() || ends.dst.is_some();
        match self.path {
            "notice" | "intel" => (Class::DETECTION_FINDING, 1, Some("Create")),
            "kerberos" | "ntlm" if self.user().is_some() => {
                let ticket = self.text("request_type");
                let activity = match ticket {
                    Some("AS") => 3,
                    Some("TGS") => 4,
                    _ => 1,
                };
                (Class::AUTHENTICATION, activity, None)
            }
            "mysql" if ends.src.is_some() => (Class::DATASTORE_ACTIVITY, self.statement(), None),
            "smtp" if self.names_mailbox() => (Class::EMAIL_ACTIVITY, 3, None),
            "files" if ends.src.is_some() => {
                let sent = self.truth("is_orig") == Some(true);
                (Class::NETWORK_FILE_ACTIVITY, if sent { 1 } else { 2 }, None)
            }
            "x509" => (Class::NETWORK_ACTIVITY, 99, Some("Certificate details")),
            _ if !has_ends => (Class::BASE_EVENT, 99, Some(self.log())),
            "conn" => (Class::NETWORK_ACTIVITY, conn::activity(self), None),
            "dns" => {
                let answered =
                    self.text("rcode_name").is_some() || !self.list("answers").is_empty();
                (Class::DNS_ACTIVITY, if answered { 6 } else { 1 }, None)
            }
            "http" if self.request().says_something() => {
                (Class::HTTP_ACTIVITY, web::activity(self.text("method")), None)
            }
            "ssh" => match self.truth("auth_success") {
                Some(true) => (Class::SSH_ACTIVITY, 99, Some("Authorization Successful")),
                Some(false) => (Class::SSH_ACTIVITY, 4, None),
                None => (Class::SSH_ACTIVITY, 6, None),
            },
            "ftp" => (Class::FTP_ACTIVITY, self.transfer(), None),
            "rdp" => (Class::RDP_ACTIVITY, 6, None),
            "dhcp" => (Class::DHCP_ACTIVITY, self.lease(), None),
            "smb_files" if self.text("action") == Some("SMB::FILE_OPEN") => {
                (Class::SMB_ACTIVITY, 2, None)
            }
            "smb_files" | "smb_mapping" => (Class::SMB_ACTIVITY, 99, self.text("action")),
            "weird" => (Class::NETWORK_ACTIVITY, 99, self.text("name")),
            _ => (Class::NETWORK_ACTIVITY, 6, None),
        }
    }

    /// The log's name, as far as it is known.
    pub(super) fn log(&self) -> &'v str {
        if self.path.is_empty() { "unknown" } else { self.path }
    }

    fn names_mailbox(&self) -> bool {
        let sender = self.text("mailfrom").or_else(|| self.text("from"));
        sender.is_some_and(|sender| sender.contains('@'))
            || self.list("rcptto").iter().any(|to| to.contains('@'))
    }

    fn transfer(&self) -> i64 {
        match self.text("command") {
            Some("STOR" | "STOU" | "APPE") => 1,
            Some("RETR") => 2,
            Some("DELE") => 4,
            Some("RNFR" | "RNTO") => 5,
            Some("LIST" | "NLST" | "MLSD") => 6,
            _ => 0,
        }
    }

    fn lease(&self) -> i64 {
        const TYPES: &[&str] =
            &["DISCOVER", "OFFER", "REQUEST", "DECLINE", "ACK", "NAK", "RELEASE", "INFORM"];
        let types = self.list("msg_types");
        let last = types.last().and_then(|last| TYPES.iter().position(|kind| kind == last));
        last.map_or(0, |at| at as i64 + 1)
    }

    /// What a command of MySQL does: of a query its first word says it.
    fn statement(&self) -> i64 {
        match self.text("cmd") {
            Some("login" | "connect" | "change_user") => sql::activity::CONNECT,
            Some("query" | "execute" | "stmt_prepare") => {
                sql::verb(self.query().unwrap_or("")).activity
            }
            Some("create_db") => sql::activity::CREATE,
            Some("drop_db") => sql::activity::DELETE,
            _ => 99,
        }
    }

    /// A query of MySQL without the bytes of the protocol before it, which Zeek writes as `\x00`.
    pub(super) fn query(&self) -> Option<&'v str> {
        let is_query = !matches!(self.text("cmd"), Some("login" | "change_user"));
        let mut text = self.text("arg").filter(|_| self.path == "mysql" && is_query)?;
        while let Some(rest) = text.strip_prefix("\\x").and_then(|rest| rest.get(2..)) {
            text = rest;
        }
        Some(text).filter(|text| !text.trim().is_empty())
    }

    /// Who it was, by the name that the protocol told.
    pub(super) fn user(&self) -> Option<&'v str> {
        let name = match self.path {
            "http" | "ntlm" | "radius" | "socks" => "username",
            "ftp" | "irc" => "user",
            "kerberos" => "client",
            "rdp" => "cookie",
            "mysql" if matches!(self.text("cmd"), Some("login" | "change_user")) => "arg",
            _ => return None,
        };
        self.text(name).filter(|user| !user.trim().is_empty() && *user != "<unknown>")
    }

    /// Whether it came off.
    pub(super) fn outcome(&self) -> Outcome {
        let said = |truth: Option<bool>| match truth {
            Some(true) => Outcome::Success,
            Some(false) => Outcome::Failure,
            None => Outcome::Unknown,
        };
        match self.path {
            "conn" => conn::outcome(self),
            "http" => self.request().outcome(),
            "dns" => match self.text("rcode_name") {
                Some(code) => said(Some(code == "NOERROR")),
                None if self.truth("rejected") == Some(true) => Outcome::Failure,
                None => Outcome::Unknown,
            },
            "ssh" | "rdp" => said(self.truth("auth_success")),
            "ssl" => said(self.truth("established")),
            "mysql" | "ntlm" | "kerberos" => said(self.truth("success")),
            "ftp" => said(self.number("reply_code").filter(|c| *c >= 100).map(|code| code < 400)),
            "smtp" => match self.text("last_reply").and_then(|reply| reply.bytes().next()) {
                Some(b'2' | b'3') => Outcome::Success,
                Some(b'4' | b'5') => Outcome::Failure,
                _ => Outcome::Unknown,
            },
            "notice" if self.list("actions").contains(&"Notice::ACTION_DROP") => Outcome::Failure,
            _ => Outcome::Unknown,
        }
    }
}
