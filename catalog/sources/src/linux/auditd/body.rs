//! What rules and correlators ask of an audit event.

use std::borrow::Cow;

use model::{Body, Entity, EntityKind, Role};
use ocsf::{Flat, Scalar};

use super::attributes::{account_name, flat};
use super::fields::decoded;
use super::record::{Record, is_ip};
use super::sockaddr::Address;
use super::what::What;

/// The log's own names and those of Sigma's taxonomy that stand in many events.
pub const FIELDS: &[&str] = &[
    "type",
    "SYSCALL",
    "a0",
    "a1",
    "acct",
    "addr",
    "auid",
    "cmd",
    "comm",
    "cwd",
    "euid",
    "exe",
    "hostname",
    "key",
    "name",
    "nametype",
    "pid",
    "ppid",
    "proctitle",
    "res",
    "ses",
    "success",
    "syscall",
    "terminal",
    "uid",
    "unit",
    "CommandLine",
    "CurrentDirectory",
    "DestinationIp",
    "DestinationPort",
    "Image",
    "LogonId",
    "ParentProcessId",
    "ProcessId",
    "TargetFilename",
    "User",
];

impl Body for Record<'_> {
    fn ocsf(&self) -> Flat<'_> {
        flat(self)
    }

    fn field(&self, name: &str, each: &mut dyn FnMut(Scalar<'_>) -> bool) {
        if name == "type" {
            self.kinds().map(Scalar::from).all(each);
            return;
        }
        let mut found = false;
        let mut going = true;
        for (kind, field) in self.fields().filter(|(_, field)| field.name == name) {
            found = true;
            going = going && each(Scalar::Str(decoded(field, kind)));
        }
        if !found {
            self.taxonomy(name, each);
        }
    }

    fn entities<'s>(&'s self, out: &mut Vec<Entity<'s>>) {
        if let Some(node) = self.node() {
            out.push(Entity::new(EntityKind::Host, node, Role::Place));
        }
        self.people(out);
        self.programs(out);
        match self.socket() {
            Some(Address::Inet { ip, .. }) if !matches!(ip.as_str(), "0.0.0.0" | "::") => {
                let role = if self.accepts() { Role::Actor } else { Role::Target };
                out.push(Entity::new(EntityKind::Ip, ip, role));
            }
            Some(Address::Unix(path)) if path.starts_with('/') && !self.has("PATH") => {
                out.push(Entity::new(EntityKind::File, path, Role::Target));
            }
            _ => {}
        }
        if let Some(ip) = self.get("addr").filter(|a| is_ip(a)) {
            out.push(Entity::new(EntityKind::Ip, ip, Role::Actor));
        }
    }

    fn action(&self) -> String {
        let doer = self.get("comm").or_else(|| self.get("exe")).unwrap_or_default();
        match What::of(self) {
            What::Process(_) if self.has("USER_CMD") => format!("sudo {doer}").trim().to_owned(),
            What::Login(..) | What::Account(..) => {
                let operation = self.get("op").unwrap_or_default();
                format!("{} {operation}", self.kind()).trim().to_owned()
            }
            What::Service(_) => {
                format!("{} {}", self.kind(), self.get("unit").unwrap_or_default())
            }
            What::Other => self.kind().to_owned(),
            _ => {
                let call = self.syscall().unwrap_or(Cow::Borrowed(self.kind()));
                format!("{call} {doer}").trim().to_owned()
            }
        }
    }

    fn reads_only(&self) -> Option<bool> {
        match What::of(self) {
            What::File(8) => Some(true),
            What::File(14) | What::Other | What::Call | What::Login(..) => None,
            _ => Some(false),
        }
    }
}

impl<'a> Record<'a> {
    /// Sigma's names for processes, files and connections on Linux.
    fn taxonomy(&self, name: &str, each: &mut dyn FnMut(Scalar<'_>) -> bool) {
        let what = What::of(self);
        let text = |value: Option<Cow<'a, str>>, each: &mut dyn FnMut(Scalar<'_>) -> bool| {
            if let Some(value) = value {
                each(Scalar::Str(value));
            }
        };
        match (name, what) {
            ("SYSCALL", _) => text(self.syscall(), each),
            ("Image", _) => text(self.get("exe"), each),
            ("CommandLine", What::Process(_)) => text(self.command_line().map(Cow::Owned), each),
            ("CurrentDirectory", _) => text(self.get("cwd"), each),
            ("ProcessId", _) => text(self.get("pid"), each),
            ("ParentProcessId", _) => text(self.get("ppid"), each),
            ("LogonId", _) => text(self.user("auid").map(|(number, _)| number), each),
            ("User", _) => {
                text(self.user("uid").map(|(number, name)| name.unwrap_or(number)), each);
            }
            ("TargetFilename", What::File(_)) => {
                let paths = self.paths().into_iter().filter(|(kind, _)| kind != "PARENT");
                paths.map(|(_, path)| Scalar::Str(path)).all(each);
            }
            ("DestinationIp", What::Network(_)) if !self.accepts() => {
                if let Some(Address::Inet { ip, .. }) = self.socket() {
                    each(Scalar::from(ip));
                }
            }
            ("DestinationPort", What::Network(_)) if !self.accepts() => {
                if let Some(Address::Inet { port, .. }) = self.socket() {
                    each(Scalar::Int(i64::from(port)));
                }
            }
            ("Initiated", What::Network(_)) => {
                each(Scalar::Bool(!self.accepts()));
            }
            _ => {}
        }
    }

    /// Whose process it is, and on whose account it works.
    fn people<'s>(&'s self, out: &mut Vec<Entity<'s>>) {
        let login = self.user("auid").map(|(number, name)| name.unwrap_or(number));
        let own = self.user("uid").map(|(number, name)| name.unwrap_or(number));
        if let Some(own) = own.filter(|own| login.as_ref() != Some(own)) {
            out.push(Entity::new(EntityKind::User, own, Role::Actor));
        }
        if let Some(login) = login {
            out.push(Entity::new(EntityKind::User, login, Role::Actor));
        }
        if let Some(account) = account_name(self) {
            let role = match What::of(self) {
                What::Account(1, _) => Role::Created,
                _ => Role::Target,
            };
            out.push(Entity::new(EntityKind::User, account, role));
        }
    }

    /// The program that acts, and the files that it names.
    fn programs<'s>(&'s self, out: &mut Vec<Entity<'s>>) {
        let started = matches!(What::of(self), What::Process(1)) && self.has("EXECVE");
        if let Some(exe) = self.get("exe") {
            let role = if started { Role::Created } else { Role::Actor };
            out.push(Entity::new(EntityKind::Process, exe, role));
        }
        for (kind, path) in self.paths().into_iter().take(FILES_MAX) {
            let role = match kind.as_ref() {
                "PARENT" => continue,
                "CREATE" => Role::Created,
                _ => Role::Target,
            };
            // Every start names its loader, too; it says nothing of the program.
            if !(started && path.contains("/ld-linux")) {
                out.push(Entity::new(EntityKind::File, path, role));
            }
        }
    }
}

/// No event names more files than these to correlate by.
const FILES_MAX: usize = 8;
