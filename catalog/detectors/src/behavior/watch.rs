//! The judge: notes what an event counts for.

use model::seam::detector::{Findings, Judge, Mark};
use model::{EntityKind, Event, Outcome, Role};
use ocsf::{Class, Scalar, paths};

use super::asked::Asked;
use super::detector::Behavior;
use super::marks::{Flow, Kind, mapped};
use super::{borrowed, files, lines, moves, objects, places};
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
            Some(Kind::Login) => {
                lines::line(event, &mut self.asked, out);
                login(event)
            }
            Some(Kind::Line) => {
                lines::line(event, &mut self.asked, out);
                None
            }
            Some(Kind::Call) => {
                borrowed::call(event, out);
                self.asked.observe(event, out)
            }
            Some(Kind::Home) => {
                moves::describe(event, out);
                None
            }
            Some(Kind::Object) => {
                objects::access(event, &mut self.asked, out);
                None
            }
            Some(Kind::File) => files::file(event),
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

fn flow(event: &Event<'_>) -> Option<Mark> {
    let it = event.body.connection()?;
    // SYN alone, or with what a gateway adds: nobody answered.
    let knocks = it.flags == Some(2) && it.packets <= 3;
    let flow = Flow {
        at: 0,
        time: event.time,
        from: mapped(it.from),
        to: mapped(it.to),
        from_port: it.from_port,
        to_port: it.to_port,
        protocol: it.protocol,
        failed: event.outcome == Outcome::Failure || knocks,
        packets: it.packets,
        bytes: it.bytes.min(1 << 54),
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
