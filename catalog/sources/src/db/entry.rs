//! One entry of a database's log, whichever database wrote it.

use std::borrow::Cow;
use std::net::IpAddr;

use model::seam::source::Intake;
use model::{Body, Entity, EntityKind, Event, Outcome, Position, Role, Time};
use ocsf::{Flat, Scalar};

use super::attributes;
use super::sql::{self, Verb};

/// A text, borrowed from the record where it stands there as is.
pub type Text<'a> = Option<Cow<'a, str>>;

/// What an entry tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// A statement was run, prepared or refused.
    Statement,
    /// A client reached the server; who it is is not known yet.
    Connect,
    /// Somebody was let in, or not.
    Logon,
    /// Somebody left.
    Logoff,
    /// The server started.
    Start,
    /// The server stopped.
    Stop,
    /// The server says something of itself.
    Notice,
}

/// Who makes the database, and what its log is called.
#[derive(Debug)]
pub struct Product {
    /// The source.
    pub source: &'static str,
    /// The product.
    pub name: &'static str,
    /// Who makes it.
    pub vendor: &'static str,
    /// Which of its logs.
    pub log: &'static str,
    /// The log's own names, sorted, with what they stand for.
    pub names: &'static [(&'static str, Slot)],
}

/// What a name of a log stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are those of the fields of Entry")]
pub enum Slot {
    App,
    Client,
    Code,
    Command,
    Context,
    Database,
    Detail,
    Duration,
    Hint,
    Message,
    Parameters,
    Pid,
    Port,
    Rows,
    Server,
    Session,
    Severity,
    Statement,
    Table,
    User,
}

/// One entry, read.
#[derive(Debug)]
pub struct Entry<'a> {
    /// Which log it stands in.
    pub product: &'static Product,
    /// When.
    pub time: Time,
    /// What it tells.
    pub deed: Deed,
    /// Whether it was done.
    pub outcome: Outcome,
    /// The database's own word for it (`Query`, `SELECT`).
    pub command: Text<'a>,
    /// The user of the database.
    pub user: Text<'a>,
    /// The database.
    pub database: Text<'a>,
    /// A table that the log itself names, with or without its schema.
    pub table: Text<'a>,
    /// The client's address or name.
    pub client: Text<'a>,
    /// The client's port.
    pub port: Option<i64>,
    /// The server that logged.
    pub server: Text<'a>,
    /// The program of the client.
    pub app: Text<'a>,
    /// The number or name of the session.
    pub session: Text<'a>,
    /// The process that served it.
    pub pid: Option<i64>,
    /// The statement, at most [`sql::STATEMENT_MAX`] bytes once in an event.
    pub statement: Text<'a>,
    /// The values of its parameters, as the log has them.
    pub parameters: Text<'a>,
    /// How long it took, in milliseconds.
    pub milliseconds: Option<f64>,
    /// How many rows it sent or changed.
    pub rows: Option<i64>,
    /// How many bytes it sent.
    pub bytes: Option<i64>,
    /// The error's code, other than that of success.
    pub code: Text<'a>,
    /// How bad the log says it is.
    pub severity: Text<'a>,
    /// The message.
    pub message: Text<'a>,
    /// More about it.
    pub detail: Text<'a>,
    /// What to do about it.
    pub hint: Text<'a>,
    /// Where it came about.
    pub context: Text<'a>,
    /// The record was longer than records are kept.
    pub cut: bool,
    /// Other names and values that the log has.
    pub others: Vec<(Cow<'a, str>, Cow<'a, str>)>,
}

impl Entry<'_> {
    /// An entry that says nothing yet.
    pub fn new(product: &'static Product, time: Time, deed: Deed) -> Self {
        Entry {
            product,
            time,
            deed,
            outcome: Outcome::Unknown,
            command: None,
            user: None,
            database: None,
            table: None,
            client: None,
            port: None,
            server: None,
            app: None,
            session: None,
            pid: None,
            statement: None,
            parameters: None,
            milliseconds: None,
            rows: None,
            bytes: None,
            code: None,
            severity: None,
            message: None,
            detail: None,
            hint: None,
            context: None,
            cut: false,
            others: Vec::new(),
        }
    }

    /// The client's address, if the log has one.
    pub fn address(&self) -> Option<&str> {
        self.client.as_deref().filter(|client| client.parse::<IpAddr>().is_ok())
    }

    /// The client's name, if it is not an address and not the server itself.
    pub fn client_name(&self) -> Option<&str> {
        self.client
            .as_deref()
            .filter(|c| !c.is_empty() && !is_local(c) && c.parse::<IpAddr>().is_err())
    }

    /// The statement as an event carries it.
    pub fn sql(&self) -> Option<&str> {
        self.statement.as_deref().map(|text| sql::bounded(text).0)
    }

    /// What the statement does; by the database's own word for it where there is no statement.
    pub fn verb(&self) -> Option<Verb> {
        let by_word = || self.command.as_deref().map(sql::verb).filter(|v| v.word != "OTHER");
        self.statement.as_deref().map(sql::verb).or_else(by_word)
    }

    /// Hands the entry on as an event.
    pub fn emit(&self, raw: &str, at: Position, out: &mut dyn Intake) {
        out.event(&Event {
            source: self.product.source,
            time: self.time,
            uid: None,
            at,
            outcome: self.outcome,
            credential: None,
            address: self.address(),
            raw,
            body: self,
        });
    }

    fn slot(&self, slot: Slot) -> Option<Scalar<'_>> {
        let text = match slot {
            Slot::App => &self.app,
            Slot::Client => &self.client,
            Slot::Code => &self.code,
            Slot::Command => &self.command,
            Slot::Context => &self.context,
            Slot::Database => &self.database,
            Slot::Detail => &self.detail,
            Slot::Hint => &self.hint,
            Slot::Message => &self.message,
            Slot::Parameters => &self.parameters,
            Slot::Server => &self.server,
            Slot::Session => &self.session,
            Slot::Severity => &self.severity,
            Slot::Statement => return self.sql().map(Scalar::from),
            Slot::Table => &self.table,
            Slot::User => &self.user,
            Slot::Duration => return self.milliseconds.map(Scalar::Float),
            Slot::Pid => return self.pid.map(Scalar::Int),
            Slot::Port => return self.port.map(Scalar::Int),
            Slot::Rows => return self.rows.map(Scalar::Int),
        };
        text.as_deref().map(Scalar::from)
    }
}

/// Whether a client's name means the server's own machine.
pub fn is_local(client: &str) -> bool {
    matches!(client, "localhost" | "[local]" | "local" | "unknown" | "[unknown]")
}

impl Body for Entry<'_> {
    fn ocsf(&self) -> Flat<'_> {
        attributes::flat(self)
    }

    fn field(&self, name: &str, each: &mut dyn FnMut(Scalar<'_>) -> bool) {
        if let Ok(at) = self.product.names.binary_search_by_key(&name, |(name, _)| *name)
            && let Some((_, slot)) = self.product.names.get(at)
        {
            self.slot(*slot).map(each);
            return;
        }
        let mut values = self.others.iter().filter(|(own, _)| own == name);
        let _ = values.all(|(_, value)| each(Scalar::from(value.as_ref())));
    }

    fn entities<'s>(&'s self, out: &mut Vec<Entity<'s>>) {
        let mut add = |kind, value: Option<&'s str>, role| {
            if let Some(value) = value.filter(|v| !v.trim().is_empty() && *v != "-") {
                out.push(Entity::new(kind, value, role));
            }
        };
        let role = if self.deed == Deed::Notice { Role::Target } else { Role::Actor };
        add(EntityKind::User, self.user.as_deref(), role);
        add(EntityKind::Ip, self.address(), Role::Actor);
        add(EntityKind::Host, self.client_name(), Role::Actor);
        add(EntityKind::Database, self.database.as_deref(), Role::Target);
        add(EntityKind::Table, self.table.as_deref(), Role::Target);
        match self.server.as_deref() {
            Some(server) if server.parse::<IpAddr>().is_ok() => {
                add(EntityKind::Ip, Some(server), Role::Place);
            }
            server => add(EntityKind::Host, server, Role::Place),
        }
    }

    fn action(&self) -> String {
        match self.deed {
            Deed::Statement => {
                let verb = self.verb().filter(|_| self.statement.is_some());
                let word = verb.map(|verb| verb.word).or(self.command.as_deref());
                format!("sql:{}", word.unwrap_or("statement"))
            }
            Deed::Connect => "db:connect".into(),
            Deed::Logon => "db:logon".into(),
            Deed::Logoff => "db:logoff".into(),
            Deed::Start => "db:start".into(),
            Deed::Stop => "db:stop".into(),
            Deed::Notice => match (&self.severity, &self.command) {
                (_, Some(command)) => format!("db:{command}"),
                (Some(severity), _) => format!("db:{}", severity.to_lowercase()),
                _ => "db:notice".into(),
            },
        }
    }

    fn reads_only(&self) -> Option<bool> {
        match self.deed {
            Deed::Statement => self.verb()?.reads_only,
            _ => None,
        }
    }
}
