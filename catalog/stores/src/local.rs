//! `local`: a folder with one SQLite file. Write-ahead log, synced to disk at each commit.

use std::path::Path;
use std::time::Duration;

use model::Error;
use model::case::{Audit, Case, Exception};
use model::seam::ledger::{Commit, Committed, Ledger};
use rusqlite::{Connection, OptionalExtension as _, Row, TransactionBehavior, params};

/// The file in the folder.
const FILE: &str = "ledger.sqlite";
/// How long a commit waits for another process.
const BUSY: Duration = Duration::from_secs(30);
/// Hashes asked for at a time.
const ASK_MAX: usize = 500;

/// Steps from an empty file to today's shape; the file knows how many it has taken. A step that
/// was released is never changed.
const MIGRATIONS: &[&str] = &["
    CREATE TABLE state (revision INTEGER NOT NULL);
    INSERT INTO state VALUES (0);
    CREATE TABLE cases (
        number INTEGER PRIMARY KEY, status TEXT NOT NULL, severity TEXT NOT NULL,
        owner TEXT, updated INTEGER NOT NULL, fingerprint TEXT NOT NULL, body TEXT NOT NULL);
    CREATE INDEX cases_fingerprint ON cases (fingerprint);
    CREATE TABLE incidents (
        uid TEXT NOT NULL, number INTEGER NOT NULL REFERENCES cases,
        PRIMARY KEY (uid, number)) WITHOUT ROWID;
    CREATE TABLE marks (
        mark TEXT NOT NULL, number INTEGER NOT NULL REFERENCES cases,
        PRIMARY KEY (mark, number)) WITHOUT ROWID;
    CREATE TABLE audit (
        number INTEGER NOT NULL REFERENCES cases, at INTEGER NOT NULL, who TEXT NOT NULL,
        what TEXT NOT NULL);
    CREATE INDEX audit_number ON audit (number);
    CREATE TABLE exceptions (body TEXT PRIMARY KEY) WITHOUT ROWID;
"];

/// A ledger in a folder.
pub struct Local {
    connection: Connection,
    place: String,
}

impl Local {
    /// Opens the ledger of a folder; both are made if they are not there.
    pub fn open(folder: &Path) -> Result<Local, Error> {
        std::fs::create_dir_all(folder).map_err(|error| unusable(folder, &error.to_string()))?;
        let path = folder.join(FILE);
        let connection =
            Connection::open(&path).map_err(|error| unusable(&path, &error.to_string()))?;
        let mut local = Local { connection, place: path.display().to_string() };
        local.prepare()?;
        Ok(local)
    }

    /// Whether a folder has one.
    pub fn is_there(folder: &Path) -> bool {
        folder.join(FILE).is_file()
    }

    /// Opens a ledger that must be there already.
    pub fn existing(folder: &Path) -> Result<Local, Error> {
        if Local::is_there(folder) {
            return Local::open(folder);
        }
        Err(Error::user(
            format!("{}: no cases are kept here", folder.display()),
            "Run `yagura investigate --save` first, or name the folder with --state.",
        ))
    }

    fn prepare(&mut self) -> Result<(), Error> {
        let place = self.place.clone();
        let say = |error: &rusqlite::Error| failed(&place, error);
        self.connection.busy_timeout(BUSY).map_err(|e| say(&e))?;
        let set = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;";
        self.connection.execute_batch(set).map_err(|e| say(&e))?;
        let begin = TransactionBehavior::Immediate;
        let all = self.connection.transaction_with_behavior(begin).map_err(|e| say(&e))?;
        let taken: u32 =
            all.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(|e| say(&e))?;
        let taken = usize::try_from(taken).unwrap_or(usize::MAX);
        if taken > MIGRATIONS.len() {
            return Err(Error::user(
                format!("{place} was written by a newer yagura"),
                "Use that version, or another folder with --state.",
            ));
        }
        for step in MIGRATIONS.iter().skip(taken) {
            all.execute_batch(step).map_err(|e| say(&e))?;
        }
        let now = MIGRATIONS.len();
        all.execute_batch(&format!("PRAGMA user_version = {now}")).map_err(|e| say(&e))?;
        all.commit().map_err(|e| say(&e))
    }

    fn list<T>(
        &self,
        sql: &str,
        with: impl rusqlite::Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, Error> {
        let all = || {
            self.connection.prepare_cached(sql)?.query_map(with, read)?.collect::<Result<_, _>>()
        };
        all().map_err(|error| failed(&self.place, &error))
    }

    fn number(&self, sql: &str) -> Result<u64, Error> {
        let row = self.connection.query_row(sql, [], |row| row.get(0));
        row.map_err(|error| failed(&self.place, &error))
    }

    fn read<T: model::case::Readable>(&self, body: &str) -> Result<T, Error> {
        T::read(body).map_err(|why| {
            Error::user(
                format!("{}: an entry cannot be read: {why}", self.place),
                "The file was changed by something else: restore it from a backup.",
            )
        })
    }
}

fn unusable(path: &Path, why: &str) -> Error {
    Error::user(
        format!("{}: {why}", path.display()),
        "Name a folder that can be written with --state.",
    )
}

fn failed(place: &str, error: &rusqlite::Error) -> Error {
    Error::user(
        format!("{place}: {error}"),
        "Check the free space and the permissions, and that the disk is whole.",
    )
}

impl Ledger for Local {
    fn revision(&self) -> Result<u64, Error> {
        self.number("SELECT revision FROM state")
    }

    fn highest(&self) -> Result<u64, Error> {
        self.number("SELECT coalesce(max(number), 0) FROM cases")
    }

    fn cases(&self) -> Result<Vec<Case>, Error> {
        let sql = "SELECT body FROM cases ORDER BY number";
        let all: Vec<String> = self.list(sql, [], |row| row.get(0))?;
        all.iter().map(|body| self.read(body)).collect()
    }

    fn case(&self, number: u64) -> Result<Option<Case>, Error> {
        let sql = "SELECT body FROM cases WHERE number = ?1";
        let found: Option<String> = self
            .connection
            .query_row(sql, [number], |row| row.get(0))
            .optional()
            .map_err(|error| failed(&self.place, &error))?;
        found.map(|body| self.read(&body)).transpose()
    }

    fn of_incident(&self, uid: &str) -> Result<Vec<u64>, Error> {
        let sql = "SELECT number FROM incidents WHERE uid = ?1 ORDER BY number DESC";
        self.list(sql, [uid], |row| row.get(0))
    }

    fn sharing(&self, marks: &[String]) -> Result<Vec<(u64, u64)>, Error> {
        let mut counts = std::collections::BTreeMap::<u64, u64>::new();
        for some in marks.chunks(ASK_MAX) {
            let holes = vec!["?"; some.len()].join(",");
            let sql = format!("SELECT number FROM marks WHERE mark IN ({holes})");
            let found = self.list(&sql, rusqlite::params_from_iter(some), |row| row.get(0))?;
            for number in found {
                *counts.entry(number).or_default() += 1;
            }
        }
        let mut all: Vec<(u64, u64)> = counts.into_iter().collect();
        all.sort_by_key(|(number, shared)| (std::cmp::Reverse(*shared), *number));
        Ok(all)
    }

    fn of_fingerprint(&self, fingerprint: &str) -> Result<Vec<u64>, Error> {
        let sql = "SELECT number FROM cases WHERE fingerprint = ?1 ORDER BY number DESC";
        self.list(sql, [fingerprint], |row| row.get(0))
    }

    fn audit(&self, number: u64) -> Result<Vec<Audit>, Error> {
        let sql = "SELECT at, who, what FROM audit WHERE number = ?1 ORDER BY rowid";
        self.list(sql, [number], |row| {
            Ok(Audit { at: row.get(0)?, who: row.get(1)?, what: row.get(2)? })
        })
    }

    fn exceptions(&self) -> Result<Vec<Exception>, Error> {
        let all: Vec<String> =
            self.list("SELECT body FROM exceptions ORDER BY body", [], |row| row.get(0))?;
        all.iter().map(|body| self.read(body)).collect()
    }

    fn commit(&mut self, commit: &Commit) -> Result<Committed, Error> {
        let place = self.place.clone();
        write(&mut self.connection, commit).map_err(|error| failed(&place, &error))
    }
}

fn write(connection: &mut Connection, commit: &Commit) -> rusqlite::Result<Committed> {
    let all = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let revision: u64 = all.query_row("SELECT revision FROM state", [], |row| row.get(0))?;
    if revision != commit.expect {
        return Ok(Committed::Moved);
    }
    all.execute("UPDATE state SET revision = revision + 1", [])?;
    for (case, said) in &commit.cases {
        put(&all, case)?;
        for what in said {
            let sql = "INSERT INTO audit VALUES (?1, ?2, ?3, ?4)";
            all.prepare_cached(sql)?.execute(params![case.number, commit.at, commit.who, what])?;
        }
    }
    for exception in &commit.exceptions {
        let sql = "INSERT OR REPLACE INTO exceptions VALUES (?1)";
        all.execute(sql, [model::case::Readable::written(exception)])?;
    }
    all.commit()?;
    Ok(Committed::Done)
}

fn put(all: &Connection, case: &Case) -> rusqlite::Result<()> {
    let row = "INSERT INTO cases VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (number) DO UPDATE
        SET status = ?2, severity = ?3, owner = ?4, updated = ?5, fingerprint = ?6, body = ?7";
    all.prepare_cached(row)?.execute(params![
        case.number,
        case.status.word(),
        case.incident.severity().word(),
        case.owner,
        case.updated,
        case.incident.fingerprint(),
        model::case::Readable::written(case),
    ])?;
    let seen = "INSERT OR IGNORE INTO incidents VALUES (?1, ?2)";
    all.prepare_cached(seen)?.execute(params![case.incident.uid(), case.number])?;
    let mut mark = all.prepare_cached("INSERT OR IGNORE INTO marks VALUES (?1, ?2)")?;
    for one in case.incident.marks() {
        mark.execute(params![one, case.number])?;
    }
    Ok(())
}
