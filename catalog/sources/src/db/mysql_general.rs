//! The general query log of MySQL and MariaDB: what each client sent, in the order it came.

use std::borrow::Cow;

use frame::Input;
use jiff::tz::TimeZone;
use model::seam::About;
use model::seam::source::{Intake, Likeness, LogSource, ReadSettings, Source};
use model::{Outcome, Time};
use ocsf::Class;

use super::entry::{Deed, Entry, Product, Slot};
use super::sessions::Sessions;
use super::{mysql, stamp};
use crate::joined::{self, Joined};
use crate::wrap;

/// The source.
pub struct General;

const KIND: &str = "db.mysql_general";

static PRODUCT: Product = Product {
    source: KIND,
    name: mysql::NAME,
    vendor: mysql::VENDOR,
    log: "general",
    names: &[
        ("argument", Slot::Statement),
        ("command_type", Slot::Command),
        ("db", Slot::Database),
        ("thread_id", Slot::Pid),
        ("user_host", Slot::User),
    ],
};

/// The commands of the protocol, as the log names them.
const COMMANDS: &[&str] = &[
    "Binlog Dump",
    "Binlog Dump GTID",
    "Bulk_execute",
    "Change user",
    "Clone",
    "Close stmt",
    "Connect",
    "Connect Out",
    "Create DB",
    "Daemon",
    "Debug",
    "Delayed insert",
    "Drop DB",
    "Error",
    "Execute",
    "Fetch",
    "Field List",
    "Init DB",
    "Kill",
    "Long Data",
    "Ping",
    "Prepare",
    "Process Kill",
    "Processlist",
    "Query",
    "Quit",
    "Refresh",
    "Register Replica",
    "Register Slave",
    "Reset Connection",
    "Reset stmt",
    "Set option",
    "Shutdown",
    "Sleep",
    "Statistics",
    "Table Dump",
    "Time",
    "unimpl",
];

impl Source for General {
    fn about(&self) -> &'static About {
        &About {
            name: KIND,
            line: "General query log of MySQL and MariaDB, old and new times",
            spec: "https://dev.mysql.com/doc/refman/8.4/en/query-log.html",
        }
    }

    fn classes(&self) -> &'static [Class] {
        &[Class::BASE_EVENT, Class::AUTHENTICATION, Class::DATASTORE_ACTIVITY]
    }

    fn logsources(&self) -> &'static [LogSource] {
        &[
            LogSource { product: Some("mysql"), service: None, category: Some("database") },
            LogSource { product: Some("sql"), service: None, category: Some("application") },
        ]
    }

    fn fields(&self) -> &'static [&'static str] {
        &["argument", "command_type", "db", "thread_id", "user_host"]
    }

    fn recognise(&self, sample: &[u8]) -> Likeness {
        let lines = wrap::sample_lines(sample);
        let ours = lines.iter().any(|line| Line::of(line).is_some());
        if ours { Likeness::Name } else { Likeness::No }
    }

    fn read(&self, input: &mut Input<'_>, settings: &ReadSettings, out: &mut dyn Intake) {
        let mut reader =
            Reader { zone: settings.zone.as_ref(), time: None, sessions: Sessions::default() };
        let part = |line: &str, _: &str| mysql::part(line, Line::of(line).is_some());
        joined::read(input, &part, out, &mut |joined, out| {
            if let Err(why) = reader.record(&joined, out) {
                out.refuse(joined.at, &why, joined.text);
            }
        });
    }
}

/// A record, cut into its columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Line<'a> {
    stamp: &'a str,
    thread: i64,
    command: &'static str,
    argument: &'a str,
}

impl<'a> Line<'a> {
    /// Cuts `time<tab>thread command<tab>argument`; the time may be left out.
    fn of(text: &'a str) -> Option<Self> {
        let tab = memchr::memchr(b'\t', text.as_bytes().get(..40.min(text.len()))?)?;
        let (stamp, rest) = text.split_at_checked(tab)?;
        let sound = match stamp.len() {
            0 => true,
            15 => stamp::looks_short(stamp),
            _ => Time::parse_rfc3339(stamp).is_some(),
        };
        let rest = rest.trim_start_matches(['\t', ' ']);
        let (thread, rest) = rest.split_once(' ')?;
        let thread = thread.parse().ok().filter(|_| sound && thread.len() <= 18)?;
        let (command, argument) = rest.split_once('\t').unwrap_or((rest.trim_end(), ""));
        let command = COMMANDS.iter().find(|known| **known == command)?;
        Some(Line { stamp, thread, command, argument })
    }
}

/// What is known on the way through a log.
struct Reader<'s> {
    zone: Option<&'s TimeZone>,
    /// The time of the record before: the same second is written once.
    time: Option<Time>,
    sessions: Sessions,
}

impl Reader<'_> {
    fn record(&mut self, joined: &Joined<'_>, out: &mut dyn Intake) -> Result<(), String> {
        let line = Line::of(joined.text).ok_or("no record of the general log")?;
        let own = match line.stamp.len() {
            0 => None,
            15 => Some(stamp::short(line.stamp, self.zone).map(|(time, _)| time)),
            _ => Some(Time::parse_rfc3339(line.stamp)),
        };
        let own = own.map(|time| time.ok_or("a time that no clock shows")).transpose()?;
        self.time = own.or(self.time).or(joined.delivered);
        let time = self.time.ok_or("no time in it, nor in a record before it")?;
        let mut entry = Entry::new(&PRODUCT, time, Deed::Notice);
        entry.pid = Some(line.thread);
        entry.command = Some(line.command.into());
        entry.cut = joined.cut;
        told(&mut entry, &line);
        if matches!(entry.deed, Deed::Logon | Deed::Connect) {
            self.sessions.learn(line.thread, &entry);
        }
        let moved = (line.command == "Init DB" && !line.argument.is_empty()).then_some(line);
        match self.sessions.get(line.thread) {
            Some(session) => session.fill(entry).emit(joined.text, joined.at, out),
            None => entry.emit(joined.text, joined.at, out),
        }
        match (line.command, moved) {
            ("Quit", _) => self.sessions.forget(line.thread),
            (_, Some(line)) => self.sessions.moved(line.thread, line.argument),
            _ => {}
        }
        Ok(())
    }
}

/// What a command tells.
fn told<'a>(entry: &mut Entry<'a>, line: &Line<'a>) {
    let some = |text: &'a str| (!text.is_empty()).then_some(Cow::Borrowed(text));
    match line.command {
        "Connect" | "Change user" if mysql::denied(entry, line.argument) => {
            (entry.deed, entry.outcome) = (Deed::Logon, Outcome::Failure);
            entry.message = some(line.argument);
        }
        "Connect" | "Change user" => {
            // Written before the password is looked at: a refusal follows in a line of its own.
            entry.deed = Deed::Logon;
            let (account, rest) = line.argument.split_once(" on ").unwrap_or((line.argument, ""));
            let (user, host) = account.rsplit_once('@').unwrap_or((account, ""));
            let host = host.split(" as ").next().unwrap_or(host);
            (entry.user, entry.client) = (some(user), some(host));
            let database = rest.split(" using ").next().unwrap_or("").trim();
            entry.database = some(database);
        }
        "Query" | "Prepare" | "Execute" | "Bulk_execute" => {
            entry.deed = Deed::Statement;
            entry.statement = some(line.argument);
        }
        "Quit" => (entry.deed, entry.outcome) = (Deed::Logoff, Outcome::Success),
        "Init DB" | "Create DB" | "Drop DB" => {
            entry.deed = Deed::Statement;
            entry.database = some(line.argument);
        }
        "Field List" => {
            entry.deed = Deed::Statement;
            entry.table = some(line.argument.trim());
        }
        _ => entry.message = some(line.argument),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_of_old_and_new_logs() {
        for (text, wanted) in [
            ("261122 19:25:06\t     3 Connect\tx", Some((3, "Connect", "x"))),
            ("261122  9:25:06\t     3 Query\ta\tb\nc", Some((3, "Query", "a\tb\nc"))),
            ("\t\t     3 Quit\t", Some((3, "Quit", ""))),
            ("2026-08-15T14:03:50.259438Z\t    9 Init DB\td", Some((9, "Init DB", "d"))),
            ("2026-08-15T14:03:50.259438Z 9 [Note] x", None),
            ("\t\t  select 1", None),
            ("\t3 Qu", None),
            ("", None),
        ] {
            let line = Line::of(text).map(|l| (l.thread, l.command, l.argument));
            assert_eq!(line, wanted, "{text}");
        }
        assert!(COMMANDS.is_sorted());
    }
}
