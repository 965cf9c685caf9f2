//! A mapping, ready: what a person's TOML says, compiled.

use jiff::tz::TimeZone;
use model::seam::About;
use model::seam::source::LogSource;
use model::{EntityKind, Outcome, Role};
use ocsf::{Class, Path, Scalar};
use regex::Regex;

/// One kind of log, as a mapping describes it.
pub struct Mapping {
    pub about: About,
    pub classes: Vec<Class>,
    pub logsources: Vec<LogSource>,
    /// The names of the captures; none for JSON, whose names are the record's own.
    pub fields: Vec<&'static str>,
    /// Kinds that this one is taken for.
    pub goes_before: Vec<&'static str>,
    pub product: String,
    pub recognise: Recognise,
    /// What a line must bear to start a record; every line does without it.
    pub starts: Option<Regex>,
    /// The pattern of events that have none of their own.
    pub pattern: Option<Regex>,
    pub is_json: bool,
    pub time: String,
    /// As `strptime` has it; without it, times are read as programs usually write them.
    pub time_format: Option<String>,
    pub zone: Option<TimeZone>,
    pub uid: Option<String>,
    pub address: Option<String>,
    pub credential: Option<String>,
    pub events: Vec<EventRule>,
}

/// How a blob is known.
pub enum Recognise {
    /// Only by a person's word.
    Never,
    /// At least half of its records begin with such a line.
    Line(Regex),
    /// At least half of its records have all these names.
    Names(Vec<String>),
}

/// One sort of record.
pub struct EventRule {
    pub pattern: Option<Regex>,
    /// Each field must have one of its values.
    pub when: Vec<(String, Vec<String>)>,
    pub class: Class,
    pub activity: i64,
    pub action: Vec<Part>,
    pub outcome: Verdict,
    pub reads_only: Option<bool>,
    pub ocsf: Vec<Put>,
    pub entities: Vec<(EntityKind, Role, String)>,
}

/// A part of a phrase.
pub enum Part {
    Text(String),
    Field(String),
}

/// How it is told whether something was done.
pub enum Verdict {
    Always(Outcome),
    Field { name: String, success: Vec<String>, failure: Vec<String> },
}

/// One attribute of the event.
pub struct Put {
    pub path: Path,
    pub from: From,
}

/// Where an attribute's value comes from.
pub enum From {
    /// It is always this one.
    Always(Scalar<'static>),
    /// A field's value, or, if there are any, what stands for it.
    Field {
        name: String,
        values: Vec<(String, Scalar<'static>)>,
        otherwise: Option<Scalar<'static>>,
    },
}
