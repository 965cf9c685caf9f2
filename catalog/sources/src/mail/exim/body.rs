//! What rules and correlators ask of a line of Exim's log, and its OCSF form.

use model::{Body, Entity, EntityKind, Outcome, Role};
use ocsf::{Class, Flat, Scalar, paths};

use super::line::{Line, Tells};
use crate::mail::is_mailbox;

/// The log's names that stand in many lines, and ours for what has none there.
pub const FIELDS: &[&str] = &[
    "A",
    "C",
    "F",
    "H",
    "P",
    "R",
    "S",
    "T",
    "U",
    "flag",
    "id",
    "ip",
    "message_id",
    "reason",
    "recipient",
    "sender",
    "set_id",
];

impl Line<'_> {
    /// Whether it was done; a delivery that is tried again later is neither.
    pub fn outcome(&self) -> Outcome {
        match self.tells {
            Tells::Arrival | Tells::Delivery | Tells::Completed => Outcome::Success,
            Tells::Bounce | Tells::Refusal | Tells::BadLogin => Outcome::Failure,
            Tells::Deferral | Tells::Daemon | Tells::Note => Outcome::Unknown,
        }
    }

    /// The address that a message or an attempt came from.
    pub fn client(&self) -> Option<&str> {
        match self.tells {
            Tells::Arrival | Tells::Refusal | Tells::BadLogin => self.ip(),
            _ => None,
        }
    }

    /// What was done, in words.
    fn words(&self) -> &'static str {
        match self.tells {
            Tells::Arrival => "mail arrived",
            Tells::Delivery => "mail delivered",
            Tells::Bounce => "mail bounced",
            Tells::Deferral => "mail deferred",
            Tells::Completed => "mail completed",
            Tells::Refusal => "mail refused",
            Tells::BadLogin => "login failed",
            Tells::Daemon => "daemon",
            Tells::Note => "note",
        }
    }

    /// OCSF's direction: what comes from here goes out.
    fn direction(&self) -> (i64, &'static str) {
        match self.tells {
            Tells::Arrival if self.get("U").is_some() || self.get("A").is_some() => (2, "Outbound"),
            Tells::Arrival | Tells::Refusal => (1, "Inbound"),
            _ if self.get("H").is_some() => (2, "Outbound"),
            Tells::Delivery => (1, "Inbound"),
            _ => (0, "Unknown"),
        }
    }

    fn common(&self, flat: &mut Flat<'_>) {
        flat.put(paths::METADATA_PRODUCT_NAME, "Exim");
        flat.put(paths::METADATA_LOG_NAME, "mainlog");
        flat.put(paths::SEVERITY_ID, 1);
        flat.put(paths::TIME, self.time.ocsf());
        let (status, name) = match self.outcome() {
            Outcome::Success => (1, "Success"),
            Outcome::Failure => (2, "Failure"),
            Outcome::Unknown if self.tells == Tells::Deferral => (99, "Deferred"),
            Outcome::Unknown => (0, "Unknown"),
        };
        flat.put(paths::STATUS_ID, status);
        flat.put(paths::STATUS, name);
    }

    /// A login that failed.
    fn login(&self) -> Flat<'_> {
        let mut flat = Flat::new(Class::AUTHENTICATION, 1);
        flat.put(paths::SERVICE_NAME, "exim");
        flat.put(paths::USER_NAME, self.account().unwrap_or("unknown"));
        let method = self.rest.split(' ').next();
        flat.put_some(paths::AUTH_PROTOCOL, method);
        flat
    }

    /// A message on its way; `None` if the line names no whole mailbox, without which OCSF knows
    /// no mail.
    fn mail(&self, recipients: &[&str]) -> Option<Flat<'_>> {
        let activity = match self.tells {
            Tells::Arrival | Tells::Refusal => 2,
            Tells::Delivery | Tells::Bounce | Tells::Deferral => 1,
            _ => return None,
        };
        let from = self.sender().filter(|a| is_mailbox(a));
        let to: Vec<String> =
            recipients.iter().filter(|a| is_mailbox(a)).map(|a| (*a).to_owned()).collect();
        if from.is_none() && to.is_empty() {
            return None;
        }
        let mut flat = Flat::new(Class::EMAIL_ACTIVITY, activity);
        flat.put_some(paths::EMAIL_FROM, from);
        for to in to {
            flat.put(paths::EMAIL_TO, to);
        }
        flat.put_some(paths::EMAIL_UID, Some(self.id));
        flat.put_some(paths::EMAIL_MESSAGE_UID, self.get("id"));
        if let Some(size) = self.get("S").and_then(|s| s.parse::<i64>().ok()) {
            flat.put(paths::EMAIL_SIZE, size);
        }
        if self.tells == Tells::Arrival {
            flat.put_some(paths::EMAIL_SUBJECT, self.get("T"));
            flat.put_some(paths::PROTOCOL_NAME, self.get("P"));
        }
        let (direction, name) = self.direction();
        flat.put(paths::DIRECTION_ID, direction);
        flat.put(paths::DIRECTION, name);
        Some(flat)
    }

    fn ends(&self, flat: &mut Flat<'_>) {
        let there = matches!(self.tells, Tells::Delivery | Tells::Bounce | Tells::Deferral);
        let (ip_path, name_path) = if there {
            (paths::DST_ENDPOINT_IP, paths::DST_ENDPOINT_HOSTNAME)
        } else {
            (paths::SRC_ENDPOINT_IP, paths::SRC_ENDPOINT_HOSTNAME)
        };
        if let Some(ip) = self.ip() {
            flat.put(ip_path, ip.to_owned());
            flat.put_some(name_path, self.host_name().map(str::to_owned));
        }
    }
}

impl Body for Line<'_> {
    fn ocsf(&self) -> Flat<'_> {
        let mut flat = match self.tells {
            Tells::BadLogin => self.login(),
            _ => self.mail(&self.recipients()).unwrap_or_else(|| {
                let mut flat = Flat::new(Class::BASE_EVENT, 99);
                flat.put(paths::ACTIVITY_NAME, self.words());
                flat.put_some(paths::MESSAGE, Some(self.rest));
                flat
            }),
        };
        self.common(&mut flat);
        let with_ends = flat.class != Class::BASE_EVENT;
        if with_ends {
            self.ends(&mut flat);
        }
        flat.put_some(paths::METADATA_CORRELATION_UID, Some(self.id));
        flat.put_some(paths::STATUS_DETAIL, self.reason());
        let user = self.get("U").or_else(|| self.get("A"));
        let profiled = user.is_some() && flat.class != Class::AUTHENTICATION;
        if profiled || !self.host.is_empty() {
            flat.put(paths::METADATA_PROFILES, "host");
        }
        flat.put_some(paths::ACTOR_USER_NAME, user.filter(|_| profiled));
        if !self.host.is_empty() {
            flat.put(paths::DEVICE_HOSTNAME, self.host);
            flat.put(paths::DEVICE_TYPE_ID, 0);
        }
        flat
    }

    fn field(&self, name: &str, each: &mut dyn FnMut(Scalar<'_>) -> bool) {
        let value = match name {
            "message_id" => Some(self.id),
            "flag" => Some(self.flag),
            "sender" => self.sender(),
            "ip" => self.ip(),
            "reason" => self.reason(),
            "set_id" => self.account(),
            "message" => Some(self.rest),
            "host" => Some(self.host),
            "pid" => Some(self.pid),
            "recipient" => {
                self.recipients().into_iter().map(Scalar::from).all(each);
                return;
            }
            key => self.get(key),
        };
        if let Some(value) = value.filter(|v| !v.is_empty()) {
            each(Scalar::from(value));
        }
    }

    fn entities<'s>(&'s self, out: &mut Vec<Entity<'s>>) {
        if !self.host.is_empty() {
            out.push(Entity::new(EntityKind::Host, self.host, Role::Place));
        }
        if let Some(user) = self.get("U") {
            out.push(Entity::new(EntityKind::User, user, Role::Actor));
        }
        let login = self.get("A").and_then(|a| a.split(':').nth(1)).or_else(|| self.account());
        if let Some(login) = login {
            out.push(Entity::new(EntityKind::User, login, Role::Actor));
        }
        if let Some(sender) = self.sender() {
            out.push(Entity::new(EntityKind::Mailbox, sender, Role::Actor));
        }
        for to in self.recipients() {
            out.push(Entity::new(EntityKind::Mailbox, to, Role::Target));
        }
        let there = matches!(self.tells, Tells::Delivery | Tells::Bounce | Tells::Deferral);
        let role = if there { Role::Target } else { Role::Actor };
        if let Some(ip) = self.ip() {
            out.push(Entity::new(EntityKind::Ip, ip, role));
        }
        if let Some(name) = self.host_name() {
            out.push(Entity::new(EntityKind::Domain, name, role));
        }
    }

    fn action(&self) -> String {
        match self.tells {
            Tells::Note | Tells::Daemon => {
                const SHOWN_MAX: usize = 60;
                self.rest.chars().take(SHOWN_MAX).collect()
            }
            _ => self.words().to_owned(),
        }
    }
}
