//! Who is connected: a session says so once, its later entries only bear its number.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::entry::{Deed, Entry};

/// No more sessions are kept; a server has fewer open at a time.
const SESSIONS_MAX: usize = 1 << 16;

/// What a session said of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Session {
    /// The user.
    pub user: Option<String>,
    /// The database.
    pub database: Option<String>,
    /// The client's address or name.
    pub client: Option<String>,
    /// The client's port.
    pub port: Option<i64>,
}

/// The open sessions of one log, by their numbers.
#[derive(Debug, Default)]
pub struct Sessions {
    open: BTreeMap<i64, Session>,
}

impl Sessions {
    /// What is known of a session.
    pub fn get(&self, number: i64) -> Option<&Session> {
        self.open.get(&number)
    }

    /// Forgets a session that ended.
    pub fn forget(&mut self, number: i64) {
        self.open.remove(&number);
    }

    /// Keeps what an entry says of its session.
    pub fn learn(&mut self, number: i64, entry: &Entry<'_>) {
        match entry.deed {
            Deed::Connect | Deed::Logon => {
                if self.open.len() >= SESSIONS_MAX {
                    self.open.clear();
                }
                let session = self.open.entry(number).or_default();
                // A number is used again: what the new session says first is all that holds.
                if entry.deed == Deed::Connect {
                    *session = Session::default();
                }
                let own = |text: &Option<Cow<'_, str>>| text.as_deref().map(str::to_owned);
                session.user = own(&entry.user).or(session.user.take());
                session.database = own(&entry.database).or(session.database.take());
                session.client = own(&entry.client).or(session.client.take());
                session.port = entry.port.or(session.port);
            }
            _ => {}
        }
    }

    /// Notes that a session went to another database.
    pub fn moved(&mut self, number: i64, database: &str) {
        if let Some(session) = self.open.get_mut(&number) {
            session.database = Some(database.to_owned());
        }
    }

    /// Starts anew, as the server did.
    pub fn clear(&mut self) {
        self.open.clear();
    }
}

impl Session {
    /// The entry, with what it does not say itself.
    pub fn fill<'e>(&'e self, mut entry: Entry<'e>) -> Entry<'e> {
        let known = |text: &'e Option<String>| text.as_deref().map(Cow::Borrowed);
        entry.user = entry.user.take().or_else(|| known(&self.user));
        entry.database = entry.database.take().or_else(|| known(&self.database));
        entry.client = entry.client.take().or_else(|| known(&self.client));
        if entry.port.is_none() && entry.client.as_deref() == self.client.as_deref() {
            entry.port = self.port;
        }
        entry
    }
}
