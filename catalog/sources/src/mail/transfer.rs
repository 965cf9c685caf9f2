//! One step of a mail on its way, or of a client at the door: what Postfix and Sendmail tell, as
//! OCSF.

use std::net::IpAddr;

use model::{Body, Entity, EntityKind, Outcome, Role, Time};
use ocsf::{Class, Flat, Scalar, paths};

use super::is_mailbox;
use crate::syslog::Head;

/// What a line tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tells {
    /// A client connected, or we to a server.
    Connected,
    /// A connection ended.
    Disconnected,
    /// A connection failed.
    Unreachable,
    /// A client or a local user hands in a message: the queue id begins here.
    Handed,
    /// The sender, size and number of recipients of a message are known.
    Arrival,
    /// A message reached a recipient.
    Delivery,
    /// A recipient failed for good.
    Bounce,
    /// A recipient is tried again later.
    Deferral,
    /// Nothing is left to do for a message.
    Completed,
    /// A recipient, a message or a client was refused.
    Refusal,
    /// A client did not prove who it is.
    BadLogin,
    /// Anything else.
    Note,
}

/// One line.
#[derive(Clone, Copy, Debug)]
pub struct Transfer<'a> {
    /// The mail server's name.
    pub product: &'static str,
    /// The line's head and message.
    pub head: Head<'a>,
    /// When.
    pub time: Time,
    /// What it tells.
    pub tells: Tells,
    /// The queue id.
    pub id: Option<&'a str>,
    /// The sender.
    pub from: Option<&'a str>,
    /// The recipient.
    pub to: Option<&'a str>,
    /// The local user or the login that handed the message in.
    pub user: Option<&'a str>,
    /// The other host's address.
    pub ip: Option<&'a str>,
    /// The other host's name.
    pub name: Option<&'a str>,
    /// The size in bytes.
    pub size: Option<i64>,
    /// The message's own id.
    pub message_id: Option<&'a str>,
    /// `sent`, `deferred`, … as the server has it.
    pub status: Option<&'a str>,
    /// The reason given.
    pub reason: Option<&'a str>,
    /// What the client called itself.
    pub helo: Option<&'a str>,
}

/// The names that stand in many lines.
pub const FIELDS: &[&str] =
    &["queue_id", "from", "to", "client_ip", "relay_ip", "size", "status", "program", "message"];

impl<'a> Transfer<'a> {
    /// A line that tells no more than its text.
    pub fn note(product: &'static str, head: Head<'a>, time: Time) -> Self {
        Transfer {
            product,
            head,
            time,
            tells: Tells::Note,
            id: None,
            from: None,
            to: None,
            user: None,
            ip: None,
            name: None,
            size: None,
            message_id: None,
            status: None,
            reason: None,
            helo: None,
        }
    }

    /// Whether it was done; a delivery that is tried again later is neither.
    pub fn outcome(&self) -> Outcome {
        match self.tells {
            Tells::Connected
            | Tells::Handed
            | Tells::Arrival
            | Tells::Delivery
            | Tells::Completed => Outcome::Success,
            Tells::Bounce | Tells::Refusal | Tells::BadLogin | Tells::Unreachable => {
                Outcome::Failure
            }
            Tells::Deferral | Tells::Disconnected | Tells::Note => Outcome::Unknown,
        }
    }

    /// Whether the other host is where a mail goes to.
    fn outwards(&self) -> bool {
        matches!(self.tells, Tells::Delivery | Tells::Bounce | Tells::Deferral | Tells::Unreachable)
    }

    /// The address that something came from.
    pub fn client(&self) -> Option<&'a str> {
        self.ip.filter(|_| !self.outwards())
    }

    fn words(&self) -> &'static str {
        match self.tells {
            Tells::Connected => "connected",
            Tells::Disconnected => "disconnected",
            Tells::Unreachable => "connection failed",
            Tells::Handed => "mail handed in",
            Tells::Arrival => "mail arrived",
            Tells::Delivery => "mail delivered",
            Tells::Bounce => "mail bounced",
            Tells::Deferral => "mail deferred",
            Tells::Completed => "mail completed",
            Tells::Refusal => "mail refused",
            Tells::BadLogin => "login failed",
            Tells::Note => "note",
        }
    }

    /// A message on its way; `None` if the line names no whole mailbox, without which OCSF knows
    /// no mail.
    fn mail(&self) -> Option<Flat<'_>> {
        let activity = match self.tells {
            Tells::Arrival | Tells::Refusal | Tells::Handed => 2,
            Tells::Delivery | Tells::Bounce | Tells::Deferral => 1,
            _ => return None,
        };
        let (from, to) = (self.from.filter(|a| is_mailbox(a)), self.to.filter(|a| is_mailbox(a)));
        if from.is_none() && to.is_none() {
            return None;
        }
        let mut flat = Flat::new(Class::EMAIL_ACTIVITY, activity);
        flat.put_some(paths::EMAIL_FROM, from);
        flat.put_some(paths::EMAIL_TO, to);
        flat.put_some(paths::EMAIL_UID, self.id);
        flat.put_some(paths::EMAIL_MESSAGE_UID, self.message_id);
        flat.put_some(paths::SMTP_HELLO, self.helo);
        if let Some(size) = self.size {
            flat.put(paths::EMAIL_SIZE, size);
        }
        let (direction, name) = match self.tells {
            Tells::Refusal => (1, "Inbound"),
            _ if self.outwards() && self.ip.is_some() => (2, "Outbound"),
            _ => (0, "Unknown"),
        };
        flat.put(paths::DIRECTION_ID, direction);
        flat.put(paths::DIRECTION, name);
        Some(flat)
    }

    fn of_class(&self) -> Flat<'_> {
        let connection = match self.tells {
            Tells::Connected => Some(1),
            Tells::Disconnected => Some(2),
            Tells::Unreachable => Some(4),
            _ => None,
        };
        if let Some(activity) = connection.filter(|_| self.ip.is_some()) {
            let mut flat = Flat::new(Class::NETWORK_ACTIVITY, activity);
            flat.put(paths::CONNECTION_INFO_DIRECTION_ID, if self.outwards() { 2 } else { 1 });
            return flat;
        }
        if self.tells == Tells::BadLogin {
            let mut flat = Flat::new(Class::AUTHENTICATION, 1);
            flat.put(paths::SERVICE_NAME, self.head.program);
            flat.put(paths::USER_NAME, self.user.unwrap_or("unknown"));
            return flat;
        }
        self.mail().unwrap_or_else(|| {
            let mut flat = Flat::new(Class::BASE_EVENT, 99);
            flat.put(paths::ACTIVITY_NAME, self.words());
            flat
        })
    }
}

impl Body for Transfer<'_> {
    fn ocsf(&self) -> Flat<'_> {
        let mut flat = self.of_class();
        flat.put(paths::METADATA_PRODUCT_NAME, self.product);
        flat.put_some(paths::METADATA_LOG_PROVIDER, Some(self.head.program));
        flat.put(paths::METADATA_ORIGINAL_TIME, self.head.time);
        flat.put(paths::SEVERITY_ID, 1);
        flat.put(paths::TIME, self.time.ocsf());
        flat.put_some(paths::MESSAGE, Some(self.head.message));
        let (status, name) = match self.outcome() {
            Outcome::Success => (1, "Success"),
            Outcome::Failure => (2, "Failure"),
            Outcome::Unknown if self.tells == Tells::Deferral => (99, "Deferred"),
            Outcome::Unknown => (0, "Unknown"),
        };
        flat.put(paths::STATUS_ID, status);
        flat.put(paths::STATUS, name);
        flat.put_some(paths::STATUS_CODE, self.status);
        flat.put_some(paths::STATUS_DETAIL, self.reason);
        flat.put_some(paths::METADATA_CORRELATION_UID, self.id);
        if flat.class != Class::BASE_EVENT
            && let Some(ip) = self.ip
        {
            let (to_ip, to_name) = if self.outwards() {
                (paths::DST_ENDPOINT_IP, paths::DST_ENDPOINT_HOSTNAME)
            } else {
                (paths::SRC_ENDPOINT_IP, paths::SRC_ENDPOINT_HOSTNAME)
            };
            flat.put(to_ip, ip);
            flat.put_some(to_name, self.name);
        }
        let user = self.user.filter(|_| flat.class != Class::AUTHENTICATION);
        if user.is_some() || !self.head.host.is_empty() {
            flat.put(paths::METADATA_PROFILES, "host");
        }
        flat.put_some(paths::ACTOR_USER_NAME, user);
        if !self.head.host.is_empty() {
            flat.put(paths::DEVICE_HOSTNAME, self.head.host);
            flat.put(paths::DEVICE_TYPE_ID, 0);
        }
        flat
    }

    fn field(&self, name: &str, each: &mut dyn FnMut(Scalar<'_>) -> bool) {
        let value = match name {
            "queue_id" => self.id,
            "from" | "sender" => self.from,
            "to" | "recipient" => self.to,
            "client_ip" => self.client(),
            "relay_ip" => self.ip.filter(|_| self.outwards()),
            "host_name" => self.name,
            "status" => self.status,
            "reason" => self.reason,
            "user" => self.user,
            "helo" => self.helo,
            "message_id" => self.message_id,
            "program" => Some(self.head.program),
            "pid" => Some(self.head.pid),
            "host" => Some(self.head.host),
            "message" => Some(self.head.message),
            "size" => {
                if let Some(size) = self.size {
                    each(Scalar::Int(size));
                }
                return;
            }
            _ => None,
        };
        if let Some(value) = value.filter(|v| !v.is_empty()) {
            each(Scalar::from(value));
        }
    }

    fn entities<'s>(&'s self, out: &mut Vec<Entity<'s>>) {
        let mut put = |kind, value: Option<&'s str>, role| {
            if let Some(value) = value.filter(|v| !v.is_empty()) {
                out.push(Entity::new(kind, value, role));
            }
        };
        put(EntityKind::Host, Some(self.head.host), Role::Place);
        put(EntityKind::User, self.user, Role::Actor);
        put(EntityKind::Mailbox, self.from, Role::Actor);
        put(EntityKind::Mailbox, self.to, Role::Target);
        let role = if self.outwards() { Role::Target } else { Role::Actor };
        put(EntityKind::Ip, self.ip, role);
        put(EntityKind::Domain, self.name, role);
    }

    fn action(&self) -> String {
        match self.tells {
            Tells::Note if self.head.message.is_empty() => self.head.program.to_owned(),
            Tells::Note => model::text::printable(self.head.message, 60).into_owned(),
            _ => self.words().to_owned(),
        }
    }
}

/// The fields of a list `a=b, c=<d>, e=f (g)`; what stands in brackets belongs to its value.
pub struct Pairs<'a>(pub &'a str);

impl<'a> Iterator for Pairs<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<(&'a str, &'a str)> {
        let rest = self.0.trim_start_matches([',', ' ', ';']);
        let (key, value) = rest.split_once('=')?;
        let mut depth = 0usize;
        let end = value.bytes().position(|byte| {
            match byte {
                b'(' | b'<' | b'[' => depth += 1,
                b')' | b'>' | b']' => depth = depth.saturating_sub(1),
                _ => {}
            }
            byte == b',' && depth == 0
        });
        let (value, after) = value.split_at_checked(end.unwrap_or(value.len()))?;
        self.0 = after;
        let key = key.rsplit(' ').next().unwrap_or(key);
        Some((key, value.trim()))
    }
}

/// A reason, without the round brackets around it.
pub fn reason(text: &str) -> Option<&str> {
    let text = text.trim();
    let inside = text.strip_prefix('(').and_then(|text| text.strip_suffix(')')).unwrap_or(text);
    (!inside.is_empty()).then_some(inside)
}

/// What stands in `<…>`, or the text as it is; `None` where that is nothing.
pub fn bare(text: &str) -> Option<&str> {
    let inside = text.trim().trim_start_matches('<').trim_end_matches('>');
    (!inside.is_empty()).then_some(inside)
}

/// A host: `mx.example.com[192.0.2.7]:25`, `unknown[192.0.2.7]`, `mx.example.com. [192.0.2.7]`.
pub fn host(text: &str) -> (Option<&str>, Option<&str>) {
    let (name, rest) = text.split_once('[').unwrap_or((text, ""));
    let inside = rest.split(']').next().unwrap_or("");
    let inside = inside.strip_prefix("IPv6:").unwrap_or(inside);
    let ip = Some(inside).filter(|ip| ip.parse::<IpAddr>().is_ok());
    let name = name.trim().trim_end_matches('.');
    let known = !matches!(name, "" | "unknown" | "none" | "local") && !name.contains(' ');
    (Some(name).filter(|_| known), ip)
}
