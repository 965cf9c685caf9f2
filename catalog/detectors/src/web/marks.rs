//! What is kept of a request or a statement until all is read.

use model::Time;
use model::seam::detector::{Marked, Note};

use super::class::Class;

/// An attack in a request.
#[derive(Clone, Debug)]
pub struct Try {
    /// The mark's number.
    pub mark: usize,
    pub time: Time,
    pub class: Class,
    pub client: String,
    pub method: String,
    pub path: String,
    pub parameter: String,
    pub value: String,
    /// 0 if the log does not say.
    pub status: i64,
    pub bytes: i64,
    /// How long the answer took, in milliseconds; -1 if the log does not say.
    pub took: i64,
    /// Something before the application stopped it.
    pub blocked: bool,
    /// Whether it is an attack by itself, not only a fragment of one.
    pub sure: bool,
    /// Whether the log is one of requests at the server itself.
    pub source: String,
}

/// A statement that a database was given.
#[derive(Clone, Debug)]
pub struct Said {
    pub mark: usize,
    pub time: Time,
    pub sql: String,
    /// Who gave it: the application's address and the user's name.
    pub by: String,
    /// The error's text, if the database said one.
    pub error: String,
    pub dialect: sqli::Dialect,
    pub failed: bool,
    /// Whether the log says of statements if they failed.
    pub judged: bool,
    pub rows: Option<i64>,
}

/// The mark's number for statements; those of attacks are the classes' own.
pub const STATEMENT: u32 = 100;
/// The mark's number for pages that are not there.
pub const MISSING: u32 = 101;
/// The mark's number for logins.
pub const LOGIN: u32 = 102;
/// The mark's number for requests under a scanner's name.
pub const AGENT: u32 = 103;

/// A login that was sent.
#[derive(Clone, Debug)]
pub struct Login {
    pub client: String,
    pub path: String,
    pub status: i64,
    pub bytes: i64,
}

impl Login {
    /// The note of a login.
    pub fn note(self) -> Note {
        Note { texts: vec![self.client, self.path], numbers: vec![self.status, self.bytes] }
    }

    /// The login of a mark.
    pub fn of(marked: &Marked) -> Option<Login> {
        let note = marked.mark.note.as_ref().filter(|_| marked.mark.rule == LOGIN)?;
        let text = |at: usize| note.texts.get(at).cloned().unwrap_or_default();
        let number = |at: usize| note.numbers.get(at).copied().unwrap_or_default();
        Some(Login { client: text(0), path: text(1), status: number(0), bytes: number(1) })
    }
}

impl Try {
    /// The note of an attack.
    pub fn note(self) -> Note {
        Note {
            texts: vec![
                self.client,
                self.method,
                self.path,
                self.parameter,
                self.value,
                self.source,
            ],
            numbers: vec![
                self.status,
                self.bytes,
                i64::from(self.blocked) | i64::from(self.sure) << 1,
                self.took,
            ],
        }
    }

    /// The attack of a mark.
    pub fn of(mark: usize, marked: &Marked) -> Option<Try> {
        let note = marked.mark.note.as_ref()?;
        let class = *Class::ALL.get(marked.mark.rule as usize)?;
        let text = |at: usize| note.texts.get(at).cloned().unwrap_or_default();
        let number = |at: usize| note.numbers.get(at).copied().unwrap_or_default();
        Some(Try {
            mark,
            time: marked.time,
            class,
            client: text(0),
            method: text(1),
            path: text(2),
            parameter: text(3),
            value: text(4),
            source: text(5),
            status: number(0),
            bytes: number(1),
            blocked: number(2) & 1 != 0,
            sure: number(2) & 2 != 0,
            took: number(3),
        })
    }
}

impl Said {
    /// The note of a statement.
    pub fn note(self) -> Note {
        let flags = i64::from(self.failed) | i64::from(self.judged) << 1;
        let dialect = sqli::Dialect::ALL.iter().position(|d| *d == self.dialect).unwrap_or(0);
        Note {
            texts: vec![self.sql, self.by, self.error],
            numbers: vec![dialect as i64, flags, self.rows.unwrap_or(-1)],
        }
    }

    /// The statement of a mark.
    pub fn of(mark: usize, marked: &Marked) -> Option<Said> {
        let note = marked.mark.note.as_ref().filter(|_| marked.mark.rule == STATEMENT)?;
        let text = |at: usize| note.texts.get(at).cloned().unwrap_or_default();
        let number = |at: usize| note.numbers.get(at).copied().unwrap_or_default();
        Some(Said {
            mark,
            time: marked.time,
            sql: text(0),
            by: text(1),
            error: text(2),
            dialect: sqli::Dialect::ALL.get(number(0) as usize).copied().unwrap_or_default(),
            failed: number(1) & 1 != 0,
            judged: number(1) & 2 != 0,
            rows: Some(number(2)).filter(|rows| *rows >= 0),
        })
    }
}
