//! The judge of calls to AWS: notes those that read, remove, launch large machines or log in.
//!
//! Most calls read. They are noted as numbers, and whose number is whose once a thread.

use model::seam::detector::{Findings, Keys, Mark};
use model::{Event, Outcome, Role};
use rustc_hash::FxHashSet;

use super::calls::{is_large, removes};
use super::looks::Look;
use super::marks::Kind;
use super::watch::{TEXT_MAX, text};
use super::{moves, objects};
use crate::web::{cut, hash};

/// Callers whose names a thread has told; with more, some are told again.
const CALLERS_MAX: usize = 65_536;
/// The types of machines that one launch names, in bytes.
const SIZES_MAX: usize = 16 * TEXT_MAX;

/// What a thread knows of callers.
#[derive(Default)]
pub struct Asked {
    callers: FxHashSet<u64>,
}

impl Asked {
    /// Notes what a call counts for and gives its own mark, if it has one.
    pub fn observe(&mut self, event: &Event<'_>, out: &mut dyn Findings) -> Option<Mark> {
        let mut mark = None;
        event.body.field("eventName", &mut |value| {
            if let Some(action) = value.as_str() {
                moves::call(action, event, out);
                objects::call(action, event, self, out);
                mark = self.call(action, event, out);
            }
            false
        });
        mark
    }

    fn call(&mut self, action: &str, event: &Event<'_>, out: &mut dyn Findings) -> Option<Mark> {
        if reads(action) {
            return self.look(action, event, out);
        }
        let done = event.outcome == Outcome::Success;
        match action {
            "ConsoleLogin" => Some(login(event)),
            "RunInstances" if done => {
                let sizes = sizes(event);
                (!sizes.is_empty()).then(|| change(action, event, sizes, String::new())).flatten()
            }
            _ if done && removes(action) => change(action, event, String::new(), target(event)),
            _ => None,
        }
    }

    fn look(&mut self, action: &str, event: &Event<'_>, out: &mut dyn Findings) -> Option<Mark> {
        let mut found = None;
        with_caller(event, &mut |caller| found = Some(self.named(caller, event, out)));
        let caller = found?;
        let mut service = 0;
        event.body.field("eventSource", &mut |value| {
            let name = value.as_str().unwrap_or_default();
            service = hash(name.split('.').next().unwrap_or_default());
            false
        });
        let mut refused = false;
        event.body.field("errorCode", &mut |value| {
            let code = value.as_str().unwrap_or_default();
            refused = code.contains("Denied") || code.contains("Unauthorized");
            false
        });
        let failed = event.outcome == Outcome::Failure;
        Some(Look { caller, service, action: hash(action), failed, refused }.mark())
    }

    /// The number of a caller. Its name is noted when the thread first sees it.
    pub fn named(&mut self, caller: &str, event: &Event<'_>, out: &mut dyn Findings) -> u64 {
        let number = hash(caller);
        if self.callers.contains(&number) {
            return number;
        }
        if self.callers.len() < CALLERS_MAX {
            self.callers.insert(number);
        }
        let mut mark = Kind::Caller.mark(vec![caller.to_owned()], Outcome::Unknown);
        mark.keys = Keys::from_slice(&[(number, 0)]);
        out.mark(event, mark);
        number
    }
}

fn reads(action: &str) -> bool {
    ["Describe", "List", "Get", "BatchGet", "Head"].iter().any(|verb| action.starts_with(verb))
}

/// Hands over who called, if that was neither AWS itself nor a role that it acts in: those launch,
/// read and remove because they were told to.
pub fn with_caller(event: &Event<'_>, each: &mut dyn FnMut(&str)) {
    let mut known = false;
    event.body.field("userIdentity.invokedBy", &mut |value| {
        known = value.as_str().is_some_and(|by| !by.is_empty());
        false
    });
    for name in ["userIdentity.arn", "userIdentity.userName"] {
        if known {
            return;
        }
        event.body.field(name, &mut |value| {
            if let Some(caller) = value.as_str().filter(|caller| !caller.is_empty()) {
                known = true;
                if !caller.contains("/AWSServiceRole") {
                    each(cut(caller, TEXT_MAX));
                }
            }
            false
        });
    }
}

/// The user, the address, and what was logged in to.
fn login(event: &Event<'_>) -> Mark {
    let names = ["userIdentity.arn", "userIdentity.userName", "userIdentity.type"];
    let user = names.iter().map(|name| text(event, name)).find(|text| !text.is_empty());
    let address = event.address.unwrap_or_default().to_owned();
    let texts = vec![user.unwrap_or_default(), address, "AWS".to_owned()];
    Kind::Login.mark(texts, event.outcome)
}

/// The caller, the call, the region, what was launched, what was removed.
fn change(action: &str, event: &Event<'_>, sizes: String, what: String) -> Option<Mark> {
    let mut caller = None;
    with_caller(event, &mut |name| caller = Some(name.to_owned()));
    let action = cut(action, TEXT_MAX).to_owned();
    let texts = vec![caller?, action, text(event, "awsRegion"), sizes, what];
    Some(Kind::Call.mark(texts, event.outcome))
}

/// The large machines that a call launched, by their types.
fn sizes(event: &Event<'_>) -> String {
    let mut sizes = String::new();
    event.body.field("responseElements.instancesSet.items.instanceType", &mut |value| {
        if let Some(kind) = value.as_str().filter(|kind| is_large(kind)) {
            sizes.push_str(cut(kind, 40));
            sizes.push(' ');
        }
        sizes.len() < SIZES_MAX
    });
    sizes
}

/// What a call is about.
fn target(event: &Event<'_>) -> String {
    let mut entities = Vec::new();
    event.body.entities(&mut entities);
    let targets = entities.iter().filter(|entity| entity.role == Role::Target);
    let all: Vec<&str> = targets.map(|entity| entity.value.as_ref()).collect();
    cut(&all.join(" "), TEXT_MAX).to_owned()
}
