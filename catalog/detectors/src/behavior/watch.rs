//! The judge: notes what an event counts for.

use model::seam::detector::{Findings, Judge, Mark};
use model::{EntityKind, Event, Outcome, Role};
use ocsf::{Class, Scalar, paths};

use super::asked::Asked;
use super::detector::Behavior;
use super::marks::{Flow, Kind, number};
use super::{borrowed, moves, places};
use crate::web::cut;

/// A text is kept to this length, in bytes.
pub const TEXT_MAX: usize = 256;

/// One thread's judge.
pub struct Watch<'b> {
    behavior: &'b Behavior,
    asked: Asked,
}

impl<'b> Watch<'b> {
    /// A judge of a detector.
    pub fn new(behavior: &'b Behavior) -> Watch<'b> {
        Watch { behavior, asked: Asked::default() }
    }
}

impl Judge for Watch<'_> {
    fn observe(&mut self, event: &Event<'_>, out: &mut dyn Findings) {
        let mark = match self.behavior.kind(event.source) {
            Some(Kind::Flow) => {
                moves::flow(event, out);
                flow(event)
            }
            Some(Kind::Question) => question(event),
            Some(Kind::Login) => login(event),
            Some(Kind::Call) => {
                borrowed::call(event, out);
                self.asked.observe(event, out)
            }
            Some(Kind::Home) => {
                moves::describe(event, out);
                None
            }
            Some(Kind::Mail) => mail(event),
            Some(Kind::Alert) => alert(event),
            Some(Kind::Own | Kind::Look | Kind::Caller) | None => None,
        };
        if let Some(mark) = mark {
            out.mark(event, mark);
        }
    }
}

/// A field as text, empty if the event has none.
pub fn text(event: &Event<'_>, name: &str) -> String {
    let mut found = String::new();
    event.body.field(name, &mut |value| {
        match value {
            Scalar::Int(number) => found = number.to_string(),
            Scalar::Str(text) => cut(&text, TEXT_MAX).clone_into(&mut found),
            Scalar::Float(_) | Scalar::Null | Scalar::Bool(_) => return true,
        }
        false
    });
    found
}

fn integer(event: &Event<'_>, name: &str) -> Option<i64> {
    let mut found = None;
    event.body.field(name, &mut |value| {
        if let Scalar::Int(number) = value {
            found = Some(number);
        }
        false
    });
    found
}

fn place(event: &Event<'_>, name: &str) -> Option<u128> {
    let mut found = None;
    event.body.field(name, &mut |value| {
        found = value.as_str().and_then(number);
        false
    });
    found
}

fn flow(event: &Event<'_>) -> Option<Mark> {
    let from = place(event, "pkt-srcaddr").or_else(|| place(event, "srcaddr"))?;
    let to = place(event, "pkt-dstaddr").or_else(|| place(event, "dstaddr"))?;
    let packets = integer(event, "packets").unwrap_or_default().max(0) as u64;
    // SYN alone, or with what a gateway adds: nobody answered.
    let knocks = integer(event, "tcp-flags") == Some(2) && packets <= 3;
    let flow = Flow {
        at: 0,
        time: event.time,
        from,
        to,
        from_port: integer(event, "srcport").unwrap_or_default() as u16,
        to_port: integer(event, "dstport").unwrap_or_default() as u16,
        protocol: integer(event, "protocol").unwrap_or_default() as u8,
        failed: event.outcome == Outcome::Failure || knocks,
        packets,
        bytes: integer(event, "bytes").unwrap_or_default().clamp(0, 1 << 54) as u64,
    };
    Some(flow.mark())
}

/// Who asked, for what, and what came of it.
fn question(event: &Event<'_>) -> Option<Mark> {
    let name = text(event, "query");
    let name = name.trim_end_matches('.').to_lowercase();
    let client = match event.address {
        Some(address) => address.to_owned(),
        None => text(event, "src_ip"),
    };
    if name.is_empty() || client.is_empty() {
        return None;
    }
    let unknown = matches!(text(event, "rcode").as_str(), "NXDOMAIN" | "3");
    let outcome = if unknown { Outcome::Failure } else { Outcome::Success };
    let mut answers = String::new();
    event.body.field("answer", &mut |value| {
        if let Some(text) = value.as_str()
            && answers.len() < TEXT_MAX
        {
            answers.push_str(text);
            answers.push(' ');
        }
        true
    });
    Some(Kind::Question.mark(vec![client, name, answers], outcome))
}

/// The user, the address, and what was logged in to.
fn login(event: &Event<'_>) -> Option<Mark> {
    let flat = event.body.ocsf();
    let is_login = flat.get(paths::ACTIVITY_ID) == Some(&Scalar::Int(1));
    if flat.class != Class::AUTHENTICATION || !is_login || event.outcome == Outcome::Unknown {
        return None;
    }
    let mut entities = Vec::new();
    event.body.entities(&mut entities);
    let of = |kinds: &[EntityKind]| {
        let mut all = entities.iter().filter(|entity| kinds.contains(&entity.kind));
        all.next().map(|entity| cut(&entity.value, TEXT_MAX).to_owned()).unwrap_or_default()
    };
    let user = of(&[EntityKind::User, EntityKind::Principal, EntityKind::Mailbox]);
    let address = event.address.map_or_else(|| of(&[EntityKind::Ip]), str::to_owned);
    if user.is_empty() || address.is_empty() {
        return None;
    }
    let to = of(&[EntityKind::Host]);
    let texts = vec![user, address, format!("{} {to}", event.source), places::stated(event)];
    Some(Kind::Login.mark(texts, event.outcome))
}

/// The host or sender, and the recipient.
fn mail(event: &Event<'_>) -> Option<Mark> {
    if event.outcome == Outcome::Failure {
        return None;
    }
    let mut entities = Vec::new();
    event.body.entities(&mut entities);
    let of = |kind: EntityKind, role: Role| {
        let one = entities.iter().find(|entity| entity.kind == kind && entity.role == role);
        one.map(|entity| cut(&entity.value, TEXT_MAX).to_owned())
    };
    let recipient = of(EntityKind::Mailbox, Role::Target)?;
    let host = of(EntityKind::Host, Role::Place).unwrap_or_else(|| event.source.to_owned());
    Some(Kind::Mail.mark(vec![host, recipient], event.outcome))
}

/// The alert's name and the host that it is about.
fn alert(event: &Event<'_>) -> Option<Mark> {
    let name = text(event, "name");
    let fields = ["host", "ip", "dst_ip", "src_ip", "user"];
    let host = fields.iter().map(|field| text(event, field)).find(|text| !text.is_empty())?;
    Some(Kind::Alert.mark(vec![name, host], event.outcome))
}
