//! A tracker: where people follow a case.

use crate::case::{Check, Resolution};
use crate::error::Error;
use crate::finding::Severity;

/// A piece of a ticket's text. Each tracker writes it in its own markup, with whatever the text
/// holds made harmless.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// A heading.
    Heading(String),
    /// A paragraph.
    Text(String),
    /// A list.
    List(Vec<String>),
    /// The checklist.
    Checks(Vec<Check>),
    /// Verbatim lines.
    Code(String),
}

/// What a ticket is to say.
#[derive(Clone, Debug, PartialEq)]
pub struct Ticket {
    /// Finds the ticket again; one word.
    pub fingerprint: String,
    /// One line.
    pub title: String,
    /// How bad.
    pub severity: Severity,
    /// The body.
    pub body: Vec<Block>,
    /// Words to file it under.
    pub labels: Vec<String>,
    /// The person or group that it goes to, in the tracker's own words.
    pub assignee: Option<String>,
    /// The part of the organisation that it is about, in the tracker's own words.
    pub component: Option<String>,
    /// Set when it is to be closed.
    pub closed: Option<Resolution>,
}

/// A file that goes with a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// Its name.
    pub name: String,
    /// Its media type.
    pub kind: String,
    /// Its content.
    pub content: Vec<u8>,
}

/// A comment on a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// Its id there.
    pub id: String,
    /// Who wrote it.
    pub who: String,
    /// What.
    pub text: String,
}

/// A ticket as the tracker has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Remote {
    /// Its id there.
    pub id: String,
    /// Its address for people.
    pub url: String,
    /// Who has it.
    pub assignee: Option<String>,
    /// Whether it is closed.
    pub closed: bool,
    /// What it was closed as, if the tracker says so.
    pub resolution: Option<Resolution>,
    /// Whether somebody works on it.
    pub started: bool,
    /// Every comment, oldest first.
    pub comments: Vec<Comment>,
    /// Texts of the checklist's lines and whether they are ticked.
    pub checks: Vec<(String, bool)>,
    /// Names of the files.
    pub attachments: Vec<String>,
    /// The other side takes what it is told and never answers what it has.
    pub is_silent: bool,
}

/// A tracker, ready. Nothing here is done twice by being asked twice but `create` and `comment`:
/// whoever calls these looks first.
pub trait Tracker {
    /// The name in the settings.
    fn name(&self) -> &str;
    /// The id of the ticket with a fingerprint, if there is one.
    fn find(&self, fingerprint: &str) -> Result<Option<String>, Error>;
    /// Opens a ticket; gives its id.
    fn create(&self, ticket: &Ticket) -> Result<String, Error>;
    /// Writes title, priority, body and state anew.
    fn update(&self, id: &str, ticket: &Ticket) -> Result<(), Error>;
    /// Reads a ticket; nothing if it is gone.
    fn pull(&self, id: &str) -> Result<Option<Remote>, Error>;
    /// Adds a comment.
    fn comment(&self, id: &str, text: &[Block]) -> Result<(), Error>;
    /// Adds a file; false if the tracker takes none.
    fn attach(&self, id: &str, file: &Attachment) -> Result<bool, Error>;
    /// Ties two tickets; false if the tracker has no such tie.
    fn relate(&self, id: &str, other: &str) -> Result<bool, Error>;
}
