//! `webhook`: every change as a signed POST of JSON; nothing comes back.
//!
//! `X-Yagura-Signature: sha256=<hex>` is HMAC-SHA256 of the body by the shared secret, and
//! `Idempotency-Key` is the same for the same content: a receiver drops what it has already.

use std::fmt::Write as _;

use door::Method;
use hmac::{Hmac, KeyInit as _, Mac as _};
use model::Error;
use model::seam::tracker::{Attachment, Block, Remote, Ticket, Tracker};
use serde_json::{Value, json};

use crate::harmless::{MARKDOWN, write};
use crate::settings::Settings;
use crate::wire::{Wire, with};

/// A receiver.
pub(crate) struct Webhook {
    wire: Wire,
    settings: Settings,
}

impl Webhook {
    pub(crate) fn new(settings: &Settings, wire: Wire) -> Self {
        Webhook { wire, settings: settings.clone() }
    }

    fn send(&self, key: &str, body: &Value) -> Result<(), Error> {
        let signature = sign(self.wire.token(), body.to_string().as_bytes());
        let request = self.wire.request(Method::Post, "").secret_path().repeatable();
        let request = request.header("x-yagura-signature", format!("sha256={signature}")).header(
            "idempotency-key",
            model::Id::derive("webhook", &[key.as_bytes(), body.to_string().as_bytes()])
                .to_string(),
        );
        self.wire.ask(with(request, body)).map(drop)
    }
}

fn sign(secret: &str, body: &[u8]) -> String {
    let Ok(mut mac) = Hmac::<sha2::Sha256>::new_from_slice(secret.as_bytes()) else {
        return String::new();
    };
    mac.update(body);
    mac.finalize().into_bytes().iter().fold(String::new(), |mut hex, byte| {
        let _infallible = write!(hex, "{byte:02x}");
        hex
    })
}

fn told(event: &str, ticket: &Ticket) -> Value {
    json!({
        "event": event,
        "ticket": ticket.fingerprint,
        "title": ticket.title,
        "severity": ticket.severity.word(),
        "body": write(&ticket.body, MARKDOWN),
        "labels": ticket.labels,
        "assignee": ticket.assignee,
        "component": ticket.component,
        "resolution": ticket.closed.map(model::case::Resolution::word),
    })
}

impl Tracker for Webhook {
    fn name(&self) -> &str {
        &self.settings.name
    }

    fn find(&self, _fingerprint: &str) -> Result<Option<String>, Error> {
        Ok(None)
    }

    fn create(&self, ticket: &Ticket) -> Result<String, Error> {
        self.send(&ticket.fingerprint, &told("opened", ticket))?;
        Ok(ticket.fingerprint.clone())
    }

    fn update(&self, id: &str, ticket: &Ticket) -> Result<(), Error> {
        let event = if ticket.closed.is_some() { "closed" } else { "updated" };
        self.send(id, &told(event, ticket))
    }

    fn pull(&self, id: &str) -> Result<Option<Remote>, Error> {
        Ok(Some(Remote { id: id.to_owned(), is_silent: true, ..Remote::default() }))
    }

    fn comment(&self, id: &str, body: &[Block]) -> Result<(), Error> {
        self.send(id, &json!({"event": "comment", "ticket": id, "body": write(body, MARKDOWN)}))
    }

    fn attach(&self, _id: &str, _file: &Attachment) -> Result<bool, Error> {
        Ok(false)
    }

    fn relate(&self, id: &str, other: &str) -> Result<bool, Error> {
        self.send(id, &json!({"event": "related", "ticket": id, "other": other}))?;
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn signatures_are_those_of_rfc_4231() {
        let wanted = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(super::sign("Jefe", b"what do ya want for nothing?"), wanted);
    }
}
