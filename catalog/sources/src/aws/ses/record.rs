//! One event about a mail: what happened, whose mail it was, to whom it went.

use model::{Body, Entity, EntityKind, Outcome, Role, Time};
use ocsf::{Flat, Scalar};
use sonic_rs::{JsonContainerTrait, JsonValueTrait, Value};

use super::attributes;
use crate::aws::shared::{is_ip, push};
use crate::json;

/// The most recipients of one event that are told.
const RECIPIENTS_MAX: usize = 128;

/// The members that hold what an event of each kind adds, with the list of whom it concerns.
const PARTS: &[(&str, &str)] = &[
    ("delivery", "recipients"),
    ("bounce", "bouncedRecipients"),
    ("complaint", "complainedRecipients"),
    ("deliveryDelay", "delayedRecipients"),
    ("reject", ""),
    ("open", ""),
    ("click", ""),
    ("failure", ""),
    ("subscription", ""),
    ("receipt", "recipients"),
];

/// An event whose time could be read.
pub(super) struct Record<'v> {
    pub value: &'v Value,
    pub time: Time,
    /// The member that the kind adds, and the list of recipients in it.
    pub part: Option<(&'v Value, &'static str)>,
}

impl<'v> Record<'v> {
    /// Reads the eager part; `delivered` is the time that a wrapper states.
    pub(super) fn new(value: &'v Value, delivered: Option<Time>) -> Result<Self, &'static str> {
        let part = PARTS.iter().find_map(|(name, list)| {
            let part = json::at(value, &[name])?;
            part.is_object().then_some((part, *list))
        });
        let own = part.and_then(|(part, _)| json::at(part, &["timestamp"]).and_then(json::time));
        let of_mail = || json::at(value, &["mail", "timestamp"]).and_then(json::time);
        // In UTC, as the stream writes it.
        let flat = || Time::parse_civil(json::text(value, &["ses_timestamp"])?, 0);
        let time = own.or_else(of_mail).or_else(flat).or(delivered);
        Ok(Record { value, time: time.ok_or("no time in the event or its mail")?, part })
    }

    /// `Send`, `Delivery`, `Bounce`, …
    pub(super) fn kind(&self) -> &'v str {
        ["eventType", "notificationType"]
            .iter()
            .find_map(|key| json::text(self.value, &[key]))
            .unwrap_or("unknown")
    }

    /// A text below `mail` that is not empty.
    pub(super) fn mail(&self, path: &[&str]) -> Option<&'v str> {
        let mail = json::at(self.value, &["mail"])?;
        json::text(mail, path).filter(|text| !text.trim().is_empty())
    }

    /// A text of what the kind adds.
    pub(super) fn of_part(&self, path: &[&str]) -> Option<&'v str> {
        json::text(self.part?.0, path).filter(|text| !text.trim().is_empty())
    }

    /// The first value of a tag that SES puts on by itself (`ses:source-ip`).
    pub(super) fn tag(&self, name: &str) -> Option<&'v str> {
        let list = json::at(self.value, &["mail", "tags", name])?.as_array()?;
        list.first()?.as_str().filter(|text| !text.trim().is_empty())
    }

    /// The mail's id at SES; all events of the mail share it.
    pub(super) fn message_id(&self) -> Option<&'v str> {
        self.mail(&["messageId"]).or_else(|| json::text(self.value, &["messageId"]))
    }

    pub(super) fn outcome(&self) -> Outcome {
        match self.kind() {
            "Send" | "Delivery" | "Open" | "Click" | "Subscription" | "Received" => {
                Outcome::Success
            }
            "Bounce" | "Reject" | "Rendering Failure" | "RenderingFailure" => Outcome::Failure,
            // A complaint follows a delivery; a delay may still end well.
            _ => Outcome::Unknown,
        }
    }

    /// The address that the event came from: of who sent the mail, or of who opened it.
    pub(super) fn address(&self) -> Option<&'v str> {
        let reader = self.is_read();
        let own = self.of_part(&["ipAddress"]).filter(|_| reader);
        let sender = || self.mail(&["sourceIp"]).or_else(|| self.tag("ses:source-ip"));
        own.or_else(|| if reader { None } else { sender() }).filter(|ip| is_ip(ip))
    }

    /// The sender's address.
    pub(super) fn sender(&self) -> Option<&'v str> {
        let header = json::at(self.value, &["mail", "commonHeaders", "from"]);
        let header = header.and_then(|from| from.as_array()?.first()?.as_str());
        self.mail(&["source"]).or(header).map(bare)
    }

    /// Whom the event concerns: the recipients that it names, else all of the mail.
    pub(super) fn recipients(&self) -> impl Iterator<Item = &'v str> {
        let own = self.part.and_then(|(part, list)| json::at(part, &[list])?.as_array());
        let all = || json::at(self.value, &["mail", "destination"])?.as_array();
        let list = own.filter(|list| !list.is_empty()).or_else(all);
        let each = |item: &'v Value| {
            item.as_str().or_else(|| json::text(item, &["emailAddress"])).map(bare)
        };
        // The stream's flat form has a list as text: `["a@example.org"]`.
        let flat = json::text(self.value, &["ses_to"]).unwrap_or("");
        let flat = flat.split('"').skip(1).step_by(2);
        list.into_iter().flatten().filter_map(each).chain(flat).take(RECIPIENTS_MAX)
    }

    /// Whether the recipient did it, not the sender.
    fn is_read(&self) -> bool {
        matches!(self.kind(), "Open" | "Click")
    }

    /// Why it ended as it did, in SES's words.
    pub(super) fn detail(&self) -> Option<String> {
        let words: Vec<&str> = [
            "bounceType",
            "bounceSubType",
            "complaintFeedbackType",
            "complaintSubType",
            "delayType",
            "reason",
            "errorMessage",
            "smtpResponse",
        ]
        .iter()
        .filter_map(|key| self.of_part(&[key]))
        .collect();
        (!words.is_empty()).then(|| words.join(" "))
    }

    /// Region and account of the sending identity's ARN.
    pub(super) fn identity(&self, part: usize) -> Option<&'v str> {
        self.mail(&["sourceArn"])?.split(':').nth(part).filter(|text| !text.is_empty())
    }

    pub(super) fn account(&self) -> Option<&'v str> {
        self.mail(&["sendingAccountId"]).or_else(|| self.identity(4))
    }
}

/// The address of `Name <address>`.
fn bare(text: &str) -> &str {
    let inside = text.rsplit_once('<').and_then(|(_, rest)| rest.split('>').next());
    inside.unwrap_or(text).trim()
}

impl Body for Record<'_> {
    fn ocsf(&self) -> Flat<'_> {
        attributes::flat(self)
    }

    fn field(&self, name: &str, each: &mut dyn FnMut(Scalar<'_>) -> bool) {
        json::visit(self.value, name, each);
    }

    fn has(&self, name: &str) -> bool {
        json::present(self.value, name)
    }

    fn entities<'s>(&'s self, out: &mut Vec<Entity<'s>>) {
        push(out, EntityKind::Ip, self.address(), Role::Actor);
        let (from, to) =
            if self.is_read() { (Role::Target, Role::Actor) } else { (Role::Actor, Role::Target) };
        push(out, EntityKind::Mailbox, self.sender(), from);
        let caller = self.mail(&["callerIdentity"]).or_else(|| self.tag("ses:caller-identity"));
        push(out, EntityKind::Principal, caller, from);
        for recipient in self.recipients() {
            push(out, EntityKind::Mailbox, Some(recipient), to);
        }
        push(out, EntityKind::Url, self.of_part(&["link"]), Role::Target);
        push(out, EntityKind::Ip, self.of_part(&["remoteMtaIp"]), Role::Target);
        push(out, EntityKind::Domain, self.tag("ses:from-domain"), Role::Place);
        push(out, EntityKind::Account, self.account(), Role::Place);
        push(out, EntityKind::Region, self.identity(3), Role::Place);
    }

    fn action(&self) -> String {
        let kind = self.of_part(&["bounceType"]).unwrap_or("");
        let phrase = format!("ses:{} {kind}", self.kind());
        model::text::printable(phrase.trim(), 160).into_owned()
    }
}
