//! A case: an incident that people work on, and what they know of it. Kept in the ledger.
//!
//! Times are seconds since 1970 in UTC, of the machine that wrote them.

mod kept;

use serde::{Deserialize, Serialize};

pub use kept::Kept;

macro_rules! words {
    ($(#[$about:meta])* $name:ident { $($variant:ident = $word:literal),* $(,)? }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[allow(missing_docs)]
        pub enum $name { $($variant),* }

        impl $name {
            /// Every one, in order.
            pub const ALL: &'static [$name] = &[$($name::$variant),*];

            /// The interface's word.
            pub fn word(self) -> &'static str {
                match self { $($name::$variant => $word),* }
            }

            /// Reads the interface's word.
            pub fn parse(word: &str) -> Option<$name> {
                Self::ALL.iter().copied().find(|one| one.word() == word)
            }
        }
    };
}

words! {
    /// How far the work on a case is.
    Status {
        New = "new",
        Investigating = "investigating",
        Contained = "contained",
        Resolved = "resolved",
        Closed = "closed",
    }
}

words! {
    /// What a closed case turned out to be.
    Resolution {
        TruePositive = "true_positive",
        Benign = "benign",
        FalsePositive = "false_positive",
        Duplicate = "duplicate",
    }
}

words! {
    /// How two cases belong together.
    LinkKind {
        RecurrenceOf = "recurrence_of",
        RecurredAs = "recurred_as",
        Overlaps = "overlaps",
        Similar = "similar",
        DuplicateOf = "duplicate_of",
    }
}

/// What somebody wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// When.
    pub at: i64,
    /// Who.
    pub who: String,
    /// The text; hostile, as all text from outside.
    pub text: String,
    /// `tracker:comment` if it came from a ticket.
    pub from: Option<String>,
}

/// What was done about it, and whether it helped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deed {
    /// When.
    pub at: i64,
    /// Who.
    pub who: String,
    /// The recommendation's slug, or a text.
    pub action: String,
    /// What came of it: `done`, `failed`, `undone`.
    pub outcome: String,
}

/// One line of the response checklist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// The recommendation's slug.
    pub id: String,
    /// What to do.
    pub text: String,
    /// Whether it was done.
    pub done: bool,
}

/// A tie to another case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseLink {
    /// How.
    pub kind: LinkKind,
    /// The other case's number.
    pub case: u64,
    /// Why, in a sentence.
    pub why: String,
}

/// Where people follow the case, and what the other side is known to have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketRef {
    /// The tracker's name in the settings.
    pub tracker: String,
    /// The ticket's id there.
    pub id: String,
    /// Its address for people.
    pub url: String,
    /// A hash of the content that it was last given; empty until that is known.
    pub pushed: String,
    /// Whether it was closed when last looked at.
    pub closed: bool,
    /// Ids of its comments that are notes already.
    pub comments: Vec<String>,
}

/// A case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Case {
    /// Its number, from 1; people write `C-1`.
    pub number: u64,
    /// How far the work is.
    pub status: Status,
    /// What it turned out to be, once it is closed.
    pub resolution: Option<Resolution>,
    /// Who works on it.
    pub owner: Option<String>,
    /// When it was opened.
    pub opened: i64,
    /// When it last changed.
    pub updated: i64,
    /// When it was closed.
    pub closed: Option<i64>,
    /// In how many runs it was seen.
    pub sightings: u64,
    /// The incident as it was last seen.
    pub incident: Kept,
    /// What people wrote.
    pub notes: Vec<Note>,
    /// What was done.
    pub actions: Vec<Deed>,
    /// Other cases.
    pub links: Vec<CaseLink>,
    /// What is to be done.
    pub checklist: Vec<Check>,
    /// Tickets, one for each tracker.
    pub tickets: Vec<TicketRef>,
}

impl Case {
    /// A new case for an incident.
    pub fn open(number: u64, incident: Kept, now: i64) -> Self {
        let mut case = Case {
            number,
            status: Status::New,
            resolution: None,
            owner: None,
            opened: now,
            updated: now,
            closed: None,
            sightings: 1,
            incident,
            notes: Vec::new(),
            actions: Vec::new(),
            links: Vec::new(),
            checklist: Vec::new(),
            tickets: Vec::new(),
        };
        case.renew_checklist();
        case
    }

    /// The name for people.
    pub fn name(&self) -> String {
        format!("C-{}", self.number)
    }

    /// Reads a name or a number.
    pub fn parse_name(text: &str) -> Option<u64> {
        let digits = text.strip_prefix("C-").or_else(|| text.strip_prefix("c-")).unwrap_or(text);
        digits.parse().ok().filter(|number| *number > 0)
    }

    /// Whether nobody works on it any more.
    pub fn is_closed(&self) -> bool {
        self.status == Status::Closed
    }

    /// Closes it.
    pub fn close(&mut self, resolution: Resolution, now: i64) {
        self.status = Status::Closed;
        self.resolution = Some(resolution);
        self.closed = Some(now);
    }

    /// Opens it again.
    pub fn reopen(&mut self, status: Status) {
        self.status = status;
        self.resolution = None;
        self.closed = None;
    }

    /// Ties it to another case, once.
    pub fn link(&mut self, kind: LinkKind, case: u64, why: &str) -> bool {
        let known = self.links.iter().any(|link| link.kind == kind && link.case == case);
        if !known {
            self.links.push(CaseLink { kind, case, why: why.to_owned() });
        }
        !known
    }

    /// Takes the incident's recommendations into the checklist; what is ticked stays ticked.
    pub fn renew_checklist(&mut self) {
        for (id, text) in self.incident.recommendations() {
            match self.checklist.iter_mut().find(|check| check.id == id) {
                Some(check) => check.text = text,
                None => self.checklist.push(Check { id, text, done: false }),
            }
        }
    }
}

/// What people know to be no attack: a rule and one thing, for a while.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exception {
    /// The rule's id.
    pub rule: String,
    /// The rule's title, for people.
    pub title: String,
    /// Type and value of the thing that it is limited to.
    pub entity: [String; 2],
    /// Why.
    pub reason: String,
    /// The case that it was learnt from.
    pub case: u64,
    /// Who said so.
    pub who: String,
    /// When it ends.
    pub until: i64,
}

/// One line of the audit trail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Audit {
    /// When.
    pub at: i64,
    /// Who.
    pub who: String,
    /// What changed.
    pub what: String,
}

/// What is kept as text, one JSON value.
pub trait Readable: Sized {
    /// Reads it back; the error says what is wrong.
    fn read(text: &str) -> Result<Self, String>;
    /// Writes it.
    fn written(&self) -> String;
}

impl<T: Serialize + serde::de::DeserializeOwned> Readable for T {
    fn read(text: &str) -> Result<Self, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
    }

    fn written(&self) -> String {
        // Our own nouns have texts as keys everywhere, which is all that could fail.
        serde_json::to_string(self).unwrap_or_default()
    }
}
