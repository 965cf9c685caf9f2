//! What an event tells of habits: which entities, which features, which values.

mod aws;
mod net;
mod people;
mod site;
mod whence;
mod words;

use model::Event;
use model::seam::source::LogSource;
use ocsf::Scalar;

use super::super::places::Places;
use super::facts::Facts;
use whence::Whence;

/// What kind of event, as far as habits go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// A call to AWS.
    Call,
    /// A flow record.
    Flow,
    /// A question to DNS.
    Question,
    /// A request to a site.
    Request,
    /// What users and programs do: hosts, databases, applications.
    People,
}

/// Names of sources that tell of users and programs start like this.
const PEOPLE: &[&str] = &["db.", "saas.", "linux.", "host.", "container.kubernetes", "app.json"];

/// What a source's events are.
pub fn sort(name: &str, logs: &[LogSource]) -> Option<Sort> {
    let is = |category| logs.iter().any(|log| log.category == Some(category));
    Some(match name {
        "aws.cloudtrail" => Sort::Call,
        "aws.vpc_flow" => Sort::Flow,
        _ if is("dns") => Sort::Question,
        _ if name.starts_with("web.") && is("webserver") => Sort::Request,
        _ if PEOPLE.iter().any(|start| name.starts_with(start)) => Sort::People,
        _ => return None,
    })
}

/// Reads events; its memory is used again and again.
pub struct Reader<'p> {
    facts: Facts,
    texts: Texts,
    whence: Whence<'p>,
}

/// Fields that are looked at together.
#[derive(Default)]
struct Texts {
    a: String,
    b: String,
    c: String,
}

impl<'p> Reader<'p> {
    /// A reader that asks these databases where addresses are.
    pub fn new(places: &'p Places) -> Reader<'p> {
        let (facts, texts) = (Facts::default(), Texts::default());
        Reader { facts, texts, whence: Whence::new(places) }
    }

    /// Hands the facts of each entity that an event tells of to `each`.
    pub fn read(&mut self, sort: Sort, event: &Event<'_>, each: &mut dyn FnMut(&Facts)) {
        let Reader { facts, texts, whence } = self;
        match sort {
            Sort::Call => aws::call(event, texts, whence, facts, each),
            Sort::Flow => net::flow(event, texts, facts, each),
            Sort::Question => net::question(event, texts, facts, each),
            Sort::Request => site::request(event, texts, facts, each),
            Sort::People => people::deed(event, whence, facts, each),
        }
    }
}

impl Reader<'_> {
    /// A mark of all that the facts of an event depend on, for kinds that come by the million: two
    /// events with one mark tell the same facts. It costs a fraction of the facts.
    pub fn sameness(&mut self, sort: Sort, event: &Event<'_>) -> Option<u64> {
        match sort {
            Sort::Call => aws::sameness(event, &self.whence, &mut self.texts.a),
            Sort::Flow => Some(net::sameness(event, &mut self.texts.a)),
            _ => None,
        }
    }
}

/// Appends a field and a byte that is in no text.
fn append(event: &Event<'_>, name: &str, to: &mut String) {
    event.body.field(name, &mut |value| {
        match value {
            Scalar::Str(text) => to.push_str(crate::web::cut(&text, TEXT_MAX)),
            Scalar::Int(number) => words::push_number(number, to),
            Scalar::Bool(_) | Scalar::Float(_) | Scalar::Null => return true,
        }
        false
    });
    to.push('\0');
}

/// The longest text that is looked at.
const TEXT_MAX: usize = 512;

/// A field as text into `to`; empty if the event has none.
fn field(event: &Event<'_>, name: &str, to: &mut String) {
    to.clear();
    event.body.field(name, &mut |value| {
        match value {
            Scalar::Str(text) => to.push_str(crate::web::cut(&text, TEXT_MAX)),
            Scalar::Int(number) => words::push_number(number, to),
            Scalar::Bool(truth) => to.push_str(if truth { "true" } else { "false" }),
            Scalar::Float(_) | Scalar::Null => return true,
        }
        false
    });
}

/// A field as a number.
fn number(event: &Event<'_>, name: &str) -> Option<i64> {
    let mut found = None;
    event.body.field(name, &mut |value| {
        found = match value {
            Scalar::Int(number) => Some(number),
            Scalar::Str(text) => text.parse().ok(),
            _ => None,
        };
        false
    });
    found
}
