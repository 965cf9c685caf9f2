//! What rules and correlation ask of a record of Zeek.

use model::{Body, Entity, EntityKind, Role};
use ocsf::{Flat, Scalar};

use super::record::Record;
use crate::aws::shared::{domain, is_ip, push};
use crate::db::sql;

impl Body for Record<'_> {
    fn ocsf(&self) -> Flat<'_> {
        self.attributes()
    }

    /// The log's own names, then Sigma's for name servers, firewalls, proxies and web servers.
    fn field(&self, name: &str, each: &mut dyn FnMut(Scalar<'_>) -> bool) {
        if self.visit(name, each) {
            return;
        }
        let value = match name {
            "record_type" => self.text("qtype_name").map(Scalar::from),
            "answer" => {
                self.list("answers").into_iter().all(|answer| each(answer.into()));
                None
            }
            _ => self.request().field(name).or_else(|| self.ends().field(name)),
        };
        if let Some(value) = value {
            each(value);
        }
    }

    fn entities<'s>(&'s self, out: &mut Vec<Entity<'s>>) {
        self.ends().entities(out);
        push(out, EntityKind::User, self.user(), Role::Actor);
        match self.path {
            "dns" => {
                push(out, EntityKind::Domain, self.text("query").map(domain), Role::Target);
                for answer in self.list("answers").into_iter().filter(|answer| is_ip(answer)) {
                    push(out, EntityKind::Ip, Some(answer), Role::Target);
                }
            }
            "http" => self.request().entities(out),
            "ssl" => {
                let name = self.text("server_name").filter(|name| !is_ip(name));
                push(out, EntityKind::Domain, name, Role::Target);
            }
            "smtp" => {
                let is_mailbox = |text: &&str| text.contains('@');
                let from = self.text("mailfrom").filter(is_mailbox);
                push(out, EntityKind::Mailbox, from, Role::Actor);
                for to in self.list("rcptto").into_iter().filter(is_mailbox) {
                    push(out, EntityKind::Mailbox, Some(to), Role::Target);
                }
            }
            "files" => push(out, EntityKind::File, self.text("filename"), Role::Target),
            "smb_files" => push(out, EntityKind::File, self.text("name"), Role::Target),
            "ftp" => push(out, EntityKind::File, self.file(), Role::Target),
            "dhcp" => {
                push(out, EntityKind::Ip, self.text("assigned_addr"), Role::Target);
                push(out, EntityKind::Host, self.text("host_name"), Role::Target);
            }
            "rdp" => push(out, EntityKind::Host, self.text("client_name"), Role::Actor),
            _ => {}
        }
        push(out, EntityKind::Host, self.text("_system_name"), Role::Place);
    }

    fn action(&self) -> String {
        let text = |name: &str| self.text(name).unwrap_or("");
        let phrase = match self.path {
            "http" => self.request().phrase(),
            "dns" => format!("dns {}", text("query")),
            "ssl" => format!("tls {}", text("server_name")),
            "weird" => format!("weird {}", text("name")),
            "notice" => format!("notice {}: {}", text("note"), text("msg")),
            "mysql" => format!("mysql {}", text("cmd")),
            "ftp" => format!("ftp {} {}", text("command"), self.file().unwrap_or("")),
            "files" => format!("file {}", text("filename")),
            _ => format!("{} {}", self.log(), self.ends().phrase()),
        };
        let phrase = if phrase.trim().is_empty() { self.ends().phrase() } else { phrase };
        let phrase = if phrase.is_empty() { self.log().to_owned() } else { phrase };
        model::text::printable(phrase.trim(), 320).into_owned()
    }

    fn reads_only(&self) -> Option<bool> {
        match self.path {
            "http" => {
                let method = self.text("method")?;
                Some(matches!(method, "GET" | "HEAD" | "OPTIONS"))
            }
            "mysql" => sql::verb(self.query()?).reads_only,
            _ => None,
        }
    }
}
