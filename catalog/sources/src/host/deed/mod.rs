//! What an agent saw a machine do, whichever agent it was: one shape, one way to OCSF.

mod attributes;
mod entities;
mod names;
mod places;

use std::borrow::Cow;

pub use names::LINUX;

use model::{Outcome, Time};
use ocsf::Class;

/// A text that may not be there.
pub type Text<'a> = Option<Cow<'a, str>>;

/// The most labels, attacks and findings' parts that are taken over from one record.
pub const LIST_MAX: usize = 32;

/// A process.
#[derive(Clone, Debug, Default)]
pub struct Process<'a> {
    /// Its number.
    pub pid: Option<i64>,
    /// The agent's own id of it, which is unique beyond the number's reuse.
    pub uid: Text<'a>,
    /// Its program file, as a full path if the agent knows it.
    pub path: Text<'a>,
    /// Its name, where it is not the last part of the path.
    pub name: Text<'a>,
    /// How it was called, with arguments.
    pub command: Text<'a>,
    /// Where it works.
    pub directory: Text<'a>,
    /// The name of the user it runs as.
    pub user: Text<'a>,
    /// That user's number.
    pub user_uid: Text<'a>,
    /// Its terminal.
    pub terminal: Text<'a>,
}

impl Process<'_> {
    /// Whether nothing is known of it.
    pub fn is_empty(&self) -> bool {
        let texts = [&self.uid, &self.path, &self.name, &self.command, &self.user];
        self.pid.is_none() && self.user_uid.is_none() && texts.iter().all(|text| text.is_none())
    }
}

/// A file.
#[derive(Clone, Debug, Default)]
pub struct File<'a> {
    /// Its path.
    pub path: Text<'a>,
    /// Where it went, if it was moved or linked.
    pub result: Text<'a>,
    /// Its hashes.
    pub md5: Text<'a>,
    /// The same with SHA-1.
    pub sha1: Text<'a>,
    /// The same with SHA-256.
    pub sha256: Text<'a>,
    /// Its length in bytes.
    pub size: Option<i64>,
    /// OCSF's number of its sort (1 regular, 2 folder); 0 unknown.
    pub type_id: i64,
    /// What changed.
    pub diff: Text<'a>,
    /// The name of its owner.
    pub owner: Text<'a>,
    /// When it was changed last.
    pub modified: Option<Time>,
}

/// An end of a connection.
#[derive(Clone, Debug, Default)]
pub struct End<'a> {
    /// Its address; a text that is none is left out.
    pub ip: Text<'a>,
    /// Its port.
    pub port: Option<i64>,
    /// Its name.
    pub host: Text<'a>,
}

/// A container and the pod around it.
#[derive(Clone, Debug, Default)]
pub struct Container<'a> {
    /// Its id.
    pub id: Text<'a>,
    /// Its name.
    pub name: Text<'a>,
    /// Its image, with or without tag.
    pub image: Text<'a>,
    /// The pod's namespace.
    pub namespace: Text<'a>,
    /// The pod.
    pub pod: Text<'a>,
}

/// What a rule of the agent found.
#[derive(Clone, Debug, Default)]
pub struct Finding<'a> {
    /// The alert's own id.
    pub uid: Text<'a>,
    /// The rule's name.
    pub title: Text<'a>,
    /// The rule's id.
    pub rule: Text<'a>,
    /// What it says of this case.
    pub text: Text<'a>,
    /// The kinds of finding.
    pub types: Vec<Cow<'a, str>>,
    /// ATT&CK techniques: id and name.
    pub techniques: Vec<(Cow<'a, str>, Text<'a>)>,
    /// ATT&CK tactics by name, where no technique stands for them.
    pub tactics: Vec<Cow<'a, str>>,
    /// How often the rule has matched.
    pub count: Option<i64>,
}

/// What was done, by what, on what, where.
#[derive(Clone, Debug)]
pub struct Deed<'a> {
    /// The class that is true of it.
    pub class: Class,
    /// The activity in that class.
    pub activity: i64,
    /// What the agent calls it.
    pub called: Text<'a>,
    /// Product and vendor.
    pub product: (&'static str, &'static str),
    /// When.
    pub time: Time,
    /// Severity in OCSF's numbers.
    pub severity: i64,
    /// Whether it was done.
    pub outcome: Outcome,
    /// The machine.
    pub host: Text<'a>,
    /// The machine's address.
    pub host_ip: Text<'a>,
    /// The record's own id.
    pub uid: Text<'a>,
    /// What it is called in the agent's rules or tables.
    pub code: Text<'a>,
    /// What it says for people.
    pub message: Text<'a>,
    /// Labels.
    pub labels: Vec<Cow<'a, str>>,
    /// The process that it is about, or that acted.
    pub process: Process<'a>,
    /// That process's parent.
    pub parent: Process<'a>,
    /// The file.
    pub file: File<'a>,
    /// Where the connection comes from.
    pub source: End<'a>,
    /// Where it goes.
    pub target: End<'a>,
    /// The protocol: `tcp`, `udp`.
    pub protocol: Text<'a>,
    /// The account that it is about.
    pub user: Text<'a>,
    /// What the login went to.
    pub service: Text<'a>,
    /// The kernel's function or call.
    pub call: Text<'a>,
    /// Whether an answer to a query says that the thing is there no more.
    pub is_gone: bool,
    /// With what a process ended.
    pub exit: Option<i64>,
    /// Where it happened.
    pub container: Container<'a>,
    /// What was found.
    pub finding: Option<Finding<'a>>,
}

impl Deed<'_> {
    /// A deed of which nothing is known but when it happened.
    pub fn new(product: (&'static str, &'static str), time: Time) -> Self {
        Deed {
            class: Class::BASE_EVENT,
            activity: 99,
            called: None,
            product,
            time,
            severity: 1,
            outcome: Outcome::Unknown,
            host: None,
            host_ip: None,
            uid: None,
            code: None,
            message: None,
            labels: Vec::new(),
            process: Process::default(),
            parent: Process::default(),
            file: File::default(),
            source: End::default(),
            target: End::default(),
            protocol: None,
            user: None,
            service: None,
            call: None,
            is_gone: false,
            exit: None,
            container: Container::default(),
            finding: None,
        }
    }

    /// A short phrase for people: what was done, and to what.
    pub fn phrase(&self) -> String {
        let title = self.finding.as_ref().and_then(|finding| finding.title.as_deref());
        let verb = title.or(self.called.as_deref()).unwrap_or(self.class.caption);
        let object = if title.is_some() {
            None
        } else if self.class == Class::FILE_ACTIVITY {
            self.file.path.as_deref()
        } else if self.class == Class::NETWORK_ACTIVITY {
            self.target.ip.as_deref().or(self.target.host.as_deref())
        } else {
            self.process.path.as_deref().or(self.process.name.as_deref())
        };
        let phrase = format!("{verb} {}", object.unwrap_or(""));
        model::text::printable(phrase.trim(), 160).into_owned()
    }
}

/// The last part of a path; of one of Windows, too.
pub fn file_name(path: &str) -> &str {
    let is_windows = path.contains('\\') && !path.contains('/');
    let slash = if is_windows { '\\' } else { '/' };
    path.trim_end_matches(slash).rsplit(slash).next().filter(|n| !n.is_empty()).unwrap_or(path)
}
