//! What daemons of a Linux host say, whatever log it stands in: logins, commands, jobs, accounts,
//! units, packets. A message of a program not known here stays a message.

mod accounts;
mod attributes;
mod cisco;
mod jobs;
mod kernel;
mod logins;
mod sshd;

use model::Outcome;
use model::text::printable;

use model::seam::source::LogSource;

pub use attributes::{Origin, actor_address, entities, flat};

const fn service(name: &'static str) -> LogSource {
    LogSource { product: Some("linux"), service: Some(name), category: None }
}

const fn category(name: &'static str) -> LogSource {
    LogSource { product: Some("linux"), service: None, category: Some(name) }
}

/// The Sigma logsources that logs of daemons answer to; those of Sysmon, which writes there, too.
pub const LOGSOURCES: &[LogSource] = &[
    service("syslog"),
    service("auth"),
    service("sshd"),
    service("sudo"),
    service("cron"),
    service("pam"),
    service("vsftpd"),
    service("guacamole"),
    service("clamav"),
    service("firewall"),
    service("sysmon"),
    category("process_creation"),
    category("network_connection"),
    category("file_event"),
    category("file_delete"),
];

/// What a message tells, in OCSF's terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Authentication: a session begins, or somebody tries to.
    Logon,
    /// Authentication: a session ends.
    Logoff,
    /// Account Change with its activity and name.
    Account(i64, &'static str),
    /// Scheduled Job Activity.
    Job(i64),
    /// Process Activity: a program started by `sudo` and its like.
    Command,
    /// Process Activity: a program ended.
    Ended,
    /// Application Lifecycle: a unit started or stopped.
    Unit(i64),
    /// Network Activity: a packet, let through or not (`None`: only logged).
    Packet(Option<bool>),
    /// Network Activity: a connection through a firewall.
    Flow(i64),
    /// SSH Activity.
    Ssh(i64),
    /// Anything else.
    Note,
}

/// One message, understood as far as it can be.
#[derive(Clone, Copy, Debug)]
pub struct Said<'a> {
    /// What it tells.
    pub what: What,
    /// Whether it was done.
    pub outcome: Outcome,
    /// What was done, in few words.
    pub action: &'static str,
    /// The account that it is about.
    pub user: Option<&'a str>,
    /// The account that did it.
    pub by: Option<&'a str>,
    /// Where it came from.
    pub ip: Option<&'a str>,
    /// The port there.
    pub port: Option<&'a str>,
    /// Where it went.
    pub to_ip: Option<&'a str>,
    /// The port there.
    pub to_port: Option<&'a str>,
    /// What was run.
    pub command: Option<&'a str>,
    /// Where it was run.
    pub directory: Option<&'a str>,
    /// From which terminal.
    pub terminal: Option<&'a str>,
    /// The process that it is about.
    pub pid: Option<&'a str>,
    /// The id of a session.
    pub session: Option<&'a str>,
    /// How somebody proved who they are; the protocol of a packet.
    pub method: Option<&'a str>,
    /// A unit, a job, a group, a rule.
    pub name: Option<&'a str>,
    /// The service that was used, where it is not the program itself.
    pub service: Option<&'a str>,
    /// How often it was said.
    pub count: Option<i64>,
    /// What a firewall of Cisco tells besides.
    pub flow: Option<cisco::Flow<'a>>,
}

impl<'a> Said<'a> {
    /// A message that tells no more than its text.
    pub const NOTE: Said<'static> = Said {
        what: What::Note,
        outcome: Outcome::Unknown,
        action: "",
        user: None,
        by: None,
        ip: None,
        port: None,
        to_ip: None,
        to_port: None,
        command: None,
        directory: None,
        terminal: None,
        pid: None,
        session: None,
        method: None,
        name: None,
        service: None,
        count: None,
        flow: None,
    };

    /// Something done.
    pub const fn done(what: What, action: &'static str) -> Said<'static> {
        Said { what, action, outcome: Outcome::Success, ..Said::NOTE }
    }

    /// Something refused or failed.
    pub const fn failed(what: What, action: &'static str) -> Said<'static> {
        Said { what, action, outcome: Outcome::Failure, ..Said::NOTE }
    }

    /// Reads the message of a program.
    pub fn of(program: &'a str, message: &'a str) -> Said<'a> {
        if let Some((count, inner)) = repeated(message) {
            return Said { count: Some(count), ..Said::of(program, inner) };
        }
        let known = if message.starts_with("pam_") {
            logins::pam(message)
        } else {
            by_program(program, message)
        };
        known.unwrap_or(Said { ip: after_from(message), ..Said::NOTE })
    }
}

fn by_program<'a>(program: &'a str, message: &'a str) -> Option<Said<'a>> {
    match program {
        "sshd" => sshd::read(message),
        "sudo" => logins::sudo(message),
        "su" => logins::su(message),
        "systemd-logind" => logins::logind(message),
        "login" | "dovecot" | "vsftpd" | "proftpd" | "pure-ftpd" | "ftpd" | "saslauthd" => {
            logins::daemon(message)
        }
        "CRON" | "cron" | "crond" | "/USR/SBIN/CRON" | "anacron" | "atd" => jobs::cron(message),
        "crontab" => jobs::crontab(message),
        "systemd" => jobs::systemd(message),
        "useradd" | "usermod" | "userdel" | "groupadd" | "groupdel" | "groupmod" | "gpasswd"
        | "passwd" | "chpasswd" | "chage" | "chfn" | "chsh" => accounts::read(program, message),
        "kernel" => kernel::read(message),
        _ => cisco::read(program, message),
    }
}

/// `message repeated 3 times: [ … ]` of rsyslog: how often, and what.
fn repeated(message: &str) -> Option<(i64, &str)> {
    let (count, rest) = message.strip_prefix("message repeated ")?.split_once(" times: [")?;
    Some((count.parse().ok()?, rest.strip_suffix(']').unwrap_or(rest).trim()))
}

/// The address behind the last `from` of a message.
pub fn after_from(message: &str) -> Option<&str> {
    let (_, rest) = message.rsplit_once("from ")?;
    let end = rest.find(|c: char| !(c.is_ascii_hexdigit() || matches!(c, '.' | ':' | '[')));
    let word = rest.get(..end.unwrap_or(rest.len()))?.trim_start_matches('[');
    let word = word.trim_end_matches([':', '.']);
    ip(word).or_else(|| ip(word.rsplit_once(':')?.0))
}

/// The text, if it is an address.
pub fn ip(text: &str) -> Option<&str> {
    text.parse::<std::net::IpAddr>().is_ok().then_some(text)
}

/// The text, unless it is empty.
pub fn some(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

/// What stands between two texts.
pub fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(before)?;
    rest.split_once(after).map_or(Some(rest), |(inside, _)| Some(inside))
}

/// What was done, in few words: a known deed, else the start of the message.
pub fn action(said: &Said<'_>, origin: &Origin<'_>) -> String {
    const SHOWN_MAX: usize = 60;
    match (said.action, said.name.filter(|_| matches!(said.what, What::Unit(_)))) {
        ("", _) if origin.message.trim().is_empty() => {
            format!("{} message", origin.program).trim().to_owned()
        }
        ("", _) => printable(origin.message.trim(), SHOWN_MAX).into_owned(),
        (action, Some(name)) => format!("{action}: {name}"),
        (action, None) => action.to_owned(),
    }
}
