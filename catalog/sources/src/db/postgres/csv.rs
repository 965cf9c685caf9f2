//! `csvlog`: 22 to 26 columns, statements over several lines in quotes.

use std::borrow::Cow;
use std::cell::Cell;

use super::audit::Columns;
use super::head::{said, split_port};
use super::{POSTGRES, Settled, message, stamp};
use crate::db::entry::{Deed, Entry};

/// The columns that have no place of their own in an entry, by their number.
const OTHERS: &[(usize, &str)] = &[
    (6, "session_line_num"),
    (8, "session_start_time"),
    (9, "virtual_transaction_id"),
    (10, "transaction_id"),
    (16, "internal_query"),
    (17, "internal_query_pos"),
    (20, "query_pos"),
    (21, "location"),
    (23, "backend_type"),
    (24, "leader_pid"),
    (25, "query_id"),
];
const COLUMNS_MIN: usize = 22;
const COLUMNS_MAX: usize = 40;
/// After so much text in open quotes, a line that looks like a record is one: a quote is missing.
const QUOTED_MAX: usize = 1 << 20;

/// Whether a line is the start of a record: time, user, database, process.
pub fn is_head(line: &str) -> bool {
    // An open record is asked again for each of its lines, so a long one must cost no more.
    const HEAD_MAX: usize = 512;
    let line = line.get(..line.floor_char_boundary(HEAD_MAX)).unwrap_or(line);
    let bare = line.strip_prefix('"').unwrap_or(line);
    if super::head::clock(bare.get(..bare.len().min(24)).unwrap_or(bare)) != Some(0) {
        return false;
    }
    let mut columns = Columns { rest: Some(line) };
    let pid = columns.nth(3).unwrap_or_default();
    pid.parse::<i64>().is_ok() && columns.nth(1).is_some_and(|session| session.contains('.'))
}

/// Tells where records start: not within quotes. Remembers how far it has counted.
#[derive(Default)]
pub struct Quotes {
    counted: Cell<usize>,
    open: Cell<bool>,
}

impl Quotes {
    fn forget(&self) {
        self.counted.set(0);
        self.open.set(false);
    }

    /// Whether a line starts a record after what is open.
    pub fn starts(&self, line: &str, current: &str) -> bool {
        if current.len() < self.counted.get() || current.is_empty() {
            self.forget();
        }
        let fresh = current.as_bytes().get(self.counted.get()..).unwrap_or(&[]);
        let odd = memchr::memchr_iter(b'"', fresh).count() % 2 == 1;
        self.open.set(self.open.get() != odd);
        self.counted.set(current.len());
        // A file may begin within quotes: what is open then is no record, and only a head ends it.
        let trusted = current.len() < QUOTED_MAX && is_head(current);
        let starts = if trusted { !self.open.get() && !line.is_empty() } else { is_head(line) };
        if starts {
            // The next text that is open is another record.
            self.forget();
        }
        starts
    }
}

/// Reads one record.
pub fn read(text: &str, settled: &mut Settled<'_, '_>) -> Result<(), String> {
    let columns: Vec<Cow<'_, str>> = Columns { rest: Some(text) }.take(COLUMNS_MAX).collect();
    if columns.len() < COLUMNS_MIN {
        return Err(format!("{} columns where csvlog has {COLUMNS_MIN} or more", columns.len()));
    }
    let column = |at: usize| columns.get(at).map_or("", |c| c.as_ref());
    let (time, _) = stamp::dated(column(0), settled.zone())?;
    let mut entry = Entry::new(&POSTGRES, time, Deed::Notice);
    let text = |at: usize| said(column(at)).map(Cow::Borrowed);
    (entry.user, entry.database) = (text(1), text(2));
    entry.pid = column(3).parse().ok();
    let (client, port) = split_port(column(4));
    (entry.client, entry.port) = (said(client).map(Cow::Borrowed), port);
    (entry.session, entry.command) = (text(5), text(7));
    entry.code = text(12).filter(|code| code != "00000");
    (entry.detail, entry.hint, entry.context) = (text(14), text(15), text(18));
    (entry.statement, entry.app) = (text(19), text(22));
    for (at, name) in OTHERS {
        if let Some(value) = text(*at) {
            entry.others.push(((*name).into(), value));
        }
    }
    message::read(&mut entry, column(11), column(13));
    settled.emit(entry);
    Ok(())
}
